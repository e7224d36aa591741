"""Which feeds are to be asked now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from aggregator.model import Feed, FeedState
from aggregator.urls import canonical_url

_TOLERANCE = 30  # 1/30 of the wait: 58 minutes are not too soon for 60 (polling.md 18)
_DAY = timedelta(days=1)


def is_due(state: FeedState, feed: Feed, now: datetime) -> bool:
    """Say whether a feed may be asked now.

    A plain wait has a tolerance of a thirtieth; back-off and Retry-After have none. A
    feed that is gone by 410 is parked until it is forced.
    """
    if not feed.enabled or is_parked(state):
        return False
    if state.next_poll_at is None or state.last_polled_at is None:
        return state.next_poll_at is None or now >= state.next_poll_at
    if state.last_polled_at > now:  # the clock was set back (polling.md 28)
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

    Two that lead to one address are asked once, the first configured (polling.md 33).

    Args:
        feeds: in the order of the configuration.
        states: by feed id; a feed without one was never asked.
        now: aware UTC.
        force: ignore due times and parking.
    """
    due, addresses = [], set()
    feeds = tuple(feeds)
    has_moved = any(state.url is not None for state in states.values())
    for feed in feeds:
        state = states.get(feed.id, FeedState(feed_id=feed.id))
        if not feed.enabled or not (force or is_due(state, feed, now)):
            continue
        if has_moved:  # nothing else is left out
            address = (canonical_url(state.url or feed.url), feed.kind)
            if state.url is not None and address in addresses:
                continue
            addresses.add(address)
        due.append((state.next_poll_at or datetime.min.replace(tzinfo=UTC), feed))
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
