"""What a whole visit says: of its host, of our own line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.model import HostState, Visited
from aggregator.schedule.wait import UNWANTED

_LONGEST_WAIT = timedelta(hours=25)  # a server's wish is bounded to 24 (polling.md 36)
_NO_ANSWER = frozenset({"dns", "refused", "timeout", "reset", "tls"})


def must_wait(host: HostState, now: datetime) -> bool:
    """Say whether a host asked to be left alone.

    What is further away than any wish may be was noted by a clock that was wrong.
    """
    until = host.retry_after_until
    return until is not None and now < until <= now + _LONGEST_WAIT


def is_unanswered(visited: Visited) -> bool:
    """Say whether a host was asked and never answered: it, or our own line, is down."""
    failures = [item.failure for item in visited.feeds if item.result != "skipped"]
    return bool(failures) and all(
        f is not None
        and not f.elsewhere
        and (f.kind in _NO_ANSWER or f.state == "pending")
        for f in failures
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
        failure.retry_after or UNWANTED
        for failure in outcomes
        if failure is not None
        and not failure.elsewhere
        and (failure.retry_after or failure.status == 429)
    ]
    until = host.retry_after_until if must_wait(host, now) else None
    if waits:
        until = max(filter(None, (until, now + max(waits))))
    robots = {known.origin: known for known in (*host.robots, *visited.robots)}
    return replace(
        host,
        retry_after_until=until,
        failures=host.failures + 1 if is_unanswered(visited) else 0,
        robots=tuple(robots.values()),
    )
