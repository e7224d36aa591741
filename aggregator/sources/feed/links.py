"""The addresses in a feed: absolute, http(s), and free of the detours round them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from aggregator.urls import safe_link, same_site, skip_detour

_WORDPRESS = re.compile(r"wordpress\.(org|com)", re.IGNORECASE)
_PAGED = re.compile(r"[?&]paged=(\d{1,4})")
_COMPLETE = re.compile(r"<(?:\w+:)complete(\s[^<>]*)?/?>")  # RFC 5005, 2


def absolute_link(link: str, base: str) -> str | None:
    """Return a link as an absolute http(s) address, None if it cannot be one."""
    compact = re.sub(r"[\t\r\n]+\s*", "", link.strip()).replace(" ", "%20")
    if not compact:
        return None
    try:
        address = urljoin(base, compact)
    except ValueError:
        return None
    # Search and alert services put the address into a parameter (polling.md 72).
    return safe_link(skip_detour(address)) or safe_link(address)


def choose_base(feed_url: str, channel_link: str) -> str:
    """Return what relative links start from: the feed, or its site if that is another.

    A feed served by somebody else (FeedBurner) speaks of the site it belongs to.
    """
    site = absolute_link(channel_link, feed_url)
    return site if site is not None and not same_site(site, feed_url) else feed_url


def find_older(
    links: tuple[dict[str, Any], ...], generator: str, feed_url: str, text: str
) -> str | None:
    """Return the address of the previous entries (RFC 5005, or WordPress's paging)."""
    if _COMPLETE.search(text):
        return None  # the document holds everything
    for rel in ("prev-archive", "next"):
        for link in links:
            if link.get("rel") == rel and link.get("href"):
                return absolute_link(str(link["href"]), feed_url)
    if _WORDPRESS.search(generator):
        paged = _PAGED.search(feed_url)
        if paged:
            start, end = paged.span(1)
            return f"{feed_url[:start]}{int(paged[1]) + 1}{feed_url[end:]}"
        return f"{feed_url}{'&' if '?' in feed_url else '?'}paged=2"
    return None
