"""Watches the music folders: what changed is scanned soon, and everything now and then."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QFileSystemWatcher, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.file_thread import FileThread
from app.scanning.scanning import Scanning
from app.scanning.watched import folders_of, places_to_scan
from app.services import Services
from tagger_core.library.roots import list_roots

MOST_FOLDERS = 4000
QUIET_MS = 2000
_LONGEST_WAIT = 60.0
_AWAY_SECONDS = 3600.0


class Watcher(QObject):
    """Starts scans of its own accord; an absent folder, or more folders than can be watched, is no error.

    Args:
        services: settings say whether to watch and how often to scan all.
        scanning: is started.
    """

    _roots_known = Signal(list)
    _closed = Signal()

    def __init__(
        self,
        services: Services,
        scanning: Scanning,
        parent: QObject | None = None,
        *,
        quiet_ms: int = QUIET_MS,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._scanning = scanning
        self._scanned_at = time.time()
        self._roots: list[Path] = []
        self._listener = Listener(quiet_ms)
        self._roots_known.connect(self._listener.watch)
        self._closed.connect(self._listener.leave)
        self._listener.changed.connect(self._scan)
        # Qt would end the program over a thread of its own that is left behind.
        self._thread = FileThread("earmark-watcher")
        self._thread.submit(self._listener.listen)
        self._often = QTimer(self)
        self._often.timeout.connect(self.scan_all)
        scanning.finished.connect(lambda _report: self.refresh())
        services.preferences.changed.connect(lambda _settings: self.refresh())
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._state_changed)
        self.refresh()

    @property
    def watched(self) -> int:
        """How many folders are watched."""
        return self._listener.watched

    def refresh(self) -> None:
        """Watch the music folders there are now, as the settings say now."""
        minutes = self._services.preferences.settings.rescan_minutes
        if minutes * 60_000 != self._often.interval() or not minutes:
            self._often.stop()
            self._often.setInterval(minutes * 60_000)
        if minutes and not self._often.isActive():
            self._often.start()
        self._services.runner.submit(
            "read",
            lambda _task: [root.path for root in list_roots(self._services.library)],
            self._watch,
            failed=lambda _error: None,
        )

    def scan_all(self) -> None:
        """Scan all folders, unless there are none or a scan is under way."""
        if self._roots and not self._scanning.running:
            self._scanned_at = time.time()
            self._scanning.start(None)

    def close(self) -> None:
        """Watch nothing any more; a thread that waits for a disk is waited for but a moment."""
        self._often.stop()
        self._listener.stopped.set()
        self._closed.emit()
        self._thread.close()

    def _watch(self, roots: list[Path]) -> None:
        self._roots = roots
        self._roots_known.emit(roots if self._services.preferences.settings.watch else [])

    def _scan(self, places: list[Path]) -> None:
        if self._services.preferences.settings.watch:
            self._scanning.start(places, known_only=True)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        """Scan all when the person comes back after an hour: a machine that slept noticed nothing.

        By the wall clock, for the other one sleeps too.
        """
        away = time.time() - self._scanned_at
        wanted = self._services.preferences.settings.rescan_minutes > 0
        if state == Qt.ApplicationState.ApplicationActive and wanted and not 0 <= away < _AWAY_SECONDS:
            self.scan_all()


class Listener(QObject):
    """Lives in a thread of its own: listing folders, even naming one to the system, may wait for a disk.

    It may be asked before `listen` is called there: what was asked waits for it.
    """

    changed = Signal(list)

    def __init__(self, quiet_ms: int) -> None:
        super().__init__()
        self.stopped = threading.Event()
        self.watched = 0
        self._quiet_ms = quiet_ms
        self._roots: list[Path] = []
        self._changed: dict[str, None] = {}
        self._since = 0.0
        self._loop: QEventLoop | None = None
        self._watcher: QFileSystemWatcher | None = None
        self._quiet: QTimer | None = None
        self.moveToThread(None)

    def listen(self) -> None:
        """Do in the thread that calls this what is asked for, until it is to leave."""
        thread = QThread.currentThread()
        thread.setPriority(QThread.Priority.LowPriority)
        self.moveToThread(thread)
        # Made here, so that they belong to the thread in which they are used, and end with it.
        self._loop = QEventLoop()
        self._watcher = QFileSystemWatcher()
        self._watcher.directoryChanged.connect(self._note)
        self._quiet = QTimer(singleShot=True)
        self._quiet.timeout.connect(self._tell)
        self._loop.exec()
        self._watcher = self._quiet = self._loop = None

    @Slot()
    def leave(self) -> None:
        """Let `listen` return."""
        if self._loop is not None:
            self._loop.quit()

    @Slot(list)
    def watch(self, roots: list[Path]) -> None:
        """Watch these folders with all in them instead of those before."""
        if self._watcher is None:
            return
        self._roots = roots
        wanted = dict.fromkeys(folders_of(roots, MOST_FOLDERS, self.stopped.is_set))
        if self.stopped.is_set():
            return
        known = set(self._watcher.directories())
        gone = [folder for folder in known if folder not in wanted]
        new = [folder for folder in wanted if folder not in known]
        if gone:
            self._watcher.removePaths(gone)
        if new:
            # What the system has no room for comes back, and is left to the scans of everything.
            self._watcher.addPaths(new)
        self.watched = len(self._watcher.directories())

    def _note(self, folder: str) -> None:
        if self._quiet is None:
            return
        if not self._changed:
            self._since = time.monotonic()
        self._changed[folder] = None
        # Music that is copied in for an hour is heard meanwhile.
        if time.monotonic() - self._since < _LONGEST_WAIT or not self._quiet.isActive():
            self._quiet.start(self._quiet_ms)

    def _tell(self) -> None:
        changed, self._changed = list(self._changed), {}
        places = places_to_scan(map(Path, changed), self._roots)
        if places:
            self.changed.emit(places)
