from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Candidate, Copy, Decisions, StoryFacts
from aggregator.stories import (
    describe_copy,
    is_edit,
    place,
    related,
    representative,
    word_diff,
)
from tests.story_corpus import (
    ASCII,
    START,
    Grouper,
    Piece,
    blind_items,
    blind_press,
    cut_text,
    feed_items,
    group,
    group_in_store,
    press,
    read_blocks,
    score,
    score_kinds,
)

NOW = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
SHARED = Path(__file__).parents[1].parent / "shared" / "data"
BLOCKS = read_blocks("agency.txt")


def article(article_id: int, story_id: int = 0, **changes: object) -> Candidate:
    base = Candidate(
        article_id=article_id,
        story_id=story_id,
        outlet="Gazete A",
        title="Başlık",
        lead="",
        text="Metin",
        agency="",
        published_at=NOW,
        first_seen_at=NOW,
    )
    return replace(base, **changes)  # type: ignore[arg-type] # of Candidate


def copy_of(old: Candidate, containment: float = 0.9, **changes: object) -> Copy:
    base = Copy(
        article_id=old.article_id,
        story_id=old.story_id,
        verdict="copy",
        containment=containment,
        reason="",
        coverage=0.9,
    )
    return replace(base, **changes)  # type: ignore[arg-type] # of Copy


# -- measured floors -------------------------------------------------------------------


def test_a_small_press_is_grouped_within_the_floors() -> None:
    pieces = press(11, days=6, generated=12)
    _, found = group(pieces)
    rows = score_kinds(pieces, found)
    assert rows["all"].f1 >= 0.97
    assert rows["all"].b_cubed >= 0.98
    assert rows["agency"].recall >= 0.98
    assert rows["notice"].precision >= 0.97
    assert rows["stub"].b_cubed >= 0.95
    assert rows["roundup"].b_cubed >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_days_of_press_are_grouped_within_the_floors(seed: int) -> None:
    pieces = press(seed)
    grouper, found = group(pieces)
    rows = score_kinds(pieces, found)
    assert rows["all"].f1 >= 0.98
    assert rows["all"].b_cubed >= 0.985
    assert rows["agency"].recall >= 0.98
    assert rows["notice"].precision >= 0.97
    assert rows["stub"].b_cubed >= 0.95
    assert rows["roundup"].b_cubed >= 0.95
    assert grouper.rows / len(pieces) <= 26


@pytest.mark.slow
def test_a_press_that_the_rules_had_not_seen_is_grouped_within_the_floors() -> None:
    pieces = blind_press()
    rows = score_kinds(pieces, group_in_store(pieces))
    assert rows["all"].f1 >= 0.995
    assert rows["all"].b_cubed >= 0.996
    assert rows["notice"].precision >= 0.98
    for kind in ("columns", "follow-up", "roundup", "stub", "translated"):
        assert rows[kind].precision == 1


@pytest.mark.slow
def test_its_feeds_items_are_grouped_within_the_floors() -> None:
    pieces = blind_items()
    rows = score_kinds(pieces, group_in_store(pieces))
    assert rows["all"].precision >= 0.99
    assert rows["all"].recall >= 0.96
    assert rows["notice"].precision >= 0.89


@pytest.mark.parametrize("seed", [1, 2])
def test_feeds_items_are_grouped_by_their_lead_and_never_by_their_event(
    seed: int,
) -> None:
    pieces = feed_items(seed)
    _, found = group(pieces)
    scored = score([p.group for p in pieces], found)
    assert scored.precision >= 0.98
    assert scored.recall >= 0.95


def real_articles() -> list[Piece]:
    path = SHARED / "articles" / "articles.jsonl"
    if not path.exists():
        pytest.skip(f"no real articles at {path.parent.name}")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Piece(
            kind="real",
            group=row["url"],
            outlet=row["outlet"],
            title=row["title"],
            text=row["text"],
            at=START + timedelta(minutes=i),
        )
        for i, row in enumerate(rows)
    ]


def test_real_articles_that_share_no_text_stay_apart() -> None:
    pieces = real_articles()
    assert len(set(group(pieces)[1])) == len(pieces)


def test_what_local_sites_make_of_real_articles_is_found() -> None:
    pieces = real_articles()[::2]
    copies = []
    for piece in pieces:
        sentences = re.split(r"(?<=[.!?…]) +(?=[A-ZÇĞİÖŞÜ“])", piece.text)
        if len(sentences) < 5:
            continue
        third = len(sentences) // 3
        late = piece.at + timedelta(hours=3)
        credited = f"İZMİR (ANKA) - {' '.join(sentences[:-third])}\nKaynak: ANKA"
        beheaded = " ".join(sentences[third:])
        short = piece.title.partition(":")[2].strip() or piece.title
        copies += [
            replace(
                piece, outlet="Körfez Postası", title=short, text=credited, at=late
            ),
            replace(
                piece,
                outlet="Kıyı Haber",
                title=piece.title + "!",
                text=beheaded,
                at=late,
            ),
            replace(
                piece,
                outlet="Kent Gündemi",
                title="Kentte konuşulan gelişme",
                text=cut_text(piece.text, 0.45).translate(ASCII),
                at=late,
            ),
        ]
    everything = pieces + copies
    scored = score([p.group for p in everything], group(everything)[1])
    assert scored.precision == 1.0
    assert scored.recall >= 0.99


# -- placing ---------------------------------------------------------------------------


def test_an_article_that_shares_nothing_opens_a_story() -> None:
    placement = place(article(9), (), ())
    assert placement.story_id is None
    assert placement.reason


def test_a_copy_joins_the_story_of_its_original() -> None:
    old = article(1, 1)
    placement = place(article(9), (copy_of(old),), (old,))
    assert placement.story_id == 1
    assert placement.containment == 0.9


def test_a_copy_of_any_one_member_does_not_chain() -> None:
    members = [article(i, 1) for i in (1, 2, 3)]
    story = StoryFacts(story_id=1, representative=1, members=(1, 2, 3))
    link = copy_of(members[2], 0.6, coverage=0.3)
    placement = place(article(9), (link,), members, stories=(story,))
    assert placement.story_id is None


def test_a_copy_after_three_days_joins_only_when_it_is_nearly_whole() -> None:
    old = article(1, 1, published_at=NOW - timedelta(days=5))
    assert place(article(9), (copy_of(old, 0.7),), (old,)).story_id is None
    assert place(article(9), (copy_of(old, 0.9),), (old,)).story_id == 1
    older = replace(old, published_at=NOW - timedelta(days=11))
    assert place(article(9), (copy_of(older, 0.9),), (older,)).story_id is None


def test_a_bridge_merges_two_cuts_into_the_older_story() -> None:
    cuts = [article(4, 4), article(6, 6)]
    copies = tuple(copy_of(c, 0.95, coverage=0.45, longer="new") for c in cuts)
    placement = place(article(9), copies, cuts)
    assert (placement.story_id, placement.merges) == (4, (6,))


def test_a_round_up_stays_alone_and_is_linked_to_its_parts() -> None:
    parts = [article(i, i) for i in (1, 2, 3)]
    copies = tuple(copy_of(p, coverage=0.3, longer="new") for p in parts)
    placement = place(article(9), copies, parts)
    assert placement.story_id is None
    assert placement.is_roundup
    assert placement.related == (1, 2, 3)


def test_the_copy_of_a_round_up_joins_it() -> None:
    parts = [article(i, i) for i in (1, 2, 3)]
    roundup = article(5, 5)
    copies = (
        *(copy_of(p, coverage=0.3, longer="new") for p in parts),
        copy_of(roundup, 1.0, coverage=0.95),
    )
    facts = (StoryFacts(story_id=5, representative=5, members=(5,), is_roundup=True),)
    placement = place(article(9), copies, (*parts, roundup), stories=facts)
    assert placement.story_id == 5


def test_nothing_else_joins_a_round_up() -> None:
    roundup = article(5, 5)
    facts = (StoryFacts(story_id=5, representative=5, members=(5,), is_roundup=True),)
    link = copy_of(roundup, 0.95, coverage=0.4, longer="old")
    assert place(article(9), (link,), (roundup,), stories=facts).story_id is None


def test_a_persons_split_wins_over_every_measure() -> None:
    old = article(1, 1)
    apart = Decisions(splits=frozenset({frozenset({9, 1})}))
    placement = place(article(9), (copy_of(old, 1.0),), (old,), decisions=apart)
    assert placement.story_id is None


def test_a_persons_join_wins_over_every_measure() -> None:
    story = StoryFacts(story_id=2, representative=2, members=(2, 3))
    together = Decisions(joins=frozenset({frozenset({9, 3})}))
    placement = place(article(9), (), (), stories=(story,), decisions=together)
    assert placement.story_id == 2


def test_ids_of_stories_never_change_without_a_redirect() -> None:
    pieces = press(5, days=4, generated=10)
    grouper = Grouper()
    given_ids = [grouper.add(piece) for piece in pieces]
    for number, story_id in enumerate(given_ids, 1):
        assert grouper.resolve(story_id) == grouper.story_of(number)


def test_the_agencys_own_text_speaks_for_a_story_though_another_came_first() -> None:
    early = article(
        1, text="Uzun bir metin " * 9, published_at=NOW - timedelta(minutes=13)
    )
    own = article(2, outlet="Anadolu Ajansı (AA)", agency="AA")
    late = article(
        3, text="Çok uzun bir metin " * 20, published_at=NOW + timedelta(hours=1)
    )
    assert representative([early, own, late]) == 2


def test_without_the_agency_the_longest_of_the_earliest_third_speaks() -> None:
    members = [
        article(i, text="söz " * size, published_at=NOW + timedelta(minutes=i))
        for i, size in enumerate((5, 30, 90, 10, 10, 10), 1)
    ]
    assert representative(members) == 2
    with pytest.raises(ValueError, match="without articles"):
        representative([])


# -- changes ---------------------------------------------------------------------------


@given(st.text("ab \nç", max_size=60), st.text("ab \nç", max_size=60))
def test_a_word_diff_holds_both_texts(old: str, new: str) -> None:
    steps = word_diff(old, new)
    assert "".join(t for op, t in steps if op != "insert") == old
    assert "".join(t for op, t in steps if op != "delete") == new


def test_a_word_diff_names_what_was_changed() -> None:
    steps = word_diff("Kazada üç kişi öldü.", "Kazada dört kişi öldü.")
    assert ("delete", "üç ") in steps
    assert ("insert", "dört ") in steps


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Yol açıldı.", "Yol  açıldı", False),
        ("Yol açıldı.", "Yol açıldı.\nKaynak: AA", False),
        ("06.01.2026 10:30\nYol açıldı.", "06.01.2026 11:45\nYol açıldı.", False),
        ("Yol açıldı.", "REKLAM\nYol açıldı.\n1.204 okunma", False),
        ("Yol açıldı.", "İZMİR (AA) - Yol açıldı.", False),
        ("Yol kapandı.", "Yol açıldı.", True),
        ("Izmir'de yol açıldı.", "İzmir'de yol açıldı.", True),
        ("Kazada 3 kişi öldü.", "Kazada 4 kişi öldü.", True),
        ("Yol açıldı.", "Yol açıldı. Sürücüler sevindi.", True),
    ],
)
def test_an_edit_is_a_changed_word_and_not_a_clock(
    old: str, new: str, changed: bool
) -> None:
    assert is_edit(old, new) is changed


def test_what_a_copy_changed_is_told() -> None:
    block = BLOCKS[0]
    whole = article(1, title=block.titles[0], text="\n".join(block.paragraphs))
    text = f"{block.local}\n{block.paragraphs[0]}"
    change = describe_copy(whole, article(2, title=block.titles[1], text=text))
    assert change.headline_changed
    assert change.added_lead == block.local
    assert 0.2 < change.kept < 0.6
    same = describe_copy(
        whole, article(3, title=block.titles[0].upper(), text=whole.text)
    )
    assert (same.headline_changed, same.kept, same.added) == (False, 1.0, ())


# -- related ---------------------------------------------------------------------------


def test_the_same_event_in_own_words_is_related() -> None:
    told = [
        article(i, i, title=b.titles[0], text="\n".join(b.paragraphs))
        for i, b in enumerate(BLOCKS[:34], 1)
    ]
    new = article(
        99,
        title="Kuşadası açıklarında tekne battı",
        lead="Kuşadası'nda gezi teknesi battı, Sahil Güvenlik 7 kişiyi kurtardı.",
    )
    assert [r.story_id for r in related(new, told)][:1] == [3]
    late = replace(new, published_at=NOW + timedelta(days=4))
    assert related(late, told) == ()


def test_names_and_numbers_relate_stories_across_languages() -> None:
    told = [
        article(
            1, 1, title=BLOCKS[20].titles[0], text="\n".join(BLOCKS[20].paragraphs)
        ),
        *(
            article(i, i, title=b.titles[0], text="\n".join(b.paragraphs))
            for i, b in enumerate(BLOCKS[:15], 2)
        ),
    ]
    new = article(
        99,
        title="Winery of the sixth century BC found near Cesme",
        lead="Archaeologists of Ankara University found 30 amphorae in Erythrai.",
        language="en",
    )
    found = related(new, told, names={"cesme": "cesme", "erythrai": "erythrai"})
    assert [r.story_id for r in found] == [1]
    assert "@cesme" in found[0].shared
