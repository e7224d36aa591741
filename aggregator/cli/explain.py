"""explain: an article's whole life, and why not."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.parts import (
    json_option,
    load_config,
    local_time,
    open_database,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Config


# A longer number is none that SQLite can hold.
LONGEST_ID = 19


@click.command()
@click.argument("article", metavar="URL_OR_ID")
@json_option
@click.pass_context
def explain(context: click.Context, article: str, as_json: bool) -> None:
    """Tell an article's whole life: seen, matched, mailed, and why.

    And why not: each step that did not happen says what stood in its way.
    """
    from aggregator import urls
    from aggregator.store import overview

    config = load_config(context)
    with closing(open_database(config)) as db:
        is_id = article.isascii() and article.isdigit() and len(article) < LONGEST_ID
        number = int(article) if is_id else None
        keys = [] if number is not None else [urls.canonical_url(article)]
        found = overview.find_article(db, keys, number)
        if found is None:
            raise click.ClickException(
                f"nothing is stored for {article}: no feed showed it"
                " (see `status` for sources that fail, and the view gaps)"
            )
        life = overview.life_of(db, found)
    if as_json:
        print_json(life)
        return
    for line in describe(config, life):
        click.echo(line)


def describe(config: Config, life: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Yield the life of an article in lines."""
    zone = config.settings.timezone
    article = life["article"][0]
    yield f"{article['id']}  {article['title']}"
    yield f"    {article['outlet']} · {article['url']}"
    yield (
        f"    published {local_time(article['published_at'], zone) or 'unknown'}"
        f" (by {article['date_source']}) · agency {article['agency'] or '–'}"
        f" · {article['words']} words · {article['versions']} version(s)"
    )
    yield "seen"
    for row in life["seen"]:
        yield (
            f"    {local_time(row['first_seen_at'], zone)}  {row['feed_id']}"
            f"  date in the feed: {row['date_raw'] or '–'}"
        )
    attempts = article["scrape_attempts"]
    yield f"page: {article['scrape_state']} after {attempts} attempt(s)"
    if article["scrape_error"]:
        yield f"    {article['scrape_error']}"
    if article["quiet"]:
        yield "    old news by rule (first run, re-issue, or over 72 hours): no alert"
    story = life["story"][0]
    yield (
        f"story {story['id']}: {story['articles']} article(s) in"
        f" {story['outlets']} outlet(s)"
    )
    for row in life["decisions"]:
        yield f"    {local_time(row['at'], zone)}  {row['action']}: {row['reason']}"
    for row in life["story_articles"]:
        sign = "=" if row["id"] == story["representative_id"] else " "
        yield f"  {sign} {row['id']}  {row['outlet']}  {row['url']}"
    yield from _told(life, zone)
    yield from _untold(config, life)


def _told(life: dict[str, list[dict[str, Any]]], zone: str) -> Iterator[str]:
    yield "flagged" if life["flags"] else "flagged: by no watchlist"
    for row in life["flags"]:
        yield f"    {row['watchlist_id']}: score {row['score']:g}"
        for hit in life["matches"]:
            if hit["watchlist_id"] == row["watchlist_id"]:
                yield f"        {hit['field']}: {hit['surface']} ({hit['term']})"
    yield "mailed" if life["deliveries"] else "mailed: to nobody"
    for row in life["deliveries"]:
        sent = local_time(row["sent_at"], zone)
        yield (
            f"    {row['kind']} to {row['recipient']}: {row['state']}"
            f" {sent} {row['error'] or ''}".rstrip()
        )


def _untold(config: Config, life: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Say of each recipient who heard nothing of the story, why."""
    told = {row["recipient"] for row in life["deliveries"]}
    scores = {row["watchlist_id"]: row["score"] for row in life["flags"]}
    thresholds = {item.id: item.threshold for item in config.watchlists}
    for subscription in config.alerts.subscriptions:
        if subscription.to in told:
            continue
        wanted = subscription.watchlists
        ours = {key for key in scores if wanted is None or key in wanted}
        loud = {key for key in ours if scores[key] >= thresholds.get(key, 0.0)}
        if not ours:
            why = "no watchlist of this subscription flags it"
        elif life["article"][0]["quiet"]:
            why = "old news by rule"
        elif not loud:
            why = "its score is below the threshold"
        else:
            why = "the watchlist or subscription is newer than the article"
        yield f"    not to {subscription.to}: {why}"
