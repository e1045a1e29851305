"""The window before there is anything in it: what Earmark does, and the two ways to begin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import icons
from app.scanning.demo import bundled_songs

_WIDTH = 540


class EmptyPage(QWidget):
    """Takes a folder by drop or by button, or leads to the demo songs."""

    folder_chosen = Signal(Path)
    demo_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._picture())
        column.addSpacing(20)
        column.addWidget(_text(self.tr("Find your songs by how they sound"), "title"))
        column.addSpacing(8)
        column.addWidget(
            _text(
                self.tr(
                    "Earmark listens to the music on this machine and hears genre, mood, instruments and "
                    "voice. Search by it, correct it, write it into your files."
                ),
                "muted",
            )
        )
        column.addSpacing(28)
        column.addWidget(self._drop_card())
        column.addSpacing(16)
        column.addWidget(
            _text(self.tr("Scanning only reads your files. Nothing leaves this machine."), "muted")
        )
        inside = QWidget(self)
        inside.setFixedWidth(_WIDTH)
        inside.setLayout(column)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(inside)
        line.addStretch(1)
        page = QVBoxLayout(self)
        page.addStretch(4)
        page.addLayout(line)
        page.addStretch(5)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Light up for folders and files."""
        if dropped_paths(event.mimeData()):
            accept_copy(event)
            self._light(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to rest."""
        self._light(over=False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Hand on every folder that was dropped."""
        self._light(over=False)
        accept_copy(event)
        for path in dropped_paths(event.mimeData()):
            self.folder_chosen.emit(path)

    def _picture(self) -> QLabel:
        picture = QLabel(self)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setPixmap(icons.logo(88, self.devicePixelRatioF()))
        return picture

    def _drop_card(self) -> QFrame:
        self._card = QFrame(self)
        self._card.setProperty("role", "drop")
        add = QPushButton(self.tr("Add a folder…"), self._card)
        add.setProperty("role", "primary")
        add.setDefault(True)
        add.clicked.connect(self._choose)
        self.setFocusProxy(add)
        demo = QPushButton(self.tr("Try the demo songs"), self._card)
        demo.clicked.connect(self.demo_chosen)
        demo.setVisible(bool(bundled_songs()))
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(add)
        buttons.addWidget(demo)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(24, 30, 24, 30)
        inside.setSpacing(18)
        inside.addWidget(_text(self.tr("Drop a music folder here"), "heading"))
        inside.addLayout(buttons)
        return self._card

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a music folder"), str(Path.home()))
        if folder:
            self.folder_chosen.emit(Path(folder))

    def _light(self, *, over: bool) -> None:
        self._card.setProperty("over", over)
        self._card.style().unpolish(self._card)
        self._card.style().polish(self._card)


def dropped_paths(dropped: QMimeData) -> list[Path]:
    """Return the folders and files of this machine in what is dragged; remote places are left out."""
    return [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]


def accept_copy(event: QDropEvent) -> None:
    """Take what is dragged, as a copy whatever keys are held: who is told of a move deletes its files."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _text(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
