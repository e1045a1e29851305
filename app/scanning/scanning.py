"""The scan under way: started, paused, stopped; what it tells, at a pace that a window can follow."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.runner import Task
from app.scanning.late_tagger import LateTagger
from app.services import Services
from tagger_core.library.records import ScanProgress, ScanReport
from tagger_core.settings import Settings

_SONGS_CHANGED_MS = 500
_KEPT = ("device", "precision", "hop")

# How long the window's thread waits for Python's lock while songs are computed; Python's own 5 ms, once for
# every thread that is at it, can be seen when scrolling.
_SWITCH_SECONDS = 0.001


class Scanning(QObject):
    """Runs one scan at a time in the working lane; of those asked for meanwhile one follows.

    Signals:
        state_changed: started, paused, going on, ended.
        progressed(ScanProgress): at most ten times a second.
        songs_changed: the library has other songs or scores; at most twice a second, and at the end.
        folders_added: the library has other music folders, which wait to be scanned.
        finished(ScanReport): also when it was stopped.
        failed(BaseException): the scan could not be done; what it had finished stays.
    """

    state_changed = Signal()
    progressed = Signal(object)
    songs_changed = Signal()
    folders_added = Signal()
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._task: Task | None = None
        self._stop = threading.Event()
        self._wanted: list[Path] = []
        self._changed: list[Path] = []
        self._all_wanted = self._retry_wanted = False
        self._tagger: tuple[tuple[object, ...], LateTagger] | None = None
        self._pace = QTimer(self, singleShot=True, interval=_SONGS_CHANGED_MS)
        self._pace.timeout.connect(self.songs_changed)
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))

    @property
    def running(self) -> bool:
        """Whether a scan is under way, paused ones included."""
        return self._task is not None

    @property
    def paused(self) -> bool:
        """Whether the scan waits."""
        return self._task is not None and self._task.paused()

    @property
    def stopping(self) -> bool:
        """Whether the scan was told to stop and has not yet."""
        return self.running and self._stop.is_set()

    def start(
        self,
        paths: Iterable[Path] | None = None,
        *,
        retry_problems: bool = False,
        known_only: bool = False,
    ) -> None:
        """Scan folders or files, or all music folders for None; while a scan runs, after it.

        Args:
            paths: a folder that is in no known one becomes a music folder.
            retry_problems: try again what could not be read or heard although its file is the same.
            known_only: leave out a folder that is in no known one: it was taken out meanwhile.
        """
        wanted = [] if paths is None else list(paths)
        if self.running:
            self._queue(wanted, retry_problems=retry_problems, known_only=known_only)
            return
        self._stop = threading.Event()
        stop = self._stop

        def work(task: Task) -> ScanReport:
            return self._scan(wanted, task, stop, retry_problems=retry_problems, known_only=known_only)

        self._task = self._services.runner.submit(
            "work", work, self._finish, failed=self._fail, progressed=self._progress
        )
        self.state_changed.emit()

    def pause(self, paused: bool) -> None:
        """Let the scan wait, or go on."""
        if self._task is not None:
            self._task.pause(paused)
            self.state_changed.emit()

    def cancel(self) -> None:
        """Stop the scan, and what was to follow it; songs that were heard stay heard."""
        self._wanted, self._changed = [], []
        self._all_wanted = self._retry_wanted = False
        if self._task is not None:
            self._stop.set()
            self.state_changed.emit()

    def _queue(self, wanted: list[Path], *, retry_problems: bool, known_only: bool) -> None:
        queue = self._changed if known_only else self._wanted
        queue += [path for path in dict.fromkeys(wanted) if path not in queue]
        self._all_wanted = self._all_wanted or not wanted
        self._retry_wanted = self._retry_wanted or retry_problems
        if wanted and not known_only:
            self._enter(wanted)

    def _enter(self, paths: list[Path]) -> None:
        """Make music folders of what is new: what waits for a long scan must outlive a stop or the window."""
        self._services.runner.submit(
            "file",
            lambda _task: self._services.workspace.add_roots(paths),
            lambda new: self.folders_added.emit() if new else None,
            failed=lambda _error: None,  # the scan that follows fails too, and tells
        )

    def _scan(
        self,
        paths: list[Path],
        task: Task,
        stop: threading.Event,
        *,
        retry_problems: bool,
        known_only: bool,
    ) -> ScanReport:
        """Work in the lane; a stop of its own, so that a scan stopped before its turn is reported too."""

        def cancelled() -> bool:
            return stop.is_set() or task.cancelled()

        if cancelled():
            return ScanReport(cancelled=True)
        workspace = self._services.workspace
        tagger = self._tagger_for(workspace.settings)
        report = workspace.scan(
            paths,
            tagger,
            progress=task.progress,
            cancelled=cancelled,
            paused=task.paused,
            retry_problems=retry_problems,
            known_only=known_only,
        )
        if tagger.failure is not None:
            # Fewer songs than the scan takes for hopeless waited; they wait on.
            failure, self._tagger = tagger.failure, None
            raise failure
        return report

    def _tagger_for(self, settings: Settings) -> LateTagger:
        """Return the tagger of the last scan where model, device and precision are the same as then."""
        model = self._services.workspace.model()
        key = (model.identity, *(getattr(settings, name) for name in _KEPT))
        if self._tagger is None or self._tagger[0] != key or self._tagger[1].failure is not None:
            self._tagger = key, LateTagger(self._services.workspace, model)
        return self._tagger[1]

    def _progress(self, progress: ScanProgress) -> None:
        self.progressed.emit(progress)
        if progress.phase != "counting" and not self._pace.isActive():
            self._pace.start()

    def _finish(self, report: ScanReport) -> None:
        self._end()
        self.finished.emit(report)
        self._go_on()

    def _fail(self, error: BaseException) -> None:
        self._end()
        self.failed.emit(error)
        self._go_on()

    def _end(self) -> None:
        self._task = None
        self._pace.stop()
        self.songs_changed.emit()
        self.state_changed.emit()

    def _go_on(self) -> None:
        """Scan what was asked for meanwhile: folders by name first, for they may be new ones, then all.

        What changed meanwhile is in all of them; without, it comes last.
        """
        if self.running:
            return
        paths, changed, retry = self._wanted, self._changed, self._retry_wanted
        if paths:
            self._wanted, self._retry_wanted = [], retry and self._all_wanted
            self.start(paths, retry_problems=retry)
        elif self._all_wanted:
            self._changed, self._all_wanted, self._retry_wanted = [], False, False
            self.start(None, retry_problems=retry)
        elif changed:
            self._changed = []
            self.start(changed, known_only=True)
