"""Which rows of the outbox go together, now or when: modes, quiet hours, storms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.alerts.judging import covers
from aggregator.alerts.timing import last_daily, next_daily, quiet_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from aggregator.model import Intent, Subscription

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A row of the outbox that no message carries yet."""

    id: int
    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What went to one recipient lately.

    instants: when single mails were made in the last hour. storm_at: when the last
    digest that stood for a storm was. down_since: its server refuses since; None: not.
    """

    instants: tuple[datetime, ...] = ()
    storm_at: datetime | None = None
    down_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Rows that become one message.

    slot: instant, hourly, daily, quiet, storm, backlog, health, notice. cursor: of a
    daily digest, the meta key that remembers it; at: the time it stands for.
    """

    recipient: str
    channel: str
    kind: str
    slot: str
    at: datetime
    rows: tuple[Pending, ...] = ()
    language: str = "tr"
    cursor: str = ""
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Rows that do not go yet, until when, and why in one word."""

    rows: tuple[Pending, ...]
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes now, what waits, and which rows nobody subscribes to any more."""

    due: tuple[Parcel, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    orphans: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a plan depends on besides the rows.

    cursors: the last daily digest by `cursor_of`. operator: gets health mails, in
    operator_language.
    """

    subscriptions: tuple[Subscription, ...]
    traffic: Mapping[str, Traffic]
    cursors: Mapping[str, datetime]
    operator: str | None
    storm_cap: int
    zone: ZoneInfo
    now: datetime
    operator_language: str = "tr"


def cursor_of(subscription: Subscription) -> str:
    """Return the meta key that remembers a daily subscription's last digest."""
    return f"digest:{subscription.to}:{subscription.at:%H:%M}"


def plan(pending: Iterable[Pending], situation: Situation) -> Plan:
    """Group what is due into messages, one recipient after the other."""
    by_recipient: dict[str, list[Pending]] = defaultdict(list)
    for subscription in situation.subscriptions:
        by_recipient[subscription.to] = []
    for row in pending:
        by_recipient[row.intent.recipient].append(row)
    due: list[Parcel] = []
    waiting: list[Waiting] = []
    orphans: list[Pending] = []
    for recipient, rows in by_recipient.items():
        found = _Recipient(recipient, situation).plan(rows)
        due += found.due
        waiting += found.waiting
        orphans += found.orphans
    return Plan(due=tuple(due), waiting=tuple(waiting), orphans=tuple(orphans))


class _Recipient:
    """The plan for one recipient while it is made."""

    def __init__(self, recipient: str, situation: Situation) -> None:
        self.recipient = recipient
        self.situation = situation
        self.now = situation.now
        self.traffic = situation.traffic.get(recipient, Traffic())
        self.ways = [row for row in situation.subscriptions if row.to == recipient]
        self.language = self.ways[0].language if self.ways else "tr"
        self.due: list[Parcel] = []
        self.waiting: list[Waiting] = []

    def plan(self, rows: list[Pending]) -> Plan:
        """Divide the rows by slot and plan each."""
        mine = [row for row in rows if self._is_wanted(row)]
        slots: dict[str, list[Pending]] = defaultdict(list)
        for row in mine:
            slots[self._slot_of(row)].append(row)
        for slot in ("health", "notice"):
            if ready := self._ready(slots[slot]):
                self._add(ready, "health" if slot == "health" else "digest", slot)
        self._plan_instant(slots["instant"])
        self._plan_hourly(slots["hourly"])
        self._plan_daily(slots["daily"])
        kept = {row.id for row in mine}
        return Plan(
            due=tuple(self.due),
            waiting=tuple(self.waiting),
            orphans=tuple(row for row in rows if row.id not in kept),
        )

    def _is_wanted(self, row: Pending) -> bool:
        if row.intent.slot in ("health", "test"):
            return (
                self.recipient == self.situation.operator or row.intent.kind == "test"
            )
        return any(covers(way, row.intent.watchlists) for way in self.ways)

    def _slot_of(self, row: Pending) -> str:
        """Return when a row goes; another than it was queued for, if need be.

        Its subscription may have changed its mode meanwhile. What nobody's digest takes
        up any more would wait for ever.
        """
        slot = row.intent.slot
        modes = {way.mode for way in self.ways if covers(way, row.intent.watchlists)}
        if slot not in ("instant", "hourly", "daily") or slot in modes:
            return slot
        return "daily" if "daily" in modes else "hourly"

    def _plan_instant(self, rows: list[Pending]) -> None:
        rows = self._ready(rows)
        if not rows:
            return
        cap = self.situation.storm_cap
        storm = self.traffic.storm_at
        if len(rows) > 1 and self._is_backlog(rows):
            self._add(rows, "digest", "backlog")
        elif sum(row.intent.held for row in rows) > 1:
            self._add(rows, "digest", "quiet")
        elif len(rows) + len(self.traffic.instants) <= cap:
            for row in rows:
                self._add([row], row.intent.kind, "instant")
        elif storm is not None and storm > self.now - HOUR:
            self._wait(rows, storm + HOUR, "storm")
        else:
            self._add(rows, "digest", "storm")

    def _plan_hourly(self, rows: list[Pending]) -> None:
        if rows := self._ready(rows):
            self._add(rows, "digest", "hourly")

    def _plan_daily(self, rows: list[Pending]) -> None:
        """Make every daily digest whose time came since the last one, found or not.

        A digest that is late takes what was found until now.
        """
        left = list(rows)
        times = dict.fromkeys(way.at for way in self.ways if way.mode == "daily")
        for at in times:
            ways = [way for way in self.ways if way.mode == "daily" and way.at == at]
            mine = [
                r for r in left if any(covers(w, r.intent.watchlists) for w in ways)
            ]
            due = max(last_daily(way, self.now, self.situation.zone) for way in ways)
            last = self.situation.cursors.get(cursor_of(ways[0]))
            free = max(quiet_until(way, self.now, self.situation.zone) for way in ways)
            if last is None or due <= last:
                until = min(next_daily(w, self.now, self.situation.zone) for w in ways)
                self._wait(mine, until, "daily")
            elif free > self.now:
                self._wait(mine, free, "quiet")
            else:
                self._add(mine, "digest", "daily", at=due, ways=ways)
                left = [row for row in left if row not in mine]

    def _ready(self, rows: list[Pending]) -> list[Pending]:
        """Return the rows whose time has come; note the others as waiting."""
        zone = self.situation.zone
        ready = []
        for row in rows:
            intent = row.intent
            ways = [
                way
                for way in self.ways
                if way.mode == intent.slot and covers(way, intent.watchlists)
            ]
            free = min(
                (quiet_until(way, self.now, zone) for way in ways), default=self.now
            )
            # What a clock that was ahead has queued would wait for that day.
            late = intent.queued_at > self.now + HOUR
            until = free if late else max(intent.due_at, free)
            if until <= self.now:
                ready.append(row)
            else:
                quiet = free > self.now or intent.held
                why = intent.cause if intent.slot == "instant" else intent.slot
                self._wait([row], until, "quiet" if quiet else why)
        return ready

    def _is_backlog(self, rows: list[Pending]) -> bool:
        """Say whether rows waited for a server that did not answer."""
        down = self.traffic.down_since
        return down is not None and any(
            row.intent.due_at <= self.now - timedelta(minutes=1) for row in rows
        )

    def _add(
        self,
        rows: list[Pending],
        kind: str,
        slot: str,
        *,
        at: datetime | None = None,
        ways: list[Subscription] | None = None,
    ) -> None:
        channel = rows[0].intent.channel if rows else (ways or self.ways)[0].channel
        language: str = ways[0].language if ways else self.language
        if kind == "health":
            language = self.situation.operator_language
        self.due.append(
            Parcel(
                recipient=self.recipient,
                channel=channel,
                kind=kind,
                slot=slot,
                at=at or self.now,
                rows=tuple(rows),
                language=language,
                cursor=cursor_of(ways[0]) if ways else "",
                subscriptions=tuple(ways or self.ways),
            )
        )

    def _wait(self, rows: list[Pending], until: datetime, why: str) -> None:
        if rows:
            self.waiting.append(Waiting(rows=tuple(rows), until=until, why=why))
