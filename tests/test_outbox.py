"""The outbox: once a story and recipient, through repeats, copies and merges."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import alerts
from aggregator.model import Config, Intent
from aggregator.store import Db, outbox
from tests.alert_world import (
    ANALYST,
    NOW,
    add_story,
    config,
    event,
    states,
    subscription,
    tell,
)


@pytest.fixture
def conf(tmp_path: Path) -> Config:
    return config(tmp_path, subscription())


BOTH = (("izmir-baku", 5.0), ("kardes", 1.0))


def rows(db: Db) -> list[tuple[int, str, int, str]]:
    return [
        (row["story_id"], row["kind"], row["seq"], row["watchlists"])
        for row in db.rows("select * from outbox order by story_id, seq")
    ]


def send_all(db: Db) -> None:
    db.write(
        "insert into alerts (recipient, kind, slot, message_id, subject, state,"
        " created_at, next_try_at) select recipient, kind, slot, 'm' || id, 's',"
        " 'sent', queued_at, queued_at from outbox where alert_id is null"
    )
    db.write(
        "update outbox set state = 'sent', alert_id ="
        " (select id from alerts where message_id = 'm' || outbox.id)"
        " where alert_id is null"
    )


def queue_and_fail(db: Db, intents: tuple[Intent, ...]) -> None:
    with db.transaction():
        assert outbox.queue(db, intents) == 1
        raise RuntimeError


def test_a_second_insert_changes_nothing(db: Db, conf: Config) -> None:
    story = add_story(db, "Haber")
    assert [tell(db, conf, NOW, story) for _ in range(3)] == [1, 0, 0]
    assert states(db) == [(ANALYST, "instant", "queued")]


def test_rows_vanish_with_the_transaction_that_caused_them(
    db: Db, conf: Config
) -> None:
    story = add_story(db, "Haber")
    intents = alerts.wanted(
        event(story), conf.alerts.subscriptions, (), conf.settings, NOW
    )
    with pytest.raises(RuntimeError):
        queue_and_fail(db, intents)
    assert states(db) == []
    assert tell(db, conf, NOW, story) == 1


def test_what_waits_takes_up_a_further_watchlist(db: Db, conf: Config) -> None:
    story = add_story(db, "Haber")
    tell(db, conf, NOW, story)
    assert tell(db, conf, NOW, story, watchlists=BOTH, new=("kardes",)) == 0
    assert rows(db) == [(story, "instant", 1, '["izmir-baku", "kardes"]')]


def test_two_hundred_copies_in_an_hour_are_one_mail_and_one_follow_up(
    db: Db, conf: Config
) -> None:
    story = add_story(db, "Haber")
    tell(db, conf, NOW, story)
    send_all(db)
    for n in range(1, 200):
        at = NOW + timedelta(seconds=18 * n)
        tell(db, conf, at, story, new=(), outlets_before=n, outlets_after=n + 1)
    assert [(kind, seq) for _, kind, seq, _ in rows(db)] == [
        ("instant", 1),
        ("followup", 2),
    ]


def test_an_instant_reason_takes_over_from_a_waiting_digest(
    db: Db, tmp_path: Path
) -> None:
    conf = config(
        tmp_path,
        subscription(watchlists=("kardes",)),
        subscription(watchlists=("izmir-baku",), mode="daily"),
    )
    story = add_story(db, "Haber")
    tell(db, conf, NOW, story)
    tell(db, conf, NOW, story, watchlists=BOTH, new=("kardes",))
    (row,) = db.rows("select * from outbox")
    assert (row["kind"], row["slot"]) == ("instant", "instant")


# -- merges ----------------------------------------------------------------------------


def merged(db: Db, old: int, new: int) -> None:
    with db.transaction():
        outbox.merge_story(db, old, new)


def test_a_merge_of_two_waiting_stories_is_one_mail_with_both_reasons(
    db: Db, conf: Config
) -> None:
    one, two = add_story(db, "Haber"), add_story(db, "Haber yine")
    tell(db, conf, NOW, one)
    tell(db, conf, NOW, two, watchlists=BOTH[1:], new=("kardes",))
    merged(db, two, one)
    assert rows(db) == [(one, "instant", 1, '["izmir-baku", "kardes"]')]


def test_a_merge_of_two_told_stories_mails_nothing(db: Db, conf: Config) -> None:
    one, two = add_story(db, "Haber"), add_story(db, "Haber yine")
    for story in (one, two):
        tell(db, conf, NOW, story)
    send_all(db)
    merged(db, two, one)
    assert [(r[0], r[2]) for r in rows(db)] == [(one, 1), (one, 2)]
    assert tell(db, conf, NOW, one, new=()) == 0


def test_what_was_told_once_is_not_told_again_through_a_merge(
    db: Db, conf: Config
) -> None:
    one, two = add_story(db, "Haber"), add_story(db, "Haber yine")
    tell(db, conf, NOW, one)
    send_all(db)
    tell(db, conf, NOW, two)
    merged(db, two, one)
    assert states(db) == [(ANALYST, "instant", "sent")]


def test_a_merge_loses_no_reason_that_was_not_told(db: Db, conf: Config) -> None:
    one, two = add_story(db, "Haber"), add_story(db, "Haber yine")
    tell(db, conf, NOW, one)
    send_all(db)
    tell(db, conf, NOW, two, watchlists=BOTH, new=("kardes", "izmir-baku"))
    merged(db, two, one)
    assert rows(db)[1] == (one, "followup", 2, '["kardes"]')


def test_another_recipient_is_not_touched_by_a_merge(db: Db, tmp_path: Path) -> None:
    conf = config(tmp_path, subscription(), subscription(to="b@example.org"))
    one, two = add_story(db, "Haber"), add_story(db, "Haber yine")
    tell(db, conf, NOW, two)
    merged(db, two, one)
    assert [(row[0], row[2]) for row in rows(db)] == [(one, 1), (one, 1)]
