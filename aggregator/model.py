"""The frozen values that travel between the rooms.

Times are aware UTC datetimes, durations timedeltas, sizes bytes. Every value here is
plain and picklable, so that a visit can run in a thread, a process or on a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

FeedKind = Literal["feed", "sitemap", "html"]
CaseRule = Literal["auto", "strict", "any"]
ScrapeState = Literal[
    "pending", "full", "feed_only", "thin", "list_page", "blocked", "refused", "failed"
]
FeedStateName = Literal["ok", "quiet", "failing", "blocked", "gone", "disabled"]

# -- configuration ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRule:
    """Where a listing page keeps its entries.

    `item`, `title`, `date` are CSS selectors; `link` is CSS or a regular expression on
    the path of the address (it is one when it starts with '/', '^' or 'http').
    """

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One configured source."""

    id: str
    outlet: str
    url: str
    kind: FeedKind = "feed"
    language: str = "tr"
    category: str = "press"
    region: str = ""
    timezone: str = "Europe/Istanbul"
    interval: timedelta
    enabled: bool = True
    scrape: bool = True
    own: bool = False  # a municipal feed of our own: its releases are followed
    list: ListRule | None = None
    user_agent: str | None = None
    encoding: str | None = None
    ca_bundle: str | None = None
    verify: bool = True
    robots: bool = True  # False: a written decision to read pages robots.txt refuses
    body: str | None = None  # CSS of the article's body on its page
    remove: tuple[str, ...] = ()  # CSS of what is cut from a page first


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One written form of a name. language None: every language."""

    text: str
    language: str | None = None
    case: CaseRule = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One thing with all its written forms; a query says @id."""

    id: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """What is followed. Exactly one of `query` and `terms` is given.

    `threshold`: stories that score below it make no alert (they are still flagged).
    """

    id: str
    title: str
    query: str = ""
    terms: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    threshold: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who gets what. watchlists None: all of them. days: 0 = Monday, empty = all."""

    to: str
    watchlists: tuple[str, ...] | None
    mode: Literal["instant", "hourly", "daily"]
    at: time = time(7, 30)  # local, daily only
    days: tuple[int, ...] = ()
    quiet: tuple[time, time] | None = None  # local; may run over midnight
    language: Literal["tr", "en"] = "tr"
    channel: Literal["email", "webhook"] = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server; the password is read from the environment variable named."""

    host: str = "localhost"
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    username: str | None = None
    password_env: str | None = None
    ca_bundle: str | None = None
    timeout: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """The alerts section. operator None: no health mails."""

    sender: str = "Basın Takip <takip@example.org>"
    base_url: str = "http://127.0.0.1:8001"
    smtp: Smtp = Smtp()
    operator: str | None = None
    ping_url: str | None = None  # dead man's switch, asked after each good run
    storm_cap: int = 10  # instant mails an hour to one recipient
    spikes: Literal["off", "low", "medium", "high"] = "medium"  # volume notices
    # The variable that holds the key of the signature, not the key.
    webhook_secret_env: str = "AGGREGATOR_WEBHOOK_SECRET"  # noqa: S105 - a name
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings section. Sizes in bytes after decompression."""

    database: str = "db/news.db"
    timezone: str = "Europe/Istanbul"
    contact: str = "basin@example.org"
    interval: timedelta = timedelta(minutes=60)
    max_interval: timedelta = timedelta(hours=24)
    hosts_at_once: int = 16
    host_delay: timedelta = timedelta(seconds=1)
    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=20)
    total_timeout: timedelta = timedelta(seconds=60)
    max_run: timedelta = timedelta(minutes=10)
    max_feed_bytes: int = 10_000_000
    max_page_bytes: int = 5_000_000
    max_scrape_age: timedelta = timedelta(days=7)
    allow_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration; `path` is the file it came from."""

    path: str
    settings: Settings
    feeds: tuple[Feed, ...]
    names: tuple[Name, ...]
    watchlists: tuple[Watchlist, ...]
    alerts: AlertSettings
    warnings: tuple[str, ...] = ()


# -- fetching --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one response may cost."""

    connect_timeout: timedelta
    read_timeout: timedelta
    total_timeout: timedelta
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified byte for byte, bound to the URL they came from."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What an answer says about when to ask again; None = it does not say."""

    max_age: timedelta | None = None  # Cache-Control or Expires
    retry_after: timedelta | None = None  # already bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect: the answer's status and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response with its body. `url` is the final address."""

    url: str
    status: int
    body: bytes
    content_type: str
    validators: Validators
    freshness: Freshness = Freshness()
    hops: tuple[Hop, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304: a success without a body. `validators` holds what the 304 updated."""

    url: str
    validators: Validators
    freshness: Freshness = Freshness()
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error as a value. `state` is the feed_health or scrape_state it suggests.

    `kind`: errors.FetchError's kinds, or parse, html, empty, crash, budget.
    """

    kind: str
    message: str
    status: int | None = None
    state: str = "failing"
    retry_after: timedelta | None = None
    traceback: str | None = None
    body: bytes = b""  # the start of a document that could not be read


# -- feeds and entries -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as the feed states it. All text is plain text, NFC, never HTML.

    key: identity within its feed (POLLER 67). item_hash: hash of the raw item, so that
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What a publisher says about when to ask (POLLER 20-22)."""

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


# -- visits ----------------------------------------------------------------------------


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


# -- what is remembered of feeds and hosts ---------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the store keeps of a feed between two polls; `schedule` alone decides it.

    url: the adopted address, None: the configured one. failures: in a row. error None:
    the last poll was good. next_poll_at None: due at once. rhythm: the usual distance
    between two entries, None: not learned yet. depth: the time that its document spans.
    weekends: False when it was learned that nothing appears on Saturday and Sunday.
    moved_*: a permanent redirect that waits for confirmation. gone_since: the first
    404 or 410 in a row. hints, max_age: kept because a 304 does not repeat them.
    """

    feed_id: str
    url: str | None = None
    validators: Validators | None = None
    body_hash: str | None = None
    state: FeedStateName = "ok"
    state_since: datetime | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    status: int | None = None
    error: str | None = None
    next_poll_at: datetime | None = None
    rhythm: timedelta | None = None
    depth: timedelta | None = None
    weekends: bool = True
    hints: FeedHints = FeedHints()
    max_age: timedelta | None = None
    moved_to: str | None = None
    moved_first_at: datetime | None = None
    moved_last_at: datetime | None = None
    moved_count: int = 0
    gone_since: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is remembered of a host: when it may be asked again, and its robots.txt."""

    host: str
    retry_after_until: datetime | None = None
    failures: int = 0  # visits in a row in which nothing answered
    robots: tuple[Robots, ...] = ()


# -- articles --------------------------------------------------------------------------


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


# -- matching --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a watchlist is judged on."""

    title: str
    lead: str = ""
    text: str = ""
    language: str = "tr"
    outlet: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One occurrence of a term. start and end are offsets into `field` as stored."""

    watchlist_id: str
    term: str  # as written in the watchlist or name, e.g. Bakü
    surface: str  # as written in the text, e.g. Bakü'deki
    field: Literal["title", "lead", "text"]
    start: int
    end: int
    snippet: str  # the sentence round it, at most 240 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A watchlist that an article satisfies, with its evidence in order of place."""

    watchlist_id: str
    score: float
    matches: tuple[Match, ...]


# -- copies and stories ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The shingle hashes of a text, as stored and looked up.

    size: 2 or 3 words a shingle. hashes: what is stored, sampled, sorted, unsigned 31
    bit (four bytes in SQLite). lookup: what is asked for, a denser sample, so that few
    rows an article are enough to find a brief in a long text and the reverse.
    """

    size: int
    hashes: tuple[int, ...]
    words: int
    lookup: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that shares shingles with a new one."""

    article_id: int
    story_id: int
    outlet: str
    title: str
    lead: str
    text: str
    agency: str
    published_at: datetime | None
    first_seen_at: datetime
    language: str = ""  # not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What comparing two texts found. `verdict` decides; the rest explains.

    verdict: 'copy', 'conflict' (a template with other facts), 'stub', 'different',
    'part' (one text is a piece of the other, which is about more: a round-up).
    containment: share of the shorter text's shingles that the longer holds. coverage:
    share of the longer one's that the shorter holds. longer: which of the two it is.
    """

    article_id: int
    story_id: int
    verdict: Literal["copy", "conflict", "stub", "different", "part"]
    containment: float
    reason: str
    coverage: float = 0.0
    longer: Literal["new", "old"] = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs. story_id None: a story of its own.

    merges: stories that this article bridges and that become aliases of story_id.
    related: stories to link (a round-up's parts). reason: one sentence for `explain`.
    is_roundup: it holds parts of several stories: nothing joins it but its copy.
    """

    story_id: int | None
    reason: str
    merges: tuple[int, ...] = ()
    related: tuple[int, ...] = ()
    containment: float | None = None
    is_roundup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFacts:
    """What placing an article must know of a story.

    representative: the article whose text the story carries. members: all of its
    articles. is_roundup: its representative was placed as a round-up.
    """

    story_id: int
    representative: int
    members: tuple[int, ...] = ()
    is_roundup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided on the desk; it wins over every measure, for ever.

    splits: pairs of article ids kept apart. joins: pairs kept together.
    """

    splits: frozenset[frozenset[int]] = frozenset()
    joins: frozenset[frozenset[int]] = frozenset()


# -- alerts ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """What one article's arrival or change did to its story, for alerts to judge.

    watchlists: all that the story satisfies now, with its best score. new: those it did
    not satisfy before. baseline: the article is old news by rule (first run of a feed,
    re-issue, rematch): it never makes an alert. late: it was found late (a gap filled).
    slept: the story was silent for 72 hours before this.
    """

    story_id: int
    article_id: int
    watchlists: tuple[tuple[str, float], ...]
    new: tuple[str, ...]
    outlets_before: int
    outlets_after: int
    published_at: datetime | None
    first_seen_at: datetime
    baseline: bool = False
    late: bool = False
    slept: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be told to whom: a row of the outbox before it is one.

    slot: when it goes: 'instant', 'hourly', 'daily', 'health', 'notice'. cause: 'new',
    'watchlist' (one more), 'outlets', 'woke', or a health note's. outlets: how many
    carried the story when it was queued. topic: what makes it one, where there is no
    story. held: quiet hours keep it until due_at. text: what a note says.
    """

    recipient: str
    channel: str = "email"
    kind: str
    story_id: int | None = None
    seq: int = 1
    topic: str = ""
    slot: str = "instant"
    watchlists: tuple[str, ...] = ()
    cause: str = "new"
    outlets: int = 0
    late: bool = False
    held: bool = False
    text: str = ""
    due_at: datetime
    queued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one recipient was told of a story, or is about to be.

    seq: the highest so far. outlets: the highest count mentioned. told_at: the latest
    row. pending: (kind, seq, slot) of a row that no message carries yet; None: none.
    """

    recipient: str
    watchlists: frozenset[str]
    outlets: int
    seq: int
    told_at: datetime
    pending: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message ready to go, byte for byte."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    payload: bytes  # the whole RFC 5322 message, CRLF


# -- outcomes --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What filing a feed, a page or an article changed, in counts."""

    entries_new: int = 0
    articles_new: int = 0
    matches_new: int = 0
    alerts_queued: int = 0
    reissued: int = 0  # old items that came as new ones
    renamed: int = 0  # of entries_new: known to this feed under another guid

    def plus(self, other: Filed) -> Filed:
        """Return the sums."""
        return Filed(
            entries_new=self.entries_new + other.entries_new,
            articles_new=self.articles_new + other.articles_new,
            matches_new=self.matches_new + other.matches_new,
            alerts_queued=self.alerts_queued + other.alerts_queued,
            reissued=self.reissued + other.reissued,
            renamed=self.renamed + other.renamed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run did; the columns of the view `runs`."""

    run_id: int
    started_at: datetime
    finished_at: datetime
    feeds_due: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    entries_new: int = 0
    articles_new: int = 0
    articles_scraped: int = 0
    matches_new: int = 0
    alerts_queued: int = 0
    alerts_sent: int = 0
    exit_code: int = 0
    waiting: int = 0  # pages left for the next run
    problems: tuple[str, ...] = ()
