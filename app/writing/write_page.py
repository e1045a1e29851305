"""The page before writing: what to write, every change that it makes, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.icon_button import IconButton
from app.services import Services
from app.texts import number, plural, told
from app.writing.busy_line import BusyLine
from app.writing.diff_view import DiffView
from app.writing.options import WriteOptions
from app.writing.report import ReportView
from app.writing.values import field_name
from app.writing.work import Planned, WriteWork
from tagger_core.metadata.reports import UndoReport, WriteReport
from tagger_core.settings import Settings


class WritePage(QWidget):
    """Nothing is written but what this page has shown.

    Signals:
        closed: back to the songs. written(int): a batch was written, or taken back.
    """

    closed = Signal()
    written = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._ids: list[int] = []
        self._note = ""
        self._linked: frozenset[int] = frozenset()
        self._batch: int | None = None
        self._work = WriteWork(services, self)
        self._about = QLabel(self)
        self._about.setProperty("role", "muted")
        self._preset = services.preferences.settings.preset
        self._basis = _basis_of(services.preferences.settings)
        self._outdated = False
        self._options = WriteOptions(self._preset, self)
        self._diff = DiffView(self)
        self._report = ReportView(self)
        self._middle = QStackedWidget(self)
        self._warned = QCheckBox(self.tr("Only files with warnings"), self)
        self._all, self._none = (
            QPushButton(self.tr("Check all"), self),
            QPushButton(self.tr("Check none"), self),
        )
        self._busy = BusyLine(self)
        self._error = QLabel(self, wordWrap=True)
        self._error.setProperty("role", "error")
        self._summary = QLabel(self)
        self._again = QPushButton(self.tr("Plan again"), self)
        self._undo = QPushButton(self.tr("Undo this batch"), self)
        self._write = QPushButton(self.tr("Write tags"), self)
        self._write.setProperty("role", "primary")
        self._done = QPushButton(self.tr("Done"), self)
        self._done.setProperty("role", "primary")
        self._lay_out()
        self._join()

    def plan_for(self, ids: list[int], note: str = "") -> None:
        """Show what writing would change in some songs; what is being written goes on first.

        Args:
            ids: of tracks.
            note: what the history shows beside the batch, such as the query.
        """
        if self._work.writing:
            return
        self._ids, self._note, self._batch = list(ids), note, None
        self._about.setText(plural(self.tr("for %n song(s)", "", len(ids)), len(ids)))
        self._plan()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back with Escape, unless files are being written."""
        if event.key() == Qt.Key.Key_Escape and not self._work.writing:
            self._close()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Plan again if the plan became outdated out of sight."""
        super().showEvent(event)
        self._plan_if_outdated()

    def _lay_out(self) -> None:
        back = IconButton("back", self.tr("Back to the songs"), self)
        back.clicked.connect(self._close)
        title = QLabel(self.tr("Write tags into files"), self)
        title.setProperty("role", "title")
        head = QHBoxLayout()
        for widget in (back, title, self._about):
            head.addWidget(widget)
        head.addStretch(1)
        tools = QHBoxLayout()
        for tool in (self._all, self._none, self._warned):
            tools.addWidget(tool)
        tools.addStretch(1)
        plan = QWidget(self)
        inside = QVBoxLayout(plan)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(tools)
        inside.addWidget(self._diff, 1)
        self._middle.addWidget(plan)
        self._middle.addWidget(self._report)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._summary)
        foot.addStretch(1)
        for button in (self._again, self._undo, self._write, self._done):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._options)
        column.addWidget(self._middle, 1)
        column.addWidget(self._error)
        column.addWidget(self._busy)
        column.addLayout(foot)

    def _join(self) -> None:
        self._options.changed.connect(lambda _wish: self._outdate())
        self._diff.diff.chosen_changed.connect(self._show_state)
        self._warned.toggled.connect(self._diff.show_only_warned)
        self._all.clicked.connect(lambda: self._diff.diff.check_shown(True))
        self._none.clicked.connect(lambda: self._diff.diff.check_shown(False))
        self._write.clicked.connect(self._start_writing)
        self._undo.clicked.connect(self._start_undoing)
        self._again.clicked.connect(self._plan)
        self._done.clicked.connect(self._close)
        self._busy.stop_requested.connect(self._work.cancel)
        self._work.progressed.connect(self._busy.progress)
        self._work.planned.connect(self._show_plan)
        self._work.written.connect(self._show_written)
        self._work.undone.connect(self._show_undone)
        self._work.failed.connect(self._show_error)
        self._work.running_changed.connect(self._show_state)
        self._services.preferences.changed.connect(self._settings_changed)
        self._services.active.changed.connect(lambda _model: self._outdate())
        self.setFocusProxy(self._diff)
        self._show_state()

    def _settings_changed(self, settings: Settings) -> None:
        if settings.preset != self._preset and not self._work.writing:
            self._options.choose(settings.preset)
        self._preset = settings.preset
        basis = _basis_of(settings)
        if basis != self._basis:
            self._basis = basis
            self._outdate()

    def _outdate(self) -> None:
        self._outdated = True
        self._plan_if_outdated()

    def _plan_if_outdated(self) -> None:
        """Plan again what is shown; out of sight it waits until it is shown, and a report stays."""
        if self._outdated and self.isVisible() and self._planning:
            self._plan()

    @property
    def _planning(self) -> bool:
        return self._middle.currentIndex() == 0

    def _plan(self) -> None:
        if self._work.writing or not self._ids:
            return
        self._outdated = False
        self._options.settle()
        self._batch = None
        self._begin(self.tr("Reading files"))
        self._middle.setCurrentIndex(0)
        self._diff.diff.clear()
        self._work.plan(self._ids, self._options.wish())

    def _start_writing(self) -> None:
        diff = self._diff.diff
        plan = diff.chosen_plan()
        if plan is None or not plan.files or self._work.running:
            return
        self._begin(self.tr("Writing"))
        chosen = {file.path for file in plan.files}
        files = diff.files()
        linked = frozenset(number for number in self._linked if files[number].path in chosen)
        self._work.write(plan, linked, self._note)

    def _start_undoing(self) -> None:
        if self._batch is not None:
            self._begin(self.tr("Taking back"))
            self._work.undo(self._batch)

    def _begin(self, what: str) -> None:
        self._error.clear()
        self._busy.begin(what)

    def _show_plan(self, planned: Planned) -> None:
        self._linked = planned.linked
        has_warnings = any(file.warnings for file in planned.plan.files)
        self._warned.setChecked(False)
        self._warned.setEnabled(has_warnings)
        # A file with other names loses them; whoever wants that says so file by file.
        self._diff.show_plan(planned.plan, planned.linked)

    def _show_written(self, report: WriteReport) -> None:
        self._batch = report.batch_id
        self._report.show_written(report)
        self._middle.setCurrentIndex(1)
        self._diff.diff.clear()
        self._show_state()
        if report.batch_id is not None:
            self.written.emit(report.batch_id)

    def _show_undone(self, report: UndoReport) -> None:
        batch, self._batch = self._batch, None
        self._report.show_undone(report)
        self._show_state()
        if batch is not None:
            self.written.emit(batch)

    def _show_error(self, error: BaseException) -> None:
        if self._outdated:
            self._diff.diff.clear()
        self._error.setText(told(error))
        self._show_state()

    def _show_state(self) -> None:
        running, planning = self._work.running, self._planning
        if not running:
            self._busy.end()
        chosen = self._diff.diff.chosen_summary()
        has_plan = self._diff.diff.chosen_plan() is not None
        self._options.setEnabled(not self._work.writing)
        self._diff.setEnabled(not self._work.writing)
        for tool in (self._all, self._none):
            tool.setEnabled(chosen.files > 0 and not self._work.writing)
        self._options.setVisible(planning)
        self._done.setVisible(not planning)
        self._done.setEnabled(not running)
        self._write.setVisible(planning)
        self._write.setText(self._write_text(chosen.chosen))
        self._write.setEnabled(chosen.chosen > 0 and not running)
        self._again.setVisible(not running and (not planning or not has_plan) and bool(self._ids))
        self._undo.setVisible(self._batch is not None and not running)
        self._error.setVisible(bool(self._error.text()))
        self._summary.setVisible(planning and has_plan)
        self._summary.setText(self._summed_up())

    def _write_text(self, files: int) -> str:
        if not files:
            return self.tr("Write tags")
        return plural(self.tr("Write %n file(s)", "", files), files)

    def _summed_up(self) -> str:
        diff = self._diff.diff
        chosen, plan = diff.chosen_summary(), diff.plan
        if plan is None:
            return ""
        parts = []
        if chosen.files:
            fields = ", ".join(f"{field_name(field)} {number(n)}" for field, n in chosen.fields.items())
            said = plural(self.tr("%1 of %n file(s)", "", chosen.files), chosen.files)
            parts.append(said.replace("%1", number(chosen.chosen)) + (f": {fields}" if fields else ""))
        if (n := plan.unchanged) > 0:
            parts.append(plural(self.tr("%n already as wanted", "", n), n))
        if (n := len(plan.refused)) > 0:
            parts.append(plural(self.tr("%n cannot be written", "", n), n))
        if (n := chosen.warned) > 0:
            parts.append(plural(self.tr("%n with a warning", "", n), n))
        return " · ".join(parts) or self.tr("Nothing to write.")

    def _close(self) -> None:
        if not self._work.writing:
            self._work.cancel()
            self._options.settle()
            self._ids = []
        self.closed.emit()


def _basis_of(settings: Settings) -> tuple[object, ...]:
    """Return what a plan rests on beside what the page itself offers."""
    return settings.tag_names, settings.new_id3_version
