"""Which feeds a page offers, and where one would look for them."""

from __future__ import annotations

from urllib.parse import urljoin

from aggregator.urls import resolve_link

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
# Where sites that name no feed often keep one, likeliest first.
USUAL_PLACES = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")


def find_feeds(page: bytes, url: str) -> tuple[str, ...]:
    """Return the feeds that a page links to (RFC 8288 autodiscovery), best first.

    Feeds of comments come last. Links are absolute and http(s).

    Args:
        page: the page's bytes.
        url: its final address, for relative links.
    """
    from lxml import etree, html  # noqa: PLC0415 - only `feeds add` needs it

    if not page.strip():
        return ()
    try:
        tree = html.fromstring(page)
    except (etree.ParserError, ValueError):
        return ()
    base = resolve_link(tree.xpath("string(//base/@href)"), url) or url
    found: dict[str, bool] = {}
    for link in tree.xpath("//link[@href][@rel]"):
        rel = link.get("rel", "").lower().split()
        kind = link.get("type", "").split(";")[0].strip().lower()
        if "alternate" in rel and kind in FEED_TYPES:
            address = resolve_link(link.get("href"), base)
            about = f"{address} {link.get('title', '')}".lower()
            if address is not None:
                found[address] = "comment" in about or "yorum" in about
    return tuple(sorted(found, key=found.__getitem__))


def guesses(url: str) -> tuple[str, ...]:
    """Return addresses on the same host where a feed is often found."""
    return tuple(urljoin(url, place) for place in USUAL_PLACES)
