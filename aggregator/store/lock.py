"""Locks beside the database: one run at a time, one delivery at a time.

The kernel frees a lock when its process ends, however it ends, so there is no stale
lock to clear after `kill -9`.
"""

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
    """Hold the run's lock; the database itself is not touched.

    Raises:
        RunLocked: another run holds it.
        StoreError: the lock file cannot be made.
    """
    with _hold(Path(f"{database}.lock"), "run"):
        yield


@contextmanager
def deliver_lock(database: str | Path) -> Iterator[None]:
    """Hold the delivery's lock, which is not the run's: both may go on side by side.

    Raises:
        RunLocked: another delivery holds it.
        StoreError: the lock file cannot be made.
    """
    with _hold(Path(f"{database}.deliver.lock"), "delivery"):
        yield


@contextmanager
def _hold(path: Path, what: str) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(f"another {what} holds {path}") from error
        yield
    finally:
        os.close(handle)
