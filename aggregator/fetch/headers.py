"""What the headers of an answer mean, and what of an address may be said aloud."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from aggregator.model import Freshness, Validators
from aggregator.urls import has_secret, hide_key

if TYPE_CHECKING:
    from urllib3._collections import HTTPHeaderDict

_LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(minutes=1)
_LONGEST_VALIDATOR = 2_000  # characters; servers take 8 KB of headers in all


def first(headers: HTTPHeaderDict, name: str) -> str | None:
    """Return the first header of a name as it came, None without one.

    Not .get(): that joins repeated headers with a comma.
    """
    values = headers.getlist(name)
    return values[0] if values else None


def read_validators(headers: HTTPHeaderDict, url: str) -> Validators:
    """Keep ETag and Last-Modified byte for byte (polling.md 2, 3).

    But not one that is so long that a server would refuse to read it.
    """
    etag, stamp = first(headers, "ETag") or "", first(headers, "Last-Modified") or ""
    return Validators(
        url=bound_to(url),
        etag=etag if 0 < len(etag) <= _LONGEST_VALIDATOR else None,
        last_modified=stamp if 0 < len(stamp) <= _LONGEST_VALIDATOR else None,
    )


def bound_to(url: str) -> str:
    """Return what validators keep of their address: of one with a secret its name."""
    return hide_key(url) if has_secret(url) else url


def read_freshness(headers: HTTPHeaderDict, now: datetime) -> Freshness:
    """Read max-age, Expires and Retry-After; no use: None (polling.md 13, 14)."""
    return Freshness(
        max_age=_read_max_age(headers, now), retry_after=read_retry_after(headers, now)
    )


def read_retry_after(headers: HTTPHeaderDict, now: datetime) -> timedelta | None:
    """Read Retry-After in both forms, bounded to 1 minute … 24 hours (polling.md 36).

    None where it is missing, negative, zero or garbage: the caller has a default.
    """
    text = (first(headers, "Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:12]), _LONGEST.total_seconds()))
    elif moment := _read_date(text):
        wait = moment - now
    else:
        return None
    return None if wait <= timedelta() else min(max(wait, _SHORTEST), _LONGEST)


def _read_max_age(headers: HTTPHeaderDict, now: datetime) -> timedelta | None:
    control = ",".join(headers.getlist("Cache-Control")).lower()
    if "no-store" in control or "no-cache" in control:
        return None
    if found := re.search(r"\bmax-age\s*=\s*\"?(\d{1,10})", control):
        age = first(headers, "Age") or ""
        seconds = int(found[1]) - (int(age[:10]) if age.isdecimal() else 0)
        return timedelta(seconds=seconds) if seconds > 0 else None
    expires = _read_date(first(headers, "Expires") or "")
    if expires is None:
        return None
    fresh = expires - (_read_date(first(headers, "Date") or "") or now)
    return fresh if fresh > timedelta() else None


def _read_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
