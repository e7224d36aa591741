"""What the operator must hear of, queued at the end of a run like any other alert."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator import alerts
from aggregator.alerts.faults import tell_fault
from aggregator.alerts.timing import next_slot
from aggregator.alerts.troubles import HealthNote, Trouble
from aggregator.alerts.volume import DAYS, is_silent
from aggregator.alerts.wording import Words
from aggregator.deliver.situation import note_subscriptions
from aggregator.model import Intent
from aggregator.store import instant, outbox, telling, upkeep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import Config
    from aggregator.store import Db

LITTLE_SPACE = 500_000_000
# Events of so long ago are told if they were not; longer ago they are history.
RECENT = timedelta(days=3)


def queue_health(
    config: Config,
    db: Db,
    now: datetime,
    *,
    own_outage: bool = False,
    notes: Iterable[str] = (),
) -> int:
    """Queue health mails for the operator, and notices of unusual volume.

    Args:
        config: the whole configuration.
        db: the open store; no transaction may be open.
        now: the time now.
        own_outage: no host answered in this run: the network here is to blame.
        notes: what else went wrong in the run, one text each; each is told once a day.

    Returns:
        how many rows are new.

    Raises:
        StoreError: the database cannot be written.
    """
    note_subscriptions(config, db, now)
    intents = _notices(config, db, now)
    found: tuple[HealthNote, ...] = ()
    if config.alerts.operator:
        zone = ZoneInfo(config.settings.timezone)
        words = Words(config.alerts.operator_language, zone, now)
        troubles = [
            *_outage(words, own_outage=own_outage),
            *telling.feed_troubles(db, words),
            *telling.broken_pages(db, now - RECENT, words),
            *_machine(config, words),
            *_servers(db, words),
            *_silences(config, db, now, words),
            *_gaps(db, now, words),
            *_dead(config, db, now, words),
            *_notes(notes, now, words),
        ]
        found = alerts.health(telling.known_troubles(db), troubles, now)
        intents += [_intent(config.alerts.operator, note, now) for note in found]
    if not intents:
        return 0
    with db.transaction():
        for note in found:
            telling.note_trouble(db, note, now)
        return outbox.queue(db, intents)


def _intent(operator: str, note: HealthNote, now: datetime) -> Intent:
    topic = note.topic
    if note.change != "event":
        topic = f"{note.topic}|{note.change}|{instant(now)}"
    text = {**asdict(note), "since": instant(note.since)}
    return Intent(
        recipient=operator,
        kind="health",
        topic=topic,
        slot="health",
        cause=note.change,
        text=json.dumps(text, ensure_ascii=False),
        due_at=now,
        queued_at=now,
    )


def _outage(words: Words, *, own_outage: bool) -> list[Trouble]:
    if not own_outage:
        return []
    return [Trouble(topic="outage", state="down", text=words("trouble.outage"))]


def _machine(config: Config, words: Words) -> list[Trouble]:
    try:
        free = upkeep.free_bytes(config.settings.database)
    except OSError:
        return []
    if free >= LITTLE_SPACE:
        return []
    text = words("trouble.disk", megabytes=free // 1_000_000)
    return [Trouble(topic="disk", state="low", text=text)]


def _servers(db: Db, words: Words) -> list[Trouble]:
    return [
        Trouble(
            topic=f"mail:{key.removeprefix('down:')}",
            state="down",
            text=words("trouble.mail", reason=_told(value.split(" ", 1)[1], words)),
        )
        for key, value in outbox.recall_all(db, "down:").items()
    ]


def _silences(config: Config, db: Db, now: datetime, words: Words) -> list[Trouble]:
    zone = ZoneInfo(config.settings.timezone)
    today = now.astimezone(zone).date()
    return [
        Trouble(
            topic=f"silent:{watchlist.id}",
            state="silent",
            text=words("trouble.silent", title=watchlist.title),
        )
        for watchlist in config.watchlists
        if is_silent(telling.stories_by_day(db, watchlist.id, today, zone, DAYS)[:-1])
    ]


def _gaps(db: Db, now: datetime, words: Words) -> list[Trouble]:
    found = []
    for gap_id, gap in telling.new_gaps(db, now - RECENT):
        begin, end = (
            words.time(at) if at else "?" for at in (gap.after_at, gap.before_at)
        )
        text = words("trouble.gap", outlet=gap.outlet, begin=begin, end=end)
        found.append(Trouble(topic=f"gap:{gap_id}", state="gap", text=text, once=True))
    return found


def _dead(config: Config, db: Db, now: datetime, words: Words) -> list[Trouble]:
    """Return the messages given up, but for those to the operator.

    Mail about them would go to the address that just refused one, be given up too, and
    so on with every run; whoever reads cron's mail hears of them.
    """
    return [
        Trouble(
            topic=f"dead:{alert_id}",
            state="dead",
            text=words(
                "trouble.dead",
                to=recipient,
                subject=subject,
                error=_told(error, words),
            ),
            once=True,
        )
        for alert_id, recipient, subject, error in telling.dead_alerts(db, now - RECENT)
        if recipient != config.alerts.operator
    ]


def _notes(notes: Iterable[str], now: datetime, words: Words) -> list[Trouble]:
    """Return the run's own remarks, each once a day whatever numbers it holds."""
    found = {}
    for note in filter(str.strip, notes):
        line = _first_line(note.strip())
        masked = re.sub(r"\d+", "0", line)
        digest = hashlib.sha256(masked.encode()).hexdigest()[:16]
        topic = f"note:{digest}:{now.date().isoformat()}"
        text = _told(line, words)[:1000]
        found[topic] = Trouble(topic=topic, state="note", text=text, once=True)
    return list(found.values())


def _first_line(note: str) -> str:
    """Return what a remark says: of a traceback, where it happened and its error."""
    lines = note.splitlines()
    return lines[0].replace("Traceback (most recent call last):", lines[-1])


def _told(fault: str, words: Words) -> str:
    return tell_fault(fault, words.language)


def _notices(config: Config, db: Db, now: datetime) -> list[Intent]:
    """Tell those who want news at once that a watchlist is unusually loud today."""
    ways = [way for way in config.alerts.subscriptions if way.mode == "instant"]
    if not ways:
        return []
    zone = ZoneInfo(config.settings.timezone)
    day = now.astimezone(zone).date().isoformat()
    intents = []
    from aggregator.deliver.letters import loud_watchlists  # noqa: PLC0415 - heavy

    for spike in loud_watchlists(config, db, None, now):
        for way in ways:
            if not alerts.covers(way, (spike.watchlist_id,)):
                continue
            due, held = next_slot(way, now, zone)
            intent = Intent(
                recipient=way.to,
                channel=way.channel,
                kind="digest",
                topic=f"spike:{spike.watchlist_id}:{day}",
                slot="notice",
                watchlists=(spike.watchlist_id,),
                held=held,
                text=json.dumps(asdict(spike), ensure_ascii=False),
                due_at=due,
                queued_at=now,
            )
            intents.append(intent)
    return intents
