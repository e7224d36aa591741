"""What a search finds is what reading everything finds, whichever part leads it."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import fields
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from aggregator.match import search_query
from aggregator.store.desk import search
from tests.desk_corpus import Corpus, Piece
from tests.desk_fixtures import copy_press, fill_press, open_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = {
    "match": search_query("bakü"),
    "outlet": "Kordon Haber",
    "agency": "Anadolu Yankısı",
    "language": "tr",
    "watchlist_id": "izmir-baku",
    "from_day": "2025-12-20",
    "to_day": "2026-01-04",
}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A press of twenty days, and articles that came weeks after theirs."""
    path = fill_press(tmp_path_factory.mktemp("press"))
    corpus = Corpus(path)
    for days in (3, 9, 17):
        corpus.add_story(
            Piece(
                ago=days * 1440,
                outlet="Kordon Haber",
                title=f"Geç gelen {days}",
                text="Bakü’den geç gelen haber.",
                agency="Anadolu Yankısı",
            ),
            watchlists=["izmir-baku", "azerbaycan"],
        )
    corpus.db.write(
        "update articles set first_seen_at = ? where title like 'Geç gelen%'",
        (corpus.at(5),),
    )
    corpus.close()
    return path


@pytest.fixture
def conn(press: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(press)
    opened.row_factory = sqlite3.Row
    yield opened
    opened.close()


def read_everything(conn: sqlite3.Connection, filters: search.Filters) -> list[int]:
    """Return the stories that fit, the newest article first, without any index."""
    where, values = search._conditions(filters)
    if filters.match:
        where += " and a.id in (select rowid from search_fts where search_fts match"
        where += " :match)"
    rows = conn.execute(
        f"select a.story_id from articles a where {where} order by a.id desc", values
    )
    return list(dict.fromkeys(row[0] for row in rows))


def page_through(conn: sqlite3.Connection, filters: search.Filters) -> list[int]:
    found: list[int] = []
    before: int | None = None
    for _ in range(50):
        answer = search.find_stories(conn, filters, before_id=before, limit=7)
        found += [one.story_id for one in answer.found]
        if answer.go_on_before is None:
            return list(dict.fromkeys(found))
        before = answer.go_on_before
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("size", range(1, len(PARTS) + 1))
def test_every_combination_finds_what_reading_everything_finds(
    conn: sqlite3.Connection, size: int
) -> None:
    for names in combinations(PARTS, size):
        filters = search.Filters(**{name: PARTS[name] for name in names})
        assert page_through(conn, filters) == read_everything(conn, filters), names


def test_the_parts_are_all_that_can_be_asked_for() -> None:
    assert {one.name for one in fields(search.Filters)} - set(PARTS) == {"category"}


def test_outlets_are_offered_in_the_order_of_the_alphabet(
    press: Path, tmp_path: Path
) -> None:
    corpus = Corpus(copy_press(press, tmp_path))
    corpus.trouble("yarimada", "ok", outlet="Çeşme Haber")
    corpus.close()
    page = open_desk(tmp_path / "news.db").page("/ara")
    outlets = re.search(r'name="yayin">(.*?)</select>', page)
    assert outlets is not None
    offered = re.findall(r'<option value="([^"]+)"', outlets[1])
    start = offered.index("Caspian Courier")
    assert offered[start + 1 : start + 3] == ["Çeşme Haber", "Demiryol Dergisi"]


def test_a_day_has_what_came_weeks_after_it(press: Path, tmp_path: Path) -> None:
    reader = open_desk(copy_press(press, tmp_path))
    page = reader.page("/ara?q=bakü&bas=2025-12-20&son=2025-12-20")
    assert "gelen 17" in page
    assert "gelen 9" not in page


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "x"])
def test_days_at_the_ends_of_the_calendar_break_nothing(
    press: Path, tmp_path: Path, day: str
) -> None:
    reader = open_desk(copy_press(press, tmp_path))
    for path in (
        f"/?gun={day}",
        f"/ara?q=bakü&bas={day}&son={day}",
        f"/rapor?gun={day}",
        f"/rapor?donem=ay&gun={day}",
        f"/rapor.csv?gun={day}",
        f"/bultenler?gun={day}",
    ):
        reader.page(path)
