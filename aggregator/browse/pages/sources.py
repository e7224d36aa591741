"""Kaynaklar: every feed and its health, worst first."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound

from aggregator.browse.charts import draw_spark
from aggregator.browse.desk import desk_of, read_news, render_page
from aggregator.browse.guard import private
from aggregator.store.desk import sources

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


@private
async def show_sources(request: Any, datasette: Any) -> Any:
    """List all feeds."""
    ui = desk_of(datasette).interface(request)
    found = await read_news(
        datasette,
        lambda conn: sources.load_sources(conn, now=ui.now, days=SPARK_DAYS),
    )
    counts: dict[str, int] = {}
    for source in found:
        counts[source.state] = counts.get(source.state, 0) + 1
    return await render_page(
        datasette,
        request,
        "sources.html",
        {
            "sources": found,
            "counts": counts,
            "states": STATES,
            "order": sources.ORDER,
            "pulse": await read_news(
                datasette, lambda conn: sources.load_pulse(conn, now=ui.now)
            ),
            "sparks": {
                one.feed_id: draw_spark(
                    one.days, ui.count("Son 14 günde {n} giriş", sum(one.days))
                )
                for one in found
            },
        },
    )


@private
async def show_source(request: Any, datasette: Any) -> Any:
    """Show one feed: its last requests and its gaps."""
    ui = desk_of(datasette).interface(request)
    feed_id = request.url_vars["feed_id"]
    found = await read_news(
        datasette,
        lambda conn: sources.load_sources(conn, now=ui.now, days=SPARK_DAYS),
    )
    source = next((one for one in found if one.feed_id == feed_id), None)
    if source is None:
        raise NotFound("Böyle bir kaynak yok")
    return await render_page(
        datasette,
        request,
        "source.html",
        {
            "source": source,
            "states": STATES,
            "fetches": await read_news(
                datasette, lambda conn: sources.load_fetches(conn, feed_id)
            ),
        },
    )
