"""What the commands share: configuration, clock, database, and how tables look."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aggregator.model import Config
    from aggregator.store import Db

_F = TypeVar("_F", bound="Callable[..., Any]")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def load_config(context: click.Context) -> Config:
    """Read the configuration that --config names; warnings go to a terminal only."""
    # Pydantic looks through all packages for plugins: 33 ms, and we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from aggregator import config

    loaded = config.load(context.obj)
    if sys.stderr.isatty():
        for warning in loaded.warnings:
            click.secho(f"warning: {warning}", fg="yellow", err=True)
    return loaded


def open_database(config: Config) -> Db:
    """Open the configured database; say on stderr when it has to be made."""
    from aggregator.store import open_db

    say_if_new(config)
    return open_db(config.settings.database)


def say_if_new(config: Config) -> None:
    """Say on stderr that there is no archive, so that a new one is about to be made.

    To a person, and to cron where one was here before: an empty archive would surprise
    the analyst. Cron's first run is a good one, and good runs print nothing. A disk
    that is not mounted leaves no trace: for that, `doctor` tells the archive's age.
    """
    path = Path(config.settings.database)
    traces = (Path(f"{path}.lock"), path.with_name("triage.db"))
    was_here = any(trace.exists() for trace in traces)
    if not path.exists() and (was_here or sys.stderr.isatty()):
        click.echo(
            f"aggregator: no archive at {path.resolve()}: a new one is begun (if there"
            " was one: is its disk mounted, is settings.database right?)",
            err=True,
        )


class Refused(click.ClickException):
    """Wrong usage that one line explains; click's own would repeat the usage."""

    exit_code = 2


def check_known(kind: str, wanted: str, ids: Iterable[str]) -> None:
    """Make sure that an id exists.

    Raises:
        Refused: it does not; the message names the nearest that does.
    """
    from aggregator.config import nearest

    choices = tuple(ids)
    if wanted not in choices:
        raise Refused(f"there is no {kind} {wanted!r}{nearest(wanted, choices)}")


def counted(number: int, noun: str) -> str:
    """Return `1 feed`, `2 feeds`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_json(value: object) -> None:
    """Print a value as JSON, times as the views write them."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return str(value)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None
) -> None:
    """Print a table that fits the terminal, or tab-separated lines into a pipe."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(_cell(value) for value in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


def local_time(at: datetime | str | None, timezone: str) -> str:
    """Return a time as people here read it, '' for None."""
    from zoneinfo import ZoneInfo

    if not at:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A feed's text must not steer the terminal.
    return "".join(char if char.isprintable() else " " for char in text)


class Duration(click.ParamType[timedelta]):
    """`30s`, `15m`, `1h`, `7d`, as in feeds.yaml."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the timedelta that the text means."""
        from aggregator.config.forms import duration

        if isinstance(value, timedelta):
            return value
        try:
            return duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def duration_option(name: str, **attributes: Any) -> Callable[[_F], _F]:
    """Return an option that takes a duration."""
    return click.option(name, type=Duration(), **attributes)
