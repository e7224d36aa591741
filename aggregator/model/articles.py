"""A page read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ScrapeState = Literal[
    "pending", "full", "feed_only", "thin", "list_page", "blocked", "refused", "failed"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page read. Plain text; paragraphs are separated by one newline.

    quality: the scrape_state it deserves ('full', 'thin', 'list_page', 'blocked').
    date_source: json-ld, meta, visible, htmldate or ''. canonical: rel=canonical or
    og:url, only when on the same registrable domain. line_hashes: hashes of the body's
    lines with digits masked, for learning a host's boilerplate.
    """

    title: str
    lead: str
    text: str
    author: str = ""
    agency: str = ""
    published_at: datetime | None = None
    date_source: str = ""
    date_raw: str = ""
    language: str = ""
    quality: ScrapeState = "full"
    canonical: str | None = None
    encoding: str = ""
    line_hashes: tuple[str, ...] = ()
    amp: str | None = None  # the page's AMP twin, worth one look when this one is thin
