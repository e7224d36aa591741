"""When to ask, what answers say of a feed: polling.md B, C. Weeks pass in no time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from aggregator import schedule
from aggregator.model import (
    Entry,
    Failure,
    Feed,
    FeedHints,
    FeedState,
    FeedVisited,
    Freshness,
    Hop,
    HostState,
    PageVisited,
    ParsedFeed,
    Robots,
    Seam,
    Settings,
    Validators,
    Visited,
)

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)  # a Monday
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
URL = "https://haber.example/rss"
SETTINGS = Settings()
FEED = Feed(id="f", outlet="O", url=URL, interval=HOUR)
NEW = FeedState(feed_id="f")
TAGGED = Validators(url=URL, etag='"1"')


def read(**changes: Any) -> FeedVisited:
    parsed = ParsedFeed(
        entries=(Entry(key="1", item_hash="h", url=URL),),
        total=20,
        known=changes.pop("known", 19),
        hints=changes.pop("hints", FeedHints()),
    )
    base = FeedVisited(
        feed_id="f", result="parsed", url=URL, status=200, parsed=parsed,
        validators=TAGGED, body_hash="b",
    )  # fmt: skip
    return replace(base, **changes)


UNCHANGED = FeedVisited(
    feed_id="f",
    result="unchanged",
    url=URL,
    status=304,
    validators=TAGGED,
    body_hash="b",
)


def failed(status: int | None = 500, **failure: Any) -> FeedVisited:
    values: dict[str, Any] = {"kind": "status", "message": "no"} | failure
    return FeedVisited(
        feed_id="f", result="failed", status=status,
        failure=Failure(status=status, **values),
    )  # fmt: skip


def after(
    state: FeedState,
    visited: FeedVisited,
    now: datetime = START,
    *,
    new: int = 0,
    published: tuple[datetime, ...] = (),
    feed: Feed = FEED,
) -> FeedState:
    return schedule.next_state(
        state, feed, visited, new_entries=new, published=published, now=now,
        settings=SETTINGS,
    )  # fmt: skip


def wait(state: FeedState, now: datetime = START) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - now


def close(value: timedelta, wanted: timedelta, share: float = 0.021) -> bool:
    return wanted <= value <= wanted * (1 + share)


# -- B. when to ask --------------------------------------------------------------------


def test_16_cron_every_five_minutes_asks_an_hourly_feed_once_an_hour() -> None:
    state, asked = NEW, []
    for minute in range(0, 24 * 60, 5):
        now = START + minute * MINUTE
        if schedule.is_due(state, FEED, now):
            state = after(state, UNCHANGED, now)
            asked.append(now)
    between = {later - earlier for earlier, later in pairwise(asked)}
    assert between <= {60 * MINUTE, 65 * MINUTE}
    assert len(asked) >= 22


def test_18_fifty_nine_minutes_are_not_too_soon_and_fifty_are() -> None:
    state = after(NEW, UNCHANGED)
    assert schedule.is_due(state, FEED, START + 59 * MINUTE)
    assert not schedule.is_due(state, FEED, START + 50 * MINUTE)
    failing = after(NEW, failed(429, retry_after=HOUR))
    assert not schedule.is_due(failing, FEED, START + 59 * MINUTE)


def test_18_the_next_times_of_many_feeds_are_spread_and_repeatable() -> None:
    def moment(n: int) -> datetime | None:
        feed = replace(FEED, id=f"f{n}")
        return after(replace(NEW, feed_id=feed.id), UNCHANGED, feed=feed).next_poll_at

    moments = [moment(n) for n in range(50)]
    assert len(set(moments)) > 40
    assert moments == [moment(n) for n in range(50)]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"freshness": Freshness(max_age=3 * HOUR)}, 3 * HOUR),  # 13
        ({"freshness": Freshness(max_age=MINUTE)}, HOUR),  # 14
        ({"hints": FeedHints(every=2 * HOUR)}, 2 * HOUR),  # 20, 22
        ({"hints": FeedHints(every=15 * MINUTE)}, HOUR),
        ({"freshness": Freshness(max_age=3 * HOUR), "hints": FeedHints(every=5 * HOUR)},
         5 * HOUR),
        ({"hints": FeedHints(every=90 * DAY)}, DAY),  # 23
        ({"freshness": Freshness(max_age=365 * DAY)}, DAY),
    ],
)  # fmt: skip
def test_13_14_20_22_23_a_publisher_can_lengthen_the_wait_up_to_a_day(
    changes: dict[str, Any], wanted: timedelta
) -> None:
    waited = wait(after(NEW, read(**changes)))
    assert close(waited, wanted)
    assert waited <= DAY


def test_13_a_304_keeps_what_the_document_wished() -> None:
    state = after(NEW, read(hints=FeedHints(every=3 * HOUR)))
    assert close(wait(after(state, UNCHANGED)), 3 * HOUR)


def test_17_without_validators_a_rare_feed_is_asked_by_its_rhythm() -> None:
    dates = tuple(START - 7 * DAY * n for n in range(5))
    bare = read(validators=Validators(url=URL))
    assert close(wait(after(NEW, bare, new=5, published=dates)), 7 * HOUR)
    assert close(wait(after(NEW, read(), new=5, published=dates)), HOUR)


def test_21_hours_and_days_to_skip_postpone() -> None:
    night = FeedHints(skip_hours=(7, 8, 9))
    assert after(NEW, read(hints=night)).next_poll_at == START.replace(hour=10)
    friday = START + 4 * DAY + 17 * HOUR + 30 * MINUTE  # 23:30
    weekend = FeedHints(skip_days=(5, 6))
    waited = wait(after(NEW, read(hints=weekend), friday), friday)
    assert waited == DAY  # 23: never beyond max_interval


def test_24_25_a_gap_shortens_the_wait_until_overlaps_lengthen_it_again() -> None:
    state = after(NEW, read())
    now = START + HOUR
    state = after(state, read(gap=True, known=0), now)
    assert close(wait(state, now), 30 * MINUTE)
    waits = []
    for _ in range(6):
        now += wait(state, now)
        state = after(state, read(), now)
        waits.append(wait(state, now))
    assert waits == sorted(waits)
    assert close(waits[-1], HOUR)
    now += 6 * MINUTE
    for _ in range(9):
        state = after(state, read(gap=True, known=0), now)
        now += MINUTE
    assert wait(state, now - MINUTE) >= 5 * MINUTE


def test_25_a_gap_is_a_document_of_a_known_feed_with_nothing_known_in_it() -> None:
    assert schedule.is_gap(read(gap=True, known=0), had_entries=True)
    assert not schedule.is_gap(read(known=1), had_entries=True)
    assert not schedule.is_gap(read(known=0), had_entries=False)
    assert not schedule.is_gap(UNCHANGED, had_entries=True)
    every_item_edited = read(gap=True, known=0)
    assert not schedule.is_gap(every_item_edited, had_entries=True, new_entries=0)
    assert schedule.is_gap(every_item_edited, had_entries=True, new_entries=1)


def shows_gap(
    keys: list[str], known: list[str], *, dates: list[int] | None = None
) -> bool:
    """Whether a document of new keys is a gap; dates: hours from the newest known."""
    entries = tuple(
        Entry(
            key=key,
            item_hash=key,
            url=URL,
            published_at=START + dates[n] * HOUR if dates else None,
        )
        for n, key in enumerate(keys)
    )
    visited = read(gap=True, parsed=ParsedFeed(entries=entries, total=len(entries)))
    seam = Seam(keys=tuple(known), newest_at=START)
    return schedule.is_gap(visited, had_entries=True, new_entries=len(keys), seam=seam)


@pytest.mark.parametrize(
    ("keys", "known", "gap"),
    [
        (["haber-43", "haber-42"], ["haber-41", "haber-40"], False),
        (["haber-42", "haber-43"], ["haber-40", "haber-41"], False),
        (["haber-44", "haber-43"], ["haber-41", "haber-40"], True),
        (["haber-42", "haber-44", "haber-43"], ["haber-41"], True),
        (["haber-42"], ["haber-41"], True),
        (["https://h.example/?p=43", "https://h.example/?p=42"],
         ["https://h.example/?p=41"], False),
        (["h.example/liman-7-1043", "h.example/vapur-1042"],
         ["h.example/fuar-2026-1041"], False),
        (["h.example/liman", "h.example/vapur-42"], ["h.example/fuar-41"], True),
        (["h.example/b-2026-01-07", "h.example/a-2026-01-07"],
         ["h.example/c-2026-01-06"], True),
        (["9" * 5000, "8" * 5000], ["7" * 5000], True),
    ],
)  # fmt: skip
def test_25_102_numbers_that_go_on_where_the_known_ones_end_are_no_gap(
    keys: list[str], known: list[str], gap: bool
) -> None:
    assert shows_gap(keys, known) == gap


@pytest.mark.parametrize(
    ("dates", "gap"),
    [
        ([3, 2, 1], True),
        ([3, 2, -1], True),  # one old text that was published late
        ([1, -1, -2], False),  # most are older than what we know: other identities
        ([-1, -2, -3], False),
        ([0, 0, 0], True),  # dates without a time of day
    ],
)
def test_25_a_document_that_is_mostly_older_than_what_is_known_is_no_gap(
    dates: list[int], gap: bool
) -> None:
    assert shows_gap(["a", "b", "c"], ["x", "y"], dates=dates) == gap


@pytest.mark.parametrize("visited", [read(), read(gap=True, known=0), failed()])
def test_104_a_listing_page_is_asked_hourly_at_most(visited: FeedVisited) -> None:
    listing = replace(FEED, kind="html", interval=10 * MINUTE)
    state = replace(NEW, last_success_at=START - 20 * MINUTE)
    assert wait(after(state, visited, feed=listing)) >= HOUR
    feed = replace(listing, kind="feed")
    assert wait(after(state, visited, feed=feed)) < 12 * MINUTE


def test_26_a_feed_that_answers_without_news_turns_quiet_and_back() -> None:
    dates = tuple(START - 10 * HOUR * n for n in range(10))
    state = after(NEW, read(), new=10, published=dates)
    names = []
    for day in range(1, 6):
        state = after(state, UNCHANGED, START + day * DAY)
        names.append(state.state)
    assert names == ["ok", "ok", "ok", "quiet", "quiet"]  # 8 x 10 hours
    assert state.state_since == START + 4 * DAY
    assert after(state, read(), START + 6 * DAY, new=1).state == "ok"


def test_26_a_busy_feed_may_sleep_a_night_and_an_office_its_weekend() -> None:
    busy = tuple(START - 10 * MINUTE * n for n in range(30))
    state = after(NEW, read(), new=30, published=busy)
    assert after(state, UNCHANGED, START + 12 * HOUR).state == "ok"
    friday = START + 4 * DAY
    office = tuple(
        friday - DAY * n for n in range(15) if (friday - DAY * n).weekday() < 5
    )
    monday = friday + 3 * DAY
    state = replace(
        after(NEW, read(), friday, new=9, published=office), rhythm=4 * HOUR
    )
    assert not state.weekends
    assert after(state, UNCHANGED, monday).state == "ok"
    assert after(replace(state, weekends=True), UNCHANGED, monday).state == "quiet"


def test_27_after_a_long_outage_there_is_one_request() -> None:
    state = after(NEW, UNCHANGED)
    later = START + 30 * DAY
    assert schedule.is_due(state, FEED, later)
    assert not schedule.is_due(after(state, UNCHANGED, later), FEED, later + MINUTE)


def test_28_a_clock_that_jumps_back_causes_no_second_request() -> None:
    state = after(NEW, UNCHANGED)
    assert not schedule.is_due(state, FEED, START - 2 * HOUR)


def test_28_a_clock_that_was_years_ahead_does_not_park_a_feed() -> None:
    state = after(NEW, UNCHANGED, START + 3000 * DAY)
    assert schedule.is_due(state, FEED, START)


def test_due_feeds_come_longest_waiting_first_and_forced_ones_too() -> None:
    feeds = [replace(FEED, id=n, url=f"https://{n}.example/") for n in "abc"]
    states = {
        "a": FeedState(feed_id="a", last_polled_at=START, next_poll_at=START + HOUR),
        "b": FeedState(feed_id="b", last_polled_at=START, next_poll_at=START),
    }
    due = schedule.due_feeds(feeds, states, START + MINUTE)
    assert [feed.id for feed in due] == ["c", "b"]
    forced = schedule.due_feeds(feeds, states, START + MINUTE, force=True)
    assert {feed.id for feed in forced} == {"a", "b", "c"}
    off = [replace(feed, enabled=False) for feed in feeds]
    assert schedule.due_feeds(off, states, START, force=True) == []


# -- C. redirects and failures ---------------------------------------------------------


def moved(target: str, *statuses: int) -> FeedVisited:
    return read(url=target, hops=tuple(Hop(status=s, url=target) for s in statuses))


def poll_daily(visited: FeedVisited, days: int = 4) -> FeedState:
    state = NEW
    for day in range(days):
        state = after(state, visited, START + day * DAY)
    return state


def test_29_a_permanent_redirect_is_adopted_after_three_polls_over_a_day() -> None:
    target = "https://yeni.example/feed"
    state = NEW
    for hour in range(5):  # often, but all on one day
        state = after(state, moved(target, 301), START + hour * HOUR)
    assert (state.url, state.moved_to, state.moved_count) == (None, target, 5)
    state = after(state, moved(target, 308), START + 25 * HOUR)
    assert (state.url, state.moved_to) == (target, None)
    assert any(target in note for note in state.notes)


def test_29_30_a_way_with_one_temporary_hop_is_never_adopted() -> None:
    for statuses in ((302,), (307,), (301, 302), (303, 301)):
        assert poll_daily(moved("https://yeni.example/feed", *statuses)).url is None


def test_29_a_target_that_changes_starts_again() -> None:
    state = poll_daily(moved("https://yeni.example/1", 301), 2)
    state = after(state, moved("https://yeni.example/2", 301), START + 2 * DAY)
    assert (state.url, state.moved_count) == (None, 1)


def test_31_a_home_page_is_not_adopted_nor_what_is_no_feed() -> None:
    assert poll_daily(moved("https://yeni.example/", 301)).url is None
    hops = (Hop(status=301, url="https://yeni.example/giris"),)
    page = replace(failed(200, kind="html"), hops=hops)
    assert poll_daily(page).url is None


def test_29_100_an_address_with_a_secret_is_followed_and_never_kept() -> None:
    state = poll_daily(moved("https://yeni.example/feed?token=gizli123456", 301))
    assert (state.url, state.moved_to, state.notes) == (None, None, ())


def test_33_two_feeds_at_one_address_are_asked_once_and_reported() -> None:
    other = replace(FEED, id="g", url="https://yeni.example/feed")
    states = {
        "f": replace(NEW, url="https://yeni.example/feed"),
        "g": FeedState(feed_id="g"),
    }
    due = schedule.due_feeds([other, FEED], states, START)
    assert [feed.id for feed in due] == ["g"]
    assert schedule.find_duplicates([other, FEED], states) == [("f", "g")]


def test_34_a_410_parks_a_feed_visibly_until_it_is_forced() -> None:
    state = after(NEW, failed(410, state="gone"))
    assert (state.state, state.error) == ("gone", "no")
    assert state.next_poll_at is None
    assert not schedule.is_due(state, FEED, START + 300 * DAY)
    assert schedule.due_feeds([FEED], {"f": state}, START, force=True) == [FEED]
    assert after(state, read(), START + DAY, new=1).state == "ok"


def test_35_a_404_is_asked_daily_and_gone_after_weeks() -> None:
    state, now = NEW, START
    for _ in range(40):
        state = after(state, failed(404), now)
        assert wait(state, now) <= DAY
        now += wait(state, now)
    assert (state.state, state.gone_since) == ("gone", START)
    assert schedule.is_due(state, FEED, now)
    assert after(state, failed(500), now).gone_since is None


@pytest.mark.parametrize("status", [401, 403, 429])
def test_35_36_who_refuses_us_is_left_alone_for_four_hours(status: int) -> None:
    assert wait(after(NEW, failed(status))) >= 4 * HOUR


def test_36_retry_after_decides_and_holds_for_the_host() -> None:
    busy = failed(503, retry_after=3 * HOUR)
    assert wait(after(NEW, busy)) == 3 * HOUR
    host = schedule.next_host(
        HostState(host="h"), Visited(host="h", feeds=(busy,)), START
    )
    assert host.retry_after_until == START + 3 * HOUR
    page = PageVisited(article_id=1, result="failed", failure=failed(429).failure)
    host = schedule.next_host(host, Visited(host="h", pages=(page,)), START + HOUR)
    assert host.retry_after_until == START + 5 * HOUR
    host = schedule.next_host(
        host, Visited(host="h", feeds=(read(),)), START + 6 * HOUR
    )
    assert host.retry_after_until is None


def test_28_36_a_wish_noted_by_a_clock_that_was_years_ahead_binds_nobody() -> None:
    asked = HostState(host="h", retry_after_until=START + HOUR)
    assert schedule.must_wait(asked, START)
    assert not schedule.must_wait(asked, START + HOUR)
    wrong = replace(asked, retry_after_until=START + 365 * DAY)
    assert not schedule.must_wait(wrong, START)


def test_36_37_a_host_is_not_blamed_for_another_that_it_leads_to() -> None:
    wish = failed(429, retry_after=HOUR, elsewhere=True)
    dead = failed(None, kind="dns", elsewhere=True)
    visited = Visited(host="h", feeds=(wish, dead))
    after_it = schedule.next_host(HostState(host="h"), visited, START)
    assert (after_it.retry_after_until, after_it.failures) == (None, 0)
    assert not schedule.is_unanswered(Visited(host="h", feeds=(dead,)))


def test_37_back_off_doubles_to_a_day_never_stops_and_one_success_resets() -> None:
    state, now, waits = NEW, START, []
    while now < START + 30 * DAY:
        assert schedule.is_due(state, FEED, now)
        state = after(state, failed(500), now)
        waits.append(wait(state, now))
        now += waits[-1]
    assert close(waits[0], HOUR, 0.1)
    assert close(waits[2], 4 * HOUR, 0.1)
    assert max(waits) == DAY
    assert (state.state, state.failures) == ("failing", len(waits))
    state = after(state, UNCHANGED, now)
    assert (state.failures, state.error, state.state) == (0, None, "ok")
    assert close(wait(state, now), HOUR)


def test_06_a_failure_keeps_validators_and_all_that_was_learned() -> None:
    good = after(NEW, read(), new=3, published=(START, START - HOUR))
    bad = after(good, failed(200, kind="html"), START + HOUR)
    assert (bad.validators, bad.body_hash, bad.rhythm) == (TAGGED, "b", HOUR)
    assert bad.last_success_at == START


@pytest.mark.parametrize("status", [400, 412, 431])
def test_06_a_server_that_cannot_bear_a_condition_is_asked_without(
    status: int,
) -> None:
    state = after(NEW, read())
    refused = after(state, failed(status), START + HOUR)
    assert (refused.validators, refused.body_hash) == (None, state.body_hash)


def test_07_a_304_is_a_success_and_takes_new_validators() -> None:
    newer = replace(TAGGED, etag='"2"')
    state = after(after(NEW, failed()), replace(UNCHANGED, validators=newer))
    assert (state.validators, state.failures, state.status) == (newer, 0, 304)
    assert state.last_success_at == START


def test_42_a_challenge_is_state_blocked_with_since_when() -> None:
    state = after(NEW, failed(403, state="blocked"))
    state = after(state, failed(403, state="blocked"), START + 5 * HOUR)
    assert (state.state, state.state_since) == ("blocked", START)


def test_a_skipped_feed_stays_as_it_was() -> None:
    state = after(NEW, read())
    skipped = FeedVisited(feed_id="f", result="skipped")
    assert after(state, skipped, START + HOUR) == state


# -- hosts and our own line ------------------------------------------------------------


def visited(host: str, *feeds: FeedVisited) -> Visited:
    return Visited(host=host, feeds=feeds)


def test_an_outage_of_ours_is_when_no_host_answers_at_all() -> None:
    down, answered = failed(None, kind="dns"), failed(500)
    skipped = FeedVisited(feed_id="f", result="skipped")
    assert schedule.is_own_outage([visited("a", down), visited("b", down, down)])
    assert not schedule.is_own_outage([visited("a", down), visited("b", answered)])
    assert not schedule.is_own_outage([visited("a", down)])
    assert not schedule.is_own_outage([visited("a", skipped), visited("b", skipped)])
    host = schedule.next_host(HostState(host="a"), visited("a", down), START)
    assert host.failures == 1


def test_57_a_hosts_robots_are_remembered_by_origin() -> None:
    old = Robots(origin="https://a", fetched_at=START, body="old")
    new = replace(old, body="new")
    other = replace(old, origin="https://b")
    host = HostState(host="h", robots=(old, other))
    kept = schedule.next_host(host, Visited(host="h", robots=(new,)), START).robots
    assert kept == (new, other)
