"""The music folders: added, taken out, watched."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.preferences.page import Page, form
from app.services import Services
from app.texts import moment, number
from tagger_core.errors import shown
from tagger_core.library.roots import RootFolder, add_root, list_roots

_MINUTES = (0, 10, 30, 60, 360, 1440)


class FoldersPage(Page):
    """Signals: added(Path), removal(Path): a folder is to be taken out; `settled` is to be called then."""

    added = Signal(Path)
    removal = Signal(Path)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(
            self.tr("Folders"),
            self.tr("Scanning only reads. New and changed songs are heard when they are found."),
        )
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Music folders"))
        self.list.setProperty("role", "boxed")
        self._add = QPushButton(self.tr("Add a folder…"), self)
        self._remove = QPushButton(self.tr("Remove…"), self)
        self._question = self._make_question()
        self._watch = QCheckBox(self.tr("Watch the folders, and scan what changes"), self)
        self._often = QComboBox(self)
        self._fill()
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        choices = form()
        choices.addRow(self._watch)
        choices.addRow(self.tr("Look through all of them"), self._often)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(buttons)
        self.column.addWidget(self._question)
        self.column.addLayout(choices)
        self._add.clicked.connect(self._choose)
        self._remove.clicked.connect(self._ask)
        self.list.currentRowChanged.connect(lambda _row: self._show_state())
        self._watch.toggled.connect(lambda on: self.change(watch=on))
        self._often.activated.connect(lambda _row: self.change(rescan_minutes=self._often.currentData()))
        self.reload()

    def reload(self) -> None:
        """Read the folders again."""
        self.run("read", lambda _task: list_roots(self.services.library), self._show, shown=False)

    def add(self, path: Path) -> None:
        """Add a folder; it is scanned by whoever hears `added`."""

        def done(_root: int) -> None:
            self.added.emit(path)
            self.reload()

        self.run("write", lambda _task: add_root(self.services.library, path), done)

    def remove(self, path: Path) -> None:
        """Have a folder taken out by whoever hears `removal`: a scan may have to stop for it."""
        self.show_error(None)
        self._remove.setEnabled(False)
        self._bar.show()
        self.removal.emit(path)

    def settled(self, error: BaseException | None = None) -> None:
        """Show the folders after one was taken out, or why it was not."""
        self._bar.setVisible(self.busy)
        if error is None:
            self.reload()
        else:
            self.show_error(error)
            self._show_state()

    def work_failed(self) -> None:
        """Show the folders as they are."""
        self._show_state()

    def _make_question(self) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("role", "card")
        self._asked = QLabel(frame, wordWrap=True)
        self.yes = QPushButton(self.tr("Remove"), frame)
        self.yes.setProperty("role", "primary")
        no = QPushButton(self.tr("Keep it"), frame)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(no)
        row.addWidget(self.yes)
        column = QVBoxLayout(frame)
        column.addWidget(self._asked)
        column.addLayout(row)
        no.clicked.connect(frame.hide)
        self.yes.clicked.connect(self._agreed)
        frame.hide()
        return frame

    def _fill(self) -> None:
        settings = self.services.preferences.settings
        self._watch.setChecked(settings.watch)
        for minutes in sorted({*_MINUTES, settings.rescan_minutes}):
            self._often.addItem(self._span(minutes), minutes)
        self._often.setCurrentIndex(self._often.findData(settings.rescan_minutes))

    def _span(self, minutes: int) -> str:
        if not minutes:
            return self.tr("only when I ask for it")
        if minutes % 60:
            return self.tr("every %1 minutes").replace("%1", number(minutes))
        if minutes == 60:
            return self.tr("every hour")
        return self.tr("every %1 hours").replace("%1", number(minutes // 60))

    def _show(self, roots: list[RootFolder]) -> None:
        self.list.clear()
        for root in roots:
            item = QListWidgetItem(self._told(root), self.list)
            item.setData(Qt.ItemDataRole.UserRole, root.path)
            item.setToolTip(shown(root.path))
        self.list.setCurrentRow(0 if roots else -1)
        self._show_state()

    def _told(self, root: RootFolder) -> str:
        if not root.available:
            state = self.tr("not there at the last scan; its songs are kept")
        elif root.scanned_at is None:
            state = self.tr("not scanned in full yet")
        else:
            state = self.tr("scanned %1").replace("%1", moment(root.scanned_at))
        return f"{shown(root.path)}\n{state}"

    def _show_state(self) -> None:
        self._question.hide()
        self._remove.setEnabled(self.list.currentItem() is not None)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a music folder"), str(Path.home()))
        if folder:
            self.add(Path(folder))

    def _ask(self) -> None:
        text = self.tr(
            "Take %1 out of the library? Its files stay as they are; scores and decisions are forgotten."
        )
        self._asked.setText(text.replace("%1", shown(self.list.currentItem().data(Qt.ItemDataRole.UserRole))))
        self._question.show()
        self.yes.setFocus()

    def _agreed(self) -> None:
        self._question.hide()
        self.remove(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
