"""All exceptions of the program, as one tree.

    AggregatorError
    ├── ConfigError          nothing starts (exit 2)
    ├── RunLocked            another run holds the lock (exit 75)
    ├── FeedError            one feed fails, the run goes on
    │   ├── FetchError         no usable answer
    │   └── ParseError         an answer that is no feed
    ├── ScrapeError          one page fails, the feed's own text is kept
    ├── QueryError           a watchlist's query cannot be read
    ├── ModelError           related stories are found by their words alone
    ├── StoreError           the run stops
    └── DeliveryError        the alert stays in the outbox, or is dead

Errors that cross a process boundary travel as values (`model.Failure`): an exception
with keyword-only attributes does not unpickle and would break the whole pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


class AggregatorError(Exception):
    """Anything this program raises on purpose."""


class ConfigError(AggregatorError):
    """The configuration is wrong; `mistakes` holds one line of text for each."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class RunLocked(AggregatorError):  # noqa: N818 - a state of the world, not a mistake
    """Another run holds the lock."""


class FeedError(AggregatorError):
    """One feed failed: `state` is the feed_health state it suggests."""

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        state: str = "failing",
    ) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.state = state


class FetchError(FeedError):
    """No usable answer came; `kind` says why in one word.

    Kinds: dns, refused, timeout, tls, reset, address, scheme, redirect, size, robots,
    status, encoding, protocol.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        state: str = "failing",
        kind: str = "status",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, url=url, status=status, state=state)
        self.kind = kind
        self.retry_after = retry_after


class ParseError(FeedError):
    """The answer is no feed, or one that cannot be read."""


class ScrapeError(AggregatorError):
    """A page gave no article; `state` is the scrape_state it leaves."""

    def __init__(self, message: str, *, state: str = "failed") -> None:
        super().__init__(message)
        self.state = state


class QueryError(AggregatorError):
    """A query cannot be read; `column` counts from 1."""

    def __init__(self, message: str, *, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


class ModelError(AggregatorError):
    """The optional model is installed and cannot be used."""


class StoreError(AggregatorError):
    """The database cannot be used; the run stops."""


class DeliveryError(AggregatorError):
    """An alert was not accepted.

    scope: 'recipient' (this address or message) or 'server' (nobody's attempt: refused,
    DNS, time-out, TLS, 421, 535; this delivery stops and its attempts do not count).
    retry_after: how long the server wants to be left alone; None: it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        scope: str = "recipient",
        code: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.scope = scope
        self.code = code
        self.retry_after = retry_after
