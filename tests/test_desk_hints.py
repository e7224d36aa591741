"""What a watchlist's history advises, and what the desk says of trouble with mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.browse import hints
from aggregator.browse.interface import Interface
from aggregator.browse.reasons import tell_reason
from aggregator.model import Form, Name, Watchlist
from aggregator.store.desk.watchlist import JudgedHit
from tests.desk_corpus import NOW, Corpus, Piece, make_config
from tests.desk_fixtures import Reader, open_desk, plain

TURKISH = Interface(language="tr", zone=ZoneInfo("Europe/Istanbul"), now=NOW)


def hit(story: int, snippet: str, *, surface: str, relevant: bool = False) -> JudgedHit:
    return JudgedHit(
        story_id=story,
        term="Bakü",
        surface=surface,
        snippet=snippet,
        relevant=relevant,
    )


def test_words_that_only_irrelevant_stories_have_are_proposed_once_and_short() -> None:
    hits = [
        hit(1, "Bornova’da Bakü Caddesi’nde su kesintisi.", surface="Bakü"),
        hit(2, "Kaza, BAKÜ CADDESİ üzerinde oldu.", surface="BAKÜ"),
        hit(3, "Bakü Caddesi üzerinde çalışma var.", surface="Bakü"),
        hit(4, "Heyet, Bakü’ye gitti.", surface="Bakü’ye", relevant=True),
    ]
    assert hints.propose_phrases(hits) == [
        hints.Phrase(text="Bakü Caddesi", stories=3),
    ]


def test_words_of_a_relevant_story_are_never_proposed() -> None:
    hits = [
        hit(1, "Kardeş kent Bakü için maç.", surface="Bakü"),
        hit(2, "Kardeş kent Bakü için konser.", surface="Bakü"),
        hit(3, "kardeş kent Bakü için sergi.", surface="Bakü", relevant=True),
    ]
    assert hints.propose_phrases(hits) == []


def test_forms_of_a_name_are_one_and_what_stands_everywhere_is_none() -> None:
    names = (
        Name(id="izmir", forms=(Form(text="İzmir"), Form(text="Измир", language="ru"))),
        Name(id="baku", forms=(Form(text="Bakü"), Form(text="Баку", language="ru"))),
    )
    config = replace(make_config(Path("news.db")), names=names)
    found = {"İzmir": {1, 2}, "Измир": {3}, "Bakü": {1}, "Баку": {1, 3}, "sergi": {1}}
    assert hints.rank_names(config, found) == [("Bakü", 2), ("sergi", 1)]


def test_words_of_two_sentences_are_no_phrase() -> None:
    hits = [hit(n, "Uçak kalktı Bakü. Marşı çaldılar.", surface="Bakü") for n in (1, 2)]
    assert all("Marşı" not in one.text for one in hints.propose_phrases(hits))


def test_one_story_carried_forty_times_proposes_nothing() -> None:
    hits = [hit(1, "Bakü Caddesi kapalı.", surface="Bakü") for _ in range(40)]
    assert hints.propose_phrases(hits) == []


def test_a_term_is_noisy_when_most_of_its_judged_stories_are_irrelevant() -> None:
    hits = [hit(n, "Bakü.", surface="Bakü") for n in (1, 2, 3)]
    hits += [hit(9, "Bakü.", surface="Bakü", relevant=True)]
    (noisy, idle) = hints.count_terms(["Bakü", "Bakı"], {"Bakü": 40}, hits)
    assert noisy.is_noisy
    assert (noisy.articles, noisy.relevant, noisy.irrelevant) == (40, 1, 3)
    assert not idle.is_noisy


def test_what_a_query_excludes_is_not_expected_to_match(tmp_path: Path) -> None:
    name = Name(id="baku", forms=(Form(text="Bakü"), Form(text="Bakı", language="az")))
    watchlist = Watchlist(
        id="x",
        title="X",
        query='@baku AND (liman OR title: ("kardeş kent" AND NOT spor)) AND NOT maç',
    )
    config = replace(
        make_config(tmp_path / "news.db"), names=(name,), watchlists=(watchlist,)
    )
    assert hints.configured_terms(config, watchlist) == (
        "Bakü",
        "Bakı",
        "liman",
        "kardeş kent",
    )


def test_the_page_of_a_watchlist_shows_the_advice(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    corpus = Corpus(path)
    ids = [
        corpus.add_story(
            Piece(
                ago=60 + n,
                outlet="Ege Postası",
                title=f"{n}. mahallede su kesintisi",
                text=f"Bakü Caddesi üzerinde {n} saat su verilemeyecek.",
            ),
            watchlists=["azerbaycan"],
        )
        for n in range(hints.YOUNG)
    ]
    corpus.db.close()
    reader = open_desk(path)
    for story_id in ids[:3]:
        reader.post("/triyaj", story=str(story_id), isaret="ilgisiz")
    text = plain(reader.page("/izleme/azerbaycan"))
    assert "Bakü Caddesi 3 hikâye" in text
    assert "Çoğu kez ilgisiz haber getiren ifadeler: Bakü 3 ilgisiz, 0 ilgili" in text
    assert "Hiç eşleşmeyen ifadeler: " in text
    assert "Azərbaycan" in text.partition("Hiç eşleşmeyen ifadeler: ")[2]


@pytest.fixture
def refused(tmp_path: Path) -> Reader:
    path = tmp_path / "news.db"
    corpus = Corpus(path)
    corpus.add_run()
    corpus.db.write(
        "insert into meta values (?, ?)",
        (
            "down:posta.example.org:587",
            f"{corpus.at(185)} log-in refused (535): <b>wrong</b> password",
        ),
    )
    corpus.db.close()
    return open_desk(path)


def test_a_mail_server_that_takes_nothing_is_told_with_its_reason(
    refused: Reader,
) -> None:
    home = plain(refused.page("/"))
    assert "E-posta gönderilemiyor: posta.example.org:587, 3 saat süredir." in home
    page = refused.page("/kaynaklar")
    assert "&lt;b&gt;wrong&lt;/b&gt; password" in page
    assert "Bekleyen bildirimler kaybolmaz" in page


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("split by analist", "analist ayırdı"),
        ("merged by yerel", "bu masada birleştirildi"),
        ("120, @baku, @izmir", "ortak: 120, Bakü, @izmir"),
        (
            "nearest is article 7: 3 of 5 numbers are others",
            "en yakını 7 numaralı haber: 5 sayının 3 tanesi farklı",
        ),
        ("split by a@baku.example", "a@baku.example ayırdı"),
        ("something new", "something new"),
    ],
)
def test_reasons_are_told_in_turkish(written: str, told: str) -> None:
    assert tell_reason(TURKISH, written, {"baku": "Bakü"}) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0.5, "1 dakikadan az"),
        (59.2, "59 dakika"),
        (59.8, "1 saat"),
        (13 * 60, "13 saat"),
        (23.8 * 60, "1 gün"),
        (36 * 60 + 1, "2 gün"),
    ],
)
def test_a_span_is_told_in_one_unit(minutes: float, told: str) -> None:
    assert TURKISH.span(timedelta(minutes=minutes)) == told
