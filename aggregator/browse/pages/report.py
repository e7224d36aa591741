"""Rapor: a week or a month of the watchlists, to be printed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.browse.charts import caption_days, draw_bars
from aggregator.browse.desk import desk_of, read_news, render_page, watchlist_titles
from aggregator.browse.guard import private
from aggregator.browse.pages.home import parse_day
from aggregator.store.desk import cards, report

if TYPE_CHECKING:
    from markupsafe import Markup

    from aggregator.browse.interface import Interface
    from aggregator.store import Connection
    from aggregator.store.desk.report import Period

TOP_STORIES = 10


@private
async def show_report(request: Any, datasette: Any) -> Any:
    """Show one watchlist's period, or a line of each."""
    ui = desk_of(datasette).interface(request)
    kind = "ay" if request.args.get("donem") == "ay" else "hafta"
    first, last = period_of(kind, parse_day(request.args.get("gun")) or ui.today)
    titles = await watchlist_titles(datasette)
    wanted = request.args.get("izleme") or ""
    chosen = [wanted] if wanted in titles else list(titles)
    rows = [
        await _row(datasette, ui, watchlist_id, first, last, titles[watchlist_id])
        for watchlist_id in chosen
    ]
    return render_page(
        datasette,
        request,
        "report.html",
        {
            "kind": kind,
            "first": first,
            "last": last,
            "previous": first - timedelta(days=1),
            "running": ui.today < last,
            "next": last + timedelta(days=1) if last < ui.today else None,
            "titles": titles,
            "wanted": wanted if wanted in titles else "",
            "rows": rows,
        },
    )


def period_of(kind: str, day: date) -> tuple[date, date]:
    """Return the first and last day of the week (from Monday) or month of a day."""
    if kind == "ay":
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return first, last
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def before_period(first: date, last: date, today: date) -> tuple[date, date]:
    """Return the days of the period before; of one that still runs, up to its day."""
    end = first - timedelta(days=1)
    is_month = first.day == 1 and (last + timedelta(days=1)).day == 1
    start = end.replace(day=1) if is_month else end - (last - first)
    if today < last:
        end = min(end, start + (today - first))
    return start, end


async def _row(
    datasette: Any,
    ui: Interface,
    watchlist_id: str,
    first: date,
    last: date,
    title: str,
) -> dict[str, Any]:
    def question(conn: Connection) -> tuple[Period, int, list[cards.Card]]:
        period = report.load_period(
            conn,
            watchlist_id,
            first_day=first.isoformat(),
            last_day=last.isoformat(),
        )
        start, end = before_period(first, last, ui.today)
        before = report.count_period(
            conn, watchlist_id, first_day=start.isoformat(), last_day=end.isoformat()
        )
        top = cards.load_cards(conn, period.stories_top[:TOP_STORIES])
        return period, before, top

    period, before, top = await read_news(datasette, question)
    return {
        "id": watchlist_id,
        "title": title,
        "period": period,
        "before": before,
        "change": period.stories - before,
        "first_mover": max(period.outlets, key=lambda one: one.first, default=None),
        "top": top,
        "chart": _chart(ui, period, first, last),
        "caption": caption_days(ui, first, last, dict(period.days)),
    }


def _chart(ui: Interface, period: Period, first: date, last: date) -> Markup:
    counts = dict(period.days)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    values = [counts.get(day.isoformat(), 0) for day in days]
    labels = [
        f"{ui.short_day(day)}: " + ui.count("{n} hikâye", value)
        for day, value in zip(days, values, strict=True)
    ]
    summary = ui.t(
        "Son {days} günde {sum} hikâye, en çok bir günde {top}",
        days=len(values),
        sum=ui.number(sum(values)),
        top=ui.number(max(values)),
    )
    return draw_bars(values, labels, summary)
