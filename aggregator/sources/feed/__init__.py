"""RSS, Atom, RDF and JSON Feed: bytes to entries, whatever the bytes are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.errors import ParseError
from aggregator.model import ParsedFeed
from aggregator.sources import TooOddError
from aggregator.sources.disguise import find_disguise
from aggregator.sources.feed.document import Document, read_document
from aggregator.sources.feed.hints import read_hints
from aggregator.sources.feed.json_feed import parse_json
from aggregator.sources.feed.links import find_older
from aggregator.sources.feed.xml import guids_repeat, read_entries, read_skeleton
from aggregator.text.decode import decode, stated_charset

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Entry, FeedTask, Fetched

_FEED = re.compile(r"<(?:[\w-]{1,20}:)?(rss|feed|RDF|channel|CHANNEL)[\s>/]")
_SITEMAP = re.compile(r"<(?:[\w-]{1,20}:)?(urlset|sitemapindex)[\s>/]")


# Characters of a document that is no XML, up to which feedparser is quick enough: its
# other parser takes up to 12 s for a MB of what is made to keep it busy.
_ODD_AT_ONCE = 100_000


def parse(
    fetched: Fetched, task: FeedTask, now: datetime, *, patient: bool = True
) -> ParsedFeed:
    """Read a feed. Items whose hash the task knows are counted and left out.

    The bytes decide about their encoding (polling.md 86-88); feedparser then gets UTF-8
    bytes, never text, for a string may be opened as a file.

    Raises:
        ParseError: it is no feed, or one that lost all its entries; the message says
            what it is. A new feed may begin empty.
        TooOddError: it is long and no XML, and `patient` is false.
    """
    decoded = decode(
        fetched.body,
        declared=stated_charset(fetched.content_type),
        override=task.feed.encoding,
        language=task.feed.language,
    )
    text = decoded.text.lstrip("\ufeff \t\r\n")
    notes: tuple[str, ...] = (decoded.note,) if decoded.note else ()
    if text.startswith(("{", "[")):
        parsed = parse_json(text, fetched.url, task, now)
    else:
        _refuse_others(text, fetched.url)
        document = read_document(text, task.known_items)
        if document.items is None and len(text) > _ODD_AT_ONCE and not patient:
            raise TooOddError
        parsed = _parse_xml(document, fetched, task, now)
    if not parsed.total:
        if task.known_items:
            message = "a feed without any entry, though it had some"
            raise ParseError(message, url=fetched.url)
        notes += ("no entries yet",)
    return replace(
        parsed,
        entries=tuple(filter(_says_something, parsed.entries)),
        encoding=decoded.encoding,
        notes=(*notes, *parsed.notes),
    )


def _says_something(entry: Entry) -> bool:
    """Say whether an item has anything that could become an article."""
    return bool(entry.title or entry.url or entry.lead or entry.text)


def _refuse_others(text: str, url: str) -> None:
    """Raise the ParseError that names what this is, if it is no feed."""
    if disguise := find_disguise(text):
        raise ParseError(disguise.message, url=url, state=disguise.state)
    if not _FEED.search(text):
        if _SITEMAP.search(text):
            raise ParseError("a sitemap, not a feed: use kind: sitemap", url=url)
        raise ParseError("neither RSS nor Atom nor JSON Feed", url=url)


def _parse_xml(
    document: Document, fetched: Fetched, task: FeedTask, now: datetime
) -> ParsedFeed:
    skeleton = read_skeleton(document, fetched.url)
    if document.items is not None and len(document.items) != len(skeleton.entries):
        # feedparser sees other items than we do: it gets the whole, nothing is cut.
        document = replace(
            document, body=document.text.encode(), items=None, known=0, guids=()
        )
        skeleton = read_skeleton(document, fetched.url)
    entries, known = read_entries(skeleton, document, task, now)
    notes = document.notes + skeleton.notes
    if guids_repeat(skeleton, document):
        notes += ("repeated guids",)
    return ParsedFeed(
        entries=entries,
        total=document.known + len(skeleton.entries),
        known=known,
        title=skeleton.title,
        form=skeleton.form,
        hints=read_hints(document.text),
        notes=notes,
        older=find_older(
            skeleton.links, skeleton.generator, fetched.url, document.text
        ),
    )


__all__ = ["parse"]
