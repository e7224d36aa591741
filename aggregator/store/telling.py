"""What the store knows of stories, sources and troubles, as the alerts tell it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.alerts.facts import Carrier, Gap, Hit, Item, Proof
from aggregator.alerts.faults import tell_fault
from aggregator.alerts.troubles import KnownTrouble, Trouble
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from aggregator.alerts.troubles import HealthNote
    from aggregator.alerts.wording import Words
    from aggregator.model import Intent
    from aggregator.store.db import Db, Row

# Outlets shown with time and link; the others are only counted.
SHOWN_OUTLETS = 8
# A feed that fails for the first or second time usually answers the next time.
FAILURES = 3


def load_item(
    db: Db, intent: Intent, titles: Mapping[str, str], followed: frozenset[str] | None
) -> Item | None:
    """Return a story as a mail to one recipient tells it.

    Args:
        db: the store.
        intent: the row of the outbox.
        titles: of all watchlists.
        followed: watchlists that the recipient subscribes to; None: all.

    Returns:
        None when the story is no more (pruned).
    """
    story = db.row("select * from stories where id = ?", (intent.story_id,))
    if story is None:
        return None
    articles = db.rows(
        "select id, outlet, title, lead, url, language, agency, copy_of,"
        " coalesce(published_at, first_seen_at) as at from articles"
        " where story_id = ? order by at, id",
        (story["id"],),
    )
    scores = [
        (row["watchlist_id"], row["score"])
        for row in db.rows(
            "select watchlist_id, score from story_flags where story_id = ?"
            " order by score desc, watchlist_id",
            (story["id"],),
        )
        if followed is None or row["watchlist_id"] in followed
    ]
    keys = [key for key, _ in scores] or list(intent.watchlists)
    shown = next((a for a in articles if a["id"] == story["representative_id"]), None)
    shown = shown or (articles[0] if articles else None)
    hits, sentence = _evidence(db, articles, shown, intent.watchlists)
    return Item(
        story_id=story["id"],
        title=story["title"],
        lead=shown["lead"] if shown else "",
        language=shown["language"] if shown else "tr",
        agency=next((a["agency"] for a in articles if a["agency"]), ""),
        watchlists=tuple((key, titles.get(key, key)) for key in keys),
        new_watchlists=tuple((key, titles.get(key, key)) for key in intent.watchlists),
        score=max((score for _, score in scores), default=0.0),
        outlets=story["outlets"],
        articles=story["articles"],
        carriers=_carriers(articles),
        hits=hits,
        sentence=sentence,
        cause=intent.cause,
        late=intent.late,
        seq=intent.seq,
    )


def load_proof(db: Db, since: datetime, until: datetime) -> Proof:
    """Return what was read between two times, and how the sources are now."""
    health = db.rows("select outlet, state from feed_health where state <> 'disabled'")
    gaps = db.rows(
        "select f.outlet, g.after_at, g.before_at from gap_records g"
        " join feeds f on f.feed_id = g.feed_id"
        " where g.detected_at > ? and g.detected_at <= ? and not g.recovered"
        " order by g.id",
        (instant(since), instant(until)),
    )
    return Proof(
        since=since,
        until=until,
        articles=_count(db, "articles", "first_seen_at", since, until),
        stories=_count(db, "stories", "first_seen_at", since, until),
        feeds=len(health),
        healthy=sum(row["state"] == "ok" for row in health),
        quiet=_outlets(health, ("quiet",)),
        failing=_outlets(health, ("failing", "blocked", "gone")),
        gaps=tuple(
            Gap(
                outlet=row["outlet"],
                after_at=parse_instant(row["after_at"]),
                before_at=parse_instant(row["before_at"]),
            )
            for row in gaps
        ),
        last_run_at=parse_instant(db.value("select max(finished_at) from run_records")),
    )


def stories_by_day(
    db: Db, watchlist_id: str, today: date, zone: ZoneInfo, days: int
) -> list[int]:
    """Count the stories of a watchlist, copies left out, today last.

    The list begins with the first day of `days` before today on which the store held
    articles already. Stories that were old news when they came do not count.
    """
    start = datetime.combine(today - timedelta(days=days), datetime.min.time(), zone)
    oldest = parse_instant(
        db.value("select first_seen_at from articles order by id limit 1")
    )
    rows = db.rows(
        "select s.first_seen_at from story_flags f join stories s on s.id = f.story_id"
        " join articles a on a.id = s.representative_id"
        " where f.watchlist_id = ? and s.first_seen_at >= ? and a.quiet = 0",
        (watchlist_id, instant(start.astimezone(UTC))),
    )
    counts = Counter(
        datetime.fromisoformat(row[0]).astimezone(zone).date() for row in rows
    )
    begun = oldest.astimezone(zone).date() if oldest else today
    first = max(start.date(), min(begun, today))
    return [counts[first + timedelta(days=n)] for n in range((today - first).days + 1)]


def feed_troubles(db: Db, words: Words) -> list[Trouble]:
    """Return the sources that are not well now, one trouble each, in these words."""
    rows = db.rows(
        "select feed_id, outlet, state, failures, error, status from feed_health"
        " where state in ('failing', 'blocked', 'gone', 'quiet') order by feed_id"
    )
    found = []
    for row in rows:
        if row["state"] == "failing" and row["failures"] < FAILURES:
            continue
        state = row["state"]
        tells = row["error"] and state != "quiet"
        why = f" – {tell_fault(row['error'], words.language)}" if tells else ""
        said = words(f"trouble.{state}")
        text = f"{row['outlet']} ({row['feed_id']}): {said}{why}"
        found.append(Trouble(topic=f"feed:{row['feed_id']}", state=state, text=text))
    return found


def new_gaps(db: Db, since: datetime) -> list[tuple[int, Gap]]:
    """Return the gaps noted since that nothing filled, with their ids."""
    rows = db.rows(
        "select g.id, f.outlet, g.after_at, g.before_at from gap_records g"
        " join feeds f on f.feed_id = g.feed_id"
        " where g.detected_at >= ? and not g.recovered order by g.id",
        (instant(since),),
    )
    return [
        (
            row["id"],
            Gap(
                outlet=row["outlet"],
                after_at=parse_instant(row["after_at"]),
                before_at=parse_instant(row["before_at"]),
            ),
        )
        for row in rows
    ]


def broken_pages(db: Db, since: datetime, words: Words) -> list[Trouble]:
    """Return the sources whose recent pages nearly all gave no article, in words."""
    rows = db.rows(
        "select a.feed_id, f.outlet, count(*) as n, sum(a.scrape_state in"
        " ('thin', 'list_page', 'failed', 'blocked')) as bad"
        " from articles a join feeds f on f.feed_id = a.feed_id"
        " where a.published_at >= ? and a.scrape_state not in ('pending', 'feed_only')"
        " group by a.feed_id having n >= 10 and bad * 10 >= n * 8",
        (instant(since),),
    )
    return [
        Trouble(
            topic=f"pages:{row['feed_id']}",
            state="broken",
            text=f"{row['outlet']} ({row['feed_id']}): "
            + words("trouble.pages", pages=row["n"], bad=row["bad"]),
        )
        for row in rows
    ]


def dead_alerts(db: Db, since: datetime) -> list[tuple[int, str, str, str]]:
    """Return id, recipient, subject and error of messages given up since."""
    rows = db.rows(
        "select id, recipient, subject, error from alerts"
        " where state = 'dead' and next_try_at >= ? order by id",
        (instant(since),),
    )
    return [(row[0], row[1], row[2], row[3] or "") for row in rows]


def known_troubles(db: Db) -> list[KnownTrouble]:
    """Return what the operator was told and what is not over."""
    return [
        KnownTrouble(
            topic=row["topic"],
            state=row["state"],
            text=row["text"],
            since=datetime.fromisoformat(row["since"]),
            told_at=datetime.fromisoformat(row["told_at"]),
        )
        for row in db.rows("select * from troubles order by topic")
    ]


def note_trouble(db: Db, note: HealthNote, now: datetime) -> None:
    """Remember that the operator was told; forget what is over."""
    if note.change == "over":
        db.write("delete from troubles where topic = ?", (note.topic,))
    elif note.change != "event":
        db.write(
            "insert or replace into troubles values (?, ?, ?, ?, ?)",
            (note.topic, note.state, note.text, instant(note.since), instant(now)),
        )


def _count(db: Db, table: str, column: str, since: datetime, until: datetime) -> int:
    return int(
        db.value(
            f"select count(*) from {table} where {column} > ? and {column} <= ?",
            (instant(since), instant(until)),
        )
    )


def _outlets(rows: list[Row], states: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({row["outlet"] for row in rows if row["state"] in states}))


def _carriers(articles: list[Row]) -> tuple[Carrier, ...]:
    """Return each outlet's earliest article, earliest first."""
    first: dict[str, Row] = {}
    for row in articles:
        first.setdefault(row["outlet"], row)
    return tuple(
        Carrier(
            outlet=row["outlet"],
            title=row["title"],
            url=row["url"],
            at=datetime.fromisoformat(row["at"]),
        )
        for row in list(first.values())[:SHOWN_OUTLETS]
    )


def _evidence(
    db: Db, articles: list[Row], shown: Row | None, watchlists: tuple[str, ...]
) -> tuple[tuple[Hit, ...], tuple[tuple[str, bool], ...]]:
    """Return the hits of the article shown, else of the first that has any."""
    order = ([shown] if shown else []) + [row for row in articles if row is not shown]
    for row in order:
        found = db.rows(
            "select watchlist_id, term, surface, field, start, snippet"
            " from match_records where article_id = ? order by"
            " case field when 'title' then 0 when 'lead' then 1 else 2 end, start",
            (row["id"],),
        )
        mine = [hit for hit in found if hit["watchlist_id"] in watchlists] or found
        if mine:
            return _hits(mine), _sentence(mine)
    return (), ()


def _hits(rows: list[Row]) -> tuple[Hit, ...]:
    """Return the terms and how often each place has them, in their shortest form."""
    surfaces: dict[str, str] = {}
    places: dict[str, Counter[str]] = {}
    seen = set()
    for row in rows:
        spot = (row["term"], row["field"], row["start"])
        if spot in seen:  # two watchlists hit the same word
            continue
        seen.add(spot)
        before = surfaces.setdefault(row["term"], row["surface"])
        surfaces[row["term"]] = min(before, row["surface"], key=len)
        places.setdefault(row["term"], Counter())[row["field"]] += 1
    return tuple(
        Hit(surface=surfaces[term], places=tuple(counts.items()))
        for term, counts in places.items()
    )


def _sentence(rows: list[Row]) -> tuple[tuple[str, bool], ...]:
    """Cut the best sentence where its hits are; the text says more than the title."""
    best = next((row for row in rows if row["field"] == "text"), None)
    best = best or next((row for row in rows if row["field"] == "lead"), rows[0])
    surfaces = sorted({row["surface"] for row in rows if row["surface"]}, key=len)
    if not surfaces:
        return ((best["snippet"], False),)
    # Whole words only: no "Bakı" within "bakım".
    words = "|".join(re.escape(surface) for surface in reversed(surfaces))
    parts = re.split(rf"(?<!\w)({words})(?!\w)", best["snippet"])
    return tuple((part, n % 2 == 1) for n, part in enumerate(parts) if part)
