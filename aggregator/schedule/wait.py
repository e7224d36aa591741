"""When a feed is asked again: the latest of all wishes, capped."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from aggregator.model import Failure, Feed, FeedHints, FeedState, FeedVisited, Settings

_SPREAD = 0.02  # of the wait, added by hash; less than the tolerance
_LONGEST_BACKOFF = timedelta(hours=24)
UNWANTED = timedelta(hours=4)  # after 401, 403, 429 and challenges (polling.md 35, 36)
_DAY = timedelta(days=1)
# A listing page is made for people and costs its server a whole page (polling.md 104).
LISTING_LEAST = timedelta(hours=1)


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
    least = shortest_wait(feed)
    if outcome.failure is not None:
        return now + max(_back_off(state, feed, outcome.failure, now), least)
    most = max(settings.max_interval, feed.interval, least)
    wait = feed.interval if state.depth is None else min(feed.interval, state.depth)
    if state.depth is None:  # a feed that rolls over is asked in time, wishes or not
        wishes = (state.hints.every, state.max_age, _calm(state))
        wait = max(wait, *(wish for wish in wishes if wish is not None), timedelta())
    wait = max(min(wait, most), least)
    spread = wait * (1 + _SPREAD * _fraction(feed.id, now))
    moment = now + max(wait, min(spread, most))
    return min(_skip(moment, state.hints), now + most)


def shortest_wait(feed: Feed) -> timedelta:
    """Return how soon a feed may be asked again, whatever its interval and gaps say."""
    return LISTING_LEAST if feed.kind == "html" else timedelta()


def _calm(state: FeedState) -> timedelta | None:
    """Return a wait by the feed's rhythm where each poll costs its whole document."""
    known = state.validators
    if state.rhythm is None or (known and (known.etag or known.last_modified)):
        return None
    return state.rhythm / 24


def _back_off(
    state: FeedState, feed: Feed, failure: Failure, now: datetime
) -> timedelta:
    """Double the wait with each failure, up to a day, for ever (polling.md 35-37)."""
    wait = feed.interval * (1 << min(max(state.failures - 1, 0), 12))
    wait *= 1 + 0.1 * _fraction(feed.id, now)
    wait = min(wait, _LONGEST_BACKOFF)
    if failure.retry_after is not None:
        return max(failure.retry_after, min(wait, feed.interval))
    if failure.status in {401, 403, 429} or failure.state == "blocked":
        return max(wait, UNWANTED)
    return wait


def _skip(moment: datetime, hints: FeedHints) -> datetime:
    """Go on to the next hour that the publisher does not skip (GMT; polling.md 21)."""
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
