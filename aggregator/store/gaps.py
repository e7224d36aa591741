"""Stretches in which entries probably rolled off a feed unseen, and what filled them.

Writing functions run inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.model import Seam
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.store.db import Db

# So many entries on each side of a gap are looked for in another feed.
BESIDE = 3
# So many entries seen last are compared with a document in which nothing is known.
AT_SEAM = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """A gap that nothing has filled yet.

    after_at, before_at: the newest entry known before it, the oldest after; None: not
    dated.
    """

    id: int
    feed_id: str
    after_at: datetime | None
    before_at: datetime | None
    detected_at: datetime


def load_seam(db: Db, feed_id: str) -> Seam:
    """Return what was known of a feed; to be asked before a document is stored."""
    rows = db.rows(
        "select key from entries where feed_id = ? order by id desc limit ?",
        (feed_id, AT_SEAM),
    )
    newest = db.value(
        "select max(published_at) from entries where feed_id = ?"
        " and published_at <= first_seen_at",
        (feed_id,),
    )
    return Seam(keys=tuple(row[0] for row in rows), newest_at=parse_instant(newest))


def add_gap(
    db: Db,
    feed_id: str,
    *,
    after: datetime | None,
    before: datetime | None,
    now: datetime,
) -> int:
    """Note a stretch in which entries probably rolled off unseen; return its id."""
    return db.write(
        "insert into gap_records (feed_id, after_at, before_at, detected_at)"
        " values (?, ?, ?, ?)",
        (feed_id, instant(after), instant(before), instant(now)),
    )


def close_gap(db: Db, gap_id: int, entries: int) -> None:
    """Note that a gap was filled, and with how many entries."""
    db.write(
        "update gap_records set recovered = 1, entries = ? where id = ?",
        (entries, gap_id),
    )


def open_gaps(db: Db, since: datetime) -> list[OpenGap]:
    """Return the gaps found since then that nothing filled, the oldest first."""
    rows = db.rows(
        "select id, feed_id, after_at, before_at, detected_at from gap_records"
        " where not recovered and detected_at >= ? order by id",
        (instant(since),),
    )
    return [
        OpenGap(
            id=row["id"],
            feed_id=row["feed_id"],
            after_at=parse_instant(row["after_at"]),
            before_at=parse_instant(row["before_at"]),
            detected_at=parse_instant(row["detected_at"]) or since,
        )
        for row in rows
    ]


def is_covered(db: Db, gap: OpenGap, helper: str) -> bool:
    """Say whether another feed shows all that a feed showed on both sides of a gap.

    Then what came in between is in that feed too, and stored. A feed with an open gap
    of its own in that time proves nothing, nor one that shows other things.
    """
    if gap.after_at is None or gap.before_at is None:
        return False
    own_gaps = db.value(
        "select count(*) from gap_records where feed_id = ? and not recovered"
        " and detected_at >= ?",
        (helper, instant(gap.after_at)),
    )
    if own_gaps:
        return False
    return all(
        _shows_the_same(db, gap.feed_id, helper, side)
        for side in (
            ("<=", instant(gap.after_at), "desc"),
            (">=", instant(gap.before_at), "asc"),
        )
    )


def count_between(db: Db, gap: OpenGap, helper: str) -> int:
    """Return how many articles of a gap's stretch only the other feed showed."""
    return int(
        db.value(
            "select count(*) from entries h where h.feed_id = ?"
            " and coalesce(h.published_at, h.first_seen_at) > ?"
            " and coalesce(h.published_at, h.first_seen_at) < ?"
            " and not exists (select 1 from entries f"
            " where f.article_id = h.article_id and f.feed_id = ?)",
            (helper, instant(gap.after_at), instant(gap.before_at), gap.feed_id),
        )
    )


def shows(db: Db, feed_id: str, article_id: int) -> bool:
    """Say whether a feed has shown an article, under whatever key."""
    return (
        db.value(
            "select 1 from entries where article_id = ? and feed_id = ? limit 1",
            (article_id, feed_id),
        )
        is not None
    )


def _shows_the_same(
    db: Db, feed_id: str, helper: str, side: tuple[str, str | None, str]
) -> bool:
    """Say whether the entries next to a moment are all in the other feed too."""
    compare, moment, order = side
    row = db.row(
        "select count(*) as own, sum(exists (select 1 from entries h"
        " where h.article_id = f.article_id and h.feed_id = ?)) as both"
        " from (select article_id from entries where feed_id = ?"
        f" and coalesce(published_at, first_seen_at) {compare} ?"
        f" order by coalesce(published_at, first_seen_at) {order} limit {BESIDE}) f",
        (helper, feed_id, moment),
    )
    return row is not None and 0 < row["own"] == row["both"]
