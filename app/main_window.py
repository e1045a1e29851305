"""The window: lays out the pages and joins their signals; what they do is their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import help as help_pages
from app.decider import Decider
from app.exporting import Exporter
from app.folders import Folders
from app.late_pages import LatePages
from app.library_page import LibraryPage
from app.menus import Menus
from app.notice import Notice
from app.scanning.empty_page import EmptyPage, accept_copy, dropped_paths
from app.scanning.scanning import Scanning
from app.scanning.status import ScanStatus
from app.scanning.watcher import Watcher
from app.services import Services
from app.song.player import PlayerBar
from app.texts import plural, told
from tagger_core.errors import EarmarkError, shown
from tagger_core.jobs import Model

_STATE = "window/"


class MainWindow(QMainWindow):
    """The only window.

    Signals:
        broken(BaseException): something failed that no person can act upon.
    """

    broken = Signal(object)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.setWindowTitle("Earmark")
        self.setAcceptDrops(True)
        self.scanning = Scanning(services, self)
        self.decider = Decider(services, self)
        self.exporter = Exporter(services, self)
        self.folders = Folders(services, self.scanning, self)
        self.notice = Notice()
        self.library = LibraryPage(services)
        self.empty = EmptyPage()
        self._pages = QStackedWidget()
        self.pages = LatePages(services, self._pages)
        self.player = PlayerBar(services)
        self.status = ScanStatus(services, self.scanning)
        self.menus = Menus(self)
        self._lay_out()
        self._join_songs()
        self._join_library()
        self._join_menus()
        self._restore()
        self.watcher = Watcher(services, self.scanning, self)

    def open(self) -> None:
        """Show the songs, or how to begin where there are no music folders."""
        self._show_page(self.library if self.folders.any() else self.empty)
        self.library.side.reload()

    def add_folder(self, path: Path) -> None:
        """Scan a folder or file; it becomes a music folder if it is in none."""
        self.scanning.start([path])
        self._show_page(self.library)

    def find_model(self, then: Callable[[], object] = lambda: None) -> None:
        """Show scores of the model that the settings name; without one, what the library has without it."""

        def use(model: Model) -> None:
            self._services.active.use(model)
            then()

        def without(error: BaseException) -> None:
            self.tell(error)
            self.library.refresh()

        workspace = self._services.workspace
        self._services.runner.submit("read", lambda _task: workspace.model(), use, failed=without)

    def tell(self, error: BaseException) -> None:
        """Tell what went wrong in the line above the page."""
        self.notice.tell(told(error))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember how the window was; what runs puts down what it holds, and goes on at the next start."""
        state = self._services.preferences.state()
        state.setValue(_STATE + "geometry", self.saveGeometry())
        self.library.remember()
        state.sync()
        self.hide()
        self.player.stop()
        for worker in (self.library.song, self.pages):
            worker.close_workers()
        self._services.runner.close()
        self.watcher.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take folders and files anywhere in the window."""
        if dropped_paths(event.mimeData()):
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Scan what was dropped."""
        accept_copy(event)
        for path in dropped_paths(event.mimeData()):
            self.add_folder(path)

    def _lay_out(self) -> None:
        for page in (self.library, self.empty):
            self._pages.addWidget(page)
        self._line = QFrame()
        self._line.setProperty("role", "line")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self._pages, 1)
        column.addWidget(self._line)
        column.addWidget(self.player)
        self.setCentralWidget(inside)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)

    def _join_songs(self) -> None:
        library = self.library
        library.write_requested.connect(self._write)
        library.selection.connect(self._selected)
        self.player.position.connect(library.song.show_position)
        self.player.song_changed.connect(library.song.show_playing)
        self.player.previous_requested.connect(lambda: self._play_beside(-1))
        self.player.next_requested.connect(lambda: self._play_beside(1))
        self.player.finished.connect(self._play_on)
        for teller in (library, self.pages):
            teller.play.connect(self.player.play)
        library.decided.connect(self.decider.decide)
        self.pages.decided.connect(self.decider.answer)
        self.decider.undone.connect(self.pages.show_undone)
        self.decider.decided.connect(lambda _ids: library.decisions_changed())
        self.decider.can_undo.connect(self.menus.actions["undo decision"].setEnabled)

    def _join_library(self) -> None:
        library = self.library
        library.add_folder.connect(self.folders.choose)
        library.scan_folder.connect(lambda path: self.scanning.start([path]))
        library.remove_folder.connect(self.folders.remove)
        self.empty.folder_chosen.connect(self.add_folder)
        self.empty.demo_chosen.connect(self.folders.add_demo)
        self.folders.ready.connect(self.add_folder)
        self.folders.changed.connect(self._folders_changed)
        self.scanning.songs_changed.connect(library.refresh)
        self.scanning.folders_added.connect(library.side.reload)
        self.status.problems_requested.connect(lambda: self._find("is:problem"))
        self.pages.closed.connect(lambda: self._show_page(library))
        self.pages.written.connect(lambda _batch: library.songs_written())
        self.exporter.done.connect(self._exported)
        for part in (library, self.pages, self.decider, self.exporter, self.folders):
            part.failed.connect(self._failed)
        self.scanning.failed.connect(self._report)  # the status bar has told the person

    def _join_menus(self) -> None:
        library, actions = self.library, self.menus.actions
        self.menus.connect_all(
            {
                "add folder": self.folders.choose,
                "scan": lambda: self.scanning.start(None),
                "retry": lambda: self.scanning.start(None, retry_problems=True),
                "export table": lambda: self.exporter.ask(library.table.ids(), ".csv"),
                "export playlist": lambda: self.exporter.ask(library.table.ids(), ".m3u8"),
                "quit": self.close,
                "undo decision": self.decider.undo,
                "find": self._focus_search,
                "all songs": lambda: self._find(""),
                "save search": library.side.save_current,
                "select all": library.table.selectAll,
                "accept": lambda: self._decide(accepted=True),
                "reject": lambda: self._decide(accepted=False),
                "songs": lambda: self._show_page(library),
                "tags": self._focus_tags,
                "side shown": lambda: library.left.setVisible(actions["side shown"].isChecked()),
                "song shown": lambda: library.song.setVisible(actions["song shown"].isChecked()),
                "play": self.player.toggle,
                "similar": self._find_similar,
                "review": self._review,
                "write": lambda: self._write(self._chosen()),
                "history": self._show_history,
                "settings": self._show_preferences,
                "queries": lambda: help_pages.show_queries(self),
                "shortcuts": lambda: help_pages.show_shortcuts(self, actions.values()),
                "card": lambda: help_pages.show_card(self, self._services.active.model),
                "about": lambda: help_pages.show_about(self),
            }
        )
        preferences = self._services.preferences
        self.menus.add_themes(preferences.theme, preferences.set_theme)
        actions["undo decision"].setEnabled(False)
        self._selected([])

    def _restore(self) -> None:
        saved = self._services.preferences.state().value(_STATE + "geometry")
        if saved is None or not self.restoreGeometry(saved):
            self.resize(1360, 840)
        actions = self.menus.actions
        actions["side shown"].setChecked(self.library.left.isVisibleTo(self.library))
        actions["song shown"].setChecked(self.library.song.isVisibleTo(self.library))

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        for part in (self._line, self.player):
            part.setVisible(page is not self.empty)
        page.setFocus()

    def _find(self, text: str) -> None:
        self._show_page(self.library)
        self.library.show_query(text)

    def _find_similar(self) -> None:
        """Ask what sounds like the selected song; of several, like the one that the keyboard is on."""
        current, selected = self.library.table.current(), self.library.table.selected()
        if selected:
            self._find(f"similar:{current if current in selected else selected[0]}")

    def _focus_search(self) -> None:
        self._show_page(self.library)
        self.library.search.setFocus()

    def _focus_tags(self) -> None:
        self._show_page(self.library)
        self.menus.actions["side shown"].setChecked(True)
        self.library.left.show()
        self.library.tags.setFocus()

    def _chosen(self, least: int = 1) -> list[int]:
        """Return the songs that a command is for: the selected ones if so many, else the whole result."""
        selected = self.library.table.selected()
        return selected if len(selected) >= least else list(self.library.table.ids())

    def _selected(self, ids: list[int]) -> None:
        for key in ("accept", "reject", "similar"):
            self.menus.actions[key].setEnabled(bool(ids))

    def _play_beside(self, step: int) -> None:
        beside = self.library.neighbour(self.player.track_id, step)
        if beside is not None:
            self.player.play(beside, 0.0)

    def _play_on(self) -> None:
        """Play the next song of the table after one, but for the review, which plays its own."""
        if not self.pages.reviewing:
            self._play_beside(1)

    def _review(self) -> None:
        self.pages.review.start(self._chosen(2))
        self._show_page(self.pages.review)

    def _write(self, ids: list[int]) -> None:
        if ids:
            self.pages.write.plan_for(ids, self.library.finder.text())
            self._show_page(self.pages.write)

    def _show_history(self) -> None:
        self.pages.history.refresh()
        self._show_page(self.pages.history)

    def _decide(self, *, accepted: bool) -> None:
        self.decider.ask(self, self.library.table.selected(), self.library.tags.names(), accepted=accepted)

    def _folders_changed(self) -> None:
        if self._pages.currentWidget() in (self.library, self.empty):
            self.open()
        else:
            self.library.side.reload()
        self.library.refresh()
        self.status.refresh()
        self.watcher.refresh()

    def _show_preferences(self) -> None:
        from app.preferences.dialog import PreferencesDialog  # noqa: PLC0415 - a start does without it

        dialog = PreferencesDialog(self._services, self)
        dialog.folder_added.connect(self.add_folder)
        dialog.folder_removal.connect(self.folders.take_out)
        self.folders.changed.connect(dialog.folders.settled)
        self.folders.failed.connect(dialog.folders.settled)
        dialog.model_used.connect(lambda _name: self.folders.go_on())
        dialog.exec()
        dialog.deleteLater()

    def _exported(self, path: Path, count: int, left_out: int) -> None:
        written = plural(self.tr("%n song(s) written to", "", count), count)
        said = f"{written} {shown(path)}"
        if left_out:
            told = self.tr("%n song(s) left out: a playlist holds no path with a line break", "", left_out)
            said += f"\n{plural(told, left_out)}"
        self.notice.tell(said)

    def _failed(self, error: BaseException) -> None:
        self.tell(error)
        self._report(error)

    def _report(self, error: BaseException) -> None:
        if not isinstance(error, EarmarkError):
            self.broken.emit(error)
