"""The desk's pages: what an analyst sees, in Turkish, and what triage does to it."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.desk_corpus import NOW, Corpus, Piece
from tests.desk_fixtures import Reader, copy_press, fill_press, open_desk, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_press(tmp_path_factory.mktemp("press"))


@pytest.fixture(scope="module")
def reader(press: Path, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A desk that tests only read."""
    return open_desk(copy_press(press, tmp_path_factory.mktemp("desk")))


@pytest.fixture
def own(press: Path, tmp_path: Path) -> Reader:
    """A desk of the test's own."""
    return open_desk(copy_press(press, tmp_path))


def flight_id(reader: Reader) -> int:
    """Return the story that most outlets carry."""
    return story_id(reader, "Bakü’ye doğrudan uçuşlar")


def story_id(reader: Reader, words: str) -> int:
    conn = sqlite3.connect(reader.news)
    row = conn.execute(
        "select id from stories where title like ? order by id desc", (f"%{words}%",)
    ).fetchone()
    conn.close()
    return int(row[0])


# -- Bugün -----------------------------------------------------------------------------


def test_home_shows_a_card_a_story_with_who_carried_it_and_when(reader: Reader) -> None:
    page = reader.page("/")
    text = plain(page)
    assert '<html lang="tr">' in page
    assert "Bugün 6 Ocak 2026 Salı" in text
    assert page.count("uçuşlar başladı</a>") == 1
    assert "6 yayın 7 haber ilk 04:47 Ege Postası son 08:55 Anadolu Yankısı" in text
    assert "Menemen tarifi" not in text


def test_home_marks_hits_as_they_are_written(reader: Reader) -> None:
    page = reader.page("/")
    assert "<mark>İzmir’den</mark> <mark>Bakü’ye</mark> doğrudan" in page
    assert "<mark>Баку</mark>" in page


def test_home_tells_which_sources_are_broken_and_why(reader: Reader) -> None:
    text = plain(reader.page("/"))
    assert "1 kaynak hatalı: Kordon Haber" in text
    assert "1 kaynak engelli: Caspian Courier" in text
    assert "1 kaynak sessiz: Yarımada" in text
    assert "Boşluk: Paytaxt" in text
    assert "Son tarama" not in text


def test_home_says_when_no_run_came_for_hours(own: Reader) -> None:
    late = open_desk(own.news, now=NOW + timedelta(hours=5))
    assert "Son tarama 5 saat önce." in plain(late.page("/"))


def test_home_of_an_empty_database_is_a_page(tmp_path: Path) -> None:
    text = plain(open_desk(tmp_path / "news.db").page("/"))
    assert "Bugün henüz eşleşen haber yok." in text
    assert "Henüz tarama yapılmadı." in text


def test_another_day_shows_its_own_stories_with_the_way_back(reader: Reader) -> None:
    page = reader.page("/?gun=2026-01-05")
    assert "5 Ocak 2026 Pazartesi" in plain(page)
    assert "uçuşlar başladı" not in page
    assert 'rel="next"' in page
    assert 'rel="next"' not in reader.page("/")


def test_a_days_own_times_are_hours_alone(own: Reader) -> None:
    corpus = Corpus(own.news)
    corpus.add_story(
        Piece(ago=1440, outlet="Ege Postası", title="Süren hikâye", text="Bakü."),
        Piece(ago=30, outlet="Yarımada", title="Süren hikâye", text="Bakü."),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    yesterday = plain(own.page("/?gun=2026-01-05"))
    assert "ilk 17:20 Ege Postası son 6 Ocak 16:50" in yesterday
    assert "ilk 5 Ocak 17:20 Ege Postası son 16:50" in plain(own.page("/"))


def test_a_day_that_is_none_shows_today(reader: Reader) -> None:
    assert "6 Ocak 2026 Salı" in plain(reader.page("/?gun=2026-13-77&sonra=x"))


def test_a_watchlist_filters_the_day(reader: Reader) -> None:
    page = reader.page("/?izleme=kardes-sehirler")
    assert "Bremen" in page
    assert "su kesintisi" not in page


def test_a_story_seen_yesterday_and_carried_on_today_stands_on_both_days(
    own: Reader,
) -> None:
    corpus = Corpus(own.news)
    corpus.add_story(
        Piece(ago=1440, outlet="Ege Postası", title="Dünden kalan", text="Bakü."),
        Piece(ago=30, outlet="Yarımada", title="Dünden kalan", text="Bakü."),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    assert "Dünden kalan" in own.page("/")
    assert "Dünden kalan" in own.page("/?gun=2026-01-05")


def test_a_story_stands_on_each_day_on_which_somebody_carried_it(own: Reader) -> None:
    corpus = Corpus(own.news)
    corpus.add_story(
        *(
            Piece(ago=ago, outlet=outlet, title="Üç gün süren", text="Bakü’de.")
            for ago, outlet in (
                (2 * 1440, "Ege Postası"),
                (1440, "Yarımada"),
                (30, "Kordon Haber"),
            )
        ),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    for day in ("2026-01-04", "2026-01-05", "2026-01-06"):
        assert "Üç gün süren" in own.page(f"/?gun={day}"), day
    assert "Üç gün süren" not in own.page("/?gun=2026-01-03")


def test_stories_of_one_run_stand_in_the_order_of_their_own_times(own: Reader) -> None:
    corpus = Corpus(own.news)
    for ago in (50, 10, 30):
        corpus.add_story(
            Piece(ago=ago, outlet="Yarımada", title=f"Sıra {ago}", text="Bakü'de."),
            watchlists=["azerbaycan"],
        )
    seen = corpus.at(0)
    corpus.db.write("update stories set last_seen_at = ?", (seen,))
    corpus.close()
    page = own.page("/?izleme=azerbaycan")
    assert re.findall(r"Sıra (\d+)", page) == ["10", "30", "50"]


def test_what_came_since_the_last_look_is_marked_and_can_be_shown_alone(
    own: Reader,
) -> None:
    own.post("/gordum", next="/")
    corpus = Corpus(own.news, NOW + timedelta(hours=1))
    corpus.add_story(
        Piece(ago=5, outlet="Ege Postası", title="Yeni gelen", text="Bakü'de fuar."),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    page = own.page("/?yeni=1")
    assert "Yeni gelen" in page
    assert page.count('<article class="card') == 1
    assert "Son bakışımdan beri 1" in plain(page)


def test_what_came_after_the_page_was_made_stays_new(own: Reader) -> None:
    page = own.page("/")
    made = re.search(r'name="at" value="([^"]+)"', page)
    assert made
    later = open_desk(own.news, now=NOW + timedelta(minutes=30))
    corpus = Corpus(own.news, NOW + timedelta(minutes=30))
    corpus.add_story(
        Piece(ago=15, outlet="Ege Postası", title="Okurken geldi", text="Bakü’de."),
        watchlists=["azerbaycan"],
    )
    corpus.close()
    later.post("/gordum", next="/", at=made[1])
    assert "Okurken geldi" in later.page("/?yeni=1")
    for odd in ("x", "2026-01-06T10:00:00", "2099-01-01T00:00:00+00:00"):
        assert later.post("/gordum", next="/", at=odd).status_code == 303
    assert "Okurken geldi" not in later.page("/?yeni=1")


def test_a_full_day_is_paged(own: Reader) -> None:
    corpus = Corpus(own.news)
    with corpus.db.transaction():
        for n in range(60):
            corpus.add_story(
                Piece(ago=60 + n, outlet="Yarımada", title=f"Haber {n}", text="Bakü."),
                watchlists=["azerbaycan"],
            )
    corpus.close()
    assert own.page("/").count('<article class="card') == 50
    following = re.search(r'href="(/\?sonra=\d+)" rel="next"', own.page("/"))
    assert following
    assert own.page(following[1]).count('<article class="card') == 18


def test_who_judges_a_page_misses_nothing_on_the_next(own: Reader) -> None:
    corpus = Corpus(own.news)
    with corpus.db.transaction():
        for n in range(60):
            corpus.add_story(
                Piece(ago=60 + n, outlet="Yarımada", title=f"Haber {n}", text="Bakü."),
                watchlists=["azerbaycan"],
            )
    corpus.close()
    page = own.page("/?durum=bekleyen")
    first = re.findall(r'id="h(\d+)"', page)
    following = re.search(r'href="(/\?[^"]*sonra=\d+)" rel="next"', page)
    assert following
    for number in first[:20]:
        own.post("/triyaj", story=number, isaret="ilgisiz")
    second = re.findall(r'id="h(\d+)"', own.page(following[1].replace("&amp;", "&")))
    assert len(set(first) | set(second)) == 68


# -- Hikâye ----------------------------------------------------------------------------


def test_a_story_shows_its_text_with_marks_and_its_spread(reader: Reader) -> None:
    page = reader.page(f"/hikaye/{flight_id(reader)}")
    text = plain(page)
    assert "<mark>Bakü’deki</mark> fuar takvimine" in page
    assert "Yayılım 6 yayın · 7 haber" in text
    assert "ilk kaynak" in text
    assert text.count("kopya") >= 6
    assert "yalnız akıştaki metin" in text


def test_a_story_shows_what_a_version_changed_word_by_word(reader: Reader) -> None:
    page = reader.page(f"/hikaye/{flight_id(reader)}")
    assert re.search(r"<del>140\s*</del>\s*<ins>148\s*</ins>", page)


def test_a_story_shows_matches_mails_related_stories_and_reasons(
    reader: Reader,
) -> None:
    text = plain(reader.page(f"/hikaye/{flight_id(reader)}"))
    assert "Bakü, Bakü’deki, Bakü’ye" in text
    assert "analist@example.org anında · ✔ gönderildi 05:01" in text
    assert "Bremen’le otuz yıllık kardeş şehir" in text
    assert "hikâyenin kaynak metniyle %96 örtüşüyor" in text


def test_a_story_says_why_a_page_could_not_be_read(own: Reader) -> None:
    conn = sqlite3.connect(own.news)
    conn.execute(
        "update articles set scrape_state = 'failed',"
        " scrape_error = 'HTTP 404: nothing there' where outlet = 'Yarımada'"
    )
    conn.commit()
    conn.close()
    text = plain(own.page(f"/hikaye/{flight_id(own)}"))
    assert "sayfa okunamadı: bu adreste bir şey yok (404)" in text


def test_another_article_of_the_story_can_be_read(reader: Reader) -> None:
    number = flight_id(reader)
    page = reader.page(f"/hikaye/{number}")
    article = re.findall(rf"/hikaye/{number}\?haber=(\d+)", page)[1]
    chosen = reader.page(f"/hikaye/{number}?haber={article}")
    assert "<h1" in chosen
    assert "Bakü</mark> seferleri ilk yolcularını" in chosen


def test_a_foreign_text_names_its_language(reader: Reader) -> None:
    page = reader.page(f"/hikaye/{story_id(reader, 'Порт')}")
    assert '<article class="story-text" lang="ru">' in page


def test_the_id_of_a_merged_story_leads_on_with_its_question(own: Reader) -> None:
    conn = sqlite3.connect(own.news)
    conn.execute("insert into story_aliases values (9001, ?, '')", (flight_id(own),))
    conn.commit()
    conn.close()
    answer = own.get("/hikaye/9001?isaretle=ilgisiz")
    assert answer.status_code == 301
    assert answer.headers["location"].endswith(f"/{flight_id(own)}?isaretle=ilgisiz")


def test_an_unknown_story_is_a_404_in_turkish(reader: Reader) -> None:
    answer = reader.get("/hikaye/987654")
    assert answer.status_code == 404
    assert "Böyle bir sayfa yok" in answer.text


def test_a_hit_whose_text_has_changed_is_marked_where_the_word_stands_now(
    own: Reader,
) -> None:
    corpus = Corpus(own.news)
    number = corpus.add_story(
        Piece(ago=9, outlet="Yarımada", title="Kısa", text="Heyet Bakü’de."),
        watchlists=["azerbaycan"],
    )
    corpus.db.write("update bodies set text = 'Kalabalık heyet dün Bakü’de görüştü.'")
    corpus.close()
    assert "dün <mark>Bakü’de</mark> görüştü" in own.page(f"/hikaye/{number}")


# -- triage ----------------------------------------------------------------------------


def test_a_verdict_shows_at_once_filters_the_day_and_can_be_undone(own: Reader) -> None:
    number = flight_id(own)
    answer = own.post("/triyaj", story=str(number), isaret="ilgili", next="/?gun=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/?gun=x#h{number}"
    assert "uçuşlar başladı" in own.page("/?durum=ilgili")
    assert "uçuşlar başladı" not in own.page("/?durum=bekleyen")
    own.post("/triyaj", story=str(number), isaret="karar-geri", next="/")
    assert "uçuşlar başladı" not in own.page("/?durum=ilgili")
    log = plain(own.page(f"/hikaye/{number}"))
    assert "ilgili dedi" in log
    assert "kararı geri aldı" in log


def test_a_star_is_found_beyond_its_day(own: Reader) -> None:
    old = story_id(own, "Azerbaycan’dan")
    own.post("/triyaj", story=str(old), isaret="yildiz", next="/")
    assert f"/hikaye/{old}" in own.page("/?durum=yildizli")


def test_the_script_gets_the_buttons_alone(own: Reader) -> None:
    number = flight_id(own)
    own.get("/akislar")
    answer = own._ask(
        "post",
        "/triyaj",
        content=f"story={number}&isaret=ilgisiz&csrftoken={own.cookies['ds_csrftoken']}",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-fragment": "triage",
        },
    )
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<form")
    assert 'value="karar-geri" aria-pressed="true"' in answer.text


def test_a_link_from_a_mail_asks_before_it_marks(own: Reader) -> None:
    number = flight_id(own)
    page = own.page(f"/hikaye/{number}?isaretle=ilgisiz")
    assert "“İlgisiz” olarak işaretlensin mi?" in page
    assert "uçuşlar başladı" not in own.page("/?durum=ilgisiz")


def test_a_note_and_who_takes_care_are_kept(own: Reader) -> None:
    number = flight_id(own)
    own.post("/triyaj", story=str(number), note="Başkana iletildi.\nYarın sor.")
    own.post("/triyaj", story=str(number), assignee="yerel")
    text = plain(own.page(f"/hikaye/{number}"))
    assert "Başkana iletildi. Yarın sor." in text
    assert "yerel üstlendi" in text
    assert f"/hikaye/{number}" in own.page("/?durum=bana")


def test_a_split_and_a_merge_wait_for_the_next_run(own: Reader) -> None:
    from aggregator.store import triage  # noqa: PLC0415 - only here

    number, other = flight_id(own), story_id(own, "Bremen’le")
    page = own.page(f"/hikaye/{number}")
    article = re.findall(r"haber=(\d+)", page)[-1]
    assert own.post("/duzeltme", story=str(number), article=article).status_code == 303
    address = f"http://127.0.0.1:8001/hikaye/{other}"
    assert own.post("/duzeltme", story=str(number), other=address).status_code == 303
    split, merge = triage.pending_edits(triage.triage_path(own.news), 0)
    assert (split.kind, split.article_id) == ("split", int(article))
    assert (merge.kind, merge.other_id) == ("merge", other)
    waiting = f"{article} numaralı haber ayrıldı bir sonraki taramada"
    assert waiting in plain(own.page(f"/hikaye/{number}"))
    conn = sqlite3.connect(own.news)
    conn.execute("insert into meta values ('story_edits_applied', ?)", (split.id,))
    conn.commit()
    conn.close()
    done = f"{article} numaralı haber ayrıldı ✔ uygulandı"
    assert done in plain(own.page(f"/hikaye/{number}"))


@pytest.mark.parametrize(
    "form",
    [
        {"article": "999999"},
        {"other": "kendisi"},
        {"other": "99999999999999999999999"},
        {"article": "-1"},
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    own: Reader, form: dict[str, str]
) -> None:
    answer = own.post("/duzeltme", token=True, story=str(flight_id(own)), **form)
    assert answer.status_code in {400, 404}


def test_precision_of_a_watchlist_comes_from_triage(own: Reader) -> None:
    own.post("/triyaj", story=str(flight_id(own)), isaret="ilgili")
    own.post("/triyaj", story=str(story_id(own, "Tiflis")), isaret="ilgisiz")
    assert "%50 isabet (2 karar)" in plain(own.page("/izleme/izmir-baku"))


# -- the other pages -------------------------------------------------------------------


def test_a_watchlist_says_what_it_watches_who_writes_and_how_much(
    reader: Reader,
) -> None:
    page = reader.page("/izleme/izmir-baku")
    text = plain(page)
    assert "@izmir AND (@baku OR @azerbaijan)" in text
    assert "Баку" in text
    assert "İzmir Marşı" in text
    assert "En çok yazanlar 30 gün" in text
    assert '<svg class="chart' in page
    assert "Son 60 günde" in page
    assert "isabet: henüz karar yok" in text


def test_an_unknown_watchlist_is_a_404(reader: Reader) -> None:
    assert reader.get("/izleme/yok").status_code == 404


def test_watchlists_are_listed_in_the_order_of_the_configuration(
    reader: Reader,
) -> None:
    page = reader.page("/izleme")
    order = re.findall(r'scope="row"><a href="/izleme/([a-z-]+)"', page)
    assert order == ["izmir-baku", "azerbaycan", "kardes-sehirler", "buyuksehir"]


@pytest.mark.parametrize("q", ["BAKU", "bakü", "Bakı", "BAKÜ'YE", "uçuş"])
def test_search_knows_alphabet_twins_and_suffixes(reader: Reader, q: str) -> None:
    page = reader.page(f"/ara?q={q}")
    assert '<article class="card' in page
    assert "<mark>" in page


def test_search_shows_a_story_once_however_many_carry_it(reader: Reader) -> None:
    number = flight_id(reader)
    page = reader.page("/ara?q=Menderes")
    assert page.count(f'id="h{number}"') == 1
    assert "Adnan <mark>Menderes</mark>" in page


def test_search_filters_by_outlet_language_day_and_watchlist(reader: Reader) -> None:
    assert "Caspian" in reader.page("/ara?q=baku&dil_haber=en")
    assert "Порт" not in reader.page("/ara?q=baku&dil_haber=en")
    assert "uçuş" not in reader.page("/ara?q=baku&bas=2026-01-07")
    day = reader.page("/ara?q=baku&bas=2026-01-06&son=2026-01-06")
    assert "kargo" not in day
    assert "Tiflis" in day
    assert "Tiflis" not in reader.page("/ara?q=baku&yayin=Yarımada")
    assert "meclisi" in reader.page("/ara?izleme=buyuksehir")


def test_search_in_quotation_marks_wants_the_words_side_by_side(reader: Reader) -> None:
    assert "Tiflis" in reader.page('/ara?q="yük takvimi"')
    assert "Bulunamadı" in reader.page('/ara?q="takvimi yük"')


def test_search_says_that_there_are_more_and_goes_on(reader: Reader) -> None:
    page = reader.page("/ara?izleme=azerbaycan")
    assert "30+ hikâye" in plain(page)
    following = re.search(r'href="(/ara\?[^"]*once=\d+)" rel="next"', page)
    assert following
    first = set(re.findall(r'id="h(\d+)"', page))
    second = set(
        re.findall(r'id="h(\d+)"', reader.page(following[1].replace("&amp;", "&")))
    )
    assert second
    assert len(first & second) <= 1


@pytest.mark.parametrize("q", ["", "   ", "*", '"', "((", "NEAR/3", "title:", "-", "'"])
def test_search_takes_anything_that_is_typed(reader: Reader, q: str) -> None:
    reader.page(f"/ara?q={q}")


def test_sources_stand_worst_first_in_words_and_signs(reader: Reader) -> None:
    page = reader.page("/kaynaklar")
    text = plain(page)
    order = re.findall(r'href="/kaynaklar/([a-z-]+)"', page)
    assert order[:3] == ["kordon-haber", "caspian-courier", "yarimada"]
    assert order[-1] == "demiryol-dergisi"
    assert "✖ hatalı site şu anda hizmet veremiyor (503) · 4 kez" in text
    assert "▲ sessiz genellikle" in text
    assert "✔ 8 sağlıklı" in text


def test_the_programs_own_words_are_there_for_the_sysadmin(own: Reader) -> None:
    raw = "HTTP 503: service unavailable"
    assert f'title="{raw}">site şu anda hizmet veremiyor (503)' in own.page(
        "/kaynaklar"
    )
    page = own.page("/kaynaklar/kordon-haber")
    assert "site şu anda hizmet veremiyor (503) · üst üste 4" in plain(page)
    assert f'<code lang="en">{raw}</code>' in page
    english = own.page("/kaynaklar?dil=en")
    assert f'<div class="error">{raw} · ' in english


def test_a_parked_source_is_not_said_to_be_asked_at_once(own: Reader) -> None:
    conn = sqlite3.connect(own.news)
    conn.execute(
        "update feeds set state = 'gone', next_poll_at = null"
        " where feed_id = 'kordon-haber'"
    )
    conn.commit()
    conn.close()
    assert "Sıradaki sorgu –" in plain(own.page("/kaynaklar/kordon-haber"))
    assert "hemen" not in plain(own.page("/kaynaklar"))


def test_a_source_shows_its_requests_and_gaps(reader: Reader) -> None:
    text = plain(reader.page("/kaynaklar/ege-postasi"))
    assert "7 giriş geri getirildi" in text
    assert "okundu 200 20 2" in text
    assert reader.get("/kaynaklar/yok").status_code == 404


def test_a_report_counts_stories_copies_outlets_and_who_was_first(
    reader: Reader,
) -> None:
    text = plain(reader.page("/rapor?gun=2026-01-06"))
    assert "5 Ocak 2026 Pazartesi – 11 Ocak 2026 Pazar" in text
    assert "Önceki dönemin aynı gününe göre" in text
    one = plain(reader.page("/rapor?izleme=kardes-sehirler&donem=ay&gun=2026-01-06"))
    assert "1 Ocak 2026 Perşembe – 31 Ocak 2026 Cumartesi" in one


def test_the_archive_shows_the_public_views_in_turkish_and_no_table(
    reader: Reader,
) -> None:
    page = reader.page("/news")
    assert "İşaretlenen hikâyeler" in page
    assert "articles" not in page
    table = reader.page("/news/news")
    assert 'title="title · Başlık"' in table
    assert re.search(r"/hikaye/\d+", table)
    assert reader.get("/news/articles").status_code == 403


def test_the_archives_own_search_folds_words_too(reader: Reader) -> None:
    all_rows = plain(reader.page("/news/news"))
    found = plain(reader.page("/news/news?_search=kapılarını"))
    assert "Bremen’le" in found
    assert "Menemen" in all_rows
    assert "Menemen" not in found
    assert "Kayıt yok." in reader.page("/news/news?_search=*")


def test_a_link_keeps_all_that_a_page_was_asked_for(reader: Reader) -> None:
    page = reader.page("/news/news?_facet=outlet&_facet=language&agency__exact=")
    kept = "/news/news?_facet=outlet&amp;_facet=language&amp;agency__exact="
    assert f'href="{kept}&amp;dil=en"' in page
    assert f'href="{kept}&amp;_sort=title"' in page
    assert 'href="/?dil=en"' in reader.page("/?izleme=&durum=")


def test_english_is_remembered(own: Reader) -> None:
    assert "Today" in own.page("/?dil=en")
    page = own.page("/")
    assert '<html lang="en">' in page
    assert "6 outlets" in page
    assert "1 outlet" not in plain(page).replace("1 outlets", "")
    assert "Bugün" in own.page("/?dil=tr")


@pytest.mark.parametrize("path", ["/news/news", "/-/login", "/yok", "/akislar"])
def test_english_is_remembered_wherever_it_is_asked_for(own: Reader, path: str) -> None:
    assert '<html lang="en">' in own.get(f"{path}?dil=en").text
    assert '<html lang="en">' in own.page("/")
    own.get(f"{path}?dil=x")
    assert '<html lang="en">' in own.page("/")


def test_a_page_that_answers_a_form_leads_to_pages_that_are_there(own: Reader) -> None:
    page = own.post("/akislar/anahtar", label="telefon").text
    assert 'href="/?dil=en"' in page


def test_the_dense_list_is_remembered(own: Reader) -> None:
    own.page("/?gorunum=liste")
    assert "cards dense" in own.page("/")
    assert "cards dense" in own.page("/izleme/izmir-baku")


def test_every_template_of_the_desk_compiles() -> None:
    from aggregator.browse.rendering import read_templates  # noqa: PLC0415 - only here

    read_templates()
