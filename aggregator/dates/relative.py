"""Dates that are counted from now: `2 saat önce`, `dün 14:05`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from aggregator.dates.clock import at_time
from aggregator.dates.days import Day
from aggregator.dates.words import COUNTS, DAYS_AGO, JUST_NOW, UNITS

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


def read_relative(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Read a folded text that counts from `now`, in the days of `zone`; or None."""
    if text.strip(" .!") in JUST_NOW:
        return now
    if ago := _AGO.match(text):
        lengths = _LENGTH.findall(ago["length"] or ago["behind"] or "")
        return now - sum(map(_length, lengths), timedelta()) if lengths else None
    if found := _DAYS_AGO.search(text):
        day = (now.astimezone(zone) - timedelta(days=DAYS_AGO[found[1]])).date()
        return at_time(text, Day(day, *found.span()), zone)
    return None


def _length(found: tuple[str, str, str, str]) -> timedelta:
    """`5 dakika`, `1,5 saat`, `2 buçuk saat`, `yirmi beş dakika`; `saat` is one."""
    digits, and_half, words, unit = found
    if digits:
        count = float(digits.replace(",", ".")) + (0.5 if and_half else 0)
    else:
        count = sum(COUNTS[word] for word in _COUNT.findall(words)) or 1
    return count * UNITS[unit]
