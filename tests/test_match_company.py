"""Names that are also words, where a capital does not tell one from the other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.match import compile_watchlists, find
from aggregator.match.company import company_of
from aggregator.model import Document, Watchlist

# term, language, text with the wanted hits in brackets
BESIDE = """
Konak|tr|[KONAK] BELEDİYESİ'NE ÖDÜL
Konak|tr|[KONAK] VE BUCA'DA SU YOK
Konak|tr|[KONAK] VE BUCADA SU YOK
Konak|tr|[KONAK]-KARŞIYAKA VAPURU KALKMADI
Konak|tr|[KONAK] ALSANCAK MAHALLESİ KARANLIKTA
Konak|tr|[KONAK], BUCA, BORNOVA: SU YOK
Ordu|tr|ORDU, SURİYE SINIRINI GEÇTİ
Konak|tr|HER KONAK MÜZE OLMAZ
Konak|tr|Kaza İzmir [Konak] Güzelyalı'da oldu
Mali|tr|İzmir Mali Müşavirler Odası seçime gitti
Konak|tr|TARİHİ KONAK YANDI
Konak|tr|SOKAKTAKİ KONAK BOŞALTILDI
Konak|tr|SATILAN KONAK OTEL OLUYOR
Split|tr|KARDEŞ KENT [SPLİT] ANLAŞMAYI ONAYLADI
Selçuk|tr|[SELÇUK] EFES'TE KAZI BAŞLADI
Çeşme|tr|[Çeşme] Limanı genişliyor
Çeşme|tr|Çeşme başında kavga çıktı
Bayraklı|tr|[BAYRAKLI] KARANLIKTA KALDI
Bayraklı|tr|TOGO BAYRAKLI GEMİ BATTI
Mali|tr|[MALİ] HÜKÜMETİ İSTİFA ETTİ
Mali|tr|MALİ KRİZ DERİNLEŞİYOR
Gence|tr|[GENCE] SOKAKLARI BAYRAM YERİ
Gence|tr|GENCE BURS VERİLECEK
Sudan|tr|SUDAN UCUZ EVLER
Ödemiş|tr|[ÖDEMİŞ] PATATESİ SOFRADA
Ödemiş|tr|BORCUNU ÖDEMİŞ GÖRÜNDÜ
Kiraz|tr|[KİRAZ] KAYMAKAMI ATANDI
Kiraz|tr|KİRAZ FİYATI DÜŞTÜ
Batı|tr|[BATI] ALMANYA YILLARI
Taksim|tr|ARAZİ TAKSİM EDİLDİ
Kemer|tr|[KEMERDE] SEL; KEMERLİ KÖPRÜ
Gəncə|az|[GƏNCƏ] ŞƏHƏRİNDƏ YANĞIN
Gəncə|az|HƏR GƏNCƏ BİR KİTAB
Tovuz|az|TOVUZ QUŞU QAÇDI
Орёл|ru|ПОД [ОРЛОМ] ПОЖАР
Орёл|ru|РАНЕНЫЙ ОРЁЛ УЛЕТЕЛ
Сплит|ru|СПЛИТ-СИСТЕМА ДЛЯ ШКОЛЫ
Bath|en|A FIRE IN [BATH]
Bath|en|TAKE A HOT BATH
Split|en|THE FERRY TO [SPLIT]
Split|en|TALKS SPLIT OVER TAX
Cork|en|THE CENTRE OF [CORK]
Reading|en|SHE WAS READING ALOUD
Turkey|en|[TURKEY] SIGNS
Turkey|en|THE [TURKEY] TALKS
Turkey|en|A TURKEY FOR TEN
"""


@pytest.mark.parametrize("line", BESIDE.strip().splitlines())
def test_what_stands_beside_tells_the_place_from_the_word(line: str) -> None:
    term, language, marked = line.split("|")
    parts = re.split(r"[\[\]]", marked)
    text = "".join(parts)
    found = [text[start:end] for start, end in find(term, text, language)]
    assert found == parts[1::2]


@pytest.mark.parametrize(
    ("term", "text", "wanted"),
    [
        ("Izmir", "Izmirs mayor arrived", ["Izmirs"]),
        ("Hull", "The port moved Hulls timber", ["Hulls"]),
        ("Turkey", "Turkeys central bank met", ["Turkeys"]),
        ("Turkey", "Turkeys are dear this year", []),
        ("Baltic", "The Baltics share a grid", []),
        ("Brook", "Mr Brooks resigned", []),
        ("city", "the citys budget, two cities", ["citys", "cities"]),
    ],
)
def test_an_english_possessive_may_lack_its_apostrophe(
    term: str, text: str, wanted: list[str]
) -> None:
    assert [text[slice(*span)] for span in find(term, text, "en")] == wanted


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("ORDU SELE TESLİM", "Dört ilçede yollar kapandı.", True),
        ("ORDU SELE TESLİM", "", False),  # nothing else to go by
        ("ORDU SINIRA YÜRÜDÜ", "Sabah ordu birlikleri yola çıktı.", False),
        ("GÜÇLÜ ORDU SÖZÜ", "Dört ilçede yollar kapandı.", False),
        ("GÜÇLÜ ORDU SÖZÜ", "Vali, Ordu'da konuştu.", True),
    ],
)
def test_the_article_tells_what_its_headline_leaves_open(
    title: str, text: str, *, found: bool
) -> None:
    matcher = compile_watchlists((), (Watchlist(id="a", title="", terms=("Ordu",)),))
    assert bool(matcher.flags(Document(title=title, text=text))) is found


@given(
    before=st.text(max_size=90),
    after=st.text(max_size=90),
    language=st.sampled_from(["tr", "az", "ru", "en", "fr"]),
    word=st.sampled_from(
        ["konak", "mali", "gence", "ödemiş", "deniz", "kiraz", "bath"]
    ),
)
def test_any_neighbours_are_judged(
    before: str, after: str, language: str, word: str
) -> None:
    text, at = before + word + after, len(before)
    company = company_of(word, language, text, at, at + len(word), in_capitals=True)
    assert company in ("name", "likely", "open", "word")
