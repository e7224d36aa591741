"""The mail channel against a server that answers by script, command by command."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from aggregator.channels.email import EmailChannel
from aggregator.channels.webhook import WebhookChannel, ping
from aggregator.errors import DeliveryError
from aggregator.model import AlertSettings, Mail, Smtp
from aggregator.urls import hide_key
from tests.fakes import Answer, Site

MAIL = Mail(
    sender="Takip <takip@example.org>",
    recipient="a@example.org",
    message_id="<1@example.org>",
    subject="s",
    payload=b"Subject: s\r\n\r\n.leading dot\r\n",
)


class Session(socketserver.StreamRequestHandler):
    """Answers each command with the next line of its script, else with 250."""

    script: dict[str, list[str]]
    bodies: list[bytes]

    def handle(self) -> None:
        if not self.say("banner", "220 ready"):
            return
        while line := self.rfile.readline():
            verb = line.decode().split(":")[0].split()[0].upper()
            usual = {"EHLO": "250-here\r\n250 SIZE 1000000", "DATA": "354 go"}
            if not self.say(verb, usual.get(verb, "250 ok")):
                return
            if verb == "DATA" and self.last.startswith("354"):
                body = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    body += line
                self.bodies.append(body)
                if not self.say("end", "250 taken"):
                    return

    def say(self, verb: str, usual: str) -> bool:
        """Answer; False when the script says to hang up."""
        answers = self.script.get(verb)
        self.last = answers.pop(0) if answers else usual
        if self.last == "hang up":
            return False
        self.wfile.write(f"{self.last}\r\n".encode())
        return True


@contextmanager
def server(
    script: dict[str, list[str]], context: ssl.SSLContext | None = None
) -> Iterator[int]:
    Session.script, Session.bodies = script, []
    opened = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
    opened.daemon_threads = True
    if context is not None:
        opened.socket = context.wrap_socket(opened.socket, server_side=True)
    threading.Thread(target=opened.serve_forever, args=(0.01,), daemon=True).start()
    yield int(opened.server_address[1])
    opened.shutdown()
    opened.server_close()


def channel(port: int, **smtp: str) -> EmailChannel:
    seconds = timedelta(seconds=2)
    settings = Smtp(host="127.0.0.1", port=port, timeout=seconds, **smtp)  # type: ignore[arg-type] # a test's shorthand
    return EmailChannel(AlertSettings(smtp=settings), {})


def failure(script: dict[str, list[str]]) -> DeliveryError:
    with server(script) as port:
        line = channel(port)
        with pytest.raises(DeliveryError) as caught:
            line.send(MAIL)
        line.close()
    return caught.value


@pytest.mark.parametrize(
    ("script", "scope", "permanent"),
    [
        ({"banner": ["554 5.7.1 go away"]}, "server", False),
        ({"banner": ["421 4.3.2 later"]}, "server", False),
        ({"banner": ["hang up"]}, "server", False),
        ({"MAIL": ["553 5.7.1 not your sender"]}, "server", False),
        ({"MAIL": ["451 4.3.0 later"]}, "server", False),
        ({"MAIL": ["552 5.3.4 too big"]}, "recipient", True),
        ({"RCPT": ["450 4.2.0 greylisted"]}, "recipient", False),
        ({"RCPT": ["550 5.1.1 unknown"]}, "recipient", True),
        ({"RCPT": ["421 4.7.0 too many"]}, "server", False),
        ({"RCPT": ["hang up", "hang up"]}, "server", False),
        ({"DATA": ["451 4.3.0 later"]}, "recipient", False),
        ({"DATA": ["421 4.3.0 closing"]}, "server", False),
        ({"end": ["554 5.7.1 spam"]}, "recipient", True),
        ({"end": ["452 4.2.2 full"]}, "recipient", False),
        ({"end": ["hang up"]}, "line", False),
    ],
    ids=str,
)
def test_each_answer_blames_the_right_one(
    script: dict[str, list[str]], scope: str, permanent: bool
) -> None:
    error = failure(script)
    assert (error.scope, error.permanent) == (scope, permanent)


def test_a_line_lost_before_anything_was_sent_is_opened_anew() -> None:
    with server({"RCPT": ["hang up"]}) as port:
        line = channel(port)
        assert line.send(MAIL) == "250 taken"
        line.close()
    assert Session.bodies == [b"Subject: s\r\n\r\n..leading dot\r\n"]


def test_one_line_carries_many_messages() -> None:
    with server({"banner": ["220 ready", "554 only one line"]}) as port:
        line = channel(port)
        for _ in range(3):
            line.send(MAIL)
        line.close()
    assert len(Session.bodies) == 3


def test_tls_from_the_first_byte_is_verified(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with server({}, context) as port:
        line = channel(port, security="tls", ca_bundle=str(bundle))
        assert line.send(MAIL) == "250 taken"
        line.close()
        with pytest.raises(DeliveryError, match="certificate refused"):
            channel(port, security="tls").connect()


def test_an_answer_cannot_steer_the_terminal() -> None:
    error = failure({"RCPT": ["550 \x1b[31mred\x07"]})
    assert str(error).isprintable()


def test_a_password_beyond_ascii_is_an_answer_and_is_never_shown() -> None:
    login = {"username": "takip", "password_env": "PAROLA"}
    with server({"EHLO": ["250-here\r\n250 AUTH PLAIN LOGIN"]}) as port:
        settings = Smtp(host="127.0.0.1", port=port, **login)  # type: ignore[arg-type] # as above
        line = EmailChannel(AlertSettings(smtp=settings), {"PAROLA": "gizli-şifre"})
        with pytest.raises(DeliveryError, match="must be ASCII") as caught:
            line.connect()
    assert caught.value.scope == "server"
    assert "gizli" not in str(caught.value)


@pytest.mark.parametrize("host", ["posta..kent.bel.tr", "a" * 70 + ".tr", ".tr"])
def test_a_name_that_no_host_can_have_blames_the_server(host: str) -> None:
    settings = AlertSettings(smtp=Smtp(host=host))
    with pytest.raises(DeliveryError) as caught:
        EmailChannel(settings, {}).connect()
    assert caught.value.scope == "server"
    hook = WebhookChannel(AlertSettings(), {"AGGREGATOR_WEBHOOK_SECRET": "s"})
    with pytest.raises(DeliveryError) as caught:
        hook.connect(f"https://{host}/x")
    assert caught.value.scope == "server"


def test_a_bundle_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("no certificate")
    for bundle in (wrong, tmp_path / "none.pem"):
        with server({}) as port, pytest.raises(DeliveryError, match=bundle.name):
            channel(port, security="tls", ca_bundle=str(bundle)).connect()


def test_a_webhook_address_may_hold_letters_of_any_kind() -> None:
    with Site() as site:
        site.add("/kanca/%C5%9Eehir?ad=%C4%B1&b=%2F", Answer())
        hook = WebhookChannel(AlertSettings(), {"AGGREGATOR_WEBHOOK_SECRET": "s"})
        url = site.url("/kanca/Şehir?ad=ı&b=%2F")
        with pytest.raises(DeliveryError, match="501"):  # the site knows GET alone
            hook.send(replace(MAIL, recipient=url))
        hook.close()
        ping(url)
        assert len(site.asked("/kanca/%C5%9Eehir?ad=%C4%B1&b=%2F")) == 1


def test_a_webhook_needs_https_but_on_loopback() -> None:
    hook = WebhookChannel(AlertSettings(), {"AGGREGATOR_WEBHOOK_SECRET": "s"})
    with pytest.raises(DeliveryError, match="https"):
        hook.connect("http://kanca.example/x")
    with pytest.raises(DeliveryError) as caught:
        hook.connect("http://127.0.0.1:1/x")
    assert caught.value.scope == "server"


SECRET = st.text("abcXYZ059_-/?=&%.~", min_size=8)


@given(SECRET, st.sampled_from(("https://", "HTTPS://", "http://u:gizli77@")))
def test_the_name_of_a_webhook_holds_nothing_of_its_key_and_stays_what_it_is(
    secret: str, scheme: str
) -> None:
    address = f"{scheme}hooks.example:8443/k/{secret}"
    name = hide_key(address)
    assert re.fullmatch("https?://hooks\\.example:8443/…[0-9a-f]{10}", name)
    assert hide_key(name) == name != hide_key(f"{address}x")


@pytest.mark.parametrize("recipient", ["a@b.example", "$KANCA"])
def test_what_is_no_address_of_a_webhook_needs_no_other_name(recipient: str) -> None:
    assert hide_key(recipient) == recipient
