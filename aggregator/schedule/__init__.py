"""Which feeds are due, when to ask again, and what a feed's answers say of its health.

Pure: the clock is an argument. Jitter comes from a hash, so that a run can be repeated.
"""

from __future__ import annotations

from aggregator.schedule.due import due_feeds, find_duplicates, is_due, is_parked
from aggregator.schedule.gaps import is_gap
from aggregator.schedule.health import is_quiet, next_state
from aggregator.schedule.hosts import is_own_outage, is_unanswered, must_wait, next_host
from aggregator.schedule.wait import next_poll_at, shortest_wait

__all__ = [
    "due_feeds",
    "find_duplicates",
    "is_due",
    "is_gap",
    "is_own_outage",
    "is_parked",
    "is_quiet",
    "is_unanswered",
    "must_wait",
    "next_host",
    "next_poll_at",
    "next_state",
    "shortest_wait",
]
