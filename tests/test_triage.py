"""triage.db: what people said is only added to, and a run reads edits once."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StoreError
from aggregator.store import triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 1, 6, 8, 0, tzinfo=UTC)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = triage.open_triage(tmp_path / "triage.db")
    yield opened
    opened.close()


def mark(conn: sqlite3.Connection, story: int, kind: str, value: str, who: str) -> None:
    triage.add_mark(conn, story, kind, value, actor=who, at=AT)  # type: ignore[arg-type]


def test_the_latest_verdict_counts_and_the_log_keeps_all(
    conn: sqlite3.Connection,
) -> None:
    mark(conn, 5, "verdict", "relevant", "analist")
    mark(conn, 5, "verdict", "irrelevant", "mudur")
    assert triage.states(conn, {5: 5}, "analist")[5].verdict == "irrelevant"
    assert [m.value for m in triage.marks_of(conn, [5])] == ["relevant", "irrelevant"]


def test_a_verdict_can_be_taken_back(conn: sqlite3.Connection) -> None:
    mark(conn, 5, "verdict", "relevant", "analist")
    mark(conn, 5, "verdict", "", "analist")
    assert triage.states(conn, {5: 5}, "analist")[5].verdict == ""
    assert triage.verdicts(conn) == {5: ""}


def test_a_star_is_its_persons_own(conn: sqlite3.Connection) -> None:
    mark(conn, 5, "star", "1", "analist")
    assert triage.states(conn, {5: 5}, "analist")[5].starred
    assert not triage.states(conn, {5: 5}, "mudur")[5].starred
    assert triage.marked_stories(conn, "star", actor="analist") == [5]
    assert triage.marked_stories(conn, "star", actor="mudur") == []


def test_notes_and_assignees_belong_to_the_story_not_to_a_person(
    conn: sqlite3.Connection,
) -> None:
    mark(conn, 5, "note", "Basın toplantısında sorulacak.", "analist")
    mark(conn, 5, "assignee", "mudur", "analist")
    state = triage.states(conn, {5: 5}, "mudur")[5]
    assert (state.notes, state.assignee) == (1, "mudur")


def test_what_was_said_under_an_old_id_holds_for_the_story_that_took_it_in(
    conn: sqlite3.Connection,
) -> None:
    mark(conn, 9, "verdict", "relevant", "analist")
    assert triage.states(conn, {5: 5, 9: 5}, "analist")[5].verdict == "relevant"


def test_a_run_reads_each_edit_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    assert triage.pending_edits(path, 0) == []
    conn = triage.open_triage(path)
    triage.add_split(conn, 5, 51, actor="analist", at=AT)
    last = triage.add_merge(conn, 5, 7, actor="analist", at=AT)
    conn.close()
    first, second = triage.pending_edits(path, 0)
    assert (first.kind, first.story_id, first.article_id) == ("split", 5, 51)
    assert (second.kind, second.story_id, second.other_id) == ("merge", 5, 7)
    assert first.at == AT
    assert triage.pending_edits(path, last) == []


def test_edits_are_found_from_either_story(conn: sqlite3.Connection) -> None:
    triage.add_merge(conn, 5, 7, actor="analist", at=AT)
    assert len(triage.edits_of(conn, [5])) == len(triage.edits_of(conn, [7])) == 1
    assert triage.edits_of(conn, [6]) == []


def test_a_token_is_kept_as_a_hash_and_can_be_revoked_by_its_owner_only(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    secret = triage.make_token(conn, "analist", "telefon", AT)
    assert triage.token_actor(conn, secret) == "analist"
    assert triage.token_actor(conn, secret + "x") is None
    conn.execute("pragma wal_checkpoint(truncate)")
    assert secret.encode() not in (tmp_path / "triage.db").read_bytes()
    (token,) = triage.tokens_of(conn, "analist")
    assert not triage.revoke_token(conn, token.id, "mudur", AT)
    assert triage.revoke_token(conn, token.id, "analist", AT)
    assert not triage.revoke_token(conn, token.id, "analist", AT)
    assert triage.token_actor(conn, secret) is None


def test_the_last_look_is_a_persons_own(conn: sqlite3.Connection) -> None:
    triage.note_look(conn, "analist", AT)
    triage.note_look(conn, "analist", AT + timedelta(hours=1))
    assert triage.last_look(conn, "analist") == AT + timedelta(hours=1)
    assert triage.last_look(conn, "mudur") is None


def test_opening_twice_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "triage.db"
    first = triage.open_triage(path)
    mark(first, 5, "star", "1", "analist")
    first.close()
    second = triage.open_triage(path)
    assert len(triage.marks_of(second, [5])) == 1
    second.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    path.write_text("no database at all, but long enough to look like one " * 40)
    with pytest.raises(StoreError, match=r"triage\.db"):
        triage.open_triage(path)
    with pytest.raises(StoreError, match=r"triage\.db"):
        triage.pending_edits(path, 0)
