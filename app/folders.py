"""The music folders: the demo songs, taking a folder out, going on with what an earlier start left open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.scanning.demo import copy_songs
from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.errors import shown
from tagger_core.library.records import ScanReport
from tagger_core.library.roots import list_roots, remove_root

_STOPPED = "scanning/stopped"
_UNHEARD = "is:pending -is:problem"


class Folders(QObject):
    """What a window does with folders beside scanning them.

    Signals:
        ready(Path): a folder to be scanned is there.
        changed: a folder and its songs were taken out of the library.
        failed(BaseException): a folder could not be taken out, or the demo songs not be copied.
    """

    ready = Signal(Path)
    changed = Signal()
    failed = Signal(object)

    def __init__(self, services: Services, scanning: Scanning, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._scanning, self._window = services, scanning, parent
        self._removing = 0
        self._again = self._again_paused = False
        scanning.state_changed.connect(self._changed)
        scanning.finished.connect(self._finished)

    def any(self) -> bool:
        """Whether there are music folders; one short look into the library."""
        return bool(list_roots(self._services.library))

    def choose(self) -> None:
        """Ask for a music folder."""
        title = self.tr("Choose a music folder")
        folder = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if folder:
            self.ready.emit(Path(folder))

    def add_demo(self) -> None:
        """Copy the demo songs to where the person may change them."""
        places = self._services.workspace.places
        self._services.runner.submit(
            "write", lambda _task: copy_songs(places), self.ready.emit, failed=self.failed.emit
        )

    def remove(self, path: Path) -> None:
        """Ask, then take a folder with its songs out of the library; files stay as they are."""
        question = self.tr(
            "Take %1 out of the library?\n\nScores and decisions of its songs are forgotten. No file changes."
        ).replace("%1", shown(path))
        buttons = QMessageBox.StandardButton
        if QMessageBox.question(self._window, self.tr("Remove a folder"), question) != buttons.Yes:
            return
        self.take_out(path)

    def take_out(self, path: Path) -> None:
        """Take a folder out of the library unasked; a scan stops for it, and begins again after it."""
        scanning, library = self._scanning, self._services.library
        if scanning.running and not scanning.stopping:
            self._again, self._again_paused = True, scanning.paused
        self._removing += 1
        scanning.cancel()  # it holds the folders; the working lane takes the removal up after it
        self._services.runner.submit(
            "work", lambda _task: remove_root(library, path), self._taken_out, failed=self._kept
        )

    def go_on(self) -> None:
        """Scan if an earlier start left songs unheard and the person did not stop that scan."""
        if self._services.preferences.state().value(_STOPPED, defaultValue=False, type=bool):
            return
        # In the counting lane: to look through a large library must not hold up its first rows.
        self._services.runner.submit(
            "count",
            lambda _task: self._left_open(),
            lambda left: self._scanning.start(None) if left else None,
            failed=self.failed.emit,
        )

    def _left_open(self) -> bool:
        library, model_id = self._services.library, self._services.active.id
        roots = list_roots(library)
        if not roots or model_id is None:
            return False
        new = any(root.scanned_at is None and root.path.is_dir() for root in roots)
        return new or bool(library.search(_UNHEARD, model_id, 1))

    def _taken_out(self, _songs: int) -> None:
        self._scan_again()
        self.changed.emit()

    def _kept(self, error: BaseException) -> None:
        self._scan_again()
        self.failed.emit(error)

    def _scan_again(self) -> None:
        """Go on with the scan that stopped for folders to be taken out, once the last of them is."""
        self._removing -= 1
        if self._removing or not self._again:
            return
        self._again = False
        if self.any():
            self._scanning.start(None)
            if self._again_paused:
                self._scanning.pause(True)

    def _changed(self) -> None:
        """A scan that is begun is wanted: closing the window in its middle is not to stop it for good."""
        if self._scanning.running and not self._scanning.stopping:
            self._services.preferences.state().setValue(_STOPPED, False)

    def _finished(self, report: ScanReport) -> None:
        stopped = report.cancelled and not self._again
        self._services.preferences.state().setValue(_STOPPED, stopped)
