"""The state machine of a delivery: plan, connect, keep the bytes, send, note.

A message is kept byte for byte before its first attempt, and noted as sent right after
the server took it over, before the next begins: a process killed in between repeats
the same bytes with the same Message-ID, and loses nothing.
"""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.deliver.lines import Lines
from aggregator.deliver.situation import (
    count_waiting,
    forget_servers,
    list_due,
    make_plan,
    note_subscriptions,
)
from aggregator.errors import DeliveryError, StoreError
from aggregator.store import instant, outbox, stories
from aggregator.store.lock import deliver_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.alerts.planning import Parcel
    from aggregator.model import Config
    from aggregator.store import Db, Row

# Back-off of a message of its own: 60 s, doubled, at most 6 h; given up after 3 days.
FIRST_WAIT = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP = timedelta(days=3)
# Not before so many attempts: an outage of days is nobody's failure.
MIN_ATTEMPTS = 10
# A delivery is bounded in time; what is left goes in the next one.
MAX_SECONDS = 240.0


def no_checkpoint(name: str) -> None:
    """Do nothing; a test stops the process here."""


@dataclass(slots=True, kw_only=True)
class Delivered:
    """What a delivery did. problems: for stderr; lines: what is due and what waits."""

    sent: int = 0
    dead: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return it for JSON."""
        return asdict(self)

    def describe(self) -> str:
        """Return it in lines."""
        total = f"{self.sent} sent, {self.dead} given up, {self.waiting} waiting"
        return "\n".join([*self.lines, total])


def deliver(
    config: Config,
    db: Db,
    *,
    clock: Callable[[], datetime],
    dry_run: bool = False,
    max_seconds: float = MAX_SECONDS,
    checkpoint: Callable[[str], None] = no_checkpoint,
) -> Delivered:
    """Send what is due.

    Args:
        config: the whole configuration.
        db: the open store; no transaction may be open.
        clock: returns the time now.
        dry_run: only list what is due and why the rest waits; nothing is written.
        max_seconds: no message is begun after this.
        checkpoint: called with a name between any two steps.

    Raises:
        RunLocked: another delivery is under way.
        StoreError: the database cannot be written; nothing was sent that cannot be
            noted, but for the message in hand.
    """
    with deliver_lock(config.settings.database):
        delivery = _Delivery(config, db, clock, checkpoint)
        try:
            if dry_run:
                waiting = count_waiting(db)
                return Delivered(waiting=waiting, lines=list_due(config, db, clock()))
            return delivery.run(timedelta(seconds=max_seconds))
        finally:
            delivery.lines.close()


class _Delivery:
    """One delivery: its plan, message by message, and what it did."""

    def __init__(
        self,
        config: Config,
        db: Db,
        clock: Callable[[], datetime],
        checkpoint: Callable[[str], None],
    ) -> None:
        self.config = config
        self.db = db
        self.clock = clock
        self.checkpoint = checkpoint
        self.lines = Lines(config, db, clock)
        self.done = Delivered(problems=self.lines.problems)

    def run(self, limit: timedelta) -> Delivered:
        """Try again what failed, then what is due for the first time."""
        now = self.clock()
        until = now + limit
        note_subscriptions(self.config, self.db, now)
        forget_servers(self.config, self.db)
        plan = make_plan(self.config, self.db, now)
        if plan.orphans:
            with self.db.transaction():
                outbox.drop(self.db, plan.orphans, "no longer subscribed")
        for alert_id in outbox.due_alerts(self.db, now):
            if self.clock() < until:
                self._retry(alert_id)
        for parcel in plan.due:
            if self.clock() < until:
                self._post(parcel)
        self.done.waiting = count_waiting(self.db)
        return self.done

    # -- one message -------------------------------------------------------------------

    def _post(self, parcel: Parcel) -> None:
        """Make a parcel a message and send it, if its server answers at all."""
        self.checkpoint("before connecting")
        if not self.lines.reach(parcel.channel, parcel.recipient):
            return
        self.checkpoint("connected")
        try:
            alert_id = self._freeze(parcel)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one message must not stop the others
            trace = traceback.format_exc()
            name = parcel.recipient
            self.done.problems.append(f"{name}: {parcel.kind}\n{trace}")
            return
        self.checkpoint("kept")
        if alert_id is not None:
            self._attempt(alert_id)

    def _freeze(self, parcel: Parcel) -> int | None:
        """Keep a parcel's bytes; None: there is nothing left to tell."""
        now = self.clock()
        from aggregator.deliver import letters  # noqa: PLC0415 - most deliveries write none

        letter = letters.write_letter(self.config, self.db, parcel, now)
        if letter is None:
            with self.db.transaction():
                outbox.drop(self.db, parcel.rows, "the story was removed")
            return None
        look = letters.look_of(self.config)
        mail, _ = letters.to_message(letter, parcel.channel, look)
        self.checkpoint("rendered")
        with self.db.transaction():
            if not outbox.is_current(self.db, parcel.rows):
                return None  # a run changed them meanwhile: the next delivery tells
            alert_id = outbox.freeze(self.db, mail, parcel, now)
            if parcel.cursor:
                outbox.remember(self.db, parcel.cursor, instant(parcel.at))
            for item in letter.items:
                stories.freeze(self.db, item.story_id)
            self.checkpoint("before keeping")
        return alert_id

    def _retry(self, alert_id: int) -> None:
        _, row = outbox.load_alert(self.db, alert_id, self.config.alerts.sender)
        self.checkpoint("before connecting")
        if not self.lines.reach(row["channel"], row["recipient"]):
            return
        with self.db.transaction():
            # A store that cannot note the answer must not send: raise before it.
            outbox.touch(self.db, alert_id)
        self._attempt(alert_id)

    def _attempt(self, alert_id: int) -> None:
        mail, row = outbox.load_alert(self.db, alert_id, self.config.alerts.sender)
        channel = self.lines.channel(row["channel"])
        server = channel.server_of(mail.recipient)
        self.checkpoint("before sending")
        try:
            channel.send(mail)
        except DeliveryError as error:
            self.checkpoint("refused")
            self._note_failure(row, server, error)
            return
        except Exception as error:  # noqa: BLE001 - one message must not stop the others
            self.done.problems.append(traceback.format_exc())
            failure = DeliveryError(repr(error), permanent=False, scope="line")
            self._note_failure(row, server, failure)
            return
        self.checkpoint("accepted")
        with self.db.transaction():
            outbox.mark_sent(self.db, alert_id, self.clock())
            self.lines.note_answer(server)
            self.checkpoint("before noting")
        self.checkpoint("noted")
        self.done.sent += 1

    def _note_failure(self, row: Row, server: str, error: DeliveryError) -> None:
        now, reason = self.clock(), str(error)
        if error.scope == "server":
            self.lines.block(server, reason, error.retry_after)
            with self.db.transaction():
                outbox.mark_blocked(self.db, row["id"], reason)
            return
        since = datetime.fromisoformat(row["failed_at"]) if row["failed_at"] else now
        tired = now - since >= GIVE_UP and row["attempts"] + 1 >= MIN_ATTEMPTS
        with self.db.transaction():
            if error.permanent or tired:
                outbox.mark_dead(self.db, row["id"], reason, now=now)
            else:
                outbox.mark_failed(
                    self.db,
                    row["id"],
                    reason,
                    now=now,
                    next_try_at=now + back_off(row["message_id"], row["attempts"]),
                )
            if error.scope != "line":
                self.lines.note_answer(server)
        if error.permanent or tired:
            self.done.dead += 1
            name = row["recipient"]
            self.done.problems.append(f"{name}: given up: {reason}")
        if error.scope == "line":
            self.lines.note_loss(server, reason)


def back_off(message_id: str, attempts: int) -> timedelta:
    """Return how long a message waits after a failure: doubled, with jitter.

    The jitter (±20 %) comes from a hash, so that the same history gives the same time.
    """
    digest = hashlib.sha256(f"{message_id}{attempts}".encode()).digest()
    wait = min(FIRST_WAIT * (1 << min(attempts, 20)), LONGEST_WAIT)
    jitter: float = 0.8 + 0.4 * digest[0] / 255
    return wait * jitter
