"""The side bar: states of songs, saved searches, music folders; each is a query to press on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QInputDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import icons
from app.finding.finder import COUNT_MS
from app.icon_button import colours as current_colours
from app.services import Services
from app.texts import number
from tagger_core.errors import shown
from tagger_core.library.query import folder_term
from tagger_core.library.records import SavedQuery, Stats
from tagger_core.library.roots import RootFolder, list_roots

ENTRY_HEIGHT = 27
HEADING_HEIGHT = 30
_QUERY = Qt.ItemDataRole.UserRole
_THING = Qt.ItemDataRole.UserRole + 1
_ICON = Qt.ItemDataRole.UserRole + 2
_NOTE = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True)
class Known:
    """What the side bar shows, read in one go."""

    stats: Stats
    saved: tuple[SavedQuery, ...]
    roots: tuple[RootFolder, ...]


class SideBar(QTreeWidget):
    """Emits the query behind what was pressed; adds, renames and removes saved searches itself."""

    chosen = Signal(str)
    add_folder = Signal()
    scan_folder = Signal(Path)
    remove_folder = Signal(Path)
    known = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._text = ""
        self._known: Known | None = None
        self.setProperty("role", "side")
        self.setAccessibleName(self.tr("States, saved searches and folders"))
        self.setItemDelegate(SideDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemClicked.connect(self._pressed)
        self._states = self._section(self.tr("Library"))
        self._saved = self._section(self.tr("Saved searches"))
        self._folders = self._section(self.tr("Folders"))
        self._soon = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._soon.timeout.connect(self._read_soon)
        services.active.changed.connect(lambda _model: self.reload())

    def reload(self) -> None:
        """Read counts, saved searches and folders again, in a moment: the songs go first."""
        self._soon.start()

    def _read_soon(self) -> None:
        self._services.runner.submit("count", lambda _task: self._read(), self._show, failed=self.failed.emit)

    def set_query(self, text: str) -> None:
        """Mark the entry whose query this is, if there is one."""
        self._text = text
        self.setCurrentItem(None)
        for item in self._entries():
            if item.data(0, _QUERY) == text.strip():
                self.setCurrentItem(item)
                return

    def save_current(self) -> None:
        """Ask for a name and keep the query that is shown."""
        query = self._text.strip()
        name, given = QInputDialog.getText(
            self, self.tr("Save this search"), self.tr("Name:"), QLineEdit.EchoMode.Normal, query
        )
        if given:
            self._change(
                lambda: self._services.library.save_search(name, query), lambda: self.set_query(self._text)
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Press the current entry with Enter; F2 renames and Delete removes a saved search."""
        item = self.currentItem()
        thing = item.data(0, _THING) if item is not None else None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._pressed(item)
        elif event.key() == Qt.Key.Key_F2 and isinstance(thing, SavedQuery):
            self._rename(thing)
        elif event.key() == Qt.Key.Key_Delete and isinstance(thing, SavedQuery):
            self._remove(thing)
        elif event.key() == Qt.Key.Key_Delete and isinstance(thing, RootFolder):
            self.remove_folder.emit(thing.path)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the icons anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            sections = [self.topLevelItem(number) for number in range(self.topLevelItemCount())]
            for item in (*sections, *self._entries()):
                self._paint(item)

    def _read(self) -> Known:
        library, model_id = self._services.library, self._services.active.id
        return Known(library.stats(model_id), tuple(library.saved_searches()), tuple(list_roots(library)))

    def _show(self, known: Known) -> None:
        """Show what was read, where the person has scrolled to: during a scan it comes every two seconds."""
        bar = self.verticalScrollBar()
        place, current = bar.value(), self._key(self.currentItem())
        self._known = known
        for section in (self._states, self._saved, self._folders):
            section.takeChildren()
        self._show_states(known.stats)
        for saved in known.saved:
            self._entry(self._saved, "saved", saved.name, query=saved.query, thing=saved, tip=saved.query)
        self._entry(
            self._saved, "plus", self.tr("Save this search…"), thing=self.save_current,
            tip=self.tr("Keep the search that is shown under a name"),
        )  # fmt: skip
        for root in known.roots:
            self._show_folder(root)
        self._entry(self._folders, "plus", self.tr("Add a folder…"), thing=self.add_folder.emit)
        self._go_back(current)
        self.doItemsLayout()  # for the bar to know how far it goes
        bar.setValue(place)
        self.known.emit(known)

    def _show_states(self, stats: Stats) -> None:
        pending, problems = stats.pending, stats.problems
        entries = (
            ("songs", self.tr("All songs"), "", stats.tracks),
            ("pending", self.tr("Not heard yet"), "is:pending", pending),
            ("problem", self.tr("Problems"), "is:problem", problems),
            ("missing", self.tr("Missing"), "is:missing", stats.missing),
            ("written", self.tr("Written"), "is:written", None),
        )
        for icon, title, query, count in entries:
            item = self._entry(self._states, icon, title, query=query)
            if count:
                item.setData(0, _NOTE, number(count))

    def _show_folder(self, root: RootFolder) -> None:
        item = self._entry(
            self._folders,
            "folder" if root.available else "folder-away",
            shown(root.path.name or root.path),
            query=folder_term(root.path),
            thing=root,
            tip=shown(root.path),
        )
        if not root.available:
            item.setData(0, _NOTE, self.tr("away"))
            item.setToolTip(
                0, self.tr("%1: not there now; its songs are kept").replace("%1", shown(root.path))
            )
        elif root.scanned_at is None:
            item.setData(0, _NOTE, self.tr("new"))

    def _section(self, title: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [title])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = item.font(0)
        font.setPixelSize(11)
        font.setBold(True)
        item.setFont(0, font)
        item.setExpanded(True)
        self._paint(item)
        return item

    def _entry(
        self,
        section: QTreeWidgetItem,
        icon: str,
        title: str,
        *,
        query: str | None = None,
        thing: object = None,
        tip: str = "",
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(section, [title])
        item.setData(0, _QUERY, query)
        item.setData(0, _THING, thing)
        item.setData(0, _ICON, icon)
        item.setToolTip(0, tip)
        self._paint(item)
        return item

    def _paint(self, item: QTreeWidgetItem) -> None:
        muted = current_colours().muted
        name = item.data(0, _ICON)
        if name is None or name == "plus":
            item.setForeground(0, QColor(muted))
        if name is not None:
            item.setIcon(0, icons.icon(name, muted))

    def _entries(self) -> list[QTreeWidgetItem]:
        sections = (self.topLevelItem(number) for number in range(self.topLevelItemCount()))
        return [section.child(row) for section in sections for row in range(section.childCount())]

    def _key(self, item: QTreeWidgetItem | None) -> object:
        """Return what an entry is known by when all are made anew: a saved search or a folder by its id."""
        if item is None:
            return None
        section = self.indexOfTopLevelItem(item.parent())
        return section, item.data(0, _QUERY), getattr(item.data(0, _THING), "id", None)

    def _go_back(self, key: object) -> None:
        """Go to the entry that was current; where none was, or it is gone, to that of the query."""
        for item in self._entries() if key is not None else ():
            if self._key(item) == key:
                self.setCurrentItem(item)
                return
        self.set_query(self._text)

    def _pressed(self, item: QTreeWidgetItem) -> None:
        query, thing = item.data(0, _QUERY), item.data(0, _THING)
        if query is not None:
            self.chosen.emit(query)
        elif callable(thing):
            thing()

    def _show_menu(self, position: QPoint) -> None:
        item = self.itemAt(position)
        thing = item.data(0, _THING) if item is not None else None
        menu = QMenu(self)
        if isinstance(thing, SavedQuery):
            menu.addAction(self.tr("Rename…"), lambda: self._rename(thing))
            menu.addAction(self.tr("Remove"), lambda: self._remove(thing))
        elif isinstance(thing, RootFolder):
            menu.addAction(self.tr("Scan this folder"), lambda: self.scan_folder.emit(thing.path))
            menu.addAction(self.tr("Remove from the library…"), lambda: self.remove_folder.emit(thing.path))
        if not menu.isEmpty():
            menu.exec(self.viewport().mapToGlobal(position))

    def _rename(self, saved: SavedQuery) -> None:
        name, given = QInputDialog.getText(
            self, self.tr("Rename the search"), self.tr("Name:"), QLineEdit.EchoMode.Normal, saved.name
        )
        if given:
            self._change(lambda: self._services.library.rename_search(saved.id, name))

    def _remove(self, saved: SavedQuery) -> None:
        question = self.tr("Remove the saved search “%1”? No song changes.").replace("%1", saved.name)
        if (
            QMessageBox.question(self, self.tr("Remove the search"), question)
            == QMessageBox.StandardButton.Yes
        ):
            self._change(lambda: self._services.library.remove_search(saved.id))

    def _change(self, change: Callable[[], object], changed: Callable[[], object] = lambda: None) -> None:
        def done(_changed: object) -> None:
            changed()
            self.reload()

        self._services.runner.submit("read", lambda _task: change(), done, failed=self.failed.emit)


class SideDelegate(QStyledItemDelegate):
    """Puts a number or a word at the right end of an entry."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for entries and a higher one for headings."""
        return QSize(80, ENTRY_HEIGHT if index.parent().isValid() else HEADING_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint an entry."""
        super().paint(painter, option, index)
        note = index.data(_NOTE)
        if note:
            painter.save()
            painter.setPen(QColor(current_colours().muted))
            room = option.rect.adjusted(0, 0, -8, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
            painter.restore()
