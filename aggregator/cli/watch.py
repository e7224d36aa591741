"""watch test and watch diff: what a watchlist finds, before anybody is mailed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypedDict

import click

from aggregator.cli.parts import (
    Refused,
    check_known,
    clock,
    counted,
    duration_option,
    json_option,
    load_config,
    open_database,
    print_json,
)
from aggregator.errors import AggregatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from typing import TextIO

    from aggregator.match import Matcher
    from aggregator.model import Config, Document, Flag, Watchlist

# Lines printed of what a test over the archive finds.
SHOWN = 50
# The id of a watchlist that is made of a query; a real id holds no blank.
QUERY = "a query"


class Change(TypedDict):
    """What an edit does to one watchlist; articles as {id, title}."""

    added: list[dict[str, object]]
    dropped: list[dict[str, object]]
    before: int


@click.group()
def watch() -> None:
    """Try watchlists on texts and on the archive."""


@watch.command("test")
@click.argument("watchlist")
@click.option("--text", help="A text to try.")
@click.option("--file", type=click.File(encoding="utf-8"), help="A text file.")
@click.option("--url", help="A page: fetched politely and extracted.")
@duration_option("--since", help="The archive of this time, e.g. 30d.")
@click.option("--language", default="tr", show_default=True)
@json_option
@click.pass_context
def watch_test(
    context: click.Context,
    watchlist: str,
    text: str | None,
    file: TextIO | None,
    url: str | None,
    since: timedelta | None,
    language: str,
    as_json: bool,
) -> None:
    """Show what WATCHLIST matches in a text, a page or the archive, and why.

    The first line of a text is its title. WATCHLIST is an id, or a query of its own
    such as '@izmir AND fuar'.
    """
    from aggregator.model import Document

    config = load_config(context)
    wanted = find_watchlist(config, watchlist)
    matcher = _matcher(config, wanted)
    found: Iterator[tuple[str, tuple[Flag, ...]]]
    if url:
        found = iter([(url, matcher.flags(_page(config, url)))])
    elif text is not None or file is not None:
        whole = _whole(file) if file is not None else text or ""
        title, _, rest = whole.partition("\n")
        document = Document(title=title, text=rest.strip(), language=language)
        found = iter([(title, matcher.flags(document))])
    else:
        found = _archive(config, matcher, since)
    if as_json:
        print_json([_as_dict(label, flags) for label, flags in found if flags])
        return
    _print_found(found)
    if wanted.id == QUERY:
        click.echo(f"{watchlist!r} is no watchlist's id: read as a query", err=True)


@watch.command("diff")
@click.argument("watchlist", required=False)
@click.option(
    "--edited",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="The edited feeds.yaml.",
)
@duration_option("--since", help="Only the archive of this time, e.g. 30d.")
@json_option
@click.pass_context
def watch_diff(
    context: click.Context,
    watchlist: str | None,
    edited: str,
    since: timedelta | None,
    as_json: bool,
) -> None:
    """Count what an edited configuration would add and drop over the archive."""
    from aggregator import config as configuration

    before = load_config(context)
    after = configuration.load(edited)
    ids = {item.id for item in (*before.watchlists, *after.watchlists)}
    if watchlist is not None:
        check_known("watchlist", watchlist, ids)
    changes = _compare(before, after, watchlist, since)
    if as_json:
        print_json(changes)
        return
    for key, change in changes.items():
        added, dropped = change["added"], change["dropped"]
        click.echo(f"{key}: +{len(added)} -{len(dropped)} (of {change['before']})")
        for sign, items in (("+", added), ("-", dropped)):
            for item in items[:SHOWN]:
                click.echo(f"  {sign} {item['id']}  {item['title']}")


def find_watchlist(config: Config, wanted: str) -> Watchlist:
    """Return the watchlist of that id, or one made of that query.

    Raises:
        Refused: it is empty, or looks like an id that does not exist.
    """
    from aggregator.model import Watchlist

    if not wanted.strip():
        raise Refused("a watchlist's id or a query is missing")
    for watchlist in config.watchlists:
        if watchlist.id == wanted:
            return watchlist
    plain = wanted.replace("-", "").isalnum() and wanted.islower()
    if plain and "-" in wanted:
        ids = ", ".join(item.id for item in config.watchlists)
        raise Refused(f"no watchlist {wanted!r}; there are: {ids}")
    return Watchlist(id=QUERY, title=wanted, query=wanted)


def _matcher(config: Config, *watchlists: Watchlist) -> Matcher:
    from aggregator import match

    try:
        return match.compile_watchlists(config.names, watchlists)
    except AggregatorError as error:
        raise Refused(str(error)) from error


def _whole(file: TextIO) -> str:
    """Return what a file holds.

    Raises:
        Refused: it is not UTF-8.
    """
    try:
        return file.read()
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise Refused(f"{file.name}: not UTF-8 (byte {byte:#04x})") from error


def _page(config: Config, url: str) -> Document:
    from aggregator.poll import probe

    article = probe.read_page(config, url, now=clock())
    from aggregator.model import Document

    return Document(
        title=article.title,
        lead=article.lead,
        text=article.text,
        language=article.language or "tr",
    )


def _archive(
    config: Config, matcher: Matcher, since: timedelta | None
) -> Iterator[tuple[str, tuple[Flag, ...]]]:
    from aggregator.store import articles

    with closing(open_database(config)) as db:
        start = clock() - since if since else None
        for article in articles.archive(db, since=start):
            label = f"{article.id}  {article.outlet}: {article.title}"
            yield label, matcher.flags(articles.as_document(article))


def _compare(
    before: Config, after: Config, only: str | None, since: timedelta | None
) -> dict[str, Change]:
    from aggregator.store import articles

    old, new = _matcher(before, *before.watchlists), _matcher(after, *after.watchlists)
    changes: dict[str, Change] = {
        item.id: {"added": [], "dropped": [], "before": 0}
        for item in (*before.watchlists, *after.watchlists)
        if only in (None, item.id)
    }
    with closing(open_database(before)) as db:
        start = clock() - since if since else None
        for article in articles.archive(db, since=start):
            document = articles.as_document(article)
            had = {flag.watchlist_id for flag in old.flags(document)}
            has = {flag.watchlist_id for flag in new.flags(document)}
            label: dict[str, object] = {"id": article.id, "title": article.title}
            for key in had & changes.keys():
                changes[key]["before"] += 1
            for key in (has - had) & changes.keys():
                changes[key]["added"].append(label)
            for key in (had - has) & changes.keys():
                changes[key]["dropped"].append(label)
    return changes


def _print_found(found: Iterator[tuple[str, tuple[Flag, ...]]]) -> None:
    """Print each text that matches, and every sentence that makes it match once."""
    total = 0
    for label, flags in found:
        if not flags:
            continue
        total += 1
        if total > SHOWN:
            continue
        click.echo(label)
        for flag in flags:
            click.echo(f"    score {flag.score:g}")
            for (field, snippet), said in _by_sentence(flag).items():
                click.echo(f"    {field}: {', '.join(said)}")
                click.echo(f"        {snippet}")
    if total > SHOWN:
        click.echo(f"... and {total - SHOWN} more (all of them: --json)")
    click.echo(f"{counted(total, 'text')} {'matches' if total == 1 else 'match'}")


def _by_sentence(flag: Flag) -> dict[tuple[str, str], list[str]]:
    """Return what was found in each sentence, in the order of the text."""
    found: dict[tuple[str, str], list[str]] = {}
    for match in flag.matches:
        said = f"«{match.surface}» ({match.term})"
        mine = found.setdefault((match.field, match.snippet), [])
        if said not in mine:
            mine.append(said)
    return found


def _as_dict(label: str, flags: tuple[Flag, ...]) -> dict[str, object]:
    from dataclasses import asdict

    return {"text": label, "flags": [asdict(flag) for flag in flags]}
