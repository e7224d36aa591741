"""poll, deliver and rematch: what cron calls."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from aggregator.cli.parts import (
    check_known,
    clock,
    counted,
    duration_option,
    json_option,
    load_config,
    open_database,
    print_json,
    say_if_new,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Config, RunReport
    from aggregator.poll.state import Progress


@click.command()
@click.option("--feed", "feeds", multiple=True, metavar="ID", help="Only this feed.")
@click.option("--force", is_flag=True, help="Ignore due times (never politeness).")
@click.option("--max-seconds", type=click.FloatRange(min=0), help="Instead of max_run.")
@click.option("--no-deliver", is_flag=True, help="Leave the mail to `deliver`.")
@json_option
@click.pass_context
def poll(
    context: click.Context,
    feeds: tuple[str, ...],
    force: bool,
    max_seconds: float | None,
    no_deliver: bool,
    as_json: bool,
) -> None:
    """Fetch what is due, scrape new articles, flag, and send alerts.

    Prints nothing when all is well and there is no terminal, so cron mails only what
    needs attention. Exit 75: another run is under way.
    """
    from aggregator.poll import Options, run

    config = load_config(context)
    for feed_id in feeds:
        check_known("feed", feed_id, (feed.id for feed in config.feeds))
    say_if_new(config)
    with _progress() as progress:
        report = run(
            config,
            Options(
                feeds=feeds,
                force=force,
                max_seconds=max_seconds,
                deliver=not no_deliver,
            ),
            clock=clock,
            progress=progress,
        )
    show_report(config, report, as_json=as_json)
    if feeds and not report.feeds_due and sys.stdout.isatty() and not as_json:
        click.echo("not due yet (see `status`), or disabled; --force asks all the same")
    if report.exit_code:
        raise click.exceptions.Exit(report.exit_code)


@click.command()
@click.option(
    "--dry-run", is_flag=True, help="List what is due and why the rest waits."
)
@json_option
@click.pass_context
def deliver(context: click.Context, dry_run: bool, as_json: bool) -> None:
    """Send what is due in the outbox."""
    from aggregator import deliver as delivery

    config = load_config(context)
    with closing(open_database(config)) as db:
        delivered = delivery.deliver(config, db, clock=clock, dry_run=dry_run)
    if as_json:
        print_json(delivered.as_dict())
    elif dry_run or sys.stdout.isatty():
        click.echo(delivered.describe())
    for problem in delivered.problems:
        click.echo(problem, err=True)


@click.command()
@click.option("--watchlist", "watchlists", multiple=True, metavar="ID")
@duration_option("--since", help="Only what was first seen in this time, e.g. 90d.")
@json_option
@click.pass_context
def rematch(
    context: click.Context,
    watchlists: tuple[str, ...],
    since: timedelta | None,
    as_json: bool,
) -> None:
    """Match the archive again after an edit of a watchlist. Never mails."""
    from aggregator.intake import archive
    from aggregator.intake.context import Intake
    from aggregator.store.lock import run_lock

    config = load_config(context)
    for watchlist_id in watchlists:
        check_known("watchlist", watchlist_id, (item.id for item in config.watchlists))
    with run_lock(config.settings.database), closing(open_database(config)) as db:
        desk = Intake(config, db)
        with db.transaction():
            archive.note_watchlists(config, db)
            archive.request_rematch(desk, watchlists)
        now = clock()
        done = archive.rematch_some(
            desk,
            now=now,
            since=now - since if since else None,
            is_over=lambda: False,
        )
    if as_json:
        print_json({"articles": done})
    elif sys.stdout.isatty():
        click.echo(f"{counted(done, 'article')} matched again")


def show_report(config: Config, report: RunReport, *, as_json: bool = False) -> None:
    """Print what a run did: to a terminal, as JSON, or only what went wrong."""
    if as_json:
        from dataclasses import asdict

        print_json(asdict(report))
    elif sys.stdout.isatty():
        click.echo(describe_report(report))
    for problem in report.problems:
        click.echo(f"aggregator: {problem}", err=True)
    if report.exit_code and report.feeds_due:
        click.echo(
            f"aggregator: none of {report.feeds_due} feeds could be read"
            f" ({config.path}): is there a network?"
            " `make demo` shows the program without one.",
            err=True,
        )


def describe_report(report: RunReport) -> str:
    """Return a run in two lines."""
    seconds = (report.finished_at - report.started_at).total_seconds()
    feeds = (
        f"{counted(report.feeds_due, 'feed')} due: {report.fetched} read,"
        f" {report.not_modified} unchanged, {report.failed} failed ({seconds:.0f} s)"
    )
    found = (
        f"{counted(report.articles_new, 'new article')},"
        f" {counted(report.articles_scraped, 'page')} scraped,"
        f" {report.matches_new} matches,"
        f" {counted(report.alerts_queued, 'alert')} queued, {report.alerts_sent} sent"
    )
    lines = [feeds, found]
    if report.waiting:
        lines.append(f"{report.waiting} pages wait for the next run")
    return "\n".join(lines)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar a phase on a terminal; stay silent elsewhere."""
    from aggregator.poll.state import silent

    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    with Progress(
        TextColumn("{task.description:6}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        tasks = {}

        def show(phase: str, done: int, total: int, what: str = "") -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total, what=what)
            bars.update(tasks[phase], completed=done, total=total, what=what)

        yield show
