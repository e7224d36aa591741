"""İzleme: what a watchlist looks for, what it found, and how well it does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound

from aggregator.browse import hints
from aggregator.browse.charts import caption_days, draw_bars, draw_spark
from aggregator.browse.desk import (
    desk_of,
    read_news,
    read_triage,
    render_page,
    watchlist_titles,
    whole_number,
)
from aggregator.browse.guard import private
from aggregator.browse.pages import lists
from aggregator.browse.pages.home import day_bounds
from aggregator.store import triage
from aggregator.store.desk import cards, watchlist

if TYPE_CHECKING:
    from markupsafe import Markup

    from aggregator.browse.interface import Interface
    from aggregator.model import Config, Name
    from aggregator.store import Connection

PAGE_SIZE = 30
CHART_DAYS = 60
MONTH_DAYS = OUTLET_DAYS = 30
SPARK_DAYS = 14
WEEK_DAYS = 7
TOGETHER = 10


@private
async def show_watchlists(request: Any, datasette: Any) -> Any:
    """List the watchlists with the rhythm of their last two weeks."""
    ui = desk_of(datasette).interface(request)
    titles = await watchlist_titles(datasette)
    today = await read_news(datasette, lambda conn: _count_today(conn, ui))
    rows = []
    for watchlist_id, title in titles.items():
        rhythm = await _read_rhythm(datasette, ui, watchlist_id, SPARK_DAYS, WEEK_DAYS)
        values = list(rhythm.days.values())
        rows.append(
            {
                "id": watchlist_id,
                "title": title,
                "today": today.get(watchlist_id, 0),
                "week": rhythm.recent,
                "spark": draw_spark(values, _sum_up(ui, values)),
            }
        )
    return render_page(datasette, request, "watchlists.html", {"rows": rows})


@private
async def show_watchlist(request: Any, datasette: Any) -> Any:
    """Show one watchlist."""
    desk = desk_of(datasette)
    ui = desk.interface(request)
    watchlist_id = request.url_vars["watchlist_id"]
    titles = await watchlist_titles(datasette)
    if watchlist_id not in titles:
        raise NotFound("Böyle bir izleme yok")
    before_id = whole_number(request.args.get("once"))
    ids = await read_news(
        datasette,
        lambda conn: watchlist.recent_stories(
            conn, watchlist_id, before_id=before_id, limit=PAGE_SIZE + 1
        ),
    )
    rhythm = await _read_rhythm(datasette, ui, watchlist_id, CHART_DAYS, MONTH_DAYS)
    since = ui.now - timedelta(days=OUTLET_DAYS)
    total = await read_news(
        datasette, lambda conn: watchlist.count_stories(conn, watchlist_id)
    )
    verdicts = await _present_verdicts(datasette)
    judged = await read_news(
        datasette, lambda conn: watchlist.count_judged(conn, watchlist_id, verdicts)
    )
    together = await read_news(
        datasette,
        lambda conn: watchlist.terms_together(conn, watchlist_id, since=since),
    )
    return render_page(
        datasette,
        request,
        "watchlist.html",
        {
            "id": watchlist_id,
            "title": titles[watchlist_id],
            "titles": titles,
            "watched": describe(desk.config, watchlist_id),
            "chart": _chart(ui, rhythm.days),
            "caption": caption_days(
                ui,
                ui.today - timedelta(days=CHART_DAYS - 1),
                ui.today,
                rhythm.days,
            ),
            "month": rhythm.recent,
            "total": total,
            "outlets": await read_news(
                datasette,
                lambda conn: watchlist.top_outlets(conn, watchlist_id, since=since),
            ),
            "together": hints.rank_names(desk.config, together)[:TOGETHER],
            "judged": judged,
            "advice": await _advise(datasette, watchlist_id, total, verdicts),
            "entries": await lists.load_entries(
                datasette, request, ids[:PAGE_SIZE], by_time=True
            ),
            "more": ids[PAGE_SIZE - 1] if len(ids) > PAGE_SIZE else None,
        },
    )


def _count_today(conn: Connection, ui: Interface) -> dict[str, int]:
    """Return what the home page says of each watchlist today."""
    story_ids = cards.flagged_between(conn, *day_bounds(ui.today, ui.zone))
    return cards.count_by_watchlist(conn, story_ids)


def describe(config: Config, watchlist_id: str) -> dict[str, Any] | None:
    """Return what a watchlist looks for, with the forms of the names it uses."""
    found = next((w for w in config.watchlists if w.id == watchlist_id), None)
    if found is None:
        return None
    written = " ".join((found.query, *found.terms))
    return {
        "query": found.query,
        "terms": found.terms,
        "ignore": found.ignore,
        "names": [name for name in config.names if _uses(written, name)],
    }


async def _present_verdicts(datasette: Any) -> dict[int, str]:
    """Return the verdicts of the stories that are there now."""
    verdicts = await read_triage(datasette, triage.verdicts)
    ids = await read_news(datasette, lambda conn: cards.present_ids(conn, verdicts))
    return {ids[old]: verdict for old, verdict in verdicts.items() if old in ids}


async def _advise(
    datasette: Any, watchlist_id: str, total: int, verdicts: dict[int, str]
) -> dict[str, Any] | None:
    """Return what became of each term, and what could be changed for it."""
    config = desk_of(datasette).config
    found = next((w for w in config.watchlists if w.id == watchlist_id), None)
    if found is None:
        return None
    hits = await read_news(
        datasette, lambda conn: watchlist.judged_hits(conn, watchlist_id, verdicts)
    )
    counts = await read_news(
        datasette, lambda conn: watchlist.count_terms(conn, watchlist_id)
    )
    terms = hints.configured_terms(config, found)
    stats = hints.count_terms(terms, counts.articles, hits)
    old_enough = total >= hints.YOUNG
    return {
        "terms": stats,
        "idle": [one.term for one in stats if not one.articles] if old_enough else [],
        "never": counts.are_all,
        "recent": watchlist.TERM_MATCHES,
        "noisy": [one for one in stats if one.is_noisy],
        "phrases": hints.propose_phrases(hits),
    }


async def _read_rhythm(
    datasette: Any, ui: Interface, watchlist_id: str, length: int, recent: int
) -> watchlist.Rhythm:
    """Return the last `length` days, those without a story too, today last.

    recent: how many of them are counted on their own, as a report of them counts.
    """
    days = [ui.today - timedelta(days=length - 1 - n) for n in range(length)]
    names = [day.isoformat() for day in days]
    found = await read_news(
        datasette,
        lambda conn: watchlist.read_rhythm(
            conn,
            watchlist_id,
            since=ui.now - timedelta(days=length + 1),
            days=(names[0], names[-1]),
            recent_day=names[-recent],
        ),
    )
    return replace(found, days={name: found.days.get(name, 0) for name in names})


def _chart(ui: Interface, days: dict[str, int]) -> Markup:
    labels = [
        f"{ui.short_day(date.fromisoformat(day))}: {ui.count('{n} hikâye', stories)}"
        for day, stories in days.items()
    ]
    values = list(days.values())
    return draw_bars(values, labels, _sum_up(ui, values))


def _sum_up(ui: Interface, values: list[int]) -> str:
    return ui.t(
        "Son {days} günde {sum} hikâye, en çok bir günde {top}",
        days=len(values),
        sum=ui.number(sum(values)),
        top=ui.number(max(values)),
    )


def _uses(written: str, name: Name) -> bool:
    return re.search(rf"@{re.escape(name.id)}(?![\w-])", written) is not None
