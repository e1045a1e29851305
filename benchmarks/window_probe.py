"""The window with a measuring tape: started by `benchmarks.window`, in a process of its own.

python -m benchmarks.window_probe answers|heartbeat FILE SECONDS_SINCE_THE_EPOCH [MUSIC]
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app import main as start  # first, as in a start: it says itself what comes before Qt

# isort: split
import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.finding.finder import Result
from app.main_window import MainWindow
from app.services import Services
from app.songs.delegate import ROW_HEIGHT
from app.songs.model import RowRole

JUMPS = 40
BEAT_MS = 20
REST_MS = 500  # between jumps and at the end, so that counting is over and done
_PATIENCE_MS = 20_000

# As people type: a word letter by letter, a tag, a second one excluded, a filter, an order, and back.
QUERIES = (
    "b", "ba", "bam", "bamer", "bamer tag4", "bamer tag49", "bamer tag49 -tag7",
    "tag1", "tag12", "tag12>0.6", "tag12>0.6 y", "tag12>0.6 year<1990", "tag12>0.6 year<1990 sort:title",
    "r", "ro", "rock", "rock tag30", "rock tag30 -tag2", "rock tag30 -tag2 sort:-year", "rock sort:artist",
    "-tag49", "-tag49 jazz", "-tag49 jazz sort:-tag10", "", "w", "wo", "wolan", "wolan ce", "wolan cemer",
    "artist:ba", "artist:bamer", "artist:bamer tag48", "tag48", "tag48 tag49", "tag48 tag49 tag47",
    "tag48>0.8", "tag48>0.8 sort:-tag48", "year:1970..1980", "year:1970..1980 folk", "folk",
    "folk sort:-added",
    "album:zu", "album:zuris", "album:zuris tag20", "tag20 sort:-tag20", "tag20", "tag2", "tag",
    "duration>4:00",
    "duration>4:00 tag33", "duration>4:00 tag33 la", "duration>4:00 tag33 lanor", "sa", "sapel",
    "sapel sort:title",
    "sort:title", "sort:-year", "is:pending", "te vi", "te vi tag45",
)  # fmt: skip


class Probe(QObject):
    """Sees when the table has painted what is waited for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self.table = window, window.library.table
        self._ready: Callable[[], bool] | None = None
        self._loop = QEventLoop()
        self._at = 0.0
        self.result: Result | None = None
        self.wrong = False
        window.library.finder.found.connect(self._found)
        window.library.finder.wrong.connect(self._went_wrong)
        for place in (self.table.viewport(), window.library):
            place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look after every painting whether what is waited for is there."""
        if event.type() == QEvent.Type.Paint and self._ready is not None:
            QTimer.singleShot(0, self._painted)
        return False

    def wait(self, ready: Callable[[], bool]) -> float:
        """Return when the first painting after which this holds was over, in seconds as of `perf_counter`."""
        self._ready = ready
        guard = QTimer(singleShot=True, interval=_PATIENCE_MS)
        guard.timeout.connect(lambda: self._loop.exit(1))
        guard.start()
        if self._loop.exec():
            raise TimeoutError("the window did not show what was asked for")
        return self._at

    def has_rows(self) -> bool:
        """Return whether every row in view has its texts; no row at all is none to wait for."""
        model, view = self.table.model(), self.table.viewport()
        if not self.table.ids():
            return True
        first = self.table.rowAt(1)
        last = self.table.rowAt(view.height() - 2)
        last = model.rowCount() - 1 if last < 0 else last
        return all(model.index(row, 0).data(RowRole) is not None for row in (first, last))

    def _painted(self) -> None:
        if self._ready is not None and self._ready():
            self._at, self._ready = time.perf_counter(), None
            self._loop.quit()

    def _found(self, result: Result) -> None:
        self.result = result
        self.window.library.update()  # a result that looks like the last one is painted too

    def _went_wrong(self, _error: object) -> None:
        self.wrong = True
        self.window.library.update()


def main() -> None:
    """Start the window as `earmark app` does; once it is shown, measure and leave."""
    measure, told, began = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    start_work = start.start_work

    def shown(window: MainWindow, services: Services, folder: Path | None) -> None:
        # Not while beats are taken, for it has each result painted anew.
        probe = Probe(window) if measure == "answers" else None
        start_work(window, services, folder)

        def run() -> None:
            try:
                answers = heartbeat(window) if probe is None else ask(probe, began)
                told.write_text(json.dumps(answers), "utf-8")
            finally:
                window.close()

        QTimer.singleShot(0, run)

    start.start_work = shown
    sys.exit(start.main(sys.argv[4:]))


def ask(probe: Probe, began: float) -> dict[str, float]:
    """Measure the start, keystrokes, jumps and memory."""
    shown_at, shown = time.perf_counter(), time.time() - began
    rows_at = probe.wait(lambda: bool(probe.table.ids()) and probe.has_rows())
    rest(REST_MS * 4)
    keystrokes = [ms for text in QUERIES if (ms := keystroke(probe, text)) is not None]
    keystroke(probe, "")
    jumps = [jump(probe, place) for place in np.random.default_rng(1).random(JUMPS)]
    rest(REST_MS)
    return {
        "shown_s": shown,
        "first_rows_ms": 1000 * (rows_at - shown_at),
        "keystrokes": len(keystrokes),
        "keystroke_p50_ms": float(np.percentile(keystrokes, 50)),
        "keystroke_p95_ms": float(np.percentile(keystrokes, 95)),
        "keystroke_max_ms": max(keystrokes),
        "jump_ms": float(np.median(jumps)),
        "memory_mb": memory_mb(),
        "torch_imported": int("torch" in sys.modules),
    }


def keystroke(probe: Probe, text: str) -> float | None:
    """Change the line by keys; return how long the result took after the pause, None for a wrong query."""
    search = probe.window.library.search
    line = search.findChild(QLineEdit)
    before = search.text()
    common = len(os.path.commonprefix([before, text]))  # noqa: RUF071 - character by character it is
    edited = QEventLoop()
    at = 0.0

    def pause_over(_text: str) -> None:
        nonlocal at
        at = time.perf_counter()
        edited.quit()

    probe.result, probe.wrong = None, False
    search.edited.connect(pause_over)
    for _ in before[common:]:
        QTest.keyClick(line, Qt.Key.Key_Backspace)
    QTest.keyClicks(line, text[common:])
    if before == text:
        search.edited.disconnect(pause_over)
        return None
    edited.exec()
    search.edited.disconnect(pause_over)
    painted = probe.wait(lambda: probe.wrong or (probe.result is not None and probe.has_rows()))
    return None if probe.wrong else 1000 * (painted - at)


def jump(probe: Probe, place: float) -> float:
    """Scroll to a place, 0 to 1; return how long its rows took."""
    rows = len(probe.table.ids())
    began = time.perf_counter()
    probe.table.verticalScrollBar().setValue(int(place * rows) * ROW_HEIGHT)
    return 1000 * (probe.wait(probe.has_rows) - began)


def heartbeat(window: MainWindow) -> dict[str, float]:
    """Return how late a timer comes while the folder of the command line is scanned."""
    late: list[float] = []
    over = QEventLoop()
    window.scanning.finished.connect(lambda _report: over.quit())
    window.scanning.failed.connect(lambda _error: over.exit(1))
    timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, 1000 * (now - last) - BEAT_MS))
        last = now

    timer.timeout.connect(beat)
    timer.start()
    began = time.perf_counter()
    if over.exec():
        raise RuntimeError("the scan failed; start the window over the folder to see why")
    return {
        "heartbeat_p50_ms": float(np.percentile(late, 50)),
        "heartbeat_p99_ms": float(np.percentile(late, 99)),
        "heartbeat_max_ms": max(late),
        "scan_s": time.perf_counter() - began,
    }


def rest(milliseconds: int) -> None:
    """Let the window go on by itself."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def memory_mb() -> float:
    """Return the resident memory of this process; its peak where the system does not tell more."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        import resource  # noqa: PLC0415 - Windows has none

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
