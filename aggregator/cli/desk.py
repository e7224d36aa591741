"""serve: the desk in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aggregator.cli.parts import clock, load_config, open_database

if TYPE_CHECKING:
    from aggregator.model import Config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.pass_context
def serve(context: click.Context, host: str, port: int) -> None:
    """Open the desk: Datasette on the database, with pages of ours.

    Another address than this machine's needs a password first: docs/operations.md.
    """
    config = load_config(context)
    open_database(config).close()  # made and migrated before anybody reads
    open_desk(config, host, port)


def open_desk(config: Config, host: str, port: int) -> None:
    """Serve the desk until it is stopped.

    Raises:
        click.ClickException: it cannot answer there.
    """
    from aggregator import browse

    click.echo(f"The desk is at http://{host}:{port}/ (Ctrl-C ends it)")
    try:
        browse.serve(config, host=host, port=port, clock=clock)
    except SystemExit as error:  # the server's own way to say that it did not start
        if error.code:
            what = (
                f"the desk cannot answer on {host}:{port}; is the port taken (--port)?"
            )
            raise click.ClickException(what) from error
