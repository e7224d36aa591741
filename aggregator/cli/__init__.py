"""The command line: parse options, build the parts, print the outcome.

One file per group of commands. This is the only room that reads the clock, and the only
one that prints. Exit codes: 0 done, 1 the run failed, 2 usage or configuration, 75
another run holds the lock.
"""

from __future__ import annotations

import sys

import click

from aggregator import __version__
from aggregator.cli.alerts import alerts
from aggregator.cli.check import check
from aggregator.cli.demo import demo
from aggregator.cli.desk import serve
from aggregator.cli.doctor import doctor
from aggregator.cli.explain import explain
from aggregator.cli.feeds import feeds
from aggregator.cli.run import deliver, poll, rematch
from aggregator.cli.status import status
from aggregator.cli.upkeep import backup, prune
from aggregator.cli.watch import watch
from aggregator.errors import (
    AggregatorError,
    ConfigError,
    FeedError,
    RunLocked,
    StoreError,
)

FAILED = 1
USAGE = 2
LOCKED = 75  # EX_TEMPFAIL of sysexits.h
INTERRUPTED = 130
# How SQLite and the system say that a file may not be written.
NOT_OURS = ("permission denied", "readonly database", "unable to open database")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    default="feeds.yaml",
    show_default=True,
    envvar="AGGREGATOR_CONFIG",
    help="The configuration.",
)
@click.version_option(__version__, prog_name="aggregator")
@click.pass_context
def cli(context: click.Context, config_path: str) -> None:
    """Poll feeds and pages, flag what names İzmir and its sisters, tell the desk."""
    context.obj = config_path


for command in (
    poll,
    deliver,
    serve,
    check,
    status,
    feeds,
    watch,
    rematch,
    explain,
    alerts,
    doctor,
    backup,
    prune,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run a command and turn what it raises into one clear message and an exit code."""
    try:
        # Without standalone mode click returns the code of an Exit instead of raising.
        code = cli(standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AggregatorError as error:
        sys.exit(_say(error))
    if code:
        sys.exit(code)


def _say(error: AggregatorError) -> int:
    """Print an error and return the exit code it stands for."""
    if isinstance(error, ConfigError):
        for mistake in error.mistakes:
            click.echo(mistake, err=True)
        return USAGE
    about = error.url if isinstance(error, FeedError) else ""
    text = f"{about}: {error}" if about and about not in str(error) else str(error)
    click.echo(f"aggregator: {text}{_remedy(error)}", err=True)
    return LOCKED if isinstance(error, RunLocked) else FAILED


def _remedy(error: AggregatorError) -> str:
    """Return what to do where the words of SQLite and the system do not say it."""
    told = str(error).lower()
    if isinstance(error, StoreError) and any(sign in told for sign in NOT_OURS):
        return " (does the user who runs this own the file and its folder?)"
    return ""
