"""Small things that all of the desk's queries need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.store.db import Connection, Row


def ids_json(ids: Iterable[int]) -> str:
    """Return ids as the one parameter of `in (select value from json_each(?))`."""
    return json.dumps(list(ids))


def required(text: str) -> datetime:
    """Return a time of a column that is never null."""
    at = parse_instant(text)
    assert at is not None  # noqa: S101 - the column is not null
    return at


def shown_at(row: Row) -> datetime:
    """Return the time an article is listed under: its own, but never after we saw it.

    A date in the future is a mistake of the publisher (polling.md 80).
    """
    seen = required(row["first_seen_at"])
    published = parse_instant(row["published_at"])
    return seen if published is None else min(published, seen)


def first_article_since(conn: Connection, at: datetime) -> int:
    """Return the lowest id of the articles that arrived at or after a time.

    Ids rise in order of arrival, so that some twenty look-ups by primary key replace an
    index on the time of arrival.
    """
    moment = instant(at)
    high = _value(conn, "select coalesce(max(id), 0) + 1 from articles")
    low = _value(conn, "select coalesce(min(id), 1) from articles")
    while low < high:
        middle = (low + high) // 2
        row = conn.execute(
            "select id, first_seen_at from articles where id >= ? order by id limit 1",
            (middle,),
        ).fetchone()
        if row is None or row["first_seen_at"] >= moment:
            high = middle
        else:
            low = row["id"] + 1
    return int(low)


def _value(conn: Connection, sql: str) -> Any:
    return conn.execute(sql).fetchone()[0]
