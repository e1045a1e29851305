"""Saving the result of a search as a table or a playlist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.runner import Task
from app.services import Services
from app.texts import plural
from tagger_core.library import export


class Exporter(QObject):
    """Asks where to, writes in the writing lane, tells when it is done."""

    done = Signal(Path, int)
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
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(Path.home() / f"songs{suffix}"), kind)
        if name:
            path = Path(name)
            self.write(ids, path if path.suffix else path.with_suffix(suffix))

    def write(self, ids: Sequence[int], path: Path) -> None:
        """Export songs to a file; its suffix says what kind."""
        self._services.runner.submit(
            "write",
            lambda task: self._write(task, ids, path),
            lambda count: self.done.emit(path, count),
            failed=self.failed.emit,
        )

    def _write(self, task: Task, ids: Sequence[int], path: Path) -> int:
        library, model_id = self._services.library, self._services.active.id
        songs = export.songs(library, ids, model_id if model_id is not None else 0, task.cancelled)
        if path.suffix == ".csv":
            tags = library.tags(model_id) if model_id is not None else []
            chunks = export.csv_lines(songs, [tag.name for tag in tags])
        else:
            chunks = export.playlist_lines(songs)
        export.write_whole(path, chunks)
        return len(ids)
