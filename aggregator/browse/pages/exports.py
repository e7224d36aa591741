"""What leaves the desk: CSV, JSON and Atom of watchlists, searches and reports."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Response

from aggregator.browse.atom import write_atom
from aggregator.browse.desk import desk_of, read_news, watchlist_titles
from aggregator.browse.guard import private, private_or_token
from aggregator.browse.interface import iso
from aggregator.browse.pages import search as search_page
from aggregator.browse.pages.home import parse_day
from aggregator.browse.pages.report import period_of
from aggregator.browse.spreadsheet import csv_lines
from aggregator.store.desk import cards, report, search, watchlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.browse.interface import Interface
    from aggregator.store import Connection
    from aggregator.store.desk.cards import Card

# A file holds so many stories at most; it is sent while it is made.
FILE_LIMIT = 5000
FEED_LIMIT = 50
CHUNK = 250

HEADER = (
    "hikâye",
    "başlık",
    "yayın sayısı",
    "haber sayısı",
    "ilk yayın",
    "ilk yayım saati",
    "son yayım saati",
    "ajans",
    "izlemeler",
    "kanıt",
    "adres",
)


class CsvResponse:
    """A CSV file that is sent while it is made, a chunk of stories at a time."""

    def __init__(self, datasette: Any, name: str, story_ids: Sequence[int]) -> None:
        self.datasette = datasette
        self.name = name
        self.story_ids = story_ids

    async def asgi_send(self, send: Any) -> None:
        """Send the file."""
        await send(_start(self.name))
        desk = desk_of(self.datasette)
        ui = desk.interface(None)
        base = desk.config.alerts.base_url.rstrip("/")
        await send(_body("".join(csv_lines(HEADER, ())), more=True))
        for n in range(0, len(self.story_ids), CHUNK):
            question = partial(
                cards.load_cards, story_ids=self.story_ids[n : n + CHUNK]
            )
            found = await read_news(self.datasette, question)
            rows = [_cells(card, ui, base) for card in found]
            lines = list(csv_lines(HEADER, rows))[1:]
            await send(_body("".join(lines), more=True))
        await send(_body("", more=False))


@private
async def watchlist_csv(request: Any, datasette: Any) -> Any:
    """Send a watchlist's newest stories as CSV."""
    watchlist_id, ids = await _watchlist_stories(request, datasette, FILE_LIMIT)
    return CsvResponse(datasette, f"{watchlist_id}.csv", ids)


@private
async def watchlist_json(request: Any, datasette: Any) -> Any:
    """Send a watchlist's newest stories as the view `flagged` has them."""
    watchlist_id, _ = await _watchlist_stories(request, datasette, 1)

    def question(conn: Connection) -> list[dict[str, Any]]:
        rows = conn.execute(
            "select watchlist_id, story_id, title, outlets, articles, first_seen_at,"
            " last_seen_at, score from flagged where watchlist_id = ?"
            " order by story_id desc limit ?",
            (watchlist_id, FILE_LIMIT),
        )
        return [dict(row) for row in rows]

    return Response.json(await read_news(datasette, question))


@private_or_token
async def watchlist_atom(request: Any, datasette: Any) -> Any:
    """Send a watchlist's newest stories as Atom."""
    watchlist_id, ids = await _watchlist_stories(request, datasette, FEED_LIMIT)
    title = (await watchlist_titles(datasette))[watchlist_id]
    return await _atom(datasette, ids, f"izleme/{watchlist_id}", title)


@private
async def search_csv(request: Any, datasette: Any) -> Any:
    """Send what a search found as CSV."""
    return CsvResponse(
        datasette, "arama.csv", await _searched(request, datasette, FILE_LIMIT)
    )


@private
async def search_json(request: Any, datasette: Any) -> Any:
    """Send what a search found as JSON."""
    ids = await _searched(request, datasette, search_page.PAGE_SIZE * 10)
    found = await read_news(datasette, lambda conn: cards.load_cards(conn, ids))
    return Response.json([_plain(card) for card in found])


@private_or_token
async def search_atom(request: Any, datasette: Any) -> Any:
    """Send what a search finds as Atom."""
    ids = await _searched(request, datasette, FEED_LIMIT)
    q = search_page.query_of(request)
    kept = {k: request.args[k] for k in request.args if k not in {"anahtar", "dil"}}
    path = "ara?" + json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return await _atom(datasette, ids, path, f"Ara: {q}")


@private
async def report_csv(request: Any, datasette: Any) -> Any:
    """Send a report's outlets as CSV, a row a watchlist and outlet."""
    ui = desk_of(datasette).interface(request)
    kind = "ay" if request.args.get("donem") == "ay" else "hafta"
    first, last = period_of(kind, parse_day(request.args.get("gun")) or ui.today)
    titles = await watchlist_titles(datasette)
    wanted = request.args.get("izleme")
    chosen = [wanted] if wanted in titles else list(titles)

    def question(conn: Connection) -> list[report.Period]:
        return [
            report.load_period(
                conn, one, first_day=first.isoformat(), last_day=last.isoformat()
            )
            for one in chosen
            if one
        ]

    rows: Iterable[tuple[object, ...]] = (
        (
            titles[period.watchlist_id],
            first,
            last,
            share.outlet,
            share.stories,
            share.articles,
            share.first,
        )
        for period in await read_news(datasette, question)
        for share in period.outlets
    )
    header = (
        "izleme",
        "ilk gün",
        "son gün",
        "yayın",
        "hikâye",
        "haber",
        "ilk yazan",
    )
    text = "".join(csv_lines(header, rows))
    return Response(
        text,
        headers={"content-disposition": f'attachment; filename="rapor-{first}.csv"'},
        content_type="text/csv; charset=utf-8",
    )


async def _watchlist_stories(
    request: Any, datasette: Any, limit: int
) -> tuple[str, list[int]]:
    watchlist_id = request.url_vars["watchlist_id"]
    if watchlist_id not in await watchlist_titles(datasette):
        raise NotFound("Böyle bir izleme yok")
    ids = await read_news(
        datasette,
        lambda conn: watchlist.recent_stories(conn, watchlist_id, limit=limit),
    )
    return watchlist_id, ids


async def _searched(request: Any, datasette: Any, limit: int) -> list[int]:
    asked = search_page.question_of(request)
    if asked == search.Filters():
        return []
    answer = await read_news(
        datasette, lambda conn: search.find_stories(conn, asked, limit=limit)
    )
    return [one.story_id for one in answer.found]


async def _atom(datasette: Any, ids: list[int], path: str, title: str) -> Any:
    desk = desk_of(datasette)
    found = await read_news(datasette, lambda conn: cards.load_cards(conn, ids))
    text = write_atom(
        found,
        base_url=desk.config.alerts.base_url,
        path=path,
        title=title,
        now=desk.clock(),
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def _cells(card: Card, ui: Interface, base: str) -> tuple[object, ...]:
    return (
        card.story_id,
        card.title,
        card.outlets,
        card.articles,
        card.first_outlet,
        f"{ui.local(card.first_at):%Y-%m-%d %H:%M}",
        f"{ui.local(card.last_at):%Y-%m-%d %H:%M}",
        card.agency,
        ", ".join(card.watchlists),
        card.evidence.snippet if card.evidence else "",
        f"{base}/hikaye/{card.story_id}",
    )


def _plain(card: Card) -> dict[str, Any]:
    return {
        "story_id": card.story_id,
        "title": card.title,
        "outlets": card.outlets,
        "articles": card.articles,
        "first_at": iso(card.first_at),
        "last_at": iso(card.last_at),
        "first_outlet": card.first_outlet,
        "agency": card.agency,
        "watchlists": list(card.watchlists),
        "score": card.score,
    }


def _start(name: str) -> dict[str, Any]:
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"text/csv; charset=utf-8"),
            (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        ],
    }


def _body(text: str, *, more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}
