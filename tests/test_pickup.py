"""Bülten takibi: who carried our releases, how fully, how fast."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.intake.grouping import group_article
from aggregator.model import Feed
from aggregator.store import feeds as stored_feeds
from aggregator.store import open_db
from tests.desk_fixtures import Reader, open_desk, plain

AT = datetime(2026, 1, 6, 7, 0, tzinfo=UTC)  # 10.00 in İzmir, a Tuesday
PRESS_OFFICE = Feed(
    id="belediye",
    outlet="Belediye",
    url="https://belediye.example/rss",
    category="municipal",
    own=True,
    interval=timedelta(hours=1),
)
BODY = (
    "Büyükşehir Belediyesi, Bornova’daki Homeros Vadisi’nde 14 Ocak’ta 2.500 fidan"
    " dikecek. Törene kentin 12 okulundan öğrenciler katılacak.\n"
    "Fidanlar Torbalı’daki fidanlıkta üç yıldır yetiştiriliyor. Park Daire Başkanlığı,"
    " vadinin 8 hektarlık bölümünün yeşilleneceğini bildirdi.\n"
    "Ulaşım için Konak’tan 10.00’da ücretsiz otobüsler kalkacak. Katılmak isteyenler"
    " 9 Ocak’a kadar belediyenin sitesinden kayıt yaptırabilir."
)
LOCAL = "Bornovalıların uzun süredir beklediği ağaçlandırma için gün sayılıyor."


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    database = tmp_path / "news.db"
    db = open_db(database)
    stored_feeds.sync(db, [PRESS_OFFICE], {"belediye": PRESS_OFFICE.url})

    def tell(outlet: str, title: str, text: str, minutes: int) -> None:
        at = AT + timedelta(minutes=minutes)
        url = f"https://{outlet.lower().replace(' ', '')}.example/haber/{minutes}"
        group_article(
            db,
            title=title,
            text=text,
            outlet=outlet,
            url=url,
            published_at=at,
            now=at + timedelta(minutes=3),
        )

    title = "Homeros Vadisi’ne 2.500 fidan"
    first, second, _ = BODY.split("\n")
    tell("Belediye", title, BODY, 0)
    tell("Ege Postası", title, BODY, 12)
    tell("Kordon Haber", "=Vadi yeşilleniyor", f"{LOCAL}\n{first}\n{second}", 95)
    tell(
        "Körfez Gündemi",
        "Limanda vinç devrildi",
        "Alsancak Limanı’nda sabah 06.40’ta bir vinç devrildi, 2 işçi yaralandı.",
        20,
    )
    tell(
        "Belediye",
        "Şehir Tiyatroları ocak programı",
        "Şehir Tiyatroları ocak ayında dört oyunla perde açıyor. İlk oyun 10 Ocak’ta"
        " Kültürpark Küçük Sahne’de izlenebilecek, biletler 120 lira.",
        40,
    )
    db.close()
    return open_desk(database, now=AT + timedelta(hours=5))


def rows_of(reader: Reader) -> list[dict[str, str]]:
    response = reader.get("/bultenler.csv")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_release_lists_who_carried_it_how_fully_and_how_fast(reader: Reader) -> None:
    whole, part, nobody = sorted(
        rows_of(reader), key=lambda r: (r["yayın"] == "", r["yayın"])
    )
    assert (whole["yayın"], whole["dakika sonra"]) == ("Ege Postası", "12")
    assert (whole["taşınan pay (%)"], whole["başlık değişmiş"]) == ("100", "hayır")
    assert (part["yayın"], part["dakika sonra"]) == ("Kordon Haber", "95")
    assert 55 <= int(part["taşınan pay (%)"]) <= 75
    assert part["başlık değişmiş"] == "evet"
    assert part["eklenen giriş"] == LOCAL
    assert nobody["bülten"] == "Şehir Tiyatroları ocak programı"


def test_a_headline_from_the_press_is_no_formula_in_the_csv(reader: Reader) -> None:
    assert "'=Vadi yeşilleniyor" in {row["başlık"] for row in rows_of(reader)}


def test_the_page_tells_counts_delays_and_shares(reader: Reader) -> None:
    shown = plain(reader.page("/bultenler"))
    assert "2 bülten" in shown
    assert "1 tanesi yer buldu" in shown
    assert "bültenden 12 dakika sonra" in shown
    assert "bültenden 1 sa 35 dk sonra" in shown
    assert "yer bulmadı" in shown
    assert "Limanda vinç" not in shown
    assert "12 minutes after the release" in plain(reader.page("/bultenler?dil=en"))


def test_a_period_without_releases_says_so(reader: Reader) -> None:
    assert "Bu dönemde bülten yok." in plain(reader.page("/bultenler?gun=2025-11-03"))
    month = plain(reader.page("/bultenler?donem=ay&gun=2026-01-31"))
    assert "2 bülten" in month


def test_without_a_feed_of_our_own_the_page_says_how_to_name_one(
    tmp_path: Path,
) -> None:
    open_db(tmp_path / "news.db").close()
    page = open_desk(tmp_path / "news.db").page("/bultenler")
    assert "own: true" in page
