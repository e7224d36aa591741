"""Addresses that are shown: as links in a page, and as text in logs and mails."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urljoin, urlsplit, urlunsplit

from aggregator.urls.parts import split_url

_UNPRINTABLE = frozenset(("Cc", "Cs"))  # control characters, halves of characters
_SECRET_NAME = re.compile(
    r"(?i)token|key|secret|pass|pwd|auth|sig|session|sid$|hash|code|credential|user"
)
_LONG_RUN = re.compile(r"[A-Za-z0-9]{32,}")
_DIGIT, _LETTER = re.compile("[0-9]"), re.compile("[A-Za-z]")


def safe_link(url: str) -> str | None:
    """Return an address that may be put into a page as a link, else None.

    Only http and https with a host, without blanks or control characters inside.
    """
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        return None
    if any(c.isspace() or unicodedata.category(c) in _UNPRINTABLE for c in url):
        return None
    parts = split_url(url)
    return url if parts is not None and parts.hostname else None


def resolve_link(link: str, base: str) -> str | None:
    """Return where a link of a document leads, as `safe_link` has it; None: nowhere.

    >>> resolve_link("../b?id=2", "https://haber.example/spor/a")
    'https://haber.example/b?id=2'
    """
    try:
        return safe_link(urljoin(base, link.strip()))
    except ValueError:  # http://[
        return None


def mask_url(url: str) -> str:
    """Return an address fit for logs, mails and views: no password, no token.

    Masked are user and password, the values of query parameters whose names speak of
    secrets, and runs of 32 or more letters and digits where a segment has both.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    netloc = parts.netloc
    if "@" in netloc:
        netloc = "***@" + netloc.rpartition("@")[2]
    query = "&".join(_mask_pair(pair) for pair in parts.query.split("&"))
    path = "/".join(map(_mask_segment, parts.path.split("/")))
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def has_secret(url: str) -> bool:
    """Say whether `mask_url` finds anything to mask."""
    return mask_url(url).count("***") > url.count("***")


def _mask_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if _SECRET_NAME.search(name) or any(
        _mask_segment(part) != part for part in value.split("/")
    ):
        return f"{name}{equals}***" if equals else "***"
    return pair


def _mask_segment(segment: str) -> str:
    has_both = _DIGIT.search(segment) and _LETTER.search(segment)
    return _LONG_RUN.sub("***", segment) if has_both else segment
