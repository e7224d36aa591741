"""Hikâye: one story, with its text, its way through the press and its reasons."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from aggregator import stories
from aggregator.browse.archive import external_link
from aggregator.browse.desk import (
    actor_id,
    read_news,
    read_triage,
    render_page,
    watchlist_titles,
)
from aggregator.browse.guard import private
from aggregator.browse.marks import mark_spans, marked_paragraphs
from aggregator.store import triage
from aggregator.store.desk import cards, story
from aggregator.store.desk.story import Carrier, Hit, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.browse.marks import Span
    from aggregator.store import Connection

# What a link from a mail may ask for; the page asks back before it does it.
ASKED = {"ilgili": "İlgili", "ilgisiz": "İlgisiz", "yildiz": "Yıldız"}
# Longer texts are not compared word by word on a page that must answer at once.
DIFF_LIMIT = 30_000
FIELD_ORDER = ("title", "lead", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything the database knows of a story."""

    story_id: int
    ids: list[int]
    carriers: list[Carrier]
    article: Carrier
    text: str
    hits: list[Hit]
    versions: list[Version]
    related: list[story.Related]
    deliveries: list[story.Delivery]
    decisions: list[story.Decision]
    watchlists: list[str]


@private
async def show_story(request: Any, datasette: Any) -> Any:
    """Show a story; an id that was merged away leads to the one that holds it now."""
    asked = int(request.url_vars["story_id"])
    story_id = await read_news(datasette, lambda conn: story.resolve_id(conn, asked))
    if story_id is None:
        raise NotFound("Böyle bir hikâye yok")
    if story_id != asked:
        query = f"?{request.query_string}" if request.query_string else ""
        return Response.redirect(f"/hikaye/{story_id}{query}", status=301)
    if request.args.get("isaretle") in ASKED:
        return await _ask(request, datasette, story_id)
    chosen = request.args.get("haber") or ""
    whole = await read_news(datasette, lambda conn: load_whole(conn, story_id, chosen))
    return render_page(
        datasette, request, "story.html", await _context(request, datasette, whole)
    )


def load_whole(conn: Connection, story_id: int, chosen: str = "") -> Whole:
    """Return everything about a story; chosen: the id of the article to read.

    Raises:
        NotFound: the story has no article.
    """
    carriers = story.load_carriers(conn, story_id)
    if not carriers:
        raise NotFound("Böyle bir hikâye yok")
    article = _choose(carriers, chosen)
    ids = story.old_ids(conn, story_id)
    return Whole(
        story_id=story_id,
        ids=ids,
        carriers=carriers,
        article=article,
        text=story.load_text(conn, article.article_id),
        hits=story.load_hits(conn, story_id),
        versions=story.load_versions(conn, article.article_id)
        if article.versions > 1
        else [],
        related=story.load_related(conn, story_id),
        deliveries=story.load_deliveries(conn, ids),
        decisions=story.load_decisions(conn, story_id),
        watchlists=story.load_watchlists(conn, story_id),
    )


def place_hits(text: str, hits: Sequence[Hit], field: str) -> list[Span]:
    """Return where the hits of a field stand.

    Offsets belong to the text that was matched; when it has changed since, the word is
    looked for instead.
    """
    spans: list[Span] = []
    for hit in hits:
        if hit.field != field:
            continue
        if text[hit.start : hit.end] == hit.surface:
            spans.append((hit.start, hit.end))
        else:
            pattern = rf"(?<!\w){re.escape(hit.surface)}(?!\w)"
            spans += [found.span() for found in re.finditer(pattern, text)]
    return spans


async def _ask(request: Any, datasette: Any, story_id: int) -> Any:
    found = await read_news(datasette, lambda conn: cards.load_cards(conn, [story_id]))
    asked = request.args.get("isaretle")
    return render_page(
        datasette,
        request,
        "confirm.html",
        {
            "card": found[0] if found else None,
            "story_id": story_id,
            "asked": asked,
            "label": ASKED[asked],
        },
    )


async def _context(request: Any, datasette: Any, whole: Whole) -> dict[str, Any]:
    own = [hit for hit in whole.hits if hit.article_id == whole.article.article_id]
    notes, edits, state = await read_triage(
        datasette, lambda conn: _said(conn, whole, actor_id(request))
    )
    lead = whole.article.lead
    return {
        "story": whole,
        "article": whole.article,
        "title": mark_spans(
            whole.article.title, place_hits(whole.article.title, own, "title")
        ),
        "lead": None
        if _begins_with(whole.text, lead)
        else mark_spans(lead, place_hits(lead, own, "lead")),
        "paragraphs": marked_paragraphs(
            whole.text, place_hits(whole.text, own, "text")
        ),
        "first_id": whole.carriers[0].article_id,
        "outlet_count": len({one.outlet for one in whole.carriers}),
        "hits": _hits_by_term(whole.hits),
        "steps": _version_steps(whole.versions),
        "titles": await watchlist_titles(datasette),
        "state": state,
        "marks": notes,
        "edits": edits,
        "applied": await read_news(datasette, story.last_applied_edit),
        "external_link": external_link,
    }


def _said(
    conn: Connection, whole: Whole, me: str
) -> tuple[list[triage.Mark], list[triage.StoryEdit], triage.State]:
    present = dict.fromkeys(whole.ids, whole.story_id)
    states = triage.states(conn, present, me)
    return (
        triage.marks_of(conn, whole.ids),
        triage.edits_of(conn, whole.ids),
        states.get(whole.story_id, triage.State()),
    )


def _choose(carriers: list[Carrier], chosen: str) -> Carrier:
    """Return the article asked for, else the source of the others, else the first."""
    for one in carriers:
        if str(one.article_id) == chosen:
            return one
    return next((one for one in carriers if one.origin), carriers[0])


def _begins_with(text: str, lead: str) -> bool:
    """Say whether a text repeats its lead, so that it need not be shown twice."""
    return not lead or text.lstrip().startswith(lead.strip().rstrip(".… "))


@dataclass(frozen=True, slots=True, kw_only=True)
class TermHits:
    """The hits of one term of one watchlist. surfaces: as written, commonest first."""

    watchlist_id: str
    term: str
    count: int
    fields: tuple[str, ...]
    surfaces: tuple[str, ...]


def _hits_by_term(hits: list[Hit]) -> list[TermHits]:
    grouped: dict[tuple[str, str], list[Hit]] = {}
    for hit in sorted(hits, key=lambda one: FIELD_ORDER.index(one.field)):
        grouped.setdefault((hit.watchlist_id, hit.term), []).append(hit)
    found = [
        TermHits(
            watchlist_id=watchlist_id,
            term=term,
            count=len(same),
            fields=tuple(dict.fromkeys(hit.field for hit in same)),
            surfaces=tuple(
                name for name, _ in Counter(hit.surface for hit in same).most_common(6)
            ),
        )
        for (watchlist_id, term), same in grouped.items()
    ]
    return sorted(found, key=lambda one: (one.watchlist_id, -one.count))


def _step(kind: str, text: str) -> tuple[str, str]:
    """Return a part of a difference; what is gone does not break the line."""
    return kind, text.replace("\n", " ") if kind == "delete" else text


def _version_steps(versions: list[Version]) -> list[dict[str, Any]]:
    """Return what each version changed in the one before it, latest first."""
    steps = []
    for old, new in pairwise(versions):
        before, after = _joined(old), _joined(new)
        small = max(len(before), len(after)) <= DIFF_LIMIT
        steps.append(
            {
                "n": new.n,
                "at": new.seen_at,
                "parts": [_step(*part) for part in stories.word_diff(before, after)]
                if small
                else None,
            }
        )
    return steps[::-1]


def _joined(version: Version) -> str:
    lead = "" if _begins_with(version.text, version.lead) else version.lead
    return "\n".join(part for part in (version.title, lead, version.text) if part)
