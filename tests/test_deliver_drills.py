"""Drills for deliver: a server, a network, a clock or a disk fails at a bad moment."""

from __future__ import annotations

import sqlite3
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme

from aggregator import deliver
from aggregator.errors import StoreError
from aggregator.model import Config
from aggregator.store import Db
from tests.alert_world import ANALYST, NOW, Clock, add_and_tell, config, subscription
from tests.fakes import MailSink


@pytest.fixture
def clock() -> Clock:
    return Clock()


def send(conf: Config, db: Db, clock: Clock) -> deliver.Delivered:
    return deliver.deliver(conf, db, clock=clock)


class Hook(BaseHTTPRequestHandler):
    """Answers as told: a status, and headers."""

    answers: list[tuple[int, dict[str, str]]]
    ids: list[str]

    def do_POST(self) -> None:
        self.ids.append(self.headers["Idempotency-Key"])
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers = self.answers.pop(0) if self.answers else (204, {})
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    Hook.answers, Hook.ids = [], []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/kanca"
    server.shutdown()
    server.server_close()


# -- servers ---------------------------------------------------------------------------


def test_a_server_that_drops_every_line_after_data_is_left_alone_after_two(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    for n in range(5):
        add_and_tell(db, conf, NOW, f"Haber {n}")
    sink.drop_after_data = True
    done = send(conf, db, clock)
    assert (done.sent, done.waiting, len(sink.messages)) == (0, 5, 2)
    assert "the line was lost after DATA" in done.problems[0]
    sink.drop_after_data = False
    sink.messages.clear()
    clock.move(minutes=3)
    send(conf, db, clock)
    send(conf, db, clock)
    assert {row[0] for row in db.rows("select state from deliveries")} == {"sent"}
    told = b"".join(message.content for message in sink.messages)
    assert all(f"Haber {n}".encode() in told for n in range(5))


def test_a_server_without_the_configured_tls_is_named_in_words_and_costs_no_attempt(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    secure = config(tmp_path, subscription(), port=sink.port, smtp={"security": "tls"})
    add_and_tell(db, secure, NOW, "Haber")
    (problem,) = send(secure, db, clock).problems
    assert problem.endswith(f":{sink.port}: TLS: what answers there speaks no TLS")
    assert db.value("select count(*) from alerts") == 0
    plain = config(tmp_path, subscription(), port=sink.port)
    assert send(plain, db, clock).sent == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_webhook_that_asks_for_a_pause_gets_it_and_then_the_same_message(
    tmp_path: Path, db: Db, clock: Clock, hook: str, status: int, form: str
) -> None:
    conf = config(tmp_path, subscription(to=hook, channel="webhook"))
    add_and_tell(db, conf, NOW, "Haber")
    wish = {"Retry-After": "600"}
    if form == "date":
        there = NOW - timedelta(days=3)  # its clock is not ours
        wish = {
            "Date": format_datetime(there, usegmt=True),
            "Retry-After": format_datetime(there + timedelta(minutes=10), usegmt=True),
        }
    Hook.answers.append((status, wish))
    assert str(status) in send(conf, db, clock).problems[0]
    shown = deliver.deliver(conf, db, clock=clock, dry_run=True).describe()
    assert "until 2026-01-06 14:40  it asked for that" in shown
    clock.move(minutes=9)
    assert send(conf, db, clock).problems == []
    assert len(Hook.ids) == 1
    clock.move(minutes=2)
    assert send(conf, db, clock).sent == 1
    assert Hook.ids[0] == Hook.ids[1]
    assert db.value("select attempts from deliveries") == 1


@pytest.mark.parametrize("wish", ["", "-5", "soon", "0", "99999999999999"])
def test_a_useless_or_endless_wish_for_a_pause_silences_no_webhook(
    tmp_path: Path, db: Db, clock: Clock, hook: str, wish: str
) -> None:
    conf = config(tmp_path, subscription(to=hook, channel="webhook"))
    add_and_tell(db, conf, NOW, "Haber")
    Hook.answers.append((429, {"Retry-After": wish}))
    send(conf, db, clock)
    clock.move(hours=6, minutes=1)
    assert send(conf, db, clock).sent == 1


# -- clocks ----------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [9, 24, 24 * 300])
def test_a_clock_set_back_holds_back_neither_mails_that_failed_nor_new_ones(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock, hook: str, hours: int
) -> None:
    ways = (subscription(), subscription(to=hook, channel="webhook"))
    conf = config(tmp_path, *ways, port=sink.port)
    sink.refuse(ANALYST, "450 4.2.1 busy")
    Hook.answers.append((429, {"Retry-After": "3600"}))
    add_and_tell(db, conf, NOW, "Haber")
    assert send(conf, db, clock).sent == 0
    sink.accept(ANALYST)
    clock.move(hours=-hours)
    add_and_tell(db, conf, clock(), "Bir haber daha")
    assert send(conf, db, clock).sent == 4
    clock.move(hours=hours)
    assert send(conf, db, clock).sent == 0
    assert len(sink.messages) == 2


# -- disks -----------------------------------------------------------------------------


def test_a_disk_that_fills_up_while_a_mail_is_noted_repeats_the_same_mail_once(
    tmp_path: Path, db: Db, sink: MailSink, clock: Clock
) -> None:
    conf = config(tmp_path, subscription(), port=sink.port)
    for n in range(2):
        add_and_tell(db, conf, NOW, f"Haber {n}")

    def fill_up(name: str) -> None:
        if name == "before noting":
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StoreError, match="disk is full"):
        deliver.deliver(conf, db, clock=clock, checkpoint=fill_up)
    assert len(sink.messages) == 1  # nothing more goes that cannot be noted
    assert send(conf, db, clock).sent == 2
    assert send(conf, db, clock).sent == 0
    first, again, other = sink.messages
    assert first.content == again.content != other.content
    assert {row[0] for row in db.rows("select attempts from deliveries")} == {1}


def test_a_webhook_whose_certificate_is_nobodys_is_named_in_words(
    tmp_path: Path, db: Db, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGGREGATOR_WEBHOOK_SECRET", "anahtar")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    address = f"https://127.0.0.1:{server.server_port}/kanca"
    conf = config(tmp_path, subscription(to=address, channel="webhook"))
    add_and_tell(db, conf, NOW, "Haber")
    (problem,) = send(conf, db, clock).problems
    server.shutdown()
    server.server_close()
    assert "certificate refused: " in problem
    assert "_ssl.c" not in problem
    assert db.value("select count(*) from alerts") == 0
