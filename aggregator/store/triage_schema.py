"""Tables of triage.db, made only by migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA = (
    """
    create table marks (
        id integer primary key,
        story_id integer not null,
        kind text not null,      -- verdict, star, note, assignee
        value text not null,     -- relevant, irrelevant; 1; the text; the person; ''
        actor text not null,
        at text not null
    )
    """,
    "create index marks_story on marks (story_id, id)",
    "create index marks_kind on marks (kind, id)",
    """
    create table story_edits (
        id integer primary key,
        kind text not null,      -- split, merge
        story_id integer not null,
        article_id integer,      -- split: what leaves the story
        other_id integer,        -- merge: the story that it belongs to
        actor text not null,
        at text not null
    )
    """,
    "create index story_edits_story on story_edits (story_id)",
    """
    create table looks (         -- when a person had seen everything
        id integer primary key,
        actor text not null,
        at text not null
    )
    """,
    "create index looks_actor on looks (actor, id)",
    """
    create table feed_tokens (
        id integer primary key,
        actor text not null,
        label text not null,     -- where it is used, in the person's words
        hash text not null unique,
        created_at text not null,
        revoked_at text
    )
    """,
)

migrations = Migrations("triage")


@migrations()
def m0001_initial(db: Database) -> None:
    """Make everything of the first release."""
    for statement in SCHEMA:
        db.execute(statement)
