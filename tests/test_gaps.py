"""What rolls off a feed unseen is noted and, where the outlet offers a way, filled.

And what else a run does for feeds that behave oddly: duplicates, unreadable documents,
dates of a mere change, thin pages with an AMP twin, two dead hosts at once.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator import store
from aggregator.cli import cli
from aggregator.model import (
    AlertSettings,
    Config,
    Feed,
    Limits,
    RunReport,
    Settings,
    Subscription,
    Visit,
    Visited,
    VisitRules,
    Watchlist,
)
from aggregator.poll import Options, bounded, run, workers
from aggregator.poll.workers import Workers
from aggregator.store import telling
from aggregator.store.desk import sources as desk_sources
from tests.fakes import LOOPBACK, Answer, Site, redirect

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

NOW = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = ["liman", "vapur", "meclis", "bütçe", "zeytin", "fuar", "tünel", "konser"]
WORDS += ["müze", "yangın", "okul", "pazar"]


class Newsroom:
    """One outlet (and more, on request) with its articles, and our runs over it."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder, self.now = site, folder, NOW
        self.feeds: list[Feed] = []
        self.database = folder / "news.db"
        self.watchlists: tuple[Watchlist, ...] = ()
        self.alerts = AlertSettings()

    def feed(self, key: str, path: str, **more: Any) -> None:
        host = more.pop("host", None)
        given: dict[str, Any] = {"outlet": "Gazete", "interval": 2 * HOUR, **more}
        url = self.site.url(path, host=host)
        self.feeds.append(Feed(id=key, url=url, **{"scrape": False, **given}))

    def poll(self, **options: Any) -> RunReport:
        settings = Settings(
            database=str(self.database),
            host_delay=timedelta(0),
            allow_hosts=("127.0.0.0/8",),
        )
        config = Config(
            path="feeds.yaml",
            settings=settings,
            feeds=tuple(self.feeds),
            names=(),
            watchlists=self.watchlists,
            alerts=self.alerts,
        )
        asked = Options(**{"deliver": False, "processes": 0, **options})
        return run(config, asked, clock=lambda: self.now)

    def open(self, sitemap: Sequence[int] = ()) -> None:
        """Add a feed that shows articles 50 to 54, list others beside it, and poll."""
        self.feed("rss", "/rss")
        self.show(range(50, 55))
        if sitemap:
            self.sitemap(sitemap)
        self.poll()

    def later(self, **span: float) -> RunReport:
        self.now += timedelta(**span)
        return self.poll()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        conn = sqlite3.connect(self.database)
        try:
            return conn.execute(sql).fetchall()
        finally:
            conn.close()

    def gaps(self) -> list[tuple[Any, ...]]:
        return self.rows("select feed_id, recovered from gaps")

    def show(self, numbers: Sequence[int], guid: str = "haber", head: str = "") -> None:
        self.site.add("/rss", self.rss(numbers, guid, head))

    def rss(
        self, numbers: Sequence[int], guid: str = "haber", head: str = ""
    ) -> Answer:
        items = "".join(
            f"<item><title>{title(n)}</title><link>{self.site.url(f'/haber/{n}')}</link>"
            f'<guid isPermaLink="false">{guid}-{n}</guid>'
            f"<pubDate>{format_datetime(published(n))}</pubDate></item>"
            for n in sorted(numbers, reverse=True)
        )
        return Answer(
            body='<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
            f"<channel><title>Gazete</title>{head}{items}</channel></rss>"
        )

    def sitemap(self, numbers: Sequence[int]) -> None:
        urls = "".join(
            f"<url><loc>{self.site.url(f'/haber/{n}')}</loc><news:news>"
            f"<news:publication_date>{published(n).isoformat()}</news:publication_date>"
            f"<news:title>{title(n)}</news:title></news:news></url>"
            for n in sorted(numbers, reverse=True)
        )
        body = (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
            f"{urls}</urlset>"
        )
        self.site.add("/sitemap.xml", Answer(body=body))

    def listing(self, numbers: Sequence[int]) -> None:
        items = "".join(
            f"<li><a href='/haber/{n}'>{title(n)}</a>"
            f" <time datetime='{published(n).isoformat()}'></time></li>"
            for n in sorted(numbers, reverse=True)
        )
        page = f"<html><head><title>Haberler</title></head><body><ul>{items}</ul>"
        self.site.add("/haberler", Answer(body=page, content_type="text/html"))


def title(number: int) -> str:
    """Headlines that have no two words in a row in common."""
    step = number % 11 + 1
    words = [f"{WORDS[(number + i * step) % 12]}{number}" for i in range(5)]
    return " ".join(words).capitalize()


def published(number: int) -> datetime:
    """One article every ten minutes; number 54 appears at NOW."""
    return NOW + timedelta(minutes=10) * (number - 54)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with Site("127.0.0.1", "127.0.0.2") as site:
        yield Newsroom(site, tmp_path)


# -- gaps (polling.md 25, 62, 63) ------------------------------------------------------


def test_25_what_rolled_off_unseen_is_a_gap_between_two_dates(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    newsroom.show(range(61, 66))
    newsroom.later(hours=2)
    found = newsroom.rows("select feed_id, after_at, before_at, recovered from gaps")
    ends = (published(54).isoformat(), published(61).isoformat())
    assert found == [("rss", *ends, 0)]


def test_25_a_feed_that_rolled_over_is_asked_sooner(newsroom: Newsroom) -> None:
    newsroom.open()
    newsroom.show(range(61, 66))
    newsroom.later(hours=2)
    assert newsroom.later(minutes=55).feeds_due == 0
    assert newsroom.later(minutes=10).feeds_due == 1


def warnings(newsroom: Newsroom) -> list[str]:
    """What of gaps the desk, the health mail and the digest would say."""
    with sqlite3.connect(newsroom.database) as conn:
        conn.row_factory = sqlite3.Row
        pulse = desk_sources.load_pulse(conn, now=newsroom.now)
    with closing(store.open_db(newsroom.database)) as db:
        mailed = telling.new_gaps(db, NOW)
        proof = telling.load_proof(db, NOW, newsroom.now)
    found = {"desk": pulse.gaps, "health mail": mailed, "digest": proof.gaps}
    return [where for where, gaps in found.items() if gaps]


def test_25_102_a_document_that_was_just_filled_is_no_gap_where_numbers_go_on(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    newsroom.show(range(55, 60))
    newsroom.later(hours=2)
    assert newsroom.gaps() == []
    assert newsroom.later(minutes=65).feeds_due == 0  # nor is it asked sooner


def test_25_a_document_that_was_just_filled_looks_like_a_gap_without_such_proof(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    newsroom.show(range(56, 61))  # 55 may be a picture, or what we missed
    newsroom.later(hours=2)
    assert newsroom.gaps() == [("rss", 0)]
    assert warnings(newsroom) == ["desk", "health mail", "digest"]


def test_25_62_an_older_page_that_begins_with_what_is_known_proves_nothing_lost(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    older = newsroom.site.url("/rss?paged=2")
    newsroom.show(range(56, 61), head=f'<atom:link rel="next" href="{older}"/>')
    newsroom.site.add("/rss?paged=2", newsroom.rss(range(50, 55)))
    newsroom.later(hours=2)
    assert newsroom.rows("select recovered, entries from gap_records") == [(1, 0)]
    assert newsroom.rows("select count(*) from news") == [(10,)]
    assert warnings(newsroom) == []
    source, table = status(newsroom)
    assert (source["gaps"], source["gaps_open"]) == (1, 0)
    assert "0 gaps not filled" in table


def test_25_a_small_feed_of_a_rebuilt_site_has_no_gap(newsroom: Newsroom) -> None:
    newsroom.open()
    rebuilt = str(newsroom.rss(range(50, 56), guid="yeni").body)
    newsroom.site.add("/rss", Answer(body=rebuilt.replace("/haber/", "/yeni/h")))
    newsroom.later(hours=2)
    assert newsroom.gaps() == []


@pytest.mark.parametrize("first", [50, 54])
def test_25_a_document_with_one_known_item_is_no_gap(
    newsroom: Newsroom, first: int
) -> None:
    newsroom.feed("rss", "/rss")
    newsroom.show(range(45, 55))
    newsroom.poll()
    newsroom.show(range(first, 66))
    newsroom.later(hours=2)
    assert newsroom.gaps() == []


def test_69_new_guids_for_old_items_are_no_gap(newsroom: Newsroom) -> None:
    newsroom.open()
    newsroom.show(range(51, 57), guid="yeni")
    newsroom.later(hours=2)
    assert newsroom.gaps() == []
    assert newsroom.rows("select count(*) from news") == [(7,)]


def test_62_older_pages_that_reach_what_is_known_fill_the_gap(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    older = newsroom.site.url("/rss?paged=2")
    newsroom.show(range(61, 66), head=f'<atom:link rel="next" href="{older}"/>')
    newsroom.site.add("/rss?paged=2", newsroom.rss(range(53, 61)))
    newsroom.later(hours=2)
    assert newsroom.gaps() == [("rss", 1)]
    assert newsroom.rows("select entries from gap_records") == [(6,)]
    assert newsroom.rows("select count(*) from news") == [(16,)]
    assert warnings(newsroom) == []


def test_63_the_outlets_sitemap_fills_a_gap_at_once(newsroom: Newsroom) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", interval=24 * HOUR)
    newsroom.open(sitemap=range(30, 55))
    newsroom.show(range(61, 66))
    newsroom.sitemap(range(30, 66))
    report = newsroom.later(hours=2, microseconds=250_000)
    assert newsroom.gaps() == [("rss", 1)]
    assert newsroom.rows("select entries from gap_records") == [(6,)]
    assert newsroom.rows("select count(*) from news") == [(36,)]
    assert warnings(newsroom) == []
    assert (report.feeds_due, report.fetched, report.articles_new) == (2, 2, 11)
    assert len(newsroom.site.asked("/sitemap.xml")) == 2


def test_63_a_feed_that_is_asked_by_name_asks_no_other_of_its_outlet(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", interval=24 * HOUR)
    newsroom.open(sitemap=range(30, 55))
    newsroom.show(range(61, 66))
    newsroom.sitemap(range(30, 66))
    newsroom.now += 2 * HOUR + timedelta(microseconds=250_000)
    newsroom.poll(feeds=("rss",), force=True)
    assert newsroom.gaps() == [("rss", 0)]
    newsroom.later(minutes=5)  # the next run does
    assert newsroom.gaps() == [("rss", 1)]


def test_63_a_sitemap_that_was_just_asked_in_vain_waits_half_an_hour(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap")
    newsroom.open(sitemap=range(30, 55))
    newsroom.show(range(61, 66))
    newsroom.later(hours=2, minutes=5)
    newsroom.sitemap(range(30, 66))  # it lags behind the feed
    newsroom.later(minutes=20)
    assert newsroom.gaps() == [("rss", 0)]
    newsroom.later(minutes=11)
    assert newsroom.gaps() == [("rss", 1)]
    assert len(newsroom.site.asked("/sitemap.xml")) == 3


def test_63_a_mail_says_which_story_a_filled_gap_brought_late(
    newsroom: Newsroom,
) -> None:
    to_all = Subscription(to="a@b.example", watchlists=None, mode="instant")
    newsroom.alerts = AlertSettings(subscriptions=(to_all,))
    terms = tuple(f"{word}{n}" for n in (58, 63) for word in WORDS)
    newsroom.watchlists = (Watchlist(id="w", title="W", terms=terms),)
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", interval=24 * HOUR)
    newsroom.open(sitemap=range(30, 55))
    newsroom.show(range(61, 66))
    newsroom.sitemap(range(30, 66))
    newsroom.later(hours=2)
    newsroom.later(minutes=5)
    found = newsroom.rows(
        "select s.title, o.late from outbox o join stories s on s.id = o.story_id"
    )
    assert sorted(found) == sorted([(title(58), 1), (title(63), 0)])


def test_63_a_sitemap_is_not_asked_twice_within_half_an_hour_for_a_gap(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss", interval=timedelta(minutes=10))
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", interval=24 * HOUR)
    newsroom.show(range(50, 55))
    newsroom.sitemap(range(30, 55))
    newsroom.poll()
    newsroom.show(range(61, 66))
    newsroom.later(minutes=10)
    for _ in range(3):
        newsroom.later(minutes=5)
    assert len(newsroom.site.asked("/sitemap.xml")) == 1
    newsroom.later(minutes=6)
    assert len(newsroom.site.asked("/sitemap.xml")) == 2


def test_63_104_a_listing_page_is_not_asked_twice_within_an_hour_for_a_gap(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss", interval=timedelta(minutes=10))
    newsroom.feed("list", "/haberler", kind="html", interval=timedelta(minutes=10))
    newsroom.show(range(50, 55))
    newsroom.listing(range(50, 55))
    newsroom.poll()
    newsroom.show(range(61, 66))
    newsroom.listing(range(50, 66))
    for _ in range(11):
        newsroom.later(minutes=5)
    assert len(newsroom.site.asked("/haberler")) == 1
    assert newsroom.gaps() == [("rss", 0)]
    newsroom.later(minutes=6)
    assert len(newsroom.site.asked("/haberler")) == 2
    assert newsroom.gaps() == [("rss", 1)]


def test_63_a_sitemap_that_lists_other_things_fills_nothing(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap")
    newsroom.open(sitemap=range(30, 52))
    newsroom.show(range(61, 66))
    newsroom.sitemap([*range(30, 52), 57, 58, 64])
    newsroom.later(hours=2)
    newsroom.later(hours=2)
    assert newsroom.gaps() == [("rss", 0)]


def test_63_another_outlets_feed_fills_nothing(newsroom: Newsroom) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", outlet="Dergi")
    newsroom.open(sitemap=range(30, 55))
    newsroom.show(range(61, 66))
    newsroom.sitemap(range(30, 66))
    newsroom.later(hours=2)
    assert newsroom.gaps() == [("rss", 0)]


def status(newsroom: Newsroom, more: str = "") -> tuple[dict[str, Any], str]:
    """What `status` says of the first source, for scripts and for people."""
    config = newsroom.folder / "feeds.yaml"
    url = newsroom.feeds[0].url
    config.write_text(
        f"settings: {{database: {newsroom.database}, contact: a@b.example}}\n"
        f"feeds:\n- {{id: rss, outlet: Gazete, url: '{url}'{more}}}\n"
    )
    told = CliRunner().invoke(cli, ["--config", str(config), "status", "--json"])
    table = CliRunner().invoke(cli, ["--config", str(config), "status"])
    return json.loads(told.stdout)["sources"][0], table.stdout


def test_25_43_status_shows_gaps_and_how_many_were_filled(newsroom: Newsroom) -> None:
    newsroom.open()
    newsroom.show(range(61, 66))
    newsroom.later(hours=2)
    source, table = status(newsroom)
    assert (source["gaps"], source["gaps_open"]) == (1, 1)
    assert source["last_gap_at"] == newsroom.now.isoformat()
    assert "1 gaps not filled" in table


# -- states in words (polling.md 26, 34, 42, 43, 45, 53) -------------------------------


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (Answer(500), "failing", "HTTP 500"),
        (Answer(410), "gone", "gone for good"),
        (Answer(403, headers=(("cf-mitigated", "challenge"),)), "blocked", "challenge"),
        (Answer(200, "<html><p>Haber"), "failing", "HTML, not a feed"),
    ],
)
def test_43_status_says_what_is_wrong_and_since_when(
    newsroom: Newsroom, answer: Answer, state: str, says: str
) -> None:
    newsroom.open()
    newsroom.site.add("/rss", answer)
    newsroom.later(hours=3)
    since = newsroom.now.isoformat()
    newsroom.later(hours=9)
    source, _ = status(newsroom)
    assert (source["state"], source["state_since"]) == (state, since)
    assert says in source["error"]
    assert source["last_success_at"] == NOW.isoformat()


def test_26_a_feed_that_answers_and_says_nothing_new_becomes_quiet(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss")
    newsroom.show(range(50, 55))
    for _ in range(27):
        newsroom.later(hours=2)
    source, table = status(newsroom)
    assert source["state"] == "quiet"
    assert source["state_since"] > (NOW + 48 * HOUR).isoformat()
    assert "quiet" in table


def test_34_what_is_gone_waits_for_a_person(newsroom: Newsroom) -> None:
    newsroom.feed("rss", "/rss")
    newsroom.site.add("/rss", Answer(410))
    newsroom.poll()
    assert "poll --force" in status(newsroom)[1]
    newsroom.show(range(50, 55))
    newsroom.now += 48 * HOUR
    assert newsroom.poll().feeds_due == 0
    assert newsroom.poll(feeds=("rss",), force=True).entries_new == 5
    assert status(newsroom)[0]["state"] == "ok"


def test_45_53_56_status_shows_what_is_done_differently_for_a_feed(
    newsroom: Newsroom,
) -> None:
    newsroom.open()
    source, table = status(
        newsroom, ", user_agent: Okur/1, verify: false, robots: false"
    )
    wanted = [
        "asked as Okur/1",
        "its certificate is not checked",
        "robots.txt is overridden",
    ]
    assert source["exceptions"] == wanted
    assert "; ".join(wanted) in table


def test_100_no_password_or_token_gets_into_the_store(newsroom: Newsroom) -> None:
    newsroom.feed("rss", "/rss?token=gizli123456")
    newsroom.feeds[0] = replace(
        newsroom.feeds[0], url=newsroom.feeds[0].url.replace("//", "//ali:parola1@")
    )
    answer = replace(newsroom.rss(range(50, 55)), etag='"a"')
    newsroom.site.add("/rss?token=gizli123456", answer)
    newsroom.poll()
    report = newsroom.poll(force=True)
    assert (
        report.not_modified == 1
    )  # the address that the validators belong to is known
    for file in newsroom.database.parent.glob("*"):
        kept = file.read_bytes() if file.is_file() else b""
        assert b"gizli123456" not in kept, file.name
        assert b"parola1" not in kept, file.name


# -- validators, counts, guids (polling.md 1, 12, 15, 69) ------------------------------


def test_01_12_force_asks_at_once_and_with_validators(newsroom: Newsroom) -> None:
    newsroom.feed("rss", "/rss")
    newsroom.site.add("/rss", replace(newsroom.rss(range(50, 55)), etag='"a"'))
    newsroom.poll()
    report = newsroom.poll(force=True)
    assert (report.feeds_due, report.not_modified) == (1, 1)
    tags = [r.headers.get("if-none-match") for r in newsroom.site.asked("/rss")]
    assert tags == [None, '"a"']


def test_15_a_run_counts_what_was_read_what_was_unchanged_and_what_failed(
    newsroom: Newsroom,
) -> None:
    for key in ("rss", "iki", "uc"):
        newsroom.feed(key, f"/{key}")
    newsroom.show(range(50, 55))
    newsroom.site.add("/iki", newsroom.rss(range(20, 25)))
    newsroom.site.add("/uc", newsroom.rss(range(30, 35)))
    newsroom.poll()
    newsroom.show(range(51, 56))
    newsroom.site.add("/uc", Answer(500))
    newsroom.later(hours=3)
    counts = "feeds_due, fetched, not_modified, failed, entries_new"
    found = newsroom.rows(f"select {counts} from runs order by id")
    assert found == [(3, 3, 0, 0, 15), (3, 1, 1, 1, 1)]


def test_69_a_guid_that_is_given_to_something_else_makes_a_new_entry(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss")
    first = newsroom.rss([50])
    newsroom.site.add("/rss", first)
    newsroom.poll()
    body = str(newsroom.rss([51]).body).replace("haber-51", "haber-50")
    newsroom.site.add("/rss", Answer(body=body))
    newsroom.later(hours=3)
    titles = {row[0] for row in newsroom.rows("select title from news")}
    assert titles == {title(50), title(51)}
    newsroom.site.add("/rss", first)
    newsroom.later(hours=3)
    assert newsroom.rows("select count(*) from news") == [(2,)]


# -- feeds that lead onto one another (polling.md 33) ----------------------------------


def test_33_a_feed_that_moved_onto_another_is_reported_once_and_asked_no_more(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("new", "/rss")
    newsroom.feed("old", "/eski", interval=3 * HOUR)
    newsroom.site.add("/eski", redirect(newsroom.site.url("/rss")))
    newsroom.show(range(50, 55))
    problems: list[str] = []
    newsroom.poll()
    for _ in range(40):
        problems += newsroom.later(hours=1).problems
    assert len([text for text in problems if text.startswith("old moved")]) == 1
    asked = len(newsroom.site.requests)
    for _ in range(24):
        newsroom.later(hours=1)
    assert len(newsroom.site.requests) - asked <= 12
    assert newsroom.rows("select memory like '%address of new%' from feeds") == [
        (0,),
        (1,),
    ]


# -- documents that cannot be read (polling.md 96) -------------------------------------


def test_96_the_start_of_an_unreadable_document_is_kept_beside_the_database(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss")
    kept = newsroom.folder / "unreadable" / "rss.bin"
    newsroom.site.add("/rss", Answer(body="<html><p>ilk" + "x" * 100_000))
    newsroom.poll()
    assert kept.read_bytes().startswith(b"<html><p>ilk")
    assert kept.stat().st_size == 65_536
    newsroom.site.add("/rss", Answer(body="<html><p>son"))
    newsroom.later(hours=5)
    assert kept.read_bytes() == b"<html><p>son"
    assert [path.name for path in kept.parent.iterdir()] == ["rss.bin"]


def test_96_a_document_made_to_keep_a_parser_busy_costs_one_feed_and_its_time(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "PARSE_SECONDS", 0.5)
    monkeypatch.setattr(workers, "START_SECONDS", 2.0)
    newsroom.feed("bad", "/bad")
    newsroom.feed("good", "/rss")
    newsroom.show(range(50, 55))
    endless = "<rss version='2.0'><channel><item><title>" + "<a>" * 1_000_000
    newsroom.site.add("/bad", Answer(body=endless))
    report = newsroom.poll(processes=1)
    assert (report.failed, report.entries_new) == (1, 5)
    ((error,),) = newsroom.rows("select error from feed_health where feed_id = 'bad'")
    assert "not to be read within" in error


def test_83_a_long_document_that_is_no_xml_is_read_in_a_process_of_its_own(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss")
    body = str(newsroom.rss(range(50, 55)).body)
    body = body.replace("</channel>", f"<image>{'x' * 120_000}</channel>")
    newsroom.site.add("/rss", Answer(body=body))
    assert newsroom.poll(processes=1).entries_new == 5


# -- two dead hosts are no outage of ours ----------------------------------------------


def test_37_two_dead_hosts_that_are_due_alone_back_off_all_the_same(
    newsroom: Newsroom,
) -> None:
    for number, host in enumerate(("127.0.0.1", "127.0.0.2")):
        newsroom.feed(f"dead{number}", "/dead", host=host)
    newsroom.feed("good", "/rss", host="127.0.0.1", interval=24 * HOUR)
    newsroom.site.add("/dead", Answer(500, ""))
    newsroom.show(range(50, 55))
    newsroom.poll()
    newsroom.site.add("/dead", Answer(raw=b""))
    before = len(newsroom.site.asked("/dead"))
    for _ in range(4 * 12):
        newsroom.later(minutes=5)
    # each twice at most, with one retry for a connection that was closed
    assert len(newsroom.site.asked("/dead")) - before <= 8


# -- dates and pages -------------------------------------------------------------------

SENTENCES = [
    f"Paragraf {n} içinde {word} üzerine yapılan açıklamada ayrıntılar paylaşıldı."
    for n, word in enumerate(WORDS * 3)
]


def page(paragraphs: int, head: str = "") -> Answer:
    body = "".join(f"<p>{text}</p>" for text in SENTENCES[:paragraphs])
    return Answer(
        body=f"<html lang='tr'><head><title>{title(7)}</title>{head}</head><body>"
        f"<article><h1>{title(7)}</h1>{body}</article></body></html>",
        content_type="text/html; charset=utf-8",
    )


def test_80_a_pages_own_date_leads_over_the_sitemaps_last_change(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap", scrape=True)
    changed = (NOW - HOUR).isoformat()
    newsroom.site.add(
        "/sitemap.xml",
        Answer(
            body='<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
            f"<loc>{newsroom.site.url('/haber/7')}</loc><lastmod>{changed}</lastmod>"
            "</url></urlset>"
        ),
    )
    meta = (
        '<meta property="article:published_time" content="2026-01-02T10:00:00+03:00">'
    )
    newsroom.site.add("/haber/7", page(20, meta))
    newsroom.poll()
    ((at, source),) = newsroom.rows("select published_at, date_source from news")
    assert (at, source) == ("2026-01-02T07:00:00+00:00", "meta")


def test_80_a_last_change_is_all_there_is_where_the_page_says_nothing(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("map", "/sitemap.xml", kind="sitemap")
    newsroom.site.add(
        "/sitemap.xml",
        Answer(
            body='<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
            f"<loc>{newsroom.site.url('/haber/7')}</loc>"
            f"<lastmod>{(NOW - HOUR).isoformat()}</lastmod></url></urlset>"
        ),
    )
    newsroom.poll()
    assert newsroom.rows("select published_at, date_source from news") == [
        ((NOW - HOUR).isoformat(), "lastmod")
    ]


def test_58_a_thin_page_is_looked_at_once_more_as_amp(newsroom: Newsroom) -> None:
    newsroom.feed("rss", "/rss", scrape=True)
    newsroom.show([7])
    newsroom.now = published(7) + HOUR
    twin = newsroom.site.url("/haber/7/amp")
    newsroom.site.add("/haber/7", page(1, f'<link rel="amphtml" href="{twin}">'))
    newsroom.site.add("/haber/7/amp", page(20))
    newsroom.poll()
    newsroom.later(hours=3)
    ((text, state),) = newsroom.rows("select text, scrape_state from news")
    assert (SENTENCES[15] in text, state) == (True, "full")
    assert len(newsroom.site.asked("/haber/7")) == 1
    assert len(newsroom.site.asked("/haber/7/amp")) == 1


def test_58_an_amp_page_that_fails_leaves_the_thin_one(newsroom: Newsroom) -> None:
    newsroom.feed("rss", "/rss", scrape=True)
    newsroom.show([7])
    newsroom.now = published(7) + HOUR
    twin = newsroom.site.url("/haber/7/amp")
    newsroom.site.add("/haber/7", page(1, f'<link rel="amphtml" href="{twin}">'))
    newsroom.site.add("/haber/7/amp", Answer(500, ""))
    newsroom.poll()
    ((text, state),) = newsroom.rows("select text, scrape_state from news")
    assert (SENTENCES[0] in text, state) == (True, "thin")


def test_58_a_new_feeds_old_entries_are_stored_and_their_pages_left_alone(
    newsroom: Newsroom,
) -> None:
    newsroom.feed("rss", "/rss", scrape=True)
    week_ago = 54 - 7 * 144
    newsroom.show([week_ago - 1, week_ago + 1])
    newsroom.site.add(f"/haber/{week_ago + 1}", page(20))
    newsroom.poll()
    found = newsroom.rows("select scrape_state from news order by published_at")
    assert found == [("feed_only",), ("full",)]
    assert newsroom.site.asked(f"/haber/{week_ago - 1}") == []


def test_49_no_more_than_so_many_hosts_are_visited_at_once() -> None:
    lock, running, most = threading.Lock(), [0], [0]
    everybody = threading.Barrier(3, timeout=20)

    def visit(item: Visit) -> Visited:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        everybody.wait()
        with lock:
            running[0] -= 1
        return Visited(host=item.host)

    limit = timedelta(seconds=1)
    limits = Limits(
        connect_timeout=limit, read_timeout=limit, total_timeout=limit, max_bytes=1
    )
    rules = VisitRules(
        user_agent="", limits=limits, page_limits=limits, delay=limit, allow_hosts=()
    )
    queues = [[Visit(host=str(n), now=NOW, rules=rules)] for n in range(9)]
    with Workers(hosts_at_once=3, processes=0) as workers:
        done = list(workers.run_visits(queues, visit))
    assert (len(done), most[0]) == (9, 3)


# -- docs/polling.md -------------------------------------------------------------------


def test_the_table_of_behaviours_names_all_104_and_only_tests_that_exist() -> None:
    folder = Path(__file__).parent
    table = (folder.parent / "docs" / "polling.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)(?:–(\d+))? \|", table, re.MULTILINE)
    numbers = [n for one, two in rows for n in range(int(one), int(two or one) + 1)]
    assert numbers == list(range(1, 105))
    source = "".join(f.read_text(encoding="utf-8") for f in folder.glob("test_*.py"))
    named = re.findall(r"`(test_\w+?)_?…`", table)
    assert [name for name in named if f"def {name}" not in source] == []
    assert "**open**" not in table.lower().split("## a.")[1]
