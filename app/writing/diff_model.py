"""A plan as a tree: files with their fields, to be checked or not; at the end what cannot be written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

from app.texts import plural
from app.writing import values
from app.writing.choice import Part, Summary, parts, reduced, summary
from app.writing.values import Piece
from tagger_core.errors import shown

if TYPE_CHECKING:
    from tagger_core.metadata.plan import FilePlan, WritePlan  # it brings mutagen

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, BEFORE, AFTER = range(3)
_CHANGED = [Role.CheckStateRole]


class DiffModel(QAbstractItemModel):
    """Holds the plan and what was unchecked.

    An index's internal id is 0 for a top row, for the others the row of the one above, plus 1.

    Signals:
        chosen_changed: other parts are checked now.
    """

    chosen_changed = Signal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._plan: WritePlan | None = None
        self._planned: tuple[FilePlan, ...] = ()
        self._refused: tuple[tuple[Path, str], ...] = ()
        self._files: list[int] = []
        self._unchecked: set[Part] = set()
        self._summary: Summary | None = None
        self.warning_icon = QIcon()
        self.refused_icon = QIcon()

    def set_plan(self, plan: WritePlan, unchecked: Iterable[int] = ()) -> None:
        """Show a plan; files at the positions `unchecked` are left out until the person checks them."""
        self.beginResetModel()
        self._plan, self._planned, self._refused = plan, plan.files, plan.refused
        self._files = list(range(len(plan.files)))
        self._unchecked = set(parts(plan, unchecked))
        self.endResetModel()
        self._tell()

    def clear(self) -> None:
        """Show nothing: there is no plan."""
        self.beginResetModel()
        self._plan, self._planned, self._refused, self._files = None, (), (), []
        self._unchecked.clear()
        self.endResetModel()
        self._tell()

    @property
    def plan(self) -> WritePlan | None:
        """The whole plan."""
        return self._plan

    def files(self) -> tuple[FilePlan, ...]:
        """Return the files of the plan."""
        return self._planned

    def show_only_warned(self, warned: bool) -> None:
        """Show only files with warnings, or all; what is checked stays, shown or not."""
        self.beginResetModel()
        self._files = [at for at, file in enumerate(self._planned) if file.warnings or not warned]
        self.endResetModel()

    def check_shown(self, checked: bool) -> None:
        """Check all files that are shown, or none of them."""
        if self._files:
            shown_parts = {
                (file, at) for file in self._files for at in range(len(self._planned[file].changes))
            }
            self.layoutAboutToBeChanged.emit()
            (self._unchecked.difference_update if checked else self._unchecked.update)(shown_parts)
            self.layoutChanged.emit()
            self._tell()

    def chosen_plan(self) -> WritePlan | None:
        """Return the plan reduced to what is checked."""
        return reduced(self._plan, self._unchecked) if self._plan else None

    def chosen_summary(self) -> Summary:
        """Return what would be written, in numbers."""
        if self._summary is None:
            self._summary = summary(self._plan, self._unchecked) if self._plan else Summary(0, 0, {}, 0)
        return self._summary

    def file_at(self, index: Index) -> FilePlan | None:
        """Return the file of a row, None for the refused ones."""
        row = index.row() if index.internalId() == 0 else index.internalId() - 1
        if not index.isValid() or row >= len(self._files):
            return None
        return self._planned[self._files[row]]

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's
        """Return an index."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008 - Qt's
        """Return the file of a field; files have none."""
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return the number of files, of a file's fields, or of refused files."""
        if parent.isValid() and (parent.column() or parent.internalId()):
            return 0
        if not parent.isValid():
            return len(self._files) + bool(self._refused)
        file = self.file_at(parent)
        return len(file.changes) if file else len(self._refused)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Return 3."""
        return 3

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the titles."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("File and field"), self.tr("Now"), self.tr("After writing"))[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let files and fields be checked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == NAME and self.file_at(index) is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        file = self.file_at(index)
        if file is None:
            return self._refused_data(index, role)
        if role == Role.CheckStateRole:
            return self._state(index) if index.column() == NAME else None
        if index.internalId() == 0:
            return self._file_data(file, index.column(), role)
        return self._change_data(file, index, role)

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Check or uncheck a file or one of its fields."""
        file = self.file_at(index)
        if role != Role.CheckStateRole or index.column() != NAME or file is None:
            return False
        wanted = Qt.CheckState(value) != Qt.CheckState.Unchecked
        top = self.parent(index) if index.internalId() else self.index(index.row(), 0)
        number = self._files[top.row()]
        rows = [index.row()] if index.internalId() else range(len(file.changes))
        touched = {(number, row) for row in rows}
        (self._unchecked.difference_update if wanted else self._unchecked.update)(touched)
        self.dataChanged.emit(top, top, _CHANGED)
        self.dataChanged.emit(self.index(0, 0, top), self.index(len(file.changes) - 1, 0, top), _CHANGED)
        self._tell()
        return True

    def _tell(self) -> None:
        self._summary = None
        self.chosen_changed.emit()

    def _state(self, index: Index) -> Qt.CheckState:
        if index.internalId():
            part = (self._files[index.internalId() - 1], index.row())
            return Qt.CheckState.Unchecked if part in self._unchecked else Qt.CheckState.Checked
        number = self._files[index.row()]
        total = len(self._planned[number].changes)
        off = sum((number, at) in self._unchecked for at in range(total))
        if not off:
            return Qt.CheckState.Checked
        return Qt.CheckState.Unchecked if off == total else Qt.CheckState.PartiallyChecked

    def _file_data(self, file: FilePlan, column: int, role: int) -> Any:
        warnings = "\n".join(file.warnings)
        name, icon = shown(file.path.name), self.warning_icon if warnings else None
        if column == NAME:
            tip = "\n".join(filter(None, (shown(file.path), file.format, warnings)))
            spoken = "; ".join(filter(None, (name, warnings)))
            return {
                Role.DisplayRole: name, Role.DecorationRole: icon, Role.ToolTipRole: tip,
                Role.AccessibleTextRole: spoken,
            }.get(Role(role))  # fmt: skip
        if column == BEFORE:
            return values.cell((Piece(file.warnings[0], "muted"),), role) if warnings else None
        both = [(c.before, c.after) for c in file.changes]
        pieces = [piece for old, new in both for piece in (*values.before(old, new), *values.after(old, new))]
        return values.cell([piece for piece in pieces if piece.kind in ("removed", "added")], role)

    def _change_data(self, file: FilePlan, index: Index, role: int) -> Any:
        change = file.changes[index.row()]
        if index.column() == NAME:
            return values.field_name(change.field) if role == Role.DisplayRole else None
        side = values.before if index.column() == BEFORE else values.after
        return values.cell(side(change.before, change.after), role)

    def _refused_data(self, index: Index, role: int) -> Any:
        count = len(self._refused)
        if index.internalId() == 0:
            if index.column() == NAME and role == Role.DisplayRole:
                return plural(self.tr("%n file(s) that cannot be written", "", count), count)
            return self.refused_icon if index.column() == NAME and role == Role.DecorationRole else None
        path, reason = self._refused[index.row()]
        if role == Role.ToolTipRole:
            return f"{shown(path)}\n{shown(reason)}"
        if role == Role.DisplayRole and index.column() in (NAME, BEFORE):
            return shown(path.name) if index.column() == NAME else shown(reason)
        return None
