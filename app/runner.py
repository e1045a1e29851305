"""Long work off the window's thread: five lanes of one worker each, results back through one signal.

The reading lane answers the person (searches, rows); the counting lane makes the figures beside them, which
may take longer than a keystroke and begin when nothing is read; the file lane opens the file of a song that
is shown or played, which a sleeping disk may keep waiting; the working lane scans; the writing lane plans,
writes and takes back, so that a scan of many hours keeps nobody from it. Callbacks of a task run on the
window's thread. Only ids and frozen dataclasses may cross.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal

from app.file_thread import FileThread
from tagger_core.errors import Cancelled

Lane = Literal["read", "count", "file", "work", "write"]

# How long nobody must have read anything before counting begins, and for how long counting is put off.
_REST_SECONDS = 0.06
_AT_MOST_SECONDS = 2.0


class Task:
    """One piece of work under way; the work itself is handed it, to report and to see that it is to stop."""

    def __init__(
        self, runner: TaskRunner, done: Callable[[Any], None], failed: Callable[[BaseException], None],
        progressed: Callable[[Any], None],
    ) -> None:  # fmt: skip
        self._runner = runner
        self._cancelled = threading.Event()
        self._paused = threading.Event()
        self.done, self.failed, self.progressed = done, failed, progressed

    def cancel(self) -> None:
        """Ask the work to stop; nothing of it is reported any more unless it finishes what it has."""
        self._cancelled.set()

    def pause(self, paused: bool) -> None:
        """Ask the work to wait, or to go on."""
        (self._paused.set if paused else self._paused.clear)()

    def cancelled(self) -> bool:
        """Return True once a stop was asked for; passed to the core as `cancelled`."""
        return self._cancelled.is_set()

    def paused(self) -> bool:
        """Return True while the work is to wait; passed to the core as `paused`."""
        return self._paused.is_set()

    def progress(self, value: object) -> None:
        """Report from the worker's thread; passed to the core as `progress`."""
        self._runner.arrived.emit(self.progressed, value)


class TaskRunner(QObject):
    """The window's workers; made once, handed to whoever needs it."""

    arrived = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            lane: ThreadPoolExecutor(1, thread_name_prefix=f"earmark-{lane}")
            for lane in get_args(Lane)
            if lane != "file"
        }
        self._files = FileThread("earmark-file")
        self._open: set[Task] = set()
        self._closed = False
        self._counter = threading.Lock()
        self._reading = 0
        self._read_at = 0.0
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        lane: Lane,
        work: Callable[[Task], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[BaseException], None],
        progressed: Callable[[Any], None] = lambda _: None,
    ) -> Task:
        """Run `work(task)` in a lane; then `done(result)` or `failed(error)` on the window's thread.

        A cancelled task whose work raises `Cancelled` calls neither; nor does one after `close`.
        """
        task = Task(self, done, failed, progressed)
        if self._closed:
            task.cancel()
            return task
        self._open.add(task)
        if lane == "read":
            with self._counter:
                self._reading += 1
        (self._files if lane == "file" else self._lanes[lane]).submit(self._run, task, work, lane)
        return task

    def close(self) -> None:
        """Cancel everything and wait until the workers have put down what they held; no more is told.

        A file that does not open is waited for a moment only.
        """
        self._closed = True
        for task in tuple(self._open):
            task.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._files.close()

    @property
    def busy(self) -> bool:
        """Whether any task is not yet finished."""
        return bool(self._open)

    def _run(self, task: Task, work: Callable[[Task], Any], lane: Lane) -> None:
        if lane == "count":
            self._let_readers_go_first(task)
        try:
            self._do(task, work)
        finally:
            if lane == "read":
                with self._counter:
                    self._reading -= 1
                    self._read_at = time.monotonic()

    def _let_readers_go_first(self, task: Task) -> None:
        """Wait until what the person sees is there: both share the processor and Python's lock."""
        given_up = time.monotonic() + _AT_MOST_SECONDS
        while not task.cancelled() and time.monotonic() < given_up:
            with self._counter:
                rest = time.monotonic() - self._read_at if not self._reading else 0.0
            if rest >= _REST_SECONDS:
                return
            time.sleep(_REST_SECONDS - rest)

    def _do(self, task: Task, work: Callable[[Task], Any]) -> None:
        if task.cancelled():
            self._open.discard(task)
            return
        try:
            result = work(task)
        except Cancelled:
            self._open.discard(task)
        except BaseException as error:  # noqa: BLE001 - whatever happened is shown to the person
            self._open.discard(task)
            self._arrive(task.failed, error)
        else:
            self._open.discard(task)
            self._arrive(task.done, result)

    def _arrive(self, callback: Callable[[Any], None], value: object) -> None:
        if not self._closed:  # a worker that was left behind may come when the window is gone
            self.arrived.emit(callback, value)

    def _deliver(self, callback: Callable[[Any], None], value: object) -> None:
        if not self._closed:
            callback(value)
