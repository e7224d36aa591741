"""The open lines of one delivery, and the servers that answer no more in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aggregator.channels import CHANNELS
from aggregator.channels.webhook import LONGEST_WISH
from aggregator.errors import DeliveryError
from aggregator.store import instant, outbox, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

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
        if server in self._blocked or self._wants_rest(server):
            return False
        try:
            channel.connect(recipient)
        except DeliveryError as error:
            self.block(server, str(error))
            return False
        return True

    def block(
        self, server: str, reason: str, retry_after: timedelta | None = None
    ) -> None:
        """Ask a server no more in this delivery, and remember since when it refuses.

        retry_after: it is not asked by later deliveries either until that is over.
        """
        if server in self._blocked:
            return
        self._blocked.add(server)
        self.problems.append(reason)
        key, now = f"down:{server}", self._clock()
        with self._db.transaction():
            if outbox.recall(self._db, key) is None:
                outbox.remember(self._db, key, f"{instant(now)} {reason}")
            if retry_after is not None:
                until = instant(now + retry_after)
                outbox.remember(self._db, f"wait:{server}", until)

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
        outbox.remember(self._db, f"wait:{server}", None)

    def _wants_rest(self, server: str) -> bool:
        """Say whether a server asked to be left alone until later than now.

        What is further away than any wish was noted by a clock that was ahead.
        """
        until = parse_instant(outbox.recall(self._db, f"wait:{server}"))
        now = self._clock()
        return until is not None and now < until <= now + LONGEST_WISH

    def close(self) -> None:
        """Leave all lines."""
        for channel in self._open.values():
            channel.close()
