"""One story: its texts, carriers, versions, hits, mails and the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.store.db import parse_instant
from aggregator.store.desk.reading import ids_json, required, shown_at

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.store.db import Connection, Row

# A page shows so many rows of each of its lists at most.
CARRIER_LIMIT = 300
HIT_LIMIT = 300
LIST_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An article of a story.

    at: published, else seen. scrape_error: why its page could not be read, '' when it
    could. origin: no copy of another.
    """

    article_id: int
    outlet: str
    title: str
    lead: str
    url: str
    language: str
    author: str
    agency: str
    at: datetime
    first_seen_at: datetime
    date_source: str
    scrape_state: str
    scrape_error: str
    versions: int
    origin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One occurrence of a term; start and end are offsets into the stored field."""

    watchlist_id: str
    article_id: int
    outlet: str
    term: str
    surface: str
    field: str
    start: int
    end: int
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text as it stood from `seen_at`."""

    n: int
    seen_at: datetime
    title: str
    lead: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A story about the same event in other words."""

    story_id: int
    title: str
    outlets: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the view `deliveries`."""

    recipient: str
    kind: str
    state: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why an article is where it is."""

    article_id: int
    outlet: str
    action: str
    reason: str
    at: datetime


def resolve_id(conn: Connection, story_id: int) -> int | None:
    """Return the id under which a story lives now; None: there never was such a one."""
    row = conn.execute(
        "select id from stories where id = ?"
        " union all select story_id from story_aliases where old_id = ?",
        (story_id, story_id),
    ).fetchone()
    return None if row is None else int(row[0])


def old_ids(conn: Connection, story_id: int) -> list[int]:
    """Return every id the story ever had, the present one first."""
    rows = conn.execute(
        "select old_id from story_aliases where story_id = ?", (story_id,)
    )
    return [story_id, *(row[0] for row in rows)]


def load_carriers(conn: Connection, story_id: int) -> list[Carrier]:
    """Return the articles of a story, earliest first."""
    rows = conn.execute(
        "select id, outlet, title, lead, url, language, author, agency, published_at,"
        " first_seen_at, date_source, scrape_state, scrape_error, versions, copy_of"
        " from articles where story_id = ? order by id limit ?",
        (story_id, CARRIER_LIMIT),
    )
    return sorted(map(_carrier, rows), key=lambda one: (one.at, one.article_id))


def load_text(conn: Connection, article_id: int) -> str:
    """Return the full text of an article; '' without one."""
    row = conn.execute(
        "select text from bodies where article_id = ?", (article_id,)
    ).fetchone()
    return "" if row is None else str(row[0])


def load_hits(conn: Connection, story_id: int) -> list[Hit]:
    """Return what was found in a story's articles, in order of place."""
    rows = conn.execute(
        "select m.watchlist_id, m.article_id, a.outlet, m.term, m.surface, m.field,"
        " m.start, m.end, m.snippet"
        " from articles a join match_records m on m.article_id = a.id"
        " where a.story_id = ? order by m.article_id, m.start limit ?",
        (story_id, HIT_LIMIT),
    )
    return [Hit(**dict(row)) for row in rows]


def load_versions(conn: Connection, article_id: int) -> list[Version]:
    """Return the texts of an article, the first one first, the present one last."""
    past = [
        Version(**{**dict(row), "seen_at": required(row["seen_at"])})
        for row in conn.execute(
            "select n, seen_at, title, lead, text from versions"
            " where article_id = ? order by n desc limit ?",
            (article_id, LIST_LIMIT),
        )
    ]
    row = conn.execute(
        "select a.versions as n, a.changed_at as seen_at, a.title, a.lead,"
        " coalesce(b.text, '') as text"
        " from articles a left join bodies b on b.article_id = a.id where a.id = ?",
        (article_id,),
    ).fetchone()
    if row is None:
        return past[::-1]
    now = Version(**{**dict(row), "seen_at": required(row["seen_at"])})
    return [*past[::-1], now]


def load_related(conn: Connection, story_id: int) -> list[Related]:
    """Return the linked stories, newest first."""
    rows = conn.execute(
        "select s.id, s.title, s.outlets, s.first_seen_at, l.reason from ("
        " select other_id as id, reason from story_links where story_id = ?"
        " union all"
        " select story_id, reason from story_links where other_id = ?"
        ") l join stories s on s.id = l.id order by s.id desc limit ?",
        (story_id, story_id, LIST_LIMIT),
    )
    return [
        Related(
            story_id=row["id"],
            title=row["title"],
            outlets=row["outlets"],
            at=required(row["first_seen_at"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def load_watchlists(conn: Connection, story_id: int) -> list[str]:
    """Return the watchlists that a story satisfies, best score first."""
    rows = conn.execute(
        "select watchlist_id from story_flags where story_id = ? order by score desc",
        (story_id,),
    )
    return [row[0] for row in rows]


def load_deliveries(conn: Connection, story_ids: list[int]) -> list[Delivery]:
    """Return the mails about a story (its old ids included), latest first."""
    rows = conn.execute(
        "select recipient, kind, state, attempts, queued_at, sent_at, error"
        " from deliveries where story_id in (select value from json_each(?))"
        " order by queued_at desc limit ?",
        (ids_json(story_ids), LIST_LIMIT),
    )
    return [
        Delivery(
            recipient=row["recipient"],
            kind=row["kind"],
            state=row["state"],
            attempts=row["attempts"],
            queued_at=required(row["queued_at"]),
            sent_at=parse_instant(row["sent_at"]),
            error=row["error"] or "",
        )
        for row in rows
    ]


def load_decisions(conn: Connection, story_id: int) -> list[Decision]:
    """Return why the story's articles are together, in order."""
    rows = conn.execute(
        "select d.article_id, coalesce(a.outlet, '') as outlet, d.action, d.reason,"
        " d.at from decisions d left join articles a on a.id = d.article_id"
        " where d.story_id = ? order by d.id desc limit ?",
        (story_id, LIST_LIMIT),
    ).fetchall()
    return [Decision(**{**dict(row), "at": required(row["at"])}) for row in rows[::-1]]


def last_applied_edit(conn: Connection) -> int:
    """Return the id of the last edit of stories (triage.db) that a run carried out."""
    row = conn.execute(
        "select value from meta where key = 'story_edits_applied'"
    ).fetchone()
    return 0 if row is None else int(row[0])


def _carrier(row: Row) -> Carrier:
    return Carrier(
        article_id=row["id"],
        outlet=row["outlet"],
        title=row["title"],
        lead=row["lead"],
        url=row["url"],
        language=row["language"],
        author=row["author"],
        agency=row["agency"],
        at=shown_at(row),
        first_seen_at=required(row["first_seen_at"]),
        date_source=row["date_source"],
        scrape_state=row["scrape_state"],
        scrape_error=row["scrape_error"] or "",
        versions=row["versions"],
        origin=row["copy_of"] is None,
    )
