"""JSON-LD is read as publishers write it, and what cannot be read harms nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.jsonld import read_objects, text_of, types_of

STORY = '{"@type": "NewsArticle", "headline": "Liman açıldı"}'


@pytest.mark.parametrize(
    "block",
    [
        STORY,
        f"[{STORY}]",
        f'{{"@graph": [{{"@type": "WebSite"}}, {STORY}]}}',
        f"//<![CDATA[\n{STORY}\n//]]>",
        f"/*<![CDATA[*/ {STORY} /*]]>*/",
        f"<!-- {STORY} -->",
        STORY.replace("}", ",}"),
        STORY.replace("Liman açıldı", "Liman\n açıldı"),
        STORY.replace('"', "&quot;"),
        STORY + ";",
        f"\xa0{STORY}{' ' * 300_000};",
    ],
)
def test_a_story_is_found_however_it_is_wrapped(block: str) -> None:
    stories = [v for v in read_objects([block]) if "NewsArticle" in types_of(v)]
    assert [text_of(v["headline"]) for v in stories] == ["Liman açıldı"]


def test_one_broken_block_does_not_cost_the_others() -> None:
    found = read_objects(["{broken", '{"@type": ', STORY])
    assert len(found) == 1


def test_types_come_as_bare_names() -> None:
    assert types_of({"@type": ["https://schema.org/NewsArticle", "Thing"]}) == {
        "NewsArticle",
        "Thing",
    }
    assert types_of({}) == frozenset()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Kuzey\n Masası ", "Kuzey Masası"),
        ("Şişli &amp; Göztepe", "Şişli & Göztepe"),
        ({"@type": "Person", "name": "Kuzey Masası"}, "Kuzey Masası"),
        ([{}, {"name": ["Kuzey Masası"]}], "Kuzey Masası"),
        ({"@id": "https://haber.example/"}, "https://haber.example/"),
        (17, ""),
        (None, ""),
    ],
)
def test_a_field_gives_its_text_whatever_its_form(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_bomb_of_brackets_is_no_crash() -> None:
    assert read_objects(["[" * 100_000, '{"a":' * 50_000]) == []


@given(st.text(max_size=200))
def test_any_text_gives_objects_or_none(block: str) -> None:
    assert all(isinstance(v, dict) for v in read_objects([block]))


def test_a_block_of_blanks_takes_no_more_time_than_its_length() -> None:
    """Was cubic: a page of 20 KB kept its worker busy until it was ended."""
    assert read_objects(["{" + " " * 300_000 + "!", STORY]) == read_objects([STORY])


def test_half_an_emoji_is_left_out_and_a_whole_one_stays() -> None:
    block = STORY.replace("açıldı", r"a\u00e7\u0131ld\u0131 \ud83d\ude00\ud83d \\ud83d")
    assert [text_of(v["headline"]) for v in read_objects([block])] == [
        "Liman açıldı 😀 \\ud83d"
    ]
