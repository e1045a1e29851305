"""Planning, writing and taking back in the writing lane, each with progress and a stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.pace import paced
from app.runner import Task
from app.services import Services
from app.writing.choice import Wish
from tagger_core.errors import ModelError
from tagger_core.metadata.reports import UndoReport, WriteProgress, WriteReport

if TYPE_CHECKING:
    from tagger_core.metadata.plan import WritePlan  # it brings mutagen


@dataclass(frozen=True)
class Planned:
    """A plan, and the positions of its files that have other names (hard links)."""

    plan: WritePlan
    linked: frozenset[int]


class Step(NamedTuple):
    """How far it is, in files."""

    done: int
    total: int


class WriteWork(QObject):
    """One thing at a time: another plan takes the place of one under way; writing is stopped, not dropped.

    Signals:
        progressed(Step), planned(Planned), written(WriteReport), undone(UndoReport), failed(BaseException),
        running_changed().
    """

    progressed = Signal(object)
    planned = Signal(object)
    written = Signal(object)
    undone = Signal(object)
    failed = Signal(object)
    running_changed = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._task: Task | None = None
        self._stop = threading.Event()
        self.writing = False

    @property
    def running(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    def plan(self, ids: list[int], wish: Wish) -> None:
        """Say what a preset would change in some songs."""
        workspace, model = self._services.workspace, self._services.active.model
        if self._task is not None:
            self._task.cancel()

        def work(task: Task) -> Planned:
            if model is None:
                raise ModelError("there is no model in use", remedy="choose one in the settings")

            def tell(done: int) -> None:
                task.progress(Step(done, len(ids)))

            plan = workspace.plan(
                ids,
                model,
                wish.preset,
                min_score=wish.min_score,
                progress=paced(tell),
                cancelled=task.cancelled,
            )
            return Planned(plan, frozenset(_linked(plan)))

        self._start(work, self.planned)

    def write(self, plan: WritePlan, linked: frozenset[int], note: str) -> None:
        """Write a plan that was shown; files with other names only where the person checked one of them."""

        def work(
            _task: Task, cancelled: Callable[[], bool], tell: Callable[[WriteProgress], None]
        ) -> WriteReport:
            from tagger_core.metadata.journal import apply  # noqa: PLC0415 - it brings mutagen

            return apply(
                self._services.library, plan, progress=tell, cancelled=cancelled,
                allow_hard_links=bool(linked), note=note,
            )  # fmt: skip

        self._start_writing(work, self.written)

    def undo(self, batch: int) -> None:
        """Take a batch back, also in files that have got other names since, which the question says."""

        def work(
            _task: Task, cancelled: Callable[[], bool], tell: Callable[[WriteProgress], None]
        ) -> UndoReport:
            from tagger_core.metadata.journal import undo  # noqa: PLC0415 - it brings mutagen

            return undo(
                self._services.library, batch, progress=tell, cancelled=cancelled, allow_hard_links=True
            )

        self._start_writing(work, self.undone)

    def cancel(self) -> None:
        """Stop: a plan is dropped, writing ends after the file under way."""
        if self._task is None:
            return
        if self.writing:
            self._stop.set()
        else:
            self._task.cancel()
            self._end()

    def _start_writing(self, work: Callable[..., Any], signal: Any) -> None:
        if self.writing:
            return
        self._stop = threading.Event()
        stop = self._stop
        self.writing = True

        def run(task: Task) -> Any:
            def tell(progress: WriteProgress) -> None:
                task.progress(Step(progress.done, progress.total))

            return work(task, lambda: stop.is_set() or task.cancelled(), paced(tell))

        self._start(run, signal)

    def _start(self, work: Callable[[Task], Any], signal: Any) -> None:
        task: Task

        def done(result: Any) -> None:
            if self._task is task:
                self._end()
                signal.emit(result)

        def failed(error: BaseException) -> None:
            if self._task is task:
                self._end()
                self.failed.emit(error)

        def progressed(step: Step) -> None:
            if self._task is task:
                self.progressed.emit(step)

        task = self._services.runner.submit("write", work, done, failed=failed, progressed=progressed)
        self._task = task
        self.running_changed.emit()

    def _end(self) -> None:
        self._task, self.writing = None, False
        self.running_changed.emit()


def _linked(plan: WritePlan) -> list[int]:
    found = []
    for number, file in enumerate(plan.files):
        try:
            if file.warnings and file.path.stat().st_nlink > 1:
                found.append(number)
        except OSError:
            continue
    return found
