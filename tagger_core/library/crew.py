"""Many hands for one scan: worker threads, bounded in what they hold, that wait and stop when asked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_TICK_SECONDS = 0.05


def default_workers() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


class Control:
    """What the person wants: go on, wait, or stop. Asked in the scanning thread, obeyed by all.

    Args:
        cancelled: True once the work is to stop.
        paused: True while it is to wait.
    """

    def __init__(self, cancelled: Callable[[], bool], paused: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._paused = paused
        self._go = threading.Event()
        self._go.set()
        self._paused_since: float | None = None
        self._paused_seconds = 0.0
        self.stopped = False

    def look(self) -> bool:
        """Ask the person; called from the scanning thread alone.

        Returns:
            whether to stop.
        """
        if not self.stopped and self._cancelled():
            self.stop()
        waits = not self.stopped and self._paused()
        if waits and self._paused_since is None:
            self._go.clear()
            self._paused_since = time.monotonic()
        elif not waits and self._paused_since is not None:
            self._paused_seconds += time.monotonic() - self._paused_since
            self._paused_since = None
            self._go.set()
        return self.stopped

    def stop(self) -> None:
        """Let every worker stop."""
        self.stopped = True
        self._go.set()

    @property
    def is_paused(self) -> bool:
        """Whether the last look said to wait."""
        return self._paused_since is not None

    def hold(self) -> bool:
        """Wait while paused; called by workers often, between two pieces of their work.

        Returns:
            whether to stop.
        """
        self._go.wait()
        return self.stopped

    def wait_here(self) -> bool:
        """Wait in the scanning thread while paused, and return whether to stop."""
        while not self.look() and self.is_paused:
            time.sleep(_TICK_SECONDS)
        return self.stopped

    def clock(self) -> float:
        """Return seconds that run only while work goes on."""
        now = time.monotonic()
        return (
            now - self._paused_seconds - (now - self._paused_since if self._paused_since is not None else 0)
        )


class Outcome(Generic[Item, Result]):
    """What became of one item: a result, or the exception that it ended with."""

    def __init__(self, item: Item, future: Future[Result]) -> None:
        self.item = item
        self._future = future
        self.error = future.exception()
        self.result = future.result() if self.error is None else None

    def get(self) -> Result:
        """Return the result, or raise what the work ended with."""
        return self._future.result()


def each(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    control: Control,
    heartbeat: Callable[[], None] = lambda: None,
    in_order: bool = False,
) -> Generator[list[Outcome[Item, Result]], None, None]:
    """Do the work in threads and yield what is finished, one or several at a time.

    At most twice as many items as workers are taken before their turn. When the person stops it, items in
    work are finished or broken off by themselves (they ask `Control.hold`), yielded, and no others begun. Use
    it within `contextlib.closing`, so that an exception of the caller stops the workers too.

    Args:
        work: called in a worker thread; what it raises becomes the outcome.
        items: taken one by one.
        workers: number of threads.
        control: asked often.
        heartbeat: called at least every 0.05 s from the calling thread.
        in_order: yield the items in their order; otherwise as they come.
    """
    waiting = iter(items)
    flying: dict[Future[Result], Item] = {}
    pool = ThreadPoolExecutor(workers, thread_name_prefix="scan")
    try:
        while True:
            stopping = control.look()
            if not stopping and not control.is_paused:
                for item in islice(waiting, 2 * workers - len(flying)):
                    flying[pool.submit(work, item)] = item
            if stopping:
                for future in flying:
                    future.cancel()
            if not flying and not control.is_paused:
                return
            _wait(flying, in_order)
            heartbeat()
            finished = []
            for future in list(flying):
                if not future.done():
                    if in_order:
                        break
                    continue
                item = flying.pop(future)
                if not future.cancelled():
                    finished.append(Outcome(item, future))
            if finished:
                yield finished
    finally:
        control_was_stopped = control.stopped
        control.stop()
        pool.shutdown(wait=True, cancel_futures=True)
        control.stopped = control_was_stopped


def _wait(flying: dict[Future[Result], Item], in_order: bool) -> None:
    if not flying:
        time.sleep(_TICK_SECONDS)
        return
    awaited = [next(iter(flying))] if in_order else flying
    wait(awaited, _TICK_SECONDS, FIRST_COMPLETED)
