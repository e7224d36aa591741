"""From rows of the outbox to a message: the facts from the store, then its bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.alerts import covers
from aggregator.alerts.facts import Letter, Spike
from aggregator.alerts.message import build_mail, message_id
from aggregator.alerts.payload import as_json
from aggregator.alerts.rendering import Look, Rendered, render
from aggregator.alerts.troubles import HealthNote
from aggregator.alerts.volume import DAYS, is_spike
from aggregator.alerts.wording import Words
from aggregator.model import Mail
from aggregator.store import outbox, telling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.alerts.facts import Item, Proof
    from aggregator.alerts.planning import Parcel
    from aggregator.model import Config, Subscription
    from aggregator.store import Db


def look_of(config: Config) -> Look:
    """Return what all mails share."""
    return Look(
        base_url=config.alerts.base_url.rstrip("/"),
        zone=ZoneInfo(config.settings.timezone),
        sender=config.alerts.sender,
        operator=config.alerts.operator or "",
    )


def write_letter(
    config: Config, db: Db, parcel: Parcel, now: datetime
) -> Letter | None:
    """Return what a parcel says; None: all it was about is no more in the store."""
    items = _items(config, db, parcel)
    stories = [row for row in parcel.rows if row.intent.story_id is not None]
    if stories and not items:
        return None
    letter = Letter(
        kind=parcel.kind,
        slot=parcel.slot,
        recipient=parcel.recipient,
        language=parcel.language,
        at=now,
        key=_key(parcel),
        items=items,
        notes=_notes(parcel),
        spikes=_spikes(config, db, parcel, now),
        reason=describe(config, _senders(parcel), parcel.language),
    )
    if parcel.kind == "digest" and parcel.slot != "notice":
        letter = replace(letter, proof=_proof(db, parcel, now))
    if parcel.kind == "followup":
        thread, subject = outbox.thread(db, parcel.recipient, items[0].story_id)
        letter = replace(letter, thread=thread, thread_subject=subject)
    return letter


def to_message(letter: Letter, channel: str, look: Look) -> tuple[Mail, Rendered]:
    """Give a letter the form that its channel carries."""
    rendered = render(letter, look)
    if channel != "webhook":
        return build_mail(letter, rendered, look), rendered
    identity = message_id(letter.key, letter.recipient, look.sender)
    mail = Mail(
        sender=look.sender,
        recipient=letter.recipient,
        message_id=identity,
        subject=rendered.subject,
        payload=as_json(letter, rendered, look, identity),
    )
    return mail, rendered


def describe(
    config: Config, subscriptions: Iterable[Subscription], language: str
) -> str:
    """Return subscriptions in words, for the foot of a mail."""
    titles = {item.id: item.title for item in config.watchlists}
    words = Words(language, ZoneInfo("UTC"), datetime(2000, 1, 1, tzinfo=UTC))
    parts = []
    for way in subscriptions:
        mode = words(f"mode.{way.mode}", at=f"{way.at:%H:%M}")
        names = words("every")
        if way.watchlists is not None:
            names = ", ".join(titles.get(key, key) for key in way.watchlists)
        parts.append(f"{names} ({mode})")
    return "; ".join(dict.fromkeys(parts))


def loud_watchlists(
    config: Config, db: Db, keys: frozenset[str] | None, now: datetime
) -> tuple[Spike, ...]:
    """Return the watchlists that are unusually loud today; keys None: all."""
    if config.alerts.spikes == "off":
        return ()
    zone = ZoneInfo(config.settings.timezone)
    today = now.astimezone(zone).date()
    found = []
    for watchlist in config.watchlists:
        if keys is not None and watchlist.id not in keys:
            continue
        *past, count = telling.stories_by_day(db, watchlist.id, today, zone, DAYS)
        # The first day is baseline: what was there when the monitor began.
        past = past if len(past) == DAYS else past[1:]
        if is_spike(count, past, config.alerts.spikes):
            spike = Spike(
                watchlist_id=watchlist.id,
                title=watchlist.title,
                today=count,
                usual=sum(past) / len(past),
            )
            found.append(spike)
    return tuple(found)


def followed(subscriptions: Iterable[Subscription]) -> frozenset[str] | None:
    """Return the watchlists that these are about; None: all."""
    keys: set[str] = set()
    for way in subscriptions:
        if way.watchlists is None:
            return None
        keys.update(way.watchlists)
    return frozenset(keys)


def _senders(parcel: Parcel) -> tuple[Subscription, ...]:
    """Return the subscriptions that sent this, of all that its recipient has."""
    mode = parcel.slot if parcel.slot in ("hourly", "daily") else "instant"
    mine = [way for way in parcel.subscriptions if way.mode == mode]
    hit = [
        way
        for way in mine
        if any(covers(way, row.intent.watchlists) for row in parcel.rows)
    ]
    return tuple(hit or mine) or parcel.subscriptions


def _items(config: Config, db: Db, parcel: Parcel) -> tuple[Item, ...]:
    """Return the stories, each once however many rows are about it."""
    titles = {item.id: item.title for item in config.watchlists}
    keys = followed(parcel.subscriptions)
    found: dict[int, Item] = {}
    for row in parcel.rows:
        if row.intent.story_id is None or row.intent.story_id in found:
            continue
        item = telling.load_item(db, row.intent, titles, keys)
        if item is not None:
            found[item.story_id] = item
    ranked = sorted(found.values(), key=lambda item: (-item.score, -item.outlets))
    return tuple(ranked)


def _key(parcel: Parcel) -> str:
    """Return what makes a message this one: kind, stories and their seq."""
    parts = [parcel.kind]
    parts += [
        f"{row.intent.story_id or row.intent.topic}/{row.intent.seq}"
        for row in parcel.rows
    ]
    if parcel.cursor:
        parts.append(f"{parcel.cursor}@{parcel.at.isoformat()}")
    return "|".join(parts)


def _notes(parcel: Parcel) -> tuple[HealthNote, ...]:
    if parcel.kind != "health":
        return ()
    notes = []
    for row in parcel.rows:
        told = json.loads(row.intent.text)
        since = datetime.fromisoformat(told.pop("since"))
        notes.append(HealthNote(**told, since=since))
    return tuple(notes)


def _spikes(config: Config, db: Db, parcel: Parcel, now: datetime) -> tuple[Spike, ...]:
    if parcel.slot == "notice":
        return tuple(Spike(**json.loads(row.intent.text)) for row in parcel.rows)
    if parcel.slot == "daily":
        return loud_watchlists(config, db, followed(parcel.subscriptions), now)
    return ()


def _proof(db: Db, parcel: Parcel, now: datetime) -> Proof:
    since = now - timedelta(hours=24)
    if parcel.cursor and (last := outbox.recall(db, parcel.cursor)):
        # Weekends and holidays: since the last digest, however long ago.
        since = min(since, datetime.fromisoformat(last))
    elif parcel.slot != "daily":
        since = min((row.intent.queued_at for row in parcel.rows), default=since)
    proof = telling.load_proof(db, since, now)
    return replace(proof, mailed=outbox.mailed_at_once(db, parcel.recipient, since))
