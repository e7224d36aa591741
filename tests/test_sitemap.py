"""Sitemaps give entries, indexes the parts to read, everything else a clear error."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Feed, FeedTask, Fetched, ParsedFeed, Validators
from aggregator.sources.sitemap import MOST_BYTES, MOST_PARTS, parse

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
BASE = "https://haber.example/sitemap-news.xml"
SHARED = Path(__file__).parents[1].parent / "shared" / "data"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://haber.example/liman-acildi-101</loc>
 <image:image><image:loc>https://haber.example/1.jpg</image:loc>
 <image:title>Foto</image:title></image:image>
 <news:news><news:publication><news:name>Haber</news:name>
 <news:language>tr</news:language></news:publication>
 <news:publication_date>2026-03-10T10:00:00+03:00</news:publication_date>
 <news:title>Yeni liman &#8220;açıldı&#8221;: Şişli &amp; Göztepe</news:title>
 </news:news></url>
<url><loc>https://haber.example/vapur-102</loc><news:news>
 <news:publication_date>2026-03-10T09:00:00</news:publication_date>
 <news:title>Vapur seferleri</news:title></news:news></url>
</urlset>"""


def read(
    body: str | bytes, known: frozenset[str] = frozenset(), url: str = BASE
) -> ParsedFeed:
    feed = Feed(
        id="haber",
        outlet="Haber",
        url=url,
        kind="sitemap",
        interval=timedelta(hours=1),
    )
    fetched = Fetched(
        url=url,
        status=200,
        body=body if isinstance(body, bytes) else body.encode(),
        content_type="application/xml",
        validators=Validators(url=url),
    )
    task = FeedTask(
        feed=feed, url=url, validators=None, body_hash=None, known_items=known
    )
    return parse(fetched, task, NOW)


def urlset(*items: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<urlset xmlns="{space}">{"".join(items)}</urlset>'


def item(link: str, changed: str = "") -> str:
    stamp = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{link}</loc>{stamp}</url>"


def test_a_news_sitemap_gives_titles_and_dates_of_publication() -> None:
    found = read(NEWS)
    assert [e.title for e in found.entries] == [
        "Yeni liman “açıldı”: Şişli & Göztepe",
        "Vapur seferleri",
    ]
    first, second = found.entries
    assert first.url == "https://haber.example/liman-acildi-101"
    assert first.published_at == datetime(2026, 3, 10, 7, 0, tzinfo=UTC)
    assert second.published_at == datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
    assert first.language == "tr"
    assert not first.date_is_change
    assert (found.total, found.known, found.form) == (2, 0, "sitemap")


def test_a_plain_sitemap_gives_addresses_and_says_that_its_date_is_a_change() -> None:
    found = read(urlset(item("https://haber.example/bir-1", "2026-03-09")))
    (entry,) = found.entries
    assert entry.title == ""
    assert entry.published_at == datetime(2026, 3, 8, 21, 0, tzinfo=UTC)
    assert entry.date_is_change


def test_known_items_are_counted_and_left_out_and_an_edit_is_new() -> None:
    first = read(NEWS)
    known = frozenset(e.item_hash for e in first.entries)
    again = read(NEWS, known)
    assert (again.entries, again.known, again.total) == ((), 2, 2)
    edited = read(NEWS.replace("Vapur seferleri", "Vapur seferleri iptal"), known)
    assert [e.title for e in edited.entries] == ["Vapur seferleri iptal"]
    assert edited.entries[0].key == first.entries[1].key


def test_one_time_for_all_addresses_is_no_edit_of_them() -> None:
    links = [f"https://haber.example/haber-{n}" for n in range(12)]
    first = read(urlset(*(item(u, "2026-03-10T08:00:00Z") for u in links)))
    later = read(
        urlset(*(item(u, "2026-03-10T09:00:00Z") for u in links)),
        frozenset(e.item_hash for e in first.entries),
    )
    assert later.known == 12
    assert first.entries[0].published_at is None


@pytest.mark.parametrize("name", ["sitemap.xml", "sitemap.xml.gz"])
def test_a_packed_sitemap_is_known_by_its_bytes(name: str) -> None:
    found = read(gzip.compress(NEWS.encode()), url=f"https://haber.example/{name}")
    assert found.total == 2


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    bomb = gzip.compress(NEWS.encode() + b" " * MOST_BYTES)
    found = read(bomb)
    assert found.total == 2
    assert "cut" in found.notes[0]


def test_an_index_gives_its_news_and_newest_parts_first() -> None:
    part = "<sitemap><loc>https://haber.example/{}</loc><lastmod>{}</lastmod></sitemap>"
    parts = [
        ("sitemap-2019-01.xml", "2019-01-31"),
        ("category-sitemap.xml", "2026-03-10"),
        ("sitemap-2026-03.xml", "2026-03-10"),
        ("sitemap-2026-02.xml", "2026-02-28"),
        ("sitemap-video.xml", "2026-03-10"),
        ("sitemap-2026-01.xml", "2026-01-31"),
        ("sitemap-2025-12.xml", "2025-12-31"),
        ("sitemap-news.xml", "2026-03-10"),
    ]
    body = "".join(part.format(*p) for p in parts)
    found = read(f"<sitemapindex>{body}</sitemapindex>")
    names = [u.rpartition("/")[2] for u in found.more]
    assert names[:3] == [
        "sitemap-news.xml",
        "sitemap-2026-03.xml",
        "sitemap-2026-02.xml",
    ]
    assert len(found.more) == MOST_PARTS
    assert (found.entries, found.form) == ((), "sitemapindex")


def test_parts_without_dates_are_ordered_by_month_or_number() -> None:
    parts = ["post-sitemap1.xml", "post-sitemap10.xml", "post-sitemap9.xml"]
    body = "".join(f"<sitemap><loc>/{p}</loc></sitemap>" for p in parts)
    found = read(f"<sitemapindex>{body}</sitemapindex>")
    assert found.more[0] == "https://haber.example/post-sitemap10.xml"


def test_an_index_cannot_send_us_to_another_site() -> None:
    body = "<sitemap><loc>{}</loc></sitemap>"
    with pytest.raises(ParseError, match="without sitemaps"):
        read(
            f"<sitemapindex>{body.format('https://evil.example/s.xml')}</sitemapindex>"
        )


def test_a_text_sitemap_is_read_line_by_line() -> None:
    found = read("https://haber.example/a-1\n\nhttps://haber.example/b-2\n")
    assert [e.url for e in found.entries] == [
        "https://haber.example/a-1",
        "https://haber.example/b-2",
    ]


def test_only_web_addresses_of_articles_become_entries() -> None:
    found = read(
        urlset(
            item("javascript:alert(1)"),
            item("file:///etc/passwd"),
            item("https://haber.example/"),
            item("/goreli-7"),
            item("\n https://haber.example/bosluk-8 \n"),
            item("https://haber.example/goreli-7?utm_source=x"),
        )
    )
    assert [e.url for e in found.entries] == [
        "https://haber.example/goreli-7",
        "https://haber.example/bosluk-8",
    ]


def test_a_url_with_bare_ampersands_keeps_its_parameters() -> None:
    found = read(urlset(item("https://haber.example/h?id=5&sayfa=2")))
    assert found.entries[0].url == "https://haber.example/h?id=5&sayfa=2"


def test_warnings_before_and_damage_inside_do_not_cost_the_entries() -> None:
    found = read(
        "\n\ufeffWarning: mysql in x.php\n" + NEWS.replace("Vapur", "V\x0bapur")
    )
    assert [e.title for e in found.entries][1] == "Vapur seferleri"


def test_a_document_cut_in_the_middle_gives_what_came() -> None:
    assert read(NEWS[: NEWS.index("Vapur")]).total >= 1


def test_a_windows_1254_sitemap_that_says_utf_8_keeps_its_letters() -> None:
    found = read(NEWS.encode("cp1254"))
    assert "Şişli" in found.entries[0].title
    assert found.encoding == "cp1254"


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE u [<!ENTITY a "bombabomba"><!ENTITY b "&a;&a;&a;">'
        '<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    )
    entry = "<url><loc>https://haber.example/1-{}</loc><title>{}</title></url>"
    found = read(bomb + urlset(entry.format("a", "&b;"), entry.format("b", "&x;")))
    assert not any("bomba" in e.title or "root" in e.title for e in found.entries)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Merhaba</p></body></html>", "HTML"),
        (b'<rss version="2.0"><channel></channel></rss>', "RSS feed.*kind: feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "Atom"),
        (b'{"items": []}', "JSON"),
        (b"\x1f\x8b\x08garbage", "gzip"),
        (b"merhaba", "neither"),
    ],
)
def test_what_is_no_sitemap_is_named(body: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(body)


def test_an_empty_urlset_is_a_quiet_day_and_no_error() -> None:
    assert read(urlset()).total == 0


@given(st.binary(max_size=300), st.sampled_from([b"", b"<urlset>", b"<sitemapindex>"]))
def test_any_bytes_give_a_feed_or_a_parse_error(body: bytes, root: bytes) -> None:
    try:
        found = read(root + body)
    except ParseError:
        return
    assert all(e.url.startswith("http") for e in found.entries)


def shared_sitemaps() -> list[Path]:
    if not (SHARED / "feeds").is_dir():
        return []
    rows = (SHARED / "feeds" / "index.jsonl").read_text().splitlines()
    found = [json.loads(row) for row in rows]
    return [SHARED / "feeds" / r["file"] for r in found if "sitemap" in r["format"]]


def test_real_sitemaps_give_entries_or_parts() -> None:
    files = shared_sitemaps()
    if not files:
        pytest.skip("no shared test data beside the repository")
    for file in files:
        body = file.read_bytes()
        text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        link = re.search(rb"https?://[^\s<]+(?=\s*</)|^http\S+", text)
        found = read(body, url=link[0].decode() if link else BASE)
        assert found.entries or found.more, file


@pytest.mark.parametrize("broken", ["http://[haber.example/a", "http://[", "//["])
def test_an_address_that_is_none_costs_no_other(broken: str) -> None:
    good = "https://haber.example/liman-acildi-101"
    assert [e.url for e in read(urlset(item(good), item(broken))).entries] == [good]
    assert [e.url for e in read(f"{good}\n{broken}").entries] == [good]
    parts = "".join(
        f"<sitemap><loc>{x}</loc></sitemap>" for x in (broken, f"{good}.xml")
    )
    assert read(f"<sitemapindex>{parts}</sitemapindex>").more == (f"{good}.xml",)
