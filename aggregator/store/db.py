"""Opening the database, transactions, and times as text."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.errors import StoreError
from aggregator.store.lock import opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Connection = sqlite3.Connection
Row = sqlite3.Row


class Db:
    """An open database with one writer. Use `open_db`; close it when done."""

    def __init__(self, conn: Connection, path: Path) -> None:
        self.conn = conn
        self.path = path

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a query."""
        return self.conn.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Return the first row, or None."""
        found: Row | None = self.conn.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None."""
        found = self.conn.execute(sql, parameters).fetchone()
        return None if found is None else found[0]

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Execute one statement; return the id of the row it inserted, else 0."""
        return self.conn.execute(sql, parameters).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside together, or nothing.

        A row that the schema refuses is a mistake of ours about one feed or article and
        comes through as it is.

        Raises:
            StoreError: the database is locked, full, damaged or read-only.
        """
        try:
            self.conn.execute("begin immediate")
            try:
                yield
            except BaseException:
                self.conn.rollback()
                raise
            self.conn.commit()
        except (
            sqlite3.IntegrityError,
            sqlite3.DataError,
            sqlite3.ProgrammingError,
        ):
            raise
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path}: {error}") from error

    def close(self) -> None:
        """Close the connection; WAL is folded back when it was the last."""
        self.conn.close()


def open_db(path: str | Path) -> Db:
    """Open (and if need be make or migrate) the database.

    Args:
        path: the file, or ':memory:'. Its folder is made.

    Raises:
        StoreError: it cannot be opened, is no database, or cannot be written.
    """
    file = Path(path)
    try:
        if str(path) == ":memory:":
            return Db(_connect(path), file)
        with opening(file.parent):
            return Db(_connect(path), file)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {error}") from error
    except OSError as error:  # its own words name the file again
        raise StoreError(f"{path}: {error.strerror or error}") from error


def _connect(path: str | Path) -> Connection:
    conn = sqlite3.connect(str(path), isolation_level=None, timeout=30)
    try:
        conn.row_factory = sqlite3.Row
        conn.execute("pragma journal_mode = wal")
        conn.execute("pragma synchronous = normal")
        conn.execute("pragma busy_timeout = 30000")
        conn.execute("pragma cache_size = -32000")
        _migrate(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def instant(at: datetime | None) -> str | None:
    """Return a time as the database keeps it."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds")


def parse_instant(text: str | None) -> datetime | None:
    """Return the time that the database kept."""
    return None if text is None else datetime.fromisoformat(text)


def _migrate(conn: Connection) -> None:
    """Apply what is pending; a database that is up to date costs one query."""
    version = conn.execute("pragma user_version").fetchone()[0]
    if version == SCHEMA_VERSION:
        return
    from sqlite_utils import Database  # noqa: PLC0415 - .11 s that an idle run saves

    from aggregator.store.schema import migrations  # noqa: PLC0415 - as above

    migrations.apply(Database(conn))
    conn.execute(f"pragma user_version = {SCHEMA_VERSION}")


# Raise it with each migration added in `schema`.
SCHEMA_VERSION = 4
