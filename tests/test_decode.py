"""Whatever is declared, the letters of a text arrive."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.decode import decode
from aggregator.text.mojibake import repair_mojibake

TURKISH = "İzmir’in Şişli ilçesinde ışıklı çağrı: göğüs, ÜĞŞİÇÖ"
PAGE = f'<html><head><meta charset="%s"></head><body>{TURKISH}</body></html>'


@pytest.mark.parametrize("true", ["utf-8", "iso-8859-9", "windows-1254"])
@pytest.mark.parametrize("said", ["utf-8", "iso-8859-9", "iso-8859-1"])
def test_nine_pairs_of_true_and_declared_charset_give_one_text(
    true: str, said: str
) -> None:
    page = (PAGE % said).replace("’", "'")
    by_header = decode(page.encode(true), declared=said, language="tr")
    by_meta = decode(page.encode(true), language="tr")
    assert by_header.text == by_meta.text == page
    assert by_header.encoding == ("utf-8" if true == "utf-8" else "cp1254")


def test_a_mismatch_is_noted_and_agreement_is_not() -> None:
    assert "iso-8859-9" in decode(TURKISH.encode(), declared="iso-8859-9").note
    wrong = decode(TURKISH.encode("cp1254"), declared="utf-8")
    assert "cp1254" in wrong.note
    assert not decode(TURKISH.encode(), declared="UTF-8").note


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_wide_encodings_are_known_by_mark_or_nul(encoding: str) -> None:
    found = decode(("<p>" + TURKISH).encode(encoding), declared="iso-8859-9")
    assert found.text == "<p>" + TURKISH


@pytest.mark.parametrize("said", [None, "utf-8", "iso-8859-1", "no-such-charset"])
def test_russian_without_a_useful_charset_is_windows_1251(said: str | None) -> None:
    text = "Мэр Измира приехал в Баку"
    assert decode(text.encode("cp1251"), declared=said, language="ru").text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Мэр Измира", "koi8-r"),
        ("Мэр Измира", "windows-1251"),
        ("Łódź, żółw", "iso-8859-2"),
        ("東京の市長", "shift_jis"),
        ("東京の市長", "iso-2022-jp"),
        ("北京市长", "gb2312"),
    ],
)
def test_a_charset_that_says_something_is_believed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), declared=encoding).text == text


def test_the_feeds_encoding_beats_the_header_but_not_utf_8() -> None:
    text = "Мэр Измира приехал в Баку"
    wrong = decode(
        text.encode("cp1251"), declared="iso-8859-1", override="windows-1251"
    )
    assert wrong.text == text
    assert decode(text.encode(), override="windows-1251").text == text


def test_a_few_broken_bytes_do_not_cost_the_page_its_letters() -> None:
    found = decode(TURKISH.encode() * 20 + b" \xfe\xf0 son")
    assert found.encoding == "utf-8"
    assert found.text.startswith(TURKISH)
    assert "2 bytes" in found.note


def test_a_letter_cut_in_two_at_the_end_is_no_other_encoding() -> None:
    assert decode("İzmir ş".encode()[:-1]).text.startswith("İzmir")


def test_the_declaration_of_an_xml_document_is_read() -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?><t>Баку</t>'
    assert "Баку" in decode(body.encode("cp1251")).text


@pytest.mark.parametrize(
    ("garbled", "right"),
    [
        ("Ä°zmir", "İzmir"),
        ("Å\x9fehir", "şehir"),
        ("ÅŸehir BÃ¼yÃ¼kÅŸehir", "şehir Büyükşehir"),
        ("Åžehir", "Şehir"),
        ("BakÄ±’nÄ±n", "Bakı’nın"),
        ("Azərbaycan".encode().decode("latin-1") + " Ã§ay", "Azərbaycan çay"),
        ("Баку и Измир".encode().decode("cp1252", "replace"), None),
        ("“Izmir” – çay".encode().decode("latin-1"), "“Izmir” – çay"),
    ],
)
def test_text_encoded_twice_is_repaired(garbled: str, right: str | None) -> None:
    found = decode(garbled.encode(), language="tr")
    if right:
        assert found.text == right
    assert "twice" in found.note


def test_windows_1254_that_was_stored_as_latin_is_repaired_for_turkish() -> None:
    garbled = "Ýzmir Þiþli Belediyesi".encode()
    assert decode(garbled, language="tr").text == "İzmir Şişli Belediyesi"
    assert decode(garbled, language="is").text == "Ýzmir Þiþli Belediyesi"


@pytest.mark.parametrize(
    "text",
    [
        "Die „ARD-Ä“ und 30 Ü°",
        "CAFÉ™",
        "ESPAÑ…",
        "L’Âge d’Or – Århus, Älvsborg",
        "Þingvellir með Öxará, İzmir’de sergilendi",
        "DAĞ… YOLU “AÇIK”",
    ],
)
def test_letters_that_only_look_garbled_stay(text: str) -> None:
    assert repair_mojibake(text, "tr") == (text, "")


def test_text_is_composed_and_without_nul() -> None:
    found = decode("I\u0307zmir\x00 S\u0327is\u0327li".encode())
    assert found.text == "İzmir Şişli"


@given(
    st.binary(max_size=400),
    st.none() | st.text(max_size=12) | st.sampled_from(["rot13", "zlib", "idna"]),
    st.sampled_from([None, "tr", "ru", "az-Latn"]),
)
def test_any_bytes_with_any_charset_give_a_text(
    body: bytes, said: str | None, language: str | None
) -> None:
    found = decode(body, declared=said, override=said, language=language)
    assert unicodedata.is_normalized("NFC", found.text)
    assert "\x00" not in found.text


@given(st.text(alphabet="abcçğıİöşüəƏ ’“–Баку", min_size=4))
def test_text_in_utf_8_stays_as_it_is(text: str) -> None:
    assert decode(text.encode(), declared="iso-8859-9", language="tr").text == text


RUSSIAN = "Сегодня в Измире открылась выставка о Баку, сообщает корреспондент. "


@pytest.mark.parametrize("language", ["ru", "az", None])
@pytest.mark.parametrize("declared", [None, "utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("real", ["cp1251", "koi8-r"])
def test_russian_shows_by_its_letters_which_of_its_encodings_it_is(
    real: str, declared: str | None, language: str | None
) -> None:
    found = decode(RUSSIAN.encode(real), declared=declared, language=language)
    assert found.text == RUSSIAN
    assert found.encoding == real


def test_turkish_letters_in_a_row_are_no_russian() -> None:
    text = "ığüöç ÇĞİÖŞÜ öğüş"
    assert decode(text.encode("cp1254"), language="tr").text == text


def test_windows_1251_that_was_read_as_latin_1_is_repaired() -> None:
    garbled = RUSSIAN.encode("cp1251").decode("latin-1")
    assert decode(garbled.encode(), language="ru").text == RUSSIAN
    assert decode(garbled.encode(), language="fr").text == garbled


@pytest.mark.parametrize("wrong", ["latin-1", "cp1251", "iso-8859-9"])
def test_russian_that_was_read_wrong_and_sent_as_utf_8_is_repaired(wrong: str) -> None:
    garbled = (RUSSIAN * 2).encode().decode(wrong, "surrogateescape")
    garbled = "".join(
        chr(ord(c) - 0xDC00) if "\ud800" < c < "\ue000" else c for c in garbled
    )
    assert decode(garbled.encode(), language="ru").text == RUSSIAN * 2


def test_true_russian_is_not_repaired() -> None:
    text = "Рёв «Рейса» и Дё, ещё Рё и Сё: «Россия» — Сё’ Г° " + RUSSIAN
    assert decode(text.encode(), language="ru").text == text


def test_a_few_items_of_another_encoding_in_a_utf_8_feed_keep_their_letters() -> None:
    many = "İzmir'de ağaç dikildi, çiçekler açtı. " * 20
    mixed = many.encode() + "Şirinyer'de ağaç".encode("cp1254") + b" son"
    found = decode(mixed, declared="utf-8", language="tr")
    assert found.text.endswith("Şirinyer'de ağaç son")
    assert "not UTF-8" in found.note


def test_what_a_cut_emoji_left_is_no_letter() -> None:
    many = "İzmir'de ağaç dikildi. " * 20
    found = decode(many.encode() + b"son \xf0\x9f\x98 bitti", language="tr")
    assert found.text.endswith("son \ufffd bitti")
