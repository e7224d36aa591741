"""Backup, retention and the health of the database file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aggregator.errors import StoreError
from aggregator.store.articles import forget_lines, remove
from aggregator.store.db import instant
from aggregator.store.stories import drop_orphaned_shingles, forget_shingles
from aggregator.store.vectors import forget_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aggregator.store.db import Db

# Articles removed in one transaction, so that the desk is never locked out for long.
PIECE = 500


class Copied(NamedTuple):
    """A verified copy of a database; size in bytes."""

    source: Path
    target: Path
    size: int


class Pruned(NamedTuple):
    """How many rows of the fetch log, bytes of mails and articles were removed.

    articles None: they were not looked at.
    """

    fetches: int
    mails: int
    articles: int | None


def backup(database: str | Path, target: Path) -> Iterator[Copied]:
    """Copy the database and triage.db online and verify the copies.

    Args:
        database: the database in use; a writer may be at work.
        target: the copy of it; the copy of triage.db gets `.triage.db` as ending.

    Yields:
        each copy as it is done.

    Raises:
        StoreError: a copy could not be made, or is not sound; none replaced an old one.
    """
    source = Path(database)
    pairs = [(source, target)]
    triage = source.with_name("triage.db")
    if triage.exists():
        pairs.append((triage, target.with_suffix(".triage.db")))
    for one, copy in pairs:
        _copy(one, copy)
        yield Copied(one, copy, copy.stat().st_size)


def prune(db: Db, *, logs_before: datetime, articles_before: datetime | None) -> Pruned:
    """Remove what is old.

    Args:
        db: the store; the caller holds the run's lock.
        logs_before: drop fetches and the bytes of sent messages from before.
        articles_before: drop the stories whose last article was first seen before,
            unless a watchlist flags one of them; None: keep all.
    """
    before = instant(logs_before)
    with db.transaction():
        fetches = db.conn.execute("delete from fetches where at < ?", (before,))
        mails = db.conn.execute(
            "update alerts set payload = null where payload is not null"
            " and state <> 'queued' and created_at < ?",
            (before,),
        )
    articles = None if articles_before is None else _prune_articles(db, articles_before)
    return Pruned(fetches.rowcount, mails.rowcount, articles)


def tidy(db: Db, now: datetime) -> None:
    """Once a day, drop what comparing and learning need no more. Commits by itself."""
    today = now.date().isoformat()
    if db.value("select value from meta where key = 'tidied_on'") == today:
        return
    with db.transaction():
        forget_shingles(db, now)
        forget_lines(db, now)
        forget_vectors(db)
        db.write("insert or replace into meta values ('tidied_on', ?)", (today,))


def soundness(db: Db) -> str:
    """Return 'ok', or what SQLite finds wrong with the file."""
    return str(db.value("pragma quick_check(1)"))


def sqlite_version() -> str:
    """Return the version of the SQLite library in use."""
    return sqlite3.sqlite_version


def free_bytes(database: str | Path) -> int:
    """Return the free space where the database lies."""
    return shutil.disk_usage(Path(database).resolve().parent).free


def _copy(source: Path, target: Path) -> None:
    partial = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        one = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        two = sqlite3.connect(partial)
        try:
            one.backup(two, pages=2000)
            found = two.execute("pragma integrity_check(1)").fetchone()[0]
        finally:
            two.close()
            one.close()
        if found != "ok":
            raise StoreError(f"{target}: the copy is not sound: {found}")
        os.replace(partial, target)  # noqa: PTH105 - atomic, replaces an older copy
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{target}: {error}") from error
    except OSError as error:  # its own words name the file again
        raise StoreError(f"{target}: {error.strerror or error}") from error


def _prune_articles(db: Db, before: datetime) -> int:
    removed = 0
    while True:
        rows = db.rows(
            "select a.id from stories s join articles a on a.story_id = s.id"
            " where s.last_seen_at < ? and s.id not in"
            " (select story_id from story_flags) order by s.id limit ?",
            (instant(before), PIECE),
        )
        if not rows:
            break
        with db.transaction():
            for row in rows:
                remove(db, row[0])
        removed += len(rows)
    with db.transaction():
        drop_orphaned_shingles(db)
    return removed
