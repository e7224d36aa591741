from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import time, timedelta
from pathlib import Path

import pytest
from cssselect import HTMLTranslator, SelectorError
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config, match
from aggregator.config import forms
from aggregator.errors import ConfigError
from aggregator.model import Config, Form, ListRule

MINIMAL = """\
settings: {contact: basin@kent.bel.tr}
feeds:
  # the first
  - id: gazete
    outlet: Gazete
    url: https://gazete.example/rss   # as told
names:
  baku: [Bakü, {text: Bakı, language: az, case: strict}]
watchlists:
  - {id: baku, title: Bakü, terms: ['@baku', kardeş şehir]}
"""

needs_queries = pytest.mark.skipif(
    not hasattr(match, "check_query"), reason="aggregator.match reads no queries yet"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "feeds.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> Config:
    return config.load(written(folder, text), environ={})


def mistakes(folder: Path, text: str) -> list[str]:
    """Return the mistakes without the file's name: `line: where: what`."""
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ={})
    assert all(line.startswith(f"{path}:") for line in caught.value.mistakes)
    return [line.removeprefix(f"{path}:") for line in caught.value.mistakes]


def with_feed(*lines: str) -> str:
    """Return a file with one feed that has these lines; they stand from line 5 on."""
    head = ("feeds:", "  - id: a", "    outlet: A", "    url: https://a.example/rss")
    return "\n".join((*head, *(f"    {line}" for line in lines), ""))


def test_a_small_file_gets_the_defaults_of_the_design(tmp_path: Path) -> None:
    read = loaded(tmp_path, MINIMAL)
    feed = read.feeds[0]
    assert (feed.kind, feed.language, feed.category) == ("feed", "tr", "press")
    assert feed.interval == timedelta(hours=1)
    assert feed.timezone == "Europe/Istanbul"
    assert read.settings.max_feed_bytes == 10_000_000
    assert read.settings.database == str(tmp_path / "db/news.db")
    assert read.names[0].forms[1] == Form(text="Bakı", language="az", case="strict")
    assert read.watchlists[0].terms == ("@baku", "kardeş şehir")
    assert read.warnings == ()


def test_ten_different_mistakes_are_ten_lines_in_file_order(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        """\
        settings:
          intervall: 30m
          timezone: Europe/Istanbull
        feeds:
          - id: Son Mühür
            outlet: 1907
            url: ftp://gazete.example/rss
            kind: htlm
            interval: half an hour
            enabled: maybe
        names:
          baku: [Bakü]
        watchlists:
          - {id: w, title: W, terms: ['@bakuu']}
        alerts:
          subscriptions:
            - {to: a@kent.bel.tr, watchlists: [v], mode: instant}
        """,
    )
    assert found == [
        "2: settings.intervall: unknown key; did you mean interval?",
        (
            "3: settings.timezone: unknown time zone 'Europe/Istanbull'"
            "; did you mean Europe/Istanbul?"
        ),
        ("5: feeds[Son Mühür].id: must be of a-z, 0-9 and '-' only, not 'Son Mühür'"),
        "6: feeds[Son Mühür].outlet: must be text, not 1907; put it in quotes",
        (
            "7: feeds[Son Mühür].url: must be an http or https address"
            ", not 'ftp://gazete.example/rss'"
        ),
        (
            "8: feeds[Son Mühür].kind: must be one of feed, sitemap, html"
            ", not 'htlm'; did you mean html?"
        ),
        (
            "9: feeds[Son Mühür].interval: must be a duration such as 30s, 15m, 1h"
            " or 7d, not 'half an hour'"
        ),
        "10: feeds[Son Mühür].enabled: must be true or false, not 'maybe'",
        ("14: watchlists[w].terms[#1]: no name @bakuu in names; did you mean baku?"),
        (
            "17: alerts.subscriptions[#1].watchlists[#1]: no watchlist 'v'"
            "; did you mean w?"
        ).replace("; did you mean w?", "; known here: w"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("intervall: 5m",), "5: feeds[a].intervall: unknown key; did you mean inte"),
        (("interval: 2d",), "5: feeds[a].interval: is longer than settings.max_inter"),
        (("interval: 0s",), "5: feeds[a].interval: must be longer than 0s"),
        (("list: {item: a}",), "5: feeds[a].list: only a feed of kind html has a list"),
        (("kind: html", "list: {itm: a}"), "6: feeds[a].list.itm: unknown key; did yo"),
        (("kind: html", "list: {title: h2}"), "6: feeds[a].list: item or link is miss"),
        (("kind: html", "list: {link: '/('}"), "6: feeds[a].list.link: is no pattern"),
        (("body: ''",), "5: feeds[a].body: must not be empty"),
        (("remove: .reklam",), "5: feeds[a].remove: must be a list, not '.reklam'"),
        (("encoding: windows-1524",), "5: feeds[a].encoding: unknown encoding 'window"),
        (("timezone: Asia/Bakü",), "5: feeds[a].timezone: unknown time zone 'Asia/Bak"),
        (("interval: 5m", "interval: 6m"), "6: feeds[a].interval: written twice, firs"),
        (("outlet2: &x 5", "region: *x"), "5: feeds[a].outlet2: unknown key; did you"),
        (("region: !!python/name:os.system x",), "5: feeds[a].region: write the value"),
        (("user_agent: Gazete Kuşu",), "5: feeds[a].user_agent: must be one line of p"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_a_wrong_value_of_a_feed_is_named_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], expected: str
) -> None:
    assert mistakes(tmp_path, with_feed(*lines))[0].startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("feed: []\n", "1: feed: unknown key; did you mean feeds?"),
        ("feeds: 5\n", "1: feeds: must be a list (rows that begin with '- '), not 5"),
        ("- a\n", "1: the file: must be a mapping, not a list"),
        (
            "feeds:\n  - {outlet: A, url: 'https://a.example'}\n",
            "2: feeds[#1]: id is m",
        ),
        ("feeds:\n  - a\n", "2: feeds[#1]: must be a mapping (key: value), not 'a'"),
        (
            "settings: {max_page_bytes: 5}\n",
            "1: settings.max_page_bytes: must be a size",
        ),
        ("settings: {interval: 2d}\n", "1: settings.interval: is longer than max_int"),
        (
            "settings: {hosts_at_once: 0}\n",
            "1: settings.hosts_at_once: must be at least",
        ),
        ("names: {x: []}\n", "1: names.x: must not be empty"),
        ("names: {x: [2026]}\n", "1: names.x[#1]: must be text or {text: …}, not 2026"),
        ("names: {x: [{text: a, case: exact}]}\n", "1: names.x[#1].case: must be one "),
        ("watchlists: [{id: w}]\n", "1: watchlists[w]: query or terms is missing"),
        ("watchlists: [{id: w, terms: []}]\n", "1: watchlists[w].terms: must not be e"),
        ("alerts: {smtp: {port: 70000}}\n", "1: alerts.smtp.port: must be at most 655"),
        ("alerts: {smtp: {password: x}}\n", "1: alerts.smtp.password: unknown key; th"),
        ("alerts: {smtp: {username: u}}\n", "1: alerts.smtp.username: password_env is"),
        ("alerts: {from: takip}\n", "1: alerts.from: must be 'Name <address@example."),
        ("alerts: {operator: x}\n", "1: alerts.operator: must be an e-mail address, n"),
        ("alerts: {operator: x@ş.tr}\n", "1: alerts.operator: must be an e-mail addre"),
        ("names: {x: ['…']}\n", "1: names.x[#1]: would never match without a letter"),
        ("names: {x: [' ']}\n", "1: names.x[#1]: must not be empty"),
        (
            "watchlists: [{id: w, terms: ['?']}]\n",
            "1: watchlists[w].terms[#1]: would n",
        ),
        (
            "settings: {allow_hosts: [10.0.0/8]}\n",
            "1: settings.allow_hosts[#1]: must be a network such as 10.1.0.0/16",
        ),
        (
            "settings: {timezone: Europe/Ankara}\n",
            "1: settings.timezone: unknown time zone 'Europe/Ankara'; did you mean E",
        ),
        ("settings: {timezone: UTC+03:00}\n", "1: settings.timezone: unknown time zon"),
        ("settings: {timezone: ''}\n", "1: settings.timezone: unknown time zone ''"),
        ("a: [\n", "2: not YAML: a bracket or brace opened before or on line 2 is n"),
        ("a: @x\n", "1: not YAML: a text that begins with @ needs quotes"),
        ("a: b: c\n", "1: not YAML: a text with ': ' in it needs quotes"),
        ("a: b\n\n  c: d\n", "3: not YAML: indented deeper than the line above"),
        ("a:\n  - b: c\n   d: e\n", "3: not YAML: stands further left than the row"),
        ("a: 'İzmir'in'\n", "1: not YAML: an apostrophe within '…' is written twice"),
        ("a: 'x\nb: 'y'\n", "2: not YAML: a quote opened on line 1 ends here: is one"),
        ("a: [x, , y]\n", "1: not YAML: nothing stands between two commas"),
        ("<<<<<<< HEAD\na: b\n", "2: the mark of a merge that was not finished"),
        ("a:\n\tb: 5\n", "2: indented with a tab; YAML wants spaces"),
        ("a: 1\n---\nb: 2\n", "2: not YAML: a second document begins here"),
        ("a: " + "[" * 500, "1: not YAML: nested deeper than 20"),
        ("a: 1\x01\n", "1: a character that YAML does not allow"),
    ],
    ids=lambda value: value.strip()[:40].replace("\t", " ").replace("\x01", ""),
)
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert mistakes(tmp_path, text)[0].startswith(expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{to: x, watchlists: all, mode: daily}", ".to: must be an e-mail address"),
        ("{to: a@b.tr, watchlists: every, mode: daily}", ".watchlists: must be a list"),
        ("{to: a@b.tr, watchlists: [], mode: daily}", ".watchlists: must name a wat"),
        ("{to: a@b.tr, watchlists: all, mode: dayly}", ".mode: must be one of instant"),
        ("{to: a@b.tr, watchlists: all, mode: daily, at: '25:00'}", ".at: must be a t"),
        ("{to: a@b.tr, watchlists: all, mode: daily, days: [x]}", ".days[#1]: must be"),
        ("{to: a@b.tr, watchlists: all, mode: instant, quiet: 22}", ".quiet: must be "),
        ("{to: a@b.tr, watchlists: all, mode: daily, channel: webhook}", ".to: must b"),
        (
            "{to: 'http://a.tr/x', watchlists: all, mode: daily, channel: webhook}",
            ".to: must be an https address",
        ),
        (
            "{to: '{key}://a/T0', watchlists: all, mode: daily, channel: webhook}",
            ".to: must be a whole address such as https://hooks.example/…",
        ),
    ],
    ids=lambda value: value[:70],
)
def test_a_wrong_subscription_is_named(tmp_path: Path, row: str, expected: str) -> None:
    text = f"alerts:\n  subscriptions:\n    - {row}\n"
    assert mistakes(tmp_path, text)[0].startswith(
        f"3: alerts.subscriptions[#1]{expected}"
    )


@pytest.mark.parametrize("key", ["password_env", "password"])
def test_a_password_in_the_file_is_refused_and_never_repeated(
    tmp_path: Path, key: str
) -> None:
    text = f"alerts: {{smtp: {{username: u, {key}: 'gizli parola!'}}}}\n"
    (line, *_) = [row for row in mistakes(tmp_path, text) if key in row]
    assert "the secret itself never stands in this file" in line
    assert "gizli" not in line


def test_a_word_that_may_be_the_password_is_not_repeated_as_a_variable(
    tmp_path: Path,
) -> None:
    read = loaded(
        tmp_path, "alerts: {smtp: {username: u, password_env: Gizli42}}\nfeeds: []\n"
    )
    (line,) = [row for row in read.warnings if "environment variable" in row]
    assert line.endswith("the environment variable that it names is not set")


@pytest.mark.parametrize(
    "row", ["list: {item: 'div..a'}", "body: 'div['", "remove: ['>']"]
)
def test_a_selector_that_is_none_is_named_before_the_run(
    tmp_path: Path, row: str
) -> None:
    (line,) = mistakes(tmp_path, with_feed("kind: html", row))
    assert line.startswith("6: feeds[a].")
    assert "is no CSS selector" in line


@given(st.text("ab.#>, -:[]()*'\"=", min_size=1, max_size=12))
def test_a_selector_passes_when_the_library_takes_it(selector: str) -> None:
    try:
        HTMLTranslator().css_to_xpath(selector.strip())
        expected = bool(selector.strip())
    except SelectorError:
        expected = False
    try:
        passed = forms.selector(selector) == selector.strip()
    except ValueError:
        passed = False
    assert passed is expected


def test_two_spellings_of_one_address_are_one_recipient(tmp_path: Path) -> None:
    text = """\
        watchlists: [{id: a, terms: [a]}, {id: b, terms: [b]}]
        alerts:
          subscriptions:
            - {to: Basin@Kent.bel.tr, watchlists: [a], mode: instant}
            - {to: basin@kent.bel.tr, watchlists: [b], mode: daily}
        """
    ways = loaded(tmp_path, text).alerts.subscriptions
    assert [way.to for way in ways] == ["Basin@Kent.bel.tr", "Basin@Kent.bel.tr"]


def test_a_file_without_an_enabled_feed_is_hardly_meant(tmp_path: Path) -> None:
    read = loaded(tmp_path, with_feed("enabled: false"))
    assert any("no feed is enabled" in warning for warning in read.warnings)


def test_list_pages_with_a_short_interval_are_told_in_one_line(tmp_path: Path) -> None:
    rows = "".join(
        f"  - {{id: liste-{n}, outlet: L, url: 'https://l{n}.example/', kind: html,"
        f" interval: {minutes}m}}\n"
        for n, minutes in enumerate((30, 60, 15, 59))
    )
    other = "  - {id: akis, outlet: A, url: 'https://a.example/rss', interval: 15m}\n"
    warnings = loaded(tmp_path, f"feeds:\n{rows}{other}").warnings
    (line,) = [warning for warning in warnings if "hourly" in warning]
    assert line.endswith(
        "feeds: a list page (kind: html) is asked hourly at most, whatever its"
        " interval: liste-0, liste-2, liste-3"
    )


def test_ids_and_addresses_may_stand_once(tmp_path: Path) -> None:
    text = """\
    feeds:
      - {id: a, outlet: A, url: https://www.a.example/rss}
      - {id: a, outlet: B, url: http://a.example/rss/}
      - {id: c, outlet: C, url: https://a.example/rss?kategori=izmir}
    """
    assert mistakes(tmp_path, text) == [
        "3: feeds[a].id: the id 'a' is taken, see line 2",
        "3: feeds[a].url: the same address is on line 2",
    ]


def test_times_need_no_quotes_and_no_is_a_word(tmp_path: Path) -> None:
    read = loaded(
        tmp_path,
        """\
        feeds: [{id: a, outlet: A, url: https://a.example, language: no, scrape: no}]
        alerts:
          from: takip@kent.bel.tr
          subscriptions:
            - {to: a@b.tr, watchlists: all, mode: daily, at: 07:45, days: [cum, mon]}
            - {to: b@b.tr, watchlists: all, mode: instant, quiet: 22:00-07:00}
        """,
    )
    daily, instant = read.alerts.subscriptions
    assert (daily.at, daily.days, daily.watchlists) == (time(7, 45), (0, 4), None)
    assert instant.quiet == (time(22), time(7))
    assert (read.feeds[0].language, read.feeds[0].scrape) == ("no", False)


def test_every_key_of_a_feed_arrives(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    feed = loaded(
        tmp_path,
        with_feed(
            "kind: html",
            "list: {item: li, link: '/haber/\\d+$', title: h2, date: time}",
            "own: true",
            "user_agent: Mozilla/5.0 (compatible)",
            "encoding: windows-1254",
            "ca_bundle: ca.pem",
            "verify: false",
            "robots: false",
            "body: div.icerik",
            "remove: [.reklam, aside]",
        ),
    ).feeds[0]
    assert feed.list == ListRule(
        item="li", link=r"/haber/\d+$", title="h2", date="time"
    )
    assert (feed.own, feed.verify, feed.robots) == (True, False, False)
    assert feed.ca_bundle == str(tmp_path / "ca.pem")
    assert (feed.body, feed.remove) == ("div.icerik", (".reklam", "aside"))


def test_what_starts_but_is_hardly_meant_is_a_warning(tmp_path: Path) -> None:
    read = loaded(
        tmp_path,
        """\
        settings: {contact: basin@example.org}
        feeds:
          - {id: a, outlet: A, url: 'https://u:p@a.de', category: pres, ca_bundle: x}
        alerts:
          operator: nobet@kent.bel.tr
          smtp: {host: mail.kent.bel.tr, username: u, password_env: NO_SUCH_VARIABLE}
        watchlists:
          - {id: acik, query: 'NOT spor'}
          - {id: kapali, query: 'NOT spor AND Bakü'}
        """,
    )
    assert not any("kapali" in warning for warning in read.warnings)
    for words in (
        "watchlists[acik].query: holds for nearly every article",
        ":1: settings.contact: still the example",
        ":3: feeds[a].url: holds a password",
        ":3: feeds[a].category: 'pres' is not usual; did you mean press?",
        ":3: feeds[a].ca_bundle: there is no file 'x'",
        "alerts.from: mails would come from the example address",
        ":6: alerts.smtp.password_env: the environment variable NO_SUCH_VARIABLE is",
        "alerts.smtp.security: none: the password would travel unencrypted",
    ):
        assert any(words in warning for warning in read.warnings), words


@pytest.mark.parametrize(
    ("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)]
)
def test_the_port_follows_from_the_security(
    tmp_path: Path, security: str, port: int
) -> None:
    read = loaded(tmp_path, f"alerts: {{smtp: {{security: {security}}}}}\n")
    assert read.alerts.smtp.port == port


@needs_queries
def test_a_query_is_read_and_its_unknown_names_are_told(tmp_path: Path) -> None:
    text = """\
    names: {baku: [Bakü], izmir: [İzmir]}
    watchlists:
      - {id: a, query: '@izmir AND @bakü'}
      - {id: b, query: '@izmir AND ('}
      - {id: c, query: '@izmir', terms: [x]}
      - {id: d, query: '@izmir AND "@nobody" AND NOT @baku'}
    """
    found = mistakes(tmp_path, text)
    assert [line.partition(":")[0] for line in found] == ["3", "4", "5"]
    assert found[0].endswith("no name @bakü in names; did you mean baku?")
    assert "column" in found[1]


def test_a_file_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        config.load(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes("# bir\n# İzmir ş\n".encode("windows-1254"))
    with pytest.raises(ConfigError, match=r"feeds\.yaml:2: not UTF-8 \(byte 0xdd\)"):
        config.load(path)


@given(st.one_of(st.binary(max_size=200), st.text("-:[]{}&*!'\"# \nab,", max_size=80)))
def test_any_bytes_are_a_configuration_or_a_list_of_mistakes(
    content: bytes | str,
) -> None:
    raw = content.encode() if isinstance(content, str) else content
    try:
        config.loads(raw, Path("feeds.yaml"), {})
    except ConfigError as error:
        told = error.mistakes
    else:
        told = ("none",)
    assert told


def test_importing_config_imports_neither_pydantic_nor_yaml() -> None:
    code = (
        "import sys, aggregator.config;"
        "sys.exit(bool({'pydantic', 'yaml', 'ruamel'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- adding feeds ----------------------------------------------------------------------

ROW = {
    "id": "yeni",
    "outlet": "Ege'nin Sesi: 5 #1",
    "url": "https://yeni.example/rss?a=1#x",
    "enabled": False,
    "list": None,
}


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL,
        MINIMAL.replace("\n", "\r\n"),
        MINIMAL.rstrip("\n"),
        "",
        "# nothing yet\n",
        "feeds:\n",
        "feeds: []  # none\nsettings: {}\n",
        "feeds:\n- id: a\n  outlet: A\n  url: https://a.de\n  # more of a\n\n# end\n",
        "feeds: [{id: a, outlet: A, url: 'https://a.example'}]\n",
        "feeds: [\n  {id: a, outlet: A, url: 'https://a.example'},\n]\n",
        "feeds:\n  - id: a\n    url: https://a.example\n    outlet: |\n      A\n",
        "settings: {}\nfeeds:\n    - {id: a, outlet: A, url: 'https://a.de'}\nnames:\n",
    ],
    ids=range(12),
)
def test_a_feed_is_added_and_every_other_line_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(text.encode())
    before = config.load(path, environ={})
    config.append_feed(path, ROW)
    after = config.load(path, environ={})
    assert after.feeds[:-1] == before.feeds
    assert (after.feeds[-1].outlet, after.feeds[-1].url, after.feeds[-1].enabled) == (
        ROW["outlet"],
        ROW["url"],
        False,
    )
    kept = path.read_bytes().decode()
    comments = [line[line.index("#") :] for line in text.splitlines() if "#" in line]
    assert all(comment in kept for comment in comments)
    assert ("\r\n" in kept) == ("\r\n" in text)
    assert [p.name for p in tmp_path.iterdir()] == ["feeds.yaml"]


def test_a_new_row_stands_below_the_last_one(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL)
    config.append_feed(path, {"id": "b", "outlet": "B", "url": "https://b.example/rss"})
    row = "  - id: b\n    outlet: B\n    url: https://b.example/rss\n"
    assert path.read_text("utf-8") == MINIMAL.replace("names:", row + "names:")


def test_a_row_with_a_mistake_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL)
    for row in (
        {**ROW, "id": "gazete"},
        {**ROW, "url": "https://gazete.example/rss"},
        {**ROW, "knd": "feed"},
    ):
        with pytest.raises(ConfigError):
            config.append_feed(path, row)
    assert path.read_text("utf-8") == MINIMAL


@given(st.text(max_size=40).filter(lambda t: t.strip() and t.isprintable()))
def test_any_outlet_survives_being_written(outlet: str) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - tmp_path is one a test

    with TemporaryDirectory() as folder:
        path = written(Path(folder), MINIMAL)
        config.append_feed(path, {**ROW, "outlet": outlet})
        assert config.load(path).feeds[-1].outlet == outlet.strip()


@pytest.mark.parametrize(
    ("outlet", "url", "taken", "expected"),
    [
        ("Son Mühür", "https://www.sonmuhur.com/rss", (), "son-muhur"),
        ("AZƏRTAC", "https://azertag.az/rss/en", ("azertac",), "azertac-en"),
        ("Şırnak İĞDIR", "https://x.example", (), "sirnak-igdir"),
        ("Волгоград", "https://x.example", (), "volgograd"),
        ("新闻", "https://www.gazete.example/rss", (), "gazete-example"),
        ("A", "https://a.example/rss", ("a", "a-2"), "a-3"),
    ],
    ids=["tr", "section", "dotted", "ru", "host", "number"],
)
def test_an_id_is_made_from_the_name(
    outlet: str, url: str, taken: tuple[str, ...], expected: str
) -> None:
    assert config.suggest_id(outlet, url, set(taken)) == expected


@given(st.text(max_size=60), st.sets(st.sampled_from(["feed", "a", "x-example"])))
def test_any_name_gives_a_free_id(outlet: str, taken: set[str]) -> None:
    made = config.suggest_id(outlet, "https://x.example/rss", taken)
    assert made not in taken
    assert made.isascii()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
