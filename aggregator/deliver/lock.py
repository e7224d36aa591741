"""One delivery at a time: a lock file beside the database that dies with its owner."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import RunLocked, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def deliver_lock(database: str | Path) -> Iterator[None]:
    """Hold the delivery's lock, which is not the run's: both may go on side by side.

    Raises:
        RunLocked: another delivery holds it.
        StoreError: the lock file cannot be made.
    """
    path = Path(f"{database}.deliver.lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(f"another delivery holds {path}") from error
        yield
    finally:
        os.close(handle)
