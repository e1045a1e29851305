"""Saving the result of a search as a table or a playlist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.runner import Task
from app.services import Services
from app.texts import plural
from tagger_core.errors import shown
from tagger_core.library import export


class Exporter(QObject):
    """Asks where to, writes in the writing lane, tells when it is done.

    Signals:
        done(Path, int, int): where to, how many songs were written, how many a playlist cannot hold.
    """

    done = Signal(Path, int, int)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._window = services, parent

    def ask(self, ids: Sequence[int], suffix: str) -> None:
        """Export songs to a place that the person chooses.

        Args:
            ids: in this order.
            suffix: ".csv" or ".m3u8".
        """
        kind = self.tr("Table (*.csv)") if suffix == ".csv" else self.tr("Playlist (*.m3u8)")
        title = plural(self.tr("Export %n song(s)", "", len(ids)), len(ids))
        dialog = QFileDialog(self._window, title, str(Path.home()), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix.removeprefix("."))  # so that it asks about the file that is written
        dialog.selectFile(f"songs{suffix}")
        path = self._chosen(dialog, suffix)
        dialog.deleteLater()
        if path is not None:
            self.write(ids, path, suffix)

    def write(self, ids: Sequence[int], path: Path, suffix: str) -> None:
        """Export songs to a file.

        Args:
            ids: in this order.
            path: replaced if it is there.
            suffix: ".csv" for a table, ".m3u8" for a playlist, whatever the file is called.
        """
        self._services.runner.submit(
            "write",
            lambda task: self._write(task, ids, path, suffix),
            lambda counts: self.done.emit(path, *counts),
            failed=self.failed.emit,
        )

    def _chosen(self, dialog: QFileDialog, suffix: str) -> Path | None:
        """Return where to, with the suffix; what the dialog did not ask about is asked for here."""
        while dialog.exec() == QFileDialog.DialogCode.Accepted:
            named = Path(dialog.selectedFiles()[0])
            if named.suffix.casefold() == suffix:
                return named
            path = named.with_name(named.name + suffix)
            question = self.tr("%1 is there already. Replace it?").replace("%1", shown(path))
            yes = QMessageBox.StandardButton.Yes
            if not path.exists() or QMessageBox.question(self._window, dialog.windowTitle(), question) == yes:
                return path
        return None

    def _write(self, task: Task, ids: Sequence[int], path: Path, suffix: str) -> tuple[int, int]:
        """Return how many songs were written, and how many left out."""
        left_out: list[Path] = []
        library, model_id = self._services.library, self._services.active.id
        songs = export.songs(library, ids, model_id if model_id is not None else 0, task.cancelled)
        if suffix == ".csv":
            tags = library.tags(model_id) if model_id is not None else []
            chunks = export.csv_lines(songs, [tag.name for tag in tags])
        else:
            chunks = export.playlist_lines(songs, left_out.append)
        export.write_whole(path, chunks)
        return len(ids) - len(left_out), len(left_out)
