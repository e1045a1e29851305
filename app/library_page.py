"""The page with the songs: side bar and tags, search field and table, the song that is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.finding.finder import RECOUNT_MS, Finder, Result
from app.finding.search_field import SearchField
from app.finding.side_bar import SideBar
from app.finding.tag_panel import TagPanel
from app.services import Services
from app.song.panel import SongPanel
from app.songs.model import PAGE
from app.songs.view import SongTable
from app.texts import plural
from tagger_core.errors import QueryError
from tagger_core.library.query import parse
from tagger_core.library.query.spelling import respelled
from tagger_core.library.records import TrackRow

_STATE = "library/"
_NARROWEST = 360  # pixels of the middle
_MEANT_WIDTH = 190  # of a suggested query in it, beside what stands around it


class LibraryPage(QSplitter):
    """Joins the ways to write the query with the finder, and what it found with the table."""

    decided = Signal(list, str, object)
    play = Signal(int, float)
    write_requested = Signal(list)
    selection = Signal(list)
    found = Signal(int)
    add_folder = Signal()
    scan_folder = Signal(Path)
    remove_folder = Signal(Path)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._services = services
        self._respelled: str | None = None
        self._row: TrackRow | None = None
        self.finder = Finder(services, self, first=PAGE)
        self.search = SearchField(services)
        self.tags = TagPanel(services)
        self.side = SideBar(services)
        self.table = SongTable(services)
        self.song = SongPanel(services)
        self._recount = QTimer(self, singleShot=True, interval=RECOUNT_MS)
        self._recount.timeout.connect(self.side.reload)
        self.setFocusProxy(self.table)  # the keyboard comes back to the songs from another page
        self._lay_out()
        self._join_query()
        self._join_songs()
        self._restore()

    def show_query(self, text: str) -> None:
        """Ask a question that comes from elsewhere, such as a saved search."""
        self.finder.set_text(text)

    def refresh(self) -> None:
        """Ask again, and count again now and then: the library has changed."""
        self.finder.refresh()
        if not self._recount.isActive():
            self._recount.start()

    def decisions_changed(self) -> None:
        """Show rows, song and counts as they are after a decision."""
        self.finder.refresh()
        self.song.refresh()

    def songs_written(self) -> None:
        """Show rows, song and counts as they are after files were written or restored."""
        self.refresh()
        self.song.refresh()

    def neighbour(self, track_id: int | None, step: int) -> int | None:
        """Return the song so many rows below one of the table; None where there is none."""
        row = self.table.row_of(track_id) if track_id is not None else None
        ids = self.table.ids()
        return ids[row + step] if row is not None and 0 <= row + step < len(ids) else None

    def remember(self) -> None:
        """Keep sizes and columns for the next start."""
        state = self._services.preferences.state()
        state.setValue(_STATE + "columns", self.saveState())
        state.setValue(_STATE + "left", self.left.saveState())
        state.setValue(_STATE + "left shown", self.left.isVisibleTo(self))
        state.setValue(_STATE + "song shown", self.song.isVisibleTo(self))
        self.table.remember()

    def _lay_out(self) -> None:
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.setChildrenCollapsible(False)
        self.left.setHandleWidth(1)
        self.left.addWidget(self.side)
        self.left.addWidget(self.tags)
        self.left.setStretchFactor(1, 1)
        self.left.setSizes([330, 470])
        self.left.setMinimumWidth(190)
        self.song.setMinimumWidth(260)
        self.addWidget(self.left)
        self.addWidget(self._middle())
        self.addWidget(self.song)
        for place, stretch in enumerate((0, 1, 0)):
            self.setStretchFactor(place, stretch)
        self.setSizes([224, 806, 330])

    def _middle(self) -> QWidget:
        middle = QFrame()
        middle.setProperty("role", "ground")
        top = QWidget()
        line = QHBoxLayout(top)
        line.setContentsMargins(12, 12, 16, 10)
        line.setSpacing(14)
        line.addWidget(self.search, 1)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setAccessibleName(self.tr("Songs found"))
        self._count.setMinimumHeight(self.search.sizeHint().height())
        line.addWidget(self._count, 0, Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing())
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._stack, 1)
        middle.setMinimumWidth(_NARROWEST)
        return middle

    def _nothing(self) -> QWidget:
        page = QWidget()
        self._reason = QLabel()
        self._reason.setProperty("role", "heading")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason.setWordWrap(True)
        self._meant = QPushButton()
        self._meant.setProperty("role", "primary")
        self._meant.clicked.connect(lambda: self.finder.set_text(self._respelled or ""))
        self._clear = QPushButton(self.tr("Show all songs"))
        self._clear.clicked.connect(lambda: self.finder.set_text(""))
        column = QVBoxLayout(page)
        column.setSpacing(14)
        column.addStretch(2)
        column.addWidget(self._reason)
        column.addWidget(self._meant, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page

    def _join_query(self) -> None:
        finder = self.finder
        self.search.edited.connect(finder.set_text)
        self.search.submitted.connect(self._submitted)
        self.tags.changed.connect(finder.set_text)
        self.tags.tags_known.connect(self.search.set_tags)
        self.side.chosen.connect(finder.set_text)
        self.table.sort_requested.connect(finder.set_sort)
        self.table.find.connect(finder.set_text)
        self.song.find.connect(finder.set_text)
        for face in (self.search.set_text, self.tags.set_query, self.side.set_query, self._show_order):
            finder.text_changed.connect(face)
        finder.found.connect(self._show_result)
        finder.counted.connect(self.tags.set_counts)
        finder.wrong.connect(self.search.show_error)

    def _join_songs(self) -> None:
        self.table.selection.connect(self._show_selected)
        self.table.model().dataChanged.connect(self._follow_song)
        self.table.opened.connect(lambda track_id: self.play.emit(track_id, 0.0))
        self.song.play.connect(self.play)
        self.song.open_song.connect(self._open_song)
        for teller in (self.table, self.song):
            teller.decided.connect(self.decided)
        self.table.write_requested.connect(self.write_requested)
        self.side.add_folder.connect(self.add_folder)
        self.side.scan_folder.connect(self.scan_folder)
        self.side.remove_folder.connect(self.remove_folder)
        for part in (self.finder, self.tags, self.side, self.table, self.song):
            part.failed.connect(self.failed)

    def _submitted(self, text: str) -> None:
        self.finder.set_text(text)
        self.table.setFocus()

    def _show_result(self, result: Result) -> None:
        self.search.show_error(None)
        self.table.set_ids(result.ids, result.first)
        self._follow_song()
        asked = bool(result.text.strip())
        self._reason.setText(
            self.tr("No song fits this search") if asked else self.tr("There are no songs here yet")
        )
        self._clear.setVisible(asked)
        self._suggest("" if result.ids else result.text)
        self._stack.setCurrentIndex(0 if result.ids else 1)
        found = len(result.ids)
        self._count.setText(plural(self.tr("%n song(s)", "", found), found))
        self.found.emit(found)

    def _show_order(self, text: str) -> None:
        """Show by which column a query sorts; one that does not parse leaves the last order standing."""
        try:
            order = parse(text).order
        except QueryError:
            return
        field, descending = (order[0].name.casefold(), order[0].descending) if order else ("", False)
        self.table.show_order(field, descending=descending)

    def _suggest(self, text: str) -> None:
        """Offer a query without the slip that this one may have."""
        self._respelled = respelled(text, self.tags.names())
        self._meant.setVisible(self._respelled is not None)
        if self._respelled is not None:
            # A long query must not be cut off at both ends, nor a letter of it become a shortcut.
            metrics = self._meant.fontMetrics()
            query = metrics.elidedText(self._respelled, Qt.TextElideMode.ElideRight, _MEANT_WIDTH)
            self._meant.setText(self.tr("Did you mean: {query}").format(query=query.replace("&", "&&")))

    def _show_selected(self, ids: list[int]) -> None:
        if len(ids) > 1:
            self.song.show_many(ids)
        else:
            self.song.show_song(ids[0] if ids else None)
        self._follow_song()
        self.selection.emit(ids)

    def _open_song(self, track_id: int) -> None:
        """Select a song in the table; one that is not in the result is shown all the same."""
        if self.table.row_of(track_id) is None:
            self.table.clearSelection()
            self.song.show_song(track_id)
        else:
            self.table.show_song(track_id)

    def _follow_song(self) -> None:
        """Read the song that is chosen again once its row says something else: it was heard meanwhile."""
        track_id = self.song.track_id
        row = self.table.row(track_id) if track_id is not None else None
        if row is None:
            return
        before, self._row = self._row, row
        if before is not None and before.id == row.id and before != row:
            self.song.refresh()

    def _restore(self) -> None:
        state = self._services.preferences.state()
        for key, splitter in (("columns", self), ("left", self.left)):
            saved = state.value(_STATE + key)
            if saved is not None:
                splitter.restoreState(saved)
        self.left.setVisible(state.value(_STATE + "left shown", defaultValue=True, type=bool))
        self.song.setVisible(state.value(_STATE + "song shown", defaultValue=True, type=bool))
