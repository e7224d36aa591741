"""backup and prune: a verified copy while the program runs, and retention."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from aggregator.cli.parts import (
    Refused,
    clock,
    duration_option,
    json_option,
    load_config,
    open_database,
    print_json,
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def backup(context: click.Context, file: Path, as_json: bool) -> None:
    """Copy the database to FILE while a run writes, and verify it.

    The copy of triage.db stands beside it. Without a terminal it prints only what went
    wrong.
    """
    from aggregator.store import upkeep

    config = load_config(context)
    database = Path(config.settings.database)
    if file.resolve() in {
        database.resolve(),
        database.with_name("triage.db").resolve(),
    }:
        raise Refused(f"{file} is the database itself")
    copies = []
    for copy in upkeep.backup(config.settings.database, file):
        copies.append(copy._asdict())
        if not as_json:
            _tell(f"{copy.source} -> {copy.target}: {copy.size:,} bytes, verified")
    if as_json:
        print_json(copies)


@click.command()
@duration_option(
    "--logs",
    default=timedelta(days=90),
    help="Keep the fetch log and the bytes of sent mails this long (default 90d).",
)
@duration_option(
    "--articles",
    help="Remove unflagged stories with nothing newer than this. Default: keep all.",
)
@json_option
@click.pass_context
def prune(
    context: click.Context,
    logs: timedelta,
    articles: timedelta | None,
    as_json: bool,
) -> None:
    """Remove what is not needed any more, by age. Flagged stories always stay."""
    from aggregator.store import upkeep
    from aggregator.store.lock import run_lock

    config = load_config(context)
    with run_lock(config.settings.database), closing(open_database(config)) as db:
        pruned = upkeep.prune(
            db,
            logs_before=clock() - logs,
            articles_before=clock() - articles if articles else None,
        )
    if as_json:
        print_json(pruned._asdict())
        return
    _tell(f"{pruned.fetches} fetches and {pruned.mails} mail bodies removed")
    if pruned.articles is not None:
        _tell(f"{pruned.articles} articles removed")


def _tell(line: str) -> None:
    """Print to a terminal: cron mails what is printed, and all is well."""
    if sys.stdout.isatty():
        click.echo(line)
