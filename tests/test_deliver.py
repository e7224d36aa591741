"""Delivery over real SMTP: nothing lost, nothing twice, nobody held up by another."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import trustme

from aggregator import deliver
from aggregator.config import load
from aggregator.deliver.sending import back_off
from aggregator.errors import ConfigError, DeliveryError, RunLocked, StoreError
from aggregator.model import Config
from aggregator.store import Db, open_db, outbox
from tests.alert_world import (
    ANALYST,
    HEAD,
    NOW,
    Clock,
    add_and_tell,
    add_feed,
    config,
    html_of,
    read,
    states,
    subscription,
    tell,
    text_of,
)
from tests.fakes import Answer, MailSink, Site

OTHERS = ("bir@example.org", "iki@example.org")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def send(conf: Config, db: Db, clock: Clock) -> deliver.Delivered:
    return deliver.deliver(conf, db, clock=clock)


def subjects(sink: MailSink) -> list[str]:
    return [str(read(item)["Subject"]) for item in sink.messages]


def ids(sink: MailSink) -> list[str]:
    return [str(read(item)["Message-ID"]) for item in sink.messages]


def queue_for(conf: Config, db: Db, clock: Clock, mode: str) -> None:
    """Queue one mail a recipient: one story at once, or three in an hourly digest."""
    for n in range(3 if mode == "hourly" else 1):
        add_and_tell(db, conf, clock(), f"Haber {n} Bakü")
    if mode == "hourly":
        clock.move(hours=1)


@pytest.fixture(params=["instant", "hourly"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def three(folder: Path, mode: str, port: int, **more: Any) -> Config:
    ways = [subscription(to=to, mode=mode) for to in (*OTHERS, ANALYST)]
    return config(folder, *ways, port=port, **more)


# -- the ordinary way ------------------------------------------------------------------


def test_a_mail_goes_once_and_is_noted(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    add_and_tell(db, conf, NOW, "Heyet Bakü'ye gitti")
    assert send(conf, db, clock).sent == 1
    assert send(conf, db, clock).sent == 0
    assert subjects(sink) == ["[İzmir–Bakü] Heyet Bakü'ye gitti · Son Mühür"]
    row = db.row("select * from deliveries")
    assert row is not None
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert row["message_id"] == ids(sink)[0]


def test_a_follow_up_answers_the_first_mail(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    story = add_and_tell(db, conf, NOW, "Haber")
    send(conf, db, clock)
    tell(db, conf, clock.move(hours=2), story, new=(), outlets_after=9)
    send(conf, db, clock)
    first, second = (read(item) for item in sink.messages)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Subject"] == f"Re: {first['Subject']}"


# -- the matrix of failures, for single mails and digests ------------------------------


def test_421_is_nobodys_attempt(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    conf = three(tmp_path, mode, sink.port)
    queue_for(conf, db, clock, mode)
    sink.reply("RCPT", "421 4.3.2 closing")
    done = send(conf, db, clock)
    assert done.sent == 0
    assert "421" in done.problems[0]
    assert db.value("select max(attempts) from deliveries") == 0
    sink.reply("RCPT", None)
    assert send(conf, db, clock).sent == 3
    assert len(set(ids(sink))) == len(sink.messages) == 3


def test_greylisting_waits_and_the_same_bytes_go_again(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    conf = three(tmp_path, mode, sink.port)
    queue_for(conf, db, clock, mode)
    sink.greylist = True
    assert send(conf, db, clock).sent == 0
    kept = {bytes(row[0]) for row in db.rows("select payload from alerts")}
    assert send(conf, db, clock).sent == 0  # not before its time
    clock.move(minutes=2)
    assert send(conf, db, clock).sent == 3
    assert {item.content for item in sink.messages} == kept


@pytest.mark.parametrize("code", ["550 5.1.1 no such user", "553 5.1.3 bad"])
def test_one_dead_address_of_three_harms_only_itself(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str, code: str
) -> None:
    conf = three(tmp_path, mode, sink.port)
    queue_for(conf, db, clock, mode)
    sink.refuse(OTHERS[0], code)
    done = send(conf, db, clock)
    assert (done.sent, done.dead) == (2, 1)
    assert {item.recipients[0] for item in sink.messages} == {OTHERS[1], ANALYST}
    clock.move(days=1)
    assert send(conf, db, clock).sent == 0
    assert {s for r, _, s in states(db) if r == OTHERS[0]} == {"dead"}
    deliver.queue_health(conf, db, clock())
    send(conf, db, clock)
    assert OTHERS[0] in text_of(read(sink.messages[-1]))


def test_a_line_lost_after_data_repeats_the_same_message(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    conf = config(tmp_path, subscription(mode=mode), port=sink.port)
    queue_for(conf, db, clock, mode)
    sink.drop_after_data = True
    assert send(conf, db, clock).sent == 0
    sink.drop_after_data = False
    clock.move(minutes=2)
    assert send(conf, db, clock).sent == 1
    one, two = sink.messages
    assert one.content == two.content


def test_a_server_that_hangs_is_left_in_time(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    short = {"timeout": timedelta(seconds=0.3)}
    conf = three(tmp_path, mode, sink.port, smtp=short)
    queue_for(conf, db, clock, mode)
    sink.hang = True
    done = send(conf, db, clock)
    assert done.sent == 0
    assert "no answer in time" in done.problems[0]
    sink.hang = False
    clock.move(minutes=3)
    assert send(conf, db, clock).sent == 3
    assert len(set(ids(sink))) == 3


def test_a_refused_connection_makes_no_message_and_counts_no_attempt(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    queue_for(three(tmp_path, mode, port), db, clock, mode)
    for _ in range(3):
        done = send(three(tmp_path, mode, port), db, clock)
        assert done.sent == 0
        assert str(port) in done.problems[0]
    assert db.value("select count(*) from alerts") == 0
    assert send(three(tmp_path, mode, sink.port), db, clock).sent == 3


def server_tls(host: str) -> tuple[trustme.CA, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return authority, context


def test_a_certificate_for_another_host_is_named_and_nothing_is_sent(
    tmp_path: Path, db: Db, clock: Clock, mode: str
) -> None:
    authority, context = server_tls("other.example")
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with MailSink(tls=context) as sink:
        smtp = {"security": "starttls", "ca_bundle": str(bundle)}
        conf = three(tmp_path, mode, sink.port, smtp=smtp)
        queue_for(conf, db, clock, mode)
        done = send(conf, db, clock)
        assert "certificate refused" in done.problems[0]
        assert (done.sent, sink.messages) == (0, [])


@pytest.mark.parametrize("broken", ["read-only", "full"])
def test_a_store_that_cannot_note_sends_nothing(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str, broken: str
) -> None:
    conf = three(tmp_path, mode, sink.port)
    queue_for(conf, db, clock, mode)
    if broken == "full":
        pages = db.value("pragma page_count")
        db.write(f"pragma max_page_count = {pages}")
    else:
        db.write("pragma query_only = 1")
    with pytest.raises(StoreError):
        send(conf, db, clock)
    assert sink.messages == []
    db.write("pragma query_only = 0")
    db.write("pragma max_page_count = 1000000")
    send(conf, db, clock)
    assert len(set(ids(sink))) == len(sink.messages) == 3


def test_two_deliveries_at_once_are_one(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, mode: str
) -> None:
    conf = three(tmp_path, mode, sink.port)
    queue_for(conf, db, clock, mode)
    with deliver.deliver_lock(conf.settings.database), pytest.raises(RunLocked):
        send(conf, db, clock)
    assert send(conf, db, clock).sent == 3


def test_a_message_is_given_up_after_three_days_and_the_operator_told(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    sink.refuse(ANALYST, "450 4.2.1 busy")
    for _ in range(200):
        if send(conf, db, clock).dead:
            break
        clock.move(minutes=30)
    assert timedelta(days=3) <= clock() - NOW <= timedelta(days=3, hours=8)
    deliver.queue_health(conf, db, clock())
    send(conf, db, clock)
    assert f"İletilemedi: {ANALYST}" in text_of(read(sink.messages[-1]))


def test_back_off_doubles_with_jitter_up_to_six_hours() -> None:
    waits = [back_off("<1@x.y>", n) for n in range(20)]
    assert timedelta(seconds=48) <= waits[0] <= timedelta(seconds=72)
    assert all(wait <= timedelta(hours=7.2) for wait in waits)
    assert waits[8] > timedelta(hours=3)
    assert back_off("<1@x.y>", 3) != back_off("<2@x.y>", 3)


# -- TLS and passwords -----------------------------------------------------------------


def test_starttls_and_a_log_in_work_and_the_password_comes_from_the_environment(
    tmp_path: Path, db: Db, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = server_tls("127.0.0.1")
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    smtp = {
        "security": "starttls",
        "ca_bundle": str(bundle),
        "username": "takip",
        "password_env": "MAIL_PASSWORD",
    }
    with MailSink(tls=context, users={"takip": "gizli"}) as sink:
        conf = config(tmp_path, subscription(), port=sink.port, smtp=smtp)
        add_and_tell(db, conf, NOW, "Haber")
        monkeypatch.setenv(
            "MAIL_PASSWORD", "yanlış-parola".encode("ascii", "ignore").decode()
        )
        done = send(conf, db, clock)
        assert "535" in done.problems[0]
        assert "parola" not in done.problems[0]
        monkeypatch.setenv("MAIL_PASSWORD", "gizli")
        assert "STARTTLS" in deliver.try_login(conf)
        assert send(conf, db, clock).sent == 1
    assert (sink.messages[0].tls, sink.messages[0].user) == (True, "takip")


def test_starttls_that_is_not_offered_is_an_error_not_a_fall_back(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(
        tmp_path, subscription(), port=sink.port, smtp={"security": "starttls"}
    )
    add_and_tell(db, conf, NOW, "Haber")
    assert "does not offer" in send(conf, db, clock).problems[0]
    assert sink.messages == []


def test_a_password_never_travels_unencrypted(tmp_path: Path) -> None:
    smtp = {"host": "posta.example", "username": "takip", "password_env": "PATH"}
    with pytest.raises(DeliveryError, match="unencrypted"):
        deliver.try_login(config(tmp_path, port=9, smtp=smtp))


# -- modes -----------------------------------------------------------------------------


def test_quiet_hours_end_in_one_digest(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    way = subscription(quiet=(time(22), time(7)))
    conf = config(tmp_path, way, port=sink.port)
    clock.at = datetime(2026, 1, 6, 20, 0, tzinfo=UTC)  # 23:00
    for n in range(4):
        add_and_tell(db, conf, clock.move(minutes=20), f"Haber {n}")
        assert send(conf, db, clock).sent == 0
    clock.at = datetime(2026, 1, 7, 4, 1, tzinfo=UTC)
    assert send(conf, db, clock).sent == 1
    assert "4 haber" in subjects(sink)[0]


def test_a_daily_digest_goes_once_a_date_late_if_the_machine_slept(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(to=HEAD, mode="daily"), port=sink.port)
    add_feed(db, "a", "Son Mühür")
    add_feed(db, "b", "Ege", "quiet")
    assert send(conf, db, clock).sent == 0  # made after today's time
    clock.at = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
    assert [send(conf, db, clock).sent for _ in range(3)] == [1, 0, 0]
    assert "eşleşme yok" in subjects(sink)[0]
    assert "1/2 kaynak sağlıklı; sessiz: Ege" in text_of(read(sink.messages[0]))
    add_and_tell(db, conf, clock(), "Haber")
    clock.at = datetime(2026, 1, 8, 4, 30, tzinfo=UTC)
    assert send(conf, db, clock).sent == 1
    assert "1 haber" in subjects(sink)[1]


def test_a_digest_only_counts_what_went_at_once(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = (
        subscription(watchlists=("izmir-baku",)),
        subscription(mode="daily"),
    )
    conf = config(tmp_path, *ways, port=sink.port)
    send(conf, db, clock)
    add_and_tell(db, conf, clock(), "Anında giden")
    add_and_tell(db, conf, clock(), "Özette kalan", watchlists=("kardes",))
    assert send(conf, db, clock).sent == 1
    clock.move(days=1)
    assert send(conf, db, clock).sent == 1
    said = text_of(read(sink.messages[1]))
    assert "Özette kalan" in said
    assert "Anında giden" not in said
    assert "Anında gönderilen: 1 haber" in said


def test_two_hundred_stories_in_an_hour_are_eleven_mails_at_most(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    for n in range(12):
        for k in range(17):
            add_and_tell(db, conf, clock(), f"Haber {n}-{k}" if n else f"İlk {k}")
            if n < 2 and k >= 4:
                break
        send(conf, db, clock)
        clock.move(minutes=5)
    assert len(sink.messages) <= 11
    clock.move(hours=2)
    send(conf, db, clock)
    told = "".join(html_of(read(item)) for item in sink.messages)
    assert "İlk 0" in told
    assert {state for *_, state in states(db)} == {"sent"}


def test_three_hundred_stories_after_an_outage_are_one_digest(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    down = config(tmp_path, subscription(), port=sink.port, smtp={"host": "localhost"})
    sink.reply("RCPT", "421 down")
    for n in range(300):
        add_and_tell(db, down, clock.move(minutes=1), f"Haber {n}")
        if n % 60 == 0:
            send(down, db, clock)
    sink.reply("RCPT", None)
    assert send(down, db, clock).sent == 2  # the one frozen before, and the rest
    assert "299 haber" in subjects(sink)[1]


def test_a_row_that_a_run_changes_meanwhile_is_told_in_full_later(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    story = add_and_tell(db, conf, NOW, "Haber")

    def run_beside(point: str) -> None:
        if point == "rendered" and len(sink.messages) == 0:
            both = (("izmir-baku", 5.0), ("kardes", 1.0))
            tell(db, conf, NOW, story, watchlists=both, new=("kardes",))

    assert deliver.deliver(conf, db, clock=clock, checkpoint=run_beside).sent == 0
    db.write("insert into story_flags values ('kardes', ?, 1, '')", (story,))
    assert send(conf, db, clock).sent == 1
    assert "Kardeş şehirler" in subjects(sink)[0]


def test_one_message_that_cannot_be_made_stops_no_other(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = [subscription(to=to) for to in OTHERS]
    conf = config(tmp_path, *ways, port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    points: list[str] = []

    def break_first(point: str) -> None:
        points.append(point)
        if points.count("rendered") == 1 and point == "rendered":
            raise RuntimeError("poison")

    done = deliver.deliver(conf, db, clock=clock, checkpoint=break_first)
    assert done.sent == 1
    assert "poison" in done.problems[0]
    assert send(conf, db, clock).sent == 1


def test_a_story_that_was_removed_is_not_told(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    db.write("delete from stories")
    assert send(conf, db, clock).sent == 0
    assert states(db) == [(ANALYST, "instant", "dead")]


def test_a_delivery_is_bounded_in_time_and_the_next_goes_on(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = [subscription(to=to) for to in (*OTHERS, ANALYST)]
    conf = config(tmp_path, *ways, port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")

    def take_long(point: str) -> None:
        if point == "noted":
            clock.move(seconds=9)

    done = deliver.deliver(conf, db, clock=clock, checkpoint=take_long, max_seconds=10)
    assert (done.sent, done.waiting) == (2, 1)
    assert send(conf, db, clock).sent == 1


def test_who_left_gets_nothing_more(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    add_and_tell(db, config(tmp_path, subscription()), NOW, "Haber")
    assert send(config(tmp_path, port=sink.port), db, clock).sent == 0
    row = db.row("select state, error from deliveries")
    assert row is not None
    assert tuple(row) == ("dead", "no longer subscribed")


# -- looking without sending -----------------------------------------------------------


def test_a_dry_run_lists_and_writes_nothing(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = (subscription(), subscription(to=HEAD, mode="hourly"))
    conf = config(tmp_path, *ways, port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    before = list(db.conn.iterdump())
    said = deliver.deliver(conf, db, clock=clock, dry_run=True).describe()
    assert f"due    {ANALYST}" in said
    assert f"waits  {HEAD}  until 2026-01-06 15:00  1 rows: hourly" in said
    assert list(db.conn.iterdump()) == before
    assert sink.messages == []


def test_a_preview_writes_three_files_a_message_and_leaves_the_outbox(
    tmp_path: Path, db: Db
) -> None:
    ways = (subscription(), subscription(to=HEAD, mode="daily"))
    conf = config(tmp_path, *ways)
    add_and_tell(db, conf, NOW, "Haber")
    before = list(db.conn.iterdump())
    lines = list(deliver.preview(conf, db, NOW, tmp_path / "out"))
    assert len(lines) == 2
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".eml", ".txt", ".html"}
    assert list(db.conn.iterdump()) == before


def test_a_test_mail_goes_the_real_way_and_shows_the_answers(
    tmp_path: Path, sink: MailSink
) -> None:
    conf = config(tmp_path, port=sink.port)
    lines = list(deliver.send_test(conf, ANALYST, NOW))
    assert lines[-1].startswith("accepted: 250")
    assert "Deneme iletisi" in text_of(read(sink.messages[0]))
    sink.refuse(ANALYST)
    seen = []
    with pytest.raises(DeliveryError, match="550"):
        seen += list(deliver.send_test(conf, ANALYST, NOW))


def test_a_preview_shows_what_waits_as_it_would_go(tmp_path: Path, db: Db) -> None:
    ways = (
        subscription(quiet=(time(14), time(16))),
        subscription(to=HEAD, mode="daily", language="en"),
    )
    conf = config(tmp_path, *ways)
    for n in range(3):
        add_and_tell(db, conf, NOW, f"Haber {n}")
    zone = ZoneInfo(conf.settings.timezone)
    messages = deliver.preview(conf, db, NOW, tmp_path / "out")
    lines = [message.describe(zone) for message in messages]
    assert "2026-01-06 16:00" in lines[0]
    assert "Sessiz saatlerde bulunanlar: 3 haber" in lines[0]
    assert "2026-01-07 07:30" in lines[1]
    assert "3 stories" in lines[1]


def test_a_dead_mans_switch_is_asked_and_its_failure_named(tmp_path: Path) -> None:
    assert deliver.ping(config(tmp_path)) is None
    with Site() as site:
        site.add("/ping", Answer(200), Answer(500))
        conf = config(tmp_path, ping_url=site.url("/ping"))
        assert deliver.ping(conf) is None
        assert "500" in str(deliver.ping(conf))
        assert len(site.asked("/ping")) == 2


# -- webhook ---------------------------------------------------------------------------


class Hook(BaseHTTPRequestHandler):
    """Answers as told and keeps what came."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]]
    paths: list[str]

    def do_POST(self) -> None:
        self.paths.append(self.path)
        size = int(self.headers["Content-Length"])
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.got.append((headers, self.rfile.read(size)))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[HTTPServer]:
    Hook.answers, Hook.got, Hook.paths = [], [], []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_signed_json_through_the_same_outbox(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"http://127.0.0.1:{hook.server_port}/kanca?a=1"
    conf = config(tmp_path, subscription(to=url, channel="webhook"))
    add_and_tell(db, conf, NOW, "Haber")
    assert "AGGREGATOR_WEBHOOK_SECRET" in send(conf, db, clock).problems[0]
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    Hook.answers += [503]
    assert send(conf, db, clock).sent == 0
    assert send(conf, db, clock).sent == 1
    (_, first), (headers, body) = Hook.got
    assert first == body
    signature = hmac.new(b"anahtar", body, hashlib.sha256).hexdigest()
    assert headers["x-signature-256"] == f"sha256={signature}"
    assert json.loads(body)["stories"][0]["title"] == "Haber"


def test_a_webhook_that_redirects_is_not_followed(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    url = f"http://127.0.0.1:{hook.server_port}/"
    conf = config(tmp_path, subscription(to=url, channel="webhook"))
    add_and_tell(db, conf, NOW, "Haber")
    Hook.answers += [302]
    done = send(conf, db, clock)
    assert (done.dead, len(Hook.got)) == (1, 1)
    assert "redirects are not followed" in done.problems[0]


@pytest.mark.parametrize("before", ["instant", "hourly", "daily"])
@pytest.mark.parametrize("after", ["instant", "hourly", "daily"])
def test_what_waits_still_goes_once_when_its_subscription_changes_its_mode(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, before: str, after: str
) -> None:
    night = (time(14), time(15))  # holds back what would go at once
    old = config(tmp_path, subscription(mode=before, quiet=night), port=sink.port)
    for n in range(2):
        add_and_tell(db, old, NOW, f"Haber {n}")
    new = config(tmp_path, subscription(mode=after), port=sink.port)
    for _ in range(30):
        send(new, db, clock)
        clock.move(hours=1)
    told = "".join(html_of(read(item)) for item in sink.messages)
    assert (told.count("Haber 0</a></h"), told.count("Haber 1</a></h")) == (1, 1)
    assert {state for *_, state in states(db)} == {"sent"}


def test_a_term_is_called_by_its_plainest_form(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    db.write("update match_records set surface = 'Bakü' where start > 50")
    send(conf, db, clock)
    assert "“Bakü” başlıkta ve metinde 2 kez" in text_of(read(sink.messages[0]))


# -- clocks, servers, addresses that were wrong ----------------------------------------


def test_a_clock_that_was_a_year_ahead_silences_nobody(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = (subscription(), subscription(to=HEAD, mode="daily"))
    conf = config(tmp_path, *ways, port=sink.port)
    send(conf, db, clock)
    right, clock.at = clock.at, clock.at + timedelta(days=365)
    sink.refuse(ANALYST, "450 4.2.1 busy")
    add_and_tell(db, conf, clock(), "Yarının haberi")
    add_and_tell(db, conf, clock(), "Bir haber daha")
    send(conf, db, clock)
    assert [read(item)["To"] for item in sink.messages] == [HEAD]
    clock.at = right + timedelta(minutes=15)
    sink.accept(ANALYST)
    assert send(conf, db, clock).sent == 2
    add_and_tell(db, conf, clock(), "Bugünün haberi")
    clock.move(days=1)
    assert send(conf, db, clock).sent == 2
    assert "Bugünün haberi" in html_of(read(sink.messages[-1]))


def test_a_clock_that_steps_back_over_the_digests_minute_sends_no_second_one(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(to=HEAD, mode="daily"), port=sink.port)
    send(conf, db, clock)
    clock.at = datetime(2026, 1, 7, 4, 30, 2, tzinfo=UTC)
    assert send(conf, db, clock).sent == 1
    clock.at = datetime(2026, 1, 7, 4, 29, 58, tzinfo=UTC)
    assert send(conf, db, clock).sent == 0
    clock.move(minutes=1)
    assert send(conf, db, clock).sent == 0


def test_a_server_that_was_only_mistyped_is_forgotten_once_put_right(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    wrong = config(tmp_path, subscription(), port=1)
    add_and_tell(db, wrong, NOW, "Haber")
    send(wrong, db, clock)
    assert outbox.recall_all(db, "down:")
    right = config(tmp_path, subscription(), port=sink.port)
    assert send(right, db, clock).sent == 1
    assert outbox.recall_all(db, "down:") == {}


def test_the_foot_names_what_sent_it_in_the_mails_own_language(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    ways = (
        subscription(watchlists=("izmir-baku",)),
        subscription(mode="daily", language="en"),
    )
    conf = config(tmp_path, *ways, port=sink.port)
    add_and_tell(db, conf, NOW, "Haber")
    send(conf, db, clock)
    foot = text_of(read(sink.messages[0])).split("-- ")[1]
    assert "abonelik kapsamında gönderildi: İzmir–Bakü (anında)." in foot
    assert "daily" not in foot


KEY = "T0/gizli-anahtar-77"


def hooked(folder: Path, address: str) -> Config:
    """A configuration as read from a file, with one webhook."""
    file = folder / "feeds.yaml"
    file.write_text(
        f"settings: {{database: {folder}/news.db}}\n"
        "watchlists: [{id: izmir-baku, title: İzmir–Bakü, terms: [Bakü]}]\n"
        "alerts:\n"
        "  subscriptions:\n"
        f"    - {{to: {address}, channel: webhook, watchlists: all, mode: instant}}\n",
        "utf-8",
    )
    return load(file)


def everything_in(folder: Path) -> bytes:
    """All files of a folder but the configuration, names included."""
    files = [path for path in folder.rglob("*") if path.suffix != ".yaml"]
    return b"".join(
        str(path).encode() + path.read_bytes() for path in files if path.is_file()
    )


def test_the_key_in_a_webhooks_address_is_used_and_is_nowhere_else(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    server = f"http://127.0.0.1:{hook.server_port}"
    conf = hooked(tmp_path, f"{server}/services/{KEY}?jeton=a{KEY}")
    add_and_tell(db, conf, NOW, "Haber")
    said = [deliver.deliver(conf, db, clock=clock, dry_run=True).describe()]
    said += map(str, deliver.preview(conf, db, NOW, tmp_path / "önizleme"))
    Hook.answers += [503, 400]
    said += send(conf, db, clock).problems
    said += send(conf, db, clock).problems  # given up
    assert Hook.paths == [f"/services/{KEY}?jeton=a{KEY}"] * 2
    (row,) = db.rows("select recipient, state from deliveries")
    assert row["recipient"].startswith(f"{server}/…")
    assert row["state"] == "dead"
    assert row["recipient"] in said[0]
    said += deliver.send_test(conf, f"{server}/services/{KEY}", NOW)
    assert KEY not in repr(conf.alerts) + "".join(said)
    assert KEY not in "".join(body.decode() for _, body in Hook.got)
    assert KEY.encode() not in everything_in(tmp_path)


def test_addresses_that_an_older_release_kept_become_names_and_their_mail_still_goes(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    address = f"http://127.0.0.1:{hook.server_port}/services/{KEY}"
    old = config(tmp_path, subscription(to=address, channel="webhook"))
    add_and_tell(db, old, NOW, "Haber")
    Hook.answers += [503]
    send(old, db, clock)
    add_and_tell(db, old, NOW, "Sonraki haber")
    cursor = (f"digest:{address}:07:30", NOW.isoformat())
    db.write("insert into meta values (?, ?)", cursor)
    db.write("delete from _sqlite_migrations where name = 'm0003_hook_names'")
    db.write("pragma user_version = 2")
    db.close()
    assert KEY.encode() in everything_in(tmp_path)
    new = open_db(tmp_path / "news.db")
    conf = hooked(tmp_path, address)
    try:
        assert send(conf, new, clock).sent == 2
        assert outbox.recall_all(new, f"digest:{conf.alerts.subscriptions[0].to}")
    finally:
        new.close()
    assert KEY.encode() not in everything_in(tmp_path)


def test_what_waits_for_a_webhook_that_left_the_configuration_is_given_up(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    server = f"http://127.0.0.1:{hook.server_port}"
    conf = hooked(tmp_path, f"{server}/{KEY}")
    add_and_tell(db, conf, NOW, "Haber")
    Hook.answers += [503]
    send(conf, db, clock)
    done = send(hooked(tmp_path, f"{server}/yeni"), db, clock)
    assert (done.dead, len(Hook.got)) == (1, 1)
    assert "not configured any more" in done.problems[0]


def test_a_webhooks_address_may_come_from_the_environment_and_change_there(
    tmp_path: Path,
    db: Db,
    clock: Clock,
    hook: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    monkeypatch.delenv("KANCA", raising=False)
    conf = hooked(tmp_path, "$KANCA")
    assert conf.warnings[-1].endswith("the environment variable KANCA is not set")
    add_and_tell(db, conf, NOW, "Haber")
    assert send(conf, db, clock).problems == [
        "webhook $KANCA: the variable KANCA is not set"
    ]
    for key, answer in (("eski", 503), ("yeni", 204)):
        monkeypatch.setenv("KANCA", f"http://127.0.0.1:{hook.server_port}/{key}")
        Hook.answers.append(answer)
        send(hooked(tmp_path, "$KANCA"), db, clock)
    assert Hook.paths == ["/eski", "/yeni"]
    assert [row["recipient"] for row in db.rows("select * from deliveries")] == [
        "$KANCA"
    ]
    conf = hooked(tmp_path, "$KANCA")
    assert list(deliver.send_test(conf, "$KANCA", NOW))[-1].startswith("accepted: 204")
    monkeypatch.setenv("KANCA", "http://uzak.example/gizli")
    with pytest.raises(ConfigError, match="variable KANCA must be an https") as wrong:
        hooked(tmp_path, "$KANCA")
    assert "gizli" not in str(wrong.value)
