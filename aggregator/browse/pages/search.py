"""Ara: stories by words and filters, with the words as they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aggregator import match
from aggregator.browse.desk import (
    read_news,
    render_page,
    watchlist_titles,
    whole_number,
)
from aggregator.browse.guard import private
from aggregator.browse.marks import mark_spans, snippet_around
from aggregator.browse.pages import lists
from aggregator.browse.pages.home import parse_day
from aggregator.store import triage
from aggregator.store.desk import cards, search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from markupsafe import Markup

    from aggregator.store import Connection
    from aggregator.store.desk.cards import Card
    from aggregator.store.desk.search import Answer, Filters, FoundText
    from aggregator.store.triage import State

PAGE_SIZE = 30
# A longer question is cut: nobody types it, and every word costs a look-up.
QUERY_LIMIT = 300
# A text is looked through in parts of so many letters, which share some for phrases.
PART, OVERLAP = 700, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A story of the answer as a template shows it."""

    card: Card
    text: FoundText
    at: datetime
    title: Markup
    snippet: Markup
    state: State


@private
async def show_search(request: Any, datasette: Any) -> Any:
    """Show what was found, newest first."""
    asked = question_of(request)
    before = before_of(request)
    answer: Answer | None = None
    results: list[Result] = []
    count = None
    if asked != search.Filters():
        answer = await read_news(
            datasette,
            lambda conn: search.find_stories(
                conn, asked, before_id=before, limit=PAGE_SIZE
            ),
        )
        results = await _results(datasette, request, answer)
        if asked == search.Filters(match=asked.match):
            count = await read_news(
                datasette, lambda conn: search.count_articles(conn, asked.match)
            )
    return render_page(
        datasette,
        request,
        "search.html",
        {
            "q": query_of(request),
            "asked": asked,
            "from_day": parse_day(asked.from_day),
            "to_day": parse_day(asked.to_day),
            "nothing_to_find": bool(query_of(request)) and not asked.match,
            "answer": answer,
            "results": results,
            "count": count,
            "count_limit": search.COUNT_LIMIT,
            "choices": await read_news(datasette, search.filter_choices),
            "titles": await watchlist_titles(datasette),
            "before": before,
        },
    )


def query_of(request: Any) -> str:
    """Return the words asked for."""
    return (request.args.get("q") or "").strip()[:QUERY_LIMIT]


def question_of(request: Any) -> Filters:
    """Return what an address asks for."""
    args = request.args
    found = search.Filters(match=match.search_query(query_of(request)))
    names = {
        "outlet": "yayin",
        "language": "dil_haber",
        "category": "tur",
        "agency": "ajans",
        "watchlist_id": "izleme",
    }
    chosen = {field: (args.get(name) or "").strip() for field, name in names.items()}
    start, end = parse_day(args.get("bas")), parse_day(args.get("son"))
    return replace(
        found,
        **chosen,
        from_day=start.isoformat() if start else "",
        to_day=end.isoformat() if end else "",
    )


def before_of(request: Any) -> int | None:
    """Return the article id to go on below."""
    return whole_number(request.args.get("once"))


async def _results(datasette: Any, request: Any, answer: Answer) -> list[Result]:
    q = query_of(request)
    story_ids = [one.story_id for one in answer.found]
    article_ids = [one.article_id for one in answer.found]

    def question(conn: Connection) -> tuple[list[Card], dict[int, FoundText]]:
        return (
            cards.load_cards(conn, story_ids),
            search.load_found(conn, article_ids),
        )

    found, texts = await read_news(datasette, question)
    states = await lists.load_states(datasette, request, story_ids)
    by_story = {text.story_id: text for text in texts.values()}
    results = [
        result_of(
            card, by_story[card.story_id], q, states.get(card.story_id, triage.State())
        )
        for card in found
        if card.story_id in by_story
    ]
    return sorted(results, key=lambda one: one.at, reverse=True)


def result_of(card: Card, text: FoundText, q: str, state: State) -> Result:
    """Return a story with the words of the search marked in title and snippet."""
    return Result(
        card=card,
        text=text,
        at=text.at,
        title=mark_spans(text.title, match.highlight(text.title, q) if q else []),
        snippet=_snippet(text, q),
        state=state,
    )


def _snippet(text: FoundText, q: str) -> Markup:
    """Return the first words found, in their surroundings; else how the text begins."""
    for body in (text.text, text.lead) if q else ():
        for part in _parts(body):
            spans = match.highlight(part, q)
            if spans:
                return snippet_around(part, spans)
    return snippet_around(text.text or text.lead, [])


def _parts(body: str) -> Iterator[str]:
    """Yield a text in parts that overlap: a hit near the top is found at once."""
    start = 0
    while start < len(body):
        end = start + PART
        if end < len(body):
            end = body.rfind(" ", start + OVERLAP, end) + 1 or end
        yield body[start:end]
        if end >= len(body):
            return
        start = body.find(" ", end - OVERLAP, end) + 1 or end
