"""What was written or taken back: a headline, and the files that were left alone, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from app.texts import plural
from tagger_core.errors import shown
from tagger_core.metadata.reports import UndoReport, WriteReport

translate = QCoreApplication.translate


class ReportView(QWidget):
    """Shows one report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = QLabel(self, wordWrap=True)
        self._headline.setProperty("role", "heading")
        self._about = QLabel(self)
        self._about.setProperty("role", "warning")
        self._model = ReasonModel(self)
        self._view = QTreeView(self, rootIsDecorated=False, uniformRowHeights=True)
        self._view.setProperty("role", "table")
        self._view.setModel(self._model)
        self._view.setAccessibleName(self.tr("Files that were left as they were"))
        self._view.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._view.header().resizeSection(0, 380)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._headline, self._about, self._view):
            column.addWidget(widget)
        column.addStretch(0)

    def show_written(self, report: WriteReport) -> None:
        """Tell of a write."""
        self._show(written(report), report.failures)

    def show_undone(self, report: UndoReport) -> None:
        """Tell of an undo."""
        alone = translate("Report", "changed by others since, left alone: %1")
        rows = [(one.path, alone.replace("%1", ", ".join(one.fields))) for one in report.left_alone]
        self._show(undone(report), [*rows, *report.failures])

    def text(self) -> str:
        """Return the headline."""
        return self._headline.text()

    def _show(self, headline: str, rows: Iterable[tuple[Path, str]]) -> None:
        self._headline.setText(headline)
        self._model.set_rows(list(rows))
        count = self._model.rowCount()
        self._about.setText(plural(self.tr("%n file(s) to look at:", "", count), count))
        self._about.setVisible(count > 0)
        self._view.setVisible(count > 0)


class ReasonModel(QAbstractTableModel):
    """Files and reasons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Path, str]] = []

    def set_rows(self, rows: list[tuple[Path, str]]) -> None:
        """Show other files."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return the number of files."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return 2."""
        return 0 if parent.isValid() else 2

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("File"), self.tr("Why"))[section]
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a file's name or the reason; the whole of both as a tooltip."""
        if not index.isValid():
            return None
        path, reason = self._rows[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{shown(path)}\n{shown(reason)}"
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(reason) if index.column() else shown(path.name)
        return None


def written(report: WriteReport) -> str:
    """Return what a write did, in a sentence or two."""
    n = report.written
    parts = [plural(translate("Report", "%n file(s) written.", None, n), n)]
    if (n := report.skipped) > 0:
        parts.append(plural(translate("Report", "%n file(s) had these tags already.", None, n), n))
    if (n := len(report.failures)) > 0:
        parts.append(plural(translate("Report", "%n file(s) left as before.", None, n), n))
    if report.cancelled:
        parts.append(translate("Report", "Stopped; the files after that stay as they were."))
    return " ".join(parts)


def undone(report: UndoReport) -> str:
    """Return what an undo did, in a sentence or two."""
    n = report.restored
    parts = [plural(translate("Report", "%n file(s) byte for byte as before.", None, n), n)]
    if (n := report.by_field) > 0:
        text = translate(
            "Report", "%n file(s) changed by others since: the fields that were ours are back.", None, n
        )
        parts.append(plural(text, n))
    if (n := report.skipped) > 0:
        parts.append(plural(translate("Report", "%n file(s) needed no change.", None, n), n))
    if report.cancelled:
        parts.append(translate("Report", "Stopped; the rest can be undone later."))
    return " ".join(parts)
