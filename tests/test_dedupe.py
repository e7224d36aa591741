from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.dedupe import (
    body_key,
    compare,
    core_text,
    fingerprint,
    series_key,
    title_key,
)
from aggregator.model import Candidate
from tests.story_corpus import (
    AA_TAIL,
    ASCII,
    COOKIE_WALL,
    Block,
    cut_text,
    read_blocks,
)

NOW = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
BLOCKS = read_blocks("agency.txt")
NAMES = [f"{b.head[0]}-{i}" for i, b in enumerate(BLOCKS)]


def article(
    title: str,
    text: str,
    *,
    outlet: str = "Gazete A",
    lead: str = "",
    at: datetime = NOW,
) -> Candidate:
    return Candidate(
        article_id=7,
        story_id=3,
        outlet=outlet,
        title=title,
        lead=lead,
        text=text,
        agency="",
        published_at=at,
        first_seen_at=at,
    )


def original(block: Block) -> Candidate:
    _, agency, place = block.head
    text = "\n".join(block.paragraphs)
    return article(block.titles[0], f"{place} ({agency}) - {text}", outlet=agency)


@pytest.mark.parametrize("block", BLOCKS, ids=NAMES)
def test_a_copy_cut_to_forty_percent_under_another_headline_is_a_copy(
    block: Block,
) -> None:
    text = cut_text("\n".join(block.paragraphs), 0.4)
    found = compare(article(block.titles[2], text), original(block))
    assert found.verdict == "copy", found.reason


@pytest.mark.parametrize("block", BLOCKS, ids=NAMES)
def test_a_copy_in_ascii_with_a_local_lead_and_a_subscription_tail_is_a_copy(
    block: Block,
) -> None:
    text = "\n".join((block.local, *block.paragraphs[:2], AA_TAIL)).translate(ASCII)
    found = compare(article(block.titles[1], text), original(block))
    assert found.verdict == "copy", found.reason


def test_texts_of_different_agencies_are_never_copies() -> None:
    for i, block in enumerate(BLOCKS):
        for other in BLOCKS[:i]:
            tailed = article(other.titles[0], "\n".join((*other.paragraphs, AA_TAIL)))
            mine = article(block.titles[0], "\n".join((*block.paragraphs, AA_TAIL)))
            assert compare(mine, tailed).verdict == "different"


NOTICE = (
    "İZSU Genel Müdürlüğü, Konak ilçesinde yapılacak çalışma nedeniyle {} günü su"
    " kesintisi uygulanacağını duyurdu. Kesintiden {} mahalleleri etkilenecek. Ana"
    " isale hattındaki arızanın giderilmesi için saat {} arasında su verilemeyecek."
    " Vatandaşların tedbirli olması, muslukların kapalı tutulması istendi."
)


def test_a_notice_of_another_day_is_no_copy() -> None:
    old = article(
        "Su kesintisi", NOTICE.format("6 Ocak Salı", "Alsancak", "09.00-17.00")
    )
    new = article(
        "Su kesintisi", NOTICE.format("7 Ocak Çarşamba", "Basmane", "10.00-14.00")
    )
    assert compare(new, old).verdict == "conflict"


def test_a_notice_of_another_place_on_the_same_day_is_no_copy() -> None:
    text = NOTICE.format("6 Ocak Salı", "Alsancak", "09.00-17.00")
    there = NOTICE.replace("Konak", "Bornova")
    other = there.format("6 Ocak Salı", "Erzene", "10.30-15.00")
    assert (
        compare(article("Kesinti", other), article("Kesinti", text)).verdict
        == "conflict"
    )


def test_the_same_notice_under_another_title_is_a_copy() -> None:
    text = NOTICE.format("6 Ocak Salı", "Alsancak", "09.00-17.00")
    new = article("Konak'ta sular ne zaman gelecek?", text, outlet="Gazete B")
    assert compare(new, article("İzmir su kesintisi: 6 Ocak", text)).verdict == "copy"


def test_a_series_without_a_date_is_told_apart_by_its_day() -> None:
    text = NOTICE.format("bugün", "Alsancak", "09.00-17.00")
    old = article("Konak su kesintisi", text)
    new = article("Konak su kesintisi", text, at=NOW + timedelta(days=1))
    assert compare(new, old, series=True).verdict == "conflict"
    same_evening = replace(new, published_at=NOW + timedelta(hours=5))
    assert compare(same_evening, old, series=True).verdict == "copy"


def test_rounded_figures_in_a_brief_are_no_conflict() -> None:
    old = article(
        "Alaşehir'de dolu",
        "",
        lead="Manisa'nın Alaşehir ilçesinde dolu 12 mahallede 9.020 dekar bağa zarar"
        " verdi, zarar 41,8 milyon lira olarak hesaplandı.",
    )
    new = article(
        "Bağları dolu vurdu",
        "",
        outlet="Gazete B",
        lead="Manisa'nın Alaşehir ilçesinde dolu 12 mahallede 9.000 dekar bağa zarar"
        " verdi, zarar 42 milyon lira olarak hesaplandı.",
    )
    assert compare(new, old).verdict == "copy"


def brief(title: str, lead: str, hours: int = 0) -> Candidate:
    return article(title, "", lead=lead, at=NOW + timedelta(hours=hours))


def test_todays_rates_are_not_yesterdays_in_other_figures() -> None:
    lead = (
        "Dolar güne {} liradan, euro {} liradan başladı. Yatırımcılar Fed'i bekliyor."
    )
    old = brief("Dolar kaç lira?", lead.format("43,56", "48,01"))
    new = brief("Dolar kaç lira?", lead.format("43,85", "49,18"), hours=20)
    assert compare(new, old).verdict == "conflict"


def test_two_accidents_in_one_wording_are_told_apart_by_title_and_text() -> None:
    lead = (
        "Kiraz'da iki otomobilin çarpıştığı kazada {} kişi yaralandı. Yaralılar"
        " ambulanslarla Ödemiş Devlet Hastanesi'ne kaldırıldı."
    )
    old = brief("Kiraz'da kaza: 3 yaralı", lead.format(3))
    new = brief("Kiraz'da kaza: 6 yaralı", lead.format(6), hours=2)
    assert compare(new, old).verdict == "conflict"


def test_a_cookie_wall_never_makes_two_articles_one() -> None:
    one = article("Buca metrosunda tünel buluştu", COOKIE_WALL)
    for outlet in ("Gazete A", "Gazete B"):
        other = article("Körfez hattına 3 yeni feribot", COOKIE_WALL, outlet=outlet)
        assert compare(other, one).verdict in ("stub", "different")


def test_a_body_known_as_boilerplate_is_no_evidence() -> None:
    text = "\n".join(BLOCKS[0].paragraphs)
    found = compare(article("Başlık", text), article("Başka başlık", text), stub=True)
    assert found.verdict == "stub"


def test_an_empty_text_is_no_evidence() -> None:
    assert compare(article("", ""), article("", "")).containment == 0
    found = compare(article("Son dakika", ""), article("Son dakika haberi", ""))
    assert found.verdict == "different"


def test_a_brief_within_a_round_up_is_a_part_and_no_copy() -> None:
    texts = ["\n".join(b.paragraphs[:2]) for b in BLOCKS[:4]]
    roundup = article("Günün öne çıkan haberleri", "\n".join(texts))
    found = compare(roundup, article(BLOCKS[2].titles[0], texts[2]))
    assert (found.verdict, found.longer) == ("part", "new")
    back = compare(article(BLOCKS[2].titles[0], texts[2]), roundup)
    assert (back.verdict, back.longer) == ("part", "old")


def test_a_bulletin_that_names_its_first_story_is_still_no_original() -> None:
    texts = ["\n".join(b.paragraphs[:2]) for b in BLOCKS[5:8]]
    bulletin = article(f"Sabah bülteni: {BLOCKS[5].titles[0]}", "\n".join(texts))
    whole = article(BLOCKS[5].titles[0], "\n".join(BLOCKS[5].paragraphs))
    assert compare(whole, bulletin).verdict != "copy"


def test_a_feeds_item_finds_the_full_text_in_the_index() -> None:
    missed = []
    for block in BLOCKS:
        text = "\n".join(block.paragraphs)
        item = fingerprint(block.titles[1], " ".join(text.split()[:22]) + "...", "")
        full = fingerprint(block.titles[0], "", text)
        forth = set(item.lookup) & set(full.hashes)
        back = set(full.lookup) & set(item.hashes)
        if not forth or not back:
            missed.append(block.titles[0])
    assert missed == []


def test_few_rows_are_stored_and_they_are_four_bytes_each() -> None:
    prints = [fingerprint(b.titles[0], "", "\n".join(b.paragraphs * 9)) for b in BLOCKS]
    assert all(12 <= len(p.hashes) <= 60 for p in prints)
    assert all(0 <= h < 2**31 for p in prints for h in p.hashes)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from aggregator.dedupe import fingerprint;"
        "print(fingerprint('Başlık', 'İzmir’de yağmur var', 'Ağır ağır geçti').hashes)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            cwd=__file__.rpartition("/tests/")[0],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("ERZURUM (AA) - Kentte kar yağdı.", "Kentte kar yağdı."),
        ("İZMİR, (DHA)- Kaza oldu.", "Kaza oldu."),
        ("(İHA) Yol açıldı.", "Yol açıldı."),
        ("Bakı, 6 yanvar, AZƏRTAC. Tədbir olub.", "Tədbir olub."),
        ("BAKU, Azerbaijan, January 6. /Trend/: The port grew.", "The port grew."),
        ("БАКУ, 6 января. /ТАСС/. Порт вырос.", "Порт вырос."),  # noqa: RUF001 - Russian
        ("Yol açıldı.\nKaynak: ANKA", "Yol açıldı."),
        ("Yol açıldı. Kaynak: AA", "Yol açıldı."),
        ("Yol açıldı.\n" + AA_TAIL, "Yol açıldı."),
        (
            "Giriş: 05.01.2026 - 12:30 Güncelleme: 06.01.2026 - 13:00 Yol açıldı.",
            "Yol açıldı.",
        ),
        (
            "Şirket, abonelere yeni tarife sundu.",
            "Şirket, abonelere yeni tarife sundu.",
        ),
        ("Videoyu izlemek için tıklayın.", "Videoyu izlemek için tıklayın."),
        ("", ""),
    ],
)
def test_credits_clocks_and_subscription_tails_go(text: str, core: str) -> None:
    assert core_text(text) == core


def test_a_series_is_known_by_its_title_without_day_number_and_place() -> None:
    key = series_key("Konak'ta 6 Ocak Salı su kesintisi")
    assert key == series_key("Urla'da 17 Şubat Cuma su kesintisi")
    assert key != series_key("Urla'da 17 Şubat Cuma elektrik kesintisi")
    assert series_key("6 Ocak 2026") is None


def test_bodies_and_titles_are_equal_whatever_their_case_and_signs() -> None:
    assert body_key("ŞEHİR İÇİ  yol") == body_key("sehir ici, yol!")
    assert body_key(" \n") is None
    assert title_key("İzmir’de SU kesintisi!") == title_key("Izmir'de su kesintisi")


def test_figures_beyond_all_measure_are_compared_as_they_stand() -> None:
    text = "Kuzey Limanı için bu yıl Ankara'da {} lira ödenek ayrıldı, iş sürecek."
    one, other = ("1" + "0" * 400, "1" + "0" * 401)
    found = compare(
        brief("Liman", text.format(one)), brief("Liman", text.format(other))
    )
    assert found.containment > 0.5


def test_a_line_of_stops_takes_no_more_time_than_its_length() -> None:
    """Was quadratic, in the process that holds the run's lock."""
    row = "Bölüm bir" + "." * 300_000 + "12"
    assert fingerprint("İçindekiler", "", row).words > 0
    assert series_key(f"Konak{';' * 300_000}Buca") is not None


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=40))
def test_any_texts_can_be_compared(one: str, other: str, title: str) -> None:
    found = compare(article(title, one), article(title[::-1], other))
    assert 0 <= found.containment <= 1
    fingerprint(title, other, one)
    series_key(title)
