"""What all pages of the settings share: a title, work in a lane, errors told in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QProgressBar, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.runner import Lane, Task
from app.services import Services
from app.texts import told
from tagger_core.errors import SettingsError


class Page(QWidget):
    """A page of the settings; what is below `column` is the page's own.

    Args:
        services: of the window.

    Signals:
        idle: what the bar showed is done.
    """

    idle = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self._heading = QLabel(self)
        self._heading.setProperty("role", "title")
        self._about = note("", self)
        self._error = QLabel(self, wordWrap=True)
        self._error.setProperty("role", "error")
        self._error.hide()
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setRange(0, 0)
        self._bar.hide()
        self._tasks: set[Task] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(12)
        column.addWidget(self._heading)
        column.addWidget(self._about)
        self.column = QVBoxLayout()
        self.column.setSpacing(12)
        column.addLayout(self.column, 1)
        column.addWidget(self._bar)
        column.addWidget(self._error)

    def set_texts(self, title: str, about: str) -> None:
        """Set the title and the sentence below it."""
        self._heading.setText(title)
        self._about.setText(about)
        self._about.setVisible(bool(about))

    @property
    def title(self) -> str:
        """The title."""
        return self._heading.text()

    def show_error(self, error: BaseException | None) -> None:
        """Tell what went wrong, with the remedy; None for nothing."""
        self._error.setText(told(error) if error is not None else "")
        self._error.setVisible(error is not None)

    def error(self) -> str:
        """Return what is told, empty for nothing."""
        return self._error.text()

    def change(self, **values: Any) -> bool:
        """Keep a choice; tell in place why where that cannot be.

        Returns:
            whether it is kept.
        """
        try:
            self.services.preferences.change(**values)
        except SettingsError as error:
            self.show_error(error)
            return False
        self.show_error(None)
        return True

    def run(
        self, lane: Lane, work: Callable[[Task], Any], done: Callable[[Any], None], *, shown: bool = True
    ) -> None:
        """Do something in a lane, with a bar that moves meanwhile; what goes wrong is told in place."""

        def ended() -> bool:
            if not isValid(self):
                return False  # the dialog was closed meanwhile
            self._tasks.discard(task)
            self._bar.setVisible(bool(self._tasks))
            return True

        def finished(result: Any) -> None:
            if ended():
                done(result)
                self._tell_idle()

        def failed(error: BaseException) -> None:
            if ended():
                self.show_error(error)
                self.work_failed()
                self._tell_idle()

        self.show_error(None)
        task = self.services.runner.submit(lane, work, finished, failed=failed)
        if shown:
            self._tasks.add(task)
            self._bar.show()

    def work_failed(self) -> None:
        """Go back to what was before work that failed; for pages that show something meanwhile."""

    @property
    def busy(self) -> bool:
        """Whether something is being done that the bar shows."""
        return bool(self._tasks)

    def _tell_idle(self) -> None:
        if not self._tasks:
            self.idle.emit()

    def stop(self) -> None:
        """Ask what is being done to stop: nobody looks at the page any more."""
        for task in self._tasks:
            task.cancel()


def form() -> QFormLayout:
    """Return a form whose fields do not grow over the page."""
    made = QFormLayout()
    made.setHorizontalSpacing(20)
    made.setVerticalSpacing(10)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    return made


def even(choices: QFormLayout) -> None:
    """Make the boxes of a form end below each other."""
    rows = (choices.itemAt(row, QFormLayout.ItemRole.FieldRole) for row in range(choices.rowCount()))
    boxes = [row.widget() for row in rows if row is not None and isinstance(row.widget(), QComboBox)]
    for box in boxes:
        box.ensurePolished()  # before it knows the style sheet it would be narrower
    widest = max((box.sizeHint().width() for box in boxes), default=0)
    for box in boxes:
        box.setMinimumWidth(widest)


def note(text: str, parent: QWidget) -> QLabel:
    """Return a sentence that explains a choice."""
    label = QLabel(text, parent, wordWrap=True)
    label.setProperty("role", "muted")
    return label
