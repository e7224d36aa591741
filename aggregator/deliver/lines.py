"""The open lines of one delivery, and the servers that answer no more in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aggregator.channels import CHANNELS
from aggregator.errors import DeliveryError
from aggregator.store import instant, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.channels import Channel
    from aggregator.model import Config
    from aggregator.store import Db

# So many lines lost after DATA in a row are the server's trouble, not the message's.
LOST_LINES = 2


class Lines:
    """Opens a channel when it is needed, and asks no refusing server twice.

    problems: what to print, one text a server.
    """

    def __init__(self, config: Config, db: Db, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._db = db
        self._clock = clock
        self._open: dict[str, Channel] = {}
        self._blocked: set[str] = set()
        self._lost: dict[str, int] = {}
        self.problems: list[str] = []

    def channel(self, name: str) -> Channel:
        """Return a way to deliver, made on first use."""
        if name not in self._open:
            self._open[name] = CHANNELS[name](self._config.alerts, os.environ)
        return self._open[name]

    def reach(self, channel_name: str, recipient: str) -> bool:
        """Say whether a recipient's server answers; a refusal is nobody's attempt."""
        channel = self.channel(channel_name)
        server = channel.server_of(recipient)
        if server in self._blocked:
            return False
        try:
            channel.connect(recipient)
        except DeliveryError as error:
            self.block(server, str(error))
            return False
        return True

    def block(self, server: str, reason: str) -> None:
        """Ask a server no more in this delivery, and remember since when it refuses."""
        if server in self._blocked:
            return
        self._blocked.add(server)
        self.problems.append(reason)
        key = f"down:{server}"
        if outbox.recall(self._db, key) is None:
            with self._db.transaction():
                outbox.remember(self._db, key, f"{instant(self._clock())} {reason}")

    def note_loss(self, server: str, reason: str) -> None:
        """Count a line that was lost within a message."""
        self._lost[server] = self._lost.get(server, 0) + 1
        if self._lost[server] >= LOST_LINES:
            self.block(server, reason)

    def note_answer(self, server: str) -> None:
        """Forget that a server refused; it answered for a message.

        Runs inside the caller's transaction.
        """
        self._lost[server] = 0
        outbox.remember(self._db, f"down:{server}", None)

    def close(self) -> None:
        """Leave all lines."""
        for channel in self._open.values():
            channel.close()
