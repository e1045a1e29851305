"""The item model of the table: ids in memory, rows paged in from the reading lane.

100,000 tracks are 100,000 integers here; a row is fetched when the view asks for it, a page at a time,
and the oldest pages are forgotten. Sorting and filtering are done in SQL, the model only ever swaps its ids.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.runner import TaskRunner
from app.songs.columns import COLUMNS, STATE, Column
from tagger_core.library.records import TrackRow

PAGE = 32  # what a window of common height shows
PAGES_KEPT = 128
_FETCHED_AGAIN = 3
Index = QModelIndex | QPersistentModelIndex

RowRole = Qt.ItemDataRole.UserRole
IdRole = Qt.ItemDataRole.UserRole + 1


class TrackModel(QAbstractTableModel):
    """Rows of tracks by id.

    Args:
        runner: fetches pages in its reading lane.
        fetch: ids -> rows in the same order; called off the window's thread.
    """

    sort_requested = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        runner: TaskRunner,
        fetch: Callable[[Sequence[int]], Sequence[TrackRow]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._fetch = runner, fetch
        self._ids: list[int] = []
        self._row_of: dict[int, int] | None = None
        self._pages: OrderedDict[int, dict[int, TrackRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0

    def ids(self) -> list[int]:
        """Return the ids in the order shown; not to be changed."""
        return self._ids

    def row_of(self, track_id: int) -> int | None:
        """Return where a track stands, None if it is not in the result."""
        if self._row_of is None:
            self._row_of = {track: row for row, track in enumerate(self._ids)}
        return self._row_of.get(track_id)

    def set_ids(self, ids: list[int], first: Sequence[TrackRow] = ()) -> None:
        """Show another result, at once where the first page of its rows is at hand."""
        if ids == self._ids:
            self.refresh(first)
            return
        self.beginResetModel()
        self._ids = ids
        self._row_of = None
        self._forget()
        if first:
            self._take(0, first)
        self.endResetModel()

    def refresh(self, first: Sequence[TrackRow] = ()) -> None:
        """Fetch the rows in view again: their songs were analysed, decided on or written.

        Until they come the old ones are shown, and what is on its way is asked for again.
        """
        kept = list(self._pages.items())[-_FETCHED_AGAIN:]
        wanted = dict.fromkeys([*(page for page, _ in kept), *self._asked])
        self._forget()
        self._pages = OrderedDict(kept)
        if first:
            self._arrived(self._generation, 0, first)
        for page in wanted:
            if page or not first:
                self._ask(page)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many tracks the result has."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return the number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's translated title."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("Column", column.title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown; a row that is not here yet is asked for and shows nothing until it comes."""
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role == IdRole:
            return self._ids[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.headerData(index.column(), Qt.Orientation.Horizontal, role)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, RowRole):
            return None
        row = self._row(index.row())
        if row is None or role == RowRole:
            return row
        tells_problem = role == Qt.ItemDataRole.ToolTipRole and row.problem
        return row.problem if tells_problem else _text(COLUMNS[index.column()], row)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for the result in another order; whoever owns the query answers with `set_ids`.

        The header takes the order away with column -1.
        """
        if column == -1:
            self.sort_requested.emit("")
        elif 0 <= column < len(COLUMNS) and COLUMNS[column].sort:
            sign = "-" if order == Qt.SortOrder.DescendingOrder else ""
            self.sort_requested.emit(f"sort:{sign}{COLUMNS[column].sort}")

    def _row(self, number: int) -> TrackRow | None:
        page = number // PAGE
        rows = self._pages.get(page)
        if rows is None:
            self._ask(page)
            return None
        self._pages.move_to_end(page)
        return rows.get(self._ids[number])

    def _ask(self, page: int) -> None:
        ids = self._ids[page * PAGE : (page + 1) * PAGE]
        if page in self._asked or not ids:
            return
        self._asked.add(page)
        generation = self._generation
        self._runner.submit(
            "read",
            lambda _task: self._fetch(ids),
            lambda rows: self._arrived(generation, page, rows),
            failed=self.failed.emit,
        )

    def _arrived(self, generation: int, page: int, rows: Sequence[TrackRow]) -> None:
        if generation != self._generation:
            return
        self._asked.discard(page)
        before = self._pages.get(page, {})
        self._take(page, rows)
        for top, bottom in blocks(self._different(page, before)):
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(COLUMNS) - 1))

    def _different(self, page: int, before: dict[int, TrackRow]) -> list[int]:
        """Return where a page shows anything else than before: a scan changes few songs at a time."""
        here = range(page * PAGE, min((page + 1) * PAGE, len(self._ids)))
        now = self._pages[page]
        return [row for row in here if now.get(self._ids[row]) != before.get(self._ids[row])]

    def _take(self, page: int, rows: Sequence[TrackRow]) -> None:
        self._pages[page] = {row.id: row for row in rows}
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def _forget(self) -> None:
        self._generation += 1
        self._pages = OrderedDict()
        self._asked = set()


def blocks(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return rising rows as first and last of each run without a gap.

    Examples:
        >>> blocks([2, 3, 4, 7])
        [(2, 4), (7, 7)]
    """
    starts = [row for before, row in zip([-2, *rows], rows, strict=False) if row != before + 1]
    ends = [row for row, after in zip(rows, [*rows[1:], -2], strict=False) if after != row + 1]
    return list(zip(starts, ends, strict=True))


def _text(column: Column, row: TrackRow) -> str:
    text = column.text(row)
    return QCoreApplication.translate("Column", text) if column.key == STATE and text else text
