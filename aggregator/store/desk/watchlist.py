"""One watchlist: its stories, its rhythm, who writes about it, and what comes along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.store.desk.reading import first_article_since, ids_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aggregator.store.db import Connection

# Names met together are counted over so many of the newest articles.
TOGETHER_ARTICLES = 1000
# What became of each term is read from so many of the newest matches …
TERM_MATCHES = 3000
# … and from the hits of so many of the newest judged stories.
JUDGED_STORIES = 400
JUDGED_HITS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How many stories began on each day (YYYY-MM-DD) that had one, and lately in all.

    recent: stories with an article of the last of these days.
    """

    days: dict[str, int]
    recent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many stories a name or an outlet has."""

    name: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedHit:
    """A match in a story that people judged; snippet is its sentence."""

    story_id: int
    term: str
    surface: str
    snippet: str
    relevant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCounts:
    """Articles by term. are_all: no older match was left out of them."""

    articles: dict[str, int]
    are_all: bool


def known_watchlists(conn: Connection) -> dict[str, str]:
    """Return the titles of all watchlists ever used, in their order."""
    rows = conn.execute("select watchlist_id, title from watchlists order by position")
    return {row[0]: row[1] for row in rows}


def recent_stories(
    conn: Connection, watchlist_id: str, *, before_id: int | None = None, limit: int
) -> list[int]:
    """Return the watchlist's stories, newest first, below an id if one is given."""
    rows = conn.execute(
        "select story_id from story_flags where watchlist_id = ?"
        " and story_id < coalesce(?, 9223372036854775807)"
        " order by story_id desc limit ?",
        (watchlist_id, before_id, limit),
    )
    return [row[0] for row in rows]


def count_stories(conn: Connection, watchlist_id: str) -> int:
    """Return how many stories a watchlist ever had."""
    row = conn.execute(
        "select count(*) from story_flags where watchlist_id = ?", (watchlist_id,)
    ).fetchone()
    return int(row[0])


def read_rhythm(
    conn: Connection,
    watchlist_id: str,
    *,
    since: datetime,
    days: tuple[str, str],
    recent_day: str,
) -> Rhythm:
    """Return how a watchlist's stories spread over the days (first and last, inside).

    A story counts on the first of these days on which it was published, as in a report.
    since: when the first day began at the latest. recent_day: where the last part of
    the days begins, whose stories are counted on their own.
    """
    rows = conn.execute(
        "select day, count(*), sum(is_recent) from ("
        " select min(a.published_day) as day,"
        " max(a.published_day between :recent and :last) as is_recent"
        " from flags f join articles a on a.id = f.article_id"
        " where f.watchlist_id = :watchlist and f.article_id >= :oldest"
        " and a.published_day >= :first group by a.story_id) group by day order by day",
        {
            "watchlist": watchlist_id,
            "oldest": first_article_since(conn, since),
            "first": days[0],
            "last": days[1],
            "recent": recent_day,
        },
    ).fetchall()
    return Rhythm(
        days={row[0]: row[1] for row in rows}, recent=sum(row[2] for row in rows)
    )


def top_outlets(
    conn: Connection, watchlist_id: str, *, since: datetime, limit: int = 10
) -> list[Count]:
    """Return who had most stories of a watchlist."""
    rows = conn.execute(
        "select a.outlet, count(distinct a.story_id) as n"
        " from flags f join articles a on a.id = f.article_id"
        " where f.watchlist_id = ? and f.article_id >= ?"
        " group by a.outlet order by n desc, a.outlet limit ?",
        (watchlist_id, first_article_since(conn, since), limit),
    )
    return [Count(name=row[0], stories=row[1]) for row in rows]


def terms_together(
    conn: Connection, watchlist_id: str, *, since: datetime
) -> dict[str, set[int]]:
    """Return the stories of the watchlist in which each term was found."""
    rows = conn.execute(
        "select distinct m.term, a.story_id from ("
        " select article_id from flags where watchlist_id = ? and article_id >= ?"
        " order by article_id desc limit ?) f"
        " join match_records m on m.article_id = f.article_id"
        " join articles a on a.id = f.article_id",
        (watchlist_id, first_article_since(conn, since), TOGETHER_ARTICLES),
    )
    found: dict[str, set[int]] = {}
    for term, story_id in rows:
        found.setdefault(term, set()).add(story_id)
    return found


def count_judged(
    conn: Connection, watchlist_id: str, verdicts: Mapping[int, str]
) -> dict[str, int]:
    """Return how many of the watchlist's stories have each verdict.

    Args:
        conn: the news database.
        watchlist_id: which watchlist.
        verdicts: of present story ids.
    """
    rows = conn.execute(
        "select story_id from story_flags where watchlist_id = ?"
        " and story_id in (select value from json_each(?))",
        (watchlist_id, ids_json(verdicts)),
    )
    found: dict[str, int] = {}
    for row in rows:
        verdict = verdicts[row[0]]
        found[verdict] = found.get(verdict, 0) + 1
    return found


def count_terms(conn: Connection, watchlist_id: str) -> TermCounts:
    """Return how many articles each term was found in, in the newest matches."""
    rows = conn.execute(
        "select term, count(distinct article_id), count(*) from ("
        " select term, article_id from match_records where watchlist_id = ?"
        " order by id desc limit ?) group by term",
        (watchlist_id, TERM_MATCHES),
    ).fetchall()
    return TermCounts(
        articles={row[0]: row[1] for row in rows},
        are_all=sum(row[2] for row in rows) < TERM_MATCHES,
    )


def judged_hits(
    conn: Connection, watchlist_id: str, verdicts: Mapping[int, str]
) -> list[JudgedHit]:
    """Return the hits in the newest judged stories of a watchlist, newest first.

    verdicts: of present story ids.
    """
    newest = sorted((one for one in verdicts if verdicts[one]), reverse=True)
    rows = conn.execute(
        "select a.story_id, m.term, m.surface, m.snippet from articles a"
        " join match_records m on m.article_id = a.id"
        " where a.story_id in (select value from json_each(?)) and m.watchlist_id = ?"
        " order by a.story_id desc, m.id limit ?",
        (ids_json(newest[:JUDGED_STORIES]), watchlist_id, JUDGED_HITS),
    )
    return [
        JudgedHit(**dict(row), relevant=verdicts[row["story_id"]] == "relevant")
        for row in rows
    ]


def in_watchlist(
    conn: Connection, watchlist_id: str, story_ids: Iterable[int]
) -> set[int]:
    """Return which of the stories a watchlist has."""
    rows = conn.execute(
        "select story_id from story_flags where watchlist_id = ?"
        " and story_id in (select value from json_each(?))",
        (watchlist_id, ids_json(story_ids)),
    )
    return {row[0] for row in rows}
