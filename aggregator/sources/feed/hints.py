"""What a publisher says about when to ask again (polling.md 20-22)."""

from __future__ import annotations

import re
from datetime import timedelta

from aggregator.model import FeedHints

# Read from the text, not through feedparser: that keeps only the last <hour> and <day>.
_TTL = re.compile(
    r"<ttl>\s*(?:<!\[CDATA\[)?\s*(\d{1,6})\s*(?:min|dakika|dk|\]|<)", re.IGNORECASE
)
_SKIP_HOURS = re.compile(r"</?skipHours>", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"</?skipDays>", re.IGNORECASE)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*([a-z]+)\s*</day>", re.IGNORECASE)
_PERIOD = re.compile(r"<(?:\w+:)updatePeriod>\s*([a-z]+)\s*</", re.IGNORECASE)
_FREQUENCY = re.compile(r"<(?:\w+:)updateFrequency>\s*(\d{1,4})\s*</", re.IGNORECASE)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = timedelta(days=365)


def read_hints(text: str) -> FeedHints:
    """Read ttl, skipHours, skipDays and sy:*; what makes no sense is left out.

    Of ttl and sy:* the longer counts. An hour 24 is 0. All hours or all days skipped
    would mean never: then the list is ignored.
    """
    hours = {
        int(hour) % 24 for hour in _inside(_SKIP_HOURS, _HOUR, text) if int(hour) < 25
    }
    days = {_DAYS.index(day) for day in _inside(_SKIP_DAYS, _DAY, text) if day in _DAYS}
    return FeedHints(
        every=max(filter(None, (_ttl(text), _syndication(text))), default=None),
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _inside(tag: re.Pattern[str], inner: re.Pattern[str], text: str) -> list[str]:
    """Return what `inner` finds between the first two of these tags."""
    parts = tag.split(text, maxsplit=2)
    return [found.lower() for found in inner.findall(parts[1])] if parts[2:] else []


def _ttl(text: str) -> timedelta | None:
    found = _TTL.search(text)
    minutes = timedelta(minutes=int(found[1])) if found else timedelta()
    return min(minutes, _LONGEST) or None


def _syndication(text: str) -> timedelta | None:
    period = _PERIOD.search(text)
    length = _PERIODS.get(period[1].lower()) if period else None
    if length is None:
        return None
    frequency = _FREQUENCY.search(text)
    return length / max(int(frequency[1]), 1) if frequency else length
