"""Watchlists over articles: flags, evidence and score."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.match import compile_watchlists
from aggregator.model import Document, Flag, Form, Name, Watchlist

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "watchlists.yaml"
NAMES = (
    Name(id="izmir", forms=(Form(text="İzmir"), Form(text="Измир", language="ru"))),
    Name(
        id="baku",
        forms=(Form(text="Bakü"), Form(text="Bakı", language="az", case="strict")),
    ),
)
LIST = Watchlist(
    id="w", title="", query="@izmir AND @baku", ignore=("İzmir Marşı", "Bakü Caddesi")
)
MATCHER = compile_watchlists(NAMES, (LIST,))


def flag(document: Document) -> Flag | None:
    flags = MATCHER.flags(document)
    return flags[0] if flags else None


def test_evidence_says_what_stands_where() -> None:
    text = "Açılış dün yapıldı. Heyet Bakü’deki törene katıldı. Hava güzeldi."
    found = flag(Document(title="İZMİR'DEN haber", text=text))
    assert found is not None
    first, second = found.matches
    assert (first.term, first.surface, first.field, first.start) == (
        "İzmir",
        "İZMİR'DEN",
        "title",
        0,
    )
    assert (second.surface, second.field) == ("Bakü’deki", "text")
    assert text[second.start : second.end] == second.surface
    assert second.snippet == "Heyet Bakü’deki törene katıldı."


def test_one_place_is_one_match_though_several_forms_fit() -> None:
    names = (
        Name(id="x", forms=(Form(text="İzmir"), Form(text="Izmir", language="en"))),
    )
    matcher = compile_watchlists(names, (Watchlist(id="w", title="", terms=("@x",)),))
    (found,) = matcher.flags(Document(title="Izmir'de gün"))
    assert [match.surface for match in found.matches] == ["Izmir'de"]


def test_a_match_names_the_form_that_was_written() -> None:
    names = (
        Name(id="x", forms=(Form(text="İzmir"), Form(text="Izmir", language="en"))),
    )
    matcher = compile_watchlists(names, (Watchlist(id="w", title="", terms=("@x",)),))
    (found,) = matcher.flags(
        Document(title="Izmir's port", text="İZMİR'DEN. In Izmir.")
    )
    assert [match.term for match in found.matches] == ["Izmir", "İzmir", "Izmir"]


def test_a_hit_inside_an_ignored_phrase_does_not_count() -> None:
    assert flag(Document(title="İzmir Marşı'nı Bakü'de söylediler")) is None
    assert flag(Document(title="İzmir'de Bakü Caddesi'nde kaza")) is None
    assert (
        flag(Document(title="İzmir Marşı söylendi, İzmir ve Bakü buluştu")) is not None
    )


def test_a_story_about_us_scores_above_a_passing_mention() -> None:
    filler = "Gün boyu yağmur yağdı ve yollar kapandı. " * 40
    about = flag(Document(title="İzmir ile Bakü el ele", text="İzmir ve Bakü anlaştı."))
    lead = flag(Document(title="Haber", lead="İzmir ile Bakü el ele", text=filler))
    passing = flag(Document(title="Haber", text=f"{filler} İzmir. {filler} Bakü."))
    assert about is not None
    assert lead is not None
    assert passing is not None
    assert 100 >= about.score > lead.score > passing.score > 0


def test_a_long_sentence_is_cut_round_the_hit() -> None:
    text = "kelime " * 100 + "İzmir ve Bakü " + "kelime " * 100
    found = flag(Document(title="", text=text))
    assert found is not None
    for match in found.matches:
        assert len(match.snippet) <= 240
        assert match.surface in match.snippet
        assert match.snippet.startswith("…")
        assert match.snippet.endswith("…")


def test_a_query_without_words_shows_the_title() -> None:
    lists = (Watchlist(id="w", title="", query="NOT spor"),)
    (found,) = compile_watchlists((), lists).flags(Document(title="Bakü'de kültür"))
    assert [match.surface for match in found.matches] == ["Bakü'de kültür"]
    (empty,) = compile_watchlists((), lists).flags(Document(title=""))
    assert (empty.matches[0].start, empty.matches[0].end) == (0, 0)


def test_a_term_without_language_is_read_by_its_script() -> None:
    lists = (Watchlist(id="w", title="", terms=("Волгоград", "qardaş şəhər")),)
    matcher = compile_watchlists((), lists)
    (found,) = matcher.flags(
        Document(title="Жители Волгограда", text="Qardaş şəhərimizdən")
    )
    assert [m.surface for m in found.matches] == ["Волгограда", "Qardaş şəhərimizdən"]


WORDS = st.lists(
    st.sampled_from(
        [
            "İzmir'de",
            "Bakü",
            "İZMİRLİ",
            "Bakı\u00adda",
            "Marşı",
            "gün.",
            "fuar\n",
            "Измиром",
            "x@izmir.example",
            "Baku\u0308ye",
        ]
    ),
    max_size=40,
)


@settings(deadline=None)
@given(WORDS, WORDS, WORDS)
def test_offsets_always_slice_the_surface(
    title: list[str], lead: list[str], text: list[str]
) -> None:
    document = Document(title=" ".join(title), lead=" ".join(lead), text=" ".join(text))
    for found in MATCHER.flags(document):
        assert found.matches
        assert 0 <= found.score <= 100
        for match in found.matches:
            field: str = getattr(document, match.field)
            assert field[match.start : match.end] == match.surface
            assert len(match.snippet) <= 240


def test_the_prepared_watchlists_judge_their_texts_rightly() -> None:
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    data = yaml.safe_load(SHARED.read_text(encoding="utf-8"))
    names = tuple(
        Name(
            id=key,
            forms=tuple(
                Form(**({"text": one} if isinstance(one, str) else one))
                for one in forms
            ),
        )
        for key, forms in data["names"].items()
    )
    lists = [
        Watchlist(
            id=row["id"],
            title=row["title"],
            query=row.get("query", ""),
            terms=tuple(row.get("terms", ())),
            ignore=tuple(row.get("ignore", ())),
        )
        for row in data["watchlists"]
    ]
    lists += [
        Watchlist(id=f"@{name.id}", title="", terms=(f"@{name.id}",)) for name in names
    ]
    matcher = compile_watchlists(names, tuple(lists))
    for row in data["texts"]:
        flags = {
            found.watchlist_id for found in matcher.flags(Document(title=row["text"]))
        }
        wanted = row.get("watchlist") or f"@{row['name']}"
        assert (wanted in flags) is row["match"], row
