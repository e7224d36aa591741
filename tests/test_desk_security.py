"""The security list of the desk, line by line, and a press that means harm."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from datasette_auth_passwords.utils import (  # type: ignore[import-untyped]  # no types
    hash_password,
)

from aggregator.browse import routes, server
from aggregator.browse.desk import local_path
from aggregator.browse.guard import PUBLIC_VIEWS, client_of, is_loopback
from aggregator.browse.spreadsheet import BOM, safe_cell
from aggregator.errors import ConfigError
from tests.desk_corpus import NOW, Corpus, Piece, make_config
from tests.desk_fixtures import (
    Reader,
    copy_press,
    fill_press,
    open_desk,
    plain,
    sign_in,
)

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "=cmd|' /C calc'!A0",
    "\u202egnirts desrever\u202c ]]> <!--",
    "' or 1=1 --",
    "</title></textarea><svg/onload=alert(1)>",
    "A" * 10_000,
)
BAD_LINKS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "https://evil.example/\"onmouseover='alert(1)'",
    " JaVaScRiPt:alert(1)",
)
# A value for each part of an address, so that every route can be asked.
VALUES = {
    "story_id": "1",
    "watchlist_id": "izmir-baku",
    "feed_id": "ege-postasi",
    "database": "news",
    "format": "json",
}
# Few rounds: the tests are no thieves.
RIGHT, WRONG = {"password": "dogru-parola"}, {"password": "yanlis"}
HASH = hash_password(RIGHT["password"], iterations=1000)
HERE = "http://localhost/news/"  # Datasette's links to a next page are absolute
ARCHIVE = [
    f"/news/{view}{end}" for view in PUBLIC_VIEWS for end in ("", ".json", ".csv")
]


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_press(tmp_path_factory.mktemp("press"))


@pytest.fixture
def desk(press: Path, tmp_path: Path) -> Reader:
    """A desk without log-in, asked from this machine."""
    return open_desk(copy_press(press, tmp_path))


@pytest.fixture(scope="module")
def shared(press: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The same for tests that change nothing."""
    return open_desk(copy_press(press, tmp_path_factory.mktemp("shared")))


@pytest.fixture
def guarded(press: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A desk with a password, asked by a stranger."""
    monkeypatch.setenv("DESK_PASSWORD_HASH", HASH)
    return open_desk(copy_press(press, tmp_path))


@pytest.fixture(scope="module")
def stranger(press: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The same for tests that change nothing; the hash is the operator's own."""
    database = copy_press(press, tmp_path_factory.mktemp("guarded"))
    metadata = json.loads(server.metadata_path(make_config(database)).read_text())
    accounts = metadata["plugins"]["datasette-auth-passwords"]
    accounts["analist_password_hash"] = HASH
    database.with_name("metadata.json").write_text(json.dumps(metadata))
    return open_desk(database)


def paths() -> list[str]:
    """Return an address for every route of the desk, every part of it filled in."""
    found = []
    for pattern, _ in routes.ROUTES:
        path = pattern.strip("^$")
        while "(?P<" in path:
            path = re.sub(
                r"\(\?P<(\w+)>(?:\[[^]]*\]|[^()\[\]])*\)",
                lambda match: VALUES[match[1]],
                path,
                count=1,
            )
        found.append(re.sub(r"[()?\\]", "", path))
    return found


# -- 1, 2: strangers -------------------------------------------------------------------


@pytest.mark.parametrize("path", [*paths(), *ARCHIVE, "/news", "/triage", "/_internal"])
def test_a_stranger_reads_nothing(stranger: Reader, path: str) -> None:
    for method in ("get", "post"):
        answer = stranger._ask(method, path)
        closed = {403} if method == "get" else {403, 405}
        assert answer.status_code in closed, (method, path)
        assert "uçuş" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/-/metadata",
        "/-/metadata.json",
        "/-/plugins",
        "/-/versions",
        "/-/settings",
        "/-/databases",
        "/-/threads",
        "/-/permissions",
        "/-/messages",
        "/-/allow-debug",
        "/-/patterns",
        "/-/password-tool",
        "/-/actor.json",
        "/-/auth-token",
        "/%2D/plugins",
        "/-%2Fplugins",
    ],
)
def test_datasettes_own_pages_are_closed_to_everybody(
    shared: Reader, stranger: Reader, path: str
) -> None:
    for reader in (shared, stranger):
        assert reader.get(path).status_code in {302, 403, 404}, path


def test_every_route_is_guarded_by_the_one_helper() -> None:
    names = {view.__name__ for _, view in routes.ROUTES}
    wrapped = {
        view.__name__ for _, view in routes.ROUTES if hasattr(view, "__wrapped__")
    }
    assert names == wrapped


def test_the_password_opens_the_desk_and_a_wrong_one_does_not(guarded: Reader) -> None:
    guarded.get("/-/login")
    token = guarded.cookies["ds_csrftoken"]
    form = {"username": "analist", "csrftoken": token}
    wrong = guarded.post("/-/login", token=False, **form, **WRONG)
    assert wrong.status_code == 200
    assert "Ad ya da parola yanlış." in wrong.text
    right = guarded.post("/-/login", token=False, **form, **RIGHT)
    assert right.status_code == 302
    assert "Bugün" in guarded.page("/")


def test_log_ins_are_slowed_down_after_ten_failures(guarded: Reader) -> None:
    guarded.get("/-/login")
    form = {
        "username": "analist",
        "password": "x",
        "csrftoken": guarded.cookies["ds_csrftoken"],
    }
    answers = [
        guarded.post("/-/login", token=False, **form).status_code for _ in range(12)
    ]
    assert answers == [200] * 10 + [429] * 2


def test_a_person_with_many_addresses_is_one_who_tries() -> None:
    one = client_of("2001:db8:1:2:3::4")
    assert client_of("2001:db8:1:2:ffff::1") == one
    assert client_of("2001:db8:1:3::1") != one
    assert client_of("fe80::1%eth0") == client_of("fe80::2%eth0")
    assert client_of("203.0.113.7") == "203.0.113.7"
    assert client_of("?") == "?"


def test_a_desk_without_a_password_serves_this_machine_only() -> None:
    for host in (
        "0.0.0.0",  # noqa: S104 - refused
        "::",
        "192.168.1.5",
        "masa.example.org",
    ):
        with pytest.raises(ConfigError, match=r"127\.0\.0\.1 only"):
            server.check_address(host, login=False)
        server.check_address(host, login=True)
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        server.check_address(host, login=False)
    assert not is_loopback("127.0.0.1.evil.example")


def test_a_page_elsewhere_that_rebinds_its_name_gets_nothing(shared: Reader) -> None:
    assert shared.get("/", host="evil.example").status_code == 403
    assert shared.get("/", host="127.0.0.1:8001").status_code == 200
    assert shared.get("/", host="[::1]:8001").status_code == 200


def test_another_line_of_datasette_is_refused() -> None:
    server.check_version("0.65.9")
    for version in ("1.0", "1.0a19", "0.64.6", "0.66"):
        with pytest.raises(ConfigError, match=re.escape(version)):
            server.check_version(version)


# -- 3: SQL and downloads --------------------------------------------------------------


def test_sql_and_downloads_are_closed(shared: Reader) -> None:
    for path in (
        "/news?sql=select+1",
        "/news.json?sql=select+1",
        "/news/news?_where=1",
        "/news.db",
        "/triage.db",
        "/triage/feed_tokens.json",
        "/news/articles.json",
        "/news/search_fts",
    ):
        assert shared.get(path).status_code == 403, path


def test_sql_opens_for_people_named_in_the_metadata(
    press: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_PASSWORD_HASH", HASH)
    database = copy_press(press, tmp_path)
    metadata = json.loads(server.metadata_path(make_config(database)).read_text())
    metadata["databases"]["news"]["allow_sql"] = {"id": "mudur"}
    (tmp_path / "metadata.json").write_text(json.dumps(metadata))
    reader = open_desk(database)
    sign_in(reader, "analist")
    assert reader.get("/news?sql=select+1").status_code == 403
    sign_in(reader, "mudur")
    answer = reader.get("/news?sql=select+count(*)+from+news")
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert plain(answer.text).endswith("kısayolları") or "count(*)" in answer.text


# -- 5, 6, 7: headers, forms, paths ----------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/news/news", "/yok", "/-/login", "/ara.atom"])
def test_every_answer_carries_the_safe_headers(shared: Reader, path: str) -> None:
    headers = shared.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/triyaj", "/duzeltme", "/gordum", "/akislar/anahtar"]
)
def test_a_form_without_its_token_changes_nothing(desk: Reader, path: str) -> None:
    form = {"story": "1", "isaret": "ilgili", "other": "2", "label": "x"}
    bare = desk.post(path, token=False, **form)
    assert bare.status_code == 403
    assert "Bu sayfa kapalı" in bare.text
    assert "Formun süresi geçmiş" in bare.text
    desk.get("/akislar")  # now there is a cookie, and still no token in the form
    assert desk.post(path, token=False, **form).status_code == 403
    stale = desk.post(path, token=False, csrftoken="x", **form)
    assert stale.status_code == 403
    assert "Formun süresi geçmiş" in stale.text
    assert desk.get(path).status_code == 405
    conn = sqlite3.connect(desk.news.with_name("triage.db"))
    for table in ("marks", "story_edits", "looks", "feed_tokens"):
        assert conn.execute(f"select count(*) from {table}").fetchone() == (0,)
    conn.close()


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/\\evil.example/",
        "/%5cevil.example/",
        "/%2fevil.example/",
        "/%5Cevil.example",
        "//evil.example",
    ],
)
def test_a_path_that_leads_elsewhere_is_a_400(shared: Reader, path: str) -> None:
    answer = shared.get(path)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "",
        "/\r\nx: y",
        "\\\\evil.example",
        "evil.example",
    ],
)
def test_no_form_leads_away_from_the_desk(path: str) -> None:
    assert local_path(path) == "/"
    assert local_path("/hikaye/3?x=1") == "/hikaye/3?x=1"


# -- 4, 8: a press that means harm -----------------------------------------------------


class Tags(HTMLParser):
    """Collects what a browser would take for tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def spoil(database: Path) -> list[int]:
    """Add stories whose every text is hostile; return their ids."""
    corpus = Corpus(database)
    ids = []
    for n, text in enumerate(HOSTILE):
        link = BAD_LINKS[n % len(BAD_LINKS)]
        ids.append(
            corpus.add_story(
                Piece(
                    ago=30 + n,
                    outlet=text[:200],
                    title=f"{text} Bakü",
                    lead=text,
                    text=f"{text}\nBakü {text}",
                    agency=text[:200],
                    author=text,
                    url=link,
                    versions=[(text[::-1], text[::-1])],
                ),
                Piece(ago=20, outlet=text[:99], title=text, text=text, url=link),
                watchlists=["azerbaycan", "izmir-baku"],
                reason=text,
            )
        )
        corpus.insert(
            "story_links", story_id=ids[0] - 1, other_id=ids[-1], reason=text, at="x"
        )
    corpus.trouble("ege-postasi", "failing", error=HOSTILE[0], outlet=HOSTILE[1])
    corpus.trouble("yarimada", "failing", error=HOSTILE[6], url=BAD_LINKS[0])
    corpus.close()
    return ids


def hostile_paths(ids: list[int]) -> list[str]:
    queries = ["<script>alert(1)</script>", '"><img src=x>', "alert", "Bakü"]
    return [
        "/",
        "/?gorunum=liste",
        "/?izleme=<script>&durum=<script>&gun=<script>",
        "/izleme/azerbaycan",
        "/kaynaklar",
        "/kaynaklar/ege-postasi",
        "/kaynaklar/yarimada",
        "/rapor?donem=ay",
        "/akislar",
        "/news/news",
        "/news/matches",
        "/news/feed_health",
        "/news/flagged?_facet=title",
        "/news/news?_sort=title&title__contains=<script>",
        "/news/<script>alert(1)</script>",
        "/<script>alert(1)</script>",
        *(f"/hikaye/{number}" for number in ids),
        *(f"/hikaye/{number}?isaretle=ilgili" for number in ids[:2]),
        *(f"/ara?q={query}&yayin={query}" for query in queries),
        *(f"/ara?q={query}" for query in queries),
    ]


def test_nothing_from_the_press_becomes_a_tag_or_a_link(desk: Reader) -> None:
    ids = spoil(desk.news)
    for note in HOSTILE[:3]:
        desk.post("/triyaj", story=str(ids[0]), note=note)
        desk.post("/triyaj", story=str(ids[0]), assignee=note)
        desk.post("/akislar/anahtar", label=note)
    for path in hostile_paths(ids):
        answer = desk.get(path.replace("<", "%3C").replace('"', "%22"))
        parser = Tags()
        parser.feed(answer.text)
        assert_harmless(parser.tags, path)
        assert "49{%" not in answer.text


def assert_harmless(tags: list[tuple[str, dict[str, str | None]]], path: str) -> None:
    for tag, attributes in tags:
        assert tag not in {"img", "iframe", "object", "embed", "base"}, path
        assert not any(name.startswith("on") for name in attributes), (path, tag)
        assert "style" not in attributes, (path, tag)
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/-/static-plugins/")
        for name in ("href", "src", "action"):
            target = attributes.get(name)
            if target is None:
                continue
            assert re.match(r"(/(?![/\\])|#|https?://|\?)", target), (path, target)
            if target.startswith("http") and not target.startswith(HERE):
                assert attributes.get("rel") == "noopener noreferrer nofollow"


def test_the_archives_csv_is_as_safe_as_the_desks(desk: Reader) -> None:
    spoil(desk.news)
    answer = desk.get("/news/news.csv?_stream=on")
    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="news.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text[1:]), delimiter=";"))
    assert (
        len(rows)
        == desk.get("/news/news.json?_size=1").json()["filtered_table_rows_count"]
    )
    titles = [row["title"] for row in rows]
    assert any(title.startswith("'=cmd") for title in titles)
    assert not any(title.startswith(("=", "+", "-", "@")) for title in titles)
    assert "\ufeff" not in answer.text[1:]


def test_a_page_that_is_closed_is_no_csv(desk: Reader) -> None:
    answer = desk.get("/news/articles.csv")
    assert answer.status_code in {403, 404}
    assert answer.text.lstrip().startswith("<!DOCTYPE html>")


def test_csv_has_no_formulas_and_reads_back(desk: Reader) -> None:
    spoil(desk.news)
    for path in ("/izleme/azerbaycan.csv", "/ara.csv?q=bakü", "/rapor.csv"):
        answer = desk.get(path)
        assert answer.text.startswith(BOM)
        rows = list(csv.reader(io.StringIO(answer.text[1:]), delimiter=";"))
        assert {len(row) for row in rows} == {len(rows[0])}
        for row in rows:
            assert not any(re.match(r"\s*[=+@\t\r-]", cell) for cell in row)
    assert safe_cell(-3) == -3
    assert safe_cell(" =1+1") == "' =1+1"
    assert safe_cell("\u200e=1+1") == "'\u200e=1+1"


def test_json_and_atom_stay_well_formed(desk: Reader) -> None:
    ids = spoil(desk.news)
    corpus = Corpus(desk.news)
    corpus.add_story(
        Piece(ago=1, outlet="\x00\x0b", title="\x08Bakü\ufffe", text="\x1bBakü ]]>"),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    assert json.loads(desk.page("/izleme/azerbaycan.json"))[0]["title"]
    for path in ("/izleme/azerbaycan.atom", "/ara.atom?q=bakü"):
        answer = desk.get(path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        root = ET.fromstring(answer.content)  # noqa: S314 - our own document
        found = root.findall("{http://www.w3.org/2005/Atom}entry")
        assert len(found) > len(ids)


# -- exports and tokens ----------------------------------------------------------------

ATOM = "{http://www.w3.org/2005/Atom}"


def test_atom_ids_stay_and_a_story_is_updated_when_an_outlet_comes(
    desk: Reader,
) -> None:
    before = atom_entries(desk)
    corpus = Corpus(desk.news)
    number = corpus.db.value("select id from stories where articles = 7")
    corpus._add_article(
        number, None, Piece(ago=5, outlet="Xəzər Xəbər", title="Yeni", text="Bakü")
    )
    corpus.close()
    after = atom_entries(desk)
    assert before.keys() == after.keys()
    identity = f"tag:127.0.0.1,2026:hikaye/{number}"
    assert before[identity] < after[identity]


def atom_entries(desk: Reader) -> dict[str, str]:
    answer = desk.get("/izleme/izmir-baku.atom")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own document
    return {
        str(entry.findtext(ATOM + "id")): str(entry.findtext(ATOM + "updated"))
        for entry in root.findall(ATOM + "entry")
    }


def test_a_token_opens_feeds_until_it_is_revoked_and_nothing_else(
    guarded: Reader,
) -> None:
    stranger = Reader(guarded.datasette)
    sign_in(guarded, "analist")
    page = guarded.post("/akislar/anahtar", label="telefon").text
    match = re.search(r"anahtar=([\w-]{20,})", page)
    assert match
    secret = match[1]
    assert secret not in guarded.page("/akislar")
    feed = f"/izleme/izmir-baku.atom?anahtar={secret}"
    assert stranger.get(feed).status_code == 200
    assert secret not in stranger.get(feed).text
    assert stranger.get(f"/ara.atom?q=bakü&anahtar={secret}").status_code == 200
    for path in ("/", "/izleme/izmir-baku.csv", "/ara.csv", "/news/news.json"):
        assert stranger.get(f"{path}?anahtar={secret}").status_code == 403
    assert stranger.get(feed + "x").status_code == 403
    number = re.search(r'name="iptal" value="(\d+)"', guarded.page("/akislar"))
    assert number
    guarded.post("/akislar/anahtar", iptal=number[1])
    assert stranger.get(feed).status_code == 403


def test_csv_is_excel_safe_and_complete(shared: Reader) -> None:
    answer = shared.get("/izleme/izmir-baku.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text[1:]), delimiter=";"))
    flight = next(row for row in rows if "uçuşlar" in row["başlık"])
    assert flight["yayın sayısı"] == "6"
    assert flight["ilk yayın"] == "Ege Postası"
    assert flight["ilk yayım saati"] == "2026-01-06 04:47"


def test_nothing_a_person_may_see_is_kept_by_caches(shared: Reader) -> None:
    page = shared.page("/")
    for path in ("/", "/hikaye/1", "/izleme/azerbaycan.csv", "/news/news", "/yok"):
        assert shared.get(path).headers["cache-control"] == "private, no-store"
    styles = re.search(r'href="(/-/static[^"]+desk\.css\?v=[0-9a-f]+)"', page)
    assert styles
    assert "immutable" in shared.get(styles[1]).headers["cache-control"]


def test_columns_of_the_public_views_are_all_described(shared: Reader) -> None:
    metadata = json.loads(server.metadata_path(make_config(shared.news)).read_text())
    described = metadata["databases"]["news"]["tables"]
    conn = sqlite3.connect(shared.news)
    for view in PUBLIC_VIEWS:
        columns = [row[0] for row in conn.execute(f"select * from {view}").description]
        assert sorted(columns) == sorted(described[view]["columns"]), view
    conn.close()


def test_an_operators_own_metadata_comes_first(press: Path, tmp_path: Path) -> None:
    config = make_config(copy_press(press, tmp_path))
    assert server.metadata_path(config).name == "metadata.json"
    own = tmp_path / "metadata.json"
    own.write_text("{")
    assert server.metadata_path(config) == own
    with pytest.raises(ConfigError, match=r"metadata\.json"):
        server.load_metadata(config)


def test_a_bug_is_logged_and_not_shown(
    desk: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    conn = sqlite3.connect(desk.news)
    conn.execute("drop view flagged")
    conn.commit()
    conn.close()
    answer = desk.get("/izleme/izmir-baku.json")
    assert answer.status_code == 500
    assert "sqlite" not in answer.text.lower()
    assert "/izleme/izmir-baku.json failed" in caplog.text


def test_the_metadata_of_the_desk_asks_for_somebody() -> None:
    metadata: dict[str, Any] = json.loads(
        server.metadata_path(replace(make_config_somewhere())).read_text()
    )
    assert metadata["allow"] == {"id": "*"}
    assert metadata["databases"]["triage"] == {"allow": False}
    assert server.SETTINGS["default_allow_sql"] is False
    assert server.SETTINGS["allow_download"] is False
    assert server.SETTINGS["template_debug"] is False


def make_config_somewhere() -> Any:
    from pathlib import Path  # noqa: PLC0415 - only here

    return make_config(Path("nowhere/news.db"))


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "-1", "x", "١٢"])
def test_a_number_that_is_none_is_no_failure(desk: Reader, number: str) -> None:
    for path, status in (
        ("/?sonra=", 200),
        ("/izleme/azerbaycan?once=", 200),
        ("/ara?q=bakü&once=", 200),
        ("/hikaye/1?haber=", 200),
        ("/news/news?_next=", 400),
        ("/news/news?_sort=", 400),
    ):
        assert desk.get(path + number).status_code == status, path
    assert desk.post("/akislar/anahtar", iptal=number).status_code == 400
    assert desk.post("/triyaj", story=number, isaret="ilgili").status_code == 400


def test_a_strangers_page_offers_the_log_in(guarded: Reader) -> None:
    text = plain(guarded.get("/").text)
    assert "Görmek için giriş yapın." in text
    assert NOW.year == 2026
