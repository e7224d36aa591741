"""The desk's own notes in triage.db: judgements, edits of stories, feed tokens.

The archive can be rebuilt from the press, this file cannot: rows are only ever added (a
token alone is changed, when it is revoked). Only the desk writes it; a run reads
`story_edits`. All functions take a plain connection, because the desk's connections are
Datasette's; those that write commit.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aggregator.errors import StoreError
from aggregator.store.db import instant, parse_instant
from aggregator.store.lock import opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aggregator.store.db import Connection

# Raise it with each migration added in `triage_schema`.
SCHEMA_VERSION = 1

# A mark is one thing that a person said about a story: value '' takes it back.
MarkKind = Literal["verdict", "star", "note", "assignee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A row of `marks`."""

    id: int
    story_id: int
    kind: MarkKind
    value: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What holds for a story now. The verdict is the desk's, the star the viewer's."""

    verdict: str = ""  # relevant, irrelevant, '': not judged
    starred: bool = False
    assignee: str = ""
    notes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEdit:
    """A person's decision about stories; the next run applies it, and it wins.

    split: `article_id` leaves `story_id` for a story of its own.
    merge: everything in `story_id` belongs to `other_id`.
    """

    id: int
    kind: Literal["split", "merge"]
    story_id: int
    article_id: int | None
    other_id: int | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedToken:
    """A feed reader's secret, without the secret. revoked_at None: it is valid."""

    id: int
    actor: str
    label: str
    created_at: datetime
    revoked_at: datetime | None


def triage_path(database: str | Path) -> Path:
    """Return where the notes of a news database lie: beside it."""
    return Path(database).with_name("triage.db")


def open_triage(path: str | Path) -> Connection:
    """Open (and if need be make) triage.db.

    Raises:
        StoreError: it cannot be opened, is no database, or cannot be written.
    """
    try:
        with opening(Path(path).parent):
            return _connect(path)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {error}") from error
    except OSError as error:  # its own words name the file again
        raise StoreError(f"{path}: {error.strerror or error}") from error


def pending_edits(path: str | Path, after_id: int) -> list[StoryEdit]:
    """Return `story_edits` of a file that is only read; none when it does not exist.

    Raises:
        StoreError: it cannot be read.
    """
    if not Path(path).exists():
        return []
    try:
        conn = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)
        conn.row_factory = sqlite3.Row
        with closing(conn):
            return story_edits(conn, after_id)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {error}") from error


# -- judgements ------------------------------------------------------------------------


def add_mark(
    conn: Connection,
    story_id: int,
    kind: MarkKind,
    value: str,
    *,
    actor: str,
    at: datetime,
) -> int:
    """Add what a person says about a story; return the row's id."""
    with conn:
        return _insert(
            conn,
            "marks",
            {
                "story_id": story_id,
                "kind": kind,
                "value": value,
                "actor": actor,
                "at": instant(at),
            },
        )


def marks_of(conn: Connection, story_ids: Iterable[int]) -> list[Mark]:
    """Return the log of a story (its old ids included), oldest first."""
    rows = conn.execute(
        "select id, story_id, kind, value, actor, at from marks"
        " where story_id in (select value from json_each(?)) order by id",
        (json.dumps(list(story_ids)),),
    )
    return [Mark(**_timed(row, "at")) for row in rows]


def states(
    conn: Connection, story_ids: Mapping[int, int], actor: str
) -> dict[int, State]:
    """Return what holds for stories.

    Args:
        conn: triage.db.
        story_ids: every id a story ever had, mapped to its present id.
        actor: whose stars count.
    """
    found: dict[int, State] = {}
    for mark in marks_of(conn, story_ids):
        now = story_ids[mark.story_id]
        found[now] = _after(found.get(now, State()), mark, actor)
    return found


def marked_stories(
    conn: Connection, kind: MarkKind, *, actor: str | None = None, limit: int = 1000
) -> list[int]:
    """Return ids of stories that ever got such a mark, latest first.

    Args:
        conn: triage.db.
        kind: which marks.
        actor: only this person's marks; None: everybody's.
        limit: how many ids at most.
    """
    rows = conn.execute(
        "select story_id from marks where kind = ? and (? is null or actor = ?)"
        " group by story_id order by max(id) desc limit ?",
        (kind, actor, actor, limit),
    )
    return [row[0] for row in rows]


def verdicts(conn: Connection) -> dict[int, str]:
    """Return the latest verdict of every story that was ever judged."""
    rows = conn.execute(
        "select story_id, value from marks where kind = 'verdict' order by id"
    )
    return {row[0]: row[1] for row in rows}


def note_look(conn: Connection, actor: str, at: datetime) -> None:
    """Note that a person has seen everything up to now."""
    with conn:
        _insert(conn, "looks", {"actor": actor, "at": instant(at)})


def last_look(conn: Connection, actor: str) -> datetime | None:
    """Return when a person had seen everything; None: never said so."""
    row = conn.execute(
        "select at from looks where actor = ? order by id desc limit 1", (actor,)
    ).fetchone()
    return None if row is None else parse_instant(row[0])


# -- edits of stories ------------------------------------------------------------------


def add_split(
    conn: Connection, story_id: int, article_id: int, *, actor: str, at: datetime
) -> int:
    """Say that an article does not belong to its story."""
    row = {"kind": "split", "story_id": story_id, "article_id": article_id}
    with conn:
        return _insert(conn, "story_edits", {**row, "actor": actor, "at": instant(at)})


def add_merge(
    conn: Connection, story_id: int, other_id: int, *, actor: str, at: datetime
) -> int:
    """Say that a story's articles belong to another story."""
    row = {"kind": "merge", "story_id": story_id, "other_id": other_id}
    with conn:
        return _insert(conn, "story_edits", {**row, "actor": actor, "at": instant(at)})


def story_edits(conn: Connection, after_id: int = 0) -> list[StoryEdit]:
    """Return the edits added after that row, in order; a run applies them once."""
    rows = conn.execute(
        "select id, kind, story_id, article_id, other_id, actor, at from story_edits"
        " where id > ? order by id",
        (after_id,),
    )
    return [StoryEdit(**_timed(row, "at")) for row in rows]


def edits_of(conn: Connection, story_ids: Iterable[int]) -> list[StoryEdit]:
    """Return the edits that name a story (its old ids included), oldest first."""
    ids = json.dumps(list(story_ids))
    rows = conn.execute(
        "select id, kind, story_id, article_id, other_id, actor, at from story_edits"
        " where story_id in (select value from json_each(?))"
        " or other_id in (select value from json_each(?)) order by id",
        (ids, ids),
    )
    return [StoryEdit(**_timed(row, "at")) for row in rows]


# -- feed tokens -----------------------------------------------------------------------


def make_token(conn: Connection, actor: str, label: str, at: datetime) -> str:
    """Make a feed token and return the secret, which is shown once and not kept."""
    secret = secrets.token_urlsafe(24)
    with conn:
        _insert(
            conn,
            "feed_tokens",
            {
                "actor": actor,
                "label": label,
                "hash": _hashed(secret),
                "created_at": instant(at),
            },
        )
    return secret


def token_actor(conn: Connection, secret: str) -> str | None:
    """Return whose token this is; None: unknown or revoked."""
    row = conn.execute(
        "select actor from feed_tokens where hash = ? and revoked_at is null",
        (_hashed(secret),),
    ).fetchone()
    return None if row is None else str(row[0])


def tokens_of(conn: Connection, actor: str) -> list[FeedToken]:
    """Return a person's tokens, newest first, revoked ones included."""
    rows = conn.execute(
        "select id, actor, label, created_at, revoked_at from feed_tokens"
        " where actor = ? order by id desc",
        (actor,),
    )
    return [FeedToken(**_timed(row, "created_at", "revoked_at")) for row in rows]


def revoke_token(conn: Connection, token_id: int, actor: str, at: datetime) -> bool:
    """Make a person's own token useless; False: it is not theirs, or already was."""
    with conn:
        changed = conn.execute(
            "update feed_tokens set revoked_at = ?"
            " where id = ? and actor = ? and revoked_at is null",
            (instant(at), token_id, actor),
        )
    return changed.rowcount == 1


def _connect(path: str | Path) -> Connection:
    conn = sqlite3.connect(str(path), timeout=30)
    try:
        conn.row_factory = sqlite3.Row
        conn.execute("pragma journal_mode = wal")
        _migrate(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def _migrate(conn: Connection) -> None:
    if conn.execute("pragma user_version").fetchone()[0] == SCHEMA_VERSION:
        return
    from sqlite_utils import Database  # noqa: PLC0415 - slow, and rarely needed

    from aggregator.store.triage_schema import migrations  # noqa: PLC0415 - as above

    migrations.apply(Database(conn))
    conn.execute(f"pragma user_version = {SCHEMA_VERSION}")
    conn.commit()


def _after(state: State, mark: Mark, actor: str) -> State:
    """Return the state once a later mark is taken into account."""
    if mark.kind == "verdict":
        return replace(state, verdict=mark.value)
    if mark.kind == "assignee":
        return replace(state, assignee=mark.value)
    if mark.kind == "note":
        return replace(state, notes=state.notes + 1)
    if mark.actor != actor:
        return state
    return replace(state, starred=bool(mark.value))


def _hashed(secret: str) -> str:
    """Return what is kept of a secret; it is random, so it needs neither salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _timed(row: sqlite3.Row, *columns: str) -> dict[str, Any]:
    found = dict(row)
    for column in columns:
        found[column] = parse_instant(found[column])
    return found


def _insert(conn: Connection, table: str, row: dict[str, Any]) -> int:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"insert into {table} ({names}) values ({marks})"
    return conn.execute(sql, tuple(row.values())).lastrowid or 0
