"""One run at a time: a lock file beside the database that dies with its owner."""

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
def run_lock(database: str | Path) -> Iterator[None]:
    """Hold the run's lock.

    The kernel frees it when the process ends, however it ends, so there is no stale
    lock to clear after `kill -9`.

    Raises:
        RunLocked: another run holds it.
        StoreError: the lock file cannot be made.
    """
    path = Path(f"{database}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(f"another run holds {path}") from error
        yield
    finally:
        os.close(handle)
