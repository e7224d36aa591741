"""Documents that could not be read, kept for the sysadmin to see (polling.md 96)."""

from __future__ import annotations

from pathlib import Path


def unreadable_path(database: Path, feed_id: str) -> Path:
    """Return where a feed's last unreadable document is kept: beside the database."""
    return database.parent / "unreadable" / f"{feed_id}.bin"


def keep_document(database: Path, feed_id: str, body: bytes) -> str:
    """Write the start of a document, instead of the one before it.

    Returns:
        what went wrong with that, '' when nothing did: it must stop no run.
    """
    path = unreadable_path(database, feed_id)
    try:
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(body)
        part.replace(path)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""
