"""Looking without storing: try feeds, find a site's feed, read one page."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from aggregator import urls, visit
from aggregator.errors import FeedError, FetchError
from aggregator.fetch import Session
from aggregator.model import Feed, FeedTask, NotModified, PageTask, Visit
from aggregator.poll import bounded
from aggregator.poll.advice import Look, describe_all
from aggregator.poll.rules import visit_rules
from aggregator.poll.workers import Workers
from aggregator.sources import discover as discovery
from aggregator.urls import mask_url

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import (
        Article,
        Config,
        FeedKind,
        Fetched,
        ParsedFeed,
        Robots,
        VisitRules,
    )

# What a probe of all feeds may take.
PROBE_SECONDS = 600.0
# That read what may hang or crash, as in a run.
PROCESSES = 1


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
    """Ask every feed once, also disabled ones, and say what it gives and what to do.

    Of a feed whose pages are scraped, the page of its newest entry is tried too.

    Returns:
        one row a feed (`advice.describe_all`), in the order of the configuration.
    """
    rules = visit_rules(config, deadline=time.monotonic() + PROBE_SECONDS)
    wanted = [feed for feed in config.feeds if not only or feed.id in only]
    looks: dict[str, Look] = {}
    with Workers(config.settings.hosts_at_once, PROCESSES) as workers:
        queues = [[item] for item in _feed_visits(wanted, rules, now)]
        robots: dict[str, tuple[Robots, ...]] = {}
        parse = partial(bounded.parse, workers)
        read_feeds = partial(visit.visit_feeds, parse=parse)
        for visited in workers.run_visits(queues, read_feeds):
            robots[visited.host] = visited.robots
            for item in visited.feeds:
                feed = next(feed for feed in wanted if feed.id == item.feed_id)
                looks[feed.id] = Look(feed=feed, visited=item)
        ordered = [looks[feed.id] for feed in wanted if feed.id in looks]
        queues = [[item] for item in _page_visits(ordered, rules, now, robots)]
        extract = partial(bounded.extract, workers)
        read_pages = partial(visit.visit_pages, extract=extract)
        for visited in workers.run_visits(queues, read_pages):
            for page in visited.pages:
                ordered[page.article_id].page = page
    return describe_all(ordered, now)


def _feed_visits(feeds: list[Feed], rules: VisitRules, now: datetime) -> list[Visit]:
    by_host: dict[str, list[FeedTask]] = defaultdict(list)
    for feed in feeds:
        by_host[urls.host_of(feed.url)].append(_task(feed))
    return [
        Visit(host=host, now=now, rules=rules, feeds=tuple(tasks))
        for host, tasks in by_host.items()
    ]


def _page_visits(
    looks: list[Look],
    rules: VisitRules,
    now: datetime,
    robots: dict[str, tuple[Robots, ...]],
) -> list[Visit]:
    """Choose the newest entry of each feed; its number stands for an article's id."""
    by_host: dict[str, list[PageTask]] = defaultdict(list)
    for number, look in enumerate(looks):
        parsed = look.visited.parsed
        entries = parsed.entries if parsed is not None and look.feed.scrape else ()
        url = next((entry.url for entry in entries if entry.url), None)
        if url is not None:
            task = PageTask(article_id=number, feed=look.feed, url=url)
            by_host[urls.host_of(url)].append(task)
    return [
        Visit(
            host=host,
            now=now,
            rules=rules,
            pages=tuple(tasks),
            robots=robots.get(host, ()),
            continues=True,
        )
        for host, tasks in by_host.items()
    ]


def discover(config: Config, url: str, *, now: datetime) -> Discovered:
    """Return the feed at `url`, or the one that the page there offers.

    Raises:
        FeedError: there is none that can be read.
    """
    rules = visit_rules(config, deadline=time.monotonic() + PROBE_SECONDS)
    with Session(rules, now=now) as session, Workers(1, PROCESSES) as workers:
        page = _ask(session, url)
        found = _read(workers, page, now)
        if found is not None:
            return _discovered(page.url, found, ())
        offered = discovery.find_feeds(page.body, page.url)
        for address in (*offered, *discovery.guesses(page.url)):
            answer = _try(session, address)
            parsed = _read(workers, answer, now) if answer is not None else None
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
    with Workers(1, PROCESSES) as workers:
        return bounded.extract(workers, page.body, page.url)


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


def _read(workers: Workers, page: Fetched, now: datetime) -> ParsedFeed | None:
    """Read a document as a feed, else as a sitemap; None: it is neither."""
    kinds: tuple[FeedKind, ...] = ("feed", "sitemap")
    for kind in kinds:
        try:
            return bounded.parse(workers, page, _task(_feed(page.url, kind)), now)
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
