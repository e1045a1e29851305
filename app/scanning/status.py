"""The scan's place in the status bar: what is done, how far, how long still; pause, stop, problems."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.icon_button import IconButton
from app.runner import Task
from app.scanning import words
from app.scanning.scanning import Scanning
from app.services import Services
from app.texts import plural, told
from tagger_core.library.records import ScanProgress, ScanReport, Stats

_SHOWN_MS = 8000


class ScanStatus(QWidget):
    """Follows a `Scanning`; between scans it tells of the library."""

    problems_requested = Signal()

    def __init__(self, services: Services, scanning: Scanning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._scanning = scanning
        self._counting: Task | None = None
        self._known_problems = 0
        self._text = QLabel(self)
        self._text.setAccessibleName(self.tr("State of the library"))
        self._pace = QLabel(self)
        self._pace.setProperty("role", "muted")
        self._bar = QProgressBar(self, textVisible=False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName(self.tr("Scan progress"))
        self._pause = IconButton("pause", self.tr("Pause the scan"), self)
        self._cancel = IconButton("close", self.tr("Stop the scan; songs that were heard stay heard"), self)
        self._problems = QPushButton(self, flat=True)
        self._problems.setProperty("role", "status")
        self._problems.setToolTip(self.tr("Show the songs that could not be read or heard"))
        self._lay_out()
        self._pause.clicked.connect(lambda: scanning.pause(not scanning.paused))
        self._cancel.clicked.connect(scanning.cancel)
        self._problems.clicked.connect(self.problems_requested)
        self._rest = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._rest.timeout.connect(self.refresh)
        scanning.state_changed.connect(self._show_state)
        scanning.progressed.connect(self._show_progress)
        scanning.finished.connect(self._show_end)
        scanning.failed.connect(self.show_error)
        services.active.changed.connect(lambda _model: self.refresh())
        self._progress: ScanProgress | None = None
        self._show_problems(0)
        self._show_state()
        # Once the window is there: figures made at once would keep its first rows waiting.
        self._first = QTimer(self, singleShot=True, interval=0)
        self._first.timeout.connect(self.refresh)
        self._first.start()

    def refresh(self) -> None:
        """Count the library again; while a scan runs, what it does is shown instead."""
        model_id = self._services.active.id
        if self._counting is not None:
            self._counting.cancel()
        self._counting = self._services.runner.submit(
            "count",
            lambda _task: self._services.library.stats(model_id),
            self._show_stats,
            failed=self.show_error,
        )

    def show_error(self, error: BaseException) -> None:
        """Tell what went wrong, with the remedy, until something else happens."""
        self._rest.stop()
        self._say(told(error), role="error")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        self.setMinimumHeight(self._pause.sizeHint().height())  # the bar does not jump when a scan begins
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(self._pace)
        row.addWidget(self._pause)
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addWidget(self._problems)

    def _show_state(self) -> None:
        running, stopping = self._scanning.running, self._scanning.stopping
        for widget in (self._bar, self._pause, self._cancel, self._pace):
            widget.setVisible(running)
        if not running:
            self._progress = None
            return
        self._rest.stop()
        self._pause.setEnabled(not stopping)
        self._cancel.setEnabled(not stopping)
        if self._scanning.paused:
            self._pause.show_as("play", self.tr("Go on with the scan"))
        else:
            self._pause.show_as("pause", self.tr("Pause the scan"))
        self._show_progress(self._progress)

    def _show_progress(self, progress: ScanProgress | None) -> None:
        self._progress = progress
        if not self._scanning.running:
            return
        self._bar.setRange(0, progress.total if progress else 0)
        self._bar.setValue(progress.done if progress else 0)
        text, pace = self.tr("Preparing the scan"), ""
        if progress is not None:
            text, pace = words.phase(progress), words.pace(progress)
            self._bar.setToolTip(str(progress.path.name) if progress.path else "")
            if progress.problems > self._known_problems:
                self._show_problems(progress.problems)
        if self._scanning.stopping:
            text, pace = self.tr("Stopping the scan"), ""
        elif self._scanning.paused:
            text, pace = self.tr("%1 (paused)").replace("%1", text), ""
        self._say(text)
        self._pace.setText(pace)

    def _show_end(self, report: ScanReport) -> None:
        said = words.ended(report)
        self._say(said)
        if said:
            self._rest.start()
        self.refresh()

    def _show_stats(self, stats: Stats) -> None:
        self._show_problems(stats.problems)
        is_error = self._text.property("role") == "error"
        if not self._scanning.running and not self._rest.isActive() and not is_error:
            self._say(words.library(stats))

    def _show_problems(self, count: int) -> None:
        self._known_problems = count
        text = plural(self.tr("%n problem(s)", "", count), count)
        self._problems.setText(text)
        self._problems.setAccessibleName(text)
        self._problems.setVisible(count > 0)

    def _say(self, text: str, *, role: str = "") -> None:
        if self._text.property("role") != role:
            self._text.setProperty("role", role)
            self._text.style().polish(self._text)
        self._text.setText(text)
        self._text.setToolTip(text if role else "")
