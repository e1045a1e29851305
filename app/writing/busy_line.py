"""A line that tells how far something is, with a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.texts import number
from app.writing.work import Step


class BusyLine(QWidget):
    """Hidden while nothing is under way."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._bar = QProgressBar(self, textVisible=False)
        self._stop = QPushButton(self.tr("Stop"), self)
        self._stop.clicked.connect(self._stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self._what = ""
        self.hide()

    def begin(self, what: str) -> None:
        """Show what is being done."""
        self._what = what
        self._text.setText(what)
        self._bar.setAccessibleName(what)
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self.show()

    def progress(self, step: Step) -> None:
        """Show how far it is."""
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        said = self.tr("%1: %2 of %3").replace("%1", self._what)
        self._text.setText(said.replace("%2", number(step.done)).replace("%3", number(step.total)))

    def end(self) -> None:
        """Hide."""
        self.hide()

    def _stopped(self) -> None:
        self._stop.setEnabled(False)
        self.stop_requested.emit()
