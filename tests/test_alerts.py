"""What is worth an alert and when it goes; pure, so that weeks pass in no time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import alerts
from aggregator.alerts import KnownTrouble, Trouble
from aggregator.alerts.timing import last_daily, next_daily, quiet_until
from aggregator.model import Intent, Settings, StoryEvent, Subscription, Told
from tests.alert_world import ANALYST, HEAD, NOW, event, subscription

ZONE = ZoneInfo("Europe/Istanbul")


def wanted(
    found: StoryEvent, *ways: Subscription, told: tuple[Told, ...] = ()
) -> tuple[Intent, ...]:
    return alerts.wanted(found, ways or (subscription(),), told, Settings(), NOW)


def told(**changes: Any) -> Told:
    values: dict[str, Any] = {
        "recipient": ANALYST,
        "watchlists": frozenset({"izmir-baku"}),
        "outlets": 1,
        "seq": 1,
        "told_at": NOW - timedelta(hours=5),
    }
    return Told(**{**values, **changes})


# -- one mail a story ------------------------------------------------------------------


def test_a_new_story_is_told_at_once_to_who_asked_for_it() -> None:
    (intent,) = wanted(event(1))
    assert (intent.recipient, intent.kind, intent.seq) == (ANALYST, "instant", 1)
    assert (intent.due_at, intent.held) == (NOW, False)


def test_three_watchlists_and_two_subscriptions_are_one_mail() -> None:
    keys = ("a", "b", "c")
    found = event(1, watchlists=tuple((k, 1.0) for k in keys), new=keys)
    ways = (
        subscription(watchlists=("a", "b")),
        subscription(watchlists=("c",), mode="daily"),
    )
    (intent,) = wanted(found, *ways)
    assert (intent.kind, set(intent.watchlists)) == ("instant", set(keys))


def test_who_does_not_follow_the_watchlist_hears_nothing() -> None:
    assert wanted(event(1), subscription(watchlists=("kardes",))) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline": True},
        {"new": (), "outlets_before": 2, "outlets_after": 3},
        {"published_at": NOW - timedelta(hours=73), "late": True},
    ],
    ids=["baseline", "a copy", "found late and old"],
)
def test_old_news_and_copies_are_never_mailed(changes: dict[str, Any]) -> None:
    assert wanted(event(1, **changes)) == ()


def test_an_entry_found_late_is_told_within_72_hours_and_marked() -> None:
    (intent,) = wanted(event(1, late=True, published_at=NOW - timedelta(hours=70)))
    assert intent.late


# -- follow-ups ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"new": ("kardes",)}, "watchlist"),
        ({"new": (), "outlets_before": 4, "outlets_after": 5}, "outlets"),
        ({"new": (), "outlets_before": 4, "outlets_after": 60}, "outlets"),
        ({"new": (), "slept": True}, "woke"),
    ],
    ids=["one more watchlist", "the fifth outlet", "many at once", "woke"],
)
def test_a_told_story_is_told_again_for_a_reason(
    changes: dict[str, Any], cause: str
) -> None:
    both = (("izmir-baku", 5.0), ("kardes", 2.0))
    (intent,) = wanted(event(1, watchlists=both, **changes), told=(told(),))
    assert (intent.kind, intent.seq, intent.cause) == ("followup", 2, cause)


@pytest.mark.parametrize("outlets", [6, 19, 21, 49, 51, 200])
def test_growth_between_the_steps_is_no_reason(outlets: int) -> None:
    step = max(n for n in (5, 20, 50) if n <= outlets)
    found = event(1, new=(), outlets_before=outlets - 1, outlets_after=outlets)
    assert wanted(found, told=(told(outlets=step),)) == ()


def test_growth_waits_an_hour_so_that_it_is_one_follow_up() -> None:
    found = event(1, new=(), outlets_before=4, outlets_after=5)
    at = NOW - timedelta(minutes=10)
    (intent,) = wanted(found, told=(told(told_at=at),))
    assert intent.due_at == at + timedelta(hours=1)


def test_what_waits_already_is_not_queued_again() -> None:
    found = event(1, new=(), outlets_before=4, outlets_after=5)
    waits = told(pending=("instant", 1, "instant"))
    assert wanted(found, told=(waits,)) == ()


def test_an_edit_that_hits_a_further_watchlist_is_told_however_old_it_is() -> None:
    old = NOW - timedelta(days=9)
    found = event(
        1,
        watchlists=(("kardes", 1.0),),
        new=("kardes",),
        published_at=old,
        edited=True,
    )
    (intent,) = wanted(found, told=(told(),))
    assert intent.cause == "watchlist"


# -- when ------------------------------------------------------------------------------


def test_each_mode_has_its_time() -> None:
    ways = (
        subscription(),
        subscription(to=HEAD, mode="daily", at=time(7, 30)),
        subscription(to="saat@example.org", mode="hourly"),
    )
    due = {item.recipient: item.due_at for item in wanted(event(1), *ways)}
    assert due[ANALYST] == NOW
    assert due[HEAD] == datetime(2026, 1, 7, 4, 30, tzinfo=UTC)
    assert due["saat@example.org"] == NOW.replace(hour=12, minute=0)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("21:59", None),
        ("22:00", "07:00"),
        ("23:30", "07:00"),
        ("00:10", "07:00"),
        ("06:59", "07:00"),
        ("07:00", None),
    ],
)
def test_quiet_hours_hold_over_midnight(clock: str, until: str | None) -> None:
    way = subscription(quiet=(time(22), time(7)))
    now = datetime.combine(datetime(2026, 1, 6), time.fromisoformat(clock), ZONE)  # noqa: DTZ001 - a date only
    end = quiet_until(way, now, ZONE)
    if until is None:
        assert end == now
    else:
        assert f"{end.astimezone(ZONE):%H:%M}" == until
        assert timedelta(0) < end - now <= timedelta(hours=9)


@pytest.mark.parametrize("day", [28, 29, 30])
def test_half_past_seven_stays_so_when_clocks_change(day: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")  # changes on 2026-03-29
    now = datetime(2026, 3, day, 3, 0, tzinfo=UTC)
    due = next_daily(subscription(mode="daily"), now, berlin)
    assert f"{due.astimezone(berlin):%d %H:%M}" == f"{day} 07:30"


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - given UTC below
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sets(st.integers(0, 6), max_size=7),
)
def test_a_digest_time_lies_between_the_last_and_the_next(
    moment: datetime, at: time, days: set[int]
) -> None:
    now = moment.replace(tzinfo=UTC)
    way = subscription(mode="daily", at=at, days=tuple(days))
    last, following = last_daily(way, now, ZONE), next_daily(way, now, ZONE)
    assert last <= now < following
    assert following - last <= timedelta(days=7)
    for due in (last, following):
        local = due.astimezone(ZONE)
        assert local.time() == at
        assert not days or local.weekday() in days


# Around each change of clocks in 2026; Chile's falls on midnight, Lord Howe's is half.
CHANGES = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
)
minutes = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))


@given(st.sampled_from(CHANGES), st.integers(-2000, 2000), minutes)
def test_a_digest_is_due_once_a_day_when_clocks_change(
    change: tuple[str, datetime], distance: int, at: time
) -> None:
    zone, now = ZoneInfo(change[0]), change[1] + timedelta(minutes=distance)
    way = subscription(mode="daily", at=at)
    last, following = last_daily(way, now, zone), next_daily(way, now, zone)
    assert last <= now < following
    assert timedelta(hours=22) <= following - last <= timedelta(hours=26)


@given(st.sampled_from(CHANGES), st.integers(-2000, 2000), minutes, minutes)
def test_quiet_hours_end_when_clocks_change(
    change: tuple[str, datetime], distance: int, start: time, end: time
) -> None:
    zone, now = ZoneInfo(change[0]), change[1] + timedelta(minutes=distance)
    way = subscription(quiet=(start, end))
    free = quiet_until(way, now, zone)
    assert now <= free <= now + timedelta(hours=25)


# -- volume ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "past", "sensitivity", "expected"),
    [
        (12, [2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 3, 2], "medium", True),
        (5, [2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 3, 2], "medium", False),
        (7, [2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 3, 2], "high", True),
        (9, [2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 3, 2], "low", False),
        (3, [0] * 14, "high", False),
        (60, [20, 55, 31, 48, 22, 39, 50, 28, 33, 41, 52, 26, 37, 45], "medium", False),
        (50, [1, 2], "high", False),
        (50, [1] * 14, "off", False),
    ],
)
def test_a_spike_stands_out_from_two_weeks(
    today: int, past: list[int], sensitivity: str, expected: bool
) -> None:
    assert alerts.is_spike(today, past, sensitivity) is expected


def test_a_watchlist_is_silent_only_against_its_own_rhythm() -> None:
    assert alerts.is_silent([3, 2, 4, 1, 2, 3, 2, 3, 1, 2, 0, 0, 0, 0])
    assert not alerts.is_silent([1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    assert not alerts.is_silent([2] * 14)


# -- health ----------------------------------------------------------------------------


def known(topic: str, state: str, hours: float = 1) -> KnownTrouble:
    at = NOW - timedelta(hours=hours)
    return KnownTrouble(topic=topic, state=state, text=topic, since=at, told_at=at)


def trouble(topic: str, state: str) -> Trouble:
    return Trouble(topic=topic, state=state, text=topic)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ([], [trouble("feed:a", "failing")], ["began"]),
        ([known("feed:a", "failing")], [trouble("feed:a", "failing")], []),
        ([known("feed:a", "failing", 25)], [trouble("feed:a", "failing")], ["lasts"]),
        ([known("feed:a", "failing")], [trouble("feed:a", "gone")], ["changed"]),
        ([known("feed:a", "failing")], [], ["over"]),
        ([known("feed:a", "quiet")], [trouble("outage", "down")], ["began"]),
        (
            [known("outage", "down")],
            [trouble("outage", "down"), trouble("feed:a", "failing")],
            [],
        ),
    ],
    ids=["new", "known", "a day", "another", "over", "outage", "outage blames none"],
)
def test_one_note_a_change_one_a_day_and_one_when_it_is_over(
    before: list[KnownTrouble], now: list[Trouble], change: list[str]
) -> None:
    assert [note.change for note in alerts.health(before, now, NOW)] == change
