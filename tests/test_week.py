"""A week of cron in two minutes: nothing lost, nothing asked too often (polling.md).

200 outlets on loopback publish, fail, hang, move, roll over and recover while a run
starts every five minutes of simulated time, four of them killed with `kill -9`. Of 20
the pages are read too. What the outlets showed and were asked is the truth that the
store is compared with. Seeded.
"""

from __future__ import annotations

import json
import pickle
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.model import AlertSettings, Config, Form, Name, Settings, Watchlist
from aggregator.poll import Options, run
from tests.fakes import LOOPBACK, Site
from tests.week_press import (
    CRAWL_DELAY,
    HOUR,
    START,
    WEEK,
    Asked,
    Item,
    Outlet,
    Press,
    draw_outlets,
)

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(LOOPBACK)]

SEED = 20260105
STEP = timedelta(minutes=5)
TOLERANCE = 29 / 30
# Our own line is down for two hours on Wednesday.
OUTAGE = (START + 60 * HOUR, START + 62 * HOUR)
# The first run after each of these moments is killed at its so-manieth request; the
# second of them while it reads pages.
KILLS = (
    (START, 90),
    (START + STEP, 180),
    (START + 50 * HOUR, 1),
    (START + 100 * HOUR, 3),
)
HOST_DELAY = timedelta(seconds=1)
# Real time: what a server that says nothing costs us.
READ_TIMEOUT = timedelta(seconds=1)

CHILD = """
import pickle, sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from aggregator.poll import Options, run
config = pickle.loads(Path(sys.argv[1]).read_bytes())
settings = replace(config.settings, host_delay=timedelta(0))  # these pauses are real
config = replace(config, settings=settings)
now = datetime.fromisoformat(sys.argv[2])
run(config, Options(deliver=False, processes=0), clock=lambda: now)
"""


@dataclass(slots=True)
class Truth:
    """What happened, seen from the outlets.

    seen: the items that each feed showed at a poll that was stored. gaps: (feed, time)
    of polls at which it showed nothing that it had shown before. rolled: those of them
    before which an item had rolled off; joined: those at which the outlet's count of
    its items shows that none had.
    torn: (feed, time) of polls whose run was killed before it stored them.
    """

    seen: dict[str, set[Item]] = field(default_factory=lambda: defaultdict(set))
    gaps: set[tuple[str, datetime]] = field(default_factory=set)
    rolled: set[tuple[str, datetime]] = field(default_factory=set)
    joined: set[tuple[str, datetime]] = field(default_factory=set)
    torn: set[tuple[str, datetime]] = field(default_factory=set)


@dataclass(slots=True)
class Week:
    """The press after its week, the truth, and the store."""

    press: Press
    truth: Truth
    conn: sqlite3.Connection
    config: Config
    runs: int = 0
    killed_at: set[datetime] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self.conn.execute(sql, values).fetchall()

    @property
    def outlets(self) -> list[Outlet]:
        return self.press.outlets


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    with Site("0.0.0.0") as site:  # noqa: S104 - one socket for all of 127.1.0.0/16
        press = Press(site, draw_outlets(SEED))
        config = _configure(press, folder)
        conn = sqlite3.connect(folder / "news.db")
        conn.row_factory = sqlite3.Row
        result = Week(press, Truth(), conn, config)
        _live_through(result, folder)
        yield result
        conn.close()


def _configure(press: Press, folder: Path) -> Config:
    settings = Settings(
        database=str(folder / "news.db"),
        host_delay=HOST_DELAY,
        read_timeout=READ_TIMEOUT,
        allow_hosts=("127.0.0.0/8",),
    )
    name = Name(id="liman", forms=(Form(text="liman"),))
    return Config(
        path=str(folder / "feeds.yaml"),
        settings=settings,
        feeds=press.feeds(),
        names=(name,),
        watchlists=(Watchlist(id="liman", title="Liman", query="@liman AND tramvay"),),
        alerts=AlertSettings(),
    )


def _live_through(week: Week, folder: Path) -> None:
    press, kills = week.press, list(KILLS)
    (folder / "config").write_bytes(pickle.dumps(week.config))
    while press.now < START + WEEK:
        press.line_is_down = OUTAGE[0] <= press.now < OUTAGE[1]
        killed = False
        if kills and press.now >= kills[0][0]:
            killed = _run_and_kill(week, folder, kills[0][1])
            kills = kills[1:] if killed else kills
            week.killed_at |= {press.now} if killed else set()
        else:
            report = run(
                week.config,
                Options(deliver=False, processes=0),
                clock=lambda: press.now,
                open_session=press.open_session,
            )
            week.problems += report.problems
        week.runs += 1
        _take_note(week, killed=killed)
        press.now += STEP


def _run_and_kill(week: Week, folder: Path, at_request: int) -> bool:
    """Run in a process that the server kills at a request; False: it ended before."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", CHILD),
            *(str(folder / "config"), week.press.now.isoformat()),
        ]
    )
    left = [at_request]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            process.kill()

    week.press.on_request = count
    code = process.wait(timeout=60)
    week.press.on_request = lambda: None
    return code != 0


def _take_note(week: Week, *, killed: bool) -> None:
    """Add what was shown in this run to the truth, where the run could store it."""
    press, truth = week.press, week.truth
    stored = {}
    if killed:
        rows = week.rows("select feed_id, last_polled_at from feeds")
        stored = dict(map(tuple, rows))
    for outlet in press.outlets:
        if killed and outlet.asked and outlet.asked[-1].at == press.now:
            for feed_id in (outlet.id, f"{outlet.id}-map"):
                if stored.get(feed_id) != press.now.isoformat():
                    truth.torn.add((feed_id, press.now))
        for feed_id, pages in outlet.shown.items():
            if (feed_id, press.now) not in truth.torn:
                _note_pages(truth, outlet, feed_id, pages, press.now)
        outlet.shown.clear()


def _note_pages(
    truth: Truth,
    outlet: Outlet,
    feed_id: str,
    pages: list[tuple[Item, ...]],
    now: datetime,
) -> None:
    known = truth.seen[feed_id]
    first = pages[0]
    if known and first and not known.intersection(first):
        truth.gaps.add((feed_id, now))
        newest = max(known, key=lambda item: item.at)
        later = [item for item in outlet.published(now) if item.at > newest.at]
        if not set(later) <= set(first):
            truth.rolled.add((feed_id, now))
        elif outlet.marks == "counted" and len(first) > 1:
            truth.joined.add((feed_id, now))
    for page in pages:
        known.update(page)


def test_the_week_was_as_eventful_as_it_is_meant_to_be(week: Week) -> None:
    entries = sum(len(items) for items in week.truth.seen.values())
    asked = Counter(a.status for outlet in week.outlets for a in outlet.asked)
    pages = Counter(a.status for outlet in week.outlets for a in outlet.pages)
    robots = sum(len(outlet.robots_asked) for outlet in week.outlets)
    print(  # noqa: T201 - the figures of the week, shown with -s
        f"\n{week.runs} runs, {len(week.killed_at)} killed; {entries} entries shown,"
        f" {len(week.truth.torn)} torn polls; requests: {sum(asked.values())} for feeds"
        f" {dict(asked)}, {sum(pages.values())} for pages {dict(pages)},"
        f" {robots} for robots.txt"
    )
    assert week.runs == 2016
    assert len(week.killed_at) == len(KILLS)
    assert {0, 200, 301, 304, 403, 404, 410, 429, 500, 503} <= asked.keys()
    assert {0, 200, 404, 500} <= pages.keys()
    assert entries > 3_000
    assert pages[200] > 300
    assert all("came again" in problem for problem in week.problems)
    assert len(week.truth.rolled) > 20
    assert week.truth.torn


def test_every_entry_that_a_document_showed_is_stored_exactly_once(week: Week) -> None:
    stored = Counter(row["url"] for row in week.rows("select url from news"))
    shown = {
        week.press.url(outlet, item.path)
        for outlet in week.outlets
        for feed_id in (outlet.id, f"{outlet.id}-map")
        for item in week.truth.seen.get(feed_id, ())
    }
    assert {url: n for url, n in stored.items() if n > 1} == {}
    assert stored.keys() == shown


def test_no_entry_is_noted_twice_for_its_feed_unless_its_guid_changed(
    week: Week,
) -> None:
    rows = week.rows("select feed_id, count(*) as n from entries group by feed_id")
    counts = {row["feed_id"]: row["n"] for row in rows}
    changed = {outlet.id for outlet in week.outlets if outlet.new_guids_at}
    for feed_id, items in week.truth.seen.items():
        if feed_id not in changed:
            assert counts[feed_id] == len(items), feed_id


def test_every_real_gap_is_recorded_and_no_false_one(week: Week) -> None:
    truth = week.truth
    rows = week.rows("select feed_id, detected_at, recovered from gap_records")
    recorded = {
        (row["feed_id"], datetime.fromisoformat(row["detected_at"])): row["recovered"]
        for row in rows
    }
    # Where just as much was published as a document holds, nothing is known and nothing
    # lost. Only numbers without a hole, or an older page, prove that.
    full = recorded.keys() - truth.rolled
    shown = sum(bool(recorded[gap]) for gap in truth.rolled & recorded.keys())
    print(  # noqa: T201 - as above
        f"\n{len(recorded)} gaps recorded: {len(truth.rolled)} with certain losses"
        f" ({shown} filled), {len(full)} of documents that were exactly full"
        f" ({sum(bool(recorded[gap]) for gap in full)} of them shown to be no loss);"
        f" {len(truth.joined)} more proven by numbers and not recorded"
    )
    assert len(recorded) == len(rows)
    assert truth.rolled <= recorded.keys()
    assert recorded.keys() == truth.gaps - truth.joined
    assert truth.joined
    assert full


def test_gaps_are_filled_from_older_pages_and_from_the_outlets_sitemap(
    week: Week,
) -> None:
    rows = week.rows("select feed_id, recovered, detected_at from gap_records")
    late = (START + WEEK - 7 * HOUR).isoformat()
    for row in rows:
        outlet = week.outlets[int(row["feed_id"][1:4])]
        helped = outlet.paged or outlet.listed
        if row["detected_at"] < late:
            assert row["recovered"] == helped, (tuple(row), outlet)


def test_no_feed_is_asked_sooner_than_it_may_be(week: Week) -> None:
    gaps = {feed_id for feed_id, _ in week.truth.gaps}
    for outlet in week.outlets:
        times = _times(week, outlet)
        for number, (earlier, later) in enumerate(pairwise(times)):
            wait = later - earlier
            if wait >= outlet.interval * TOLERANCE:
                continue
            # A feed that rolled over is asked sooner, at most twice as often each time.
            assert outlet.id in gaps, (outlet.id, earlier, wait)
            before = times[number - 1]
            if not _was_disturbed(week, outlet, before, earlier):
                least = (earlier - before) / 2 * TOLERANCE
                assert wait >= least, (outlet.id, earlier, wait)


def _was_disturbed(week: Week, outlet: Outlet, start: datetime, end: datetime) -> bool:
    """Whether an outage or a kill made the time between two polls longer."""
    return any(
        start < asked.at < end and asked.at not in _times(week, outlet)
        for asked in outlet.asked
    )


def _times(week: Week, outlet: Outlet) -> list[datetime]:
    """When its feed was asked, without what our own outage or a kill explains."""
    return sorted(
        {
            asked.at
            for asked in outlet.asked
            if "sitemap" not in asked.path
            and not OUTAGE[0] <= asked.at < OUTAGE[1]
            and (outlet.id, asked.at) not in week.truth.torn
        }
    )


def test_what_a_server_asks_for_is_respected(week: Week) -> None:
    waits = {503: 2 * HOUR, 429: 3 * HOUR, 403: 4 * HOUR}
    for outlet in week.outlets:
        for earlier, later in pairwise(outlet.asked):
            wait = waits.get(earlier.status)
            if wait and (outlet.id, earlier.at) not in week.truth.torn:
                assert later.at - earlier.at >= wait, outlet.id
        gone = [asked for asked in outlet.asked if asked.status == 410]
        assert len(gone) <= 1


def test_a_dead_feed_is_asked_less_and_less_and_a_recovered_one_as_before(
    week: Week,
) -> None:
    for outlet in week.outlets:
        for start, end, what in outlet.troubles:
            during = [a.at for a in outlet.asked if start <= a.at < end]
            if what in {"500", "hang", "404", "empty", "html"} and end < START + WEEK:
                hours = (end - start) / HOUR
                assert 1 <= len(during) <= 3 + hours / 6, (outlet.id, what, hours)


def test_a_moved_feed_is_asked_at_its_new_address_once_that_is_sure(week: Week) -> None:
    for outlet in week.outlets:
        if outlet.moves_at is None:
            continue
        moved = [a.at for a in outlet.asked if a.status == 301]
        assert len(moved) >= 3
        assert moved[-1] - moved[0] <= 24 * HOUR + 2 * outlet.interval
        assert [a for a in outlet.asked if a.path == "/yeni/rss" and a.at > moved[-1]]


def test_unchanged_feeds_with_validators_answer_304(week: Week) -> None:
    for outlet in week.outlets:
        if outlet.validators and not outlet.troubles and not outlet.moves_at:
            asked = [a for a in outlet.asked if a.path == "/rss" and a.status]
            stored = [a for a in asked if (outlet.id, a.at) not in week.truth.torn]
            assert all(a.conditional for a in stored[1:]), outlet.id
            if not outlet.restless and not outlet.new_guids_at:
                answered = sum(a.status == 200 for a in stored)
                assert answered <= 1 + len(week.truth.seen[outlet.id]), outlet.id


def test_our_own_outage_counts_against_no_source(week: Week) -> None:
    errors = week.rows(
        "select f.feed_id, f.at, f.error from fetches f where f.at >= ? and f.at < ?"
        " and f.result = 'failed'",
        OUTAGE[0].isoformat(),
        OUTAGE[1].isoformat(),
    )
    assert errors
    after = START + 72 * HOUR
    for outlet in week.outlets:
        if outlet.enabled and not outlet.troubles:
            asked = [a.at for a in outlet.asked if OUTAGE[1] <= a.at < after]
            assert asked, outlet.id
            assert asked[0] - OUTAGE[1] <= outlet.interval, outlet.id


def _quiet_or_ok(row: sqlite3.Row) -> str:
    """What a feed that answers is, by its own rhythm and the last poll."""
    memory = json.loads(row["memory"])
    rhythm = timedelta(seconds=memory.get("rhythm", 14 * 86_400 / 8))
    polled = datetime.fromisoformat(row["last_polled_at"])
    silent = polled - datetime.fromisoformat(row["last_new_at"])
    return "quiet" if silent > max(8 * rhythm, 48 * HOUR) else "ok"


def test_states_say_what_is_and_since_when(week: Week) -> None:
    states = {row["feed_id"]: row for row in week.rows("select * from feeds")}
    shown = {
        row["feed_id"]: row["state"]
        for row in week.rows("select feed_id, state from feed_health")
    }
    end = START + WEEK
    silent = [o for o in week.outlets if o.number % 10 == 4]
    assert sum(shown[outlet.id] == "quiet" for outlet in silent) > len(silent) / 2
    for outlet in week.outlets:
        row = states[outlet.id]
        trouble = outlet.trouble_at(end)
        wanted = {"404": "failing", "410": "gone", "blocked": "blocked", None: "ok"}
        expected = wanted[trouble]
        if not outlet.enabled:
            expected = "disabled"
        elif not trouble:
            expected = _quiet_or_ok(row)
        assert shown[outlet.id] == expected, (outlet.id, row["error"])
        if trouble:
            since = datetime.fromisoformat(row["state_since"])
            start = outlet.troubles[0][0]
            assert start <= since <= start + 2 * outlet.interval, outlet.id
            assert row["error"]
            assert row["last_success_at"] < row["state_since"]


# -- pages (polling.md 49, 56, 57, 58) -------------------------------------------------


def test_pages_come_home_whole_or_with_the_reason_why_not(week: Week) -> None:
    news = {
        row["url"]: row
        for row in week.rows("select url, text, scrape_state, first_seen_at from news")
    }
    late = (START + WEEK - 12 * HOUR).isoformat()  # a page that failed may still wait
    states = {"refused": "refused", "404": "failed"}
    count = Counter[str]()
    for outlet in week.outlets:
        for item in week.truth.seen[outlet.id] if outlet.scrape else ():
            row = news[week.press.url(outlet, item.path)]
            expected = states.get(outlet.page_troubles.get(item.path, ""), "full")
            if row["first_seen_at"] > late and row["scrape_state"] == "pending":
                continue
            assert row["scrape_state"] == expected, (outlet.id, item.path)
            if expected == "full":
                assert all(text in row["text"] for text in item.text), item.path
            count[expected] += 1
    assert set(count) == {"full", "refused", "failed"}


def test_no_page_is_asked_for_needlessly(week: Week) -> None:
    for outlet in week.outlets:
        by_path = defaultdict(list)
        for asked in outlet.pages:
            by_path[asked.path].append(asked)
        for path, requests in by_path.items():
            assert outlet.scrape, outlet.id
            assert outlet.page_troubles.get(path) != "refused"
            tries = _without_retries(week, requests)
            assert len(tries) <= 4, path
            for earlier, later in pairwise(tries):
                assert earlier.status != 200, path
                assert later.at - earlier.at >= timedelta(minutes=20), path


def _without_retries(week: Week, requests: list[Asked]) -> list[Asked]:
    """Leave out what a kill made us forget, and the second try after a cut line."""
    killed = week.killed_at
    kept = [asked for asked in requests if asked.at not in killed]
    return [
        asked
        for number, asked in enumerate(kept)
        if not (number and kept[number - 1].at == asked.at and not asked.status)
    ]


def test_robots_txt_is_asked_once_a_day_and_hourly_while_it_fails(week: Week) -> None:
    for outlet in week.outlets:
        asked = _without_retries(week, outlet.robots_asked)
        assert bool(asked) == (outlet.scrape or outlet.listed), outlet.id
        for earlier, later in pairwise(asked):
            least = 24 * HOUR if earlier.status in {200, 404} else HOUR
            assert later.at - earlier.at >= least, (outlet.id, earlier, later)


def test_between_two_requests_to_a_host_there_is_its_pause(week: Week) -> None:
    pairs = 0
    for outlet in week.outlets:
        every = sorted(
            (*outlet.asked, *outlet.pages, *outlet.robots_asked),
            key=lambda asked: (asked.at, asked.moment),
        )
        pause = HOST_DELAY.total_seconds()
        for earlier, later in pairwise(every):
            if earlier.at != later.at or earlier.at in week.killed_at:
                continue
            assert earlier.moment >= 0
            assert later.moment - earlier.moment >= pause, (outlet.id, earlier, later)
            slow = "Crawl-delay" in outlet.robots and "/haber/" in later.path
            if slow and "/haber/" in earlier.path:
                assert later.moment - earlier.moment >= CRAWL_DELAY
            pairs += 1
    assert pairs > 500
