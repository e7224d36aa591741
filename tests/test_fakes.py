"""The loopback world behaves like the real one where other tests rely on it."""

from __future__ import annotations

import http.client
import smtplib
import ssl

import pytest
import trustme

from tests.fakes import LOOPBACK, Answer, MailSink, Site

pytestmark = pytest.mark.allow_hosts(LOOPBACK)


def _send(sink: MailSink, *, login: tuple[str, str] | None = None) -> list[str]:
    """Send one message to a@ and b@; return the addresses that were refused."""
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=0.5) as client:
        if sink.tls:
            trust = ssl.create_default_context()
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
            client.starttls(context=trust)
        if login:
            client.login(*login)
        to = ["a@example.org", "b@example.org"]
        return list(client.sendmail("from@example.org", to, b"Subject: x\r\n\r\nx\r\n"))


def test_a_path_gives_its_answers_in_turn_and_a_304_to_its_own_validator() -> None:
    with Site("127.0.0.1", "127.0.0.2") as site:
        site.add("/rss", Answer(503), Answer(body="x", etag='"1"'))
        client = http.client.HTTPConnection("127.0.0.2", site.port, timeout=2)
        seen = []
        for tag in ("", "", '"1"', '"2"'):
            client.request("GET", "/rss", headers={"If-None-Match": tag})
            response = client.getresponse()
            response.read()
            seen.append(response.status)
        client.close()
    assert seen == [503, 200, 304, 200]
    assert {request.address for request in site.requests} == {"127.0.0.2"}


def test_the_mail_sink_refuses_greylists_drops_and_hangs_when_told_to() -> None:
    with MailSink() as sink:
        sink.refuse("b@example.org")
        assert _send(sink) == ["b@example.org"]
        assert sink.messages[0].recipients == ("a@example.org",)
        sink.accept("b@example.org")
        sink.greylist = True
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="451"):
            _send(sink)
        assert _send(sink) == []
        sink.drop_after_data = True
        with pytest.raises(smtplib.SMTPServerDisconnected):
            _send(sink)
        assert len(sink.messages) == 3
        sink.hang = True
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            _send(sink)


def test_the_mail_sink_asks_for_tls_and_a_password() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with MailSink(tls=context, users={"desk": "secret"}) as sink:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            _send(sink, login=("desk", "wrong"))
        _send(sink, login=("desk", "secret"))
    assert (sink.messages[0].tls, sink.messages[0].user) == (True, "desk")
