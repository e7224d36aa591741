"""Which feeds are due, when to ask again, and what a feed's answers say of its health.

Pure: the clock is an argument. Jitter comes from a hash, so that a run can be repeated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.model import (
    Failure,
    Feed,
    FeedHints,
    FeedState,
    FeedStateName,
    FeedVisited,
    HostState,
    Settings,
    Visited,
)
from aggregator.urls import canonical_url, is_home

_TOLERANCE = 30  # 1/30 of the wait: 58 minutes are not too soon for 60 (POLLER 18)
_SPREAD = 0.02  # of the wait, added by hash; less than the tolerance
_LONGEST_BACKOFF = timedelta(hours=24)
_UNWANTED = timedelta(hours=4)  # after 401, 403, 429 and challenges (POLLER 35, 36)
_GONE_AFTER = timedelta(days=21)  # of 404 without a break
_SHORTEST = timedelta(minutes=5)  # however fast a feed rolls over
_QUIET_TIMES = 8  # times its own rhythm without news (POLLER 26)
_QUIET_BOUNDS = (timedelta(hours=48), timedelta(days=30))
_QUIET_UNKNOWN = timedelta(days=14)
_ADOPT_COUNT = 3  # polls that saw the same permanent redirect, over a day (POLLER 29)
_ADOPT_AFTER = timedelta(hours=24)
_PERMANENT = frozenset({301, 308})
_NO_ANSWER = frozenset({"dns", "refused", "timeout", "reset", "tls"})
_DAY = timedelta(days=1)


# -- what is due -----------------------------------------------------------------------


def is_due(state: FeedState, feed: Feed, now: datetime) -> bool:
    """Say whether a feed may be asked now.

    A plain wait has a tolerance of a thirtieth; back-off and Retry-After have none. A
    feed that is gone by 410 is parked until it is forced.
    """
    if not feed.enabled or is_parked(state):
        return False
    if state.next_poll_at is None or state.last_polled_at is None:
        return state.next_poll_at is None or now >= state.next_poll_at
    if state.last_polled_at > now:  # the clock was set back (POLLER 28)
        return now >= state.next_poll_at or state.last_polled_at > now + _DAY
    wait = state.next_poll_at - state.last_polled_at
    early = timedelta() if state.failures else wait / _TOLERANCE
    return now >= state.next_poll_at - early


def is_parked(state: FeedState) -> bool:
    """Say whether a feed answered 410 and waits for `poll --feed ID --force`."""
    return state.state == "gone" and state.status == 410


def due_feeds(
    feeds: Iterable[Feed],
    states: Mapping[str, FeedState],
    now: datetime,
    *,
    force: bool = False,
) -> list[Feed]:
    """Return the enabled feeds to ask now, those that waited longest first.

    Two that lead to one address are asked once, the first configured (POLLER 33).

    Args:
        feeds: in the order of the configuration.
        states: by feed id; a feed without one was never asked.
        now: aware UTC.
        force: ignore due times and parking.
    """
    due, addresses = [], set()
    for feed in feeds:
        state = states.get(feed.id, FeedState(feed_id=feed.id))
        if not feed.enabled or not (force or is_due(state, feed, now)):
            continue
        address = (canonical_url(state.url or feed.url), feed.kind)
        if state.url is None or address not in addresses:
            due.append((state.next_poll_at or datetime.min.replace(tzinfo=UTC), feed))
        addresses.add(address)
    return [feed for _, feed in sorted(due, key=lambda pair: pair[0])]


def find_duplicates(
    feeds: Iterable[Feed], states: Mapping[str, FeedState]
) -> list[tuple[str, str]]:
    """Return (moved, configured) ids where a redirect leads onto another feed."""
    configured = {canonical_url(feed.url): feed.id for feed in feeds}
    pairs = []
    for state in states.values():
        target = state.url or state.moved_to
        other = configured.get(canonical_url(target)) if target else None
        if other is not None and other != state.feed_id:
            pairs.append((state.feed_id, other))
    return pairs


# -- what a visit changes --------------------------------------------------------------


def next_state(  # noqa: PLR0913 - all that decides, and nothing else
    state: FeedState,
    feed: Feed,
    visited: FeedVisited,
    *,
    new_entries: int,
    published: Sequence[datetime],
    now: datetime,
    settings: Settings,
) -> FeedState:
    """Return what is remembered of a feed after a visit, next_poll_at included.

    Args:
        state: before the visit.
        feed: its configuration.
        visited: what came; 'skipped' changes nothing.
        new_entries: how many entries were stored for the first time.
        published: dates of the document's new entries, in any order.
        now: aware UTC, the time of the visit.
        settings: for `max_interval`.
    """
    if visited.result == "skipped":
        return state
    asked = replace(state, last_polled_at=now, status=visited.status)
    if visited.failure is not None:
        after = _after_failure(asked, visited.failure, now)
    else:
        after = _after_success(asked, feed, visited, new_entries, published, now)
    if after.state != state.state or state.state_since is None:
        after = replace(after, state_since=now)
    return replace(
        after, next_poll_at=next_poll_at(after, feed, visited, settings, now)
    )


def _after_failure(state: FeedState, failure: Failure, now: datetime) -> FeedState:
    """Keep validators and all that was learned; note what failed (POLLER 6, 34-37)."""
    missing = failure.status in {404, 410}
    gone_since = (state.gone_since or now) if missing else None
    name: FeedStateName = "failing"
    given_up = gone_since is not None and now - gone_since >= _GONE_AFTER
    if failure.status == 410 or given_up:
        name = "gone"
    elif failure.state == "blocked":
        name = "blocked"
    return replace(
        state,
        state=name,
        failures=state.failures + 1,
        error=failure.message,
        status=failure.status if failure.status is not None else state.status,
        gone_since=gone_since,
    )


def _after_success(
    state: FeedState,
    feed: Feed,
    visited: FeedVisited,
    new_entries: int,
    published: Sequence[datetime],
    now: datetime,
) -> FeedState:
    parsed = visited.parsed
    state = _learn(state, feed, new_entries, published, now)
    state = replace(
        state,
        validators=visited.validators,
        body_hash=visited.body_hash,
        failures=0,
        error=None,
        gone_since=None,
        last_success_at=now,
        last_new_at=now if new_entries else state.last_new_at,
        depth=_safe_distance(state, feed, visited, now),
        max_age=visited.freshness.max_age,
        hints=parsed.hints if parsed is not None else state.hints,
        notes=parsed.notes if parsed is not None else state.notes,
    )
    state = _note_redirect(state, visited, now)
    return replace(state, state="quiet" if is_quiet(state, feed, now) else "ok")


def _learn(
    state: FeedState,
    feed: Feed,
    new_entries: int,
    published: Sequence[datetime],
    now: datetime,
) -> FeedState:
    """Learn the usual distance between two entries, and whether weekends have any.

    The first document tells it by its dates, later ones by how many came since the last
    new one; the average forgets slowly, so that a busy day does not make a calm week.
    """
    dates = sorted(moment for moment in published if moment <= now)
    rhythm = state.rhythm
    if rhythm is None and len(dates) > 1 and dates[-1] > dates[0]:
        rhythm = (dates[-1] - dates[0]) / (len(dates) - 1)
    elif rhythm is not None and new_entries and state.last_new_at is not None:
        seen = (now - state.last_new_at) / new_entries
        rhythm = rhythm * 0.8 + max(seen, timedelta()) * 0.2
    zone = ZoneInfo(feed.timezone)
    at_weekends = any(moment.astimezone(zone).weekday() > 4 for moment in dates)
    weekends = state.weekends or at_weekends
    if state.rhythm is None and len(dates) > 4 and dates[-1] - dates[0] > 10 * _DAY:
        weekends = at_weekends
    return replace(state, rhythm=rhythm, weekends=weekends)


def _safe_distance(
    state: FeedState, feed: Feed, visited: FeedVisited, now: datetime
) -> timedelta | None:
    """Return how far two polls may be apart without a gap; None: no gap was seen.

    A gap halves the distance that caused it; every poll with an overlap lets it grow by
    a quarter, until it is the feed's own interval again (POLLER 24, 25).
    """
    if visited.gap and state.last_success_at is not None:
        return max((now - state.last_success_at) / 2, _SHORTEST)
    if state.depth is None:
        return None
    wider = state.depth * 1.25
    return wider if wider < feed.interval else None


def _note_redirect(state: FeedState, visited: FeedVisited, now: datetime) -> FeedState:
    """Adopt a permanent redirect that was seen on several polls over a day.

    Only a visit that was read gets here, so the target is a feed (POLLER 29-31).
    """
    permanent = bool(visited.hops) and all(h.status in _PERMANENT for h in visited.hops)
    if not permanent or is_home(visited.url):
        return replace(
            state, moved_to=None, moved_first_at=None, moved_last_at=None, moved_count=0
        )
    if state.moved_to != visited.url:
        return replace(
            state,
            moved_to=visited.url,
            moved_first_at=now,
            moved_last_at=now,
            moved_count=1,
        )
    first_at = state.moved_first_at or now
    if state.moved_count + 1 >= _ADOPT_COUNT and now - first_at >= _ADOPT_AFTER:
        note = f"moved permanently to {visited.url}"
        return replace(
            state,
            url=visited.url,
            moved_to=None,
            moved_first_at=None,
            moved_last_at=None,
            moved_count=0,
            notes=(*state.notes, note),
        )
    return replace(state, moved_last_at=now, moved_count=state.moved_count + 1)


def is_quiet(state: FeedState, feed: Feed, now: datetime) -> bool:
    """Say whether a feed that answers has had nothing new for too long (POLLER 26).

    Too long is 8 times its own rhythm, at least 2 and at most 30 days; for one that
    never publishes at weekends those days do not count. Without a rhythm: 14 days.
    """
    if state.last_new_at is None:
        return False
    silent = now - state.last_new_at
    if not state.weekends:
        silent -= _weekend_time(state.last_new_at, now, ZoneInfo(feed.timezone))
    if state.rhythm is None:
        return silent > _QUIET_UNKNOWN
    least, most = _QUIET_BOUNDS
    return silent > min(max(state.rhythm * _QUIET_TIMES, least), most)


def _weekend_time(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    days = min((end - start).days + 1, 60)
    local = [(start + _DAY * day).astimezone(zone).weekday() for day in range(days)]
    return _DAY * sum(1 for day in local if day > 4)


# -- when to ask again -----------------------------------------------------------------


def next_poll_at(
    state: FeedState,
    feed: Feed,
    outcome: FeedVisited,
    settings: Settings,
    now: datetime,
) -> datetime:
    """Return when a feed is asked again: the latest of all wishes, capped.

    Args:
        state: after the visit, but for next_poll_at.
        feed: its configuration.
        outcome: the visit.
        settings: for `max_interval`, the cap on every publisher's wish.
        now: aware UTC.
    """
    if outcome.failure is not None:
        return now + _back_off(state, feed, outcome.failure, now)
    most = max(settings.max_interval, feed.interval)
    wait = feed.interval if state.depth is None else min(feed.interval, state.depth)
    if state.depth is None:  # a feed that rolls over is asked in time, wishes or not
        wishes = (state.hints.every, state.max_age, _calm(state))
        wait = max(wait, *(wish for wish in wishes if wish is not None), timedelta())
    wait = min(wait, most)
    spread = wait * (1 + _SPREAD * _fraction(feed.id, now))
    moment = now + max(wait, min(spread, most))
    return min(_skip(moment, state.hints), now + most)


def _calm(state: FeedState) -> timedelta | None:
    """A feed without validators costs its whole body each time: go by its rhythm."""
    known = state.validators
    if state.rhythm is None or (known and (known.etag or known.last_modified)):
        return None
    return state.rhythm / 24


def _back_off(
    state: FeedState, feed: Feed, failure: Failure, now: datetime
) -> timedelta:
    """Double the wait with each failure, up to a day; it never stops (POLLER 35-37)."""
    wait = feed.interval * (1 << min(max(state.failures - 1, 0), 12))
    wait *= 1 + 0.1 * _fraction(feed.id, now)
    wait = min(wait, _LONGEST_BACKOFF)
    if failure.retry_after is not None:
        return max(failure.retry_after, min(wait, feed.interval))
    if failure.status in {401, 403, 429} or failure.state == "blocked":
        return max(wait, _UNWANTED)
    return wait


def _skip(moment: datetime, hints: FeedHints) -> datetime:
    """Go on to the next hour that the publisher does not skip (GMT; POLLER 21)."""
    for _ in range(24 * 8):
        utc = moment.astimezone(UTC)
        if utc.weekday() in hints.skip_days:
            utc = utc.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
        elif utc.hour in hints.skip_hours:
            utc = utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        else:
            return moment
        moment = utc
    return moment


def _fraction(feed_id: str, now: datetime) -> float:
    """Return a number in 0 … 1 that looks random and is the same every time."""
    seed = f"{feed_id} {now.isoformat()}".encode()
    return int.from_bytes(hashlib.blake2b(seed, digest_size=4).digest()) / 0xFFFF_FFFF


# -- gaps, hosts, outages --------------------------------------------------------------


def is_gap(
    visited: FeedVisited, *, had_entries: bool, new_entries: int | None = None
) -> bool:
    """Say whether entries probably rolled off unseen (POLLER 25).

    Nothing in the document was known, of a feed whose entries are. new_entries: how
    many were stored for the first time; where some were known by their key after all
    (a publisher that edits every item), there is no gap. None: not known.
    """
    parsed = visited.parsed
    if parsed is None or not had_entries or not parsed.entries:
        return False
    if new_entries is not None and new_entries < len(parsed.entries):
        return False
    return visited.gap


def is_unanswered(visited: Visited) -> bool:
    """Say whether a host was asked and never answered: it, or our own line, is down."""
    failures = [item.failure for item in visited.feeds if item.result != "skipped"]
    return bool(failures) and all(
        f is not None and f.kind in _NO_ANSWER for f in failures
    )


def is_own_outage(visits: Iterable[Visited]) -> bool:
    """Say whether not one of several hosts answered: the fault is ours then."""
    asked = [v for v in visits if any(item.result != "skipped" for item in v.feeds)]
    return len(asked) > 1 and all(is_unanswered(visited) for visited in asked)


def next_host(host: HostState, visited: Visited, now: datetime) -> HostState:
    """Return what is kept of a host: its wish to be left alone, its robots.txt."""
    outcomes = [item.failure for item in visited.feeds]
    outcomes += [item.failure for item in visited.pages]
    waits = [
        failure.retry_after or _UNWANTED
        for failure in outcomes
        if failure is not None and (failure.retry_after or failure.status == 429)
    ]
    until = host.retry_after_until
    if until is not None and until <= now:
        until = None
    if waits:
        until = max(filter(None, (until, now + max(waits))))
    robots = {known.origin: known for known in (*host.robots, *visited.robots)}
    return replace(
        host,
        retry_after_until=until,
        failures=host.failures + 1 if is_unanswered(visited) else 0,
        robots=tuple(robots.values()),
    )
