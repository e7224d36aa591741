"""One host's visit, from request to value, through threads and a real process pool."""

from __future__ import annotations

import multiprocessing
import pickle
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from aggregator import sources
from aggregator.errors import ScrapeError
from aggregator.fetch import Session
from aggregator.model import (
    Article,
    Feed,
    FeedTask,
    FeedVisited,
    Fetched,
    Limits,
    PageTask,
    ParsedFeed,
    Robots,
    Validators,
    Visit,
    Visited,
    VisitRules,
)
from aggregator.visit import visit_feeds, visit_pages
from tests.fakes import LOOPBACK, Answer, Request, Site, redirect

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

NOW = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
LIMITS = Limits(
    connect_timeout=timedelta(seconds=5),
    read_timeout=timedelta(seconds=10),
    total_timeout=timedelta(seconds=20),
    max_bytes=1_000_000,
)
RULES = VisitRules(
    user_agent="aggregator/1.0 (+basin@example.org)",
    limits=LIMITS,
    page_limits=LIMITS,
    delay=timedelta(seconds=1),
    allow_hosts=("127.0.0.0/8",),
)
HASTY = replace(
    RULES,
    limits=replace(LIMITS, read_timeout=timedelta(seconds=0.3)),
    page_limits=replace(LIMITS, read_timeout=timedelta(seconds=0.3)),
)
QUICK = partial(Session, sleep=lambda _: None)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def rss(*numbers: int, channel: str = "") -> str:
    items = "".join(
        f"<item><guid>{n}</guid><title>Haber {n}</title><link>/{n}</link></item>"
        for n in numbers
    )
    return (
        f"<rss version='2.0'><channel>{channel}<title>x</title>{items}</channel></rss>"
    )


def task(url: str, name: str = "f", **changes: Any) -> FeedTask:
    names = ("validators", "body_hash", "known_items")
    given = {key: changes.pop(key) for key in names if key in changes}
    empty: dict[str, Any] = {
        "validators": None, "body_hash": None, "known_items": frozenset()
    }  # fmt: skip
    feed = Feed(**({"url": url} | changes), id=name, outlet="O", interval=timedelta(1))
    return FeedTask(feed=feed, url=url, **(empty | given))


def of(site: Site, *tasks: FeedTask, **changes: Any) -> Visit:
    host = f"127.0.0.1:{site.port}"
    visit = Visit(host=host, now=NOW, rules=RULES, feeds=tasks)
    return replace(visit, **changes)


def ask(site: Site, *tasks: FeedTask, **changes: Any) -> Visited:
    return visit_feeds(of(site, *tasks, **changes), open_session=QUICK)


def one(site: Site, asked: FeedTask) -> FeedVisited:
    return ask(site, asked).feeds[0]


def again(site: Site, before: FeedVisited, *, known: bool = True) -> FeedTask:
    parsed = before.parsed
    items = frozenset(e.item_hash for e in parsed.entries) if parsed and known else ()
    return task(
        site.url("/rss"),
        validators=before.validators,
        body_hash=before.body_hash,
        known_items=frozenset(items),
    )


# -- feeds -----------------------------------------------------------------------------


def test_a_feed_comes_home_as_entries_with_its_validators(site: Site) -> None:
    site.add("/rss", Answer(body=rss(1, 2), etag='"1"', gzip=True))
    visited = one(site, task(site.url("/rss")))
    assert visited.result == "parsed"
    assert visited.parsed is not None
    assert [entry.key for entry in visited.parsed.entries] == ["1", "2"]
    assert visited.parsed.entries[0].url == site.url("/1")
    assert visited.validators == Validators(url=site.url("/rss"), etag='"1"')
    assert (visited.status, visited.size, visited.gap) == (200, len(rss(1, 2)), False)


def test_01_10_a_304_and_the_same_body_are_unchanged_and_not_parsed(site: Site) -> None:
    def refuse(*_: object) -> ParsedFeed:
        raise AssertionError("parsed")

    site.add("/rss", Answer(body=rss(1), etag='"1"'))
    first = one(site, task(site.url("/rss")))
    for etag, status in (('"1"', 304), ('"2"', 200)):
        site.add("/rss", Answer(body=rss(1), etag=etag))
        visit = of(site, again(site, first))
        visited = visit_feeds(visit, refuse, QUICK).feeds[0]
        assert (visited.result, visited.status) == ("unchanged", status)
        assert visited.body_hash == first.body_hash
        assert visited.validators is not None
        assert visited.validators.etag == etag


def test_11_a_new_etag_each_time_costs_bandwidth_only(site: Site) -> None:
    site.add("/rss", Answer(body=rss(1, 2), etag='"1"'))
    first = one(site, task(site.url("/rss")))
    built = rss(1, 2, channel="<lastBuildDate>now</lastBuildDate>")
    site.add("/rss", Answer(body=built, etag='"2"'))
    second = one(site, again(site, first))
    assert second.parsed is not None
    assert (second.parsed.entries, second.parsed.known) == ((), 2)


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (Answer(body="<html><body>x</body></html>"), "html", "failing"),  # 39
        (Answer(body=""), "empty", "failing"),  # 40
        (Answer(410, "gone"), "status", "gone"),  # 34
        (
            Answer(body="<html><title>Just a moment...</title>"),
            "html?",
            "blocked",
        ),  # 42
        (Answer(body=rss(1), cut=9), "protocol", "failing"),  # 84
    ],
)
def test_06_a_failure_brings_no_validators_and_says_why(
    site: Site, answer: Answer, kind: str, state: str
) -> None:
    site.add("/rss", replace(answer, etag='"bad"'))
    visited = one(site, task(site.url("/rss")))
    assert (visited.result, visited.validators, visited.body_hash) == (
        "failed", None, None,
    )  # fmt: skip
    assert visited.failure is not None
    assert visited.failure.state == state
    assert visited.failure.kind == kind or kind == "html?"


def test_06_a_feed_that_lost_its_entries_fails_and_a_new_one_may_begin_empty(
    site: Site,
) -> None:
    site.add("/rss", Answer(body=rss(1)))
    first = one(site, task(site.url("/rss")))
    site.add("/rss", Answer(body=rss(), etag='"empty"'))
    failed = one(site, again(site, first))
    assert (failed.result, failed.validators) == ("failed", None)
    assert failed.failure is not None
    assert failed.failure.kind == "empty"
    assert one(site, task(site.url("/rss"))).result == "parsed"


def test_96_a_parser_that_breaks_costs_one_feed_and_keeps_the_body(site: Site) -> None:
    def breaks(fetched: Fetched, task: FeedTask, now: datetime) -> ParsedFeed:
        if task.feed.id == "bad":
            raise ZeroDivisionError("inside")
        return sources.parse(fetched, task, now)

    site.add("/rss", Answer(body=rss(1)))
    url = site.url("/rss")
    visit = of(site, task(url, "bad"), task(url, "good"))
    bad, good = visit_feeds(visit, breaks, QUICK).feeds
    assert bad.failure is not None
    assert bad.failure.kind == "crash"
    assert "ZeroDivisionError" in (bad.failure.traceback or "")
    assert good.result == "parsed"
    site.add("/html", Answer(body="<html>" + "x" * 100_000))
    failure = one(site, task(site.url("/html"))).failure
    assert failure is not None
    assert failure.body.startswith(b"<html>")
    assert len(failure.body) == 65_536


def test_36_a_retry_after_ends_the_visit_of_its_host(site: Site) -> None:
    site.add("/1", Answer(503, headers=(("Retry-After", "600"),)))
    site.add("/2", Answer(body=rss(1)))
    visited = ask(site, task(site.url("/1"), "a"), task(site.url("/2"), "b"))
    assert [feed.result for feed in visited.feeds] == ["failed", "skipped"]
    assert visited.feeds[0].failure is not None
    assert visited.feeds[0].failure.retry_after == timedelta(minutes=10)
    assert visited.requests == 1


def test_37_a_dead_feed_delays_no_other_and_a_dead_host_costs_its_timeout_once(
    site: Site,
) -> None:
    site.add("/dead", Answer(500))
    site.add("/good", Answer(body=rss(1)))
    visited = ask(site, task(site.url("/dead")), task(site.url("/good")))
    assert [feed.result for feed in visited.feeds] == ["failed", "parsed"]
    site.add("/slow", Answer(hang=True))
    start = time.monotonic()
    tasks = (task(site.url("/slow"), str(n)) for n in range(8))
    slow = ask(site, *tasks, rules=HASTY)
    assert time.monotonic() - start < 1.5
    assert [feed.feed_id for feed in slow.feeds] == [str(n) for n in range(8)]
    assert {f.failure.kind for f in slow.feeds if f.failure} == {"timeout"}
    assert slow.requests == 2


def test_37_a_feed_that_leads_to_a_dead_host_harms_no_other(site: Site) -> None:
    site.add("/moved", redirect("http://olu.test/rss"))
    site.add("/rss", Answer(body=rss(1)))

    def resolve(host: str, port: int, *, type: int) -> Any:  # noqa: A002 - getaddrinfo's
        if host == "olu.test":
            raise OSError("no such host")
        return socket.getaddrinfo(host, port, type=type)

    tasks = (task(site.url("/moved"), "moved"), task(site.url("/rss"), "good"))
    session = partial(QUICK, resolve=resolve)
    moved, good = visit_feeds(of(site, *tasks), open_session=session).feeds
    assert moved.failure is not None
    assert (moved.failure.kind, moved.failure.elsewhere) == ("dns", True)
    assert good.result == "parsed"


def test_36_a_wish_of_another_host_ends_no_visit(site: Site) -> None:
    with Site("127.0.0.2", port=site.port) as other:
        other.add("/rss", Answer(429, headers=(("Retry-After", "600"),)))
        site.add("/moved", redirect(other.url("/rss")))
        site.add("/rss", Answer(body=rss(1)))
        tasks = (task(site.url("/moved"), "moved"), task(site.url("/rss"), "good"))
        moved, good = ask(site, *tasks).feeds
    assert moved.failure is not None
    assert moved.failure.retry_after == timedelta(minutes=10)
    assert good.result == "parsed"


def test_what_comes_after_the_deadline_is_skipped(site: Site) -> None:
    rules = replace(RULES, deadline=time.monotonic() - 1)
    visited = ask(site, task(site.url("/rss")), rules=rules)
    assert [feed.result for feed in visited.feeds] == ["skipped"]
    assert site.requests == []


def test_49_a_visit_that_continues_pauses_before_its_first_request(site: Site) -> None:
    site.add("/rss", Answer(body=rss(1)))
    pauses: list[float] = []
    session = partial(Session, sleep=pauses.append)
    visit_feeds(of(site, task(site.url("/rss"))), open_session=session)
    assert pauses == []
    visit = of(site, task(site.url("/rss")), continues=True)
    visit_feeds(visit, open_session=session)
    assert len(pauses) == 1


def test_61_entries_that_are_still_there_after_failures_come_once(site: Site) -> None:
    site.add("/rss", Answer(body=rss(1)))
    first = one(site, task(site.url("/rss")))
    site.add(
        "/rss", Answer(500), Answer(body=rss(2, 1), cut=5), Answer(body=rss(3, 2, 1))
    )
    known = again(site, first)
    results = [one(site, known) for _ in range(3)]
    assert [visited.result for visited in results] == ["failed", "failed", "parsed"]
    assert results[-1].parsed is not None
    assert [entry.key for entry in results[-1].parsed.entries] == ["3", "2"]


def test_25_62_a_gap_is_closed_from_the_archive_down_to_a_known_entry(
    site: Site,
) -> None:
    def older(page: int) -> str:
        atom = "xmlns='http://www.w3.org/2005/Atom'"
        return f"<link {atom} rel='prev-archive' href='/{page}'/>"

    site.add("/rss", Answer(body=rss(2, 1)))
    first = one(site, task(site.url("/rss")))
    site.add("/rss", Answer(body=rss(8, 7, channel=older(2))))
    site.add("/2", Answer(body=rss(6, 5, channel=older(3))))
    site.add("/3", Answer(body=rss(4, 3, 2, channel=older(4))))
    visited = one(site, again(site, first))
    assert visited.parsed is not None
    assert [e.key for e in visited.parsed.entries] == ["8", "7", "6", "5", "4", "3"]
    assert (visited.gap, visited.bridged) == (True, True)
    assert site.asked("/4") == []
    site.add("/2", Answer(404))
    visited = one(site, again(site, first))
    assert (visited.gap, visited.bridged, visited.result) == (True, False, "parsed")


def test_63_an_index_of_sitemaps_is_followed_and_never_taken_for_unchanged(
    site: Site,
) -> None:
    def urls(*paths: str) -> str:
        inner = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in paths)
        return (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{inner}</urlset>"
        )

    parts = "".join(
        f"<sitemap><loc>{site.url(f'/news-{n}.xml')}</loc></sitemap>" for n in (1, 2)
    )
    site.add(
        "/rss", Answer(body=f"<sitemapindex>{parts}</sitemapindex>", etag='"same"')
    )
    site.add("/news-1.xml", Answer(body=urls("/haber/bir-1001")))
    site.add("/news-2.xml", Answer(404))
    visited = one(site, task(site.url("/rss"), kind="sitemap"))
    assert visited.parsed is not None
    assert [e.url for e in visited.parsed.entries] == [site.url("/haber/bir-1001")]
    assert "404" in " ".join(visited.parsed.notes)
    assert visited.validators is None
    assert visited.body_hash is None
    assert len(site.asked("/robots.txt")) == 1  # 56: a sitemap is bound by it


def test_25_a_short_sitemap_that_starts_anew_is_no_gap(site: Site) -> None:
    def urls(numbers: range) -> Answer:
        inner = "".join(f"<url><loc>{site.url(f'/h/{n}')}</loc></url>" for n in numbers)
        return Answer(body=f"<urlset>{inner}</urlset>")

    site.add("/rss", urls(range(1000, 1003)))
    first = one(site, task(site.url("/rss"), kind="sitemap"))
    for numbers, gap in ((range(2000, 2003), False), (range(3000, 3050), True)):
        site.add("/rss", urls(numbers))
        known = again(site, first)
        assert (
            one(
                site, replace(known, feed=task(site.url("/rss"), kind="sitemap").feed)
            ).gap
            is gap
        )


# -- pages -----------------------------------------------------------------------------


def page(site: Site, path: str, number: int = 1, **feed: Any) -> PageTask:
    source = Feed(
        id="f", outlet="O", url=site.url("/rss"), interval=timedelta(hours=1), **feed
    )
    return PageTask(article_id=number, feed=source, url=site.url(path))


def scrape(
    site: Site,
    *pages: PageTask,
    extract: Callable[..., Article] | None = None,
    **changes: Any,
) -> Visited:
    visit = of(site, pages=pages, **changes)
    return visit_pages(visit, extract or _article, open_session=QUICK)


def _article(html: bytes, url: str, **about: Any) -> Article:
    if b"bad" in html:
        raise ScrapeError("no article", state="thin")
    return Article(title=html.decode(), lead=url, text=repr(sorted(about)))


def test_a_page_comes_home_as_an_article(site: Site) -> None:
    site.add("/1", Answer(body="Haber", content_type="text/html; charset=iso-8859-9"))
    seen: dict[str, Any] = {}

    def note(html: bytes, url: str, **about: Any) -> Article:
        seen.update(about)
        return _article(html, url)

    asked = page(site, "/1", language="az", timezone="Asia/Baku", body="div.x")
    visited = scrape(site, asked, extract=note).pages[0]
    assert visited.article is not None
    assert (visited.result, visited.article.title) == ("scraped", "Haber")
    assert (seen["charset"], seen["language"]) == ("iso-8859-9", "az")
    assert (seen["timezone"], seen["known"].body) == ("Asia/Baku", "div.x")
    assert seen["known"].now == NOW


def test_56_57_robots_are_asked_once_and_obeyed_and_may_be_overridden(
    site: Site,
) -> None:
    rules = "User-agent: Aggregator\nDisallow: /x/\nAllow: /x/ok\nCrawl-delay: 7\n"
    site.add("/robots.txt", Answer(body=rules, content_type="text/plain"))
    for path in ("/x/no", "/x/ok"):
        site.add(path, Answer(body="Haber"))
    pauses: list[float] = []
    session = partial(Session, sleep=pauses.append)
    pages = (page(site, "/x/no"), page(site, "/x/ok"))
    visited = visit_pages(of(site, pages=pages), _article, session)
    no, yes = visited.pages
    assert no.failure is not None
    assert (no.failure.state, yes.result) == ("refused", "scraped")
    assert [request.path for request in site.requests] == ["/robots.txt", "/x/ok"]
    assert 6 < pauses[0] <= 7
    assert visited.robots[0].body == rules
    later = scrape(site, page(site, "/x/no"), robots=visited.robots)
    assert later.pages[0].failure is not None
    assert len(site.requests) == 2  # known already: nothing was asked
    stale = replace(visited.robots[0], fetched_at=NOW - timedelta(hours=25))
    scrape(site, page(site, "/x/no"), robots=(stale,))
    assert len(site.asked("/robots.txt")) == 2
    written = scrape(site, page(site, "/x/no", robots=False))
    assert written.pages[0].result == "scraped"


def test_57_each_name_we_ask_by_has_its_own_group_of_one_robots_file(
    site: Site,
) -> None:
    body = "User-agent: *\nDisallow: /\n\nUser-agent: okur\nCrawl-delay: 5\nDisallow:\n"
    site.add("/robots.txt", Answer(body=body, content_type="text/plain"))
    for path in ("/1", "/2"):
        site.add(path, Answer(body="Haber"))
    pauses: list[float] = []
    pages = (page(site, "/1"), page(site, "/2", user_agent="Okur/1.0"))
    session = partial(Session, sleep=pauses.append)
    no, yes = visit_pages(of(site, pages=pages), _article, session).pages
    assert no.failure is not None
    assert (no.failure.state, yes.result) == ("refused", "scraped")
    assert [request.path for request in site.requests] == ["/robots.txt", "/2"]
    assert 4 < pauses[0] <= 5


def test_57_a_host_that_is_not_there_is_looked_for_once_a_visit(site: Site) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, *, type: int) -> Any:  # noqa: A002 - getaddrinfo's
        asked.append(host)
        raise OSError("no such host")

    site.addresses = ("haber.test",)
    pages = (page(site, "/1"), page(site, "/2"))
    session = partial(QUICK, resolve=resolve)
    visited = visit_pages(of(site, pages=pages), _article, session)
    assert [item.result for item in visited.pages] == ["skipped", "skipped"]
    assert (asked, visited.robots) == (["haber.test"], ())


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Answer(404), "scraped"),
        (Answer(403), "scraped"),
        (Answer(500), "skipped"),
        (Answer(429), "skipped"),
        (Answer(hang=True), "skipped"),
    ],
)
def test_57_no_robots_allow_all_and_unreachable_ones_nothing(
    site: Site, answer: Answer, result: str
) -> None:
    site.add("/robots.txt", answer)
    site.add("/1", Answer(body="Haber"))
    rules = HASTY if answer.hang else RULES
    visited = scrape(site, page(site, "/1"), rules=rules)
    assert visited.pages[0].result == result
    assert visited.robots[0].disallow_all is (result == "skipped")


def test_57_robots_are_read_to_500_kib_and_through_five_redirects(site: Site) -> None:
    long = "User-agent: *\n" + "# x\n" * 130_000 + "Disallow: /\n"
    site.add("/robots.txt", Answer(body=long))
    site.add("/1", Answer(body="Haber"))
    robots = scrape(site, page(site, "/1")).robots[0]
    assert robots.body is not None
    assert len(robots.body) == 500 * 1024
    for n in range(9):
        site.add(f"/r{n}", Answer(301, headers=(("Location", f"/r{n + 1}"),)))
    site.add("/robots.txt", Answer(301, headers=(("Location", "/r1"),)))
    start = len(site.requests)
    assert scrape(site, page(site, "/1")).pages[0].result == "scraped"
    assert len(site.requests) - start == 7  # robots.txt, five hops, the page


def test_each_page_fails_alone_and_with_its_own_state(site: Site) -> None:
    def answer(request: Request) -> Answer:
        return Answer(body="bad" if request.path == "/bad" else "good")

    for path in ("/bad", "/good"):
        site.add(path, answer)
    site.add("/pdf", Answer(body="%PDF", content_type="application/pdf"))
    site.add("/gone", Answer(404))
    site.add("/stop", Answer(403, headers=(("cf-mitigated", "challenge"),)))
    paths = ("/bad", "/gone", "/pdf", "/stop", "/good")
    pages = (page(site, path, number) for number, path in enumerate(paths))
    visited = scrape(site, *pages)
    states = [done.failure.state if done.failure else "ok" for done in visited.pages]
    assert states == ["thin", "failed", "failed", "blocked", "ok"]
    assert [done.article_id for done in visited.pages] == [0, 1, 2, 3, 4]
    assert visited.pages[1].status == 404


def test_an_extractor_that_crashes_is_a_failure_with_its_traceback(site: Site) -> None:
    def crash(*_: object, **__: object) -> Article:
        raise RecursionError("deep")

    site.add("/1", Answer(body="x"))
    failure = scrape(site, page(site, "/1"), extract=crash).pages[0].failure
    assert failure is not None
    assert (failure.kind, failure.state) == ("crash", "failed")
    assert "RecursionError" in (failure.traceback or "")


def test_99_pages_pass_the_same_guard_as_feeds(site: Site) -> None:
    site.add("/1", Answer(body="x"))
    visit = of(site, pages=(page(site, "/1", robots=False),))
    closed = replace(visit, rules=replace(RULES, allow_hosts=()))
    failure = visit_pages(closed, _article, QUICK).pages[0].failure
    assert failure is not None
    assert failure.kind == "address"
    assert site.requests == []


# -- through a process -----------------------------------------------------------------


def test_a_visit_runs_in_a_process_and_comes_back_whole(site: Site) -> None:
    site.add("/rss", Answer(body=rss(1, 2), etag='"1"'))
    site.add("/bad", Answer(503, headers=(("Retry-After", "60"),)))
    story = "<p>Bakü heyeti İzmir'de temaslarda bulundu ve anlaşma imzalandı.</p>" * 12
    site.add(
        "/1", Answer(body=f"<html><body><article><h1>Ziyaret</h1>{story}</article>")
    )
    feeds = of(site, task(site.url("/rss"), "a"), task(site.url("/bad"), "b"))
    pages = of(site, pages=(page(site, "/1"), page(site, "/none", 2)))
    quick = replace(RULES, delay=timedelta(0))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        of_feeds = pool.submit(visit_feeds, replace(feeds, rules=quick)).result()
        of_pages = pool.submit(visit_pages, replace(pages, rules=quick)).result()
    here = visit_feeds(replace(feeds, rules=quick))
    assert [_timeless(f) for f in of_feeds.feeds] == [_timeless(f) for f in here.feeds]
    assert [done.result for done in of_pages.pages] == ["scraped", "failed"]
    assert pickle.loads(pickle.dumps(of_pages)) == of_pages  # noqa: S301 - our own


def _timeless(visited: FeedVisited) -> FeedVisited:
    return replace(visited, seconds=0.0)


def test_a_known_robots_file_travels_into_the_visit(site: Site) -> None:
    known = Robots(
        origin=site.url(""), fetched_at=NOW, body="User-agent: *\nDisallow: /"
    )
    visited = scrape(site, page(site, "/1"), robots=(known,))
    assert visited.pages[0].failure is not None
    assert (visited.pages[0].failure.state, site.requests) == ("refused", [])
