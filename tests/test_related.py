"""Stories of one event in other words and languages, on reports of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.stories import Profile, related
from aggregator.stories.marks import read_marks, sound_of
from aggregator.text import fold_key
from aggregator.text.wording import read_wording
from benchmarks.eval_related import (
    EVENTS,
    MIXED_DAYS,
    Report,
    candidates,
    crowd,
    halves,
    link,
    measure,
    read_reports,
    true_pairs,
)

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
REAL = SHARED / "articles" / "articles.jsonl"


def test_reports_of_one_event_are_linked_within_the_floors() -> None:
    reports = read_reports(EVENTS)
    precision, recall, _ = measure(link(reports), true_pairs(reports))
    assert precision >= 0.98
    assert recall >= 0.75


def test_events_on_other_days_at_one_place_are_kept_apart() -> None:
    reports = read_reports(MIXED_DAYS)
    precision, recall, _ = measure(link(reports), true_pairs(reports))
    assert precision >= 0.97
    assert recall >= 0.45


def test_events_that_nothing_was_tuned_on_are_linked_as_well() -> None:
    _, unseen = halves(read_reports())
    precision, recall, _ = measure(link(unseen), true_pairs(unseen))
    assert precision >= 0.97
    assert recall >= 0.5


def test_the_agencies_stories_of_a_month_are_not_linked_with_each_other() -> None:
    assert len(link(crowd())) <= 1


def test_real_articles_about_other_things_are_not_linked() -> None:
    if not REAL.exists():
        pytest.skip("no shared test data beside the repository")
    rows = [json.loads(line) for line in REAL.read_text("utf-8").splitlines()]
    reports = [
        Report(event=row["url"], language="tr", title=row["title"], lead="")
        for row in rows
    ]
    told = [
        replace(story, text=row["text"])
        for story, row in zip(candidates(reports), rows, strict=True)
    ]
    profiles: dict[int, Profile] = {}
    linked = sum(
        len(related(new, told[:n], profiles=profiles)) for n, new in enumerate(told)
    )
    assert linked <= 3  # New York's stock market on two days


def test_the_words_of_one_name_are_one_thing_in_common() -> None:
    names = {"izmir": "izmir"}
    one = read_marks(
        read_wording("Menderes'te 40 sefer. İzmir Adnan Menderes Havalimanı doldu."),
        names,
    )
    other = read_marks(
        read_wording("The airport of Izmir, Adnan Menderes, had 40 flights."), names
    )
    assert sorted(map(sorted, one.shared_names(other))) == [
        ["40"],
        ["@izmir"],
        ["dnn", "mndrs"],
    ]


@pytest.mark.parametrize(
    "names",
    [
        "Gence Gəncə Ganja Гянджа Гяндже",
        "Nahçıvan Naxçıvanda Nakhchivan Нахчыване",
        "Şamahı Şamaxıda Shamakhi Шамахе",
        "Kars Qarsa Kars Карсом",
        "Çeşme Çeşmede Cesme Чешме",
        "Seferihisar Sefərihisar Сеферихисара",
    ],
)
def test_a_name_sounds_alike_in_every_alphabet_and_case(names: str) -> None:
    assert len({sound_of(fold_key(name)) for name in names.split()}) == 1


def test_numbers_have_one_value_in_every_notation() -> None:
    texts = ("40 bin konteyner", "40,000 containers", "40 min konteyner", "40 тысяч")
    found = {read_marks(read_wording(text), {}).numbers for text in texts}
    assert found == {frozenset({"40000"})}


@pytest.mark.parametrize("figure", ["²", "½", "9" * 400, "1" + "0" * 5000])
def test_what_looks_like_a_number_and_is_none_tells_nothing(figure: str) -> None:
    wording = read_wording(f"Toplam {figure} bin kişi, {figure} Ocak")
    assert not {n for n in read_marks(wording, {}).numbers if len(n) < 20}
    assert wording.dates == frozenset()


def test_years_and_single_digits_tell_nothing() -> None:
    marks = read_marks(read_wording("2026 yılında 3 ülke, 17 kent"), {})
    assert marks.numbers == {"17"}
