"""The demo: sample outlets that behave as real ones, and a mailbox that takes mail."""

from __future__ import annotations

import gzip
import html
import json
import smtplib
import socket
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator import demo
from aggregator.config import load
from aggregator.demo.mailbox import Sink
from aggregator.demo.outlets import Outlet, load_outlets
from aggregator.demo.settings import MARK
from aggregator.demo.site import Site, _bind
from aggregator.errors import AggregatorError
from aggregator.match import compile_watchlists
from aggregator.model import Document
from tests.fakes import LOOPBACK

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

NOW = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=20)
WATCHLISTS = {
    "izmir-baku",
    "sister-cities",
    "azerbaijan",
    "karabakh",
    "kruvaziyer",
    "izmir",
}


def ask(url: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    """One request as a poller makes it; header names with _ for -."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def by_kind(site: Site, kind: str) -> Outlet:
    return next(outlet for outlet in site.outlets if outlet.kind == kind)


# -- the samples -----------------------------------------------------------------------


def test_there_are_all_kinds_of_outlets_in_four_languages() -> None:
    outlets = load_outlets()
    assert len(outlets) >= 8
    assert {outlet.kind for outlet in outlets} == {
        "rss",
        "atom",
        "json",
        "sitemap",
        "html",
    }
    assert {outlet.language for outlet in outlets} == {"tr", "az", "en", "ru"}
    assert sum(outlet.json_ld for outlet in outlets) >= 2
    old = next(outlet for outlet in outlets if outlet.charset == "windows-1254")
    assert (old.guid, old.dates) == ("none", "zoneless")


def test_every_sample_says_which_watchlists_must_flag_it_and_has_a_text() -> None:
    samples = [sample for outlet in load_outlets() for sample in outlet.articles]
    assert len({sample.key for sample in samples}) == len(samples) >= 40
    for sample in samples:
        assert set(sample.expect) <= WATCHLISTS, sample.key
        assert sample.batch in (1, 2), sample.key
        assert sample.title, sample.key
        assert sample.lead, sample.key
        words = sum(len(line.split()) for line in sample.paragraphs)
        assert words >= 65 or sample.scrape_state != "full", (sample.key, words)


def test_every_watchlist_has_news_and_something_that_must_not_match() -> None:
    samples = [sample for outlet in load_outlets() for sample in outlet.articles]
    for watchlist in WATCHLISTS:
        assert any(watchlist in sample.expect for sample in samples), watchlist
    assert sum(not sample.expect for sample in samples) >= 8


def test_one_agency_text_is_carried_by_four_outlets_in_four_ways() -> None:
    samples = [sample for outlet in load_outlets() for sample in outlet.articles]
    copies = [sample for sample in samples if sample.story == "kirk-yil"]
    assert len({sample.outlet_id for sample in copies}) == 4
    assert len({sample.title for sample in copies}) == 4
    assert len({sample.paragraphs for sample in copies}) == 4
    ascii_copy = next(sample for sample in copies if sample.paragraphs[0].isascii())
    assert "Izmir ile Baku" in ascii_copy.paragraphs[0]


# -- the sites -------------------------------------------------------------------------


def test_every_feed_lists_what_is_published_and_says_304_until_more_is() -> None:
    with Site(NOW) as site:
        known = {outlet.id: listed_validators(site, outlet) for outlet in site.outlets}
        for outlet in site.outlets:
            url = site.feed_url(outlet)
            assert ask(url, **known[outlet.id])[0].status == 304
            assert ask(url, "HEAD")[1] == b""
        site.publish(2, LATER)
        for outlet in site.outlets:
            assert ask(site.feed_url(outlet), **known[outlet.id])[0].status == 200
            assert len(site.published(outlet.id)) == len(outlet.articles)
            assert listed_validators(site, outlet) != known[outlet.id]


def listed_validators(site: Site, outlet: Outlet) -> dict[str, str]:
    """See that a feed lists every article; return what to send to be told 304."""
    response, body = ask(site.feed_url(outlet))
    text = html.unescape(body.decode(outlet.charset))
    published = site.published(outlet.id)
    assert response.status == 200
    assert published
    assert all(outlet.path_of(item.sample)[1:] in text for item in published)
    sent = {"If_None_Match": "ETag", "If_Modified_Since": "Last-Modified"}
    known = {
        asked: value
        for asked, header in sent.items()
        if (value := response.headers[header])
    }
    assert known
    return known


def test_each_kind_of_listing_states_title_address_and_time() -> None:
    with Site(NOW) as site:
        for kind, wanted in {
            "rss": "<pubDate>",
            "atom": "<published>",
            "json": "date_published",
            "sitemap": "news:publication_date",
            "html": 'class="tarih"',
        }.items():
            outlet = by_kind(site, kind)
            text = ask(site.feed_url(outlet))[1].decode(outlet.charset)
            assert text.count(wanted) >= len(site.published(outlet.id))
        feed = json.loads(ask(site.feed_url(by_kind(site, "json")))[1])
        newest = site.published(by_kind(site, "json").id)[0]
        assert feed["items"][0]["url"] == newest.url
        assert feed["items"][0]["date_published"] == newest.published_at.isoformat()


def test_every_article_page_is_there_with_its_text_and_furniture() -> None:
    with Site(NOW) as site:
        site.publish(2, LATER)
        for item in site.published():
            response, body = ask(item.url)
            assert response.status == 200, item.url
            text = html.unescape(body.decode(item.outlet.charset))
            assert item.sample.title in text
            assert all(line in text for line in item.sample.paragraphs)
            assert "uydurma" in text or item.outlet.language != "tr"


def test_the_old_site_is_windows_1254_and_says_so_nowhere() -> None:
    with Site(NOW) as site:
        old = next(o for o in site.outlets if o.charset == "windows-1254")
        response, body = ask(site.published(old.id)[0].url)
        assert response.headers["Content-Type"] == "text/html"
        assert "Balıkçı barınağında" in body.decode("windows-1254")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        feed = ask(site.feed_url(old))[1].decode("windows-1254")
        assert "<guid>" not in feed
        assert "<pubDate>05.01.2026 11:30</pubDate>" in feed


def test_a_body_is_packed_for_those_who_can_unpack_it() -> None:
    with Site(NOW) as site:
        url = site.feed_url(site.outlets[0])
        response, packed = ask(url, Accept_Encoding="gzip")
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == ask(url)[1]


def test_robots_txt_and_what_is_not_there() -> None:
    with Site(NOW) as site:
        sport = next(outlet for outlet in site.outlets if outlet.disallow)
        root = site.address(sport.id)
        assert b"Disallow: /ozel/" in ask(f"{root}/robots.txt")[1]
        assert ask(f"{root}/")[0].status == 200
        assert ask(f"{root}/yok")[0].status == 404
        feed = site.feed_url(sport)
        assert ask(feed, If_Modified_Since="yesterday")[0].status == 200
        assert [request.status for request in site.requests()] == [200, 200, 404, 200]


def test_a_system_with_one_loopback_address_serves_all_outlets_on_it() -> None:
    with Site(NOW) as site:
        # An address of documentation (RFC 5737) is no more ours than 127.0.0.21 there.
        server = _bind("192.0.2.1", site, site.outlets[0])
        assert server.server_address[0] == "127.0.0.1"
        server.server_close()


# -- the mailbox -----------------------------------------------------------------------


def test_the_mailbox_keeps_what_it_is_sent_byte_for_byte(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "takip@example.org", "analist@example.org"
    message["Subject"] = "[İzmir–Bakü] Kırkıncı yıl"
    message.set_content("Birinci satır\n.nokta ile başlayan\n")
    with Sink(tmp_path / "mail") as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
            client.send_message(message)
            client.rset()
            client.noop()
            client.send_message(message, to_addrs=["a@example.org", "b@example.org"])
        files = sorted((tmp_path / "mail" / "new").iterdir())
    texts = [file.read_text() for file in files]
    assert len(texts) == 2
    assert sum("Delivered-To: b@example.org" in text for text in texts) == 1
    assert all("Return-Path: <takip@example.org>\n" in text for text in texts)
    assert all("\n.nokta" in text or "base64" in text for text in texts)


def test_the_mailbox_refuses_what_is_out_of_order(tmp_path: Path) -> None:
    with Sink(tmp_path / "mail") as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
            assert client.docmd("RCPT", "TO:<a@example.org>")[0] == 503
            assert client.docmd("DATA")[0] == 503
            assert client.docmd("VRFY", "a")[0] == 502
            assert client.helo()[0] == 250
        with socket.create_connection(("127.0.0.1", sink.port), 5) as lost:
            lost.sendall(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhalf a")
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
            assert client.noop()[0] == 250
        assert list((tmp_path / "mail" / "new").iterdir()) == []


def test_the_mailbox_takes_no_message_without_end(tmp_path: Path) -> None:
    line = b"x" * 900 + b"\r\n"
    with (
        Sink(tmp_path / "mail") as sink,
        smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client,
    ):
        client.mail("takip@example.org")
        client.rcpt("analist@example.org")
        assert client.data(line * 11_500)[0] == 552
        assert client.docmd("DATA")[0] == 503
        assert client.noop()[0] == 250
    assert list((tmp_path / "mail" / "new").iterdir()) == []


# -- both together ---------------------------------------------------------------------


def test_a_demo_writes_its_configuration_and_starts_from_nothing(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "demo"
    with demo.start(folder, now=NOW) as shown:
        assert shown.config_path.read_text("utf-8").startswith(MARK)
        before = len(shown.published())
        assert shown.publish_more(LATER) == len(shown.published()) - before > 10
        assert shown.requests() == ()
        port = int(shown.config_path.read_text("utf-8").split("port: ")[1][:5])
        for number in range(3):
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
                client.sendmail("a@b.c", ["d@e.f"], f"Subject: {number}\r\n\r\nx\r\n")
        assert [mail["Subject"] for mail in shown.mails()] == ["0", "1", "2"]
        (folder / "news.db").write_bytes(b"old")
    with demo.start(folder, now=NOW) as shown:
        assert not (folder / "news.db").exists()
        assert shown.mails() == ()


def test_a_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_bytes(b"the archive")
    with (
        pytest.raises(AggregatorError, match="choose another folder"),
        demo.start(tmp_path, now=NOW),
    ):
        pass
    assert (tmp_path / "news.db").read_bytes() == b"the archive"


def test_the_configuration_of_the_demo_is_valid(tmp_path: Path) -> None:
    with demo.start(tmp_path / "demo", now=NOW) as shown:
        loaded = load(shown.config_path)
        outlets = {outlet.id for outlet in shown.site.outlets}
    assert {feed.id for feed in loaded.feeds} == outlets
    assert {watchlist.id for watchlist in loaded.watchlists} == WATCHLISTS
    assert loaded.warnings == ()


def test_the_watchlists_flag_what_the_samples_say_and_nothing_else(
    tmp_path: Path,
) -> None:
    with demo.start(tmp_path / "demo", now=NOW) as shown:
        loaded = load(shown.config_path)
    matcher = compile_watchlists(loaded.names, loaded.watchlists)
    for outlet in load_outlets():
        for sample in outlet.articles:
            document = Document(
                title=sample.title,
                lead=sample.lead,
                text="\n".join(sample.paragraphs),
                language=outlet.language,
            )
            flagged = sorted(flag.watchlist_id for flag in matcher.flags(document))
            assert tuple(flagged) == sample.expect, sample.key
