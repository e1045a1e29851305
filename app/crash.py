"""Reports of what nobody foresaw: a text file that stays on this machine, and a dialog that says where."""

from __future__ import annotations

import faulthandler
import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QUrl, Signal, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from app.help import program_version
from tagger_core.errors import shown

KEPT = 20


class CrashReports(QObject):
    """Writes a report for every exception that nothing caught, and for a crash of the interpreter itself.

    Args:
        folder: for the reports; made when the first is written.
    """

    arrived = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._shown: QMessageBox | None = None
        self.arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> Callable[[], None]:
        """Catch what nothing else does; return what puts the hooks back as they were."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fatal = (self._folder / "interpreter.txt").open("a", encoding="utf-8")
        except OSError:
            fatal = None
        if fatal is not None:
            faulthandler.enable(fatal)

        def remove() -> None:
            sys.excepthook, threading.excepthook = before
            faulthandler.disable()
            if fatal is not None:
                fatal.close()

        return remove

    def write(self, error: BaseException) -> Path | None:
        """Write a report and tell of it; return its file, None where the disk does not let us."""
        text = "".join(traceback.format_exception(error))
        if sys.stderr is not None:  # a program without a terminal has none
            sys.stderr.write(text.encode("ascii", "backslashreplace").decode("ascii"))
        head = (
            f"Earmark {program_version()}\nPython {sys.version}\nQt {qVersion()}\n{platform.platform()}\n\n"
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{time.strftime('%Y-%m-%d %H.%M.%S')} {time.monotonic_ns() % 10**6:06}.txt"
            path.write_text(head + text, "utf-8", "backslashreplace")
            for old in sorted(self._folder.glob("2*.txt"))[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError:
            return None
        self.arrived.emit(f"{type(error).__name__}: {error}")
        return path

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.write(error)

    def _uncaught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.write(caught.exc_value)

    def _tell(self, what: str) -> None:
        """Show one dialog at a time: a fault that repeats must not bury the window."""
        if self._shown is not None:
            return
        box = QMessageBox()
        self._shown = box
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Something went wrong"))
        box.setText(
            self.tr("Earmark met a fault of its own. Your music and your library are not changed by it.")
        )
        box.setInformativeText(
            self.tr("%1\n\nA report was written. It stays on this machine; nothing was sent.").replace(
                "%1", what[:400]
            )
        )
        folder = box.addButton(self.tr("Open the folder"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(shown(self._folder))))
        box.finished.connect(self._closed)
        box.open()

    def _closed(self) -> None:
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = None
