"""Stories over an open store: one article at a time, ids that never break."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.intake.context import Intake
from aggregator.intake.edits import apply_edits
from aggregator.intake.grouping import group_article
from aggregator.model import AlertSettings, Config, Settings
from aggregator.store import Db, open_db, stories
from aggregator.store.triage import StoryEdit
from tests.desk_fixtures import open_desk, plain
from tests.story_corpus import (
    START,
    cut_text,
    feed_items,
    group_in_store,
    press,
    read_blocks,
    score,
    score_kinds,
)

BLOCKS = read_blocks("agency.txt")
CONFIG = Config(
    path="",
    settings=Settings(),
    feeds=(),
    names=(),
    watchlists=(),
    alerts=AlertSettings(),
)


SAME: Any = {"outlet": "Gazete A", "url": "https://a.example/haber/1"}


def add(  # noqa: PLR0913 - what an article is
    db: Db,
    title: str,
    text: str,
    *,
    minutes: int = 0,
    outlet: str = "",
    url: str = "",
    agency: str = "",
) -> int:
    at = START + timedelta(minutes=minutes)
    return group_article(
        db,
        title=title,
        text=text,
        outlet=outlet or f"Gazete {minutes}",
        url=url or f"https://g{minutes}.example/haber/{minutes}-x",
        published_at=at,
        now=at,
        agency=agency,
    )


# -- measured floors -------------------------------------------------------------------


def test_the_store_groups_feeds_items_within_the_floors() -> None:
    pieces = feed_items(1)
    scored = score([p.group for p in pieces], group_in_store(pieces))
    assert scored.precision >= 0.98
    assert scored.recall >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_store_groups_twenty_days_of_press_within_the_floors(seed: int) -> None:
    pieces = press(seed)
    rows = score_kinds(pieces, group_in_store(pieces))
    assert rows["all"].f1 >= 0.98
    assert rows["all"].b_cubed >= 0.985
    assert rows["agency"].recall >= 0.98
    assert rows["notice"].precision >= 0.97
    assert rows["stub"].b_cubed >= 0.95
    assert rows["roundup"].b_cubed >= 0.95


# -- one article at a time -------------------------------------------------------------


def test_a_copy_gets_the_story_of_its_original_and_another_text_its_own(
    db: Db,
) -> None:
    whole = "\n".join(BLOCKS[0].paragraphs)
    first = add(db, BLOCKS[0].titles[0], whole)
    assert add(db, BLOCKS[0].titles[1], cut_text(whole, 0.5), minutes=9) == first
    other = "\n".join(BLOCKS[5].paragraphs)
    assert add(db, BLOCKS[5].titles[0], other, minutes=12) != first


def test_a_known_address_with_other_words_is_a_version_and_stays_in_its_story(
    db: Db,
) -> None:
    text = "\n".join(BLOCKS[0].paragraphs)
    first = add(db, "İlk başlık burada", text, **SAME)
    again = add(db, "Yeni başlık burada", text + " Yol açıldı.", minutes=30, **SAME)
    assert again == first
    assert db.value("select versions from news") == 2


def test_an_agency_named_by_the_caller_makes_its_own_text_the_representative(
    db: Db,
) -> None:
    text = "\n".join(BLOCKS[0].paragraphs)
    add(db, BLOCKS[0].titles[0], text + "\nSon bir cümle daha eklendi.")
    story_id = add(
        db, BLOCKS[0].titles[1], text, minutes=4, outlet="Anadolu Ajansı", agency="AA"
    )
    speaker = db.value(
        "select outlet from news where story_id = ? and copy_of is null", (story_id,)
    )
    assert speaker == "Anadolu Ajansı"


def test_an_article_joins_the_callers_transaction(db: Db) -> None:
    def fail() -> None:
        with db.transaction():
            add(db, "Fuar açıldı", "Fuar bugün kapılarını açtı.")
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fail()
    assert db.value("select count(*) from news") == 0


# -- the desk --------------------------------------------------------------------------


def test_the_desk_leads_from_a_merged_story_to_the_one_that_holds_it(
    tmp_path: Path,
) -> None:
    db = open_db(tmp_path / "news.db")
    paragraphs = BLOCKS[2].paragraphs
    middle = len(paragraphs) // 2
    begin, end = "\n".join(paragraphs[:middle]), "\n".join(paragraphs[middle:])
    one = add(db, BLOCKS[2].titles[0], begin)
    other = add(db, BLOCKS[2].titles[1], end, minutes=5)
    merge(db, other, one)
    db.close()
    reader = open_desk(tmp_path / "news.db")
    assert one != other
    answer = reader.get(f"/hikaye/{max(one, other)}?haber=2")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/hikaye/{min(one, other)}?haber=2"
    assert "basin" in plain(reader.page(f"/hikaye/{min(one, other)}"))


def test_an_edit_is_shown_word_by_word_on_the_storys_page(tmp_path: Path) -> None:
    db = open_db(tmp_path / "news.db")
    text = "Kazada üç kişi öldü. Yol iki saat trafiğe kapalı kaldı."
    story_id = add(db, "Otoyolda zincirleme kaza", text, **SAME)
    edited = text.replace("üç", "dört")
    add(db, "Otoyolda zincirleme kaza", edited, minutes=40, **SAME)
    clock = f"06.01.2026 11:45\n{edited}\nREKLAM"
    add(db, "Otoyolda zincirleme kaza", clock, minutes=50, **SAME)
    db.close()
    page = open_desk(tmp_path / "news.db").page(f"/hikaye/{story_id}")
    assert "<del>üç </del><ins>dört </ins>" in page
    assert "3. sürüm" not in page


# -- ids -------------------------------------------------------------------------------


def edit(db: Db, kind: str, story_id: int, **about: int) -> None:
    number = stories.edits_applied(db) + 1
    made = StoryEdit(
        id=number,
        kind="split" if kind == "split" else "merge",
        story_id=story_id,
        article_id=about.get("article_id"),
        other_id=about.get("other_id"),
        actor="basin",
        at=START,
    )
    with db.transaction():
        apply_edits(Intake(CONFIG, db), [made], now=START + timedelta(hours=1))


def merge(db: Db, story_id: int, other_id: int) -> None:
    edit(db, "merge", story_id, other_id=other_id)


@dataclass
class Memory:
    """What was told to the world: each id with the article it was told for."""

    # 0 where a person took the article out of the story since.
    given: list[tuple[int, int]] = field(default_factory=list)

    def check(self, db: Db) -> None:
        for story_id, article_id in self.given:
            now = stories.resolve(db, story_id)
            members = {m.article_id for m in stories.members(db, now)}
            assert members, f"story {story_id} leads nowhere"
            assert not article_id or article_id in members
        rows = db.rows(
            "select s.id, s.articles, count(a.id) as n, count(distinct a.outlet) as o,"
            " s.outlets, sum(a.copy_of is null) as heads from stories s"
            " left join articles a on a.story_id = s.id group by s.id"
        )
        for row in rows:
            assert (row["articles"], row["outlets"]) == (row["n"], row["o"])
            assert row["heads"] == 1


TEXTS = [
    text
    for block in (BLOCKS[0], BLOCKS[2], BLOCKS[5])
    for whole in ["\n".join(block.paragraphs)]
    for text in (
        whole,
        cut_text(whole, 0.5),
        "\n".join(block.paragraphs[len(block.paragraphs) // 2 :]),
    )
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, len(TEXTS) - 1), st.just(0)),
        st.tuples(st.just("merge"), st.integers(0, 30), st.integers(0, 30)),
        st.tuples(st.just("split"), st.integers(0, 30), st.just(0)),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_an_id_once_given_always_leads_to_its_article_or_what_is_left_of_its_story(
    steps: list[tuple[str, int, int]],
) -> None:
    db = open_db(":memory:")
    memory = Memory()
    for minutes, (what, one, other) in enumerate(steps):
        if what == "add":
            highest = max((s for s, _ in memory.given), default=0)
            story_id = add(db, f"Başlık {one}", TEXTS[one], minutes=minutes)
            article_id = db.value("select max(id) from articles")
            memory.given.append((story_id, article_id))
            known = {stories.resolve(db, s) for s, _ in memory.given[:-1]}
            assert story_id in known or story_id > highest
        elif memory.given:
            _decide(db, memory, what, one, other)
        memory.check(db)
    db.close()


def _decide(db: Db, memory: Memory, what: str, one: int, other: int) -> None:
    """Merge or split as a person would, by ids that may be old ones."""
    story_id, article_id = memory.given[one % len(memory.given)]
    other_id, _ = memory.given[other % len(memory.given)]
    if what == "merge":
        merge(db, story_id, other_id)
        return
    before = stories.members(db, stories.resolve(db, story_id))
    holds = article_id in {m.article_id for m in before}
    edit(db, "split", story_id, article_id=article_id)
    if holds and len(before) > 1:
        # The ids told for it keep leading to what is left; its own is a new one.
        memory.given = [
            (given, 0 if told == article_id else told) for given, told in memory.given
        ]
        new_id = db.value("select story_id from articles where id = ?", (article_id,))
        memory.given.append((new_id, article_id))
