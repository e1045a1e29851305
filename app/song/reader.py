"""Reads what the panel shows, piece by piece; of what was asked for before, nothing is answered any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.runner import Lane, Task
from app.services import Services
from app.song import reading
from app.song.reading import Sight

PAUSE_MS = 60
REST_MS = 300


class Reader(QObject):
    """Waits a moment, so that a walk through the table with the arrow keys leaves no work behind it.

    A song's scores come first, then its picture; similar songs, the dear part, once the person rests on it.

    Signals:
        song(Sight), gone(): the song, or that it is not in the library any more.
        cover(QImage | None), similar(tuple[Alike, ...]): what belongs to it, later.
        many(Selection): several songs.
        failed(BaseException): something could not be read.
    """

    song = Signal(object)
    gone = Signal()
    cover = Signal(object)
    similar = Signal(object)
    many = Signal(object)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._round = 0
        self._tasks: list[Task] = []
        self._ids: list[int] = []
        self._pictured: int | None = None
        self._compared: tuple[int, int | None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._read_similar)

    def ask_song(self, track_id: int) -> None:
        """Ask for a song."""
        self._ask([track_id])

    def ask_many(self, ids: list[int]) -> None:
        """Ask for what several songs have in common."""
        self._ask(ids)

    def cancel(self) -> None:
        """Ask for nothing any more."""
        self._drop()
        self._ids, self._pictured, self._compared = [], None, None

    def _ask(self, ids: list[int]) -> None:
        self._drop()
        self._ids = list(ids)
        self._pause.start()

    def _drop(self) -> None:
        self._round += 1
        self._pause.stop()
        self._rest.stop()
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def _read(self) -> None:
        library, model, ids = self._services.library, self._services.active.model, self._ids
        if len(ids) == 1:
            self._submit(lambda: reading.read_song(library, model, ids[0]), self._show_song)
        else:
            model_id = model.id if model else None
            self._pictured = self._compared = None
            self._submit(lambda: reading.read_selection(library, model_id, ids), self.many.emit)

    def _show_song(self, sight: Sight | None) -> None:
        if sight is None:
            self.gone.emit()
            return
        row = sight.detail.row
        self.song.emit(sight)
        if self._pictured != row.id:
            self._pictured = None
            self.cover.emit(None)
            self._submit(lambda: reading.read_cover(row), self._show_cover, lane="file")
        if self._compared != (row.id, self._services.active.id):
            self._compared = None
            self.similar.emit(())
            if sight.detail.analysed_at is not None:
                self._rest.start()

    def _show_cover(self, image: object) -> None:
        self._pictured = self._ids[0]
        self.cover.emit(image)

    def _read_similar(self) -> None:
        library, model_id, track_id = self._services.library, self._services.active.id, self._ids[0]
        if model_id is None:
            return

        def show(songs: object) -> None:
            self._compared = (track_id, model_id)
            self.similar.emit(songs)

        self._submit(lambda: reading.read_similar(library, model_id, track_id), show)

    def _submit(self, work: Callable[[], Any], show: Callable[[Any], None], *, lane: Lane = "read") -> None:
        round_ = self._round

        def done(result: Any) -> None:
            if round_ == self._round:
                show(result)

        def failed(error: BaseException) -> None:
            if round_ == self._round:
                self.failed.emit(error)

        self._tasks.append(self._services.runner.submit(lane, lambda _task: work(), done, failed=failed))
