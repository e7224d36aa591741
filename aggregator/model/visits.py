"""One host's work, out and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aggregator.model.answers import Failure, Freshness, Hop, Limits, Validators
from aggregator.model.articles import Article
from aggregator.model.entries import ParsedFeed
from aggregator.model.settings import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTask:
    """One due feed with all a worker must know; `url` may differ from feed.url."""

    feed: Feed
    url: str
    validators: Validators | None
    body_hash: str | None
    known_items: frozenset[str]  # item hashes of its stored entries


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """One article page to scrape."""

    article_id: int
    feed: Feed
    url: str
    boilerplate: frozenset[str] = frozenset()  # line hashes learned for this host


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A host's robots.txt as fetched, kept at most 24 h. body None: none, all allowed.

    disallow_all: the file was unreachable (5xx), so everything is refused.
    """

    origin: str
    fetched_at: datetime
    body: str | None
    disallow_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRules:
    """What every visit of a run shares."""

    user_agent: str
    limits: Limits  # for feeds
    page_limits: Limits
    delay: timedelta  # pause between two requests to one host
    allow_hosts: tuple[str, ...]
    deadline: float | None = None  # time.monotonic() after which nothing new starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One host's due feeds, or its waiting pages.

    continues: the host was asked a moment ago in this run, so pause before the first.
    """

    host: str
    now: datetime
    rules: VisitRules
    feeds: tuple[FeedTask, ...] = ()
    pages: tuple[PageTask, ...] = ()
    robots: tuple[Robots, ...] = ()
    continues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedVisited:
    """What came of one feed.

    result: 'parsed' (read), 'unchanged' (304, or the same body), 'failed', or 'skipped'
    (not asked: no time left, or the host said Retry-After during this visit). gap: no
    item of the document was known though items of the feed were. bridged: older pages
    (RFC 5005, paging) were read until a known item; their entries are in `parsed`.
    """

    feed_id: str
    result: Literal["parsed", "unchanged", "failed", "skipped"]
    url: str = ""
    status: int | None = None  # last HTTP status, None: no answer
    parsed: ParsedFeed | None = None
    failure: Failure | None = None
    validators: Validators | None = None
    body_hash: str | None = None
    freshness: Freshness = Freshness()
    hops: tuple[Hop, ...] = ()
    size: int = 0  # bytes of the body
    seconds: float = 0.0
    gap: bool = False
    bridged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisited:
    """What came of one page. article None: `failure` says why."""

    article_id: int
    result: Literal["scraped", "failed", "skipped"]
    url: str = ""  # final address
    status: int | None = None
    article: Article | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a visit brings home."""

    host: str
    feeds: tuple[FeedVisited, ...] = ()
    pages: tuple[PageVisited, ...] = ()
    robots: tuple[Robots, ...] = ()  # fetched during this visit
    requests: int = 0
