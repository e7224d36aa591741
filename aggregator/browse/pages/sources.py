"""Kaynaklar: every feed and its health, worst first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound

from aggregator.alerts.faults import tell_fault
from aggregator.browse.charts import draw_spark
from aggregator.browse.desk import desk_of, read_news, render_page
from aggregator.browse.guard import private
from aggregator.browse.marks import time_tag
from aggregator.store.desk import sources

if TYPE_CHECKING:
    from markupsafe import Markup

    from aggregator.browse.interface import Interface
    from aggregator.store.desk.sources import Source

SPARK_DAYS = 14
# State: word and sign, so that colour is never alone.
STATES = {
    "ok": ("sağlıklı", "✔"),
    "quiet": ("sessiz", "▲"),
    "failing": ("hatalı", "✖"),
    "blocked": ("engelli", "✖"),
    "gone": ("kapandı", "✖"),
    "disabled": ("kapalı", "–"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A feed as the list shows it, in the reader's words.

    has_twin: another feed has the same outlet, so that its id is shown too.
    trouble: why it is ill; '' when it is not, or nobody knows. raw: the same as the
    program says it, for the sysadmin. gap: the latest that was not filled.
    """

    source: Source
    has_twin: bool
    state: str
    sign: str
    trouble: str
    raw: str
    gap: str | Markup
    success: str | Markup
    entries: str
    spark: Markup
    next_poll: str | Markup


@private
async def show_sources(request: Any, datasette: Any) -> Any:
    """List all feeds."""
    ui = desk_of(datasette).interface(request)
    found = await read_news(
        datasette,
        lambda conn: sources.load_sources(conn, now=ui.now, days=SPARK_DAYS),
    )
    outlets = Counter(source.outlet for source in found)
    return render_page(
        datasette,
        request,
        "sources.html",
        {
            "rows": [_row(ui, one, has_twin=outlets[one.outlet] > 1) for one in found],
            "counts": Counter(source.state for source in found),
            "states": STATES,
            "order": sources.ORDER,
            "pulse": await read_news(
                datasette, lambda conn: sources.load_pulse(conn, now=ui.now)
            ),
        },
    )


def _row(ui: Interface, source: Source, *, has_twin: bool) -> Row:
    word, sign = STATES[source.state]
    success, ahead = source.last_success_at, source.next_poll_at
    gap = next((one.detected_at for one in source.gaps if not one.recovered), None)
    summary = ui.count("Son 14 günde {n} giriş", sum(source.days))
    idle = "–" if source.state in {"disabled", "gone"} else ui.t("hemen")
    next_poll = time_tag(ui, ahead, ui.ago(ahead)) if ahead else idle
    return Row(
        source=source,
        has_twin=has_twin,
        state=ui.t(word),
        sign=sign,
        trouble=_trouble(ui, source),
        raw=source.error if ui.language != "en" else "",
        gap=time_tag(ui, gap, f"{ui.t('boşluk')} {ui.short(gap)}") if gap else "",
        success=time_tag(ui, success, ui.ago(success)) if success else ui.t("hiç"),
        entries=ui.number(source.entries_24h),
        spark=draw_spark(source.days, summary),
        next_poll="–" if source.state == "disabled" else next_poll,
    )


def _trouble(ui: Interface, source: Source) -> str:
    if source.error:
        times = ui.t("{n} kez", n=source.failures) if source.failures > 1 else ""
        return " · ".join(filter(None, (tell_fault(source.error, ui.language), times)))
    if source.state == "quiet" and source.rhythm:
        return ui.t("genellikle {span} arayla yazar", span=ui.span(source.rhythm))
    return ""


@private
async def show_source(request: Any, datasette: Any) -> Any:
    """Show one feed: its last requests and its gaps."""
    ui = desk_of(datasette).interface(request)
    feed_id = request.url_vars["feed_id"]
    found = await read_news(
        datasette,
        lambda conn: sources.load_sources(
            conn, now=ui.now, days=SPARK_DAYS, feed_id=feed_id
        ),
    )
    if not found:
        raise NotFound("Böyle bir kaynak yok")
    return render_page(
        datasette,
        request,
        "source.html",
        {
            "source": found[0],
            "states": STATES,
            "fetches": await read_news(
                datasette, lambda conn: sources.load_fetches(conn, feed_id)
            ),
        },
    )
