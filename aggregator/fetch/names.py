"""Looking up the addresses of a host, for as long as there is time (polling.md 52)."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from aggregator.fetch.address import literal_address

# getaddrinfo cannot be interrupted: one that hangs leaves its thread behind until the
# system gives up. So many may hang in this process; further ones wait for a place.
MOST_AT_ONCE = 64
_PLACES = threading.BoundedSemaphore(MOST_AT_ONCE)


class Resolve(Protocol):
    """`socket.getaddrinfo`, or a test's own."""

    def __call__(self, host: str, port: int, *, type: int) -> Sequence[Any]:  # noqa: A002 - getaddrinfo's own name
        """Return what getaddrinfo returns, or raise OSError."""


def look_up(resolve: Resolve, host: str, port: int, seconds: float) -> Sequence[Any]:
    """Return what `resolve` says of a host within so many seconds.

    Raises:
        TimeoutError: it said nothing.
        OSError, UnicodeError: what `resolve` raised.
    """

    def ask() -> Sequence[Any]:
        return resolve(host, port, type=socket.SOCK_STREAM)

    if literal_address(host) is not None:
        return ask()
    if not _PLACES.acquire(timeout=seconds):
        raise TimeoutError
    answers = queue.SimpleQueue[Sequence[Any] | Exception]()
    try:
        threading.Thread(target=_work, args=(ask, answers), daemon=True).start()
    except RuntimeError as error:  # the system has no thread left
        _PLACES.release()
        raise OSError(str(error)) from error
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _work(
    ask: Callable[[], Sequence[Any]],
    answers: queue.SimpleQueue[Sequence[Any] | Exception],
) -> None:
    try:
        answers.put(ask())
    except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
        answers.put(error)
    finally:
        _PLACES.release()
