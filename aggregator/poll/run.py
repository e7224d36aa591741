"""The order of a run, its limits, and what it reports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator import deliver, intake, store
from aggregator.errors import StoreError
from aggregator.fetch import mask_url
from aggregator.intake import Intake
from aggregator.model import RunReport
from aggregator.poll.feeds import poll_feeds
from aggregator.poll.lock import run_lock
from aggregator.poll.pages import scrape_pages
from aggregator.poll.state import Progress, Run, silent
from aggregator.poll.workers import Workers
from aggregator.store import articles, feeds, runs, stories

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Config

# Of the time of a run, what matching the archive again may take after an edit.
REMATCH_SECONDS = 60.0
# Processes that parse and extract: one a core of the small machine this is meant for.
PROCESSES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one run is asked to do.

    feeds: only these, whether due or not is decided by `force`. force: ignore due
    times, never politeness. max_seconds: None: the configuration's max_run.
    """

    feeds: tuple[str, ...] = ()
    force: bool = False
    max_seconds: float | None = None
    deliver: bool = True
    processes: int = PROCESSES


def run(
    config: Config,
    options: Options,
    *,
    clock: Callable[[], datetime],
    progress: Progress = silent,
) -> RunReport:
    """Poll what is due, scrape what waits, tell who must know.

    Args:
        config: the whole configuration.
        options: what to do.
        clock: returns the time now; weeks pass in milliseconds in tests.
        progress: told what happens, for a terminal.

    Raises:
        RunLocked: another run holds the lock; nothing was touched.
        StoreError: the database cannot be used.
    """
    with run_lock(config.settings.database):
        db = store.open_db(config.settings.database)
        try:
            return _run(config, options, db, clock, progress)
        finally:
            db.close()


def _run(
    config: Config,
    options: Options,
    db: store.Db,
    clock: Callable[[], datetime],
    progress: Progress,
) -> RunReport:
    started = clock()
    seconds = options.max_seconds
    if seconds is None:
        seconds = config.settings.max_run.total_seconds()
    with db.transaction():
        run_id = runs.start(db, started)
        feeds.sync(db, config.feeds, {f.id: mask_url(f.url) for f in config.feeds})
    with Workers(config.settings.hosts_at_once, options.processes) as workers:
        this = Run(
            id=run_id,
            config=config,
            db=db,
            intake=Intake(config, db),
            workers=workers,
            clock=clock,
            deadline=time.monotonic() + seconds,
            progress=progress,
        )
        _begin(this)
        poll_feeds(this, options.feeds, force=options.force)
        scrape_pages(this)
    _rematch(this)
    with db.transaction():
        intake.settle_waiting(this.intake, now=clock())
        stories.forget_shingles(db, clock())
        articles.forget_lines(db, clock())
    _tell(this, options)
    report = this.report(started)
    with db.transaction():
        runs.finish(db, report)
    return report


def _begin(run: Run) -> None:
    """Take in what people decided and edited since the last run."""
    with run.db.transaction():
        intake.note_watchlists(run.intake)
    try:
        with run.db.transaction():
            intake.apply_edits(run.intake, now=run.clock())
    except StoreError as error:  # a triage.db that cannot be read stops no run
        run.problems.append(str(error))


def _rematch(run: Run) -> None:
    """Match the archive again where a watchlist changed, for a bounded time."""
    until = min(run.deadline, time.monotonic() + REMATCH_SECONDS)
    intake.rematch_some(
        run.intake, now=run.clock(), is_over=lambda: time.monotonic() > until
    )


def _tell(run: Run, options: Options) -> None:
    deliver.queue_health(
        run.config, run.db, run.clock(), own_outage=run.own_outage, notes=run.problems
    )
    if options.deliver:
        delivered = deliver.deliver(run.config, run.db, clock=run.clock)
        run.sent = delivered.sent
        run.problems.extend(delivered.problems)


__all__ = ["Options", "RunReport", "run"]
