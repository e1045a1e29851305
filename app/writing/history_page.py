"""What was written and taken back, batch by batch, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.icon_button import IconButton
from app.runner import Task
from app.services import Services
from app.texts import number, plural, told
from app.writing.busy_line import BusyLine
from app.writing.history_models import PAGE, BatchModel, ChangeModel
from app.writing.report import ReportView
from app.writing.values import ValuesDelegate
from app.writing.work import WriteWork
from tagger_core.metadata.reports import UndoReport

if TYPE_CHECKING:
    from tagger_core.metadata.history import BatchFile, BatchRow  # it brings mutagen


class HistoryPage(QWidget):
    """Lists the batches; one that stands can be undone, an undo among them.

    Signals:
        closed: back to the songs. undone(int): a batch was taken back.
    """

    closed = Signal()
    undone = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._shown: int | None = None
        self._work = WriteWork(services, self)
        self.batches = BatchModel(self)
        self.changes = ChangeModel(self)
        self._list = _table(self.batches, self.tr("Batches"), (150, 180, 110, 120), self)
        self._details = _table(self.changes, self.tr("Changes of the batch"), (300, 110, 280), self)
        self._details.setItemDelegate(ValuesDelegate(self._details))
        self._title = QLabel(self)
        self._title.setProperty("role", "heading")
        self._undo = QPushButton(self)
        self._question = _Question(self)
        self._busy = BusyLine(self)
        self._error = QLabel(self, wordWrap=True)
        self._error.setProperty("role", "error")
        self._report = ReportView(self)
        self._report.hide()
        self._lay_out()
        self._list.selectionModel().currentRowChanged.connect(self._batch_chosen)
        self.changes.more_wanted.connect(self._fetch)
        self._undo.clicked.connect(self._ask)
        self._question.answered.connect(self._take_back)
        self._question.closed.connect(self._show_state)
        self._busy.stop_requested.connect(self._work.cancel)
        self._work.progressed.connect(self._busy.progress)
        self._work.undone.connect(self._show_undone)
        self._work.failed.connect(self._show_error)
        self._work.running_changed.connect(self._show_state)
        self._show_state()

    def refresh(self) -> None:
        """Read the batches again; the one that was looked at stays in view."""

        def read(_task: Task) -> list[BatchRow]:
            from tagger_core.metadata.history import history  # noqa: PLC0415 - it brings mutagen

            return history(self._services.library)

        self._services.runner.submit("read", read, self._show_batches, failed=self._show_error)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        back = IconButton("back", self.tr("Back to the songs"), self)
        back.clicked.connect(self.closed)
        title = QLabel(self.tr("History of writing"), self)
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.addWidget(back)
        head.addWidget(title)
        head.addStretch(1)
        line = QHBoxLayout()
        line.addWidget(self._title, 1)
        line.addWidget(self._undo)
        below = QWidget(self)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 12, 0, 0)
        inside.setSpacing(10)
        inside.addLayout(line)
        for widget in (self._question, self._error, self._busy, self._report):
            inside.addWidget(widget)
        inside.addWidget(self._details, 1)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(self._list)
        parts.addWidget(below)
        parts.setSizes([240, 420])
        parts.setChildrenCollapsible(False)
        nothing = QLabel(self.tr("Nothing was written yet."), alignment=Qt.AlignmentFlag.AlignCenter)
        nothing.setProperty("role", "muted")
        self._pages = QStackedWidget(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._pages, 1)

    def _show_batches(self, rows: list[BatchRow]) -> None:
        shown = self._shown
        self.batches.set_rows(rows)
        row = self.batches.row_of(shown) or 0
        if rows:
            self._list.setCurrentIndex(self.batches.index(row, 0))
        self._pages.setCurrentIndex(1 if rows else 0)
        self._show_state()

    def _batch_chosen(self) -> None:
        batch = self._chosen()
        if batch is not None and batch.id != self._shown:
            self._report.hide()
            self._error.clear()
        self._shown = batch.id if batch else None
        self._question.hide()
        self.changes.clear(more=batch is not None)
        self._show_state()

    def _chosen(self) -> BatchRow | None:
        return self.batches.batch(self._list.currentIndex().row())

    def _fetch(self, offset: int) -> None:
        batch, asked_in = self._shown, self.changes.round
        if batch is None:
            return

        def show(files: list[BatchFile]) -> None:
            if asked_in == self.changes.round:
                self.changes.add(files)

        def read(_task: Task) -> list[BatchFile]:
            from tagger_core.metadata.history import batch_files  # noqa: PLC0415 - it brings mutagen

            return batch_files(self._services.library, batch, offset=offset, limit=PAGE)

        self._services.runner.submit("read", read, show, failed=self._show_error)

    def _ask(self) -> None:
        batch = self._chosen()
        if batch is not None:
            count = batch.files - batch.undone
            said = plural(self.tr("Take back “%1” in %n file(s)?", "", count), count)
            self._question.ask(said.replace("%1", self.batches.what(batch)))
            self._show_state()

    def _take_back(self) -> None:
        batch = self._chosen()
        if batch is not None and batch.can_be_undone:
            self._error.clear()
            self._report.hide()
            self._busy.begin(self.tr("Taking back"))
            self._work.undo(batch.id)

    def _show_undone(self, report: UndoReport) -> None:
        self._report.show_undone(report)
        self._report.show()
        self.refresh()
        if self._shown is not None:
            self.changes.clear(more=True)
            self.undone.emit(self._shown)

    def _show_error(self, error: BaseException) -> None:
        self._error.setText(told(error))
        self._show_state()

    def _show_state(self) -> None:
        batch, running = self._chosen(), self._work.running
        if not running:
            self._busy.end()
        self._list.setEnabled(not running)
        self._error.setVisible(bool(self._error.text()))
        self._undo.setVisible(batch is not None and batch.can_be_undone)
        self._undo.setEnabled(not running and self._question.isHidden())
        if batch is None:
            self._title.clear()
            return
        redo = batch.undo_of is not None
        self._undo.setText(self.tr("Write it again…") if redo else self.tr("Undo this batch…"))
        title = self.batches.what(batch)
        if batch.undone_by is not None:
            title += " · " + self.tr("taken back by batch %1").replace("%1", number(batch.undone_by))
        self._title.setText(title)


class _Question(QFrame):
    """Asks in place whether to go on; `closed` where not."""

    answered = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._text = QLabel(self, wordWrap=True)
        yes = QPushButton(self.tr("Take back"), self)
        yes.setProperty("role", "primary")
        no = QPushButton(self.tr("Leave as it is"), self)
        self.yes = yes
        note = QLabel(
            self.tr(
                "Fields that somebody changed since are left alone, and named afterwards. "
                "Files that have got other names since (hard links) are parted from them."
            ),
            self,
            wordWrap=True,
        )
        note.setProperty("role", "muted")
        texts = QVBoxLayout()
        texts.addWidget(self._text)
        texts.addWidget(note)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.addLayout(texts, 1)
        row.addWidget(no)
        row.addWidget(yes)
        yes.clicked.connect(self._agreed)
        no.clicked.connect(self._left)
        self.hide()

    def ask(self, text: str) -> None:
        """Show a question, with the keyboard on the answer."""
        self._text.setText(text)
        self.show()
        self.yes.setFocus()

    def _left(self) -> None:
        self.hide()
        self.closed.emit()

    def _agreed(self) -> None:
        self.hide()
        self.answered.emit()


def _table(model: BatchModel | ChangeModel, name: str, widths: tuple[int, ...], parent: QWidget) -> QTreeView:
    view = QTreeView(parent, rootIsDecorated=False, uniformRowHeights=True)
    view.setProperty("role", "table")
    view.setModel(model)
    view.setAccessibleName(name)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    for section, width in enumerate(widths):
        view.header().resizeSection(section, width)
    return view
