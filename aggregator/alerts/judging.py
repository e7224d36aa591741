"""What an article's arrival is worth: a mail, a follow-up, or nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aggregator.alerts.timing import next_slot
from aggregator.model import Intent, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.model import Settings, StoryEvent, Subscription

# A story that so many outlets carry is told again.
MANY_OUTLETS = (5, 20, 50)
# Growth alone is told so long after the last word on a story, as one step: two hundred
# copies in an hour are one mail and one follow-up, not four mails.
GROWTH_PAUSE = timedelta(hours=1)
# What was published longer ago is old news, however it was found.
OLD_NEWS = timedelta(hours=72)

_URGENCY = {"instant": 0, "hourly": 1, "daily": 2}


class _Case(NamedTuple):
    """One recipient's view of an event. covered: watchlist -> most urgent way."""

    event: StoryEvent
    covered: dict[str, Subscription]
    told: Told | None


def wanted(
    event: StoryEvent,
    subscriptions: Iterable[Subscription],
    told: Iterable[Told],
    settings: Settings,
    now: datetime,
) -> tuple[Intent, ...]:
    """Decide who must hear of a story now; at most one intent a recipient.

    Args:
        event: what an article did to its story.
        subscriptions: all of them.
        told: what the outbox has for this story (`store.outbox.told`).
        settings: for the operator's zone.
        now: time to count from.
    """
    if event.baseline or _is_old(event, now):
        return ()
    zone = ZoneInfo(settings.timezone)
    ours: dict[str, list[Subscription]] = defaultdict(list)
    for subscription in subscriptions:
        ours[subscription.to].append(subscription)
    before = {item.recipient: item for item in told}
    intents = []
    for recipient, rows in ours.items():
        case = _Case(event, _covered(event, rows), before.get(recipient))
        cause = _cause(case)
        if cause is not None:
            intents.append(_intent(case, *cause, now=now, zone=zone))
    return tuple(intents)


def covers(subscription: Subscription, watchlists: Iterable[str]) -> bool:
    """Say whether a subscription is about one of these watchlists."""
    chosen = subscription.watchlists
    return chosen is None or any(item in chosen for item in watchlists)


def _is_old(event: StoryEvent, now: datetime) -> bool:
    """Say whether it was published too long ago; an edit is new whenever it comes."""
    published = event.published_at
    return not event.edited and published is not None and published < now - OLD_NEWS


def _covered(
    event: StoryEvent, subscriptions: list[Subscription]
) -> dict[str, Subscription]:
    found: dict[str, Subscription] = {}
    for subscription in sorted(subscriptions, key=lambda row: _URGENCY[row.mode]):
        for watchlist, _ in sorted(event.watchlists, key=lambda item: -item[1]):
            if covers(subscription, (watchlist,)):
                found.setdefault(watchlist, subscription)
    return found


def _cause(case: _Case) -> tuple[str, tuple[str, ...]] | None:
    """Return why to speak and which watchlists are the reason; None: do not."""
    event, covered, told = case
    if not covered:
        return None
    known: frozenset[str] = told.watchlists if told else frozenset()
    new = tuple(key for key in covered if key in event.new and key not in known)
    if new:
        return ("watchlist" if told else "new"), new
    if told is not None and told.pending:
        return None  # that mail will show the story as it is by then
    if event.slept:
        return "woke", tuple(covered)
    counted = told.outlets if told else event.outlets_before
    if any(counted < many <= event.outlets_after for many in MANY_OUTLETS):
        return ("outlets" if told else "new"), tuple(covered)
    return None


def _intent(
    case: _Case,
    cause: str,
    why: tuple[str, ...],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Intent:
    event, covered, told = case
    way = min((covered[key] for key in why), key=lambda row: _URGENCY[row.mode])
    start = now
    if cause == "outlets" and told is not None and way.mode == "instant":
        start = min(max(now, told.told_at + GROWTH_PAUSE), now + GROWTH_PAUSE)
    due, held = next_slot(way, start, zone)
    kind, seq = ("instant" if way.mode == "instant" else "digest"), 1
    if told is not None:
        seq = told.seq + 1
        kind = "followup" if way.mode == "instant" else "digest"
    if told is not None and told.pending:
        kind, seq = _join_pending(told, kind, way.mode)
    return Intent(
        recipient=way.to,
        channel=way.channel,
        kind=kind,
        story_id=event.story_id,
        seq=seq,
        slot=way.mode,
        watchlists=why if cause in ("new", "watchlist") else tuple(covered),
        cause=cause,
        outlets=event.outlets_after,
        late=event.late,
        held=held,
        due_at=due,
        queued_at=now,
    )


def _join_pending(told: Told, kind: str, mode: str) -> tuple[str, int]:
    """Return kind and seq so that one row says it all, in the more urgent way."""
    assert told.pending is not None  # noqa: S101 - asked by the caller
    pending_kind, seq, slot = told.pending
    if _URGENCY[mode] < _URGENCY.get(slot, 0):
        return ("instant" if seq == 1 else kind), seq
    return pending_kind, seq
