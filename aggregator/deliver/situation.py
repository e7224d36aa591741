"""What a delivery finds: which messages are due, what waits, which servers refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator import alerts
from aggregator.alerts.planning import Plan, Situation, Traffic, cursor_of
from aggregator.alerts.timing import last_daily
from aggregator.channels import CHANNELS
from aggregator.store import instant, outbox

if TYPE_CHECKING:
    from aggregator.model import Config
    from aggregator.store import Db

# A subscription made so shortly after its time still gets that day's digest.
GRACE = timedelta(minutes=10)
# A digest noted so far ahead was sent by a clock that went wrong.
AHEAD = timedelta(days=1)


def make_plan(config: Config, db: Db, now: datetime) -> Plan:
    """Return which rows of the outbox go together now, and what waits."""
    traffic = outbox.traffic(db, now)
    for recipient, since in _down(config, db).items():
        traffic[recipient] = replace(
            traffic.get(recipient, Traffic()), down_since=since
        )
    situation = Situation(
        subscriptions=config.alerts.subscriptions,
        traffic=traffic,
        cursors=_cursors(db),
        operator=config.alerts.operator,
        operator_language=config.alerts.operator_language,
        storm_cap=config.alerts.storm_cap,
        zone=ZoneInfo(config.settings.timezone),
        now=now,
    )
    return alerts.plan(outbox.pending(db), situation)


def note_subscriptions(config: Config, db: Db, now: datetime) -> None:
    """Remember when a daily subscription began: no digest for the days before.

    One whose last digest lies in the future begins anew: a clock that was ahead for an
    hour must not silence it for a year.
    """
    zone = ZoneInfo(config.settings.timezone)
    known = _cursors(db)
    new = {}
    for way in config.alerts.subscriptions:
        if way.mode != "daily":
            continue
        last = known.get(cursor_of(way))
        if last is None or last > now + AHEAD:
            new[cursor_of(way)] = instant(last_daily(way, now - GRACE, zone))
    if new:
        with db.transaction():
            for key, value in new.items():
                outbox.remember(db, key, value)


def forget_servers(config: Config, db: Db) -> None:
    """Forget that a server refused on which nobody depends any more.

    After a wrong host was put right, nothing would ever be heard of the old one again.
    """
    used = set(_servers(config).values())
    gone = [
        key
        for key in outbox.recall_all(db, "down:")
        if key.removeprefix("down:") not in used
    ]
    if gone:
        with db.transaction():
            for key in gone:
                outbox.remember(db, key, None)


def list_due(config: Config, db: Db, now: datetime) -> list[str]:
    """Return in lines what is due and why the rest waits; nothing is written."""
    plan = make_plan(config, db, now)
    zone = ZoneInfo(config.settings.timezone)
    lines = []
    for alert_id in outbox.due_alerts(db, now):
        _, row = outbox.load_alert(db, alert_id, "")
        lines.append(f"again  {row['recipient']}  {row['subject']}")
    for parcel in plan.due:
        what = f"{parcel.kind} ({parcel.slot}), {len(parcel.rows)} rows"
        lines.append(f"due    {parcel.recipient}  {what}")
    for wait in plan.waiting:
        name = wait.rows[0].intent.recipient
        what = f"{len(wait.rows)} rows: {wait.why}"
        lines.append(f"waits  {name}  until {_local(wait.until, zone)}  {what}")
    for row in outbox.later_alerts(db, now):
        until = _local(datetime.fromisoformat(row["next_try_at"]), zone)
        what = f"attempt {row['attempts']} failed: {row['error']}"
        name = row["recipient"]
        lines.append(f"waits  {name}  until {until}  {what}")
    for key, value in outbox.recall_all(db, "wait:").items():
        if now < (at := datetime.fromisoformat(value)):
            name = key.removeprefix("wait:")
            lines.append(f"waits  {name}  until {_local(at, zone)}  it asked for that")
    return lines


def count_waiting(db: Db) -> int:
    """Count what is not sent yet: rows without a message, and messages."""
    messages = db.value("select count(*) from alerts where state = 'queued'")
    return len(outbox.pending(db)) + int(messages)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _cursors(db: Db) -> dict[str, datetime]:
    """Return the last daily digest of each subscription, by `cursor_of`."""
    found = outbox.recall_all(db, "digest:")
    return {key: datetime.fromisoformat(value) for key, value in found.items()}


def _servers(config: Config) -> dict[str, str]:
    """Return the server that each recipient depends on, the operator included."""
    ways = [(way.to, way.channel) for way in config.alerts.subscriptions]
    if config.alerts.operator:
        ways.append((config.alerts.operator, "email"))
    channels = {name: make(config.alerts, {}) for name, make in CHANNELS.items()}
    return {to: channels[channel].server_of(to) for to, channel in ways}


def _down(config: Config, db: Db) -> dict[str, datetime]:
    """Return since when each recipient's server refuses, by recipient."""
    refused = {
        key.removeprefix("down:"): datetime.fromisoformat(value.split(" ", 1)[0])
        for key, value in outbox.recall_all(db, "down:").items()
    }
    if not refused:
        return {}
    servers = _servers(config).items()
    return {to: refused[server] for to, server in servers if server in refused}
