"""Vectors that the optional model made of texts, so that each is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.store.db import Db

# A story is compared with the newest 200 of three days; a vector has 1.5 KB.
KEPT = 2000


def find_vector(db: Db, key: str) -> bytes | None:
    """Return what was kept under a key."""
    found: bytes | None = db.value("select vector from vectors where key = ?", (key,))
    return found


def keep_vector(db: Db, key: str, vector: bytes) -> None:
    """Keep a vector, in the caller's transaction."""
    db.write("insert or ignore into vectors (key, vector) values (?, ?)", (key, vector))


def forget_vectors(db: Db) -> None:
    """Drop all but the newest, in the caller's transaction."""
    db.write(
        "delete from vectors where id <= (select max(id) from vectors) - ?", (KEPT,)
    )
