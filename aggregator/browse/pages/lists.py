"""What pages with lists of stories share: cards with what people said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aggregator.browse.desk import actor_id, read_news, read_triage
from aggregator.browse.marks import mark_spans, mark_words
from aggregator.store import triage
from aggregator.store.desk import cards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from aggregator.store.desk.cards import Card
    from aggregator.store.triage import State

# The filters by what people said, in the order shown: address part, label.
SHOWN = (
    ("", "Tümü"),
    ("bekleyen", "Bekleyen"),
    ("ilgili", "İlgili"),
    ("ilgisiz", "İlgisiz"),
    ("yildizli", "Yıldızlı"),
    ("bana", "Bana atanan"),
)
# These look beyond the day: what a person keeps is not a matter of today.
KEPT = ("yildizli", "bana")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A card as a template shows it; title and evidence are escaped and marked."""

    card: Card
    state: State
    title: Markup
    evidence: Markup | None


async def load_states(
    datasette: Any, request: Any, story_ids: Sequence[int]
) -> dict[int, State]:
    """Return what people said about stories, by their present ids."""
    ids = await read_news(datasette, lambda conn: cards.present_ids(conn, story_ids))
    who = actor_id(request)
    return await read_triage(datasette, lambda conn: triage.states(conn, ids, who))


async def load_entries(
    datasette: Any, request: Any, story_ids: Sequence[int], *, by_time: bool = False
) -> list[Entry]:
    """Return stories as a template shows them, in the order given.

    by_time: the latest carried first instead; ids alone say in which order a run filed.
    """
    found = await read_news(datasette, lambda conn: cards.load_cards(conn, story_ids))
    if by_time:
        found.sort(key=lambda card: card.last_at, reverse=True)
    states = await load_states(datasette, request, story_ids)
    return [_entry(card, states.get(card.story_id, triage.State())) for card in found]


async def kept_stories(datasette: Any, request: Any, shown: str) -> list[int]:
    """Return the stories that a person starred, or that were given to them."""
    kind: triage.MarkKind = "star" if shown == "yildizli" else "assignee"
    actor = actor_id(request) if kind == "star" else None
    marked = await read_triage(
        datasette, lambda conn: triage.marked_stories(conn, kind, actor=actor)
    )
    ids = await read_news(datasette, lambda conn: cards.present_ids(conn, marked))
    return list(dict.fromkeys(ids[one] for one in marked if one in ids))


def fits(state: State, shown: str, me: str) -> bool:
    """Say whether a story is shown under a filter."""
    match shown:
        case "bekleyen":
            return not state.verdict
        case "ilgili":
            return state.verdict == "relevant"
        case "ilgisiz":
            return state.verdict == "irrelevant"
        case "yildizli":
            return state.starred
        case "bana":
            return state.assignee == me
    return True


def _entry(card: Card, state: State) -> Entry:
    evidence = card.evidence
    return Entry(
        card=card,
        state=state,
        title=mark_spans(card.title, card.title_marks),
        evidence=None
        if evidence is None
        else mark_words(evidence.snippet, evidence.surfaces),
    )
