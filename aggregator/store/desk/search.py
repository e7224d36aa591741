"""Search over the archive: newest first, one hit a story, bounded in time.

At a million articles the commonest word stands in most of them. Ordering by rank or by
a date, or counting exactly, takes a second then; walking the index from the newest
article down takes nothing. So ids stand for time, candidates are taken in slices and
counts are capped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.store.desk.reading import first_article_since, ids_json, shown_at
from aggregator.text.order import turkish_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.store.db import Connection, Row

# Candidates are taken in slices, the first small as it mostly suffices; after the last
# of them a search that has not found enough asks the reader whether to go on. Where the
# words lead, most candidates may fail the filters, and cost less.
SLICES = (60, 250, 1000, 4000, 8000)
WORD_SLICES = (250, 1000, 4000, 8000, 12_000)
# A filter leads in the words' place when it has so many times fewer articles.
FEWER = 6
COUNT_LIMIT = 10_000
# What came after its day was over is looked for in so many days, and so much of it.
LATE_DAYS = 400
LATE_LIMIT = 2000
AGENCY_LIMIT = 100

_TOP = 9_223_372_036_854_775_807
# What may lead a search.
_LEADERS = ("match", "watchlist_id", "outlet", "agency", "language", "category")
_HAS_WORDS = (
    "exists (select 1 from search_fts where search_fts match :match and rowid = {})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is searched for. Empty strings do not filter.

    match: an FTS5 expression, made by `match.search_query`. from_day and to_day:
    YYYY-MM-DD in the operator's zone, both inside.
    """

    match: str = ""
    outlet: str = ""
    language: str = ""
    category: str = ""
    agency: str = ""
    watchlist_id: str = ""
    from_day: str = ""
    to_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A story of the answer, by its newest article that fits."""

    story_id: int
    article_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of the answer.

    go_on_before: the article id to continue below; None: that was all. cut: the search
    stopped before it had looked at everything and found enough for a page.
    """

    found: tuple[Found, ...]
    go_on_before: int | None
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """What a snippet is made of. at: published, else seen, never in the future."""

    article_id: int
    story_id: int
    outlet: str
    title: str
    lead: str
    text: str
    language: str
    at: datetime


def find_stories(
    conn: Connection, filters: Filters, *, before_id: int | None = None, limit: int = 30
) -> Answer:
    """Return the newest stories that fit, below an article id if one is given."""
    seen: dict[int, Found] = {}
    last = _TOP if before_id is None else before_id
    for candidates, rows in _slices(conn, filters, last):
        for article_id, story_id in rows:
            if story_id not in seen and len(seen) == limit:
                return Answer(found=tuple(seen.values()), go_on_before=last, cut=False)
            last = article_id
            seen.setdefault(story_id, Found(story_id=story_id, article_id=article_id))
        if candidates is None:
            return Answer(found=tuple(seen.values()), go_on_before=None, cut=False)
        last = candidates
    return Answer(found=tuple(seen.values()), go_on_before=last, cut=True)


def count_articles(
    conn: Connection, match: str, *, limit: int = COUNT_LIMIT + 1
) -> int:
    """Return how many articles have the words, `limit` when there are as many."""
    row = conn.execute(
        "select count(*) from (select 1 from search_fts where search_fts match ?"
        " limit ?)",
        (match, limit),
    ).fetchone()
    return int(row[0])


def load_found(conn: Connection, article_ids: list[int]) -> dict[int, FoundText]:
    """Return what snippets are made of, by article."""
    rows = conn.execute(
        "select a.id as article_id, a.story_id, a.outlet, a.title, a.lead,"
        " coalesce(b.text, '') as text, a.language, a.published_at, a.first_seen_at"
        " from articles a left join bodies b on b.article_id = a.id"
        " where a.id in (select value from json_each(?))",
        (ids_json(article_ids),),
    )
    return {row["article_id"]: _found_text(row) for row in rows}


def _found_text(row: Row) -> FoundText:
    return FoundText(
        article_id=row["article_id"],
        story_id=row["story_id"],
        outlet=row["outlet"],
        title=row["title"],
        lead=row["lead"],
        text=row["text"],
        language=row["language"],
        at=shown_at(row),
    )


def filter_choices(conn: Connection) -> dict[str, list[str]]:
    """Return the values that a filter can take, by the filter's name, in order."""
    found = {
        column: [
            row[0]
            for row in conn.execute(
                f"select distinct {column} from feeds where {column} <> ''"
            )
        ]
        for column in ("outlet", "language", "category")
    }
    found["agency"] = _agencies(conn)
    return {name: sorted(values, key=turkish_order) for name, values in found.items()}


def _agencies(conn: Connection) -> list[str]:
    """Return the agencies credited: one look-up each, however many articles."""
    names: list[str] = []
    name = ""
    while len(names) < AGENCY_LIMIT:
        row = conn.execute(
            "select agency from articles where agency > ? order by agency limit 1",
            (name,),
        ).fetchone()
        if row is None:
            break
        name = row[0]
        names.append(name)
    return names


def _slices(
    conn: Connection, filters: Filters, below: int
) -> Iterator[tuple[int | None, list[tuple[int, int]]]]:
    """Yield slices of (article, story), newest first, each with the id it ends at.

    The end is None for the last slice of all.
    """
    where, values = _conditions(filters)
    low, high = _id_range(conn, filters)
    if high < below:
        yield high, _late(conn, filters, high, below)
        below = high
    lead = _leader(conn, filters)
    sql = (
        f"with c as materialized ({_source(filters, lead)} limit :size)"
        f" select c.id, a.story_id from c join articles a on a.id = c.id where {where}"
        " union all select min(id), count(*) from c"
    )
    for size in WORD_SLICES if lead == "match" else SLICES:
        asked = {**values, "low": low, "below": below, "size": size}
        rows = conn.execute(sql, asked).fetchall()
        lowest, count = rows[-1]
        fitting = sorted(((row[0], row[1]) for row in rows[:-1]), reverse=True)
        end = None if count < size else int(lowest)
        yield end, fitting
        if end is None:
            return
        below = end


def _source(filters: Filters, lead: str) -> str:
    """Return the query that gives candidates in falling order."""
    if lead == "match":
        table, key, same = "search_fts", "rowid", "search_fts match :match"
    elif lead == "watchlist_id":
        table, key, same = "flags", "article_id", "watchlist_id = :watchlist_id"
    else:
        table, key = "articles", "id"
        same = f"{lead} = :{lead}" if lead else "1"
    query = f"select {key} as id from {table} as r where {same}"
    if filters.match and lead != "match":
        query += f" and {_HAS_WORDS.format(f'r.{key}')}"
    return f"{query} and {key} >= :low and {key} < :below order by {key} desc"


def _leader(conn: Connection, filters: Filters) -> str:
    """Return what gives the candidates: a filter, 'match', or '' for all articles.

    The words do, at 4 µs a candidate with its article; a filter that has far fewer
    articles than they does, at 25 µs each to see whether it has the words.
    """
    names = [name for name in _LEADERS if getattr(filters, name)]
    if len(names) < 2:
        return names[0] if names else ""
    counts = {name: _count(conn, name, filters) for name in names if name != "match"}
    rarest = min(counts, key=lambda name: counts[name])
    enough = FEWER * counts[rarest] + 1
    if not filters.match or (
        counts[rarest] <= COUNT_LIMIT
        and count_articles(conn, filters.match, limit=enough) == enough
    ):
        return rarest
    return "match"


def _count(conn: Connection, name: str, filters: Filters) -> int:
    """Return how many articles a filter has, counted up to the limit."""
    table = "flags" if name == "watchlist_id" else "articles"
    row = conn.execute(
        f"select count(*) from (select 1 from {table} where {name} = ? limit ?)",
        (getattr(filters, name), COUNT_LIMIT + 1),
    ).fetchone()
    return int(row[0])


def _id_range(conn: Connection, filters: Filters) -> tuple[int, int]:
    """Return the first id that the days asked for can have, and the first one too many.

    No article is dated later than it came. Those that came long after their day are
    looked for by `_late`; a day is added at both ends as UTC's are not the operator's.
    """
    low, high = 0, _TOP
    if filters.from_day:
        low = first_article_since(conn, _midnight(filters.from_day, days=-1))
    if filters.to_day:
        high = first_article_since(conn, _midnight(filters.to_day, days=2))
    return low, high


def _late(
    conn: Connection, filters: Filters, high: int, below: int
) -> list[tuple[int, int]]:
    """Return what came after its days were over: (article, story), newest first."""
    where, values = _conditions(filters)
    words = f" and {_HAS_WORDS.format('a.id')}" if filters.match else ""
    last = _midnight(filters.to_day, days=0).date()
    days = [(last - timedelta(days=n)).isoformat() for n in range(LATE_DAYS)]
    rows = conn.execute(
        "select a.id, a.story_id from json_each(:days) d"
        " join articles a on a.published_day = d.value"
        f" and a.id >= :high and a.id < :below where {where}{words}"
        " order by a.id desc limit :limit",
        {
            **values,
            "days": json.dumps([day for day in days if day >= filters.from_day]),
            "high": high,
            "below": below,
            "limit": LATE_LIMIT,
        },
    )
    return [(row[0], row[1]) for row in rows]


def _midnight(day: str, *, days: int) -> datetime:
    """Return the beginning of a day in UTC, so many days later."""
    return datetime.combine(date.fromisoformat(day), time(), UTC) + timedelta(days=days)


def _conditions(filters: Filters) -> tuple[str, dict[str, Any]]:
    parts = ["1"]
    values: dict[str, Any] = {"match": filters.match}
    for column in ("outlet", "language", "category", "agency"):
        value = getattr(filters, column)
        values[column] = value
        if value:
            parts.append(f"a.{column} = :{column}")
    values["watchlist_id"] = filters.watchlist_id
    if filters.watchlist_id:
        parts.append(
            "exists (select 1 from flags f where f.watchlist_id = :watchlist_id"
            " and f.article_id = a.id)"
        )
    values["from_day"], values["to_day"] = filters.from_day, filters.to_day
    if filters.from_day:
        parts.append("a.published_day >= :from_day")
    if filters.to_day:
        parts.append("a.published_day <= :to_day")
    return " and ".join(parts), values
