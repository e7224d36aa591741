"""Listing pages give entries with title, address and date, or a clear error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Feed, FeedTask, Fetched, ListRule, ParsedFeed, Validators
from aggregator.sources.listing import parse

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
BASE = "https://belediye.example/tr/haberler"
MENU = "".join(
    f'<li><a href="/kategori/{m}">{m} haberleri ve duyuruları</a></li>'
    for m in ("spor", "kultur", "ulasim", "cevre", "saglik")
)


def read(
    body: str,
    rule: ListRule | None = None,
    *,
    timezone: str = "Europe/Istanbul",
    known: frozenset[str] = frozenset(),
    encoding: str = "utf-8",
) -> ParsedFeed:
    feed = Feed(
        id="belediye",
        outlet="Belediye",
        url=BASE,
        kind="html",
        timezone=timezone,
        interval=timedelta(hours=1),
        list=rule,
    )
    fetched = Fetched(
        url=BASE,
        status=200,
        body=body.encode(encoding, "xmlcharrefreplace"),
        content_type="text/html",
        validators=Validators(url=BASE),
    )
    task = FeedTask(
        feed=feed, url=BASE, validators=None, body_hash=None, known_items=known
    )
    return parse(fetched, task, NOW)


def html(body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>Haberler</title>{head}</head><body>"
        f"<nav><ul>{MENU}</ul></nav>{body}<footer><a href='/kunye'>Künye</a></footer>"
        "</body></html>"
    )


CARDS = html(
    "<main>"
    + "".join(
        f"""<div class="kart">
        <a href="/tr/Haberler/{slug}/{number}/156"><img src="/{number}.jpg" alt=""></a>
        <span class="tarih">{day}.03.2026</span>
        <h3><a href="/tr/Haberler/{slug}/{number}/156?utm_source=liste">{title}</a></h3>
        <p>{title} için hazırlıklar bugün sabah erken saatlerde başladı.</p>
        <a href="/tr/Haberler/{slug}/{number}/156">Devamını oku</a></div>"""
        for slug, number, day, title in (
            ("koprulu-kavsak", 59444, "09", "Köprülü kavşak trafiğe açılıyor"),
            ("kent-tiyatrosu", 59443, "08", "Kent tiyatrosu perdelerini açtı"),
            ("yeni-otobus", 59440, "07", "Yüz yeni otobüs yola çıktı"),
        )
    )
    + "</main>"
)
TITLES = [
    "Köprülü kavşak trafiğe açılıyor",
    "Kent tiyatrosu perdelerini açtı",
    "Yüz yeni otobüs yola çıktı",
]
RULES = {
    "pattern": ListRule(link=r"/tr/Haberler/[^/]+/\d+/156$"),
    "whole address": ListRule(link=r"https://belediye.example/tr/Haberler/.+/156"),
    "selectors": ListRule(item=".kart", link="h3 a", title="h3", date=".tarih"),
    "item and pattern": ListRule(item=".kart", link=r"/Haberler/[^/]+/\d+/156"),
    "item only": ListRule(item="div.kart"),
    "link selector": ListRule(link=".kart h3 a"),
    "no rule": None,
}


@pytest.mark.parametrize("rule", list(RULES))
def test_each_kind_of_rule_gives_the_same_entries(rule: str) -> None:
    found = read(CARDS, RULES[rule])
    assert [e.title for e in found.entries] == TITLES
    assert found.entries[0].url.partition("?")[0] == (
        "https://belediye.example/tr/Haberler/koprulu-kavsak/59444/156"
    )
    assert [e.published_at for e in found.entries] == [
        datetime(2026, 3, day, 21, 0, tzinfo=UTC) for day in (8, 7, 6)
    ]
    assert found.total == 3
    assert found.entries[0].lead.startswith("Köprülü kavşak trafiğe açılıyor için")


def test_known_items_are_counted_and_left_out() -> None:
    first = read(CARDS)
    again = read(CARDS, known=frozenset(e.item_hash for e in first.entries[1:]))
    assert ([e.title for e in again.entries], again.known) == ([TITLES[0]], 2)


def test_a_date_that_moves_with_the_clock_is_no_edit() -> None:
    page = CARDS.replace("09.03.2026", "{}")
    rule = RULES["pattern"]
    first = read(page.format("5 dakika önce"), rule)
    again = read(
        page.format("1 saat önce"),
        rule,
        known=frozenset(e.item_hash for e in first.entries),
    )
    assert first.entries[0].published_at == NOW - timedelta(minutes=5)
    assert again.known == 3


@pytest.mark.parametrize(
    ("shown", "utc"),
    [
        ("15 noyabr, 2025 / 19:44", datetime(2025, 11, 15, 15, 44, tzinfo=UTC)),
        ("Bu gün / 12:18", datetime(2026, 3, 10, 8, 18, tzinfo=UTC)),
        ("Dünən / 22:30", datetime(2026, 3, 9, 18, 30, tzinfo=UTC)),
        ("21.02.2026 [19:22]", datetime(2026, 2, 21, 15, 22, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize(
    "place", ["<span>{}</span>", "<em>{}</em>", '<div class="x">{}</div>']
)
def test_dates_beside_links_are_found_without_a_selector(
    shown: str, utc: datetime, place: str
) -> None:
    page = html(
        "".join(
            f'<div><a href="/xeber/bakida-park-{n}">Bakıda yeni park açıldı {n}</a>'
            f"{place.format(shown)}</div>"
            for n in range(101, 104)
        )
    )
    found = read(page, ListRule(link=r"/xeber/[a-z-]+-\d+"), timezone="Asia/Baku")
    assert {e.published_at for e in found.entries} == {utc}
    assert found.entries[0].date_raw == shown


def test_day_and_year_in_nodes_of_their_own_make_one_date() -> None:
    page = html(
        '<a class="doc-item" href="/duyuru/17"><span class="gun">6 Ocak</span>'
        '<span class="yil">2026</span><b class="ad">Meclis toplanıyor</b></a>'
    )
    rule = ListRule(item="a.doc-item", title=".ad", date=".gun, .yil")
    (entry,) = read(page, rule).entries
    assert entry.title == "Meclis toplanıyor"
    assert entry.published_at == datetime(2026, 1, 5, 21, 0, tzinfo=UTC)


def test_a_table_with_the_date_in_its_first_cell_is_read() -> None:
    rows = "".join(
        f"<tr><td>0{n}.03.2026</td><td><a href='detail.php?gsid=brm.c.{n}.de'>"
        f"Senat beschließt Maßnahme {n}</a></td></tr>"
        for n in (3, 2, 1)
    )
    page = html(f"<table><tbody>{rows}</tbody></table>")
    found = read(page, ListRule(item="tbody tr"), timezone="Europe/Berlin")
    assert [e.published_at for e in found.entries] == [
        datetime(2026, 3, day, 23, 0, tzinfo=UTC) for day in (2, 1)
    ] + [datetime(2026, 2, 28, 23, 0, tzinfo=UTC)]
    assert found.entries[0].url == (
        "https://belediye.example/tr/detail.php?gsid=brm.c.3.de"
    )


def test_relative_links_follow_the_base_of_the_page() -> None:
    page = html(
        '<a href="haber/sahil-yolu-kapandi-5">Sahil yolu kapandı</a>',
        '<base href="https://www.belediye.example/alt/">',
    )
    (entry,) = read(page, ListRule(link="/haber/")).entries
    assert entry.url == "https://www.belediye.example/alt/haber/sahil-yolu-kapandi-5"


def test_a_link_round_a_whole_card_gives_its_title_not_its_text() -> None:
    long = "Törene katılanlar sahil boyunca yürüdü ve meydanda toplandı. " * 5
    page = html(
        f'<a href="/haber/a-1"><span>06.01.2026</span><div>Sahil yolu yenilendi</div>'
        f"<p>{long}</p></a>"
    )
    (entry,) = read(page, ListRule(link=r"/haber/a-\d")).entries
    assert entry.title == "Sahil yolu yenilendi"
    assert entry.published_at == datetime(2026, 1, 5, 21, 0, tzinfo=UTC)


def test_a_picture_without_text_lends_its_description() -> None:
    page = html('<a href="/haber/a-1"><img alt="Sahil yolu yenilendi" src="x"></a>')
    assert read(page, ListRule(link="/haber/")).entries[0].title == (
        "Sahil yolu yenilendi"
    )


def test_an_item_list_in_json_ld_is_taken_where_no_rule_is_given() -> None:
    rows = ",".join(
        f'{{"@type":"ListItem","position":{n},"item":{{"@type":"NewsArticle",'
        f'"url":"/haber/{n}","headline":"Başlık &amp; {n}",'
        f'"datePublished":"2026-03-0{n}T10:00:00+03:00"}}}}'
        for n in (1, 2, 3)
    )
    script = (
        '<script type="application/ld+json">{"@context":"https://schema.org",'
        f'"@type":"ItemList","itemListElement":[{rows},]}}</script>'
    )
    found = read(html("<p>…</p>", script))
    assert [e.title for e in found.entries] == [
        "Başlık & 1",
        "Başlık & 2",
        "Başlık & 3",
    ]
    assert found.entries[0].published_at == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def test_articles_of_several_sections_are_one_group_when_guessing() -> None:
    page = html(
        "".join(
            f'<li><a href="/{section}/{n}/uzun-bir-haber-basligi.html">'
            f"{section} haberi {n} uzun bir başlık</a></li>"
            for n, section in ((11, "spor"), (12, "ekonomi"), (13, "yerel"))
        )
    )
    assert [e.title.split()[0] for e in read(page).entries] == [
        "spor",
        "ekonomi",
        "yerel",
    ]


def test_only_web_addresses_become_entries() -> None:
    page = html(
        '<div class="k"><a href="javascript:ac(5)">Bir başlık</a></div>'
        '<div class="k"><a href="mailto:a@b.example">Bir başlık</a></div>'
        '<div class="k"><a href="#">Bir başlık</a></div>'
        '<div class="k"><a href="/haber/1">Geçerli başlık</a></div>'
    )
    assert [e.title for e in read(page, ListRule(item=".k")).entries] == [
        "Geçerli başlık"
    ]


def test_the_next_page_is_named_for_filling_gaps() -> None:
    page = CARDS.replace("</main>", '<a rel="next" href="?sayfa=2">2</a></main>')
    assert read(page).older == "https://belediye.example/tr/haberler?sayfa=2"
    assert read(CARDS).older is None


def test_a_windows_1254_listing_that_says_utf_8_keeps_its_letters() -> None:
    found = read(
        CARDS.replace("</head>", "<meta charset='utf-8'></head>"), encoding="cp1254"
    )
    assert found.entries[0].title == TITLES[0]


@pytest.mark.parametrize(
    ("body", "rule", "message"),
    [
        (CARDS, ListRule(link=r"/tr/Duyurular/\d+"), r"nothing fits link '/tr/Duyur"),
        (CARDS, ListRule(item=".haber-kutusu"), "nothing fits item '.haber-kutusu'"),
        (CARDS, ListRule(link="/[bozuk"), "no pattern"),
        (CARDS, ListRule(item="div[["), "no CSS selector"),
        (html("<p>Merhaba</p>"), None, "none like articles"),
        ("", None, "empty"),
        ("<rss version='2.0'></rss>", None, "<rss> document"),
    ],
)
def test_a_page_without_entries_fails_and_says_why(
    body: str, rule: ListRule | None, message: str
) -> None:
    with pytest.raises(ParseError, match=message):
        read(body, rule)


def test_a_challenge_in_place_of_the_list_is_a_block() -> None:
    page = "<html><title>Just a moment...</title><script>_cf_chl_opt</script></html>"
    with pytest.raises(ParseError) as caught:
        read(page, ListRule(link="/haber/"))
    assert caught.value.state == "blocked"


@given(
    st.lists(st.sampled_from(["<a href='/h/1'>", "</a>", "<div>", "<base href='"]))
    | st.text(max_size=200).map(lambda t: [t])
)
def test_any_page_gives_a_feed_or_a_parse_error(parts: list[str]) -> None:
    for rule in (None, ListRule(link="/h/"), ListRule(item="div", link="a")):
        try:
            found = read("".join(parts), rule)
        except ParseError:
            continue
        assert all(e.url.startswith("http") for e in found.entries)


SHOWN = [
    "<b>8</b><i>Mart</i><u>2026</u> ",
    "<span class='gun'>8</span><span class='ay'>Mar</span>",
    "<small>00:00 | 08.03.2026 | Gündem</small>",
    "<small data-date='2026-03-08T00:00:00+03:00'></small>",
]


@pytest.mark.parametrize("shown", SHOWN)
def test_a_date_cut_into_pieces_or_kept_in_an_attribute_is_found(shown: str) -> None:
    cards = "".join(
        f"<div><div>{shown}</div><a href='/haber/kisa-yazi-{n}'>{t}</a></div>"
        for n, t in enumerate(TITLES, 2100)
    )
    found = read(html(cards)).entries
    assert [e.title for e in found] == TITLES
    assert {e.published_at for e in found} == {datetime(2026, 3, 7, 21, tzinfo=UTC)}


def test_a_title_cut_by_the_list_comes_whole_from_its_attribute() -> None:
    cards = "".join(
        f"<div><a href='/haber/kisa-yazi-{n}' title='{t}'>{t[:14]}...</a></div>"
        for n, t in enumerate(TITLES, 2100)
    )
    rule = ListRule(link="/haber/")
    assert [e.title for e in read(html(cards), rule).entries] == TITLES


def test_a_link_round_a_card_has_no_date_in_its_title() -> None:
    cards = "".join(
        f"<a href='/x/kisa-yazi-{n}'><div>{t}</div><div>10 mart, 2026 / 12:18</div></a>"
        for n, t in enumerate(TITLES, 2100)
    )
    assert [e.title for e in read(html(cards)).entries] == TITLES


def test_old_pages_whose_articles_are_numbers_in_the_query_are_guessed() -> None:
    rows = "".join(
        f"<tr><td>08.03.2026</td><td><a href='haber_oku.asp?id={n}'>{t}</a></td></tr>"
        for n, t in enumerate(TITLES, 2100)
    )
    found = read(html(f"<table>{rows}</table>")).entries
    assert [e.title for e in found] == TITLES
    assert all(e.published_at for e in found)


@pytest.mark.parametrize(
    "head",
    [
        '<base href="http://[haber">',
        '<link rel="next" href="http://[haber">',
        """<script type="application/ld+json">{"@type": "ItemList", "itemListElement":
        [{"name": "a", "url": "http://["}, {"item": 5}, 7, "x", {"item": {"name": "b"}}]
        }</script>""",
    ],
)
def test_an_address_that_is_none_costs_no_entry(head: str) -> None:
    assert [e.title for e in read(CARDS.replace("</head>", head)).entries] == TITLES


def test_what_would_steer_a_terminal_is_no_title() -> None:
    shown = CARDS.replace("Köprülü kavşak", "Köprülü&#27;[2J kavşak\x07")
    assert read(shown).entries[0].title.isprintable()


def test_a_list_for_machines_without_titles_leaves_the_page_to_its_links() -> None:
    rows = ", ".join(
        f'{{"@type": "ListItem", "position": {n}, "url": "/tr/Haberler/a/{n}/156"}}'
        for n in (59444, 59443, 59440)
    )
    head = (
        '<script type="application/ld+json">{"@type": "ItemList", "itemListElement":'
        f" [{rows}]}}</script>"
    )
    assert [e.title for e in read(CARDS.replace("</head>", head)).entries] == TITLES
