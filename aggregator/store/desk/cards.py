"""Stories as cards: one a story, with who carried it and the words that were found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.store.db import instant
from aggregator.store.desk.reading import ids_json, shown_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aggregator.store.db import Connection, Row

# A day with more flagged stories than this is cut, and the page says so.
DAY_LIMIT = 1000
# The time that a card shows last (see `reading.shown_at`): what one run brings in has
# one time of arrival, yet its stories are to stand in their own order.
_SHOWN_AT = (
    "(select max(min(coalesce(a.published_at, a.first_seen_at), a.first_seen_at))"
    " from articles a where a.story_id = s.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence with a hit, and the surfaces found in its article."""

    snippet: str
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story in a list.

    first_at, last_at: of its articles, as published (else as seen). first_outlet: who
    had it first. title_marks: hits in the title. evidence None: only the title hits.
    """

    story_id: int
    title: str
    lead: str
    language: str
    outlets: int
    articles: int
    first_at: datetime
    last_at: datetime
    first_outlet: str
    agency: str
    watchlists: tuple[str, ...]
    score: float
    title_marks: tuple[tuple[int, int], ...]
    evidence: Evidence | None


def flagged_between(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Return the flagged stories of a stretch, those shown with the latest time first.

    Of a stretch are stories that were first or last seen in it, and those with an
    article published in it. start is inside, end is not.
    """
    rows = conn.execute(
        "select s.id from ("
        " select id from stories where first_seen_at >= :start and first_seen_at < :end"
        " union"
        " select id from stories where last_seen_at >= :start and last_seen_at < :end"
        " union"
        " select story_id from articles where published_at >= :start"
        "  and published_at < :end and published_at <= first_seen_at"
        ") s where exists (select 1 from story_flags f where f.story_id = s.id)"
        f" order by {_SHOWN_AT} desc, id desc limit :limit",
        {"start": instant(start), "end": instant(end), "limit": DAY_LIMIT},
    )
    return [row[0] for row in rows]


def flagged_after(conn: Connection, story_ids: Iterable[int], at: datetime) -> set[int]:
    """Return which of the stories first satisfied a watchlist after that time."""
    rows = conn.execute(
        "select story_id from story_flags where flagged_at > ?"
        " and story_id in (select value from json_each(?)) group by story_id"
        " having min(flagged_at) > ?",
        (instant(at), ids_json(story_ids), instant(at)),
    )
    return {row[0] for row in rows}


def count_by_watchlist(conn: Connection, story_ids: Iterable[int]) -> dict[str, int]:
    """Return how many of the stories each watchlist has."""
    rows = conn.execute(
        "select watchlist_id, count(*) from story_flags"
        " where story_id in (select value from json_each(?)) group by watchlist_id",
        (ids_json(story_ids),),
    )
    return {row[0]: row[1] for row in rows}


def present_ids(conn: Connection, story_ids: Iterable[int]) -> dict[int, int]:
    """Return every id the stories ever had, mapped to the present one.

    Ids of either kind are taken: of stories that were merged away, and of present ones.
    """
    given = ids_json(story_ids)
    found = {
        row[0]: row[0]
        for row in conn.execute(
            "select id from stories where id in (select value from json_each(?))",
            (given,),
        )
    }
    rows = conn.execute(
        "select old_id, story_id from story_aliases"
        " where story_id in (select value from json_each(?))"
        " or old_id in (select value from json_each(?))",
        (given, given),
    )
    for old_id, story_id in rows:
        found[old_id] = story_id
        found[story_id] = story_id
    return found


def load_cards(conn: Connection, story_ids: Sequence[int]) -> list[Card]:
    """Return cards in the order of the ids; ids that are unknown are left out."""
    given = (ids_json(story_ids),)
    stories = conn.execute(
        "select s.id, s.title, s.outlets, s.articles, s.representative_id, a.lead,"
        " a.language, a.agency"
        " from stories s left join articles a on a.id = s.representative_id"
        " where s.id in (select value from json_each(?))",
        given,
    ).fetchall()
    carriers = _grouped(
        conn.execute(
            "select story_id, outlet, agency, published_at, first_seen_at"
            " from articles where story_id in (select value from json_each(?))"
            " order by story_id, id",
            given,
        )
    )
    flags = _grouped(
        conn.execute(
            "select story_id, watchlist_id, score from story_flags"
            " where story_id in (select value from json_each(?)) order by story_id",
            given,
        )
    )
    hits = _hits(conn, stories)
    by_id = {
        row["id"]: _card(row, carriers[row["id"]], flags[row["id"]], hits[row["id"]])
        for row in stories
        if carriers[row["id"]]
    }
    return [by_id[story_id] for story_id in story_ids if story_id in by_id]


def _hits(conn: Connection, stories: list[Row]) -> dict[int, list[Row]]:
    """Return the hits of each story: its representative's, else any article's."""
    sql = (
        "select a.story_id, m.article_id, m.surface, m.field, m.start, m.end, m.snippet"
        " from articles a join match_records m on m.article_id = a.id"
        " where {} in (select value from json_each(?)) order by m.id limit 20000"
    )
    found = _grouped(
        conn.execute(
            sql.format("a.id"), (ids_json(row["representative_id"] for row in stories),)
        )
    )
    missing = [row["id"] for row in stories if not found[row["id"]]]
    if missing:
        found.update(
            _grouped(conn.execute(sql.format("a.story_id"), (ids_json(missing),)))
        )
    return found


def _card(story: Row, carriers: list[Row], flags: list[Row], hits: list[Row]) -> Card:
    times = [shown_at(row) for row in carriers]
    first = min(range(len(carriers)), key=times.__getitem__)
    agencies = [story["agency"], *(row["agency"] for row in carriers)]
    own = [hit for hit in hits if hit["article_id"] == story["representative_id"]]
    return Card(
        story_id=story["id"],
        title=story["title"],
        lead=story["lead"] or "",
        language=story["language"] or "",
        outlets=story["outlets"],
        articles=story["articles"],
        first_at=times[first],
        last_at=max(times),
        first_outlet=carriers[first]["outlet"],
        agency=next((name for name in agencies if name), ""),
        watchlists=tuple(row["watchlist_id"] for row in flags),
        score=max((row["score"] for row in flags), default=0.0),
        title_marks=tuple(
            sorted({(h["start"], h["end"]) for h in own if h["field"] == "title"})
        ),
        evidence=_evidence(hits, titled=bool(own)),
    )


def _evidence(hits: list[Row], *, titled: bool) -> Evidence | None:
    """Return the first sentence below the title that has a hit.

    titled: the hits are of the article whose title the card shows, so that a hit in the
    title needs no sentence of its own.
    """
    order = {"lead": 0, "text": 1, "title": 2}
    shown = [hit for hit in hits if not (titled and hit["field"] == "title")]
    if not shown:
        return None
    best = min(shown, key=lambda hit: (order[hit["field"]], hit["start"]))
    surfaces = dict.fromkeys(hit["surface"] for hit in hits)
    return Evidence(snippet=best["snippet"], surfaces=tuple(surfaces))


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["story_id"]].append(row)
    return found
