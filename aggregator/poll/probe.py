"""Looking without storing: try feeds, find a site's feed, read one page."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aggregator import extract, urls, visit
from aggregator.errors import FeedError, FetchError
from aggregator.fetch import Session
from aggregator.model import Feed, FeedTask, NotModified, Visit
from aggregator.poll.rules import visit_rules
from aggregator.poll.workers import Workers
from aggregator.sources import discover as discovery
from aggregator.sources import parse
from aggregator.urls import mask_url

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import (
        Article,
        Config,
        FeedKind,
        FeedVisited,
        Fetched,
        ParsedFeed,
    )

# What a probe of all feeds may take.
PROBE_SECONDS = 600.0

ADVICE = {
    "dns": "the host does not exist: check the address",
    "refused": "nothing listens there: check the address",
    "timeout": "too slow: try again, or raise read_timeout for all",
    "tls": "the certificate is not accepted: see ca_bundle",
    "address": "a private address: allow_hosts if it is yours",
    "robots": "robots.txt refuses it: ask the outlet, or write robots: false",
    "html": "a page, not a feed: use `feeds add`, or kind: html with list:",
    "size": "over max_feed_bytes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A site's feed. others: further feeds the site offers."""

    url: str
    kind: str
    title: str
    entries: int
    others: tuple[str, ...] = ()


def probe(
    config: Config, only: tuple[str, ...], *, now: datetime
) -> list[dict[str, Any]]:
    """Ask every feed once, also disabled ones, and say what it gives.

    Returns:
        one row a feed with feed_id, gives, entries, newest (UTC or None), depth (text)
        and advice ('' when all is well), in the order of the configuration.
    """
    rules = visit_rules(config, deadline=time.monotonic() + PROBE_SECONDS)
    by_host: dict[str, list[FeedTask]] = defaultdict(list)
    for feed in config.feeds:
        if not only or feed.id in only:
            by_host[urls.host_of(feed.url)].append(_task(feed))
    queues = [
        [Visit(host=host, now=now, rules=rules, feeds=tuple(tasks))]
        for host, tasks in by_host.items()
    ]
    rows = {}
    with Workers(config.settings.hosts_at_once, processes=0) as workers:
        for visited in workers.run_visits(queues, visit.visit_feeds):
            for item in visited.feeds:
                rows[item.feed_id] = _describe(item)
    return [rows[feed.id] for feed in config.feeds if feed.id in rows]


def discover(config: Config, url: str, *, now: datetime) -> Discovered:
    """Return the feed at `url`, or the one that the page there offers.

    Raises:
        FeedError: there is none that can be read.
    """
    rules = visit_rules(config, deadline=time.monotonic() + PROBE_SECONDS)
    with Session(rules, now=now) as session:
        page = _ask(session, url)
        found = _read(page, now)
        if found is not None:
            return _discovered(page.url, found, ())
        offered = discovery.find_feeds(page.body, page.url)
        for address in (*offered, *discovery.guesses(page.url)):
            answer = _try(session, address)
            parsed = _read(answer, now) if answer is not None else None
            if answer is not None and parsed is not None:
                others = tuple(item for item in offered if item != address)
                return _discovered(answer.url, parsed, others)
    raise FeedError(
        f"{mask_url(url)} offers no feed; if it lists articles, configure it as"
        " kind: html with list: (docs/configuration.md)",
        url=mask_url(url),
    )


def read_page(config: Config, url: str, *, now: datetime) -> Article:
    """Fetch one page politely and extract it.

    Raises:
        FetchError: no answer. ScrapeError: no article.
    """
    rules = visit_rules(config, deadline=time.monotonic() + PROBE_SECONDS)
    with Session(rules, now=now) as session:
        page = session.get_page(url, _feed(url))
    return extract.extract(page.body, page.url)


def _ask(session: Session, url: str) -> Fetched:
    answer = session.get_feed(_task(_feed(url)))
    if isinstance(answer, NotModified):
        raise FetchError("304 to a first request", url=mask_url(url))
    return answer


def _try(session: Session, url: str) -> Fetched | None:
    try:
        return _ask(session, url)
    except FetchError:
        return None


def _read(page: Fetched, now: datetime) -> ParsedFeed | None:
    """Read a document as a feed, else as a sitemap; None: it is neither."""
    kinds: tuple[FeedKind, ...] = ("feed", "sitemap")
    for kind in kinds:
        try:
            return parse(page, _task(_feed(page.url, kind)), now)
        except FeedError:
            continue
    return None


def _discovered(url: str, parsed: ParsedFeed, others: tuple[str, ...]) -> Discovered:
    kind = "sitemap" if parsed.form.startswith("sitemap") else "feed"
    return Discovered(
        url=url, kind=kind, title=parsed.title, entries=parsed.total, others=others
    )


def _feed(url: str, kind: FeedKind = "feed") -> Feed:
    return Feed(id="probe", outlet="", url=url, kind=kind, interval=timedelta(hours=1))


def _task(feed: Feed) -> FeedTask:
    return FeedTask(
        feed=replace(feed, enabled=True),
        url=feed.url,
        validators=None,
        body_hash=None,
        known_items=frozenset(),
    )


def _describe(visited: FeedVisited) -> dict[str, Any]:
    row: dict[str, Any] = {
        "feed_id": visited.feed_id,
        "gives": "not asked: no time left",
        "entries": 0,
        "newest": None,
        "depth": "",
        "advice": "",
    }
    if visited.failure is not None:
        row["gives"] = visited.failure.message
        row["advice"] = ADVICE.get(visited.failure.kind, "")
    elif visited.parsed is not None:
        row |= _describe_document(visited, visited.parsed)
    return row


def _describe_document(visited: FeedVisited, parsed: ParsedFeed) -> dict[str, Any]:
    dates = sorted(e.published_at for e in parsed.entries if e.published_at)
    validators = visited.validators
    has_validators = validators and (validators.etag or validators.last_modified)
    facts = [
        parsed.form,
        parsed.encoding,
        "validators" if has_validators else "no validators",
        *(["no guids"] if not any(e.guid for e in parsed.entries) else []),
        *(["undated"] if not dates else []),
        *parsed.notes,
    ]
    moved = visited.hops and all(hop.status in (301, 308) for hop in visited.hops)
    depth = f"{(dates[-1] - dates[0]).total_seconds() / 3600:.0f} h" if dates else ""
    return {
        "gives": ", ".join(fact for fact in facts if fact),
        "entries": parsed.total,
        "newest": dates[-1] if dates else None,
        "depth": depth,
        "advice": f"moved for good to {mask_url(visited.url)}" if moved else "",
    }
