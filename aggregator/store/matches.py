"""Flags and matches of articles, and the watchlists as last used.

All functions run inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.store.db import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.model import Flag
    from aggregator.store.db import Db


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWatchlist:
    """A watchlist as the last run used it.

    since_id: articles up to this id were there before the watchlist and make no alert.
    rematch_below: the archive below this id is still to be matched again; 0: done.
    """

    watchlist_id: str
    fingerprint: str
    active: bool
    since_id: int
    rematch_below: int


def replace_flags(
    db: Db,
    article_id: int,
    flags: tuple[Flag, ...],
    *,
    version: int,
    now: datetime,
    only: frozenset[str] | None = None,
) -> int:
    """Store what an article satisfies now; return how many more matches it has.

    What an earlier version alone satisfied stays: it was published. only: touch these
    watchlists (rematch); None: all.
    """
    counted = "select count(*) from match_records where article_id = ?"
    before = int(db.value(counted, (article_id,)))
    new = {flag.watchlist_id: flag for flag in flags}
    for row in db.rows(
        "select watchlist_id, version from flags where article_id = ?", (article_id,)
    ):
        touched = only is None or row["watchlist_id"] in only
        same_version = row["version"] == version or only is not None
        if touched and (same_version or row["watchlist_id"] in new):
            _drop(db, article_id, row["watchlist_id"], gone=row[0] not in new)
    for flag in flags:
        if only is None or flag.watchlist_id in only:
            _put(db, article_id, flag, version=version, now=now)
    return int(db.value(counted, (article_id,))) - before


def scores_of(db: Db, article_id: int) -> dict[str, float]:
    """Return the watchlists an article satisfies, in any version, with its scores."""
    sql = "select watchlist_id, score from flags where article_id = ?"
    return {row[0]: row[1] for row in db.rows(sql, (article_id,))}


def flags_of_others(db: Db, story_id: int, article_id: int) -> frozenset[str]:
    """Return the watchlists that a story satisfies without one of its articles."""
    rows = db.rows(
        "select distinct f.watchlist_id from articles a"
        " join flags f on f.article_id = a.id where a.story_id = ? and a.id <> ?",
        (story_id, article_id),
    )
    return frozenset(row[0] for row in rows)


def flagged_alone(db: Db) -> list[int]:
    """Return flagged articles that wait for their page in a story of their own."""
    rows = db.rows(
        "select a.id from articles a join stories s on s.id = a.story_id"
        " where a.scrape_host is not null and a.scrape_state = 'pending'"
        " and a.quiet = 0 and s.articles = 1"
        " and exists (select 1 from flags f where f.article_id = a.id) order by a.id"
    )
    return [row[0] for row in rows]


def stored_watchlists(db: Db) -> dict[str, StoredWatchlist]:
    """Return the watchlists as last used, by id."""
    rows = db.rows(
        "select watchlist_id, fingerprint, active, since_id, rematch_below"
        " from watchlists"
    )
    return {
        row[0]: StoredWatchlist(
            watchlist_id=row[0],
            fingerprint=row[1],
            active=bool(row[2]),
            since_id=row[3],
            rematch_below=row[4],
        )
        for row in rows
    }


def save_watchlist(
    db: Db, watchlist: StoredWatchlist, *, title: str, position: int
) -> None:
    """Write a watchlist as used now."""
    db.write(
        "insert or replace into watchlists (watchlist_id, title, fingerprint, position,"
        " active, since_id, rematch_below) values (?, ?, ?, ?, ?, ?, ?)",
        (
            watchlist.watchlist_id,
            title,
            watchlist.fingerprint,
            position,
            watchlist.active,
            watchlist.since_id,
            watchlist.rematch_below,
        ),
    )


def describe_watchlist(db: Db, watchlist_id: str, *, title: str, position: int) -> None:
    """Write what a watchlist is called and where it stands; it matches as before."""
    db.write(
        "update watchlists set title = ?, position = ? where watchlist_id = ?"
        " and (title <> ? or position <> ?)",
        (title, position, watchlist_id, title, position),
    )


def retire_watchlists(db: Db, kept: Iterable[str]) -> None:
    """Drop the flags of watchlists that left the configuration."""
    keep = set(kept)
    for row in db.rows("select watchlist_id from watchlists where active"):
        if row[0] not in keep:
            for table in ("match_records", "flags", "story_flags"):
                db.write(f"delete from {table} where watchlist_id = ?", (row[0],))
            db.write("delete from watchlists where watchlist_id = ?", (row[0],))


def archive_ids(
    db: Db, *, below: int, limit: int, since: datetime | None = None
) -> list[int]:
    """Return article ids under `below`, highest first, not older than `since`."""
    rows = db.rows(
        "select id from articles where id < ? and first_seen_at >= ?"
        " order by id desc limit ?",
        (below, instant(since) or "", limit),
    )
    return [row[0] for row in rows]


def newest_id(db: Db) -> int:
    """Return the highest article id, 0 without articles."""
    return int(db.value("select coalesce(max(id), 0) from articles"))


def _drop(db: Db, article_id: int, watchlist_id: str, *, gone: bool) -> None:
    db.write(
        "delete from match_records where article_id = ? and watchlist_id = ?",
        (article_id, watchlist_id),
    )
    if gone:
        db.write(
            "delete from flags where article_id = ? and watchlist_id = ?",
            (article_id, watchlist_id),
        )


def _put(db: Db, article_id: int, flag: Flag, *, version: int, now: datetime) -> None:
    db.write(
        "insert into flags values (?, ?, ?, ?, ?)"
        " on conflict (watchlist_id, article_id) do update set"
        " score = excluded.score, version = excluded.version",
        (flag.watchlist_id, article_id, flag.score, version, instant(now)),
    )
    db.conn.executemany(
        "insert into match_records (watchlist_id, article_id, term, surface, field,"
        ' start, "end", snippet, version, matched_at)'
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                flag.watchlist_id,
                article_id,
                match.term,
                match.surface,
                match.field,
                match.start,
                match.end,
                match.snippet,
                version,
                instant(now),
            )
            for match in flag.matches
        ],
    )
