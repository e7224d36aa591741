"""What is remembered of feeds and hosts.

Writing functions run inside the caller's transaction.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.model import FeedHints, FeedState, HostState, Robots, Validators
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import Feed
    from aggregator.store.db import Db, Row

# Item hashes kept a feed: those of its last document first, so an item is parsed again
# only when it left the document long ago; it is still known by its key then.
KNOWN_ITEMS = 2_000

_TIMES = ("state_since", "last_polled_at", "last_success_at", "last_new_at")


def sync(db: Db, feeds: Iterable[Feed], shown_url: dict[str, str]) -> None:
    """Bring the copy of the configuration up to date.

    Args:
        db: the store.
        feeds: all that are configured; a feed that is missing becomes disabled.
        shown_url: each feed's address with its secrets masked, by id.
    """
    stored = {
        row[0]: tuple(row)
        for row in db.rows(
            "select feed_id, outlet, url, kind, language, category, region, own,"
            " enabled from feeds"
        )
    }
    wanted = {
        feed.id: (
            feed.id,
            feed.outlet,
            shown_url[feed.id],
            feed.kind,
            feed.language,
            feed.category,
            feed.region,
            int(feed.own),
            int(feed.enabled),
        )
        for feed in feeds
    }
    for feed_id, row in wanted.items():
        old = stored.get(feed_id)
        if old is not None and old[2] != row[2]:
            # Another address: what was learned of the old one is worth nothing.
            db.write(
                "update feeds set memory = '{}', known_items = '', next_poll_at = null,"
                " failures = 0 where feed_id = ?",
                (feed_id,),
            )
        if old != row:
            db.write(
                "insert into feeds (feed_id, outlet, url, kind, language, category,"
                " region, own, enabled) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict (feed_id) do update set outlet = excluded.outlet,"
                " url = excluded.url, kind = excluded.kind,"
                " language = excluded.language, category = excluded.category,"
                " region = excluded.region, own = excluded.own,"
                " enabled = excluded.enabled",
                row,
            )
    for feed_id in stored.keys() - wanted.keys():
        db.write("update feeds set enabled = 0 where feed_id = ?", (feed_id,))


def load_states(db: Db) -> dict[str, FeedState]:
    """Return what is remembered of each feed, by id."""
    return {row["feed_id"]: _state(row) for row in db.rows("select * from feeds")}


def known_items(db: Db, feed_id: str) -> frozenset[str]:
    """Return the hashes of the items a feed showed lately."""
    found = db.value("select known_items from feeds where feed_id = ?", (feed_id,))
    return frozenset((found or "").split())


def add_known_items(db: Db, feed_id: str, new: Iterable[str]) -> None:
    """Remember items, newest first: KNOWN_ITEMS, or more if a document has more."""
    fresh = list(dict.fromkeys(new))
    old = db.value("select known_items from feeds where feed_id = ?", (feed_id,)) or ""
    seen = set(fresh)
    kept = fresh + [item for item in old.split() if item not in seen]
    limit = max(KNOWN_ITEMS, len(fresh))
    db.write(
        "update feeds set known_items = ? where feed_id = ?",
        (" ".join(kept[:limit]), feed_id),
    )


def save_state(db: Db, state: FeedState) -> None:
    """Write what is remembered of a feed; its row exists (see `sync`)."""
    save_states(db, [state])


def save_states(db: Db, states: Iterable[FeedState]) -> None:
    """Write what is remembered of feeds, as `save_state` does of one."""
    db.conn.executemany(
        "update feeds set state = ?, state_since = ?, last_polled_at = ?,"
        " last_success_at = ?, last_new_at = ?, failures = ?, status = ?, error = ?,"
        " next_poll_at = ?, memory = ? where feed_id = ?",
        [
            (
                state.state,
                *(instant(getattr(state, name)) for name in _TIMES),
                state.failures,
                state.status,
                state.error,
                instant(state.next_poll_at),
                _memory(state),
                state.feed_id,
            )
            for state in states
        ],
    )


def hasten(db: Db, feed_id: str, at: datetime) -> None:
    """Have a healthy feed asked at a time, if it would be asked later."""
    db.write(
        "update feeds set next_poll_at = ? where feed_id = ? and enabled"
        " and failures = 0 and next_poll_at > ?",
        (instant(at), feed_id, instant(at)),
    )


def load_hosts(db: Db) -> dict[str, HostState]:
    """Return what is remembered of each host."""
    hosts = {}
    for row in db.rows("select * from hosts"):
        robots = json.loads(row["robots"] or "[]")
        for item in robots:
            item["fetched_at"] = datetime.fromisoformat(item["fetched_at"])
        hosts[row["host"]] = HostState(
            host=row["host"],
            retry_after_until=parse_instant(row["retry_after_until"]),
            failures=row["failures"],
            robots=tuple(Robots(**item) for item in robots),
        )
    return hosts


def save_host(db: Db, host: HostState) -> None:
    """Write what is remembered of a host."""
    robots = json.dumps([asdict(item) for item in host.robots], default=instant)
    db.write(
        "insert or replace into hosts (host, retry_after_until, failures, robots)"
        " values (?, ?, ?, ?)",
        (host.host, instant(host.retry_after_until), host.failures, robots),
    )


def newest_entry_at(db: Db, feed_id: str) -> datetime | None:
    """Return when the newest stored entry of a feed was published (else seen)."""
    return parse_instant(
        db.value(
            "select max(coalesce(published_at, first_seen_at)) from entries"
            " where feed_id = ?",
            (feed_id,),
        )
    )


def _memory(state: FeedState) -> str:
    rest: dict[str, Any] = {
        "url": state.url,
        "validators": asdict(state.validators) if state.validators else None,
        "body_hash": state.body_hash,
        "rhythm": _seconds(state.rhythm),
        "depth": _seconds(state.depth),
        "weekends": state.weekends,
        "every": _seconds(state.hints.every),
        "skip_hours": state.hints.skip_hours,
        "skip_days": state.hints.skip_days,
        "max_age": _seconds(state.max_age),
        "moved_to": state.moved_to,
        "moved_first_at": instant(state.moved_first_at),
        "moved_last_at": instant(state.moved_last_at),
        "moved_count": state.moved_count,
        "gone_since": instant(state.gone_since),
        "notes": state.notes,
    }
    return json.dumps(
        {key: value for key, value in rest.items() if value not in (None, [], ())},
        ensure_ascii=False,
    )


def _state(row: Row) -> FeedState:
    rest = json.loads(row["memory"])
    validators = rest.get("validators")
    return FeedState(
        feed_id=row["feed_id"],
        url=rest.get("url"),
        validators=Validators(**validators) if validators else None,
        body_hash=rest.get("body_hash"),
        state=row["state"],
        state_since=parse_instant(row["state_since"]),
        last_polled_at=parse_instant(row["last_polled_at"]),
        last_success_at=parse_instant(row["last_success_at"]),
        last_new_at=parse_instant(row["last_new_at"]),
        failures=row["failures"],
        status=row["status"],
        error=row["error"],
        next_poll_at=parse_instant(row["next_poll_at"]),
        rhythm=_duration(rest.get("rhythm")),
        depth=_duration(rest.get("depth")),
        weekends=rest.get("weekends", True),
        hints=FeedHints(
            every=_duration(rest.get("every")),
            skip_hours=tuple(rest.get("skip_hours", ())),
            skip_days=tuple(rest.get("skip_days", ())),
        ),
        max_age=_duration(rest.get("max_age")),
        moved_to=rest.get("moved_to"),
        moved_first_at=parse_instant(rest.get("moved_first_at")),
        moved_last_at=parse_instant(rest.get("moved_last_at")),
        moved_count=rest.get("moved_count", 0),
        gone_since=parse_instant(rest.get("gone_since")),
        notes=tuple(rest.get("notes", ())),
    )


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _duration(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
