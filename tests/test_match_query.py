"""The query language: what it reads, and what it says of what it cannot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.match import check_query, compile_watchlists, parse_query
from aggregator.match.query import And, Near, Not, Or, Term, Within
from aggregator.model import Document, Form, Name, Watchlist

BAKU = Name(id="baku", forms=(Form(text="Bakü"), Form(text="Баку", language="ru")))


def holds(query: str, *, title: str = "", text: str = "", outlet: str = "") -> bool:
    matcher = compile_watchlists((BAKU,), (Watchlist(id="w", title="", query=query),))
    return bool(matcher.flags(Document(title=title, text=text, outlet=outlet)))


def test_not_binds_tightest_then_near_then_and_then_or() -> None:
    assert parse_query("a OR b AND NOT c NEAR/2 d") == Or(
        (Term("a"), And((Term("b"), Not(Near(Term("c"), Term("d"), 2)))))
    )


def test_words_side_by_side_are_one_phrase_and_a_field_takes_a_bracket() -> None:
    assert parse_query("title: (kent konseyi OR fuar)") == Within(
        "title", Or((Term("kent konseyi"), Term("fuar")))
    )


@pytest.mark.parametrize(
    ("query", "column", "word"),
    [
        ("", 1, "empty"),
        ("fuar AND", 9, "missing"),
        ("(fuar OR liman", 1, "never closed"),
        ("fuar)", 5, "never opened"),
        ('fuar AND "kent', 10, "quotation"),
        ("fuar NEAR liman", 6, "number"),
        ("fuar NEAR/x liman", 6, "number"),
        ("fuar near/3 liman", 6, "large"),
        ("titel: fuar", 1, "no field titel:"),
        ("başlık: fuar", 1, "no field başlık:"),
        ("fuar AND @nowhere", 10, "@nowhere"),
        ("fuar AND /(/", 10, "bad expression"),
        ("fuar and liman", 6, "AND"),
        ("fuar*", 1, "forms"),
        ('"fuar" "liman"', 8, "AND"),
        ("outlet: @baku", 1, "phrase"),
        ("fuar AND ...", 10, "nothing"),
        ("(" * 60 + "fuar" + ")" * 60, 42, "deep"),
        ("outlet: x NEAR/2 fuar", 11, "words"),
    ],
)
def test_a_mistake_is_named_with_its_column(query: str, column: int, word: str) -> None:
    with pytest.raises(QueryError, match=word) as caught:
        check_query(query, {"baku"})
    assert caught.value.column == column


def test_a_bad_query_names_its_watchlist() -> None:
    with pytest.raises(QueryError, match=r"watchlist w: .*@liman"):
        compile_watchlists((), (Watchlist(id="w", title="", terms=("@liman",)),))


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        ("fuar NEAR/3 Bakü", "fuar için Bakü'ye gittiler", True),
        ("fuar NEAR/3 Bakü", "Bakü'ye yeni bir fuar kuruldu", True),
        ("fuar NEAR/1 Bakü", "fuar için yarın Bakü'ye gittiler", False),
        ("fuar SAME Bakü", "Bakü'de bir fuar açıldı.", True),
        ("fuar SAME Bakü", "Fuar açıldı. Bakü'de yağmur var.", False),
        ("fuar SAME Bakü", "Fuarı Dr. Bakü adlı gemi taşıdı.", True),
        ("@baku AND NOT spor", "Bakü'de spor", False),
        ("@baku AND NOT spor", "Выставка в Баку", True),
        ('"kent konseyi" AND NOT gençlik', "Kent konseyimiz toplandı", True),
        ("/bakü(de|ye)/", "BAKÜDE yağmur", True),
        ("/İzmir\\W+Bakü/", "İZMİR – BAKÜ hattı", True),
        ("fuar NEAR/2 fuar", "fuar", False),
    ],
)
def test_operators_mean_what_they_say(query: str, text: str, wanted: bool) -> None:
    assert holds(query, text=text) is wanted


def test_fields_are_looked_at_alone_and_a_query_at_all_of_them() -> None:
    assert holds("title: fuar", title="Fuarın günü")
    assert not holds("title: fuar", title="Gün", text="fuar")
    assert holds("fuar AND Bakü", title="Fuar", text="Bakü")
    assert not holds("fuar NEAR/9 Bakü", title="Fuar", text="Bakü")
    assert holds('outlet: "Kıyı Haber"', title="x", outlet="KIYI HABER")


def test_an_expression_that_never_ends_is_given_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert not holds("/(a|aa)+$/", text="a" * 5_000 + "b")
    assert "given up" in caplog.text


@settings(deadline=None)
@given(st.text() | st.text(st.sampled_from('ab ()"/@:ANDORT1.*NEAR')))
def test_any_query_is_read_or_refused_with_a_column(query: str) -> None:
    column = 1
    try:
        check_query(query, ())
    except QueryError as error:
        column = error.column
    assert 1 <= column <= len(query) + 1


@pytest.mark.parametrize("part", ["(", "NOT ", "title: ", "a NEAR/2 ", "a SAME "])
def test_a_query_nested_beyond_all_sense_is_refused(part: str) -> None:
    with pytest.raises(QueryError, match="nested too deeply"):
        check_query(part * 3_000 + "a", ())


def test_many_pairs_of_near_words_are_no_nesting() -> None:
    check_query(" OR ".join("(liman NEAR/3 fuar)" for _ in range(300)), ())
    check_query(" OR ".join("title: liman SAME fuar" for _ in range(300)), ())
