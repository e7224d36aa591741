from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config
from aggregator.errors import ConfigError

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "opml"


def opml(body: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><body>{body}</body></opml>'.encode()


def test_nested_folders_are_kept_from_the_outermost() -> None:
    (found,) = config.import_opml(
        opml(
            '<outline text="Basın"><outline text="İzmir"><outline text="A &amp; B"'
            ' xmlUrl="https://a.example/rss" htmlUrl="https://a.example/"'
            ' language="tr-TR"/></outline></outline>'
        )
    )
    assert (found.title, found.folders) == ("A & B", ("Basın", "İzmir"))
    assert found.language == "tr"


def test_each_address_comes_once_and_only_http() -> None:
    found = config.import_opml(
        opml(
            '<outline text="A" xmlurl="feed://a.example/rss"/>'
            '<outline text="B" xmlURL="feed:https://b.example/rss"/>'
            '<outline text="A2" xmlUrl="http://a.example/rss"/>'
            '<outline text="C" xmlUrl="javascript:alert(1)"/>'
            '<outline text="D" xmlUrl="file:///etc/passwd"/><outline text="note"/>'
        )
    )
    assert [(o.title, o.url) for o in found] == [
        ("A", "http://a.example/rss"),
        ("B", "https://b.example/rss"),
    ]


@pytest.mark.parametrize(
    "title", ["arch&nosuch;ology", "Haber & Yorum", "&nbsp;Yol", "&#304;zmir", "a&lt;b"]
)
def test_a_title_with_a_loose_ampersand_is_read(title: str) -> None:
    (found,) = config.import_opml(
        opml(f'<outline text="{title}" xmlUrl="https://a.example/?a=1&b=2"/>')
    )
    assert found.title
    assert found.url == "https://a.example/?a=1&b=2"


def test_a_declared_encoding_and_a_byte_order_mark_are_obeyed() -> None:
    body = '<outline text="Şişli" xmlUrl="https://a.example/rss"/>'
    text = f"<opml><body>{body}</body></opml>"
    head = '<?xml version="1.0" encoding="windows-1254"?>'
    for content in (
        (head + text).encode("windows-1254"),
        ("\ufeff" + text).encode("utf-16-le"),
        ("\ufeff" + text).encode(),
    ):
        assert config.import_opml(content)[0].title == "Şişli"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>no</body></html>",
        b"<opml><body>",
        b"{}",
        opml("<outline/>", '<!DOCTYPE opml [<!ENTITY a "aaaa">]>'),
        opml("<outline>" * 100 + "</outline>" * 100),
        b"<opml>" + b" " * 10_000_001 + b"</opml>",
    ],
    ids=["empty", "html", "cut", "json", "entities", "deep", "large"],
)
def test_what_is_no_list_of_feeds_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigError, match="OPML"):
        config.import_opml(content)


@given(st.binary(max_size=300))
def test_any_bytes_give_outlines_or_a_config_error(content: bytes) -> None:
    for candidate in (content, opml("") + content, b"<opml>" + content + b"</opml>"):
        try:
            found = config.import_opml(candidate)
        except ConfigError:
            continue
        assert all(o.url.startswith("http") for o in found)


def test_feeds_that_are_new_are_added_disabled(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "feeds:\n  - {id: a, outlet: A, url: 'https://www.a.example/rss'}\n"
    )
    content = opml(
        '<outline text="A" xmlUrl="http://a.example/rss/"/>'
        '<outline text="Yeni: Gazete" xmlUrl="https://yeni.example/rss"/>'
        '<outline text="Yeni: Gazete" xmlUrl="https://yeni.example/rss/spor"/>'
    )
    assert config.import_into(path, content) == (2, 1)
    assert config.import_into(path, content) == (0, 3)
    feeds = config.load(path).feeds
    assert [(f.id, f.enabled) for f in feeds] == [
        ("a", True),
        ("yeni-gazete", False),
        ("yeni-gazete-spor", False),
    ]


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "feeds:\n"
        "  - {id: a, outlet: 'A & \"B\" <İ>', url: 'https://a.example/rss?x=1&y=2'}\n"
        "  - {id: l, outlet: L, url: 'https://l.example/', kind: html}\n",
        encoding="utf-8",
    )
    text = config.export_opml(config.load(path))
    (found,) = config.import_opml(text.encode())
    assert (found.title, found.url) == ('A & "B" <İ>', "https://a.example/rss?x=1&y=2")
    assert found.folders == ("press",)
    assert 'type="link" url="https://l.example/"' in text


def test_the_lists_of_other_readers_are_read_completely() -> None:
    if not SHARED.exists():
        pytest.skip("the shared test data are not here")
    for line in (SHARED / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found = config.import_opml((SHARED / row["file"]).read_bytes())
        assert len(found) == row["outlines"], row["file"]
