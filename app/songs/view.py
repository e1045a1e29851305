"""The table of songs: columns to choose, sort and size, remembered; decisions by key and by menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStyleOptionViewItem, QTableView, QWidget

from app.services import Services
from app.songs.columns import COLUMNS, TAGS
from app.songs.delegate import ROW_HEIGHT, SongDelegate, tag_at
from app.songs.model import IdRole, RowRole, TrackModel, blocks
from tagger_core.library.records import TagScore, TrackRow

MOST_BLOCKS = 500  # apart in the table; Qt takes the square of their number to select them
_STATE = "songs/header"


class SongTable(QTableView):
    """Shows a result; knows nothing of queries."""

    selection = Signal(list)
    opened = Signal(int)
    decided = Signal(list, str, object)
    sort_requested = Signal(str)
    find = Signal(str)
    write_requested = Signal(list)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setAccessibleName(self.tr("Songs"))
        self.setItemDelegate(SongDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(IdRole)))
        self._track_model = TrackModel(services.runner, self._fetch, self)
        self._track_model.sort_requested.connect(self.sort_requested)
        self._track_model.failed.connect(self.failed)
        self.setModel(self._track_model)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self._set_up_headers()

    def set_ids(self, ids: list[int], first: Sequence[TrackRow] = ()) -> None:
        """Show a result; songs that stay in it stay selected, and the current one stays in view if it was.

        Args:
            ids: in order.
            first: the first page of rows, where it is at hand.
        """
        if ids == self._track_model.ids():
            self._track_model.set_ids(ids, first)
            return
        kept, current, seen = self.selected(), self.current(), self._sees_current()
        self._track_model.set_ids(ids, first)
        self._select(kept)
        row = self._track_model.row_of(current) if current is not None else None
        if row is not None:
            index = self._track_model.index(row, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            if seen:
                self.scrollTo(index)
        if self.selected() != kept:  # a reset takes the selection away without a word
            self._selection_changed()

    def refresh(self) -> None:
        """Fetch again what is shown."""
        self._track_model.refresh()

    def ids(self) -> list[int]:
        """Return the ids shown, in order; not to be changed."""
        return self._track_model.ids()

    def selected(self) -> list[int]:
        """Return the ids of the selected songs, in the table's order."""
        ids = self._track_model.ids()
        ranges = sorted((r.top(), r.bottom()) for r in self.selectionModel().selection())
        return [ids[row] for top, bottom in ranges for row in range(top, bottom + 1)]

    def row_of(self, track_id: int) -> int | None:
        """Return where a song stands, None if it is not in the result."""
        return self._track_model.row_of(track_id)

    def row(self, track_id: int) -> TrackRow | None:
        """Return what is shown of a song, None if it is not in the result or not here yet: then it comes."""
        number = self._track_model.row_of(track_id)
        return None if number is None else self._track_model.index(number, 0).data(RowRole)

    def current(self) -> int | None:
        """Return the id of the song that the keyboard is on."""
        index = self.currentIndex()
        return index.data(IdRole) if index.isValid() else None

    def show_song(self, track_id: int) -> None:
        """Select one song and bring it into view, if it is in the result."""
        row = self._track_model.row_of(track_id)
        if row is not None:
            self.selectRow(row)
            self.scrollTo(self._track_model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def show_order(self, field: str, *, descending: bool) -> None:
        """Put the arrow on the column that goes by a field; on none where there is no such column."""
        columns = (number for number, column in enumerate(COLUMNS) if field and column.sort == field)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._arrow = (next(columns, -1), order)
        self._put_arrow()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the current song with Enter; the rest is the table's own."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Look for nothing: Qt would ask every row for its title, and the search field finds more."""

    def remember(self) -> None:
        """Keep the order, widths and visibility of the columns for the next start."""
        self._services.preferences.state().setValue(_STATE, self.horizontalHeader().saveState())

    def _fetch(self, ids: list[int]) -> list[TrackRow]:
        return self._services.library.rows(ids, self._services.active.id)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        # One of its own, that stays empty: to paint a heading Qt asks of every row whether it is selected.
        header.setSelectionModel(QItemSelectionModel(self._track_model, header))
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_columns)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, column.width or 120)
            self.setColumnHidden(number, not column.width)
            if column.key == TAGS:  # what the others leave, so that none is cut off at the window's edge
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        saved = self._services.preferences.state().value(_STATE)
        if saved is not None:
            header.restoreState(saved)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._arrow = (-1, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._keep_arrow)
        self.setSortingEnabled(True)

    def _keep_arrow(self, column: int, order: Qt.SortOrder) -> None:
        """Leave the arrow where it was if a heading is pressed that no order goes by."""
        if column < 0 or COLUMNS[column].sort:
            self._arrow = (column, order)
        else:
            self._put_arrow()

    def _put_arrow(self) -> None:
        header = self.horizontalHeader()
        with QSignalBlocker(header):
            header.setSortIndicator(*self._arrow)

    def _select(self, track_ids: list[int]) -> None:
        rows = sorted(r for r in map(self._track_model.row_of, track_ids) if r is not None)
        runs = blocks(rows)
        if len(runs) > MOST_BLOCKS:
            return
        chosen = QItemSelection()
        last = len(COLUMNS) - 1
        for top, bottom in runs:
            chosen.append(
                QItemSelectionRange(self._track_model.index(top, 0), self._track_model.index(bottom, last))
            )
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _sees_current(self) -> bool:
        return self.viewport().rect().intersects(self.visualRect(self.currentIndex()))

    def _selection_changed(self) -> None:
        self.selection.emit(self.selected())

    def _show_columns(self, position: QPoint) -> None:
        menu = QMenu(self)
        for number in range(len(COLUMNS)):
            title = self._track_model.headerData(number, Qt.Orientation.Horizontal)
            action = QAction(title, menu, checkable=True)
            action.setChecked(not self.isColumnHidden(number))
            action.setEnabled(number != 0)
            action.toggled.connect(lambda shown, number=number: self.setColumnHidden(number, not shown))
            menu.addAction(action)
        menu.exec(self.horizontalHeader().mapToGlobal(position))

    def _show_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        ids = self.selected()
        if not index.isValid() or not ids:
            return
        song = index.data(IdRole)  # now: a scan may put another result below the open menu
        menu = QMenu(self)
        tag = self._tag_under(position)
        if tag is not None:
            self._add_decisions(menu, ids, tag)
        menu.addAction(self.tr("Play"), lambda: self.opened.emit(song))
        menu.addAction(self.tr("Find similar songs"), lambda: self.find.emit(f"similar:{song}"))
        menu.addAction(self.tr("Write tags…"), lambda: self.write_requested.emit(ids))
        menu.exec(self.viewport().mapToGlobal(position))

    def _add_decisions(self, menu: QMenu, ids: list[int], tag: TagScore) -> None:
        for text, accepted in (
            (self.tr("Accept “%1”"), True),
            (self.tr("Reject “%1”"), False),
            (self.tr("Undecide “%1”"), None),
        ):
            decide = menu.addAction(text.replace("%1", tag.name))
            decide.triggered.connect(lambda _=False, said=accepted: self.decided.emit(ids, tag.name, said))
        menu.addSeparator()

    def _tag_under(self, position: QPoint) -> TagScore | None:
        index = self.indexAt(position)
        row = index.data(RowRole)
        if COLUMNS[index.column()].key != TAGS or not isinstance(row, TrackRow):
            return None
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        return tag_at(option, row, position.toPointF())
