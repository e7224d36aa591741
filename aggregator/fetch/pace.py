"""How long to leave a host alone between two requests, whoever sends them."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Turn:
    """A host's: when it was asked last, on the session's clock; None: not yet."""

    asked_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """When each host was asked last, known to all sessions that share it.

    A run visits many hosts at once, one request at a time each. Redirects of several
    may lead to one third host: it too is asked in turn, with its pause.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: defaultdict[str, Turn] = defaultdict(Turn)

    @contextmanager
    def turn(self, host: str) -> Iterator[Turn]:
        """Wait until no other session waits for a host, and hold it meanwhile."""
        with self._lock:
            turn = self._turns[host]
        with turn.lock:
            yield turn
