"""Outlines of songs, made beside everything else.

Decoding a song takes up to a second, too long for the lane that answers searches. So a loader has a thread of
its own that does one song at a time and stops between two blocks once another song is asked for. The outlines
of the last songs are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from app.file_thread import FileThread
from tagger_core.audio.peaks import Peaks, outline
from tagger_core.errors import AudioError, Cancelled

KEPT = 50


class WaveformLoader(QObject):
    """Tells the outline of the song asked for last; of one that cannot be decoded, None.

    Signals:
        loaded(int, Peaks | None): the track asked for last and its outline.
    """

    loaded = Signal(object, object)
    _made = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = FileThread("earmark-waveform")
        self._kept: OrderedDict[tuple[int, Path], Peaks | None] = OrderedDict()
        self._stop = threading.Event()
        self._asked: tuple[int, Path] | None = None
        self._made.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    def ask(self, track_id: int, path: Path) -> None:
        """Ask for a song's outline; the song asked for before is given up."""
        key = (track_id, path)
        if key == self._asked and not self._stop.is_set():
            return
        self.cancel()
        self._asked = key
        if key in self._kept:
            self._kept.move_to_end(key)
            self.loaded.emit(track_id, self._kept[key])
            return
        self._stop = stop = threading.Event()
        self._thread.submit(self._make, key, stop)

    def cancel(self) -> None:
        """Ask for nothing any more."""
        self._stop.set()
        self._asked = None

    def close(self) -> None:
        """Give up what is under way and wait a moment for the thread; nothing can be asked for after."""
        self.cancel()
        self._thread.close()

    def _make(self, key: tuple[int, Path], stop: threading.Event) -> None:
        try:
            found = None if stop.is_set() else outline(key[1], stop.is_set)
        except Cancelled:
            return
        except (AudioError, OSError, MemoryError):
            found = None
        if not stop.is_set():
            self._made.emit(key, found, stop)

    def _deliver(self, key: tuple[int, Path], found: Peaks | None, stop: threading.Event) -> None:
        self._kept[key] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if not stop.is_set() and key == self._asked:
            self._asked = None
            self.loaded.emit(key[0], found)
