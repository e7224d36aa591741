"""status: the sources and their health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.parts import (
    json_option,
    load_config,
    local_time,
    open_database,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from aggregator.model import Feed

SIGNS = {
    "ok": "✔",
    "quiet": "…",
    "never polled": "·",
    "failing": "✖",
    "blocked": "⛔",
    "gone": "✝",
    "disabled": "–",
}


@click.command()
@click.option("--failing", is_flag=True, help="Only what needs attention.")
@json_option
@click.pass_context
def status(context: click.Context, failing: bool, as_json: bool) -> None:
    """Show every source, worst first: state, last success, reason."""
    from aggregator.store import overview

    config = load_config(context)
    db = open_database(config)
    try:
        sources = overview.sources(db, config.feeds)
        summary = overview.summary(db)
    finally:
        db.close()
    exceptions = {feed.id: _exceptions(feed) for feed in config.feeds}
    sources = [
        {**row, "exceptions": exceptions.get(row["feed_id"], [])} for row in sources
    ]
    if failing:
        sources = [row for row in sources if row["state"] not in ("ok", "disabled")]
    if as_json:
        print_json({"summary": summary, "sources": sources})
        return
    zone = config.settings.timezone
    print_table(
        (
            *("", "feed", "state", "since", "last good", "24 h", "gaps", "next try"),
            "reason",
        ),
        [
            (
                SIGNS.get(row["state"], "?"),
                row["feed_id"],
                row["state"],
                local_time(row["state_since"], zone),
                local_time(row["last_success_at"], zone),
                row["entries_24h"],
                _gaps(row),
                _next_try(row, zone),
                "; ".join(
                    filter(None, (row["error"], *row["notes"], *row["exceptions"]))
                ),
            )
            for row in sources
        ],
    )
    click.echo(
        f"last run {local_time(summary['last_run'], zone) or 'never'} · "
        f"{summary['articles']} articles, {summary['stories']} stories · "
        f"{summary['waiting']} pages wait · {summary['gaps_open']} gaps not filled · "
        f"{summary['alerts_queued']} alerts wait, {summary['alerts_dead']} dead"
    )


def _gaps(row: dict[str, Any]) -> str:
    """How many stretches may have gone unseen, and how many of them were filled."""
    if not row["gaps"]:
        return ""
    filled = row["gaps"] - row["gaps_open"]
    return f"{row['gaps']}" + (f" ({filled} filled)" if filled else "")


def _next_try(row: dict[str, Any], zone: str) -> str:
    """When a source is asked again; one that answered 410 waits for a person."""
    if row["state"] == "never polled":
        return "next run"
    if row["state"] == "gone" and row["status"] == 410:
        return "poll --force"
    return local_time(row["next_poll_at"], zone)


def _exceptions(feed: Feed) -> list[str]:
    """What is done differently for one feed, so that nobody forgets it."""
    found = [f"asked as {feed.user_agent}"] if feed.user_agent else []
    if not feed.verify:
        found.append("its certificate is not checked")
    if not feed.robots:
        found.append("robots.txt is overridden")
    return found
