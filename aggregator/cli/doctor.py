"""doctor: is everything that a run needs in order?"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.parts import clock, json_option, load_config, print_json
from aggregator.errors import AggregatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Config

# Cron's rhythm is read off so many runs, as soon as there are a few.
RUNS, FEW_RUNS = 200, 4
# A run is late after so many times the usual distance.
LATE = 3
# What a run may take beyond `max_run` until it is over.
OVERTIME = timedelta(minutes=5)
LITTLE_SPACE = 500_000_000
OLD_CLOCK = datetime(2026, 1, 1).astimezone()

Finding = tuple[bool, str]


@click.command()
@click.option("--no-smtp", is_flag=True, help="Do not ask the mail server.")
@json_option
@click.pass_context
def doctor(context: click.Context, no_smtp: bool, as_json: bool) -> None:
    """Check configuration, database, disk, mail and the last run.

    Exit 1 when something is wrong: call it from a second cron line, since a run that
    never starts cannot mail.
    """
    config = load_config(context)
    findings = [(True, f"configuration: {config.path}, {len(config.feeds)} feeds")]
    findings += [(True, f"note: {warning}") for warning in config.warnings]
    findings += _database(config)
    findings += _machine(config)
    findings.append((True, _model()))
    if not no_smtp:
        findings += _mail(config)
    if as_json:
        print_json([{"ok": ok, "finding": text} for ok, text in findings])
    else:
        for ok, text in findings:
            if not ok or sys.stdout.isatty():  # under cron only what is wrong
                click.echo(f"{'✔' if ok else '✖'} {text}")
    if not all(ok for ok, _ in findings):
        raise click.exceptions.Exit(1)


def _model() -> str:
    from aggregator import meaning

    if meaning.is_installed():
        return "related stories: by names, numbers and the optional model"
    return "related stories: by names and numbers; the extra 'related' is not installed"


def _database(config: Config) -> Iterator[Finding]:
    from aggregator.store import open_db, runs, upkeep

    path = Path(config.settings.database)
    if not path.exists():
        why = "no run was made yet, or its disk is not mounted"
        yield False, f"database: {path.resolve()} does not exist: {why}"
        return
    try:
        db = open_db(path)
    except AggregatorError as error:
        yield False, f"database: {error}"
        return
    try:
        found = upkeep.soundness(db)
        begun = runs.first_start(db)
        since = f", begun {begun:%Y-%m-%d %H:%M} UTC" if begun else ""
        yield found == "ok", f"database: {path}, {found}{since}"
        last = runs.last_finished(db)
        starts = runs.last_starts(db, RUNS)
        yield _last_run(config, datetime.fromisoformat(last) if last else None, starts)
    finally:
        db.close()
    for file in (path, path.parent):
        if not os.access(file, os.W_OK):
            yield False, f"permissions: {file} cannot be written by this user"


def _last_run(config: Config, last: datetime | None, starts: list[datetime]) -> Finding:
    """Say how long ago the last run ended, and whether cron has stopped calling us.

    Late is three times the distance at which runs usually begin, but no less than a run
    may take. While there are too few to tell: three times the default interval.
    """
    if last is None:
        return False, "last run: never – does cron call poll?"
    age = clock() - last
    distance, text = config.settings.interval, f"last run: {_minutes(age)} ago"
    if len(starts) >= FEW_RUNS:
        distances = sorted(later - earlier for later, earlier in pairwise(starts))
        distance = distances[len(distances) // 2]
        text += f", usually every {_minutes(distance)}"
    if age <= max(LATE * distance, config.settings.max_run + OVERTIME):
        return True, text
    return False, f"{text} – does cron call poll?"


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.0f} minutes"


def _machine(config: Config) -> Iterator[Finding]:
    from aggregator.store import upkeep

    path = Path(config.settings.database)
    if path.parent.exists():
        free = upkeep.free_bytes(path)
        yield free > LITTLE_SPACE, f"disk: {free / 1e9:.1f} GB free"
    yield clock() > OLD_CLOCK, f"clock: {clock():%Y-%m-%d %H:%M} UTC"
    yield True, f"SQLite {upkeep.sqlite_version()}"


def _mail(config: Config) -> Iterator[Finding]:
    from aggregator import deliver

    server = f"{config.alerts.smtp.host}:{config.alerts.smtp.port}"
    if not config.alerts.subscriptions and not config.alerts.operator:
        yield True, "mail: nobody is subscribed"
        return
    try:
        yield True, f"mail: {server} {deliver.try_login(config)}"
    except AggregatorError as error:
        yield False, f"mail: {server}: {error}"
