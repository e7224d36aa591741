"""Read the dates of Turkish, Azerbaijani, Russian, English and German publishers.

The day comes before the month, a date without a zone is in the zone of its feed, and
what lies outside 1995 … tomorrow is no date: a wrong one is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone
from functools import lru_cache
from zoneinfo import ZoneInfo

from aggregator.dates.words import (
    COUNTS,
    DAYS_AGO,
    FILLERS,
    FULL_MONTHS,
    JUST_NOW,
    SHORT_MONTHS,
    UNITS,
    WEEKDAYS,
    ZONES,
)
from aggregator.text import fold_key

__all__ = ["is_only_date", "parse_date"]

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LONGEST = 200  # characters looked at; a date stands at the start of what carries it


@dataclass(frozen=True, slots=True)
class _Day:
    """A calendar day found in a text, at text[start:end]."""

    day: date
    start: int
    end: int
    iso: bool = False


def parse_date(text: str, *, timezone: str, now: datetime) -> datetime | None:
    """Read one date, with its time of day if it has one, else midnight.

    Args:
        text: a date as a feed or page writes it, also `5 dakika önce`, epoch seconds or
            milliseconds; labels and brackets round it do no harm. The first date
            counts, but one behind `Güncelleme` only if there is no other.
        timezone: IANA name of the zone of a date that states none.
        now: aware; what `dün` is counted from, and what a date may pass by a day.

    Returns:
        Aware UTC, or None for what is no date or not within 1995 … now + 1 day.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: `timezone` is no zone.

    >>> now = datetime(2026, 1, 7, 9, tzinfo=UTC)
    >>> str(parse_date("6 Ocak 2026 Salı 14:30", timezone="Europe/Istanbul", now=now))
    '2026-01-06 11:30:00+00:00'
    """
    zone = ZoneInfo(timezone)
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    folded = _fold(text[: 2 * _LONGEST])[:_LONGEST]
    try:
        found = _read(_without_update(folded), zone, now)
        found = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):  # 31.02.2026, 9999 years ago
        return None
    if found is None or not EARLIEST <= found <= now + timedelta(days=1):
        return None
    return found


def is_only_date(text: str) -> bool:
    """Say whether a line holds a date, or a time of day, and no other words.

    >>> is_only_date("06.01.2026 - 14:30"), is_only_date("6 Ocak 2026 açılış")
    (True, False)
    """
    if len(text) > 80 or not any(c.isdigit() for c in text):
        return False
    folded = fold_key(text)
    words = re.findall(r"[^\W\d_]+", folded)
    if not words:
        return bool(_CLOCK.search(folded) or any(p.search(folded) for p in _NUMBERS))
    return all(_is_date_word(word) for word in words) and (
        any(word in WEEKDAYS or _month(word) for word in words)
        or bool(_CLOCK.search(folded) or any(p.search(folded) for p in _NUMBERS))
    )


def _fold(text: str) -> str:
    """Fold a text, with plain digits and signs and with `pm` for ÖS."""
    if not text.isascii():
        text = re.sub(r"\d", lambda d: str(unicodedata.decimal(d[0])), text)
        text = text.replace("\u2212", "-")
    folded = " ".join(fold_key(text).split())
    if " o" in folded or folded.startswith("o"):
        folded = _HALF_BEFORE.sub(r"\2 \1", folded)
        folded = _HALF.sub(lambda half: "am" if half[1] == "o" else "pm", folded)
    return folded


# -- the parts of a date ---------------------------------------------------------------

_NAMES = "|".join(sorted({*FULL_MONTHS, *SHORT_MONTHS}, key=len, reverse=True))
_MONTH = rf"(?P<month>(?:{_NAMES})(?:'?[a-zа-яё]{{0,6}})?)(?![^\W\d_])\.?"
_YEAR = r"(?:19|20)\d\d"
_ISO = re.compile(rf"(?<![\d.])({_YEAR})([-/.])(\d\d?)\2(\d\d?)(?!\d)")
_PACKED = re.compile(
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
_NUMBERS = (_ISO, _NUMERIC)
_ANY_YEAR = re.compile(rf"(?<!\d)({_YEAR})(?![\d:])")
_DAY_OF_YEARLESS = re.compile(
    r"(?<![\d:])(?<!\d[.,])(\d\d?)[./](\d\d?)\.?(?=[ ,|-]+\d\d?:\d\d)"
)
_CLOCK = re.compile(
    r"(?<![\d:])(?<!\d[.,])(\d\d?):([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d+)?)?(?![\d:])"
    r"(?: ?([ap])\.?m\b\.?)?"
)
_AMERICAN_CLOCK = re.compile(r",? \d\d?:\d\d:\d\d [ap]m\b")
_DOTTED_CLOCK = re.compile(
    r"[ ,|/\[(-]*(?:saat[a-z]*|at|t|в)?[ :]*"
    r"(\d\d?)\.([0-5]\d)(?![\d.])()(?: ?([ap])\.?m\b)?"
)
_CLOCK_BEFORE = re.compile(r"(?<!\d)(\d\d?)\.([0-5]\d)()()[ ,|/-]*\Z")
_HOUR = re.compile(r"(?:,? (?:at )?)(\d\d?)()()() ?(?P<half>[ap])\.?m\b")
# Öğleden önce and sonra: 02:30 ÖS, ÖS 2:30.
_HALF = re.compile(r"(?<=\d )o([os])\b")
_HALF_BEFORE = re.compile(r"\b(o[os]) (\d\d?:\d\d(?::\d\d)?)")
_EPOCH = re.compile(
    r"(?:/date\()?(?:(\d{9,10})(?:\.\d+)?|(?!19|20)(\d{12})|(\d{13}))(?:[+-]\d{4})?(?:\)/)?"
)
_ZONE = re.compile(
    r" ?\(?(?P<name>[a-zа-я]{1,5}(?![a-zа-я]))? ?(?P<sign>[+-])(?P<hours>\d\d?)"
    r"(?P<colon>:?)(?P<minutes>[0-5]\d)?(?!\d)|\s?\(?(?P<only>[a-zа-я]{1,5})\b"
)
_UPDATE = re.compile(
    r"(?:son )?guncelle(?:me|nme)[a-z]*|yenilen[a-z]*|(?:last )?(?:updated|modified)"
    r"|обновлен[а-я]*"
)
_AGO = re.compile(
    r"(?P<length>.*?)\b(?:once|evvel|qabaq|ago|назад)\b|.*?\bvor (?P<behind>.+)"
)
_COUNT = re.compile("|".join(sorted(COUNTS, key=len, reverse=True)))
_LENGTH = re.compile(
    rf"(?:(?<![\d.,])(\d{{1,4}}(?:[.,]\d)?) ?(bucuk )?"
    rf"|\b((?:(?:{_COUNT.pattern}) )+)|(?<![^\W_]))"
    rf"({'|'.join(sorted(UNITS, key=len, reverse=True))})[a-zа-я]*"
)
_DAYS_AGO = re.compile(
    rf"\b({'|'.join(sorted(DAYS_AGO, key=len, reverse=True))})(?:ku|ki|'[a-z]+)?\b"
)


def _read(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        seconds = float(epoch[1] or int(epoch[2] or epoch[3]) / 1000)
        return datetime.fromtimestamp(seconds, tz=UTC)
    if found := _find_day(text, now.astimezone(zone)):
        return _at_time(text, found, zone)
    return _read_relative(text, zone, now)


def _find_day(text: str, now: datetime) -> _Day | None:
    """Return the day that stands first in the text."""
    readers: tuple[Callable[[str, datetime], _Day | None], ...] = (
        _iso_day,
        _numeric_day,
        _named_day,
    )
    found = [day for read in readers if (day := read(text, now))]
    if found:
        return min(found, key=lambda day: day.start)
    return _packed_day(text) or _day_without_year(text, now)


def _iso_day(text: str, _now: datetime) -> _Day | None:
    if not (found := _ISO.search(text)):
        return None
    year, month, day = int(found[1]), int(found[3]), int(found[4])
    return _Day(date(year, month, day), *found.span(), iso=True)


def _numeric_day(text: str, now: datetime) -> _Day | None:
    if not (found := _NUMERIC.search(text)):
        return None
    day, month, year = int(found[1]), int(found[3]), _full_year(found[4], now)
    # 1/25/2026 can only be American, and 1/6/2026 2:30:00 PM is what .NET writes there.
    if found[2] == "/" and (month > 12 or _AMERICAN_CLOCK.match(text, found.end())):
        day, month = month, day
    return _Day(date(year, month, day), *found.span())


def _named_day(text: str, now: datetime) -> _Day | None:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(text):
            if not (month := _month(found["month"])):
                continue
            year = found["year"] or _year_elsewhere(text, found)
            if not year:
                day = _latest(int(found["day"]), month, now)
            else:
                day = date(_full_year(year, now), month, int(found["day"]))
            return _Day(day, *found.span())
    return None


def _packed_day(text: str) -> _Day | None:
    if not (found := _PACKED.search(text)):
        return None
    return _Day(
        date(int(found[1]), int(found[3]), int(found[4])),
        found.start(),
        found.end(4),
        iso=True,
    )


def _day_without_year(text: str, now: datetime) -> _Day | None:
    """`21.02 19:22`; without a time of day it could be anything."""
    if not (found := _DAY_OF_YEARLESS.search(text)):
        return None
    return _Day(_latest(int(found[1]), int(found[2]), now), *found.span())


@lru_cache(maxsize=256)
def _month(word: str) -> int:
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


# -- time of day and zone --------------------------------------------------------------


def _at_time(text: str, found: _Day, zone: tzinfo) -> datetime:
    midnight = datetime(found.day.year, found.day.month, found.day.day, tzinfo=zone)
    if found.iso and (packed := _PACKED.match(text, found.start)) and packed[5]:
        hours, minutes, seconds = int(packed[5]), int(packed[6]), int(packed[7] or 0)
        return _with_clock(
            midnight, hours, minutes, seconds, _zone(text[packed.end() :], zone, True)
        )
    after = text[found.end :]
    clock = (
        _CLOCK.search(after)
        or _DOTTED_CLOCK.match(after)
        or _HOUR.match(after)
        or _CLOCK.search(text[: found.start])
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


# -- dates counted from now ------------------------------------------------------------


def _read_relative(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    if text.strip(" .!") in JUST_NOW:
        return now
    if ago := _AGO.match(text):
        lengths = _LENGTH.findall(ago["length"] or ago["behind"] or "")
        return now - sum(map(_length, lengths), timedelta()) if lengths else None
    if found := _DAYS_AGO.search(text):
        day = (now.astimezone(zone) - timedelta(days=DAYS_AGO[found[1]])).date()
        return _at_time(text, _Day(day, *found.span()), zone)
    return None


def _length(found: tuple[str, str, str, str]) -> timedelta:
    """`5 dakika`, `1,5 saat`, `2 buçuk saat`, `yirmi beş dakika`; `saat` is one."""
    digits, and_half, words, unit = found
    if digits:
        count = float(digits.replace(",", ".")) + (0.5 if and_half else 0)
    else:
        count = sum(COUNTS[word] for word in _COUNT.findall(words)) or 1
    return count * UNITS[unit]


def _without_update(text: str) -> str:
    """Cut the time of the last change off, unless it is all that there is."""
    update = _UPDATE.search(text)
    if not update:
        return text
    before, after = text[: update.start()], text[update.end() :]
    if any(c.isdigit() for c in before):
        return before
    published = re.search(
        r"giris|yayin|olusturulma|eklenme|published|опубликован", after
    )
    return after[published.start() :] if published else after


def _is_date_word(word: str) -> bool:
    return word in WEEKDAYS or word in FILLERS or bool(_month(word))
