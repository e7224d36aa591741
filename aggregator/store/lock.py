"""Locks beside the database: one run at a time, one delivery at a time, one migration.

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
def opening(folder: Path) -> Iterator[None]:
    """Wait until no other process opens a database here: it may be making its tables.

    After an upgrade cron's run and the desk start at the same moment. The folder itself
    is locked, so that no file is left.

    Raises:
        OSError: the folder cannot be made or read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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
