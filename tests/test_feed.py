"""Reading RSS, Atom, RDF and JSON Feed: polling.md G, H, I, and its numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator import sources
from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, FeedTask, Fetched, ParsedFeed, Validators
from aggregator.sources.feed.document import read_document
from aggregator.sources.feed.plain import to_line, to_text

NOW = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
URL = "https://haber.example/rss/gundem.xml"


def fetched(body: bytes | str, content_type: str = "application/rss+xml") -> Fetched:
    return Fetched(
        url=URL,
        status=200,
        body=body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        validators=Validators(url=URL),
    )


def task(*known: str, **feed: Any) -> FeedTask:
    source = Feed(id="f", outlet="O", url=URL, interval=timedelta(hours=1), **feed)
    return FeedTask(
        feed=source,
        url=URL,
        validators=None,
        body_hash=None,
        known_items=frozenset(known),
    )


def parse(
    body: bytes | str, content_type: str = "application/rss+xml", **feed: Any
) -> ParsedFeed:
    return sources.parse(fetched(body, content_type), task(**feed), NOW)


def rss(*items: str, channel: str = "", head: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'{head}<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
        f"<channel><title>Gündem</title>{channel}{inner}</channel></rss>"
    )


def only(body: bytes | str, **feed: Any) -> Entry:
    parsed = parse(body, **feed)
    assert len(parsed.entries) == 1
    return parsed.entries[0]


def error(body: bytes | str, content_type: str = "text/html") -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(body, content_type)
    return caught.value


# -- the forms -------------------------------------------------------------------------

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://site.example/blog/">
<title>Bülten</title><id>urn:f</id>
<link rel="prev-archive" href="/arsiv/2"/>
<entry><id>urn:1</id><title type="html">A &amp;amp; B</title>
<link rel="enclosure" href="https://cdn.example/a.mp3"/><link href="yazi-1"/>
<published>2026-01-05T10:00:00+03:00</published><updated>2026-01-06T09:00:00Z</updated>
<author><name>Deniz</name></author><summary>Özet</summary>
<content type="html">&lt;p&gt;Bir&lt;/p&gt;&lt;p&gt;İki&lt;/p&gt;</content></entry>
<entry><id>urn:2</id><title>C</title><updated>2026-01-06T09:00:00Z</updated></entry>
</feed>"""


def test_an_atom_entry_becomes_plain_values() -> None:
    parsed = parse(ATOM, "application/atom+xml")
    first, second = parsed.entries
    assert first == Entry(
        key="urn:1",
        item_hash=first.item_hash,
        url="https://site.example/blog/yazi-1",
        guid="urn:1",
        title="A & B",
        lead="Özet",
        text="Bir\nİki",
        author="Deniz",
        published_at=datetime(2026, 1, 5, 7, 0, tzinfo=UTC),
        date_raw="2026-01-05T10:00:00+03:00",
    )
    assert (second.url, second.date_is_change) == ("", True)
    assert parsed.older == "https://site.example/arsiv/2"  # 62
    assert (parsed.form, parsed.title, parsed.total) == ("atom10", "Bülten", 2)


def test_82_a_date_of_rss_1_is_read() -> None:
    entry = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://haber.example/"><title>x</title></channel>'
        '<item rdf:about="https://haber.example/1"><title>Bir</title>'
        "<link>https://haber.example/1</link><dc:date>2026-01-06T10:00:00+03:00</dc:date>"
        "</item></rdf:RDF>"
    )
    assert entry.published_at == datetime(2026, 1, 6, 7, 0, tzinfo=UTC)
    assert (entry.guid, entry.date_is_change) == ("https://haber.example/1", False)


def test_an_item_that_says_nothing_is_no_entry() -> None:
    item = "<title>Liman açıldı</title><link>https://x.example/1</link>"
    parsed = parse(rss("<guid>7</guid>", "", item))
    assert ([entry.title for entry in parsed.entries], parsed.total) == (
        ["Liman açıldı"],
        3,
    )
    parsed = parse('{"version": "https://jsonfeed.org/version/1", "items": [{}]}')
    assert (parsed.entries, parsed.total) == ((), 1)


def test_a_json_feed_becomes_entries() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Haber",
        "next_url": "/feed.json?page=2",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "Yedi &amp; sekiz",
                "content_html": "<p>Metin",
                "date_published": "2026-01-06T10:00:00+03:00",
                "authors": [{"name": "Ada"}],
            },
            {"id": "8", "external_url": "https://x.example/8", "content_text": "a < b"},
            "no item",
        ],
    }
    parsed = parse(json.dumps(document), "application/json")
    first, second = parsed.entries
    assert (first.key, first.url) == ("7", "https://haber.example/7")
    assert (first.title, first.text, first.author) == ("Yedi & sekiz", "Metin", "Ada")
    assert (second.url, second.text) == ("https://x.example/8", "a < b")
    assert parsed.older == "https://haber.example/feed.json?page=2"
    again = sources.parse(fetched(json.dumps(document)), task(first.item_hash), NOW)
    assert (again.known, [entry.key for entry in again.entries]) == (1, ["8"])


def test_half_an_emoji_in_a_json_feed_costs_nothing_else() -> None:
    item = r'{"id": "a\ud83d", "url": "/a\ud83d", "title": "Liman \ud83d\ude00\ud83d"}'
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}'
    entry = only(body)
    assert (entry.key, entry.title) == ("a", "Liman 😀")
    assert entry.url.encode().endswith(b"/a")


def test_the_full_text_is_the_text_and_a_long_description_too() -> None:
    long = "kelime " * 150
    both = only(
        rss(f"<title>x</title><description>Kısa</description><content:encoded>"
            f"<![CDATA[<p>{long}</p>]]></content:encoded>")
    )  # fmt: skip
    assert (both.lead, both.text) == ("Kısa", long.strip())
    alone = only(rss(f"<title>x</title><description>{long}</description>"))
    assert (alone.lead, alone.text) == ("", long.strip())


# -- B. hints --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ttl", "minutes"),
    [("120", 120), (" 60 ", 60), ("60 minutes", 60), ("0", None), ("-5", None),
     ("", None), ("soon", None), ("999999", 525_600)],
)  # fmt: skip
def test_20_ttl_is_read_with_its_mistakes(ttl: str, minutes: int | None) -> None:
    parsed = parse(rss("<title>x</title>", channel=f"<ttl>{ttl}</ttl>"))
    want = timedelta(minutes=minutes) if minutes else None
    assert parsed.hints.every == want


def test_21_all_hours_and_days_to_skip_are_read() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in (0, 1, 24, 5, 77))
    parsed = parse(
        rss(
            "<title>x</title>",
            channel=f"<skipHours>{hours}</skipHours>"
            "<skipDays><day>Saturday</day><day>Sunday</day><day>Pazar</day></skipDays>",
        )
    )
    assert parsed.hints.skip_hours == (0, 1, 5)
    assert parsed.hints.skip_days == (5, 6)


def test_22_the_syndication_module_is_read_through_its_newlines() -> None:
    parsed = parse(
        rss(
            "<title>x</title>",
            channel="<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>"
            "<sy:updateFrequency>\n\t4\t</sy:updateFrequency>",
        )
    )
    assert parsed.hints.every == timedelta(minutes=15)


# -- F, G. losing nothing, identity ----------------------------------------------------


def test_62_a_complete_feed_has_no_older_page_and_wordpress_has_a_paged_one() -> None:
    wordpress = "<generator>https://wordpress.org/?v=6.4</generator>"
    assert parse(rss("<title>x</title>", channel=wordpress)).older == f"{URL}?paged=2"
    complete = '<fh:complete xmlns:fh="http://purl.org/syndication/history/1.0"/>'
    assert parse(rss("<title>x</title>", channel=wordpress + complete)).older is None


def test_63_a_sitemap_is_told_from_an_empty_feed() -> None:
    body = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
    assert "kind: sitemap" in str(error(body))


def test_65_a_hub_is_ignored() -> None:
    hub = '<atom:link rel="hub" href="https://hub.example/"/>'
    assert parse(rss("<title>x</title>", channel=hub)).older is None


def test_67_the_key_is_guid_then_address_then_title_and_date() -> None:
    link = "<link>https://haber.example/a?utm_source=rss</link>"
    assert only(rss(f"<guid>g1</guid>{link}")).key == "g1"
    assert only(rss(link)).key == "https://haber.example/a"
    bare = rss("<title>x</title><pubDate>Tue, 06 Jan 2026 10:00:00 GMT</pubDate>")
    assert only(bare).key.startswith("hash:")
    assert only(bare).key == only(bare).key


def test_68_repeated_guids_are_flagged_and_the_addresses_count() -> None:
    items = [f"<guid>0</guid><link>https://x.example/{n}</link>" for n in range(5)]
    parsed = parse(rss(*items))
    assert [entry.key for entry in parsed.entries] == [
        f"https://x.example/{n}" for n in range(5)
    ]
    assert "repeated guids" in parsed.notes
    known = [entry.item_hash for entry in parsed.entries[:4]]
    again = sources.parse(fetched(rss(*items)), task(*known), NOW)
    assert [entry.key for entry in again.entries] == ["https://x.example/4"]


def test_67_a_very_long_guid_is_kept_and_its_key_is_short() -> None:
    entry = only(rss(f"<title>a</title><guid>{'g' * 5000}</guid>"))
    assert (len(entry.guid or ""), entry.key[:5]) == (5000, "hash:")


def test_where_feedparser_sees_other_items_nothing_is_cut() -> None:
    """An item in an item is one for us and two for feedparser, or the reverse."""
    odd = rss("<title>a</title><item><title>b</title></item>", "<title>c</title>")
    whole = parse(odd)
    known = [entry.item_hash for entry in whole.entries[:1]]
    rest = sources.parse(fetched(odd), task(*known), NOW)
    assert rest.total == whole.total
    assert [e.title for e in rest.entries] == [e.title for e in whole.entries[1:]]


def test_items_that_share_one_address_stay_apart() -> None:
    items = [f"<title>{n}</title><link>https://x.example/</link>" for n in "abc"]
    assert len(parse(rss(*items)).entries) == 3


def test_70_a_guid_is_kept_raw_and_makes_no_link() -> None:
    entry = only(rss("<guid>slug-3</guid><title>x</title>"))
    assert (entry.guid, entry.key, entry.url) == ("slug-3", "slug-3", "")
    permalink = only(rss("<guid>https://x.example/3</guid><title>x</title>"))
    assert permalink.url == "https://x.example/3"


def test_72_detours_are_resolved() -> None:
    burner = only(
        rss("<link>https://feedproxy.example/~r/1</link>"
            "<feedburner:origLink>https://x.example/1</feedburner:origLink>")
    )  # fmt: skip
    assert burner.url == "https://x.example/1"
    alert = only(
        rss("<link>https://www.google.com/url?rct=j&amp;url=https://x.example/2&amp;ct=ga"
            "</link>")
    )  # fmt: skip
    assert alert.url == "https://x.example/2"


# -- H. dates --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    ["Tue, 06 Jan 2026 14:30:00 +0300", "Tue, 06 Jan 2026 14:30:00",
     "Sal, 06 Oca 2026 14:30:00 +0300", "6 Ocak 2026 Salı 14:30", "06.01.2026 14:30",
     "2026-01-06T14:30:00", "2026-01-06 14:30:00 GMT+3", "1767699000"],
)  # fmt: skip
def test_74_75_76_a_date_is_read_in_the_zone_of_its_feed_and_kept_as_written(
    raw: str,
) -> None:
    entry = only(rss(f"<title>x</title><pubDate>{raw}</pubDate>"))
    assert entry.published_at == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)
    assert entry.date_raw == raw


def test_76_80_a_date_out_of_its_mind_is_none_and_stays_as_written() -> None:
    for raw in ("1 Jan 1980", "Tue, 06 Jan 2032 14:30:00 GMT", "soon"):
        entry = only(rss(f"<title>x</title><pubDate>{raw}</pubDate>"))
        assert (entry.published_at, entry.date_raw) == (None, raw)


# -- I. malformed and hostile ----------------------------------------------------------

GOOD = rss("<title>İzmir Şehir</title><link>https://x.example/1</link>")


@pytest.mark.parametrize(
    "body",
    [
        f"\n\n{GOOD}",
        f"\ufeff{GOOD}",
        f"<br />\n<b>Warning</b>: foreach() in <b>/rss.php</b><br />\n{GOOD}",
        GOOD.replace("</title><link", "&nbsp;& co</title><link"),
        GOOD.replace("İzmir Şehir", "İzmir Şehir\x0b\x1f"),
        GOOD.replace("</channel></rss>", ""),
        GOOD.replace("</item>", "</item></b>"),
    ],
)
def test_83_damaged_documents_are_read_with_a_note(body: str) -> None:
    parsed = parse(body)
    assert parsed.entries[0].title.startswith("İzmir Şehir")
    assert parsed.entries[0].url == "https://x.example/1"
    assert parsed.notes or body[0] in "\n\ufeff"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1254", None])
@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=iso-8859-1"])
@pytest.mark.parametrize("real", ["utf-8", "cp1254"])
def test_86_87_turkish_letters_survive_every_wrong_declaration(
    declared: str | None, content_type: str, real: str
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = rss("<title>İzmir Şişli ığüöç</title>", head=head)
    assert (
        parse(body.encode(real), content_type).entries[0].title == "İzmir Şişli ığüöç"
    )


def test_86_a_cyrillic_feed_is_read_by_its_declaration() -> None:
    body = rss("<title>Баку и Измир</title>").replace("ü", "u").encode("cp1251")
    assert (
        parse(body, "text/xml; charset=windows-1251").entries[0].title == "Баку и Измир"
    )
    assert parse(body, "text/xml", encoding="cp1251").entries[0].title == "Баку и Измир"


def test_88_double_encoded_text_is_repaired() -> None:
    twice = GOOD.encode().decode("latin-1")
    assert parse(twice).entries[0].title == "İzmir Şehir"


@pytest.mark.parametrize(
    ("title", "want"),
    [
        ("&lt;b&gt;Kalın&lt;/b&gt; yazı", "Kalın yazı"),
        ("<![CDATA[<script>alert(1)</script>Başlık]]>", "Başlık"),
        ("T&amp;uuml;rkiye&amp;#039;nin", "Türkiye'nin"),
        ("Tu\u0308rkiye", "Türkiye"),
        ("5 &lt; 6 mağaza", "5 < 6 mağaza"),
        ("Bir\n  iki\tüç", "Bir iki üç"),
    ],
)
def test_89_a_title_is_plain_text(title: str, want: str) -> None:
    assert only(rss(f"<title>{title}</title>")).title == want


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b.c"],
)
def test_90_only_web_links_are_kept(link: str) -> None:
    assert only(rss(f"<title>x</title><link>{link}</link>")).url == ""


def test_91_relative_links_start_from_the_base_the_feed_or_its_site() -> None:
    assert only(rss("<link>/haber/1</link>")).url == "https://haber.example/haber/1"
    assert (
        only(rss("<link>\n  2.html </link>")).url == "https://haber.example/rss/2.html"
    )
    elsewhere = rss("<link>/3</link>", channel="<link>https://other.example/</link>")
    assert only(elsewhere).url == "https://other.example/3"


def test_92_entities_and_outer_files_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    bomb = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9)
    )
    for doctype, reference in (
        (f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>', "&x;"),
        (f"<!DOCTYPE rss [{bomb}]>", "&l8;"),
    ):
        body = rss(f"<title>a{reference}b</title>", head=doctype)
        title = parse(body).entries[0].title
        assert "geheim" not in title
        assert len(title) < 1000


def test_94_a_feed_of_thousands_is_read_whole() -> None:
    items = [f"<guid>{n}</guid><title>Haber {n}</title>" for n in range(3000)]
    assert len(parse(rss(*items)).entries) == 3000


PAGE = "<!doctype html><html><head><title>{}</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "message", "state"),
    [
        ("", "empty", "failing"),  # 40
        (" \n\t", "empty", "failing"),
        (PAGE.format("Haberler", "<p>x"), "HTML, not a feed", "failing"),  # 39
        (PAGE.format("x", "<item><title>a</title></item>"), "HTML", "failing"),
        (PAGE.format("x", GOOD), "HTML", "failing"),
        (PAGE.format("Giriş", "<input type='password'>"), "login", "blocked"),
        (PAGE.format("Bakım çalışması", ""), "maintenance", "failing"),
        (PAGE.format("Bakım", ""), "maintenance", "failing"),
        (PAGE.format("x", "<p>Sitemiz şu anda bakımdadır"), "maintenance", "failing"),
        (PAGE.format("x", "<h1 class=a>Maintenance</h1>"), "maintenance", "failing"),
        (PAGE.format("Just a moment...", ""), "challenge", "blocked"),  # 42
        (PAGE.format("x", "<script src=/cdn-cgi/challenge-platform/x.js>"), "challenge",
         "blocked"),
        (PAGE.format("satılık alan adı", ""), "parked", "failing"),
        ("{}", "JSON, but no JSON Feed", "failing"),
        ("{", "JSON that is broken", "failing"),
        ("just text", "neither RSS", "failing"),
    ],
)  # fmt: skip
def test_39_40_42_95_what_is_no_feed_is_named_for_what_it_is(
    body: str, message: str, state: str
) -> None:
    caught = error(body)
    assert message in str(caught)
    assert caught.state == state


def test_95_a_channel_that_lost_its_entries_is_an_error_and_a_new_one_is_not() -> None:
    assert parse(rss()).notes == ("no entries yet",)
    with pytest.raises(ParseError, match="without any entry"):
        sources.parse(fetched(rss()), task("known"), NOW)


@pytest.mark.parametrize("damage", ["", "<b>", "&nbsp;"])
def test_83_an_emoji_written_as_two_halves_is_one(damage: str) -> None:
    """The whole feed was lost where anything else of it was damaged too."""
    item = (
        f"<title>Liman &#55357;&#56832;&#xD83D;&#xde00; &#55357; açık</title>{damage}"
    )
    assert only(rss(item)).title == "Liman 😀😀 açık"


# -- text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "want"),
    [
        ("<p>Bir<br>iki</p>\n<p>üç &amp; dört</p>", "Bir\niki\nüç & dört"),
        ("<style>p{}</style><p onclick=x>a<script>b</script>c</p>", "ac"),
        ("&lt;p&gt;iki kez&lt;/p&gt;", "iki kez"),
        ("ilk\n\nikinci\nsatır", "ilk\nikinci satır"),
        ("<p>Özet […]</p><p>The post A first appeared on B.</p>", "Özet…"),
        ("Özet<p>Deprem yazısı ilk önce Haber üzerinde ortaya çıktı.</p>", "Özet"),
        ("<!-- x --><ul><li>bir<li>iki</ul>", "bir\niki"),
        ("a < b ve c > d", "a < b ve c > d"),
        ("", ""),
        ("<!-- only -->", ""),
        ("<p>a&#1;b&#11;&#xFFFF;</p>", "ab\uffff"),
    ],
)
def test_89_markup_becomes_paragraphs(markup: str, want: str) -> None:
    assert to_text(markup) == want


@given(st.text(alphabet=st.sampled_from("<>&;/!-[]\"'= \n\x00\ud800apsİş#0x")))
@example("<" * 5000)
@example("<div>" * 5000)
def test_89_any_markup_gives_text_without_tags_of_scripts(markup: str) -> None:
    assert "<script" not in to_line(f"{markup}<script>x</script>")


def test_83_openings_without_an_end_take_no_more_time_than_their_length() -> None:
    """Was quadratic: 100 KB took 7 s, and 10 MB would have taken a day."""
    text = "<rss version='2.0'><channel>&nbsp;<title>" + "<![CDATA[" * 200_000
    assert read_document(text, frozenset()).items is None


def test_83_a_feed_under_many_comments_is_read_at_once() -> None:
    """Thirty comments before the root kept a run busy for ever."""
    comments = "<!-- build 7 -->\n" * 60
    found = parse(comments + rss("<title>Liman açıldı</title>"))
    assert [entry.title for entry in found.entries] == ["Liman açıldı"]
    assert found.notes == ()
    page = comments + PAGE.format("Haberler", "<p>x")
    assert "HTML, not a feed" in str(error(page))


@pytest.mark.parametrize("opening", ["<!--", "<?", "<!-- <?"])
def test_83_what_is_never_closed_before_the_root_is_text(opening: str) -> None:
    found = parse(opening * 100_000 + rss("<title>Liman açıldı</title>"))
    assert found.notes == ("text before the feed",)


def test_21_hours_to_skip_that_are_never_closed_are_ignored() -> None:
    item = f"<title>x</title><description>{'&lt;skipHours&gt;' * 9}</description>"
    raw = f"<![CDATA[{'<skipHours>' * 100_000}]]>"
    assert parse(rss(item, channel=f"<description>{raw}</description>")).total == 1
