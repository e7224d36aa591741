"""Search on the desk, over a real FTS5 table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.match import highlight, index_text, search_query

DOCUMENTS = {
    "izmir": [
        "İzmir'de fuar",
        "IZMIR EXPO BASLADI",
        "İZMİRLİLER sokakta",
        "izmirdeki konser",
    ],
    "road": ["Yol bakımı sürüyor", "Bakımı bitti", "Bakış açısı", "bakan geldi, baktı"],
    "baki": ["Bakıda sərgi açıldı", "Bakının küçələri"],
    "baku": ["Bakü'den heyet geldi", "Bakülü gençler"],
    "sister": ["Kardeş şehrimizde tören", "kardeş şehirlerimizden konuk"],
    "city": ["Şehir planı onaylandı", "SEHIR TIYATROSU"],
    "apart": ["Kardeş kavgası şehirde üzüntü yarattı"],
    "light": ["Işığı söndürdüler", "ISIKLAR YANDI", "ışık şenliği"],
}


@pytest.fixture(scope="module")
def desk() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create virtual table found using fts5(words, group_name unindexed)")
        for group, titles in DOCUMENTS.items():
            for title in titles:
                words = index_text(title, "", "", "az" if group == "baki" else "tr")
                db.execute("insert into found values (?, ?)", (words, group))
        yield db


def groups(db: sqlite3.Connection, q: str) -> tuple[set[str], int]:
    rows = db.execute(
        "select group_name from found where found match ?", (search_query(q),)
    ).fetchall()
    return {row[0] for row in rows}, len(rows)


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("izmir", {"izmir"}),
        ("İZMİR", {"izmir"}),
        ("IZMIR", {"izmir"}),
        ("Izmir", {"izmir"}),
        ("şehir", {"sister", "city", "apart"}),
        ("sehir", {"sister", "city", "apart"}),
        ("Bakü", {"baku"}),
        ("bakı", {"baki"}),
        ("ışık", {"light"}),
        ("isik", {"light"}),
        ('"kardeş şehir"', {"sister"}),
        ("kardeş şehir", {"sister", "apart"}),
    ],
)
def test_a_reader_finds_what_is_meant(
    desk: sqlite3.Connection, q: str, wanted: set[str]
) -> None:
    found, count = groups(desk, q)
    assert found == wanted
    assert count == sum(len(DOCUMENTS[group]) for group in wanted)


def test_a_phrase_does_not_run_from_the_title_into_the_text(
    desk: sqlite3.Connection,
) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create virtual table found using fts5(words)")
        db.execute(
            "insert into found values (?)", (index_text("kardeş", "", "şehir", "tr"),)
        )
        query = search_query('"kardeş şehir"')
        assert (
            db.execute("select 1 from found where found match ?", (query,)).fetchall()
            == []
        )


@settings(deadline=None)
@given(st.text() | st.text(st.sampled_from("ab\"*()^:-+ NEARORAND{}'’“”ış\x00")))
def test_nothing_typed_is_read_as_syntax(q: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create virtual table found using fts5(words)")
        db.execute("insert into found values (?)", (index_text(q, "", q, "tr"),))
        query = search_query(q)
        if query:
            db.execute("select * from found where found match ?", (query,)).fetchall()
        for start, end in highlight(q, q):
            assert 0 <= start < end <= len(q)


def test_hits_are_marked_in_the_original() -> None:
    text = "Kardeş şehrimizde, İZMİR’DE, ışığı yaktılar; kardeş payı."
    marked = [
        text[start:end] for start, end in highlight(text, 'izmir isik "kardeş şehir"')
    ]
    assert marked == ["Kardeş", "şehrimizde", "İZMİR’DE", "ışığı"]
    assert [text[a:b] for a, b in highlight(text, "ankara")] == []


def test_nothing_searchable_is_an_empty_expression() -> None:
    assert search_query('"" * ^ - (') == ""


def test_russian_and_english_forms_are_found() -> None:
    words = index_text("Форум в Измире", "", "Two sister cities", "ru")
    assert "измир" in words.split()
    assert "city" in index_text("Two sister cities", "", "", "en").split()
