"""feeds add, import, export: the list of sources."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.parts import (
    Refused,
    clock,
    counted,
    json_option,
    load_config,
    print_json,
)


@click.group()
def feeds() -> None:
    """Add feeds to feeds.yaml, and exchange lists with other readers."""


@feeds.command("add")
@click.argument("url")
@click.option("--outlet", help="Default: the title that the feed gives itself.")
@click.option("--id", "feed_id", help="Default: made from the outlet.")
@click.option("--language", default="tr", show_default=True)
@click.option("--category", default="press", show_default=True)
@json_option
@click.pass_context
def add(
    context: click.Context,
    url: str,
    outlet: str | None,
    feed_id: str | None,
    language: str,
    category: str,
    as_json: bool,
) -> None:
    """Find the feed of a site (or take URL itself) and append it to feeds.yaml.

    Comments in the file survive.
    """
    from aggregator import config as configuration
    from aggregator.poll import probe

    config = load_config(context)
    found = probe.discover(config, url, now=clock())
    for feed in config.feeds:
        if configuration.is_same_address(feed.url, found.url):
            what = f"{found.url} is there already, as {feed.id}"
            raise Refused(what)
    name = outlet or found.title or url
    taken = {feed.id for feed in config.feeds}
    row = {
        "id": feed_id or configuration.suggest_id(name, found.url, taken),
        "outlet": name,
        "url": found.url,
        "kind": found.kind,
        "language": language,
        "category": category,
    }
    configuration.append_feed(context.obj, row)
    if as_json:
        print_json({**row, "entries": found.entries, "others": found.others})
        return
    click.echo(f"added {row['id']}: {found.url} ({found.entries} entries)")
    for other in found.others:
        click.echo(f"  also there: {other}")


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def import_opml(context: click.Context, file: Path, as_json: bool) -> None:
    """Append the feeds of an OPML file that are not configured yet, disabled.

    Switch them on after `check --network`.
    """
    from aggregator import config as configuration

    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
    added, there = configuration.import_into(context.obj, content, str(file))
    if as_json:
        print_json({"added": added, "there": there})
        return
    click.echo(
        f"{counted(added, 'feed')} added (enabled: false), {there} there already"
    )


@feeds.command("export")
@click.pass_context
def export_opml(context: click.Context) -> None:
    """Print all feeds as OPML 2.0."""
    from aggregator import config as configuration

    click.echo(configuration.export_opml(load_config(context)), nl=False)
