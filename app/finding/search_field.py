"""The search field: the query language with completion, history and errors told gently below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.finding.completion import Completion, complete
from app.services import Services
from app.texts import told
from tagger_core.errors import QueryError

PAUSE_MS = 120
REMEMBERED = 50
_STATE = "finding/history"


class SearchField(QWidget):
    """A line for a query; `edited` comes after a pause in typing, so that no keystroke waits."""

    edited = Signal(str)
    submitted = Signal(str)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._tags: list[str] = []
        self._proposals: list[Completion] = []
        self._history = [str(text) for text in self._saved_history()]
        self._at = len(self._history)
        self._line = QLineEdit(self)
        self._line.setProperty("role", "search")
        self._line.setClearButtonEnabled(True)
        self._line.setPlaceholderText(self.tr("Search: slow piano -vocal year<1990"))
        self._line.setAccessibleName(self.tr("Search songs"))
        self._error = QLabel(self)
        self._error.setProperty("role", "error")
        self._error.setAccessibleName(self.tr("What is wrong with the search"))
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._line)
        layout.addWidget(self._error)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(lambda: self.edited.emit(self._line.text()))
        self._set_up_completion()
        self._line.textEdited.connect(self._typed)
        self._line.returnPressed.connect(self._submit)
        self._line.installEventFilter(self)
        self.setFocusProxy(self._line)

    def text(self) -> str:
        """Return what stands in the line."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Show a query that came from elsewhere; nothing is emitted."""
        if text != self._line.text():
            self._pause.stop()
            self._line.setText(text)

    def set_tags(self, tags: Sequence[str]) -> None:
        """Propose these tags while typing."""
        self._tags = list(tags)

    def show_error(self, error: QueryError | None) -> None:
        """Tell what is wrong and where, or that all is well."""
        self._line.setProperty("bad", error is not None)
        self._line.style().unpolish(self._line)
        self._line.style().polish(self._line)
        self._error.setVisible(error is not None)
        self._error.setText("" if error is None else told(error))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Walk through earlier queries with Alt+Up and Alt+Down; Escape empties the line."""
        if watched is self._line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._walk(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() == Qt.Key.Key_Escape and self._line.text():
                self._line.clear()
                self._typed("")
                return True
        return super().eventFilter(watched, event)

    def remember(self, text: str) -> None:
        """Keep a query in the history."""
        text = text.strip()
        if text:
            self._history = [*(old for old in self._history if old != text), text][-REMEMBERED:]
            self._services.preferences.state().setValue(_STATE, self._history)
        self._at = len(self._history)

    def _saved_history(self) -> list[str]:
        saved = self._services.preferences.state().value(_STATE, [])
        return [saved] if isinstance(saved, str) else list(saved or [])

    def _set_up_completion(self) -> None:
        self._list = QStringListModel(self)
        self._completer = QCompleter(self._list, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self._line)
        self._completer.activated[QModelIndex].connect(self._take)

    def _typed(self, text: str) -> None:
        self._pause.start()
        self._proposals = complete(text, self._line.cursorPosition(), self._tags)
        self._list.setStringList([proposal.label for proposal in self._proposals])
        if self._proposals and self._line.hasFocus():
            self._completer.complete()
        else:
            self._completer.popup().hide()

    def _take(self, index: QModelIndex) -> None:
        if not 0 <= index.row() < len(self._proposals):
            return
        proposal = self._proposals[index.row()]
        text, cursor = self._line.text(), self._line.cursorPosition()
        ends_word = "" if proposal.text.endswith(":") else " "
        head = text[: proposal.start] + proposal.text + ends_word
        self._line.setText(head + text[cursor:].lstrip())
        self._line.setCursorPosition(len(head))
        self._pause.start()

    def _submit(self) -> None:
        """Hand on what stands in the line, unless Enter is for the proposal that the person has gone to."""
        popup = self._completer.popup()
        if popup.isVisible() and popup.selectionModel().hasSelection():
            return
        self._proposals = []  # Qt hears of Enter after the line, and would take the first one
        self._pause.stop()
        self.remember(self._line.text())
        self.submitted.emit(self._line.text())

    def _walk(self, step: int) -> None:
        if not self._history:
            return
        self._at = max(0, min(len(self._history), self._at + step))
        self._line.setText(self._history[self._at] if self._at < len(self._history) else "")
        self._pause.start()
