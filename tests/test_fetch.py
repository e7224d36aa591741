"""Fetching over a real socket: polling.md A, C, D, and its numbers."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme

from aggregator.errors import FetchError
from aggregator.fetch import Pace, Session, mask_url, names
from aggregator.model import (
    Feed,
    FeedTask,
    Fetched,
    Limits,
    NotModified,
    Validators,
    VisitRules,
)
from tests.fakes import LOOPBACK, Answer, Site, redirect

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

NOW = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
LIMITS = Limits(
    connect_timeout=timedelta(seconds=5),
    read_timeout=timedelta(seconds=10),
    total_timeout=timedelta(seconds=20),
    max_bytes=1_000_000,
)
RULES = VisitRules(
    user_agent="aggregator/1.0 (+mailto:basin@example.org)",
    limits=LIMITS,
    page_limits=LIMITS,
    delay=timedelta(seconds=1),
    allow_hosts=("127.0.0.0/8", "::1", "site.test"),
)
HASTY = replace(
    LIMITS,
    read_timeout=timedelta(seconds=0.4),
    total_timeout=timedelta(seconds=0.6),
)
RSS = "<rss version='2.0'><channel><title>x</title></channel></rss>"


@dataclass
class World:
    """One site and one session, whose pauses pass at once and are noted."""

    site: Site
    pauses: list[float] = field(default_factory=list)
    rules: VisitRules = RULES
    resolve: Any = None

    def session(self) -> Session:
        return Session(
            self.rules,
            now=NOW,
            sleep=self.pauses.append,
            resolve=self.resolve,
        )

    def get(
        self, url: str, validators: Validators | None = None, **feed: Any
    ) -> Fetched | NotModified:
        with self.session() as session:
            return session.get_feed(task(url, validators, **feed))

    def fetched(self, url: str, **feed: Any) -> Fetched:
        answer = self.get(url, **feed)
        assert isinstance(answer, Fetched)
        return answer

    def error(self, url: str, **feed: Any) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.get(url, **feed)
        return caught.value


@pytest.fixture
def world() -> Iterator[World]:
    with Site("127.0.0.1", "127.0.0.2") as site:
        yield World(site)


def task(url: str, validators: Validators | None = None, **feed: Any) -> FeedTask:
    source = Feed(
        **({"url": url} | feed), id="f", outlet="O", interval=timedelta(hours=1)
    )
    return FeedTask(
        feed=source,
        url=url,
        validators=validators,
        body_hash=None,
        known_items=frozenset(),
    )


# -- A. conditional requests -----------------------------------------------------------


def test_01_ten_polls_of_an_unchanged_feed_are_one_200_and_nine_304(
    world: World,
) -> None:
    world.site.add("/rss", Answer(body=RSS, etag='"1"'))
    kept, kinds = None, []
    for _ in range(10):
        answer = world.get(world.site.url("/rss"), kept)
        kept = answer.validators
        kinds.append(type(answer))
    assert kinds == [Fetched] + [NotModified] * 9
    assert "if-none-match" not in world.site.requests[0].headers


@pytest.mark.parametrize(
    "etag", ['"abc"', 'W/"abc"', '"abc-gzip"', '"abc;br"', "unquoted", '"t\xfcrk"', '"']
)
def test_02_etag_goes_back_byte_for_byte(world: World, etag: str) -> None:
    world.site.add("/rss", Answer(body=RSS, etag=etag))
    first = world.get(world.site.url("/rss"))
    assert isinstance(world.get(world.site.url("/rss"), first.validators), NotModified)
    assert world.site.requests[-1].headers["if-none-match"] == etag


@pytest.mark.parametrize(
    "stamp", ["Tue, 06 Jan 2026 08:00:00 GMT", "Sal, 06 Oca 2026 11:00", "0"]
)
def test_03_last_modified_goes_back_verbatim(world: World, stamp: str) -> None:
    world.site.add("/rss", Answer(body=RSS, last_modified=stamp))
    first = world.get(world.site.url("/rss"))
    assert isinstance(world.get(world.site.url("/rss"), first.validators), NotModified)
    sent = world.site.requests[-1].headers
    assert sent["if-modified-since"] == stamp
    assert "if-none-match" not in sent  # 04: one known, that one is sent


def test_04_both_validators_are_sent_where_both_are_known(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS, etag='"1"', last_modified="then"))
    first = world.get(world.site.url("/rss"))
    world.get(world.site.url("/rss"), first.validators)
    sent = world.site.requests[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"1"', "then")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/rss?kategori=gündem", "/rss?kategori=g%C3%BCndem"),
        ("/haber akışı/rss", "/haber%20ak%C4%B1%C5%9F%C4%B1/rss"),
        ("/rss?k=%c5%9fehir", "/rss?k=%C5%9Fehir"),
        ("/rss?k=[1]", "/rss?k=%5B1%5D"),
        ("/x/../rss", "/rss"),
        ("/rss#son", "/rss"),
    ],
)
def test_01_an_address_that_is_sent_in_another_form_keeps_its_validators(
    world: World, written: str, sent: str
) -> None:
    world.site.add(sent, Answer(body=RSS, etag='"1"'))
    first = world.fetched(world.site.url(written))
    assert isinstance(world.get(world.site.url(written), first.validators), NotModified)


def test_02_an_etag_that_no_server_would_take_back_is_not_kept(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS, etag=f'"{"x" * 9_000}"'))
    assert world.fetched(world.site.url("/rss")).validators.etag is None


def test_07_a_304_updates_validators_and_freshness(world: World) -> None:
    url = world.site.url("/rss")
    headers = (("Last-Modified", "later"), ("Cache-Control", "max-age=900"))
    world.site.add("/rss", Answer(304, content_type=None, headers=headers))
    answer = world.get(url, Validators(url=url, etag='"1"', last_modified="then"))
    assert answer.validators == Validators(url=url, etag='"1"', last_modified="later")
    assert answer.freshness.max_age == timedelta(minutes=15)


def test_08_a_304_nobody_asked_for_is_an_error(world: World) -> None:
    world.site.add("/rss", Answer(304, content_type=None))
    assert "not modified" in str(world.error(world.site.url("/rss")))


def test_09_validators_go_only_to_the_address_they_came_from(world: World) -> None:
    world.site.add("/old", redirect(world.site.url("/new")))
    world.site.add("/new", Answer(body=RSS, etag='"1"'))
    old = world.site.url("/old")
    first = world.get(old)
    assert first.validators.url == world.site.url("/new")
    assert isinstance(world.get(old, first.validators), NotModified)
    assert "if-none-match" not in world.site.asked("/old")[-1].headers
    other = Validators(url=world.site.url("/elsewhere"), etag='"1"')
    assert isinstance(world.get(old, other), Fetched)


@pytest.mark.parametrize(
    ("headers", "want"),
    [
        ({"Cache-Control": "public, max-age=7200"}, 7200),
        ({"Cache-Control": "max-age=7200", "Age": "7000"}, 200),
        ({"Cache-Control": "max-age=7200", "Age": "²"}, 7200),
        (
            {
                "Date": "Tue, 06 Jan 2026 09:00:00 GMT",
                "Expires": "Tue, 06 Jan 2026 10:00:00 GMT",
            },
            3600,
        ),
        ({"Cache-Control": "no-store, max-age=60"}, None),
        ({"Cache-Control": "no-cache"}, None),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Expires": "0"}, None),
        ({"Expires": "Tue, 06 Jan 1970 10:00:00 GMT"}, None),
    ],
)
def test_13_14_max_age_and_expires_are_read_and_zero_is_no_wish(
    world: World, headers: dict[str, str], want: int | None
) -> None:
    world.site.add("/rss", Answer(body=RSS, headers=tuple(headers.items())))
    fresh = world.fetched(world.site.url("/rss")).freshness
    assert fresh.max_age == (timedelta(seconds=want) if want else None)


# -- C. status codes and redirects -----------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_29_30_redirects_are_followed_and_every_hop_is_reported(
    world: World, status: int
) -> None:
    world.site.add("/a", redirect("/b", status))
    world.site.add("/b", Answer(body=RSS))
    answer = world.fetched(world.site.url("/a"))
    assert answer.url == world.site.url("/b")
    assert [(hop.status, hop.url) for hop in answer.hops] == [(status, answer.url)]


def test_32_a_circle_and_a_long_way_are_errors_of_their_own(world: World) -> None:
    world.site.add("/a", redirect("/b"))
    world.site.add("/b", redirect("/a"))
    assert "circle" in str(world.error(world.site.url("/a")))
    for step in range(12):
        world.site.add(f"/{step}", redirect(f"/{step + 1}"))
    error = world.error(world.site.url("/0"))
    assert (error.kind, "10 redirects" in str(error)) == ("redirect", True)
    assert len([r for r in world.site.requests if r.path[1:].isdigit()]) == 11


@pytest.mark.parametrize(
    "target", ["ftp://example.org/", "file:///etc/passwd", "", "//"]
)
def test_a_redirect_to_no_web_address_is_an_error(world: World, target: str) -> None:
    world.site.add("/a", redirect(target))
    assert world.error(world.site.url("/a")).kind in {"scheme", "status", "redirect"}


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, "failing"), (410, "gone"), (401, "failing"), (403, "failing"),
     (429, "failing"), (500, "failing"), (503, "failing"), (599, "failing")],
)  # fmt: skip
def test_34_35_37_an_error_says_its_status_and_the_state_it_suggests(
    world: World, status: int, state: str
) -> None:
    world.site.add("/rss", Answer(status, "no"))
    error = world.error(world.site.url("/rss"))
    assert (error.status, error.state, error.kind) == (status, state, "status")
    assert len(world.site.requests) == 1  # 38: no second try


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ("120", 120),
        ("5", 60),
        ("Tue, 06 Jan 2026 10:00:00 GMT", 3600),
        ("315360000", 86_400),
        ("Mon, 06 Jan 2036 10:00:00 GMT", 86_400),
        ("9" * 400, 86_400),
        ("-5", None),
        ("0", None),
        ("Tue, 06 Jan 2026 08:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_28_36_retry_after_is_read_in_both_forms_and_bounded(
    world: World, value: str, want: float | None
) -> None:
    for status in (429, 503):
        world.site.add("/rss", Answer(status, headers=(("Retry-After", value),)))
        assert world.error(world.site.url("/rss")).retry_after == want


def test_38_a_reset_connection_is_tried_once_more_and_not_twice(world: World) -> None:
    world.site.add("/rss", Answer(raw=b""), Answer(body=RSS))
    assert world.fetched(world.site.url("/rss")).body == RSS.encode()
    world.site.add("/rss", Answer(raw=b""))
    assert world.error(world.site.url("/rss")).kind == "reset"
    assert len(world.site.requests) == 4
    assert len(world.pauses) == 2  # one before each second try (polling.md 49)


@pytest.mark.parametrize("url", ["http://.a.test/", "http://a b.test/", "http://[::1/"])
def test_97_an_address_with_a_slip_in_it_is_none(world: World, url: str) -> None:
    error = world.error(url)
    assert (error.kind, str(error)) == ("scheme", "not a web address")


@pytest.mark.parametrize("status", [204, 205, 206, 226])
def test_41_a_success_without_a_whole_document_is_an_error(
    world: World, status: int
) -> None:
    world.site.add("/rss", Answer(status, b""))
    assert world.error(world.site.url("/rss")).status == status


def test_41_an_unknown_success_is_a_success(world: World) -> None:
    world.site.add("/rss", Answer(299, RSS))
    assert world.fetched(world.site.url("/rss")).status == 299


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, "no", headers=(("cf-mitigated", "challenge"),)),
        Answer(503, "<html><title>Just a moment...</title>", "text/html"),
        Answer(202, "", "text/html", headers=(("x-amzn-waf-action", "challenge"),)),
    ],
)
def test_42_a_challenge_is_state_blocked(world: World, answer: Answer) -> None:
    world.site.add("/rss", answer)
    error = world.error(world.site.url("/rss"))
    assert error.state == "blocked"
    assert "challenge for browsers" in str(error)
    assert len(world.site.requests) == 1


# -- D. headers and connection ---------------------------------------------------------


def test_44_46_47_48_what_a_request_says_and_does_not_say(world: World) -> None:
    cookie = (("Set-Cookie", "id=1; Path=/"),)
    world.site.add("/rss", Answer(302, headers=(*cookie, ("Location", "/to"))))
    world.site.add("/to", Answer(body=RSS, headers=cookie))
    with world.session() as session:
        session.get_feed(task(world.site.url("/rss")))
        session.get_feed(task(world.site.url("/to")))
    assert len(world.site.requests) == 3
    sent = world.site.requests[-1].headers
    assert sent["user-agent"] == "aggregator/1.0 (+mailto:basin@example.org)"
    assert sent["accept"].startswith("application/atom+xml, application/rss+xml")
    assert sent["accept-encoding"] == "gzip, deflate"
    assert not sent.keys() & {"cookie", "referer", "cache-control", "pragma"}


def test_45_a_feed_may_set_its_own_user_agent(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS))
    world.get(world.site.url("/rss"), user_agent="Mozilla/5.0 (reader)")
    assert world.site.requests[-1].headers["user-agent"] == "Mozilla/5.0 (reader)"


def test_49_two_requests_to_one_host_are_a_pause_apart(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS))
    with world.session() as session:
        for _ in range(3):
            session.get_feed(task(world.site.url("/rss")))
        session.get_feed(task(world.site.url("/rss", host="127.0.0.2")))
    assert len(world.pauses) == 2
    assert all(0.9 < pause <= 1 for pause in world.pauses)


def test_49_a_third_host_to_which_redirects_of_several_lead_is_asked_with_pauses_too(
    world: World,
) -> None:
    pace = Pace()
    with Site("127.0.0.1", "127.0.0.2", "127.0.0.3") as site:
        site.add("/rss", redirect(site.url("/hedef", host="127.0.0.3")))
        site.add("/hedef", Answer(body=RSS))
        for host in ("127.0.0.1", "127.0.0.2"):
            with Session(RULES, now=NOW, sleep=world.pauses.append, pace=pace) as one:
                one.get_feed(task(site.url("/rss", host=host)))
    (pause,) = world.pauses
    assert 0.9 < pause <= 1


@contextmanager
def _deaf(host: str, port: int) -> Iterator[None]:
    """An address that neither takes a connection nor refuses it: its queue is full."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as full, socket.socket(family) as taker:
        full.bind((host, port))
        full.listen(0)
        taker.connect((host, port))
        yield


@pytest.mark.parametrize("dead", ["127.0.0.3", "::1"])
def test_50_a_dead_address_does_not_cost_the_whole_timeout(
    world: World, dead: str
) -> None:
    if ":" in dead and not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    world.resolve = _resolver(dead, "127.0.0.1")
    world.site.add("/rss", Answer(body=RSS))
    with _deaf(dead, world.site.port):
        start = time.monotonic()
        world.get(world.site.url("/rss", host="site.test"))
        assert time.monotonic() - start < 1.5


def test_50_a_machine_without_ipv6_takes_the_other_address(world: World) -> None:
    no_such_family = 99
    found = [(no_such_family, 1, 6, "", ("::1", world.site.port, 0, 0))]
    found += _addresses(["127.0.0.1"], world.site.port)
    world.resolve = lambda host, port, *, type: found  # noqa: A006 - getaddrinfo's name
    world.site.add("/rss", Answer(body=RSS))
    assert world.fetched(world.site.url("/rss", host="site.test")).status == 200
    del found[1]
    error = world.error(world.site.url("/rss", host="site.test"))
    assert error.kind == "refused"


@contextmanager
def _slow_names(world: World) -> Iterator[threading.Event]:
    """A name server that answers once the event is set."""
    answers = threading.Event()

    def resolve(host: str, port: int, *, type: int) -> Any:  # noqa: A002 - getaddrinfo's name
        answers.wait(20)
        return _addresses(["127.0.0.1"], port)

    world.resolve = resolve
    try:
        yield answers
    finally:
        answers.set()


def test_52_a_name_server_that_says_nothing_is_cut_off_at_the_total_timeout(
    world: World,
) -> None:
    world.rules = replace(RULES, limits=HASTY)
    with _slow_names(world):
        start = time.monotonic()
        error = world.error("http://site.test/rss")
        assert time.monotonic() - start < 1.6
    assert (error.kind, "name server" in str(error)) == ("dns", True)


def test_52_look_ups_that_hang_take_no_more_than_their_places(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_PLACES", threading.BoundedSemaphore(1))
    world.rules = replace(RULES, limits=HASTY)
    before = threading.active_count()
    with _slow_names(world) as answers:
        for _ in range(2):
            assert world.error("http://site.test/rss").kind == "dns"
        assert threading.active_count() - before <= 1
        answers.set()
        world.site.add("/rss", Answer(body=RSS))
        assert world.fetched(world.site.url("/rss", host="site.test")).status == 200


def test_52_a_dripping_server_is_cut_off_at_the_total_timeout(world: World) -> None:
    world.rules = replace(RULES, limits=HASTY)
    world.site.add("/rss", Answer(body=RSS * 100, drip=0.05))
    start = time.monotonic()
    error = world.error(world.site.url("/rss"))
    assert (error.kind, "total_timeout" in str(error)) == ("timeout", True)
    assert time.monotonic() - start < 1.6


def test_52_dripping_headers_are_cut_off_as_well(world: World) -> None:
    world.rules = replace(RULES, limits=HASTY)
    with socket.create_server(("127.0.0.1", 0)) as server:
        _serve_drip(server)
        start = time.monotonic()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert world.error(url).kind == "timeout"
        assert time.monotonic() - start < 1.6


def test_52_a_silent_server_is_cut_off_at_the_read_timeout(world: World) -> None:
    world.rules = replace(RULES, limits=HASTY)
    world.site.add("/rss", Answer(hang=True))
    assert "no data for 0.4 s" in str(world.error(world.site.url("/rss")))


def test_a_refused_connection_and_an_unknown_host_have_their_own_words(
    world: World,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
        assert world.error(f"http://127.0.0.1:{closed}/").kind == "refused"
    world.resolve = _resolver()
    error = world.error("http://nowhere.test/")
    assert (error.kind, str(error)) == ("dns", "no address for the host nowhere.test")

    def broken(host: str, port: int, *, type: int) -> Any:  # noqa: A002 - getaddrinfo's name
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    world.resolve = broken
    error = world.error("http://nowhere.test/")
    assert (error.kind, "name server" in str(error)) == ("dns", True)


def test_53_54_each_tls_mistake_has_its_own_words_and_a_bundle_cures_one(
    tmp_path: Any,
) -> None:
    authority = trustme.CA()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    certificates = {
        "private authority": authority.issue_cert("127.0.0.1"),
        "expired": authority.issue_cert("127.0.0.1", not_after=past),
        "another": authority.issue_cert("other.test"),
    }
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    for word, certificate in certificates.items():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        with Site(tls=context) as site:
            site.add("/rss", Answer(body=RSS))
            world, url = World(site), site.url("/rss")
            if word == "private authority":
                assert "ca_bundle" in str(world.error(url))
                assert world.fetched(url, ca_bundle=str(bundle)).status == 200
            else:
                error = world.error(url, ca_bundle=str(bundle))
                assert (error.kind, word in str(error)) == ("tls", True)
            assert world.fetched(url, verify=False).status == 200


def test_53_a_bundle_that_cannot_be_read_is_named(world: World) -> None:
    error = world.error("https://127.0.0.1/", ca_bundle="/no/such.pem")
    assert "/no/such.pem" in str(error)


def test_54_a_way_from_https_to_http_is_refused(world: World, tmp_path: Any) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    world.site.add("/rss", Answer(body=RSS))
    with Site(tls=context) as secure:
        secure.add("/rss", redirect(world.site.url("/rss")))
        error = World(secure).error(secure.url("/rss"), verify=False)
    assert "from https to http" in str(error)
    assert world.site.requests == []


def test_55_a_proxy_from_the_environment_is_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", world.site.url("/"))
    monkeypatch.setenv("no_proxy", "127.0.0.2")
    world.site.add("http://feeds.example.org/rss", Answer(body=RSS))
    assert world.fetched("http://feeds.example.org/rss").body == RSS.encode()
    world.site.add("/rss", Answer(body="direct"))
    assert world.fetched(world.site.url("/rss", host="127.0.0.2")).body == b"direct"
    error = world.error("http://10.1.2.3/rss")
    assert error.kind == "address"


# -- I. hostile bodies -----------------------------------------------------------------


def test_84_a_body_shorter_than_promised_is_an_error(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS, cut=10))
    error = world.error(world.site.url("/rss"))
    assert (error.kind, "ends too early" in str(error)) == ("protocol", True)


def test_85_a_lie_about_gzip_is_asked_once_more_without(world: World) -> None:
    lie = Answer(body=RSS, headers=(("Content-Encoding", "gzip"),))
    world.site.add("/rss", lie, Answer(body=RSS))
    assert world.fetched(world.site.url("/rss")).body == RSS.encode()
    assert world.site.requests[-1].headers["accept-encoding"] == "identity"
    world.site.add("/rss", lie)  # one that lies even then
    assert world.fetched(world.site.url("/rss")).body == RSS.encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(RSS.encode()), ()),
        (gzip.compress(RSS.encode()) + b"\0" * 8, (("Content-Encoding", "gzip"),)),
        (
            gzip.compress(RSS[:9].encode()) + gzip.compress(RSS[9:].encode()),
            (("Content-Encoding", "x-gzip"),),
        ),
        (
            gzip.compress(gzip.compress(RSS.encode())),
            (("Content-Encoding", "gzip, gzip"),),
        ),
        (gzip.compress(gzip.compress(RSS.encode())), (("Content-Encoding", "gzip"),)),
    ],
)
def test_85_packed_documents_of_all_kinds_are_unpacked(
    world: World, body: bytes, headers: tuple[tuple[str, str], ...]
) -> None:
    world.site.add("/rss", Answer(body=body, headers=headers))
    assert world.fetched(world.site.url("/rss")).body == RSS.encode()


def test_85_a_packed_body_that_breaks_off_is_an_error(world: World) -> None:
    broken = gzip.compress(RSS.encode())[:-12]
    world.site.add("/rss", Answer(body=broken, headers=(("Content-Encoding", "gzip"),)))
    assert world.error(world.site.url("/rss")).kind == "encoding"


@pytest.mark.parametrize("window", [zlib.MAX_WBITS, -zlib.MAX_WBITS])
def test_85_deflate_is_read_with_and_without_its_header(
    world: World, window: int
) -> None:
    packer = zlib.compressobj(wbits=window)
    body = packer.compress(RSS.encode()) + packer.flush()
    world.site.add(
        "/rss", Answer(body=body, headers=(("Content-Encoding", "deflate"),))
    )
    assert world.fetched(world.site.url("/rss")).body == RSS.encode()


@pytest.mark.parametrize(
    ("body", "coding", "kind"),
    [
        (gzip.compress(RSS.encode())[:20] + b"?" * 50, "gzip", "encoding"),
        (b"no deflate at all, but text", "deflate", None),
        (b"x", "gzip, gzip, gzip", "encoding"),
        (b"\x1f\x8b\x08 no gzip file", None, "encoding"),
        (gzip.compress(RSS.encode())[:-12], None, "encoding"),
    ],
)
def test_85_what_cannot_be_unpacked_is_an_error_or_was_not_packed(
    world: World, body: bytes, coding: str | None, kind: str | None
) -> None:
    headers = (("Content-Encoding", coding),) if coding else ()
    world.site.add("/rss", Answer(body=body, headers=headers))
    if kind is None:
        assert world.fetched(world.site.url("/rss")).body == body
    else:
        assert world.error(world.site.url("/rss")).kind == kind


def test_93_of_an_error_page_only_the_start_is_read(world: World) -> None:
    world.site.add("/rss", Answer(500, b"x" * 900_000))
    assert world.error(world.site.url("/rss")).status == 500
    lie = (("Content-Encoding", "gzip"),)
    world.site.add("/rss", Answer(502, b"no gzip", headers=lie))
    assert world.error(world.site.url("/rss")).status == 502


def test_93_a_bomb_stops_at_the_cap_in_time_and_memory(world: World) -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    world.site.add("/rss", Answer(body=bomb, headers=(("Content-Encoding", "gzip"),)))
    world.site.add("/file", Answer(body=bomb))
    tracemalloc.start()
    try:
        for path in ("/rss", "/file"):
            assert world.error(world.site.url(path)).kind == "size"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * LIMITS.max_bytes


def test_93_what_is_too_large_as_it_comes_is_refused_and_a_listing_is_cut(
    world: World,
) -> None:
    """59: long municipal lists have the newest first, so that their start suffices."""
    world.site.add("/rss", Answer(body=b"x" * 1_000_001))
    assert world.error(world.site.url("/rss")).kind == "size"
    assert len(world.fetched(world.site.url("/rss"), kind="html").body) == 1_000_000


# -- J. addresses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "224.0.0.1", "0.0.0.0", "2130706433", "0177.0.0.1", "0x7f.1", "[::1]",  # noqa: S104
     "[::ffff:127.0.0.1]", "[fe80::1]", "[fc00::1]", "[64:ff9b::7f00:1]",
     "[2002:7f00:1::]",
     "255.255.255.255", "localhost"],
)  # fmt: skip
def test_98_private_addresses_in_every_spelling_are_refused(
    world: World, host: str
) -> None:
    world.rules = replace(RULES, allow_hosts=())
    error = world.error(f"http://{host}/latest/meta-data")
    assert (error.kind, "allow_hosts" in str(error)) == ("address", True)
    assert world.site.requests == []


def test_98_a_redirect_to_loopback_is_refused(world: World) -> None:
    world.rules = replace(RULES, allow_hosts=("127.0.0.1",))
    world.site.add("/rss", redirect(world.site.url("/secret", host="127.0.0.2")))
    assert world.error(world.site.url("/rss")).kind == "address"
    assert [request.path for request in world.site.requests] == ["/rss"]


def test_98_a_name_that_turns_to_loopback_after_the_check_gains_nothing(
    world: World,
) -> None:
    """DNS rebinding: there is one look-up, and what it said is connected to."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    world.resolve = lambda host, port, *, type: _addresses(next(answers), port)  # noqa: A006 - getaddrinfo's name
    world.rules = replace(RULES, allow_hosts=())
    assert world.error("http://rebind.test/").kind == "address"
    assert next(answers, None) == ["127.0.0.1"]  # not looked up again


@pytest.mark.parametrize(
    ("allowed", "passes"),
    [
        ("127.0.0.1", True),
        ("127.0.0.0/8", True),
        ("127.0.0.1:{port}", True),
        ("site.test", True),
        ("site.test:{port}", True),
        ("127.0.0.1:1", False),
        ("site.test:1", False),
        ("other.test", False),
    ],
)
def test_98_allow_hosts_takes_hosts_addresses_networks_and_ports(
    world: World, allowed: str, passes: bool
) -> None:
    world.resolve = _resolver("127.0.0.1")
    world.rules = replace(RULES, allow_hosts=(allowed.format(port=world.site.port),))
    world.site.add("/rss", Answer(body=RSS))
    url = world.site.url("/rss", host="site.test")
    if passes:
        assert world.fetched(url).status == 200
    else:
        assert world.error(url).kind == "address"


def test_99_only_web_ports_and_the_configured_one_are_asked(world: World) -> None:
    world.resolve = lambda host, port, *, type: _addresses(["93.184.216.34"], port)  # noqa: A006 - getaddrinfo's name
    feed = replace(task("http://site.example/rss"), url="http://site.example:22/")
    with world.session() as session, pytest.raises(FetchError, match="port 22"):
        session.get_feed(feed)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.org/", "rss", "http://"]
)
def test_97_only_web_addresses_are_fetched(world: World, url: str) -> None:
    assert world.error(url).kind == "scheme"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://u:p@x.org/rss", "https://***@x.org/rss"),
        ("https://x.org/rss?token=abc&p=2", "https://x.org/rss?token=***&p=2"),
        ("https://x.org/f?apikey=1", "https://x.org/f?apikey=***"),
        (
            "https://x.org/private/0f8fad5bd9cb469fa16570867728950e/rss",
            "https://x.org/private/***/rss",
        ),
        ("https://x.org/haber/baku-da-toren-123456", None),
        ("https://[x", "***"),
    ],
)
def test_100_secrets_in_addresses_are_masked(url: str, masked: str | None) -> None:
    assert mask_url(url) == (masked or url)


def test_100_no_error_carries_a_password_or_a_token(world: World) -> None:
    host = f"user:geheim@127.0.0.1:{world.site.port}"
    answers: dict[str, Callable[[], Answer]] = {
        "status": lambda: Answer(500),
        "cut": lambda: Answer(body=RSS, cut=3),
        "raw": lambda: Answer(raw=b"?\r\n"),
        "size": lambda: Answer(body=b"x" * 1_000_001),
        "lie": lambda: Answer(body=b"x", headers=(("Content-Encoding", "br"),)),
        "loop": lambda: redirect(f"http://{host}/loop?token=geheim"),
    }
    for name, answer in answers.items():
        path = f"/{name}?token=geheim"
        world.site.add(path, answer())
        error = world.error(f"http://{host}{path}")
        assert "geheim" not in f"{error} {error.url}"
        assert "authorization" in world.site.requests[-1].headers


def test_100_the_login_of_an_address_does_not_get_into_links(world: World) -> None:
    world.site.add("/rss", Answer(body=RSS, etag='"1"'))
    url = f"http://user:geheim@127.0.0.1:{world.site.port}/rss"
    first = world.fetched(url)
    assert first.url == world.site.url("/rss")
    assert isinstance(world.get(url, first.validators), NotModified)


# -- helpers ---------------------------------------------------------------------------


def _addresses(hosts: list[str], port: int) -> list[Any]:
    if not hosts:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    families = {True: socket.AF_INET6, False: socket.AF_INET}
    return [
        (families[":" in host], socket.SOCK_STREAM, 6, "", (host, port))
        for host in hosts
    ]


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _resolver(*hosts: str) -> Any:
    return lambda host, port, *, type: _addresses(list(hosts), port)  # noqa: A006 - getaddrinfo's name


def _serve_drip(server: socket.socket) -> None:
    """Accept one connection and send a header byte every 50 ms, without an end."""
    pause = threading.Event()

    def run() -> None:
        connection, _ = server.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(100):
                    connection.sendall(b"x")
                    pause.wait(0.05)
            except OSError:
                return

    threading.Thread(target=run, daemon=True).start()
