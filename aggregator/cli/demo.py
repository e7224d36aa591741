"""demo: the whole program on bundled sample outlets, without a network."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.desk import open_desk
from aggregator.cli.parts import clock, print_table
from aggregator.cli.run import describe_report

if TYPE_CHECKING:
    from aggregator.demo import Demo
    from aggregator.model import Config, RunReport

# How many flagged stories the summary shows.
SHOWN = 12


@click.command()
@click.option(
    "--once", is_flag=True, help="End after the summary: do not open the desk."
)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--folder",
    default="db/demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where database and mails go; emptied first.",
)
def demo(once: bool, port: int, folder: Path) -> None:
    """Try the whole program on sample outlets, without a network.

    They are polled on loopback, mails go into a local mailbox, and the desk opens. The
    outlets are made up, in Turkish, Azerbaijani, English and Russian.
    """
    from aggregator import config as configuration
    from aggregator import demo as samples

    url = f"http://127.0.0.1:{port}"
    with samples.start(folder, now=clock(), desk_url=url) as shown:
        config = configuration.load(str(shown.config_path))
        click.echo(
            f"{len(config.feeds)} sample outlets on loopback, files in {folder}/"
        )
        _poll(config, "1st poll (what is there already is old news)", deliver=False)
        click.echo(f"\n{shown.publish_more(clock())} more articles are published")
        _poll(config, "2nd poll")
        _poll(config, "3rd poll (nothing changed)")
        _summarise(config, shown)
        if not once:
            # The sample sites stay up as long as the desk links to them.
            click.echo()
            open_desk(config, "127.0.0.1", port)


def _poll(config: Config, title: str, *, deliver: bool = True) -> RunReport:
    from aggregator.poll import Options, run

    report = run(config, Options(force=True, deliver=deliver), clock=clock)
    click.secho(f"\n{title}", bold=True)
    click.echo(describe_report(report))
    for problem in report.problems:
        click.echo(f"problem: {problem}", err=True)
    return report


def _summarise(config: Config, shown: Demo) -> None:
    """Print what was flagged and what was mailed."""
    from aggregator.store import open_db

    with closing(open_db(config.settings.database)) as db:
        rows = db.rows(
            "select f.watchlist_id, f.title, f.articles, f.outlets, f.score"
            " from flagged f order by f.last_seen_at desc, f.score desc limit ?",
            (SHOWN,),
        )
        total = db.value("select count(*) from flagged")
    click.secho(f"\nFlagged stories ({total}; the newest)", bold=True)
    print_table(
        ("watchlist", "story", "articles", "outlets", "score"),
        [(row[0], row[1], row[2], row[3], f"{row[4]:.0f}") for row in rows],
    )
    mails = shown.mails()
    click.secho(f"\nMails in {shown.maildir} ({len(mails)})", bold=True)
    print_table(
        ("to", "subject"), [(mail["To"], str(mail["Subject"])) for mail in mails]
    )
