"""Search over the archive: newest first, one hit a story, bounded in time.

At a million articles the commonest word stands in most of them. Ordering by rank or by
a date, or counting exactly, takes a second then; walking the index from the newest
article down takes nothing. So ids stand for time, candidates are taken in slices and
counts are capped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aggregator.store.desk.reading import ids_json, shown_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aggregator.store.db import Connection, Row

# Candidates are taken in slices, the first small as it mostly suffices; after the last
# of them a search that has not found enough asks the reader whether to go on.
SLICES = (250, 1000, 4000, 8000, 12_000)
# A day's articles may have been found before or after it by so many others.
SLACK = 500
# A filter with fewer articles than this leads the search instead of the words.
RARE = 4000
COUNT_LIMIT = 10_000
AGENCY_LIMIT = 100

_TOP = 9_223_372_036_854_775_807


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


def count_articles(conn: Connection, match: str) -> int:
    """Return how many articles have the words, COUNT_LIMIT + 1 when there are more."""
    row = conn.execute(
        "select count(*) from (select 1 from search_fts where search_fts match ?"
        " limit ?)",
        (match, COUNT_LIMIT + 1),
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
    """Return the values that a filter can take, by the filter's name."""
    choices = {"outlet": "outlet", "language": "language", "category": "category"}
    found = {
        name: [
            row[0]
            for row in conn.execute(
                f"select distinct {column} from feeds where {column} <> ''"
            )
        ]
        for name, column in choices.items()
    }
    found["agency"] = _agencies(conn)
    return found


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
    source, source_values = _source(conn, filters)
    for size in SLICES:
        rows = conn.execute(
            f"with c as materialized ({source} limit :size)"
            " select c.id, a.story_id from c"
            f" join articles a on a.id = c.id where {where}"
            " union all select min(id), count(*) from c",
            {**source_values, **values, "below": below, "size": size},
        ).fetchall()
        lowest, count = rows[-1]
        fitting = sorted(((row[0], row[1]) for row in rows[:-1]), reverse=True)
        end = None if count < size else int(lowest)
        yield end, fitting
        if end is None:
            return
        below = end


def _source(conn: Connection, filters: Filters) -> tuple[str, dict[str, Any]]:
    """Return the query that gives candidates in falling order, and its parameters."""
    low, high = _id_range(conn, filters)
    bounds = {"low": low, "high": high}
    if not filters.match:
        return _without_words(filters), bounds
    rare = _rare_filter(conn, filters)
    if rare:
        # 5 µs an article; the other way round a common word is walked to its end.
        led = (
            f"select r.id from articles r where r.{rare} = :{rare} and r.id < :below"
            " and r.id between :low and :high and exists (select 1 from search_fts"
            " where search_fts match :match and rowid = r.id) order by r.id desc"
        )
        return led, bounds
    words = (
        "select rowid as id from search_fts where search_fts match :match"
        " and rowid < :below and rowid between :low and :high order by rowid desc"
    )
    return words, bounds


def _without_words(filters: Filters) -> str:
    if filters.watchlist_id:
        return (
            "select article_id as id from flags where watchlist_id = :watchlist_id"
            " and article_id < :below and article_id between :low and :high"
            " order by article_id desc"
        )
    column = next(
        (
            name
            for name in ("outlet", "agency", "category", "language")
            if getattr(filters, name)
        ),
        None,
    )
    same = f"{column} = :{column} and " if column else ""
    return (
        f"select id from articles where {same}id < :below"
        " and id between :low and :high order by id desc"
    )


def _rare_filter(conn: Connection, filters: Filters) -> str | None:
    """Return the column whose articles are few enough to be listed, if any."""
    for column in ("outlet", "agency"):
        value = getattr(filters, column)
        if not value:
            continue
        row = conn.execute(
            f"select count(*) from (select 1 from articles where {column} = ? limit ?)",
            (value, RARE),
        ).fetchone()
        if row[0] < RARE:
            return column
    return None


def _id_range(conn: Connection, filters: Filters) -> tuple[int, int]:
    """Return the lowest and highest article id of the days asked for."""
    if not (filters.from_day or filters.to_day):
        return 0, _TOP
    start, end = filters.from_day or "0000", filters.to_day or "9999"
    row = conn.execute(
        "select (select min(id) from articles where published_day = (select"
        "  min(published_day) from articles where published_day >= :start)),"
        " (select max(id) from articles where published_day = (select"
        "  max(published_day) from articles where published_day <= :end))",
        {"start": start, "end": end},
    ).fetchone()
    if row[0] is None or row[1] is None:
        return 1, 0
    # An article may be published days before it is found: the exact day is a condition
    # of its own; the range only has to hold them all when dates and arrival agree.
    low = 0 if not filters.from_day else max(0, row[0] - SLACK)
    high = _TOP if not filters.to_day else row[1] + SLACK
    return low, high


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
