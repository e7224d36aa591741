"""Health mails: what the operator hears of, once, and in which language."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator import deliver
from aggregator.alerts.wording import PHRASES
from aggregator.model import Config
from aggregator.store import Db, outbox
from tests.alert_world import (
    NOW,
    OPERATOR,
    Clock,
    add_and_tell,
    add_feed,
    config,
    read,
    subscription,
    text_of,
)
from tests.fakes import MailSink


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(
    conf: Config,
    db: Db,
    now: datetime,
    *,
    own_outage: bool = False,
    notes: tuple[str, ...] = (),
) -> deliver.Delivered:
    """Do what the end of a run does."""
    deliver.queue_health(conf, db, now, own_outage=own_outage, notes=notes)
    return deliver.deliver(conf, db, clock=lambda: now)


def health_mails(sink: MailSink) -> list[str]:
    return [text_of(read(m)) for m in sink.messages if m.recipients == (OPERATOR,)]


def test_the_operator_hears_of_a_change_once_daily_and_when_it_is_over(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port)
    add_feed(db, "ege", "Ege", "failing", failures=4, error="503")
    counts = []
    for hours in (0, 1, 22, 2, 1):
        clock.move(hours=hours)
        run(conf, db, clock())
        counts.append(len(health_mails(sink)))
    assert counts == [1, 1, 1, 2, 2]
    db.write("update feeds set state = 'ok', failures = 0")
    run(conf, db, clock())
    assert "Giderilen sorun" in health_mails(sink)[-1]
    assert len(health_mails(sink)) == 3


def test_our_own_outage_is_one_mail_and_no_feed_is_blamed(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port)
    for n in range(20):
        add_feed(db, f"f{n}", f"Yayın {n}", "failing", failures=9)
    for _ in range(4):
        clock.move(minutes=30)
        run(conf, db, clock(), own_outage=True)
    (said,) = health_mails(sink)
    assert "bu makinenin" in said
    assert "Yayın 3" not in said


def test_gaps_and_the_runs_remarks_are_told_once(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port)
    add_feed(db, "ege", "Ege")
    db.write(
        "insert into gap_records (feed_id, detected_at) values ('ege', ?)",
        (NOW.isoformat(),),
    )
    for n in range(3):
        note = f"ege: {n} old items came again as new ones"
        run(conf, db, clock.move(minutes=5), notes=(note, " "))
    (said,) = health_mails(sink)
    assert "Boşluk: Ege" in said
    assert "old items came again" in said


def test_a_watchlist_that_is_unusually_loud_is_a_notice_of_its_own(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    for day in range(16):
        add_and_tell(db, config(tmp_path), NOW - timedelta(days=16 - day), f"E {day}")
    for n in range(12):
        add_and_tell(db, config(tmp_path), NOW, f"Yeni {n}")
    for _ in range(2):
        run(conf, db, clock.move(minutes=5))
    (message,) = sink.messages
    assert (
        read(message)["Subject"] == "[Basın Takip] Olağan dışı yoğunluk: İzmir–Bakü 12"
    )


def test_an_operator_who_reads_english_gets_every_trouble_in_english(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port, operator_language="en")
    for state in ("failing", "blocked", "gone", "quiet"):
        add_feed(db, state, f"Ege {state}", state, failures=4, error="503")
    db.write(
        "insert into gap_records (feed_id, detected_at) values ('gone', ?)",
        (NOW.isoformat(),),
    )
    run(conf, db, clock())
    db.write("update feeds set state = 'ok', failures = 0")
    run(conf, db, clock.move(minutes=5))
    begun, over = (read(message) for message in sink.messages)
    assert begun["Subject"] == "[Basın Takip] System status: new problem: 4, note: 1"
    assert begun["Content-Language"] == "en"
    assert over["Subject"] == "[Basın Takip] System status: resolved: 4"
    said = text_of(begun)
    assert "- Ege failing (failing): failing – 503" in said
    assert "- Ege blocked (blocked): blocking our requests – 503" in said
    assert "- Ege gone (gone): taken down – 503" in said
    assert "- Ege quiet (quiet): quiet: it answers, but" in said
    assert "- Gap: Ege gone, news between ? and ? may have been missed" in said
    assert not set("ığşİ") & set(said.replace("Basın Takip", ""))


def test_an_english_subscription_does_not_make_the_operator_english(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    english = subscription(to=OPERATOR, language="en", mode="hourly")
    conf = config(tmp_path, english, port=sink.port)
    add_feed(db, "ege", "Ege", "failing", failures=4, error="503")
    run(conf, db, clock())
    (said,) = health_mails(sink)
    assert "Yeni sorun\r\n- Ege (ege): hata veriyor – 503" in said


def test_both_languages_say_the_same_things() -> None:
    assert PHRASES["tr"].keys() == PHRASES["en"].keys()


def test_a_refused_health_mail_is_not_told_to_the_address_that_refused_it(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port)
    add_feed(db, "ege", "Ege", "failing", failures=4, error="503")
    sink.refuse(OPERATOR)
    done = run(conf, db, clock())
    assert done.problems == [f"{OPERATOR}: given up: 550 5.1.1 no such user"]
    for _ in range(3):
        assert run(conf, db, clock.move(minutes=15)).dead == 0
    assert outbox.pending(db) == []


def test_a_hundred_sick_sources_are_one_mail_that_can_be_read(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, port=sink.port)
    for n in range(100):
        add_feed(db, f"f{n}", f"Yayın {n}", "failing", failures=9, error="e" * 500)
    run(conf, db, clock())
    (said,) = health_mails(sink)
    assert said.count("hata veriyor") == 40
    assert "ve 60 satır daha: aggregator status" in said
    assert len(sink.messages[0].content) < 100_000


def test_a_turkish_health_mail_tells_its_reasons_in_turkish_an_english_one_as_written(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    add_feed(
        db,
        "ege",
        "Ege",
        "failing",
        failures=4,
        error="ege.example does not answer: no connection within 10 s",
    )
    down = f"{NOW.isoformat()} mail server m.example:25: no answer in time"
    outbox.remember(db, "down:127.0.0.1:25", down)
    notes = (
        "son-muhur: 3 old items came again as new ones; stored without alerts",
        "rematch: Traceback (most recent call last):\n  File …\nKeyError: 'ad'\n",
    )
    said = {}
    for language in ("tr", "en"):
        conf = config(tmp_path, port=25, operator_language=language)
        db.write("delete from troubles")
        db.write("delete from outbox")
        deliver.queue_health(conf, db, clock(), notes=notes)
        rows = db.rows("select text from outbox")
        said[language] = "\n".join(json.loads(row[0])["text"] for row in rows)
    assert "10 saniyede bağlanılamadı" in said["tr"]
    assert "süresinde yanıt gelmedi" in said["tr"]
    assert "3 eski giriş yeniymiş gibi geldi" in said["tr"]
    assert "rematch: programda beklenmeyen hata (KeyError)" in said["tr"]
    assert "does not answer: no connection within 10 s" in said["en"]
    assert "no answer in time" in said["en"]
    assert notes[0] in said["en"]
    assert "rematch: KeyError: 'ad'" in said["en"]
