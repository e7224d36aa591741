"""The state machine of a delivery: plan, connect, keep the bytes, send, note.

A message is kept byte for byte before its first attempt, and noted as sent right after
the server took it over, before the next begins: a process killed in between repeats
the same bytes with the same Message-ID, and loses nothing.
"""

from __future__ import annotations

import hashlib
import os
import traceback
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator import alerts
from aggregator.alerts.planning import Parcel, Plan, Situation, Traffic, cursor_of
from aggregator.alerts.timing import last_daily
from aggregator.channels import CHANNELS
from aggregator.errors import DeliveryError, StoreError
from aggregator.store import instant, outbox, stories
from aggregator.store.lock import deliver_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.channels import Channel
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
# A subscription made so shortly after its time still gets that day's digest.
GRACE = timedelta(minutes=10)
# So many lines lost after DATA in a row are the server's trouble, not the message's.
LOST_LINES = 2


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
                return delivery.list_only()
            return delivery.run(timedelta(seconds=max_seconds))
        finally:
            delivery.close()


def make_plan(config: Config, db: Db, now: datetime) -> Plan:
    """Return which rows of the outbox go together now, and what waits."""
    traffic = outbox.traffic(db, now)
    for recipient, since in _down(config, db).items():
        traffic[recipient] = replace(
            traffic.get(recipient, Traffic()), down_since=since
        )
    cursors = {
        key: datetime.fromisoformat(value)
        for key, value in outbox.recall_all(db, "digest:").items()
    }
    situation = Situation(
        subscriptions=config.alerts.subscriptions,
        traffic=traffic,
        cursors=cursors,
        operator=config.alerts.operator,
        operator_language=config.alerts.operator_language,
        storm_cap=config.alerts.storm_cap,
        zone=ZoneInfo(config.settings.timezone),
        now=now,
    )
    return alerts.plan(outbox.pending(db), situation)


def note_subscriptions(config: Config, db: Db, now: datetime) -> None:
    """Remember when a daily subscription began: no digest for the days before."""
    zone = ZoneInfo(config.settings.timezone)
    known = outbox.recall_all(db, "digest:")
    new = {}
    for way in config.alerts.subscriptions:
        if way.mode == "daily" and cursor_of(way) not in known:
            before = last_daily(way, now - GRACE, zone)
            new[cursor_of(way)] = instant(before)
    if new:
        with db.transaction():
            for key, value in new.items():
                outbox.remember(db, key, value)


class _Delivery:
    """One delivery: its open lines, the servers that refuse, what it did."""

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
        self.channels: dict[str, Channel] = {}
        self.blocked: dict[str, str] = {}
        self.lost: dict[str, int] = {}
        self.done = Delivered()

    def run(self, limit: timedelta) -> Delivered:
        """Try again what failed, then what is due for the first time."""
        now = self.clock()
        until = now + limit
        note_subscriptions(self.config, self.db, now)
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
        self.done.waiting = len(outbox.pending(self.db)) + self._count_queued()
        return self.done

    def list_only(self) -> Delivered:
        """List what is due and why the rest waits."""
        now = self.clock()
        plan = make_plan(self.config, self.db, now)
        lines = self.done.lines
        for alert_id in outbox.due_alerts(self.db, now):
            _, row = outbox.load_alert(self.db, alert_id, "")
            lines.append(f"again  {row['recipient']}  {row['subject']}")
        for parcel in plan.due:
            what = f"{parcel.kind} ({parcel.slot}), {len(parcel.rows)} rows"
            lines.append(f"due    {parcel.recipient}  {what}")
        zone = ZoneInfo(self.config.settings.timezone)
        for wait in plan.waiting:
            recipient = wait.rows[0].intent.recipient
            until = f"{wait.until.astimezone(zone):%Y-%m-%d %H:%M}"
            what = f"{len(wait.rows)} rows: {wait.why}"
            lines.append(f"waits  {recipient}  until {until}  {what}")
        for row in outbox.later_alerts(self.db, now):
            lines.append(
                f"waits  {row['recipient']}  until {row['next_try_at']}"
                f"  attempt {row['attempts']} failed: {row['error']}"
            )
        self.done.waiting = len(outbox.pending(self.db)) + self._count_queued()
        return self.done

    def close(self) -> None:
        """Leave all lines."""
        for channel in self.channels.values():
            channel.close()

    # -- one message -------------------------------------------------------------------

    def _post(self, parcel: Parcel) -> None:
        """Make a parcel a message and send it, if its server answers at all."""
        if not self._reach(parcel.channel, parcel.recipient):
            return
        self.checkpoint("connected")
        try:
            alert_id = self._freeze(parcel)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one message must not stop the others
            trace = traceback.format_exc()
            self.done.problems.append(f"{parcel.recipient}: {parcel.kind}\n{trace}")
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
        if not self._reach(row["channel"], row["recipient"]):
            return
        with self.db.transaction():
            # A store that cannot note the answer must not send: raise before it.
            outbox.touch(self.db, alert_id)
        self._attempt(alert_id)

    def _attempt(self, alert_id: int) -> None:
        mail, row = outbox.load_alert(self.db, alert_id, self.config.alerts.sender)
        channel = self._channel(row["channel"])
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
            self._note_answer(server)
            self.checkpoint("before noting")
        self.checkpoint("noted")
        self.lost[server] = 0
        self.done.sent += 1

    def _note_failure(self, row: Row, server: str, error: DeliveryError) -> None:
        now, reason = self.clock(), str(error)
        if error.scope == "server":
            self._block(server, reason)
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
                self._note_answer(server)
        if error.permanent or tired:
            self.done.dead += 1
            self.done.problems.append(f"{row['recipient']}: given up: {reason}")
        if error.scope == "line":
            self.lost[server] = self.lost.get(server, 0) + 1
            if self.lost[server] >= LOST_LINES:
                self._block(server, reason)

    # -- servers -----------------------------------------------------------------------

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            self.channels[name] = CHANNELS[name](self.config.alerts, os.environ)
        return self.channels[name]

    def _reach(self, channel_name: str, recipient: str) -> bool:
        """Say whether a recipient's server answers; a refusal is nobody's attempt."""
        channel = self._channel(channel_name)
        server = channel.server_of(recipient)
        if server in self.blocked:
            return False
        self.checkpoint("before connecting")
        try:
            channel.connect(recipient)
        except DeliveryError as error:
            self._block(server, str(error))
            return False
        return True

    def _block(self, server: str, reason: str) -> None:
        """Ask a server no more in this delivery, and remember since when it refuses."""
        if server in self.blocked:
            return
        self.blocked[server] = reason
        self.done.problems.append(reason)
        key = f"down:{server}"
        if outbox.recall(self.db, key) is None:
            with self.db.transaction():
                outbox.remember(self.db, key, f"{instant(self.clock())} {reason}")

    def _note_answer(self, server: str) -> None:
        """Forget that a server refused; it answered for a message."""
        outbox.remember(self.db, f"down:{server}", None)

    def _count_queued(self) -> int:
        sql = "select count(*) from alerts where state = 'queued'"
        return int(self.db.value(sql))


def back_off(message_id: str, attempts: int) -> timedelta:
    """Return how long a message waits after a failure: doubled, with jitter.

    The jitter (±20 %) comes from a hash, so that the same history gives the same time.
    """
    digest = hashlib.sha256(f"{message_id}{attempts}".encode()).digest()
    wait = min(FIRST_WAIT * (1 << min(attempts, 20)), LONGEST_WAIT)
    jitter: float = 0.8 + 0.4 * digest[0] / 255
    return wait * jitter


def _down(config: Config, db: Db) -> dict[str, datetime]:
    """Return since when each recipient's server refuses, by recipient."""
    servers = {
        key.removeprefix("down:"): datetime.fromisoformat(value.split(" ", 1)[0])
        for key, value in outbox.recall_all(db, "down:").items()
    }
    if not servers:
        return {}
    found = {}
    for way in config.alerts.subscriptions:
        server = CHANNELS[way.channel](config.alerts, {}).server_of(way.to)
        if server in servers:
            found[way.to] = servers[server]
    return found
