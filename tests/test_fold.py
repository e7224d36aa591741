"""Folding: one form for all ways to write a word, and the way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.fold import fold_key, fold_letters, fold_words, narrow, normalise

LETTERS = st.text(
    st.sampled_from(
        "abcçdeəfgğhıijkİIlmnoöpqrsşştuüvyzÂâÎîйЙёЁßñ'’-– \u00ad\u0307\u0327\u0301\n"
    )
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("İZMİR", "izmir"),
        ("IZMIR", "izmir"),
        ("Iğdır", "igdir"),
        ("i\u0307zmir", "izmir"),
        ("Bakı’dan", "baki'dan"),
        ("Şəki", "seki"),
        ("kâğıt", "kagit"),
        ("Ёлка", "елка"),
        ("Constanța", "constanta"),
        ("İz\u00admir", "izmir"),
        ("Баку\u0301", "баку"),
    ],
)
def test_every_way_to_write_a_word_has_one_key(written: str, key: str) -> None:
    assert fold_key(written) == key


@given(st.text() | LETTERS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_key(fold_key(text)) == fold_key(text)


@given(LETTERS)
def test_composed_and_decomposed_texts_have_one_key(text: str) -> None:
    assert fold_key(unicodedata.normalize("NFD", text)) == fold_key(
        unicodedata.normalize("NFC", text)
    )


@given(st.text() | LETTERS)
def test_every_character_of_the_normal_form_points_into_the_original(text: str) -> None:
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    for start, end in zip(normal.starts, normal.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(normal.starts) == sorted(normal.starts)


@given(LETTERS, LETTERS)
def test_a_span_slices_the_word_as_it_was_written(before: str, after: str) -> None:
    word = unicodedata.normalize("NFD", "Bakü\u00adlüler")
    text = f"{before} {word} {after}"
    normal = normalise(text)
    at = normal.text.index("bakülüler")
    if "bakülüler" not in normalise(before).text:
        assert text[slice(*normal.span(at, at + 9))] == word


@given(st.text() | LETTERS)
def test_folded_letters_keep_their_places(text: str) -> None:
    normal = normalise(text).text
    assert len(fold_letters(normal)) == len(normal)


def test_addresses_are_blanked_out_and_nothing_else() -> None:
    text = "https://izmir.example/a?b, fuar@izmir.example, www.izmir.bel.tr. İzmir"
    normal = normalise(text).text
    assert normal.count("izmir") == 1
    assert len(normal) == len(text)


def test_a_text_full_of_signs_is_masked_in_linear_time() -> None:
    for text in ("@" * 200_000, "a." * 100_000, "www." * 50_000, "a@" * 100_000):
        assert len(normalise(text).text) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "İZMİR’DE “Iğdır” – kâr; NBSP\u00a0var\tve\nsatır…",
        "Bakıdan Şəkiyə, ƏLİ və əli",
        "Ёлка в Баку — №5, «Измир»",
        "Çankaya é ß Œ € ± © 5·3",
    ],
)
def test_a_text_of_one_alphabet_reads_the_same_in_one_byte_a_letter(text: str) -> None:
    small = narrow(text)
    assert small is not None
    assert small.normal() == normalise(text + " \u200b").text[:-1]
    assert small.words == fold_words(small.normal())


@given(LETTERS | st.text(st.characters(codec="cp1254")))
def test_narrow_texts_keep_every_letter_in_its_place(text: str) -> None:
    small = narrow(text)
    if small is not None:
        assert len(small.words) == len(text)
        assert small.words == fold_words(fold_key(text))
