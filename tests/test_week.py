"""A week of cron in a minute or two: nothing lost, nothing asked too often (POLLER).

200 outlets on loopback publish, fail, move, roll over and recover while a run starts
every five minutes of simulated time, three of them killed with `kill -9`. What the
outlets showed and were asked is the truth that the store is compared with. Seeded.
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
from tests.week_press import HOUR, START, WEEK, Item, Outlet, Press, draw_outlets

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(LOOPBACK)]

SEED = 20260105
STEP = timedelta(minutes=5)
TOLERANCE = 29 / 30
# Our own line is down for two hours on Wednesday.
OUTAGE = (START + 60 * HOUR, START + 62 * HOUR)
# The first run after each of these moments is killed at its so-manieth request.
KILLS = ((START, 90), (START + 50 * HOUR, 1), (START + 100 * HOUR, 3))

CHILD = """
import pickle, sys
from datetime import datetime
from pathlib import Path
from aggregator.poll import Options, run
config = pickle.loads(Path(sys.argv[1]).read_bytes())
now = datetime.fromisoformat(sys.argv[2])
run(config, Options(deliver=False, processes=0), clock=lambda: now)
"""


@dataclass(slots=True)
class Truth:
    """What happened, seen from the outlets.

    seen: the items that each feed showed at a poll that was stored. gaps: (feed, time)
    of polls at which it showed nothing that it had shown before; lost: those of them
    before which an item rolled off unseen. torn: (feed, time) of polls whose run was
    killed before it stored them.
    """

    seen: dict[str, set[Item]] = field(default_factory=lambda: defaultdict(set))
    gaps: set[tuple[str, datetime]] = field(default_factory=set)
    lost: set[tuple[str, datetime]] = field(default_factory=set)
    torn: set[tuple[str, datetime]] = field(default_factory=set)


@dataclass(slots=True)
class Week:
    """The press after its week, the truth, and the store."""

    press: Press
    truth: Truth
    conn: sqlite3.Connection
    config: Config
    runs: int = 0
    kills: int = 0
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
        host_delay=timedelta(0),
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
            week.kills += killed
        else:
            report = run(
                week.config,
                Options(deliver=False, processes=0),
                clock=lambda: press.now,
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
    if known and pages[0] and not known.intersection(pages[0]):
        truth.gaps.add((feed_id, now))
        newest = max(item.at for item in known)
        shown = {item for page in pages for item in page}
        if any(i.at > newest and i not in shown for i in outlet.published(now)):
            truth.lost.add((feed_id, now))
    for page in pages:
        known.update(page)


def test_the_week_was_as_eventful_as_it_is_meant_to_be(week: Week) -> None:
    entries = sum(len(items) for items in week.truth.seen.values())
    asked = Counter(a.status for outlet in week.outlets for a in outlet.asked)
    print(  # noqa: T201 - the figures of the week, shown with -s
        f"\n{week.runs} runs, {week.kills} killed, {sum(asked.values())} requests"
        f" {dict(asked)}, {entries} entries shown, {len(week.truth.gaps)} gaps"
        f" ({len(week.truth.lost)} with losses), {len(week.truth.torn)} torn polls"
    )
    assert week.runs == 2016
    assert week.kills == 3
    assert {0, 200, 301, 304, 403, 404, 410, 429, 500, 503} <= asked.keys()
    assert entries > 3_000
    assert all("came again" in problem for problem in week.problems)
    assert len(week.truth.lost) > 20
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
    recorded = {
        (row["feed_id"], datetime.fromisoformat(row["detected_at"]))
        for row in week.rows("select feed_id, detected_at from gap_records")
    }
    assert week.truth.lost <= recorded
    # Where just as much was published as a document holds, nothing is known and nothing
    # lost: a gap as far as anybody can tell.
    assert recorded == week.truth.gaps


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
            if what in {"500", "404", "empty", "html"} and end < START + WEEK:
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
