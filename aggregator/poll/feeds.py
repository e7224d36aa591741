"""The first phase of a run: due feeds, one visit a host, one transaction a feed."""

from __future__ import annotations

import traceback
from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aggregator import schedule, urls, visit
from aggregator.errors import StoreError
from aggregator.model import (
    Failure,
    FeedState,
    FeedTask,
    HostState,
    Visit,
)
from aggregator.poll import bounded
from aggregator.poll.gaps import fill_gaps, mark_late, note_gap
from aggregator.poll.rules import visit_rules
from aggregator.poll.unreadable import keep_document
from aggregator.store import feeds, gaps, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aggregator.model import Feed, FeedVisited, Visited
    from aggregator.poll.state import Run

# Feeds without news are committed so many at once. A run that is killed has so many of
# them asked again at most.
TOGETHER = 32


def poll_feeds(run: Run, due: list[Feed], states: dict[str, FeedState]) -> None:
    """Visit the hosts of due feeds and store what they show.

    Where one rolled over, the outlet's other feeds that may fill the gap are asked too,
    so that nobody is warned of what is there a moment later.
    """
    run.own_outage = _is_own_outage(_visit_hosts(run, due, states), states)
    _store_failures(run)
    if run.fetched and (helpers := fill_gaps(run)):
        run.feeds_due += len(helpers)
        _visit_hosts(run, helpers, feeds.load_states(run.db), again=True)
        _store_failures(run)
        fill_gaps(run)


def _visit_hosts(
    run: Run, due: list[Feed], states: dict[str, FeedState], *, again: bool = False
) -> list[Visited]:
    """Visit the hosts of feeds and store what they show, but for failures.

    again: they were visited in this run already.
    """
    hosts = feeds.load_hosts(run.db)
    function = partial(
        visit.visit_feeds,
        parse=partial(bounded.parse, run.workers),
        open_session=run.session_maker,
    )
    visits: list[Visited] = []
    unchanged: list[FeedVisited] = []
    done = 0
    queues = _plan_visits(run, due, states, hosts, again=again)
    for visited in run.workers.run_visits(queues, function):
        done += len(visited.feeds)
        run.progress("feeds", done, len(due), visited.host)
        run.failures += _store_host(run, visited, states, hosts)
        visits.append(_without_documents(visited))
        unchanged += (item for item in visited.feeds if item.result == "unchanged")
        if len(unchanged) >= TOGETHER:
            _store_unchanged(run, unchanged, states)
            unchanged.clear()
    _store_unchanged(run, unchanged, states)
    return visits


def _is_own_outage(visits: list[Visited], states: dict[str, FeedState]) -> bool:
    """Say whether the fault is ours: no host answered, and several did the last time.

    Two dead hosts that happen to be due alone say nothing of our own line.
    """
    fresh = [
        visited
        for visited in visits
        if any(not states[item.feed_id].failures for item in visited.feeds)
    ]
    return len(fresh) > 1 and schedule.is_own_outage(visits)


def _without_documents(visited: Visited) -> Visited:
    """Let go of what was stored, so that a long run holds no documents."""
    if all(item.parsed is None for item in visited.feeds):
        return visited
    return replace(
        visited, feeds=tuple(replace(item, parsed=None) for item in visited.feeds)
    )


def _plan_visits(
    run: Run,
    due: list[Feed],
    states: dict[str, FeedState],
    hosts: dict[str, HostState],
    *,
    again: bool,
) -> Iterator[Iterator[Visit]]:
    """Group due feeds by host, leaving out hosts that asked to be left alone."""
    now = run.clock()
    rules = visit_rules(run.config, deadline=run.deadline)
    of_hosts: dict[str, list[Feed]] = defaultdict(list)
    for feed in due:
        of_hosts[urls.host_of(states[feed.id].url or feed.url)].append(feed)
    for host, of_host in of_hosts.items():
        known = hosts.get(host, HostState(host=host))
        if not schedule.must_wait(known, now):
            bare = Visit(
                host=host, now=now, rules=rules, robots=known.robots, continues=again
            )
            yield _plan_visit(run, bare, of_host, states)


def _plan_visit(
    run: Run, bare: Visit, of_host: list[Feed], states: dict[str, FeedState]
) -> Iterator[Visit]:
    """Yield a host's one visit when its turn comes: known items take much memory."""
    yield replace(
        bare,
        feeds=tuple(
            FeedTask(
                feed=feed,
                url=states[feed.id].url or feed.url,
                validators=states[feed.id].validators,
                body_hash=states[feed.id].body_hash,
                known_items=feeds.known_items(run.db, feed.id),
            )
            for feed in of_host
        ),
    )


def _store_host(
    run: Run,
    visited: Visited,
    states: dict[str, FeedState],
    hosts: dict[str, HostState],
) -> list[tuple[FeedVisited, FeedState]]:
    """Commit the news of a host's feeds; return failures, to be judged at the end."""
    now = run.clock()
    failures = []
    host = hosts.get(visited.host, HostState(host=visited.host))
    changed = schedule.next_host(host, visited, now)
    if changed != host:
        with run.db.transaction():
            feeds.save_host(run.db, changed)
    for item in visited.feeds:
        state = states[item.feed_id]
        stored = item
        if item.result == "parsed":
            stored = _store_parsed(run, item, state, now)
        if stored.result == "failed":
            failures.append((stored, state))
    return failures


def _store_unchanged(
    run: Run, unchanged: list[FeedVisited], states: dict[str, FeedState]
) -> None:
    """Commit what is remembered of feeds that had no news."""
    run.not_modified += len(unchanged)
    after = [_without_news(run, item, states[item.feed_id]) for item in unchanged]
    with run.db.transaction():
        feeds.save_states(run.db, after)


def _without_news(run: Run, visited: FeedVisited, state: FeedState) -> FeedState:
    """Return what is remembered of a feed that was unchanged or failed."""
    return schedule.next_state(
        state,
        run.feeds[visited.feed_id],
        visited,
        new_entries=0,
        published=(),
        now=run.started_at,
        settings=run.config.settings,
    )


def _store_parsed(
    run: Run, visited: FeedVisited, state: FeedState, now: datetime
) -> FeedVisited:
    """Commit one feed: entries, articles, matches, outbox, validators together.

    What our own code cannot store comes back as a failure of this feed.
    """
    parsed = visited.parsed
    assert parsed is not None  # noqa: S101 - 'parsed' has it
    feed = run.feeds[visited.feed_id]
    try:
        with run.db.transaction():
            first = state.last_success_at is None
            newest = feeds.newest_entry_at(run.db, feed.id)
            # Read before this document is stored, and only where it may be needed.
            seam = gaps.load_seam(run.db, feed.id) if visited.gap else None
            from aggregator.intake.entries import file_feed  # noqa: PLC0415 - not for 304s

            marked = mark_late(run, feed, parsed)
            filed = file_feed(run.intake, feed, marked, first=first, now=now)
            gap = note_gap(run, visited, filed, newest, seam=None if first else seam)
            published = tuple(
                entry.published_at for entry in parsed.entries if entry.published_at
            )
            after = schedule.next_state(
                state,
                feed,
                replace(visited, gap=gap),
                new_entries=filed.entries_new,
                published=published,
                now=run.started_at,
                settings=run.config.settings,
            )
            feeds.save_state(run.db, after)
            feeds.add_known_items(
                run.db, feed.id, (entry.item_hash for entry in parsed.entries)
            )
            runs.log_fetch(
                run.db, run.id, visited, entries_new=filed.entries_new, now=now
            )
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - one feed must not stop the others
        failure = Failure(
            kind="crash",
            message=f"unexpected {type(error).__name__}: {error}"[:300],
            traceback=traceback.format_exc(),
        )
        return replace(
            visited,
            result="failed",
            parsed=None,
            validators=None,  # the document must come again
            body_hash=None,
            failure=failure,
        )
    run.fetched += 1
    run.filed = run.filed.plus(filed)
    if filed.reissued:
        run.problems.append(
            f"{feed.id}: {filed.reissued} old items came again as new ones;"
            " stored without alerts"
        )
    return visited


def _store_failures(run: Run) -> None:
    """Count failures against their sources, unless the outage is our own."""
    now = run.clock()
    failures, run.failures = run.failures, []
    for visited, state in failures:
        run.failed += 1
        with run.db.transaction():
            runs.log_fetch(run.db, run.id, visited, entries_new=0, now=now)
            if run.own_outage:
                feeds.save_state(run.db, replace(state, next_poll_at=None))
                continue
            feeds.save_state(run.db, _without_news(run, visited, state))
        if visited.failure and visited.failure.traceback:
            run.problems.append(f"{visited.feed_id}: {visited.failure.traceback}")
        if visited.failure and visited.failure.body:
            wrong = keep_document(run.db.path, visited.feed_id, visited.failure.body)
            run.problems.extend([wrong] if wrong else [])
