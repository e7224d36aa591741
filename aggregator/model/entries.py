"""What a feed says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as the feed states it. All text is plain text, NFC, never HTML.

    key: identity in its feed (polling.md 67). item_hash: hash of the raw item, so that
    an edit is seen. published_at None: not stated, or outside the sane window.
    """

    key: str
    item_hash: str
    url: str
    guid: str | None = None
    title: str = ""
    lead: str = ""
    text: str = ""  # the full text, where the feed carries it
    author: str = ""
    published_at: datetime | None = None
    date_raw: str = ""
    date_is_change: bool = False  # published_at is a last change: the page's date leads
    language: str | None = None
    late: bool = False  # found late: on an older page, or in the stretch of a gap


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What a publisher says about when to ask (polling.md 20-22)."""

    every: timedelta | None = None  # ttl or sy:*
    skip_hours: tuple[int, ...] = ()  # GMT, 0-23
    skip_days: tuple[int, ...] = ()  # 0 = Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document read. `entries` lacks those that were known and cut out.

    known: how many items of the document were known already (cut out). total: items in
    the document. notes: what was odd (bozo, repeated guids …). older: address of the
    previous page of an archive (RFC 5005), if any. more: documents to read beside it,
    the parts of a sitemap index, newest first.
    """

    entries: tuple[Entry, ...]
    total: int
    known: int = 0
    title: str = ""
    form: str = ""  # rss20, atom10, json, sitemap, listing …
    encoding: str = ""
    hints: FeedHints = FeedHints()
    notes: tuple[str, ...] = ()
    older: str | None = None
    more: tuple[str, ...] = ()
