"""Which day of the calendar a text names, and where in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from aggregator.dates.words import FULL_MONTHS, SHORT_MONTHS

_NAMES = "|".join(sorted({*FULL_MONTHS, *SHORT_MONTHS}, key=len, reverse=True))
_MONTH = rf"(?P<month>(?:{_NAMES})(?:'?[a-zа-яё]{{0,6}})?)(?![^\W\d_])\.?"
_YEAR = r"(?:19|20)\d\d"
_ISO = re.compile(rf"(?<![\d.])({_YEAR})([-/.])(\d\d?)\2(\d\d?)(?!\d)")
PACKED = re.compile(
    rf"(?<!\d)({_YEAR})(-?)(\d\d)\2(\d\d)"
    r"(?:t?([0-2]\d)([0-5]\d)([0-5]\d)?(?!\d))?(?!\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d:])(?<!\d[.,])(\d\d?) ?([./-]) ?(\d\d?) ?\2 ?(\d{4}|\d\d)(?![\d:])"
)
_DAY_MONTH = re.compile(
    r"(?<![\d:])(?<!\d[.,])(?P<day>\d\d?)(?:st|nd|rd|th|-?[a-z]{2})?(?: of)?"
    rf"[ .,/-]*{_MONTH}"
    rf"(?:[ .,/'-]*(?P<year>{_YEAR}|\d\d(?![\d:.]))(?!\d))?"
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_MONTH}[ .,/-]*(?P<day>\d\d?)(?![\d:])(?:st|nd|rd|th)?"
    rf"(?:[ .,/'-]+(?P<year>{_YEAR})(?!\d))?"
)
NUMBERS = (_ISO, _NUMERIC)
_ANY_YEAR = re.compile(rf"(?<!\d)({_YEAR})(?![\d:])")
_DAY_OF_YEARLESS = re.compile(
    r"(?<![\d:])(?<!\d[.,])(\d\d?)[./](\d\d?)\.?(?=[ ,|-]+\d\d?:\d\d)"
)
_STRANGE_YEAR = re.compile(r"[ .,/'-]*\d{4,}(?![\d:.])")
_AMERICAN_CLOCK = re.compile(r",? \d\d?:\d\d:\d\d [ap]m\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day found in a text, at text[start:end]."""

    day: date
    start: int
    end: int
    iso: bool = False


def find_day(text: str, now: datetime) -> Day | None:
    """Return the day that stands first in the text."""
    readers: tuple[Callable[[str, datetime], Day | None], ...] = (
        _iso_day,
        _numeric_day,
        _named_day,
    )
    found = [day for read in readers if (day := read(text, now))]
    if found:
        return min(found, key=lambda day: day.start)
    return _packed_day(text) or _day_without_year(text, now)


def _iso_day(text: str, _now: datetime) -> Day | None:
    if not (found := _ISO.search(text)):
        return None
    year, month, day = int(found[1]), int(found[3]), int(found[4])
    return Day(date(year, month, day), *found.span(), iso=True)


def _numeric_day(text: str, now: datetime) -> Day | None:
    if not (found := _NUMERIC.search(text)):
        return None
    day, month, year = int(found[1]), int(found[3]), _full_year(found[4], now)
    # 1/25/2026 can only be American, and 1/6/2026 2:30:00 PM is what .NET writes there.
    if found[2] == "/" and (month > 12 or _AMERICAN_CLOCK.match(text, found.end())):
        day, month = month, day
    return Day(date(year, month, day), *found.span())


def _named_day(text: str, now: datetime) -> Day | None:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(text):
            if not (month := month_number(found["month"])):
                continue
            if not found["year"] and _STRANGE_YEAR.match(text, found.end()):
                return None  # 6 Ocak 2126 is not this year's
            year = found["year"] or _year_elsewhere(text, found)
            if not year:
                day = _latest(int(found["day"]), month, now)
            else:
                day = date(_full_year(year, now), month, int(found["day"]))
            return Day(day, *found.span())
    return None


def _packed_day(text: str) -> Day | None:
    if not (found := PACKED.search(text)):
        return None
    return Day(
        date(int(found[1]), int(found[3]), int(found[4])),
        found.start(),
        found.end(4),
        iso=True,
    )


def _day_without_year(text: str, now: datetime) -> Day | None:
    """`21.02 19:22`; without a time of day it could be anything."""
    if not (found := _DAY_OF_YEARLESS.search(text)):
        return None
    return Day(_latest(int(found[1]), int(found[2]), now), *found.span())


@lru_cache(maxsize=256)
def month_number(word: str) -> int:
    """Return 1-12 for a folded month name, with or without an ending; 0 for none."""
    word = word.strip(".'")
    if number := SHORT_MONTHS.get(word) or FULL_MONTHS.get(word):
        return number
    stems = [name for name in FULL_MONTHS if len(name) > 2 and word.startswith(name)]
    if not stems:
        return 0
    stem = max(stems, key=len)
    # "may" is in "mayor": a short stem takes an ending only behind an apostrophe.
    ending = word[len(stem) :]
    return (
        FULL_MONTHS[stem]
        if ending.startswith("'") or len(stem) > 3 or not stem.isascii()
        else 0
    )


def _year_elsewhere(text: str, found: re.Match[str]) -> str:
    """A year apart: `2026-cı il 6 yanvar`, `Tue Jan 6 14:30:00 TRT 2026`."""
    rest = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    year = _ANY_YEAR.search(rest)
    return year[1] if year else ""


def _full_year(year: str, now: datetime) -> int:
    if len(year) == 4:
        return int(year)
    near = 2000 + int(year)
    return near if near <= now.year + 1 else near - 100


def _latest(day: int, month: int, now: datetime) -> date:
    """Return the newest such day that is not after tomorrow."""
    tomorrow = (now + timedelta(days=1)).date()
    for year in range(tomorrow.year, tomorrow.year - 9, -1):
        if (month, day) == (2, 29) and not _is_leap(year):
            continue
        if (found := date(year, month, day)) <= tomorrow:
            return found
    raise ValueError(f"no such day: {day}.{month}.")


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
