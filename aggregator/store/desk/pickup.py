"""Our own releases of a period, and the articles that carried their texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from aggregator.model import Candidate
from aggregator.store.db import parse_instant
from aggregator.store.desk.reading import first_article_since, required, shown_at

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aggregator.store.db import Connection, Row

# A month of a large city's press office; the newest are shown.
RELEASE_LIMIT = 300
CARRIER_LIMIT = 200

_COLUMNS = """
select a.id, a.story_id, a.outlet, a.title, a.lead, a.url, a.language, a.agency,
       a.published_at, a.first_seen_at, b.text
from articles a join bodies b on b.article_id = a.id
"""
_OWN = "select feed_id from feeds where own = 1 and category = 'municipal'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An article that carries a text. at: published, else seen, never in the future."""

    article: Candidate
    url: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of ours with who carried it, earliest first.

    related: how many stories tell the same event in other words.
    """

    own: Carried
    carriers: tuple[Carried, ...]
    related: int


def has_own_feeds(conn: Connection) -> bool:
    """Say whether any source is configured as our own (`municipal`, `own: true`)."""
    return conn.execute(f"{_OWN} limit 1").fetchone() is not None


def load_releases(
    conn: Connection, *, first: date, last: date, zone: ZoneInfo
) -> list[Release]:
    """Return the releases published between two days, both inside, newest first.

    A release that several of our feeds show is one: its earliest article. zone: the
    operator's, in which the days are meant.
    """
    # Nothing is seen before its day: that bounds the ids without an index on days.
    since = first_article_since(conn, datetime.combine(first, time(), zone))
    rows = conn.execute(
        f"with own as ({_OWN})"
        " select a.story_id, min(a.id) as id from own"
        " join articles a on a.feed_id = own.feed_id and a.id >= ?"
        " where a.published_day between ? and ?"
        " group by a.story_id order by 2 desc limit ?",
        (since, first.isoformat(), last.isoformat(), RELEASE_LIMIT),
    ).fetchall()
    found = [_release(conn, row["story_id"], row["id"]) for row in rows]
    return sorted(found, key=lambda one: one.own.at, reverse=True)


def _release(conn: Connection, story_id: int, article_id: int) -> Release:
    own = conn.execute(_COLUMNS + " where a.id = ?", (article_id,)).fetchone()
    carriers = conn.execute(
        f"{_COLUMNS} where a.story_id = ? and a.outlet <> ?"
        f" and a.feed_id not in ({_OWN}) order by a.id limit ?",
        (story_id, own["outlet"], CARRIER_LIMIT),
    )
    related = conn.execute(
        "select (select count(*) from story_links where story_id = ?)"
        " + (select count(*) from story_links where other_id = ?)",
        (story_id, story_id),
    ).fetchone()[0]
    return Release(
        own=_carried(own),
        carriers=tuple(sorted(map(_carried, carriers), key=lambda one: one.at)),
        related=related,
    )


def _carried(row: Row) -> Carried:
    return Carried(
        article=Candidate(
            article_id=row["id"],
            story_id=row["story_id"],
            outlet=row["outlet"],
            title=row["title"],
            lead=row["lead"],
            text=row["text"],
            agency=row["agency"],
            published_at=parse_instant(row["published_at"]),
            first_seen_at=required(row["first_seen_at"]),
        ),
        url=row["url"],
        language=row["language"],
        at=shown_at(row),
    )
