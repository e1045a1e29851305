"""Tables over the journal: batches, and the changes of one of them, read as they are scrolled to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.texts import moment, number
from app.writing import values
from tagger_core.errors import shown

if TYPE_CHECKING:
    from tagger_core.metadata.history import BatchFile, BatchRow  # it brings mutagen
    from tagger_core.metadata.ledger import Change

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
PAGE = 200


class BatchModel(QAbstractTableModel):
    """All batches, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[BatchRow] = []

    def set_rows(self, rows: list[BatchRow]) -> None:
        """Show other batches."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def batch(self, row: int) -> BatchRow | None:
        """Return the batch of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, batch: int | None) -> int | None:
        """Return the row of a batch."""
        return next((at for at, row in enumerate(self._rows) if row.id == batch), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return the number of batches."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return 5."""
        return 0 if parent.isValid() else 5

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the titles."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            titles = (self.tr("When"), self.tr("What"), self.tr("Files"), self.tr("State"), self.tr("Query"))
            return titles[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.batch(index.row())
        if row is None or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        files = number(row.files)
        if row.failed:
            files = self.tr("%1, %2 failed").replace("%1", files).replace("%2", number(row.failed))
        return (moment(row.created_at), self.what(row), files, self.state(row), row.note)[index.column()]

    def what(self, row: BatchRow) -> str:
        """Return what a batch did."""
        if row.undo_of is not None:
            return self.tr("Undo of batch %1").replace("%1", number(row.undo_of))
        return self.tr("Batch %1, %2").replace("%1", number(row.id)).replace("%2", row.preset)

    def state(self, row: BatchRow) -> str:
        """Return how a batch stands."""
        return {
            "unfinished": self.tr("not finished"),
            "failed": self.tr("nothing written"),
            "done": self.tr("written"),
            "partly undone": self.tr("partly undone"),
            "undone": self.tr("undone"),
        }.get(row.state, row.state)


class _Line(NamedTuple):
    file: BatchFile
    change: Change | None
    is_first: bool


class ChangeModel(QAbstractTableModel):
    """The changes of one batch, a page of files at a time.

    Attributes:
        round: another number after each `clear`; what was asked for before it is not to be added.

    Signals:
        more_wanted(int): files from this position on are scrolled to; answered by `add`.
    """

    more_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.round = 0
        self._lines: list[_Line] = []
        self._files = 0
        self._is_whole = True
        self._waits = False

    def clear(self, *, more: bool) -> None:
        """Show nothing; `more` where there is something to ask for."""
        self.beginResetModel()
        self.round += 1
        self._lines, self._files = [], 0
        self._is_whole, self._waits = not more, False
        self.endResetModel()

    def add(self, files: list[BatchFile]) -> None:
        """Add the next files; fewer than a page are the last ones."""
        lines = [
            _Line(file, change, at == 0)
            for file in files
            for at, change in enumerate(file.changes or (None,))
        ]
        self._waits = False
        self._files += len(files)
        self._is_whole = len(files) < PAGE
        if lines:
            self.beginInsertRows(QModelIndex(), len(self._lines), len(self._lines) + len(lines) - 1)
            self._lines += lines
            self.endInsertRows()

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Whether there may be more files."""
        return not parent.isValid() and not self._is_whole and not self._waits

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Ask for the next files."""
        if self.canFetchMore(parent):
            self._waits = True
            self.more_wanted.emit(self._files)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return the number of changes read so far."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return 4."""
        return 0 if parent.isValid() else 4

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the titles."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("File"), self.tr("Field"), self.tr("Before"), self.tr("After"))[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        line = self._lines[index.row()]
        if index.column() > 1 and line.change is not None:
            side = values.before if index.column() == 2 else values.after
            return values.cell(side(line.change.before, line.change.after), role)
        if role == Role.ToolTipRole:
            return f"{shown(line.file.path)}\n{shown(line.file.message)}".strip()
        if role != Role.DisplayRole:
            return None
        if index.column() == 0:
            return self._told(line.file) if line.is_first else ""
        return values.field_name(line.change.field) if line.change and index.column() == 1 else None

    def _told(self, file: BatchFile) -> str:
        states = {
            "failed": self.tr("%1 (failed: %2)"),
            "undone": self.tr("%1 (undone)"),
            "prepared": self.tr("%1 (not finished)"),
        }
        told = states.get(file.state, "%1").replace("%2", shown(file.message))
        return told.replace("%1", shown(file.path.name))
