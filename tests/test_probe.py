"""`check --network` says in one line a feed what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.errors import FeedError
from aggregator.model import AlertSettings, Config, Feed, ListRule, Settings
from aggregator.poll import bounded, workers
from aggregator.poll.probe import discover, probe
from tests.fakes import LOOPBACK, Answer, Site, redirect

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

NOW = datetime(2026, 1, 6, 11, 30, tzinfo=UTC)
ROBOTS = Answer(body="User-agent: *\nDisallow: /kapali/\n", content_type="text/plain")
PROSE = " ".join(
    f"Belediye meclisi {number}. maddede kültür merkezi bütçesini görüştü ve onayladı."
    for number in range(40)
)


def rss(
    site: Site,
    *,
    count: int = 10,
    apart: timedelta = timedelta(hours=5),
    newest: datetime = NOW - timedelta(hours=1),
    folder: str = "haber",
    guids: tuple[str, ...] | None = None,
) -> Answer:
    """A feed of so many items, so far apart. guids: None: one each; (): none."""
    items = ""
    for n in range(count):
        given = f"g{n}" if guids is None else guids[n % len(guids)] if guids else ""
        guid = f'<guid isPermaLink="false">{given}</guid>' if given else ""
        items += (
            f"<item><title>Haber başlığı {n}</title>{guid}"
            f"<link>{site.url(f'/{folder}/{n}')}</link>"
            f"<pubDate>{format_datetime(newest - apart * n)}</pubDate></item>"
        )
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    return Answer(body=body, etag='"1"')


class Desk:
    """A feeds.yaml of one's own, feed by feed, and what a probe says of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.feeds: list[Feed] = []

    def feed(self, path: str, *answers: Answer, **more: Any) -> str:
        """Configure a feed and what its address answers; return its id."""
        key = f"f{len(self.feeds)}"
        if answers:
            self.site.add(path, *answers)
        given: dict[str, Any] = {"interval": timedelta(hours=1), "scrape": False}
        url = more.pop("url", self.site.url(path))
        self.feeds.append(Feed(id=key, outlet="O", url=url, **{**given, **more}))
        return key

    def config(self) -> Config:
        """All that was configured."""
        settings = Settings(host_delay=timedelta(0), allow_hosts=("127.0.0.0/8",))
        return Config(
            path="feeds.yaml",
            settings=settings,
            feeds=tuple(self.feeds),
            names=(),
            watchlists=(),
            alerts=AlertSettings(),
        )

    def probe(self, *only: str) -> dict[str, dict[str, Any]]:
        """Ask all feeds, or some; return rows by id."""
        config = self.config()
        return {row["feed_id"]: row for row in probe(config, only, now=NOW)}

    def row(self) -> dict[str, Any]:
        """Ask the only feed there is."""
        (row,) = self.probe().values()
        return row


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Site("127.0.0.1", "127.0.0.2") as site:
        yield Desk(site)


def test_a_good_feed_gets_its_facts_and_no_advice(desk: Desk) -> None:
    desk.feed("/rss", rss(desk.site))
    row = desk.row()
    assert row["advice"] == ""
    assert not row["failed"]
    assert (row["kind"], row["entries"], row["depth"]) == ("rss20", 10, "45 h")
    assert row["newest"] == NOW - timedelta(hours=1)
    assert row["gives"] == "rss20, utf-8, ETag, guids"


@pytest.mark.parametrize(
    ("answer", "says", "advises"),
    [
        (Answer(404), "HTTP 404: nothing there", "feeds add"),
        (Answer(410), "HTTP 410: gone for good", "take it out"),
        (Answer(401), "HTTP 401: a login is needed", "needs a login"),
        (Answer(403), "HTTP 403: the server refuses us", "user_agent:"),
        (Answer(429), "HTTP 429: asked too often", "raise its interval"),
        (Answer(503), "HTTP 503: service unavailable", "server is broken"),
        (Answer(200, b""), "empty: the server sent nothing", "if it stays empty"),
        (Answer(raw=b""), "", "hangs up"),
        (
            Answer(403, "", headers=(("cf-mitigated", "challenge"),)),
            "HTTP 403: a challenge for browsers stands before it",
            "let us in by our name",
        ),
        (
            Answer(200, "<html><form><input type='password'></form></html>"),
            "a login page, not a feed",
            "let us in by our name",
        ),
        (
            Answer(200, "<html><h1>Bakım çalışması</h1></html>"),
            "a maintenance page, not a feed",
            "try again later",
        ),
        (
            Answer(200, "<html><p>Haberler</p></html>"),
            "HTML, not a feed",
            "kind: html",
        ),
        (
            Answer(
                200,
                "<html><head><link rel='alternate' type='application/rss+xml'"
                " href='/akis'></head><p>Haberler</p></html>",
            ),
            "HTML, not a feed",
            "/akis",
        ),
        (
            Answer(
                200,
                "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                "<url><loc>http://127.0.0.1/1</loc></url></urlset>",
            ),
            "a sitemap, not a feed: use kind: sitemap",
            "write kind: sitemap",
        ),
        (Answer(200, "merhaba"), "neither RSS nor Atom nor JSON Feed", "in a browser"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(
    desk: Desk, answer: Answer, says: str, advises: str
) -> None:
    desk.feed("/rss", answer)
    row = desk.row()
    assert row["failed"]
    assert says in row["gives"]
    assert advises in row["advice"]


@pytest.mark.parametrize("status", [301, 302])
def test_31_a_feed_that_leads_to_the_front_page_is_told_to_be_gone(
    desk: Desk, status: int
) -> None:
    front = Answer(body="<html><p>Hoş geldiniz</p></html>", content_type="text/html")
    desk.site.add("/", front)
    desk.feed("/rss", redirect("/", status))
    row = desk.row()
    assert row["gives"] == f"HTML, not a feed, after a redirect to {desk.site.url('/')}"
    assert row["advice"].startswith("the feed is gone, and leads to the front page")
    assert f"aggregator feeds add {desk.site.url('/')}" in row["advice"]


def test_a_feed_that_is_not_there_is_looked_for_from_the_front_page(
    desk: Desk,
) -> None:
    desk.feed("/haber/rss.xml")
    assert f"`aggregator feeds add {desk.site.url('/')}`" in desk.row()["advice"]


def test_a_feed_that_lists_nothing_is_told(desk: Desk) -> None:
    empty = "<rss version='2.0'><channel><title>T</title></channel></rss>"
    desk.feed("/rss", Answer(body=empty))
    row = desk.row()
    assert not row["failed"]
    assert "no entries yet" in row["gives"]
    assert "guids" not in row["gives"]
    assert "it lists nothing" in row["advice"]


def test_a_server_without_tls_is_told_from_a_bad_certificate(desk: Desk) -> None:
    desk.feed("/rss", url=desk.site.url("/rss").replace("http:", "https:"))
    row = desk.row()
    assert row["gives"] == "TLS: what answers there speaks no TLS"
    assert "http://" in row["advice"]


def test_a_listing_without_a_rule_is_told_how_to_get_one(desk: Desk) -> None:
    page = "<html><body><a href='/a/1'>Bir</a><a href='/a/2'>İki</a></body></html>"
    desk.feed("/h", Answer(body=page, content_type="text/html"), kind="html")
    assert "list: {item:" in desk.row()["advice"]


def test_a_closed_port_and_a_private_address_are_told_apart(desk: Desk) -> None:
    closed = desk.feed("/x", url="http://127.0.0.3:9/rss")
    private = desk.feed("/y", url="http://10.1.2.3/rss")
    rows = desk.probe()
    assert "check the address" in rows[closed]["advice"]
    assert "allow_hosts" in rows[private]["advice"]
    assert rows[private]["gives"].startswith("10.1.2.3 is not a public address")


def test_a_listing_whose_selector_fits_nothing_is_told_to_be_mended(
    desk: Desk,
) -> None:
    page = "<html><body><a href='/a/1'>Bir</a><a href='/a/2'>İki</a></body></html>"
    desk.feed(
        "/haberler",
        Answer(body=page, content_type="text/html"),
        kind="html",
        list=ListRule(item="div.haber"),
    )
    row = desk.row()
    assert "nothing fits item 'div.haber'" in row["gives"]
    assert "mend list:" in row["advice"]


def test_a_feed_that_rolls_over_within_two_intervals_is_given_a_shorter_one(
    desk: Desk,
) -> None:
    desk.feed("/rss", rss(desk.site, apart=timedelta(minutes=10)))
    row = desk.row()
    assert row["depth"] == "2 h"
    assert row["advice"] == "it rolls over: write interval: 30m"


@pytest.mark.parametrize(
    ("minutes", "apart", "says"),
    [
        (15, 300, "a listing page is asked hourly at most: write interval: 1h"),
        (60, 300, ""),
        (240, 20, "it rolls over: write interval: 1h"),
        (15, 5, "look for the outlet's feed or sitemap"),
    ],
)
def test_104_a_listing_page_is_not_advised_to_be_asked_more_than_hourly(
    desk: Desk, minutes: int, apart: int, says: str
) -> None:
    dates = [NOW - timedelta(minutes=30 + apart * n) for n in range(8)]
    items = "".join(
        f"<li><a href='/haber/liman-{n}'>Haber başlığı {n}</a>"
        f"<time datetime='{at.isoformat()}'></time></li>"
        for n, at in enumerate(dates)
    )
    desk.feed(
        "/haberler",
        Answer(body=f"<html><body><ul>{items}</ul>", content_type="text/html"),
        kind="html",
        list=ListRule(item="li"),
        interval=timedelta(minutes=minutes),
    )
    advice = desk.row()["advice"]
    assert advice.endswith(says)
    assert bool(advice) == bool(says)


def test_a_feed_without_news_for_a_month_is_told(desk: Desk) -> None:
    desk.feed("/rss", rss(desk.site, newest=NOW - timedelta(days=50)))
    assert desk.row()["advice"].startswith("nothing new for 50 days")


@pytest.mark.parametrize(
    ("guids", "says"), [((), "no guids"), (("same",), "repeated guids")]
)
def test_the_quality_of_guids_is_told(
    desk: Desk, guids: tuple[str, ...], says: str
) -> None:
    desk.feed("/rss", replace(rss(desk.site, guids=guids), etag=None))
    gives = desk.row()["gives"].split(", ")
    assert says in gives
    assert "no validators" in gives


def test_a_permanent_redirect_says_what_to_write(desk: Desk) -> None:
    desk.site.add("/yeni", rss(desk.site))
    desk.feed("/eski", redirect("/yeni"))
    assert (
        desk.row()["advice"] == f"moved for good: write url: {desk.site.url('/yeni')}"
    )


def test_a_temporary_redirect_needs_nothing(desk: Desk) -> None:
    desk.site.add("/simdilik", rss(desk.site))
    desk.feed("/rss", redirect("/simdilik", 302))
    assert desk.row()["advice"] == ""


def test_duplicates_by_address_or_by_entries_are_told_once(desk: Desk) -> None:
    first = desk.feed("/rss", rss(desk.site))
    address = desk.feed("/rss2", redirect("/rss", 301))
    entries = desk.feed("/feed", rss(desk.site, count=11))
    other = desk.feed("/spor", rss(desk.site, folder="spor"))
    rows = desk.probe()
    assert rows[first]["advice"] == ""
    assert rows[address]["advice"] == f"the same address as {first}: drop one"
    assert rows[entries]["advice"] == f"the same entries as {first}: drop one"
    assert rows[other]["advice"] == ""


def test_the_newest_page_is_tried_where_pages_are_scraped(desk: Desk) -> None:
    html = f"<html lang='tr'><body><article><h1>Haber</h1><p>{PROSE}</p></article>"
    desk.site.add("/haber/0", Answer(body=html, content_type="text/html"))
    good = desk.feed("/rss", rss(desk.site), scrape=True)
    missing = desk.feed("/rss2", rss(desk.site, folder="yok"), scrape=True)
    quiet = desk.feed("/rss3", rss(desk.site, folder="baska"))
    rows = desk.probe()
    assert rows[good]["page"].startswith("full, ")
    assert rows[good]["advice"] == ""
    assert "HTTP 404" in rows[missing]["advice"]
    assert rows[quiet]["page"] == ""


def test_56_pages_that_robots_txt_refuses_are_told_and_not_fetched(desk: Desk) -> None:
    desk.site.add("/robots.txt", ROBOTS)
    desk.feed("/rss", rss(desk.site, folder="kapali"), scrape=True)
    assert desk.row()["page"] == "refused"
    assert "robots.txt refuses its pages" in desk.row()["advice"]
    assert not [r for r in desk.site.requests if r.path.startswith("/kapali")]


def test_56_a_sitemap_that_robots_txt_refuses_is_told(desk: Desk) -> None:
    desk.site.add("/robots.txt", ROBOTS)
    desk.feed("/kapali/sitemap.xml", Answer(), kind="sitemap")
    assert "robots: false" in desk.row()["advice"]


def test_one_feed_can_be_asked_alone_and_a_disabled_one_too(desk: Desk) -> None:
    desk.feed("/rss", rss(desk.site))
    off = desk.feed("/spor", rss(desk.site, folder="spor"), enabled=False)
    assert desk.probe(off).keys() == {off}
    assert [request.path for request in desk.site.requests] == ["/spor"]


def test_the_command_prints_one_line_a_feed_and_stores_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    desk.site.add("/rss", rss(desk.site, newest=datetime.now(UTC)))  # noqa: TID251 - the command reads the real clock
    config = tmp_path / "feeds.yaml"
    config.write_text(
        "settings: {database: news.db, contact: a@b.example, host_delay: 0s,"
        " allow_hosts: [127.0.0.1]}\nfeeds:\n"
        f"- {{id: good, outlet: A, url: '{desk.site.url('/rss')}', scrape: false}}\n"
        f"- {{id: bad, outlet: B, url: '{desk.site.url('/yok')}'}}\n"
    )
    told = CliRunner().invoke(cli, ["--config", str(config), "check", "--network"])
    assert told.exit_code == 0
    head, good, bad = told.stdout.splitlines()
    assert head.split("\t")[:3] == ["", "feed", "gives"]
    assert good.startswith("✔\tgood\trss20, utf-8, ETag, guids\t10\t")
    assert bad.startswith("✖\tbad\tHTTP 404: nothing there\t0\t")
    assert not (tmp_path / "news.db").exists()


@pytest.mark.slow
def test_a_document_made_to_keep_a_parser_busy_keeps_no_probe_busy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "PARSE_SECONDS", 0.5)
    monkeypatch.setattr(workers, "START_SECONDS", 2.0)
    endless = "<rss version='2.0'><channel><item><title>" + "<a>" * 1_000_000
    key = desk.feed("/rss", Answer(body=endless))
    assert "not to be read within" in desk.probe()[key]["gives"]
    with pytest.raises(FeedError, match="offers no feed"):
        discover(desk.config(), desk.site.url("/rss"), now=NOW)
