"""Bugün: the day's flagged stories, and what is wrong with the sources."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.browse.desk import (
    actor_id,
    desk_of,
    read_news,
    read_triage,
    render_page,
    watchlist_titles,
    whole_number,
)
from aggregator.browse.guard import private
from aggregator.browse.pages import lists
from aggregator.store import triage
from aggregator.store.desk import cards, sources, watchlist

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aggregator.store import Connection

PAGE_SIZE = 50
# Days of other years are a slip of the keyboard, and the calendar ends somewhere.
YEARS = range(1900, 2200)
# Cron polls several times an hour; after this the desk says that it does not.
RUN_OVERDUE = timedelta(hours=2)


@private
async def show_home(request: Any, datasette: Any) -> Any:
    """Show a day's stories: of a watchlist, unjudged, new since the last look."""
    desk = desk_of(datasette)
    ui = desk.interface(request)
    day = parse_day(request.args.get("gun")) or ui.today
    shown = _shown(request)
    look = await read_triage(
        datasette, lambda conn: triage.last_look(conn, actor_id(request))
    )
    wide = await _candidates(datasette, request, day, shown)
    fresh = await _fresh(datasette, wide, look)
    after = whole_number(request.args.get("sonra"))
    chosen = await _chosen(datasette, request, stories_after(wide, after), fresh)
    visible = chosen[:PAGE_SIZE]
    return render_page(
        datasette,
        request,
        "home.html",
        {
            "day": day,
            "previous": day - timedelta(days=1),
            "next": day + timedelta(days=1) if day < ui.today else None,
            "shown": shown,
            "choices": lists.SHOWN,
            "kept": shown in lists.KEPT,
            "titles": await watchlist_titles(datasette),
            "counts": await read_news(
                datasette, lambda conn: cards.count_by_watchlist(conn, wide)
            ),
            "watchlist": request.args.get("izleme") or "",
            "only_new": request.args.get("yeni") == "1",
            "fresh": fresh,
            "look": look,
            "all": len(wide),
            "limit": cards.DAY_LIMIT,
            "after": after,
            "more": visible[-1] if len(chosen) > PAGE_SIZE else None,
            "entries": await lists.load_entries(datasette, request, visible),
            "pulse": await read_news(
                datasette, lambda conn: sources.load_pulse(conn, now=ui.now)
            ),
            "run_overdue": RUN_OVERDUE,
        },
    )


def parse_day(text: str | None) -> date | None:
    """Return the day of an address (YYYY-MM-DD); None: none, or none of the press's."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def stories_after(story_ids: list[int], after: int | None) -> list[int]:
    """Return the stories that stand behind one of them, all when it is not there.

    A page has no number: while somebody judges what waits, the list of what waits gets
    shorter, and its second page would leave out as many as were judged on the first.
    """
    if after not in story_ids:
        return story_ids
    return story_ids[story_ids.index(after) + 1 :]


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day of the operator's zone begins and ends, in UTC."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _shown(request: Any) -> str:
    asked = request.args.get("durum") or ""
    return asked if asked in dict(lists.SHOWN) else ""


async def _candidates(datasette: Any, request: Any, day: date, shown: str) -> list[int]:
    """Return the stories that a page can choose from, newest first."""
    if shown in lists.KEPT:
        return await lists.kept_stories(datasette, request, shown)
    start, end = day_bounds(day, desk_of(datasette).zone)

    def question(conn: Connection) -> list[int]:
        return cards.flagged_between(conn, start, end)

    return await read_news(datasette, question)


async def _fresh(
    datasette: Any, story_ids: list[int], look: datetime | None
) -> set[int]:
    if look is None:
        return set()
    at = look
    return await read_news(
        datasette, lambda conn: cards.flagged_after(conn, story_ids, at)
    )


async def _chosen(
    datasette: Any, request: Any, wide: list[int], fresh: set[int]
) -> list[int]:
    """Return the stories that pass the page's filters."""
    kept = wide
    wanted = request.args.get("izleme")
    if wanted:
        inside = await read_news(
            datasette, lambda conn: watchlist.in_watchlist(conn, wanted, wide)
        )
        kept = [one for one in kept if one in inside]
    if request.args.get("yeni") == "1":
        kept = [one for one in kept if one in fresh]
    shown = _shown(request)
    if not shown:
        return kept
    states = await lists.load_states(datasette, request, kept)
    me = actor_id(request)
    return [
        one for one in kept if lists.fits(states.get(one, triage.State()), shown, me)
    ]
