"""What `status`, `doctor` and `explain` tell of the store, as plain dicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aggregator.urls import mask_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import Feed
    from aggregator.store.db import Db, Row

NEVER_POLLED = "never polled"
_WORST_FIRST = ("gone", "blocked", "failing", "quiet", NEVER_POLLED, "ok", "disabled")


def sources(db: Db, configured: Iterable[Feed] = ()) -> list[dict[str, Any]]:
    """Return the rows of `feed_health`, worst first, with since-when and notes.

    Args:
        db: the store.
        configured: feeds of which those that no run has met yet are listed too.

    Returns:
        a dict a feed. gaps, gaps_open: stretches noted so far, and those that nothing
        filled; last_gap_at: when the last one was found, None: never. The state of a
        feed that was never asked is NEVER_POLLED, which the view does not know.
    """
    rows = db.rows(
        "select h.*, f.state_since, f.memory, count(g.id) as gaps,"
        " coalesce(sum(not g.recovered), 0) as gaps_open,"
        " max(g.detected_at) as last_gap_at from feed_health h"
        " join feeds f on f.feed_id = h.feed_id"
        " left join gap_records g on g.feed_id = h.feed_id group by h.feed_id"
    )
    found = {row["feed_id"]: _source(row) for row in rows}
    for feed in configured:
        found.setdefault(feed.id, _unmet(feed))
    return sorted(
        found.values(),
        key=lambda row: (_WORST_FIRST.index(row["state"]), row["feed_id"]),
    )


def _source(row: Row) -> dict[str, Any]:
    names = [name for name in row.keys() if name != "memory"]  # noqa: SIM118 - a Row iterates its values
    source = {name: row[name] for name in names}
    source["notes"] = json.loads(row["memory"]).get("notes", [])
    if source["state"] == "ok" and source["last_polled_at"] is None:
        source["state"] = NEVER_POLLED
    return source


def _unmet(feed: Feed) -> dict[str, Any]:
    """Return the row of a feed that is configured and not in the store yet."""
    unknown = ("last_polled_at", "last_success_at", "last_new_at", "status", "error")
    return {
        "feed_id": feed.id,
        "outlet": feed.outlet,
        "url": mask_url(feed.url),
        "kind": feed.kind,
        "state": NEVER_POLLED if feed.enabled else "disabled",
        **dict.fromkeys((*unknown, "next_poll_at", "state_since", "last_gap_at")),
        **dict.fromkeys(("failures", "entries_24h", "gaps", "gaps_open"), 0),
        "notes": [],
    }


def summary(db: Db) -> dict[str, Any]:
    """Return the counts under the table of sources."""
    questions = {
        "last_run": "select max(finished_at) from run_records",
        "articles": "select count(*) from articles",
        "stories": "select count(*) from stories",
        "waiting": "select count(*) from articles where scrape_host is not null",
        "gaps_open": "select count(*) from gap_records where not recovered",
        "alerts_queued": "select count(*) from outbox where state = 'queued'",
        "alerts_dead": "select count(*) from outbox where state = 'dead'",
    }
    return {name: db.value(sql) for name, sql in questions.items()}


def find_article(db: Db, url_keys: list[str], article_id: int | None) -> int | None:
    """Return the id of the article with this id or canonical URL, or None."""
    if article_id is not None:
        found = db.value("select id from articles where id = ?", (article_id,))
        return None if found is None else int(found)
    for key in url_keys:
        found = db.value("select article_id from url_aliases where key = ?", (key,))
        if found is not None:
            return int(found)
    return None


def life_of(db: Db, article_id: int) -> dict[str, Any]:
    """Return an article's whole life: seen, fetched, grouped, matched, mailed."""
    questions = {
        "article": "select * from articles where id = ?",
        "seen": "select feed_id, key, guid, published_at, date_raw, first_seen_at"
        " from entries where article_id = ? order by id",
        "aliases": "select key from url_aliases where article_id = ?",
        "versions": "select n, seen_at, title from versions where article_id = ?"
        " order by n",
        "decisions": "select at, action, story_id, reason from decisions"
        " where article_id = ? order by id",
        "flags": "select watchlist_id, score, version, flagged_at from flags"
        " where article_id = ? order by 1",
        "matches": "select watchlist_id, term, surface, field, start, snippet"
        " from match_records where article_id = ? order by id",
        "story": "select id, title, articles, outlets, first_seen_at, last_seen_at,"
        " representative_id from stories"
        " where id = (select story_id from articles where id = ?)",
        "story_articles": "select id, outlet, url, copy_of, first_seen_at"
        " from articles where story_id ="
        " (select story_id from articles where id = ?) order by id",
        "deliveries": "select recipient, kind, state, attempts, message_id, queued_at,"
        " sent_at, error from deliveries where story_id ="
        " (select story_id from articles where id = ?)",
    }
    return {
        name: [dict(row) for row in db.rows(sql, (article_id,))]
        for name, sql in questions.items()
    }
