"""Read a page that lists articles: by the rule of its feed, or by its links alone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from aggregator.errors import ParseError
from aggregator.model import Entry, ListRule, ParsedFeed
from aggregator.sources.disguise import find_refusal
from aggregator.sources.listing.entries import make_entry
from aggregator.sources.listing.items import find_items
from aggregator.sources.listing.page import Page
from aggregator.text.decode import decode, stated_charset
from aggregator.text.jsonld import read_objects
from aggregator.urls import resolve_link, same_site

if TYPE_CHECKING:
    from aggregator.model import FeedTask, Fetched

__all__ = ["parse"]


def parse(fetched: Fetched, task: FeedTask, now: datetime) -> ParsedFeed:
    """Read a listing page into entries, in the page's order, each address once.

    With `list.item` each such element is an entry; with only `list.link` each address
    that matches is one. Without a rule a JSON-LD ItemList is taken, else the largest
    group of links that look alike and have titles. Dates are found beside the links
    where no selector says where; `older` is the page's link to the next one.

    Raises:
        ParseError: nothing was found (the rule no longer fits, or it is no listing).
    """
    decoded = decode(
        fetched.body,
        declared=stated_charset(fetched.content_type),
        override=task.feed.encoding,
        language=task.feed.language,
    )
    page = _read_page(decoded.text, fetched.url, task.feed.list or ListRule())
    items = find_items(page)
    entries: dict[str, Entry] = {}
    for item in items:
        entry = make_entry(item, page, task.feed.timezone, now)
        known = entries.get(entry.key)
        if known is None or (not known.title and entry.title):
            entries[entry.key] = entry
    if not entries:
        raise _nothing(decoded.text, page, fetched.url)
    new = tuple(e for e in entries.values() if e.item_hash not in task.known_items)
    return ParsedFeed(
        entries=new,
        total=len(entries),
        known=len(entries) - len(new),
        title=" ".join(page.tree.xpath("string(//title)").split()),
        form="listing",
        encoding=decoded.encoding,
        notes=(decoded.note,) if decoded.note else (),
        older=_next_page(page),
    )


def _read_page(text: str, url: str, rule: ListRule) -> Page:
    from lxml import etree, html  # noqa: PLC0415 - loaded when a listing is read

    if not text.strip("\ufeff \t\r\n"):
        raise ParseError("empty: the server sent nothing", url=url)
    if found := re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(rss|feed|urlset|rdf:RDF)\b", text):
        raise ParseError(f"a <{found[1]}> document, not a listing page", url=url)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"no HTML: {error}", url=url) from error
    base = resolve_link(tree.xpath("string(//base/@href)"), url) or url
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]/text()")
    return Page(tree, base, read_objects(scripts), rule)


def _nothing(text: str, page: Page, url: str) -> ParseError:
    if refusal := find_refusal(text):
        message = refusal.message.replace("not a feed", "not a listing")
        return ParseError(message, url=url, state=refusal.state)
    links = len(page.tree.xpath("//a[@href]"))
    if page.rule.item or page.rule.link:
        what = f"item {page.rule.item!r}" if page.rule.item else ""
        what += f" link {page.rule.link!r}" if page.rule.link else ""
        return ParseError(
            f"no entry: nothing fits {what.strip()} among {links} links", url=url
        )
    return ParseError(f"no entry: {links} links, none like articles", url=url)


def _next_page(page: Page) -> str | None:
    """Return the address of the next, older page if the page names one."""
    for link in page.tree.xpath("//*[@href][@rel='next' or self::a[@rel='next']]"):
        address = resolve_link(link.get("href"), page.base)
        if address and same_site(address, page.base):
            return address
    return None
