"""Threads that wait for servers, and processes that parse and extract.

Threads are cheap and hide latency. Parsing and extraction are pure CPU, so past a
second of it they go to processes; a pool costs about 100 MB and a second, so it
starts only when there is enough to do. A page that hangs costs its worker, not the run.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import queue
import threading
import time
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from aggregator.model import Visit, Visited

_T = TypeVar("_T")

# Seconds of parsing in the waiting threads before processes are started: what two of
# them take to start and to import. Documents whose items are known take milliseconds.
INLINE_SECONDS = 1.0
# What a process may take to start and to import, on a busy small machine.
START_SECONDS = 15.0
# A task whose pool ended because of another task is tried again.
ATTEMPTS = 3


class Workers:
    """The pools of one run; use as a context manager."""

    def __init__(self, hosts_at_once: int, processes: int) -> None:
        self._threads = _Threads(hosts_at_once)
        self._limit = hosts_at_once
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._warm: ProcessPoolExecutor | None = None  # it has given a result
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._spent = 0.0  # seconds of CPU on what was computed here

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=kind is None)
        if self._pool is not None:
            self._stop_pool(self._pool)

    def compute(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        timeout: float | None = None,
    ) -> Any:
        """Run a pure function: here while there is little to do, else in a process.

        Raises:
            TimeoutError: it took longer than `timeout` seconds; its process is ended.
            ChildProcessError: the process died on it.
        """
        for _ in range(ATTEMPTS):
            with self._lock:
                pooled = self._processes > 0 and (
                    timeout is not None or self._spent > INLINE_SECONDS
                )
                pool = self._open_pool() if pooled else None
            if pool is None:
                return self._compute_here(function, *arguments)
            try:
                future = pool.submit(function, *arguments)
            except RuntimeError:  # shut down, or broken, since we took it
                self._drop_pool(pool)
                continue
            try:
                result = future.result(self._patience(pool, timeout))
            except TimeoutError:
                self._drop_pool(pool)
                raise
            except CancelledError:  # another task hung, and the pool was ended
                self._drop_pool(pool)
            except BrokenProcessPool:  # a process died, on this task or another
                self._drop_pool(pool)
                return self.compute_alone(function, *arguments, timeout=timeout)
            else:
                self._warm = pool
                return result
        raise ChildProcessError("the worker process died")

    def compute_alone(
        self, function: Callable[..., Any], *arguments: Any, timeout: float | None
    ) -> Any:
        """Run what may hang, or kill its process, where it can harm no other.

        Raises:
            TimeoutError, ChildProcessError: as `compute`.
        """
        if not self._processes:
            return self._compute_here(function, *arguments)
        with self._alone:
            pool = self._new_pool(1)
            try:
                future = pool.submit(function, *arguments)
                return future.result(self._patience(pool, timeout))
            except BrokenProcessPool as error:
                raise ChildProcessError("the worker process died") from error
            finally:
                self._stop_pool(pool)

    def _compute_here(self, function: Callable[..., Any], *arguments: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*arguments)
        finally:
            with self._lock:
                self._spent += time.thread_time() - start

    def _patience(
        self, pool: ProcessPoolExecutor, timeout: float | None
    ) -> float | None:
        """Return how long to wait: until a pool gave a result, it is still starting."""
        started = timeout is None or self._warm is pool
        return timeout if started else (timeout or 0) + START_SECONDS

    def run_visits(
        self,
        queues: Iterable[Iterable[Visit]],
        function: Callable[[Visit], Visited],
    ) -> Iterator[Visited]:
        """Run each host's visits one after the other, and many hosts at once.

        Args:
            queues: one iterable of visits a host, consumed as the host gets its turn.
            function: what a visit does.

        Yields:
            what each visit brings, as it comes; never more than two rounds in memory.
        """
        waiting = deque(iter(queue) for queue in queues)
        running: dict[Future[Visited], Iterator[Visit]] = {}
        while waiting or running:
            while waiting and len(running) < self._limit:
                self._begin(waiting.popleft(), function, running)
            if not running:
                continue
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                queue = running.pop(future)
                yield future.result()
                self._begin(queue, function, running)

    def _begin(
        self,
        queue: Iterator[Visit],
        function: Callable[[Visit], Visited],
        running: dict[Future[Visited], Iterator[Visit]],
    ) -> None:
        visit = next(queue, None)
        if visit is not None:
            running[self._threads.submit(function, visit)] = queue

    def _open_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = self._new_pool(self._processes)
        return self._pool

    @staticmethod
    def _new_pool(processes: int) -> ProcessPoolExecutor:
        # fork with threads running can deadlock the child; forkserver starts clean.
        context = multiprocessing.get_context("forkserver")
        return ProcessPoolExecutor(
            processes, mp_context=context, initializer=_end_with_parent
        )

    def _drop_pool(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
                self._stop_pool(pool)

    @staticmethod
    def _stop_pool(pool: ProcessPoolExecutor) -> None:
        """End the processes even when one of them hangs."""
        processes = list((pool._processes or {}).values())  # noqa: SLF001 - kill_workers() comes with Python 3.14
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class _Threads(Executor):
    """Threads that end with the process, so that no server keeps a stopped run alive.

    Python waits for those of a ThreadPoolExecutor, by then without the run's lock.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads: list[threading.Thread] = []
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def submit(
        self, function: Callable[..., _T], /, *arguments: Any, **options: Any
    ) -> Future[_T]:
        """Have a function called by the next thread that is free."""
        future: Future[_T] = Future()

        def call() -> None:
            try:
                future.set_result(function(*arguments, **options))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is asked for
                future.set_exception(error)

        self._tasks.put(call)
        if len(self._threads) < self._most:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end after what waits; wait: until they have."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _work(self) -> None:
        while (call := self._tasks.get()) is not None:
            call()


def _end_with_parent() -> None:
    """Have a worker end when the run was killed: nobody else would tell it."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this runs in a worker

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
