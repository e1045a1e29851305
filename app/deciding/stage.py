"""The list of questions beside the one that is asked now, and the keys that answer it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.deciding.card import Card
from app.deciding.queue import Queue, QueueDelegate
from app.deciding.reading import Question

_LIST_WIDTH = 330


class Stage(QWidget):
    """Everything below the bar; letters and arrows are answers here, and only here.

    What has the keyboard keeps the keys that it answers to itself; the mouse brings the keyboard to the list.

    Signals:
        answered(bool | None): accepted, rejected, or None for skipped.
        undone: the last answer is to be taken back.
        play(float), play_strongest: the song, from so many seconds on or where the tag is strongest.
    """

    answered = Signal(object)
    undone = Signal()
    play = Signal(float)
    play_strongest = Signal()

    def __init__(self, queue: Queue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card, self.list = Card(), QListView()
        self._set_up_list(queue)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # first, or the list would take the policy over
        self.setFocusProxy(self.list)
        self._done = QLabel()
        self._done.setProperty("role", "heading")
        self._done.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._done.setWordWrap(True)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.card, 100)
        line.addStretch(1)
        middle = QVBoxLayout()
        middle.setContentsMargins(24, 24, 24, 24)
        middle.addStretch(2)
        middle.addLayout(line)
        middle.addWidget(self._done)
        middle.addStretch(3)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addLayout(middle, 1)
        self.card.answered.connect(self.answered)
        self.card.undone.connect(self.undone)
        self.card.play.connect(self.play)
        self._add_keys()

    def show_question(self, question: Question | None) -> None:
        """Ask a question; None shows what was told last instead."""
        self.card.setVisible(question is not None)
        self._done.setVisible(question is None)
        if question is not None:
            self.card.show_question(question)

    def tell(self, text: str) -> None:
        """Say why there is no question."""
        self._done.setText(text)

    def told(self) -> str:
        """Return why there is no question; empty while there is one."""
        return "" if self._done.isHidden() else self._done.text()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the list in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.list.viewport().update()

    def _set_up_list(self, queue: Queue) -> None:
        self.list.setProperty("role", "side")
        self.list.setAccessibleName(self.tr("Questions"))
        self.list.setModel(queue)
        self.list.setItemDelegate(QueueDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(_LIST_WIDTH)

    def _add_keys(self) -> None:
        does: tuple[tuple[tuple[str, ...], Callable[[], object]], ...] = (
            (("A", "Right"), lambda: self.answered.emit(True)),
            (("R", "Left"), lambda: self.answered.emit(False)),
            (("S", "Down"), lambda: self.answered.emit(None)),
            (("Z",), self.undone.emit),
        )
        for keys, act in does:
            for key in keys:
                self._add_key(key, self, act)
        for place in (self.list, self.card.timeline):  # a button is pressed by it
            self._add_key("Space", place, self.play_strongest.emit)

    @staticmethod
    def _add_key(key: str, place: QWidget, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), place)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)


def confirmed(parent: QWidget, title: str, question: str) -> bool:
    """Ask before many songs are decided on at once."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    yes = box.addButton(QCoreApplication.translate("Stage", "Accept"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is yes
