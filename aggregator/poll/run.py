"""The order of a run, its limits, and what it reports.

Rooms that fetch, parse, extract and match are imported when there is work for them:
cron starts a fresh process each time, and most runs find nothing due.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from aggregator import deliver, schedule, store
from aggregator.errors import RunLocked, StoreError
from aggregator.intake.archive import note_watchlists
from aggregator.model import RunReport
from aggregator.poll.state import Progress, Run, silent
from aggregator.poll.workers import Workers
from aggregator.store import articles, feeds, matches, runs, stories, triage, upkeep
from aggregator.store.lock import run_lock
from aggregator.urls import mask_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.fetch import Session
    from aggregator.model import Config, Feed, FeedState

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


class _World(NamedTuple):
    """What a run has from outside."""

    clock: Callable[[], datetime]
    progress: Progress
    open_session: Callable[..., Session] | None


def run(
    config: Config,
    options: Options,
    *,
    clock: Callable[[], datetime],
    progress: Progress = silent,
    open_session: Callable[..., Session] | None = None,
) -> RunReport:
    """Poll what is due, scrape what waits, tell who must know.

    Args:
        config: the whole configuration.
        options: what to do.
        clock: returns the time now; weeks pass in milliseconds in tests.
        progress: told what happens, for a terminal.
        open_session: makes the `fetch.Session` of a visit; None: the usual one. Another
            brings its own time and name server.

    Raises:
        RunLocked: another run holds the lock; nothing was touched.
        StoreError: the database cannot be used.
    """
    with run_lock(config.settings.database):
        db = store.open_db(config.settings.database)
        try:
            return _run(config, options, db, _World(clock, progress, open_session))
        finally:
            db.close()


def _run(
    config: Config,
    options: Options,
    db: store.Db,
    world: _World,
) -> RunReport:
    clock = world.clock
    started = clock()
    seconds = options.max_seconds
    if seconds is None:
        seconds = config.settings.max_run.total_seconds()
    with db.transaction():
        run_id = runs.start(db, started)
        feeds.sync(db, config.feeds, {f.id: mask_url(f.url) for f in config.feeds})
        note_watchlists(config, db)
    with Workers(config.settings.hosts_at_once, options.processes) as workers:
        this = Run(
            id=run_id,
            config=config,
            db=db,
            workers=workers,
            clock=clock,
            started_at=started,
            deadline=time.monotonic() + seconds,
            progress=world.progress,
            open_session=world.open_session,
        )
        _guard(this, _take_edits)
        _poll(this, options)
        if not this.own_outage:  # it would cost each page an attempt
            _scrape(this)
    _guard(this, _rematch)
    _guard(this, _group_waiting)
    upkeep.tidy(db, clock())
    _tell(this, options)
    report = this.report()
    with db.transaction():
        runs.finish(db, report)
    return report


def _guard(run: Run, step: Callable[[Run], None]) -> None:
    """Take a step; a mistake of ours in it must not keep the mails back run by run."""
    try:
        step(run)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - it is told with its traceback
        name = step.__name__.strip("_").replace("_", " ")
        run.problems.append(f"{name}: {traceback.format_exc()}")


def _take_edits(run: Run) -> None:
    """Apply what people split and merged on the desk since the last run."""
    try:
        edits = triage.pending_edits(
            triage.triage_path(run.db.path), stories.edits_applied(run.db)
        )
    except StoreError as error:  # a triage.db that cannot be read stops no run
        run.problems.append(str(error))
        return
    if edits:
        from aggregator.intake.edits import apply_edits

        with run.db.transaction():
            apply_edits(run.intake, edits, now=run.clock())


def _poll(run: Run, options: Options) -> None:
    """Visit what is due; `force` ignores due times, never a host's Retry-After."""
    states = feeds.load_states(run.db)
    only = options.feeds
    wanted = [feed for feed in run.config.feeds if not only or feed.id in only]
    if not only:
        wanted = _without_duplicates(run, wanted, states)
    due = schedule.due_feeds(wanted, states, run.clock(), force=options.force)
    run.feeds_due, run.is_chosen = len(due), bool(only)
    run.is_whole = bool(only) or len(due) == sum(feed.enabled for feed in wanted)
    if due:
        from aggregator.poll.feeds import poll_feeds

        poll_feeds(run, due, states)


def _without_duplicates(
    run: Run, wanted: list[Feed], states: dict[str, FeedState]
) -> list[Feed]:
    """Leave out feeds that moved onto another's address, and say so (polling.md 33).

    `poll --feed ID` asks one all the same.
    """
    enabled = [feed for feed in wanted if feed.enabled]
    moved = {feed.id: states[feed.id] for feed in enabled if states[feed.id].url}
    if not moved:
        return wanted
    pairs = dict(schedule.find_duplicates(enabled, moved))
    # Of two that moved onto each other, both are asked.
    duplicates = {key: other for key, other in pairs.items() if other not in pairs}
    for feed_id, other in duplicates.items():
        state = states[feed_id]
        note = f"moved to the address of {other} and is not asked any more"
        if note not in state.notes:
            with run.db.transaction():
                feeds.save_state(run.db, replace(state, notes=(*state.notes, note)))
            run.problems.append(f"{feed_id} {note}: take it out of feeds.yaml")
    return [feed for feed in wanted if feed.id not in duplicates]


def _scrape(run: Run) -> None:
    waiting = articles.waiting(run.db, run.clock())
    if waiting:
        from aggregator.poll.pages import scrape_pages

        scrape_pages(run, waiting)


def _rematch(run: Run) -> None:
    """Match the archive again where a watchlist changed, for a bounded time."""
    if not any(w.rematch_below for w in matches.stored_watchlists(run.db).values()):
        return
    from aggregator.intake.archive import rematch_some

    until = min(run.deadline, time.monotonic() + REMATCH_SECONDS)
    rematch_some(run.intake, now=run.clock(), is_over=lambda: time.monotonic() > until)


def _group_waiting(run: Run) -> None:
    """Group flagged articles whose page did not come in time by the feed's own text.

    A mail goes out at the end of the run: copies must be one story by then.
    """
    alone = matches.flagged_alone(run.db)
    if alone:
        from aggregator.intake.judge import settle_all

        with run.db.transaction():
            settle_all(run.intake, alone, now=run.clock())


def _tell(run: Run, options: Options) -> None:
    """Queue health notes, send what is due, and say that the run was good."""
    deliver.queue_health(
        run.config, run.db, run.clock(), own_outage=run.own_outage, notes=run.problems
    )
    if options.deliver:
        try:
            delivered = deliver.deliver(run.config, run.db, clock=run.clock)
        except RunLocked:  # a `deliver` of its own is at work: it sends these too
            return
        run.sent = delivered.sent
        run.problems.extend(delivered.problems)
    if not run.own_outage and (problem := deliver.ping(run.config)):
        run.problems.append(problem)


__all__ = ["Options", "RunReport", "run"]
