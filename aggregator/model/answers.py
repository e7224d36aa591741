"""What asking an address brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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
    elsewhere: it was another host that failed, to which a redirect led: that says
    nothing of the host that was visited.
    """

    kind: str
    message: str
    status: int | None = None
    state: str = "failing"
    retry_after: timedelta | None = None
    traceback: str | None = None
    body: bytes = b""  # the start of a document that could not be read
    elsewhere: bool = False
