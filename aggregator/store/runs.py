"""Runs and the log of fetches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import FeedVisited, RunReport
    from aggregator.store.db import Db

_COUNTS = (
    "feeds_due",
    "fetched",
    "not_modified",
    "failed",
    "entries_new",
    "articles_new",
    "articles_scraped",
    "matches_new",
    "alerts_queued",
    "alerts_sent",
    "exit_code",
)


def start(db: Db, now: datetime) -> int:
    """Begin a run and return its id."""
    return db.write("insert into run_records (started_at) values (?)", (instant(now),))


def first_start(db: Db) -> datetime | None:
    """Return when the first run of this archive began; None: there was none."""
    return parse_instant(db.value("select min(started_at) from run_records"))


def finish(db: Db, report: RunReport) -> None:
    """Write what a run did."""
    names = ", ".join(f"{name} = ?" for name in _COUNTS)
    db.write(
        f"update run_records set finished_at = ?, {names} where id = ?",
        (
            instant(report.finished_at),
            *(getattr(report, name) for name in _COUNTS),
            report.run_id,
        ),
    )


def log_fetch(
    db: Db, run_id: int, visited: FeedVisited, *, entries_new: int, now: datetime
) -> None:
    """Note one fetch of a feed; unchanged answers are only counted in the run."""
    if visited.result in ("unchanged", "skipped"):
        return
    db.write(
        "insert into fetches (run_id, feed_id, at, result, status, bytes, seconds,"
        " entries, entries_new, error) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            visited.feed_id,
            instant(now),
            visited.result,
            visited.status,
            visited.size,
            round(visited.seconds, 3),
            visited.parsed.total if visited.parsed else 0,
            entries_new,
            visited.failure.message if visited.failure else None,
        ),
    )


def last_finished(db: Db) -> str | None:
    """Return when the last whole run ended, None: never."""
    found = db.value("select max(finished_at) from run_records")
    return None if found is None else str(found)


def last_starts(db: Db, limit: int) -> list[datetime]:
    """Return when the last runs began, finished or not, the latest first."""
    rows = db.rows(
        "select started_at from run_records order by id desc limit ?", (limit,)
    )
    return [moment for row in rows if (moment := parse_instant(row[0])) is not None]
