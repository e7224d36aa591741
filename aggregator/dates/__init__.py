"""Read the dates of Turkish, Azerbaijani, Russian, English and German publishers.

The day comes before the month, a date without a zone is in the zone of its feed, and
what lies outside 1995 … tomorrow is no date: a wrong one is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from aggregator.dates.clock import CLOCK, at_time
from aggregator.dates.days import NUMBERS, find_day, month_number
from aggregator.dates.relative import read_relative
from aggregator.dates.words import FILLERS, WEEKDAYS
from aggregator.text import fold_key

__all__ = ["is_only_date", "parse_date"]

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LONGEST = 200  # characters looked at; a date stands at the start of what carries it
# Öğleden önce and sonra: 02:30 ÖS, ÖS 2:30.
_HALF = re.compile(r"(?<=\d )o([os])\b")
_HALF_BEFORE = re.compile(r"\b(o[os]) (\d\d?:\d\d(?::\d\d)?)")
_EPOCH = re.compile(
    r"(?:/date\()?(?:(\d{9,10})(?:\.\d+)?|(?!19|20)(\d{12})|(\d{13}))(?:[+-]\d{4})?(?:\)/)?"
)
_UPDATE = re.compile(
    r"(?:son )?guncelle(?:me|nme)[a-z]*|yenilen[a-z]*|(?:last )?(?:updated|modified)"
    r"|обновлен[а-я]*"
)


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
        return bool(CLOCK.search(folded) or any(p.search(folded) for p in NUMBERS))
    return all(_is_date_word(word) for word in words) and (
        any(word in WEEKDAYS or month_number(word) for word in words)
        or bool(CLOCK.search(folded) or any(p.search(folded) for p in NUMBERS))
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


def _read(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        seconds = float(epoch[1] or int(epoch[2] or epoch[3]) / 1000)
        return datetime.fromtimestamp(seconds, tz=UTC)
    if found := find_day(text, now.astimezone(zone)):
        return at_time(text, found, zone)
    return read_relative(text, zone, now)


def _without_update(text: str) -> str:
    """Cut the time of the last change off, unless it is all that there is."""
    update = _UPDATE.search(text)
    if not update:
        return text
    before, after = text[: update.start()], text[update.end() :]
    if any(c.isdigit() for c in before):
        return before
    published = re.search(
        r"giris|yayin|olusturulma|eklen?me|published|опубликован", after
    )
    return after[published.start() :] if published else after


def _is_date_word(word: str) -> bool:
    return word in WEEKDAYS or word in FILLERS or bool(month_number(word))
