"""When a mode may speak: quiet hours, full hours, days and their time.

All results are UTC; the arguments are local wall time in the operator's zone, so that
07:30 stays 07:30 when clocks change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aggregator.model import Subscription

_WEEK = 8  # days to look at, so that one weekday a week is found


def quiet_until(subscription: Subscription, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the quiet hours round `now` end; `now` itself outside of them."""
    if subscription.quiet is None:
        return now
    start, end = subscription.quiet
    local = now.astimezone(zone)
    clock = local.time()
    inside = start <= clock < end if start <= end else clock >= start or clock < end
    if not inside:
        return now
    day = local.date() + timedelta(days=int(clock >= end))
    # Where clocks go back, the end may lie in the hour that comes twice.
    return max(now, datetime.combine(day, end, zone).astimezone(UTC))


def next_hour(now: datetime) -> datetime:
    """Return the next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def next_daily(subscription: Subscription, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next time of a daily digest after `now`."""
    today = now.astimezone(zone).date()
    for step in range(_WEEK):
        at = datetime.combine(today + timedelta(days=step), subscription.at, zone)
        if at > now and _is_day(subscription, at):
            return at.astimezone(UTC)
    raise ValueError("a subscription without days")


def last_daily(subscription: Subscription, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest time of a daily digest that is not after `now`."""
    today = now.astimezone(zone).date()
    for step in range(_WEEK):
        at = datetime.combine(today - timedelta(days=step), subscription.at, zone)
        if at <= now and _is_day(subscription, at):
            return at.astimezone(UTC)
    raise ValueError("a subscription without days")


def next_slot(
    subscription: Subscription, now: datetime, zone: ZoneInfo
) -> tuple[datetime, bool]:
    """Return when a story found now is due, and whether quiet hours hold it."""
    if subscription.mode == "daily":
        due = next_daily(subscription, now, zone)
    elif subscription.mode == "hourly":
        due = next_hour(now)
    else:
        due = now
    free = quiet_until(subscription, due, zone)
    return free, free > due


def _is_day(subscription: Subscription, at: datetime) -> bool:
    return not subscription.days or at.weekday() in subscription.days
