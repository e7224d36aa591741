"""One host's visit over HTTP, politely: one request at a time, with pauses."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeGuard
from urllib.parse import urlsplit

from aggregator.errors import FetchError
from aggregator.fetch import robots as robots_txt
from aggregator.fetch.address import Guard, host_and_port
from aggregator.fetch.answers import Answer, judge_status
from aggregator.fetch.body import unpack_gzip_file
from aggregator.fetch.headers import bound_to, read_freshness, read_validators
from aggregator.fetch.pace import Pace
from aggregator.fetch.transport import Gate
from aggregator.fetch.way import check_target, conditions, next_url, strip_login
from aggregator.fetch.wire import Wire, as_sent
from aggregator.model import (
    Feed,
    FeedTask,
    Fetched,
    Hop,
    Limits,
    NotModified,
    Robots,
    Validators,
    VisitRules,
)
from aggregator.urls import host_of, mask_url

if TYPE_CHECKING:
    from aggregator.fetch.names import Resolve

ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, "
    "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1"
MAX_HOPS = 10
_MAX_ROBOTS_HOPS = 5  # RFC 9309, 2.3.1.2
_NOT_THERE = frozenset({"dns", "refused"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What is wanted, across all hops of its way.

    cut: a body over the cap is shortened, not refused. robots: robots.txt binds it.
    """

    url: str
    feed: Feed
    limits: Limits
    accept: str
    validators: Validators | None = None
    cut: bool = False
    robots: bool = False
    max_hops: int = MAX_HOPS
    secure: bool = False  # no way from https to http


class Session:
    """Fetch for one visit; close it, or use it in a `with`.

    robots: what is known already, at most 24 h old; what is fetched on the way is in
    `robots` afterwards. now: the time of the run. sleep, clock and resolve are the
    world's: seconds to wait, a monotonic time in seconds, and `socket.getaddrinfo`.
    pace: shared with the other sessions of a run; None: of its own.
    """

    def __init__(  # noqa: PLR0913 - three of them are the world, for tests
        self,
        rules: VisitRules,
        *,
        now: datetime,
        robots: tuple[Robots, ...] = (),
        sleep: Callable[[float], None] = time.sleep,  # noqa: TID251 - the one place
        clock: Callable[[], float] = time.monotonic,
        resolve: Resolve | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.robots: dict[str, Robots] = {}
        self._rules, self._now = rules, now
        self._sleep, self._clock = sleep, clock
        self._known_robots = {known.origin: known for known in robots}
        self._policies: dict[tuple[str, str], robots_txt.Policy] = {}
        self._absent: dict[str, FetchError] = {}  # origins whose host is not there
        self._delays: dict[str, float] = {}  # Crawl-delay of each host, in seconds
        self._shared = pace or Pace()
        self._configured: set[tuple[str, int]] = set()
        self._gate = Gate(clock=clock, resolve=resolve or socket.getaddrinfo)
        self._wire = Wire(self._gate, self._pace)

    def get_feed(self, task: FeedTask) -> Fetched | NotModified:
        """Ask for a feed's document, with its validators where it has some.

        robots.txt binds sitemaps and listing pages, not a feed: that is published to
        be polled. A document that is a gzip file comes unpacked.

        Raises:
            FetchError: no usable answer came.
        """
        feed = task.feed
        ask = _Ask(
            url=task.url,
            feed=feed,
            limits=self._rules.page_limits
            if feed.kind == "html"
            else self._rules.limits,
            accept=ACCEPT_PAGE if feed.kind == "html" else ACCEPT_FEED,
            validators=task.validators,
            cut=feed.kind == "html",
            robots=feed.kind != "feed",
            secure=True,
        )
        answer = self._get(ask)
        if isinstance(answer, NotModified):
            return answer
        body = unpack_gzip_file(answer.body, ask.limits.max_bytes, mask_url(answer.url))
        return replace(answer, body=body)

    def get_page(self, url: str, feed: Feed) -> Fetched:
        """Ask for an article's page; what is over `max_page_bytes` is cut off.

        Raises:
            FetchError: no usable answer came; kind 'robots' when it is not wanted.
        """
        answer = self._get(
            _Ask(
                url=url,
                feed=feed,
                limits=self._rules.page_limits,
                accept=ACCEPT_PAGE,
                cut=True,
                robots=True,
            )
        )
        if isinstance(answer, NotModified):
            raise FetchError("304 to a first request", url=mask_url(url), status=304)
        return answer

    def note_request(self, host: str) -> None:
        """Let the first request to a host wait too: it was asked a moment ago."""
        with self._shared.turn(host) as turn:
            turn.asked_at = self._clock()

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, ask: _Ask) -> Fetched | NotModified:
        """Follow the way to an answer; every hop is guarded, paced and in the time."""
        self._configure(ask)
        url, hops = ask.url, list[Hop]()
        time_left = ask.limits.total_timeout.total_seconds()
        for _ in range(ask.max_hops + 1):
            check_target(url)
            if ask.robots and ask.feed.robots:
                self._check_robots(url, ask)
            answer = self._send(url, ask, time_left)
            time_left = self._gate.until - self._clock()
            if answer.status not in _REDIRECTS or not answer.location:
                return self._conclude(answer, ask, tuple(hops))
            target = next_url(answer, ask.url, secure=ask.secure)
            hops.append(Hop(status=answer.status, url=target))
            if target in {ask.url, *(hop.url for hop in hops[:-1])}:
                raise FetchError(
                    f"redirects in a circle, back to {mask_url(target)}",
                    url=mask_url(ask.url),
                    status=answer.status,
                    kind="redirect",
                )
            url = target
        raise FetchError(
            f"more than {ask.max_hops} redirects",
            url=mask_url(ask.url),
            kind="redirect",
        )

    def _conclude(
        self, answer: Answer, ask: _Ask, hops: tuple[Hop, ...]
    ) -> Fetched | NotModified:
        judge_status(answer, self._now)
        validators = read_validators(answer.headers, answer.url)
        freshness = read_freshness(answer.headers, self._now)
        if answer.status == 304:
            sent = ask.validators or Validators(url=answer.url)
            return NotModified(
                url=answer.url,
                validators=replace(
                    sent,
                    etag=validators.etag or sent.etag,
                    last_modified=validators.last_modified or sent.last_modified,
                ),
                freshness=freshness,
                hops=hops,
            )
        return Fetched(
            url=answer.url,
            status=answer.status,
            body=answer.body,
            content_type=answer.headers.get("Content-Type", ""),
            validators=validators,
            freshness=freshness,
            hops=hops,
            headers=tuple(answer.headers.items()),
        )

    @property
    def requests(self) -> int:
        """How many requests were sent, hops and robots.txt included."""
        return self._wire.requests

    def _send(self, url: str, ask: _Ask, time_left: float) -> Answer:
        """Send one request of the way, after the pause its host is owed.

        What the pause takes is not taken from the time left.
        """
        self._gate.read_timeout = ask.limits.read_timeout.total_seconds()
        self._gate.until = self._clock() + time_left
        headers = {
            "User-Agent": ask.feed.user_agent or self._rules.user_agent,
            "Accept": ask.accept,
        }
        if _belongs(ask.validators, url):
            headers |= conditions(ask.validators)
        return self._wire.send(
            url, headers, feed=ask.feed, limits=ask.limits, cut=ask.cut
        )

    def _pace(self, url: str) -> None:
        """Wait until the pause of an address's host is over (polling.md 49, 57)."""
        host = host_of(url)
        pause = max(self._rules.delay.total_seconds(), self._delays.get(host, 0.0))
        begun = self._clock()
        with self._shared.turn(host) as turn:
            now = self._clock()
            wait = 0.0 if turn.asked_at is None else turn.asked_at + pause - now
            if wait > 0:
                self._sleep(wait)
            self._gate.until += now - begun + max(wait, 0.0)
            turn.asked_at = self._clock()

    def _check_robots(self, url: str, ask: _Ask) -> None:
        """Stop at what robots.txt forbids.

        Raises:
            FetchError: kind robots; state 'pending' when it could not be reached.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        user_agent = ask.feed.user_agent or self._rules.user_agent
        policy = self._policies.get((origin, user_agent))
        if policy is None:
            policy = robots_txt.read_robots(self._robots_of(origin, ask), user_agent)
            self._policies[origin, user_agent] = policy
            host = host_of(url)
            self._delays[host] = max(policy.crawl_delay, self._delays.get(host, 0.0))
        if policy.unreachable:
            raise FetchError(
                "robots.txt cannot be read, so nothing may be asked for (RFC 9309)",
                url=mask_url(url),
                kind="robots",
                state="pending",
            )
        if not policy.allows(url):
            raise FetchError(
                "robots.txt does not allow it",
                url=mask_url(url),
                kind="robots",
                state="refused",
            )

    def _robots_of(self, origin: str, ask: _Ask) -> Robots:
        """Return an origin's robots.txt, which is fetched once a visit at most.

        Raises:
            FetchError: state 'pending': the host is not there.
        """
        if origin in self._absent:
            raise self._absent[origin]
        known = self.robots.get(origin) or self._known_robots.get(origin)
        if known is None or not robots_txt.is_fresh(known, self._now):
            try:
                known = self.robots[origin] = self._fetch_robots(origin, ask)
            except FetchError as error:
                self._absent[origin] = error
                raise
        return known

    def _fetch_robots(self, origin: str, ask: _Ask) -> Robots:
        """Fetch robots.txt: 4xx is none, an error of the server forbids everything.

        Raises:
            FetchError: state 'pending': the host is not there, which says nothing of
                its wishes and is not kept.
        """
        limits = replace(ask.limits, max_bytes=robots_txt.MAX_BYTES)
        wanted = _Ask(
            url=f"{origin}/robots.txt",
            feed=ask.feed,
            limits=limits,
            accept="text/plain, */*;q=0.1",
            cut=True,
            max_hops=_MAX_ROBOTS_HOPS,
        )
        body, unreachable = None, False
        try:
            answer = self._get(wanted)
        except FetchError as error:
            if error.kind in _NOT_THERE:
                message = f"robots.txt: {error}"
                raise FetchError(
                    message, url=error.url, kind=error.kind, state="pending"
                ) from error
            missing = error.status is not None and 400 <= error.status < 500
            unreachable = not (missing and error.status != 429) and (
                error.kind != "redirect"
            )
        else:
            body = (
                answer.body.decode("utf-8", "replace")
                if isinstance(answer, Fetched)
                else None
            )
        return Robots(
            origin=origin, fetched_at=self._now, body=body, disallow_all=unreachable
        )

    def _configure(self, ask: _Ask) -> None:
        """Let the guard pass the port that feeds.yaml itself names (polling.md 99)."""
        with contextlib.suppress(ValueError):  # a test of the address follows
            self._configured.add(host_and_port(ask.feed.url))
        self._gate.guard = Guard(
            allow_hosts=self._rules.allow_hosts,
            configured=frozenset(self._configured),
        )


def _belongs(validators: Validators | None, url: str) -> TypeGuard[Validators]:
    """Say whether validators came from an address (polling.md 9), cheaply if it can."""
    return validators is not None and (
        validators.url == bound_to(strip_login(url))
        or validators.url == bound_to(as_sent(url))
    )
