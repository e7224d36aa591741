"""Addresses that are shown: as links in a page, and as text in logs and mails."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

from aggregator.urls.parts import split_url

_SECRET_NAME = re.compile(
    r"(?i)token|key|secret|pass|pwd|auth|sig|session|sid$|hash|code|credential|user"
)
_SECRET_PART = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9]{32,}")


def safe_link(url: str) -> str | None:
    """Return an address that may be put into a page as a link, else None.

    Only http and https with a host, without blanks or control characters inside.
    """
    url = url.strip()
    if not url.lower().startswith(("http://", "https://")):
        return None
    if any(c.isspace() or unicodedata.category(c) == "Cc" for c in url):
        return None
    parts = split_url(url)
    return url if parts is not None and parts.hostname else None


def mask_url(url: str) -> str:
    """Return an address fit for logs, mails and views: no password, no token.

    Masked are user and password, the values of query parameters whose names speak of
    secrets, and path segments of 32 or more letters and digits in one run.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    netloc = parts.netloc
    if "@" in netloc:
        netloc = "***@" + netloc.rpartition("@")[2]
    query = "&".join(_mask_pair(pair) for pair in parts.query.split("&"))
    path = _SECRET_PART.sub("***", parts.path)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _mask_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if _SECRET_NAME.search(name) or _SECRET_PART.search(value):
        return f"{name}{equals}***" if equals else "***"
    return pair
