"""A page gives its story: all of it, the lead included, and nothing round it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import ScrapeError
from aggregator.extract import PageContext, extract, find_agency
from aggregator.model import Article
from benchmarks.eval_extract import (
    Case,
    encoded_cases,
    own_cases,
    read_ours,
    score,
    served_cases,
    shared_cases,
)

URL = "https://www.korfez.example/haber/liman-acildi-48213"
NOW = datetime(2026, 1, 8, 9, tzinfo=UTC)
BODY = (
    "Yeni liman bugün hizmete girdi ve ilk gemi sabah erken saatlerde rıhtıma yanaştı.",
    "Limanın yıllık kapasitesi iki milyon ton; vinçlerin tamamı elektrikle çalışıyor.",
    "Nakliyeciler bekleme süresinin yarıya ineceğini, trafiğin azalacağını söyledi.",
    "İkinci rıhtımın yapımına baharda başlanacak ve çalışmalar iki yıl sürecek.",
    "Açılışta konuşan yetkililer, hattın Bakü'ye uzanacağını da duyurdu.",
)
LEAD = "Kuzey kıyısındaki yeni liman ilk gemiyi ağırladı, hedef iki milyon ton yük."
TITLE = "Kuzey limanı hizmete açıldı"


def page(
    body: str = "", *, head: str = "", lead: str = f"<h2 class='spot'>{LEAD}</h2>"
) -> str:
    paragraphs = body or "".join(f"<p>{p}</p>" for p in BODY)
    return (
        f'<!DOCTYPE html><html lang="tr"><head><meta charset="utf-8">'
        f"<title>{TITLE} - Körfez</title>{head}</head><body><nav><a href='/'>Körfez</a>"
        f"</nav><main><article><h1>{TITLE}</h1>{lead}<div class='metin'>{paragraphs}"
        "</div></article></main><footer>Körfez 2026</footer></body></html>"
    )


def read(
    html: str | bytes, url: str = URL, charset: str | None = None, **known: object
) -> Article:
    context = PageContext(now=NOW, **known)  # type: ignore[arg-type]  # a test's keywords
    body = html if isinstance(html, bytes) else html.encode()
    return extract(body, url, charset=charset, language="tr", known=context)


# -- the gate over labelled pages ------------------------------------------------------

OWN = own_cases()


@pytest.fixture(scope="module")
def own() -> list[Case]:
    return OWN


@pytest.mark.parametrize("case", OWN, ids=lambda c: c.name)
def test_each_labelled_page_gives_what_its_label_says(case: Case) -> None:
    found = read_ours(case)
    got = score([case], [found])
    assert (got.f1, got.foreign, got.kept, got.quality) >= (0.985, 0.0, 1.0, 1.0)
    assert got.foreign == 0
    assert got.kept == 1
    assert got.quality == 1, found.quality
    assert got.title == 1, found.title
    assert got.author == 1, found.author
    assert got.agency == 1, found.agency
    assert found.published_at == case.published_at


def test_nine_pairs_of_true_and_declared_charset_give_one_article(
    own: list[Case],
) -> None:
    case = next(c for c in own if c.name == "haber-yazilimi-og")
    texts = {read_ours(c).text for c in encoded_cases(case)}
    assert len(texts) == 1


def test_real_turkish_pages_are_read_whole_and_clean() -> None:
    real = list(shared_cases())
    if not real:
        pytest.skip("no shared test data beside the repository")
    turkish = [c for c in real if c.language == "tr"]
    got = score(turkish, [read_ours(c) for c in turkish])
    assert got.f1 >= 0.998
    assert got.recall >= 0.998
    assert (got.title, got.date, got.wrong_dates) == (1, 1, 0)


@pytest.mark.slow
def test_real_world_pages_are_not_read_worse_than_by_trafilatura() -> None:
    real = [c for c in shared_cases() if c.language != "tr"]
    if not real:
        pytest.skip("no shared test data beside the repository")
    got = score(real, [read_ours(c) for c in real])
    assert got.f1 >= 0.966  # trafilatura 2.3.1 on the same pages: 0.959
    assert (got.title, got.author) >= (0.8, 0.92)
    assert got.wrong_dates == 0


@pytest.mark.slow
def test_every_article_of_the_sample_sites_comes_out_whole() -> None:
    served = list(served_cases())
    if not served:
        pytest.skip("no shared test data beside the repository")
    got = score(served, [read_ours(c) for c in served])
    assert got.worst >= 0.96
    assert (got.title, got.date) == (1, 1)


# -- body ------------------------------------------------------------------------------


def test_body_and_lead_come_out_once_each() -> None:
    found = read(page())
    assert found.lead == LEAD
    assert found.text.split("\n") == list(BODY)
    assert found.title == TITLE
    assert found.quality == "full"


def test_the_rules_of_the_feed_choose_the_body_and_cut_from_it() -> None:
    html = page(
        "<div class='a'><p>Asıl metin burada, uzun bir cümleyle anlatılıyor.</p>"
        "<p class='r'>Sponsorlu kutu</p></div><p>Başka yazı.</p>"
    )
    found = read(html, body=".metin .a", remove=(".r",))
    assert found.text == "Asıl metin burada, uzun bir cümleyle anlatılıyor."


def test_a_rule_that_hits_nothing_leaves_the_page_to_the_general_way() -> None:
    assert read(page(), body=".yok").text.split("\n") == list(BODY)


def test_a_broken_rule_is_named() -> None:
    with pytest.raises(ScrapeError, match=r"no CSS selector"):
        read(page(), body="div[[")


def test_an_article_body_without_its_apostrophes_is_not_taken() -> None:
    stripped = (" ".join(BODY) + " Bir cümle daha var burada.").replace("'", " ")
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
        f'{TITLE}","articleBody":"{stripped}"}}</script>'
    )
    assert "Bakü'ye" in read(page(head=head)).text


def test_the_articles_of_other_pages_in_json_ld_say_nothing_here() -> None:
    head = (
        '<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Başka",'
        '"url":"/b","author":"B. Yazar","datePublished":"2020-01-01"},{"@type":'
        f'"NewsArticle","headline":"{TITLE}","url":"{URL}"}}]</script>'
    )
    found = read(page(head=head))
    assert found.author == ""
    assert found.published_at is None


def test_an_address_that_is_none_costs_no_article() -> None:
    head = (
        '<link rel="canonical" href="http://["><link rel="amphtml" href="http://[">'
        '<script type="application/ld+json">{"@type":"NewsArticle","url":"http://[a",'
        f'"headline":"{TITLE}","author":"Kuzey Masası"}}</script>'
    )
    assert read(page(head=head)).author == "Kuzey Masası"


def test_what_would_steer_a_terminal_is_no_text() -> None:
    head = r'<script type="application/ld+json">{"@type":"NewsArticle",'
    head += r'"headline":"Liman\u001b[31m açıldı\u0000",'
    head += r'"author":"Kuzey\u0007 Masası"}</script>'
    found = read(page("<p>Liman&#27;[2J bugün\x1b[0m açıldı.</p>", head=head))
    said = found.title + found.author + found.text + found.lead
    assert said.isprintable()
    assert (found.title, found.author) == ("Liman[31m açıldı", "Kuzey Masası")


def test_a_script_that_holds_only_the_title_is_no_story() -> None:
    long = " ".join(["liman"] * 70)
    script = f'<script id="__NEXT_DATA__" type="application/json">["{long}"]</script>'
    head = f'<meta property="og:title" content="{long}">{script}'
    assert read(page("<p>Kısa.</p>", head=head)).text == "Kısa."


@pytest.mark.parametrize(
    "line",
    [
        "Giriş: 06.01.2026 - 14:30",
        "Giriş: 06.01.2026 - 14:30 Güncelleme: 07.01.2026 - 08:00",
        "Son Güncelleme: 7 Ocak 2026 Çarşamba 10:12",
        "3 / 22",
        "Facebook'ta Paylaş",
        "WhatsApp'ta paylaş",
        "Bu haberi paylaş",
        "Yorumlar (0)",
        "Önceki Haber: Bir başlık",
        "İLGİLİ HABER: Limanda grev sona erdi",
        "2 dk okuma süresi",
        "Okunma: 1256",
        "Fotoğraf: Arşiv",
        "Kaynak: İHA",
        "Editör: Haber Merkezi",
        "Haberin devamı için tıklayın",
        "REKLAM ALANI",
        "Reklam",
        "Abone ol",
        "Bizi sosyal medyada takip edin",
        "Tüm hakları saklıdır. İzinsiz kullanılamaz.",
        "Haber, editörlerimizin hiçbir editoryal müdahalesi olmadan servis edilmiştir.",
        "Google News'te takip etmek için abone olun",
        "Sayt materiallarından istifadə edərkən istinad zəruridir.",
        "Читайте также: Порт расширяется",
        "Подписывайтесь на наш канал",
        "Подпишитесь на наш канал и узнавайте новости первыми",
        "Korfez.example",
    ],
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_lines_of_furniture_are_cut_wherever_they_stand(line: str, place: int) -> None:
    paragraphs = [*BODY[:place], line, *BODY[place:]]
    found = read(page("".join(f"<p>{p}</p>" for p in paragraphs)))
    assert found.text.split("\n") == list(BODY)


@pytest.mark.parametrize(
    "sentence",
    [
        "Paylaşılan görüntülerde limanın tamamı görülüyor.",
        "Belediye, WhatsApp hattına gelen şikâyetlerin azaldığını bildirdi.",
        "Bakanlık, Telegram kanalından yaptığı açıklamada limanın açıldığını duyurdu.",
        "Olay polis müdahalesi olmadan sona erdi, izinsiz kullanım tespit edilmedi.",
        "Kurul, beklenen bildirimleri açıkladı ve KVKK kapsamında ceza verdi.",
        "Çerez satışları bayramda yüzde on arttı.",
        "“Yorum yapmak istemiyorum” diyen yetkili salondan ayrıldı.",
        "Limanda 6 Ocak 2026 Salı günü tören yapıldı.",
    ],
)
def test_sentences_that_sound_like_furniture_stay(sentence: str) -> None:
    found = read(page("".join(f"<p>{p}</p>" for p in (*BODY[:3], sentence, *BODY[3:]))))
    assert sentence in found.text


def test_a_link_to_another_story_between_paragraphs_is_cut() -> None:
    link = '<p><a href="/haber/baska-5">Balıkçı barınağında yeni dönem başlıyor</a></p>'
    body = f"<p>{BODY[0]}</p>{link}" + "".join(f"<p>{p}</p>" for p in BODY[1:])
    assert read(page(body)).text.split("\n") == list(BODY)


def test_what_a_host_repeats_is_cut_once_it_is_learned() -> None:
    slogan = "Kıyının nabzı her gün bu sayfalarda atıyor, okumaya devam edin dostlar"
    html = page("".join(f"<p>{p}</p>" for p in (*BODY, slogan)))
    first = read(html)
    assert slogan in first.text
    place = first.text.split("\n").index(slogan)
    again = read(html, boilerplate=frozenset(first.line_hashes[-1:]))
    assert slogan not in again.text
    assert again.text.split("\n") == list(BODY)
    assert place == 5


def test_a_learned_line_is_known_with_other_numbers() -> None:
    one = page(
        "".join(f"<p>{p}</p>" for p in (*BODY, "Bugün 1.204 okur bu sayfadaydı"))
    )
    other = one.replace("1.204", "988.317")
    learned = frozenset(read(one).line_hashes) - frozenset(read(page()).line_hashes)
    assert read(other, boilerplate=learned).text.split("\n") == list(BODY)


# -- lead ------------------------------------------------------------------------------


def test_a_lead_stated_only_for_machines_is_kept() -> None:
    head = f'<meta property="og:description" content="{LEAD}">'
    assert read(page(head=head, lead="")).lead == LEAD


@pytest.mark.parametrize(
    "said", [BODY[0], BODY[0][:50] + "...", BODY[0] + " " + BODY[1]]
)
def test_a_lead_that_the_body_says_already_is_no_second_one(said: str) -> None:
    head = f'<meta property="og:description" content="{said}">'
    found = read(page(head=head, lead=""))
    assert found.lead == ""
    assert found.text.split("\n") == list(BODY)


def test_a_shown_lead_that_the_body_repeats_is_cut_from_the_top() -> None:
    found = read(page(lead=f"<h2>{BODY[0]}</h2>"))
    assert f"{found.lead}\n{found.text}".count(BODY[0]) == 1


def test_what_a_site_says_of_itself_is_no_lead() -> None:
    slogan = (
        "Son dakika İzmir haberleri, spor ve ekonomi gelişmeleri bu haber sitesinde"
    )
    head = f'<meta property="og:description" content="{slogan}">'
    assert read(page(head=head, lead="")).lead == ""


PARAGRAPHS = "".join(f"<p>{p}</p>" for p in BODY)


@pytest.mark.parametrize(
    "box",
    [
        "<div style='display: none'>izmir haber, bakü haber, izmir bakü bilet</div>",
        "<p hidden>izmir haber, bakü haber, izmir bakü bilet</p>",
        "<p style='font-size:0'>izmir haber, bakü haber, izmir bakü bilet</p>",
        "<p class='sr-only'>izmir haber, bakü haber, izmir bakü bilet</p>",
        "<amp-embed><p>Sponsorlu: izmir bakü bilet burada satılıyor.</p></amp-embed>",
        f"<div role='dialog'>{'<p>Çerez, izmir bakü bilet. Kabul.</p>' * 20}</div>",
        f"<div class='yorumlar'>{'<p>Yorum: izmir bakü bilet.</p>' * 20}</div>",
    ],
)
def test_what_no_reader_takes_for_the_story_stays_out_however_long(box: str) -> None:
    found = read(page(f"<p>{BODY[0]}</p>{box}" + PARAGRAPHS.split("</p>", 1)[1]))
    assert found.text.split("\n") == list(BODY)


def test_the_rest_of_a_story_behind_a_button_is_hidden_but_read() -> None:
    shown, rest = BODY[0], "".join(f"<p>{p}</p>" for p in BODY[1:])
    rest = f"<button>Devamını oku</button><div style='display:none'>{rest}</div>"
    assert read(page(f"<p>{shown}</p>{rest}")).text.split("\n") == list(BODY)


@pytest.mark.parametrize(
    "tail",
    [
        "<p><b>İletişim:</b><br>Tel: 0232 000 00 00<br>Adres: Kordon, Bremen</p>",
        "<p>Ekler</p><ul><li>Şartname Bremen (PDF)</li></ul>",
        "<p>Devamını okumak için abone olun</p><p>Bremen için ilk ay ücretsiz.</p>",
        "<p>bremen@korfez.example</p>",
    ],
)
def test_contacts_attachments_and_prices_at_the_end_are_no_story(tail: str) -> None:
    assert read(page(PARAGRAPHS + tail)).text.split("\n") == list(BODY)


def test_rows_of_results_are_lines_of_the_story() -> None:
    rows = "<tr><td>Karşıyaka</td><td>2-1</td><td>Menemen</td></tr>"
    rows += "<tr><td>Altınordu</td><td>0-0</td><td>Tire</td></tr>"
    text = read(page(f"{PARAGRAPHS}<table>{rows}</table><p>{BODY[0]}</p>")).text
    assert "Karşıyaka | 2-1 | Menemen" in text.split("\n")


def test_headings_and_lists_between_paragraphs_stay_where_they_stand() -> None:
    body = f"<h2>Kapasite ne kadar?</h2><p>{BODY[0]}</p><ul><li>Saat dokuzda gemi</li>"
    body += f"<li>Saat onda tören</li></ul><p>{BODY[1]}</p><h3>Sırada ne var?</h3>"
    body += f"<p>{BODY[2]}</p>"
    html = f"<html lang='tr'><body><div class='x'><h1>{TITLE}</h1><div class='q'>"
    found = read(f"{html}{body}</div></div></body></html>")
    assert found.text.split("\n") == [
        *("Kapasite ne kadar?", BODY[0], "Saat dokuzda gemi", "Saat onda tören"),
        *(BODY[1], "Sırada ne var?", BODY[2]),
    ]


# -- title, author, agency, date -------------------------------------------------------


@pytest.mark.parametrize(
    "stated",
    [
        f"{TITLE} - Körfez",
        f"{TITLE} | Körfez Gazetesi",
        f"{TITLE} » Körfez Haberleri",
        f"Körfez | {TITLE}",
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(stated: str) -> None:
    head = f'<meta property="og:title" content="{stated}">'
    head += '<meta property="og:site_name" content="Körfez">'
    assert read(page(head=head)).title == TITLE


def test_a_page_whose_title_names_only_the_site_has_its_heading_for_title() -> None:
    for heading in (f"<h2>{TITLE}</h2>", f"<div class='baslik'>{TITLE}</div>"):
        html = page(lead="").replace(f"<h1>{TITLE}</h1>", heading)
        html = html.replace(f"<title>{TITLE} - Körfez", "<title>Körfez Gazetesi")
        url = "https://www.korfez.example/haber/kuzey-limani-hizmete-acildi"
        assert read(html, url).title == TITLE


def test_a_dash_inside_a_title_stays() -> None:
    head = '<meta property="og:title" content="İzmir - Bakü seferleri başladı">'
    assert read(page(head=head)).title == "İzmir - Bakü seferleri başladı"


def test_a_title_cut_for_a_machine_gives_way_to_the_whole_one() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        f'"headline":"{TITLE[:12]}..."}}</script>'
        f'<meta property="og:title" content="{TITLE}">'
    )
    assert read(page(head=head)).title == TITLE


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("ERZURUM (AA) - Kar yağışı başladı.", "AA"),
        ("İSTANBUL (İHA) - Kar yağışı başladı.", "İHA"),
        ("ISTANBUL (IHA) - Kar yağışı başladı.", "İHA"),
        ("İZMİR, (DHA)- Yangın söndürüldü.", "DHA"),
        ("Kaynak: ANKA", "ANKA"),
        ("Haber metni burada biter. Kaynak: İGFA", "İGFA"),
        ("Bakı, 6 yanvar, AZƏRTAC\nSərgi açılıb.", "AZƏRTAC"),
        ("AZERTAC-a istinadən xəbər verir ki, sərgi açılıb.", "AZƏRTAC"),
        ("Bu barədə APA-ya istinadən məlumat verilir.", "APA"),
        ("“Report”a istinadən xəbər verilir.", "Report"),
        ("Trend xəbər verir ki, sərgi açılıb.", "Trend"),
        ("Об этом сообщает Report.", "Report"),  # noqa: RUF001 - Russian, meant
        ("Anadolu Ajansı muhabirinin haberine göre", "AA"),
        ("Anadolu Ajansı'nın haberine göre köprü açıldı.", "AA"),
        ("Demirören Haber Ajansı'nın haberine göre köprü açıldı.", "DHA"),
        ("AA muhabirinin edindiği bilgiye göre köprü açıldı.", "AA"),
        ("Anadolu Ajansı yeni binasına taşındı.", ""),
        ("Avrupa Parlamentosu (AP) üyeleri geldi. Trend (moda) sürüyor.", ""),
        ("BAKU, January 6 (Report) - A school opened.", "Report"),
        ("BRUSSELS (AP) — Talks ended.", "AP"),
        ("Weather report: trend continues (more tomorrow).", ""),
        ("AA grubu pilleri toplandı, DHA nedir diye soranlar oldu.", ""),
    ],
)
def test_an_agency_is_credited_by_form_not_by_mention(text: str, agency: str) -> None:
    assert find_agency(text) == agency


def test_an_agency_in_the_byline_counts() -> None:
    assert find_agency("", "Anadolu Ajansı") == "AA"
    assert find_agency("", "İhlas Haber Ajansı") == "İHA"
    assert find_agency("", "Haber Merkezi") == ""


def test_a_byline_in_the_text_becomes_the_author() -> None:
    found = read(
        page("<p>Muhabir: Kuzey Masası</p>" + "".join(f"<p>{p}</p>" for p in BODY))
    )
    assert found.author == "Kuzey Masası"
    assert found.text.split("\n") == list(BODY)


@pytest.mark.parametrize(
    ("shown", "utc"),
    [
        ("<div>Giriş: 06.01.2026 - 14:30</div>", "2026-01-06 11:30"),
        (
            "<p>Güncelleme: 07.01.2026 - 08:00</p><p>Giriş: 06.01.2026 14:30</p>",
            "2026-01-06 11:30",
        ),
        (
            "<b>Yayınlanma:</b><i>06.01.2026 14:30</i><b>Güncelleme:</b> 07.01.2026",
            "2026-01-06 11:30",
        ),
        ("<p class='tarih'>6 Ocak 2026 Salı, 14:30</p>", "2026-01-06 11:30"),
        ("<td>Ekleme Tarihi: 06.01.2026 14:30 | Okunma: 812</td>", "2026-01-06 11:30"),
        ("<div class='t'><i>6</i><i>Ocak</i><i>2026</i></div>", "2026-01-05 21:00"),
        ("<div><b>06.01.2026</b> <b>[14:30]</b></div>", "2026-01-06 11:30"),
        ("<i>Duyuru Tarihi: 06.01.2026</i>", "2026-01-05 21:00"),
        ("<time datetime='2026-01-06T14:30:00+03:00'>dün</time>", "2026-01-06 11:30"),
        ("<span>05.01.2026 - Güncelleme : 06.01.2026 </span>", "2026-01-04 21:00"),
    ],
)
def test_the_day_beside_the_title_is_found_and_updates_are_passed_over(
    shown: str, utc: str
) -> None:
    found = read(page(lead=shown))
    assert found.published_at is not None
    assert f"{found.published_at:%Y-%m-%d %H:%M}" == utc
    assert found.date_source == "visible"


def test_a_date_of_json_ld_leads_and_the_future_is_passed_over() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":'
        f'"2026-01-06T14:30:00","headline":"{TITLE}"}}</script>'
        '<meta property="article:published_time" content="2026-01-05T10:00:00Z">'
    )
    found = read(page(head=head))
    assert found.published_at == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)
    assert found.date_source == "json-ld"
    later = read(page(head=head.replace("2026-01-06T14", "2027-01-06T14")))
    assert later.date_source == "meta"


def test_the_clock_at_the_top_of_every_page_is_not_the_date() -> None:
    shown = "<div class='tarih'>05 Ocak 2026 Pazartesi, 13:20 | Haber Merkezi</div>"
    clock = "<body><div>Bugün 7 Ocak 2026 Çarşamba</div>"
    found = read(page(lead=shown).replace("<body>", clock))
    assert found.published_at == datetime(2026, 1, 5, 10, 20, tzinfo=UTC)
    assert "Haber Merkezi" not in found.text


def test_a_date_right_above_the_title_is_its_own() -> None:
    html = page(lead="").replace("<h1>", "<span class='tarih'>06.01.2026</span><h1>")
    assert read(html).published_at == datetime(2026, 1, 5, 21, tzinfo=UTC)


def test_days_in_the_story_are_not_its_date() -> None:
    body = (
        "".join(f"<p>{p}</p>" for p in BODY) + "<p>Tören 12 Mart 2019 günü yapıldı.</p>"
    )
    assert read(page(body, lead="")).published_at is None


def test_without_a_clock_no_date_is_counted_from_now() -> None:
    html = page(lead="<span class='tarih'>5 dakika önce</span>").encode()
    assert extract(html, URL).published_at is None
    dated = page(lead="<span class='tarih'>06.01.2026 14:30</span>").encode()
    assert extract(dated, URL).published_at == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)


def test_a_canonical_address_of_another_site_is_not_believed() -> None:
    for link, kept in (
        ("https://www.korfez.example/haber/asil-1", True),
        ("/haber/asil-1", True),
        ("https://baska.example/haber/asil-1", False),
        ("https://www.korfez.example/", False),
        ("javascript:alert(1)", False),
    ):
        found = read(page(head=f'<link rel="canonical" href="{link}">'))
        assert bool(found.canonical) is kept, link


def test_the_amp_twin_is_named_when_it_is_on_the_same_site() -> None:
    twin = "https://www.korfez.example/amp/haber/liman-acildi-48213"
    assert read(page(head=f'<link rel="amphtml" href="{twin}">')).amp == twin
    other = page(head='<link rel="amphtml" href="https://baska.example/amp/1">')
    assert read(other).amp is None


# -- what is no story ------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n....",
        b'{"status": "ok"}',
        b"\x00\x01\x02" * 200,
        b"<rss version='2.0'></rss>",
    ],
)
def test_bytes_that_are_no_page_are_an_error_that_says_so(body: bytes) -> None:
    with pytest.raises(ScrapeError) as caught:
        read(body)
    assert caught.value.state == "failed"


def test_a_test_for_browsers_is_a_block() -> None:
    html = (
        "<html><head><title>Just a moment...</title></head><body>"
        "<script src='/cdn-cgi/challenge-platform/x.js'></script></body></html>"
    )
    with pytest.raises(ScrapeError) as caught:
        read(html)
    assert caught.value.state == "blocked"


def test_pages_nested_very_deep_cost_neither_time_nor_the_worker() -> None:
    deep = "<div>" * 60_000 + "".join(f"<p>{p}</p>" for p in BODY) + "</div>" * 60_000
    assert read(page(deep)).title == TITLE


def test_a_page_of_many_megabytes_ends() -> None:
    row = "<li><a href='/haber/{}'>Başlık {}</a></li>"
    html = page() + "".join(row.format(n, n) for n in range(30_000))
    assert BODY[0] in read(html).text


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<h1>",
                    "</div>",
                    "<table><td>",
                    "<a href='x'>",
                    "<!--",
                ),
                *("<script type='application/ld+json'>", '{"@type":["NewsArticle"],'),
                *('"author":[1,{"name":[]}]}', "</script>", "06.01.2026", "Giriş:"),
                *("<meta property='og:title' content='x'>", "bir cümle daha. ", "\x00"),
                *(
                    "<link rel=canonical href='http://[::1'>",
                    "<form>",
                    "&#0;",
                    "<body>",
                ),
            ]
        ),
        max_size=25,
    ).map("".join)
    | st.text(max_size=200)
)
def test_any_page_gives_an_article_or_a_scrape_error(html: str) -> None:
    try:
        found = read(html)
    except ScrapeError:
        return
    assert not re.search(r"\n\n", found.text)


def test_the_labelled_pages_name_nobody_and_are_not_few() -> None:
    folder = Path(__file__).parent / "data" / "pages"
    assert len(list(folder.glob("*.json"))) >= 52
