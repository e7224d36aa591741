"""What an answer says of a feed, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.model import (
    Failure,
    Feed,
    FeedState,
    FeedStateName,
    FeedVisited,
    Settings,
)
from aggregator.schedule.due import is_parked
from aggregator.schedule.wait import next_poll_at
from aggregator.urls import has_secret, is_home

_GONE_AFTER = timedelta(days=21)  # of 404 without a break
_SHORTEST = timedelta(minutes=5)  # however fast a feed rolls over
_QUIET_TIMES = 8  # times its own rhythm without news (polling.md 26)
_QUIET_BOUNDS = (timedelta(hours=48), timedelta(days=30))
_QUIET_UNKNOWN = timedelta(days=14)
_ADOPT_COUNT = 3  # polls that saw one permanent redirect, over a day (polling.md 29)
_ADOPT_AFTER = timedelta(hours=24)
# Some servers cannot bear a condition, or one of theirs: without it they answer.
_NO_CONDITIONS = frozenset({400, 412, 431})
_PERMANENT = frozenset({301, 308})
_DAY = timedelta(days=1)


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
    is_new = after.state != state.state or state.state_since is None
    return replace(
        after,
        state_since=now if is_new else state.state_since,
        next_poll_at=None
        if is_parked(after)
        else next_poll_at(after, feed, visited, settings, now),
    )


def _after_failure(state: FeedState, failure: Failure, now: datetime) -> FeedState:
    """Keep validators and all that was learned; note what failed (polling.md 6, 34-37).

    But not where the request itself is what the server cannot bear.
    """
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
        validators=None if failure.status in _NO_CONDITIONS else state.validators,
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
    name: FeedStateName = "quiet" if is_quiet(state, feed, now) else "ok"
    return state if state.state == name else replace(state, state=name)


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
    if (rhythm, weekends) == (state.rhythm, state.weekends):
        return state
    return replace(state, rhythm=rhythm, weekends=weekends)


def _safe_distance(
    state: FeedState, feed: Feed, visited: FeedVisited, now: datetime
) -> timedelta | None:
    """Return how far two polls may be apart without a gap; None: no gap was seen.

    A gap halves the distance that caused it; every poll with an overlap lets it grow by
    a quarter, until it is the feed's own interval again (polling.md 24, 25).
    """
    if visited.gap and state.last_success_at is not None:
        return max((now - state.last_success_at) / 2, _SHORTEST)
    if state.depth is None:
        return None
    wider = state.depth * 1.25
    return wider if wider < feed.interval else None


def _note_redirect(state: FeedState, visited: FeedVisited, now: datetime) -> FeedState:
    """Adopt a permanent redirect that was seen on several polls over a day.

    Only a visit that was read gets here, so the target is a feed (polling.md 29-31).
    One with a secret in it is followed at each poll: the database keeps no secrets.
    """
    permanent = bool(visited.hops) and all(h.status in _PERMANENT for h in visited.hops)
    if not permanent or is_home(visited.url) or has_secret(visited.url):
        if state.moved_to is None:
            return state
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
    """Say whether a feed that answers has had nothing new for too long (polling.md 26).

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
