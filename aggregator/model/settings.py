"""The configuration as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal

FeedKind = Literal["feed", "sitemap", "html"]
CaseRule = Literal["auto", "strict", "any"]


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
    """One written form of a name. language None: told by its letters."""

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
    """Who gets what. watchlists None: all of them. days: 0 = Monday, empty = all.

    to: a mail address, or the name of a webhook (urls.hide_key), which is all that
    database, mails and logs know. address: where that webhook is asked, never shown.
    """

    to: str
    watchlists: tuple[str, ...] | None
    mode: Literal["instant", "hourly", "daily"]
    at: time = time(7, 30)  # local, daily only
    days: tuple[int, ...] = ()
    quiet: tuple[time, time] | None = None  # local; may run over midnight
    language: Literal["tr", "en"] = "tr"
    channel: Literal["email", "webhook"] = "email"
    address: str = field(default="", repr=False)


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
    """The alerts section. operator None: there are no health mails."""

    sender: str = "Basın Takip <takip@example.org>"
    base_url: str = "http://127.0.0.1:8001"
    smtp: Smtp = Smtp()
    operator: str | None = None
    operator_language: Literal["tr", "en"] = "tr"
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
