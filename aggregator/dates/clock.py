"""The time of day beside a date, and its zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone

from aggregator.dates.days import PACKED, Day
from aggregator.dates.words import ZONES

CLOCK = re.compile(
    r"(?<![\d:])(?<!\d[.,])(\d\d?):([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d+)?)?(?![\d:])"
    r"(?: ?([ap])\.?m\b\.?)?"
)
_DOTTED_CLOCK = re.compile(
    r"[ ,|/\[(-]*(?:saat[a-z]*|at|t|в)?[ :]*"
    r"(\d\d?)\.([0-5]\d)(?![\d.])()(?: ?([ap])\.?m\b)?"
)
_CLOCK_BEFORE = re.compile(r"(?<!\d)(\d\d?)\.([0-5]\d)()()[ ,|/-]*\Z")
_HOUR = re.compile(r"(?:,? (?:at )?)(\d\d?)()()() ?(?P<half>[ap])\.?m\b")
_ZONE = re.compile(
    r" ?\(?(?P<name>[a-zа-я]{1,5}(?![a-zа-я]))? ?(?P<sign>[+-])(?P<hours>\d\d?)"
    r"(?P<colon>:?)(?P<minutes>[0-5]\d)?(?!\d)|\s?\(?(?P<only>[a-zа-я]{1,5})\b"
)


def at_time(text: str, found: Day, zone: tzinfo) -> datetime:
    """Return the day with the time of day beside it, else midnight.

    Args:
        text: folded.
        found: the day and its place in the text.
        zone: of a time that states none.

    Raises:
        ValueError: there is no such time.
    """
    midnight = datetime(found.day.year, found.day.month, found.day.day, tzinfo=zone)
    if found.iso and (packed := PACKED.match(text, found.start)) and packed[5]:
        hours, minutes, seconds = int(packed[5]), int(packed[6]), int(packed[7] or 0)
        return _with_clock(
            midnight, hours, minutes, seconds, _zone(text[packed.end() :], zone, True)
        )
    after = text[found.end :]
    clock = (
        CLOCK.search(after)
        or _DOTTED_CLOCK.match(after)
        or _HOUR.match(after)
        or CLOCK.search(text[: found.start])
        or _CLOCK_BEFORE.search(text[: found.start])
    )
    if not clock:
        return midnight
    rest = clock.string[clock.end() :]
    exact = found.iso or bool(clock[3])
    hours = _hours_of_day(int(clock[1]), clock[4] or clock.groupdict().get("half"))
    return _with_clock(
        midnight,
        hours,
        int(clock[2] or 0),
        min(int(clock[3] or 0), 59),
        _zone(rest, zone, exact),
    )


def _with_clock(
    midnight: datetime, hours: int, minutes: int, seconds: int, zone: tzinfo
) -> datetime:
    """Set the time of day; 24:00 is the next day's midnight."""
    if hours == 24 and not minutes and not seconds:
        return (midnight + timedelta(days=1)).replace(tzinfo=zone)
    return midnight.replace(hour=hours, minute=minutes, second=seconds, tzinfo=zone)


def _hours_of_day(hours: int, half: str | None) -> int:
    if not half or hours > 12:
        return hours
    return hours % 12 + (12 if half == "p" else 0)


def _zone(rest: str, own: tzinfo, exact: bool) -> tzinfo:
    """Read the zone behind a time of day; `own` where there is none to be trusted.

    exact: the time was written by a machine, so that `-05:00` is an offset and no range
    of hours (14:30-15:00).
    """
    if not (found := _ZONE.match(rest)):
        return own
    if found["only"]:
        hours = ZONES.get(found["only"])
        return own if hours is None else fixed_zone(timedelta(hours=hours))
    named = found["name"] in ("gmt", "utc")
    written = found["colon"] or found["minutes"] or len(found["hours"]) == 2
    adjacent = exact or (found["minutes"] and not found["colon"])
    if not named and not (written and adjacent):
        return own
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if offset > timedelta(hours=14):
        return own
    return fixed_zone(offset if found["sign"] == "+" else -offset)
