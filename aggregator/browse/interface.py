"""What a page says in the reader's language: words, times, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from aggregator.browse.english import ENGLISH

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Language = Literal["tr", "en"]

_MONTHS = {
    "tr": (
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_DAYS = {
    "tr": ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
# The smallest first, each with how many of it the next one holds.
_UNITS = (
    (timedelta(minutes=1), "{n} dakika", 60),
    (timedelta(hours=1), "{n} saat", 24),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One reader's language, zone and now; templates know it as `ui`."""

    language: Language
    zone: ZoneInfo
    now: datetime

    def t(self, text: str, **values: object) -> str:
        """Return a Turkish text of the interface in the reader's language.

        A text that counts (`n`) may have an English singular.
        """
        if self.language == "en":
            found = ENGLISH.get(text, text)
            if isinstance(found, tuple):
                found = found[0 if values.get("n") in {1, "1"} else 1]
            text = found
        return text.format(**values) if values else text

    def count(self, text: str, n: int) -> str:
        """Return a text about a number, written with its separators."""
        return self.t(text, n=self.number(n))

    def number(self, n: int) -> str:
        """Return a number with its thousands apart: 10.000, in English 10,000."""
        grouped = f"{n:,}"
        return grouped if self.language == "en" else grouped.replace(",", ".")

    def decimal(self, n: float) -> str:
        """Return a number with one decimal: 1,4, in English 1.4."""
        written = f"{n:.1f}"
        return written if self.language == "en" else written.replace(".", ",")

    def local(self, at: datetime) -> datetime:
        """Return a time in the operator's zone."""
        return at.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The operator's calendar day."""
        return self.local(self.now).date()

    def day(self, day: date) -> str:
        """Return a day in full: 6 Ocak 2026 Salı."""
        month = _MONTHS[self.language][day.month - 1]
        weekday = _DAYS[self.language][day.weekday()]
        if self.language == "en":
            return f"{weekday}, {day.day} {month} {day.year}"
        return f"{day.day} {month} {day.year} {weekday}"

    def short_day(self, day: date) -> str:
        """Return a day without weekday, and without this year: 6 Ocak."""
        month = _MONTHS[self.language][day.month - 1]
        year = "" if day.year == self.today.year else f" {day.year}"
        return f"{day.day} {month}{year}"

    def clock(self, at: datetime) -> str:
        """Return the hour: 10:42."""
        return f"{self.local(at):%H:%M}"

    def when(self, at: datetime) -> str:
        """Return a time in full, today's as the hour alone."""
        local = self.local(at)
        if local.date() == self.today:
            return self.clock(at)
        return f"{self.day(local.date())} {self.clock(at)}"

    def short(self, at: datetime, day: date | None = None) -> str:
        """Return a time briefly: 6 Ocak 10:42; the hour alone on the page's day.

        day: that of the page; None: today.
        """
        local = self.local(at)
        if local.date() == (day or self.today):
            return self.clock(at)
        return f"{self.short_day(local.date())} {self.clock(at)}"

    def exact(self, at: datetime) -> str:
        """Return a time in full, always with its day."""
        return f"{self.day(self.local(at).date())} {self.clock(at)}"

    def span(self, length: timedelta) -> str:
        """Return a duration in its largest unit: 3 saat."""
        if length < timedelta(minutes=1):
            return self.t("1 dakikadan az")
        for unit, text, most in _UNITS:
            n = round(length / unit)
            if n < most:
                return self.t(text, n=n)
        return self.t("{n} gün", n=round(length / timedelta(days=1)))

    def ago(self, at: datetime) -> str:
        """Return how long ago a time was, or how long it will take."""
        gone = self.now - at
        if abs(gone) < timedelta(minutes=1):
            return self.t("şimdi")
        if gone > timedelta(0):
            return self.t("{span} önce", span=self.span(gone))
        return self.t("{span} sonra", span=self.span(-gone))


def iso(at: datetime) -> str:
    """Return a time for the `datetime` attribute of <time>."""
    return at.isoformat(timespec="seconds")
