"""alerts preview and alerts test: what would go to whom, and whether mail works."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from aggregator.cli.parts import (
    Refused,
    clock,
    json_option,
    load_config,
    open_database,
    print_json,
)


@click.group()
def alerts() -> None:
    """Look at alerts before they go, and try the mail server."""


@alerts.command()
@click.option(
    "--out",
    default="alerts-preview",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for one .eml, .txt and .html a message.",
)
@json_option
@click.pass_context
def preview(context: click.Context, out: Path, as_json: bool) -> None:
    """Write what would go to whom and when, without touching the outbox."""
    from aggregator import deliver

    config = load_config(context)
    with closing(open_database(config)) as db:
        messages = deliver.preview(config, db, clock(), out)
        if as_json:
            print_json([message._asdict() for message in messages])
            return
        zone = ZoneInfo(config.settings.timezone)
        for message in messages:
            click.echo(message.describe(zone))


@alerts.command("test")
@click.argument("address")
@json_option
@click.pass_context
def send_test(context: click.Context, address: str, as_json: bool) -> None:
    """Send a sample to ADDRESS by the real way and print the server's answers."""
    from aggregator import deliver
    from aggregator.config import is_mail_address

    if not (is_mail_address(address) or address.startswith(("https://", "http://"))):
        raise Refused(f"{address!r} is no e-mail or https address")
    config = load_config(context)
    answers = deliver.send_test(config, address, clock())
    if as_json:
        print_json({"answers": list(answers)})
        return
    for line in answers:
        click.echo(line)
