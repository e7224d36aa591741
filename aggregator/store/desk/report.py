"""A week or a month of a watchlist: how much, by whom, and who was first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.store.db import Connection, Row


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
        "select a.story_id, a.outlet, a.published_day,"
        " min(coalesce(a.published_at, a.first_seen_at), a.first_seen_at) as at"
        " from articles a join flags f on f.article_id = a.id and f.watchlist_id = ?"
        " where a.published_day between ? and ? order by at, a.id",
        (watchlist_id, first_day, last_day),
    ).fetchall()
    return _period(watchlist_id, rows)


def count_period(
    conn: Connection, watchlist_id: str, *, first_day: str, last_day: str
) -> int:
    """Return how many stories a watchlist had between two days, both inside."""
    row = conn.execute(
        "select count(distinct a.story_id) from articles a"
        " join flags f on f.article_id = a.id and f.watchlist_id = ?"
        " where a.published_day between ? and ?",
        (watchlist_id, first_day, last_day),
    ).fetchone()
    return int(row[0])


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
