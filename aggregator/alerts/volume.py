"""Whether a watchlist is unusually loud today, or silent against its own rhythm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# sensitivity -> (standard deviations above the mean, at least so many stories)
_SENSITIVITY = {"low": (6.0, 10), "medium": (4.0, 6), "high": (2.5, 4)}
# Without so many days of history nothing is unusual.
MIN_DAYS = 7
DAYS = 14


def is_spike(today: int, past: Sequence[int], sensitivity: str) -> bool:
    """Say whether today's count of stories stands out from the days before.

    The spread is at least that of rare events (Poisson), so that 0 0 0 1 is no reason
    to call 3 a spike. Today is not over, so that this errs on the quiet side.

    Args:
        today: stories (not copies) so far.
        past: stories of each day before, at most the last 14; MIN_DAYS at least.
        sensitivity: off, low, medium or high.
    """
    if sensitivity not in _SENSITIVITY or len(past) < MIN_DAYS:
        return False
    factor, least = _SENSITIVITY[sensitivity]
    mean = sum(past) / len(past)
    variance = sum((count - mean) ** 2 for count in past) / len(past)
    spread = math.sqrt(max(variance, mean, 1.0))
    return today >= least and today > mean + factor * spread


def is_silent(past: Sequence[int]) -> bool:
    """Say whether a watchlist fell silent against its own rhythm.

    Args:
        past: stories of each of the last 14 days, the latest last.
    """
    if len(past) < DAYS:
        return False
    trailing = 0
    for count in reversed(past):
        if count:
            break
        trailing += 1
    longest = run = 0
    for count in past[: len(past) - trailing]:
        run = 0 if count else run + 1
        longest = max(longest, run)
    active = sum(1 for count in past if count)
    return active >= MIN_DAYS and trailing >= max(3, 3 * longest)
