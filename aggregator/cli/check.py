"""check: is the configuration right, and what does each feed give?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.parts import (
    check_known,
    clock,
    counted,
    json_option,
    load_config,
    local_time,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from aggregator.model import Config


@click.command()
@click.option("--network", is_flag=True, help="Ask every feed and say what it gives.")
@click.option("--feed", "feeds", multiple=True, metavar="ID", help="Only this feed.")
@json_option
@click.pass_context
def check(
    context: click.Context, network: bool, feeds: tuple[str, ...], as_json: bool
) -> None:
    """Validate feeds.yaml; with --network, try every feed as well.

    Disabled ones are tried too; nothing is stored. Exit 2: the configuration is wrong;
    1: no feed gives anything.
    """
    config = load_config(context)
    if not sys.stderr.isatty():
        for warning in config.warnings:
            click.echo(f"warning: {warning}", err=True)
    if network:
        _check_network(config, feeds, as_json=as_json)
        return
    enabled = sum(feed.enabled for feed in config.feeds)
    summary = {
        "file": config.path,
        "feeds": len(config.feeds),
        "enabled": enabled,
        "names": len(config.names),
        "watchlists": len(config.watchlists),
        "subscriptions": len(config.alerts.subscriptions),
        "warnings": config.warnings,
    }
    if as_json:
        print_json(summary)
        return
    click.echo(
        f"{config.path} is valid: {counted(len(config.feeds), 'feed')}"
        f" ({enabled} enabled), {counted(len(config.names), 'name')},"
        f" {counted(len(config.watchlists), 'watchlist')},"
        f" {counted(len(config.alerts.subscriptions), 'subscription')}"
    )


def _check_network(config: Config, feeds: tuple[str, ...], *, as_json: bool) -> None:
    from aggregator.poll import probe

    for feed_id in feeds:
        check_known("feed", feed_id, (feed.id for feed in config.feeds))
    rows = probe.probe(config, feeds, now=clock())
    if as_json:
        print_json(rows)
    else:
        _print_probes(config, rows)
    if rows and all(row["failed"] for row in rows):
        raise click.exceptions.Exit(1)


def _print_probes(config: Config, rows: list[dict[str, Any]]) -> None:
    print_table(
        ("", "feed", "gives", "entries", "newest", "depth", "page", "advice"),
        [
            (
                "✖" if row["failed"] else "!" if row["advice"] else "✔",
                row["feed_id"],
                row["gives"],
                row["entries"],
                local_time(row["newest"], config.settings.timezone),
                row["depth"],
                row["page"],
                row["advice"],
            )
            for row in rows
        ],
    )
