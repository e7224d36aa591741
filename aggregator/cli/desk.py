"""serve: the desk in a browser."""

from __future__ import annotations

import click

from aggregator.cli.parts import clock, load_config, open_database


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.pass_context
def serve(context: click.Context, host: str, port: int) -> None:
    """Open the desk: Datasette on the database, with pages of ours.

    Another host than loopback needs log-in configured in metadata.json.
    """
    from aggregator import browse

    config = load_config(context)
    open_database(config).close()  # made and migrated before anybody reads
    click.echo(f"The desk is at http://{host}:{port}/ (Ctrl-C ends it)")
    try:
        browse.serve(config, host=host, port=port, clock=clock)
    except SystemExit as error:  # the server's own way to say that it did not start
        if error.code:
            what = (
                f"the desk cannot answer on {host}:{port}; is the port taken (--port)?"
            )
            raise click.ClickException(what) from error
