"""A run on a press that misbehaves: what fails harms itself, waits, and comes back."""

from __future__ import annotations

import gzip
import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import poll
from aggregator.intake import archive, entries
from aggregator.intake import pages as intake_pages
from aggregator.intake.entries import file_feed
from aggregator.intake.judge import judge
from aggregator.intake.pages import RETRIES
from aggregator.model import Article
from aggregator.poll import Options, bounded, workers
from aggregator.poll.workers import Workers
from tests.fakes import LOOPBACK, Answer, Request, redirect
from tests.trial import ANALYST, HTML, Item, Press, closed_port, path_of, prose

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

BAKU = "Heyet dün Bakü'ye gitti ve kardeş kentle bir anlaşma imzaladı."
ZEROS = 300_000_000


def items(count: int, *, start: int = 0, **more: Any) -> list[Item]:
    """News of no interest, newest first."""
    return [
        Item(
            slug=f"haber-{n}",
            title=f"{prose(1000 + n, sentences=1)[:60]} {n}",
            body=prose(n),
            **more,
        )
        for n in range(start + count - 1, start - 1, -1)
    ]


def news(slug: str, title: str, seed: int, **more: Any) -> Item:
    """News that the watchlist on Bakü wants."""
    return Item(slug=slug, title=title, body=prose(seed, BAKU), **more)


# -- bad input (issue 2) ---------------------------------------------------------------


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """300 MB of zeros, packed."""
    return gzip.compress(bytes(ZEROS), 1)


@pytest.fixture
def troubled(tmp_path: Path, bomb: bytes) -> Iterator[Press]:
    """A good source that was polled once, and news on it, among four bad ones."""
    with Press(tmp_path, hosts=4, total_timeout="1s", connect_timeout="1s") as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(2))
        press.poll()
        press.document["settings"]["allow_hosts"].append("127.0.0.9")
        press.feed("olu", url="http://127.0.0.9:9/rss")
        press.feed("sayfa", host=2)
        press.feed("bomba", host=3)
        press.feed("damla", host=4)
        add = press.site.add
        add("/sayfa/rss", Answer(body="<html><body>Bakımda", content_type=HTML))
        packed = (("Content-Encoding", "gzip"),)
        add("/bomba/rss", Answer(body=bomb, headers=packed))
        add("/damla/rss", Answer(body=b"<rss>" + b" " * 5_000, drip=0.05))
        press.publish("son-haber", news("yeni", "Bakü yolcuları", 50), *items(2))
        yield press


def test_each_bad_source_is_named_and_the_good_one_arrives(troubled: Press) -> None:
    press = troubled
    started = time.monotonic()
    report = press.poll(after=61)
    assert time.monotonic() - started < 30
    assert (report.fetched, report.failed, report.exit_code) == (1, 4, 0)
    errors = dict(press.rows("select feed_id, error from feed_health"))
    assert errors["son-haber"] is None
    for feed_id, reason in (
        ("olu", "refused"),
        ("sayfa", "HTML"),
        ("bomba", "max_feed_bytes|bytes|MB"),
        ("damla", "1 s|total"),
    ):
        assert re.search(reason, errors[feed_id]), errors[feed_id]
    shown = press.command("status").out.splitlines()
    for feed_id, error in errors.items():
        line = next(row for row in shown if feed_id in row)
        assert (error or "") in line
        assert ("failing" in line) == bool(error)
    assert press.command("status", "--failing").out.count("failing") == 4


def test_mail_waits_for_the_server_while_sources_fail(troubled: Press) -> None:
    press, smtp = troubled, troubled.document["alerts"]["smtp"]
    port, smtp["port"] = smtp["port"], closed_port()
    report = press.poll(after=61)
    assert any(str(smtp["port"]) in line for line in report.problems)
    queued = "select recipient, state from deliveries where kind = 'instant'"
    assert press.rows(queued) == [(ANALYST, "queued")]
    assert "1 alerts wait" in press.command("status").out
    smtp["port"] = port
    press.poll(after=61)
    assert len(press.subjects()) == 1
    assert press.rows(queued) == [(ANALYST, "sent")]


def test_a_document_with_letters_that_no_text_may_hold_harms_nobody(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("json", path="/feed.json")
        press.feed("son-haber")
        link = press.site.url("/haber/x")
        body = (
            '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1",'
            f' "url": "{link}", "title": "Y\\ud800ar\\u0000\\u0007ı",'
            ' "content_text": "\\udfff metin"}]}'
        )
        press.site.add(
            "/feed.json", Answer(body=body, content_type="application/feed+json")
        )
        press.publish("son-haber", *items(1))
        report = press.poll()
        assert report.problems == ()
        assert report.entries_new == 2
        assert press.value("select title from news where feed_id = 'json'") == "Yarı"


def test_a_source_that_breaks_our_own_code_is_named_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(intake: Any, feed: Any, *rest: Any, **more: Any) -> Any:
        if feed.id == "kirik":
            raise ZeroDivisionError("a mistake of ours")
        return file_feed(intake, feed, *rest, **more)

    monkeypatch.setattr(entries, "file_feed", broken)
    with Press(tmp_path) as press:
        for feed_id in ("kirik", "son-haber"):
            press.feed(feed_id)
            press.publish(feed_id, *items(1))
        report = press.poll()
        assert (report.fetched, report.failed) == (1, 1)
        assert "ZeroDivisionError" in report.problems[0]
        assert "Traceback" in report.problems[0]
        state, error = press.rows(
            "select state, error from feed_health where feed_id = 'kirik'"
        )[0]
        assert state == "failing"
        assert "a mistake of ours" in error
        monkeypatch.undo()
        press.poll(after=61)
        assert press.value("select count(*) from entries where feed_id = 'kirik'") == 1


# -- the ordinary life of a feed -------------------------------------------------------


def test_old_news_is_not_mailed_later_news_once_and_then_304s(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        old = news("eski", "Bakü ile kardeşlik", 1)
        press.publish("son-haber", old)
        first = press.poll()
        assert (first.articles_new, first.articles_scraped) == (1, 1)
        assert first.alerts_queued == 0
        later = news("yeni", "Bakü seferi başladı", 2)
        press.publish("son-haber", later, old)
        second = press.poll(after=61)
        assert (second.articles_new, second.alerts_sent) == (1, 1)
        for _ in range(3):
            calm = press.poll(after=61)
            assert (calm.not_modified, calm.fetched, calm.entries_new) == (1, 0, 0)
        (subject,) = press.subjects()
        assert "Bakü seferi başladı" in subject
        asked = press.site.asked("/son-haber/rss")
        assert "if-none-match" not in asked[0].headers
        assert all("if-none-match" in request.headers for request in asked[1:])


def test_the_row_of_a_run_counts_what_is_in_the_store(tmp_path: Path) -> None:
    with Press(tmp_path, hosts=2) as press:
        press.feed("son-haber")
        press.feed("olu", host=2)
        old = news("eski", "Bakü ile kardeşlik", 1, lead="Bakü'den gelen heyet.")
        press.publish("son-haber", old)
        press.poll()
        press.publish("son-haber", news("b", "Bakü uçağı", 2, lead="Bakü."), old)
        report = press.poll(after=61)
        (row,) = press.rows("select * from runs where id = 2")
        assert row[3:7] == (2, 1, 0, 1)  # due, fetched, not modified, failed
        assert row[7:10] == (1, 1, 1)  # entries, articles, scraped
        total = press.value("select sum(matches_new) from runs")
        assert total == press.value("select count(*) from matches") > 0
        assert row[11:] == (1, 1, 0)
        assert row[0] == report.run_id
        log = "select result, status, entries, entries_new, error from fetches"
        kept = press.rows(log + " where feed_id = 'son-haber'")
        assert kept == [("parsed", 200, 1, 1, None), ("parsed", 200, 2, 1, None)]
        assert press.rows(log + " where feed_id = 'olu'")[0][:2] == ("failed", 404)


def test_nothing_is_due_again_before_its_time(tmp_path: Path) -> None:
    """polling.md 16, 27: cron every 5 minutes is harmless, an outage costs one poll."""
    with Press(tmp_path) as press:
        press.feed("son-haber", interval="30m")
        press.publish("son-haber", *items(1))
        for _ in range(13):
            press.poll(after=5, force=False)
        assert 2 <= len(press.site.asked("/son-haber/rss")) <= 3
        press.clock.move(days=9)
        before = len(press.site.asked("/son-haber/rss"))
        press.poll(force=False)
        assert len(press.site.asked("/son-haber/rss")) == before + 1


def test_entries_that_came_while_the_feed_failed_are_stored_once(
    tmp_path: Path,
) -> None:
    """polling.md 61 and 5: a failure moves no validator."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(2))
        press.poll()
        good = press.rss("son-haber", *items(5))
        for item in items(5):
            press.page(item)
        press.site.add(
            "/son-haber/rss",
            Answer(503),
            Answer(body=good[:700], cut=300),
            Answer(body=good, etag='"neu"'),
        )
        for _ in range(2):
            assert press.poll(after=61).failed == 1
        assert press.value("select failures from feed_health") == 2
        assert press.poll(after=61).entries_new == 3
        assert press.value("select count(*) from news") == 5
        assert press.rows("select state, failures, error from feed_health") == [
            ("ok", 0, None)
        ]


def test_a_feed_that_rolled_over_leaves_a_gap_on_record(tmp_path: Path) -> None:
    """polling.md 25: nothing of the document was known."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(12))
        press.poll()
        press.clock.move(hours=6)
        press.publish("son-haber", *items(12, start=30))
        press.poll()
        ((feed_id, after, before, recovered),) = press.rows("select * from gaps")
        assert (feed_id, recovered) == ("son-haber", 0)
        assert after < before
        assert "1 gaps not filled" in press.command("status").out
        press.publish("son-haber", *items(12, start=31))
        press.poll(after=61)
        assert press.value("select count(*) from gaps") == 1


def test_a_feed_that_was_away_for_a_week_has_a_gap_and_is_no_reissue(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(12))
        press.poll()
        press.clock.move(days=8)
        old = items(12, start=30, hours=120)
        press.publish("son-haber", news("yeni", "Bakü seferi", 99), *old)
        report = press.poll()
        assert report.entries_new == 13
        assert press.value("select count(*) from gaps") == 1
        assert not any("again" in line for line in report.problems)
        assert len(press.subjects()) == 1


def test_a_gap_is_closed_from_the_archive_of_the_feed(tmp_path: Path) -> None:
    """polling.md 62: RFC 5005."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(3))
        press.poll()
        older = press.rss("son-haber", *items(6, start=2))
        press.site.add("/son-haber/rss/2", Answer(body=older))
        for item in items(12):
            press.page(item)
        link = (
            "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='prev-archive'"
            f" href='{press.site.url('/son-haber/rss/2')}'/><item>"
        )
        newest = press.rss("son-haber", *items(3, start=8)).replace("<item>", link, 1)
        press.site.add("/son-haber/rss", Answer(body=newest))
        press.poll(after=120)
        assert press.value("select count(*) from news") == 11
        assert press.value("select recovered from gaps") == 1


def test_a_flood_of_reissued_items_makes_one_line_and_nothing_else(
    tmp_path: Path,
) -> None:
    """polling.md 61, 66: all guids and addresses change in a site's migration."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        old = [
            news(f"a{n}", f"Bakü'de {prose(n, sentences=1)[:50]}", n, hours=None)
            for n in range(12)
        ]
        press.publish("son-haber", *old)
        press.poll()
        moved = [
            Item(slug=f"m-{i.slug}", title=i.title, body=i.body, hours=None)
            for i in old
        ]
        press.publish("son-haber", *moved)
        report = press.poll(after=61)
        assert [line.split(":")[0] for line in report.problems] == ["son-haber"]
        assert report.alerts_queued == 0
        assert press.value("select count(*) from news") == 12
        assert press.value("select count(*) from entries") == 24
        assert press.mails() == []
        assert press.rows("select * from gaps") == []
        assert press.poll(after=61).problems == ()


# -- pages -----------------------------------------------------------------------------


@pytest.mark.slow
def test_pages_that_did_not_fit_into_a_run_come_in_the_next(tmp_path: Path) -> None:
    with Press(tmp_path, host_delay="1s") as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(25))
        first = press.poll(max_seconds=2.5)
        assert first.articles_new == 25
        assert first.waiting == 25 - first.articles_scraped > 0
        assert (
            press.value("select count(*) from news where scrape_state = 'pending'")
            == first.waiting
        )
        press.document["settings"]["host_delay"] = "0s"
        second = press.poll(after=5)
        assert second.waiting == 0
        pages = [r.path for r in press.site.requests if r.path.startswith("/haber/")]
        assert len(pages) == len(set(pages)) == 25


def test_a_run_without_time_asks_nothing_and_loses_nothing(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(2))
        report = press.poll(max_seconds=0)
        assert (report.fetched, report.failed, report.exit_code) == (0, 0, 0)
        assert press.site.requests == []
        assert press.poll(after=1, force=False).entries_new == 2


def test_a_page_that_fails_is_asked_again_by_rule_and_then_left(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        item = Item(slug="a", title="Köprü açıldı", lead="Köprü bugün açıldı.")
        press.publish("son-haber", item)
        press.site.add(path_of(item), Answer(500))
        for wait in (0, 21, 121, 481):
            press.poll(after=10)
            press.clock.move(minutes=wait - 10)
        press.poll(after=10)
        press.poll(after=24 * 60)
        assert len(press.site.asked(path_of(item))) == 4
        ((state, error),) = press.rows(
            "select scrape_state, scrape_error from articles"
        )
        assert state in ("feed_only", "failed")
        assert "500" in error
        assert press.value("select count(*) from news where lead like 'Köprü%'") == 1


def test_a_page_that_comes_back_is_taken_with_its_matches(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(1))
        press.poll()
        item = news("a", "Heyet yola çıktı", 7)
        press.publish("son-haber", item, *items(1))
        press.site.add(path_of(item), Answer(502))
        assert press.poll(after=61).waiting == 1
        press.page(item)
        report = press.poll(after=30)
        assert report.alerts_sent == 1
        assert press.value("select scrape_state from news where id = 2") == "full"


def test_what_robots_refuses_is_refused_and_not_asked(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(2))
        press.site.add(
            "/robots.txt",
            Answer(body="User-agent: *\nDisallow: /haber/", content_type="text/plain"),
        )
        report = press.poll()
        assert report.waiting == 0
        assert press.rows("select distinct scrape_state from news") == [("refused",)]
        assert not any(r.path.startswith("/haber/") for r in press.site.requests)
        assert press.poll(after=61).articles_scraped == 0
        assert len(press.site.asked("/robots.txt")) == 1


def test_a_challenge_page_is_blocked_and_not_evaded(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        item = Item(slug="a", title="Köprü açıldı", lead="Köprü bugün açıldı.")
        press.publish("son-haber", item)
        press.site.add(
            path_of(item),
            Answer(
                403,
                "<title>Just a moment...</title>",
                HTML,
                headers=(("cf-mitigated", "challenge"),),
            ),
        )
        press.poll()
        press.poll(after=61)
        assert press.value("select scrape_state from news") == "blocked"
        assert len(press.site.asked(path_of(item))) == 1


def test_a_host_that_asks_for_a_pause_gets_it_for_its_pages_too(
    tmp_path: Path,
) -> None:
    """polling.md 36: Retry-After binds the whole host, and across runs."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(25), pages=False)
        asked: list[str] = []

        def refuse(request: Request) -> Answer:
            asked.append(request.path)
            return Answer(429, headers=(("Retry-After", "7200"),))

        for item in items(25):
            press.site.add(path_of(item), refuse)
        press.poll()
        assert len(asked) == 1
        press.poll(after=60)
        assert len(asked) == 1
        assert len(press.site.asked("/son-haber/rss")) == 1
        for item in items(25):
            press.page(item)
        assert press.poll(after=61).articles_scraped == 25


@pytest.mark.slow
def test_a_host_that_hangs_costs_its_time_outs_once_a_run(tmp_path: Path) -> None:
    with Press(tmp_path, read_timeout="1s", total_timeout="1s") as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(25), pages=False)
        for item in items(25):
            press.site.add(path_of(item), Answer(hang=True))
        press.poll()
        asked = [r for r in press.site.requests if r.path.startswith("/haber/")]
        assert len(asked) == 2
        assert press.value("select count(*) from news") == 25


def hang(*_: object, **__: object) -> Article:
    time.sleep(60)  # noqa: TID251 - stands for a parser that never ends
    raise AssertionError


def die(*_: object, **__: object) -> Article:
    os._exit(9)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "said"), [(hang, "within"), (die, "worker")])
def test_a_page_that_hangs_or_kills_its_worker_harms_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Any, said: str
) -> None:

    monkeypatch.setattr(bounded, "PAGE_SECONDS", 3.0)
    monkeypatch.setattr(workers, "START_SECONDS", 7.0)
    real = Workers.compute

    def compute(self: Workers, function: Any, *rest: Any, **more: Any) -> Any:
        if rest and isinstance(rest[0], bytes) and b"zehir" in rest[0]:
            function = fault
        return real(self, function, *rest, **more)

    monkeypatch.setattr(Workers, "compute", compute)
    with Press(tmp_path, hosts=4) as press:
        bad = Item(slug="zehir", title="Bozuk sayfa", body=prose(1, "zehir"))
        for n in range(4):
            press.feed(f"gazete-{n}", host=n + 1)
            more = [bad] if n == 2 else []
            press.publish(f"gazete-{n}", *more, *items(2, start=10 * n))
        report = press.poll(processes=2)
        assert report.articles_scraped == 8
        assert report.waiting == 1
        error = press.value(
            "select scrape_error from articles where scrape_error <> ''"
        )
        assert said in error


def test_a_page_that_breaks_our_own_code_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(intake: Any, article_id: int, **more: Any) -> Any:
        if article_id == 1:
            raise ZeroDivisionError("a mistake of ours")
        return judge(intake, article_id, **more)

    monkeypatch.setattr(intake_pages, "judge", broken)
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(3))
        report = press.poll()
        assert report.articles_scraped == 2
        assert "ZeroDivisionError" in "".join(report.problems)
        assert press.rows("select id from articles where scrape_after is not null") == [
            (1,)
        ]


def test_an_article_that_breaks_our_own_code_is_left_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(intake_pages, "judge", broken)
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(1, hours=None))
        for _ in range(4):
            press.poll(after=10 * 60)
        report = press.poll(after=10 * 60)
        assert report.waiting == 0
        assert report.problems == ()
        assert press.value("select scrape_state from news") == "failed"


def test_a_mistake_of_ours_in_a_later_step_keeps_no_mail_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(archive, "rematch_some", broken)
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(1))
        press.poll()
        press.document["watchlists"][1]["terms"] = ["vapur"]
        press.publish("son-haber", news("a", "Bakü yolu", 3), *items(1))
        report = press.poll(after=61)
        assert report.alerts_sent == 1
        assert "ZeroDivisionError" in "".join(report.problems)


def test_a_page_whose_feed_left_the_configuration_waits_no_more(
    tmp_path: Path,
) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.feed("kalan")
        press.publish("son-haber", *items(2))
        press.publish("kalan", *items(1, start=9))
        press.poll(max_seconds=0)
        press.site.add("/haber/haber-0", Answer(500))
        press.site.add("/haber/haber-1", Answer(500))
        assert press.poll().waiting == 2
        del press.document["feeds"][0]
        assert press.poll(after=61).waiting == 0
        states = press.rows("select distinct scrape_state from news order by 1")
        assert states == [("feed_only",), ("full",)]


# -- outages ---------------------------------------------------------------------------


def test_our_own_outage_counts_against_no_source_and_no_page(tmp_path: Path) -> None:
    with Press(tmp_path, hosts=2) as press:
        press.feed("bir")
        press.feed("iki", host=2)
        press.publish("bir", *items(1))
        press.publish("iki", *items(1, start=5))
        press.poll()
        press.publish("bir", *items(2))
        press.site.add("/haber/haber-1", Answer(500))
        press.poll(after=61)
        assert press.value("select max(scrape_attempts) from articles") == 1
        held = press.rows("select feed_id, failures, state from feed_health")
        waiting = "select scrape_attempts from articles where scrape_host is not null"
        assert press.rows(waiting) == [(1,)]
        config = press.config()
        clock = press.clock
    clock.move(hours=2)  # the site is closed: nothing answers
    report = poll.run(config, Options(force=True, processes=0), clock=clock)
    assert (report.failed, report.exit_code) == (2, 1)
    assert press.rows("select feed_id, failures, state from feed_health") == held
    assert press.rows(waiting) == [(1,)]
    assert press.value("select exit_code from runs order by id desc limit 1") == 1


def test_one_dead_feed_due_alone_is_health_and_no_exit_code(tmp_path: Path) -> None:
    with Press(tmp_path, hosts=2) as press:
        press.feed("bir", interval="12h")
        press.feed("olu", host=2, interval="30m")
        press.publish("bir", *items(1))
        press.poll(force=False)
        press.clock.move(hours=2)
        report = press.poll(force=False)
        assert (report.feeds_due, report.failed, report.exit_code) == (1, 1, 0)
        asked = press.poll(feeds=("olu",))
        assert asked.exit_code == 1


def test_a_host_that_asked_for_a_pause_is_left_alone_even_by_force(
    tmp_path: Path,
) -> None:
    """polling.md 36, and `--force` ignores due times, not politeness."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        wait = (("Retry-After", "3600"),)
        press.site.add("/son-haber/rss", Answer(503, headers=wait))
        press.poll()
        press.poll(after=30)
        assert len(press.site.requests) == 1
        press.publish("son-haber", *items(1))
        assert press.poll(after=31).entries_new == 1


def test_a_moved_feed_keeps_its_articles(tmp_path: Path) -> None:
    """polling.md 29: a permanent redirect is followed, and adopted when it stays."""
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(2))
        press.poll()
        press.site.add("/yeni/rss", Answer(body=press.rss("son-haber", *items(3))))
        press.site.add("/son-haber/rss", redirect("/yeni/rss"))
        press.page(items(3)[0])
        for _ in range(4):
            press.poll(after=26 * 60)
        assert press.value("select count(*) from news") == 3
        assert len(press.site.asked("/son-haber/rss")) < 5
        assert "/yeni/rss" in press.command("status").out


def test_the_desks_notes_may_be_broken_and_the_run_goes_on(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(1))
        (tmp_path / "triage.db").write_text("this is no database" * 100)
        report = press.poll()
        assert report.articles_new == 1
        assert any("triage.db" in line for line in report.problems)


def test_no_deliver_leaves_the_mail_in_the_outbox(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", *items(1))
        press.poll()
        press.publish("son-haber", news("a", "Bakü yolu", 3), *items(1))
        assert press.poll(after=61, deliver=False).alerts_queued == 1
        assert press.mails() == []
        assert press.poll(after=61).alerts_sent == 1


def test_documents_in_bulk_are_parsed_in_processes_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(workers, "INLINE_SECONDS", 0.0)
    with Press(tmp_path) as press:
        for n in range(3):
            press.feed(f"gazete-{n}", scrape=False)
            press.publish(f"gazete-{n}", *items(2, start=10 * n))
        report = press.poll(processes=1)
        assert (report.fetched, report.entries_new) == (3, 6)


def test_the_waiting_time_of_a_page_grows() -> None:

    assert list(RETRIES) == sorted(RETRIES)
    assert RETRIES[0] >= timedelta(minutes=5)
