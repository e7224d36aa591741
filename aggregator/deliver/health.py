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
from aggregator.alerts.timing import next_slot
from aggregator.alerts.troubles import HealthNote, Trouble
from aggregator.alerts.volume import DAYS, is_silent
from aggregator.alerts.wording import Words
from aggregator.deliver.sending import note_subscriptions
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
        troubles = [
            *_outage(own_outage=own_outage),
            *telling.feed_troubles(db),
            *telling.broken_pages(db, now - RECENT),
            *_machine(config),
            *_servers(db),
            *_silences(config, db, now),
            *_gaps(config, db, now),
            *_dead(db, now),
            *_notes(notes, now),
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


def _outage(*, own_outage: bool) -> list[Trouble]:
    text = (
        "Hiçbir kaynağa ulaşılamıyor: sorun bu makinenin ağ bağlantısında görünüyor,"
        " kaynaklara hata yazılmadı"
    )
    return [Trouble(topic="outage", state="down", text=text)] if own_outage else []


def _machine(config: Config) -> list[Trouble]:
    try:
        free = upkeep.free_bytes(config.settings.database)
    except OSError:
        return []
    if free >= LITTLE_SPACE:
        return []
    text = f"Diskte yer azaldı: {free // 1_000_000} MB kaldı"
    return [Trouble(topic="disk", state="low", text=text)]


def _servers(db: Db) -> list[Trouble]:
    return [
        Trouble(
            topic=f"mail:{key.removeprefix('down:')}",
            state="down",
            text=f"İletiler gönderilemiyordu: {value.split(' ', 1)[1]}",
        )
        for key, value in outbox.recall_all(db, "down:").items()
    ]


def _silences(config: Config, db: Db, now: datetime) -> list[Trouble]:
    zone = ZoneInfo(config.settings.timezone)
    today = now.astimezone(zone).date()
    return [
        Trouble(
            topic=f"silent:{watchlist.id}",
            state="silent",
            text=f"“{watchlist.title}” izlemesi alışılmıştan uzun süredir sessiz:"
            " sorgu veya kaynaklar gözden geçirilmeli",
        )
        for watchlist in config.watchlists
        if is_silent(telling.stories_by_day(db, watchlist.id, today, zone, DAYS)[:-1])
    ]


def _gaps(config: Config, db: Db, now: datetime) -> list[Trouble]:
    words = Words("tr", ZoneInfo(config.settings.timezone), now)
    found = []
    for gap_id, gap in telling.new_gaps(db, now - RECENT):
        ends = [words.time(at) if at else "?" for at in (gap.after_at, gap.before_at)]
        text = f"Boşluk: {gap.outlet}, {'–'.join(ends)} arasında haber kaçmış olabilir"
        found.append(Trouble(topic=f"gap:{gap_id}", state="gap", text=text, once=True))
    return found


def _dead(db: Db, now: datetime) -> list[Trouble]:
    return [
        Trouble(
            topic=f"dead:{alert_id}",
            state="dead",
            text=f"İletilemedi: {recipient}, “{subject}” – {error}",
            once=True,
        )
        for alert_id, recipient, subject, error in telling.dead_alerts(db, now - RECENT)
    ]


def _notes(notes: Iterable[str], now: datetime) -> list[Trouble]:
    """Return the run's own remarks, each once a day whatever numbers it holds."""
    found = {}
    for note in notes:
        masked = re.sub(r"\d+", "0", note.strip().splitlines()[0])
        digest = hashlib.sha256(masked.encode()).hexdigest()[:16]
        topic = f"note:{digest}:{now.date().isoformat()}"
        found[topic] = Trouble(topic=topic, state="note", text=note[:1000], once=True)
    return list(found.values())


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
