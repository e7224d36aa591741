"""A week or a month of a watchlist: how much, by whom, and who was first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from aggregator.store.desk.reading import first_article_since

if TYPE_CHECKING:
    from aggregator.store.db import Connection, Row


# The flagged articles that a period may have: those that arrived in it (no article is
# dated later than it came), and those of its days that came afterwards. All articles of
# a month, looked up in `flags` one by one, are three times as many look-ups.
_FLAGGED = """
with flagged as (
  select article_id as id from flags
  where watchlist_id = :watchlist and article_id >= :low and article_id < :high
  union all
  select a.id from json_each(:days) d
  join articles a on a.published_day = d.value and a.id >= :high
  join flags f on f.watchlist_id = :watchlist and f.article_id = a.id
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletShare:
    """What an outlet had: stories, articles, and how often it was the first."""

    outlet: str
    stories: int
    articles: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a watchlist had between two days.

    copies: articles beyond one a story. days: stories a day, by day. stories_top: ids,
    most outlets first.
    """

    watchlist_id: str
    stories: int
    articles: int
    copies: int
    outlets: tuple[OutletShare, ...]
    days: tuple[tuple[str, int], ...]
    stories_top: tuple[int, ...]


def load_period(
    conn: Connection, watchlist_id: str, *, first_day: str, last_day: str
) -> Period:
    """Return a watchlist's period; both days (YYYY-MM-DD) are inside."""
    rows = conn.execute(
        f"{_FLAGGED} select a.story_id, a.outlet, a.published_day,"
        " min(coalesce(a.published_at, a.first_seen_at), a.first_seen_at) as at"
        " from flagged join articles a on a.id = flagged.id"
        " where a.published_day between :first and :last order by at, a.id",
        _asked(conn, watchlist_id, first_day, last_day),
    ).fetchall()
    return _period(watchlist_id, rows)


def count_period(
    conn: Connection, watchlist_id: str, *, first_day: str, last_day: str
) -> int:
    """Return how many stories a watchlist had between two days, both inside."""
    row = conn.execute(
        f"{_FLAGGED} select count(distinct a.story_id)"
        " from flagged join articles a on a.id = flagged.id"
        " where a.published_day between :first and :last",
        _asked(conn, watchlist_id, first_day, last_day),
    ).fetchone()
    return int(row[0])


def _asked(
    conn: Connection, watchlist_id: str, first_day: str, last_day: str
) -> dict[str, object]:
    """Return the parameters of `_FLAGGED`.

    A day of the operator's may begin half a day before UTC's, so that the ids begin one
    day earlier; where they end only decides which half finds an article.
    """
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    begin, end = (
        first_article_since(conn, datetime.combine(day, time(), UTC))
        for day in (first - timedelta(days=1), last + timedelta(days=1))
    )
    return {
        "watchlist": watchlist_id,
        "first": first_day,
        "last": last_day,
        "low": begin,
        "high": end,
        "days": json.dumps([day.isoformat() for day in days]),
    }


def _period(watchlist_id: str, rows: list[Row]) -> Period:
    articles: Counter[str] = Counter()
    first: Counter[str] = Counter()
    days: Counter[str] = Counter()
    stories: dict[int, set[str]] = {}
    by_outlet: dict[str, set[int]] = {}
    for row in rows:
        outlet, story_id = row["outlet"], row["story_id"]
        articles[outlet] += 1
        if story_id not in stories:
            stories[story_id] = set()
            first[outlet] += 1
            days[row["published_day"]] += 1
        stories[story_id].add(outlet)
        by_outlet.setdefault(outlet, set()).add(story_id)
    shares = [
        OutletShare(
            outlet=outlet,
            stories=len(found),
            articles=articles[outlet],
            first=first[outlet],
        )
        for outlet, found in by_outlet.items()
    ]
    top = sorted(stories, key=lambda one: (-len(stories[one]), -one))
    return Period(
        watchlist_id=watchlist_id,
        stories=len(stories),
        articles=len(rows),
        copies=len(rows) - len(stories),
        outlets=tuple(sorted(shares, key=lambda s: (-s.stories, -s.first, s.outlet))),
        days=tuple(sorted(days.items())),
        stories_top=tuple(top[:20]),
    )
