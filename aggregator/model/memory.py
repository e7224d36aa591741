"""What the store keeps of feeds and hosts between two runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aggregator.model.answers import Validators
from aggregator.model.entries import FeedHints
from aggregator.model.visits import Robots

FeedStateName = Literal["ok", "quiet", "failing", "blocked", "gone", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the store keeps of a feed between two polls; `schedule` alone decides it.

    url: the adopted address, None: the configured one. failures: in a row. error None:
    the last poll was good. next_poll_at None: due at once. rhythm: the usual distance
    between two entries, None: not learned yet. depth: the time that its document spans.
    weekends: False when it was learned that nothing appears on Saturday and Sunday.
    moved_*: a permanent redirect that waits for confirmation. gone_since: the first
    404 or 410 in a row. hints, max_age: kept because a 304 does not repeat them.
    """

    feed_id: str
    url: str | None = None
    validators: Validators | None = None
    body_hash: str | None = None
    state: FeedStateName = "ok"
    state_since: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    status: int | None = None
    error: str | None = None
    next_poll_at: datetime | None = None
    rhythm: timedelta | None = None
    depth: timedelta | None = None
    weekends: bool = True
    hints: FeedHints = FeedHints()
    max_age: timedelta | None = None
    moved_to: str | None = None
    moved_first_at: datetime | None = None
    moved_last_at: datetime | None = None
    moved_count: int = 0
    gone_since: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is remembered of a host: when it may be asked again, and its robots.txt."""

    host: str
    retry_after_until: datetime | None = None
    failures: int = 0  # visits in a row in which nothing answered
    robots: tuple[Robots, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """What was known of a feed before its document came, to see whether both join.

    keys: of the entries seen last. newest_at: the latest time of publication among
    those that were out when we saw them, None: none is dated so.
    """

    keys: tuple[str, ...] = ()
    newest_at: datetime | None = None
