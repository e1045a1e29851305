"""The panel of the song or the songs that are chosen: shows what was heard, tells what the person decides."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.services import Services
from app.song.reader import Reader
from app.song.reading import Selection, Sight
from app.song.waveform import WaveformLoader
from tagger_core.audio.peaks import Peaks

if TYPE_CHECKING:
    from app.song.many_page import ManyPage
    from app.song.song_page import SongPage


class SongPanel(QFrame):
    """Shows one song, several, or that none is chosen.

    Signals:
        decided(list[int], str, bool | None): songs, a tag, the person's word.
        open_song(int): a similar song is to be shown.
        find(str): a query.
        play(int, float): a song, from so many seconds on.
        failed(BaseException): something could not be read.
    """

    decided = Signal(list, str, object)
    open_song = Signal(int)
    find = Signal(str)
    play = Signal(int, float)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._ids: list[int] = []
        self._shown_ids: list[int] = []  # the page shows them until those that were asked for are read
        self._playing: int | None = None
        self.setProperty("role", "panel")
        self._nothing = QLabel(self.tr("Choose a song to see what was heard in it."))
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._waveforms = WaveformLoader(self)
        self._reader = Reader(services, self)
        self._join()

    @cached_property
    def song(self) -> SongPage:
        """The page of one song; a start, which shows none, does not wait for it to be built."""
        from app.song.song_page import SongPage  # noqa: PLC0415 - see above

        page = SongPage()
        self._take_in(page)
        self._reader.cover.connect(page.header.cover.set_image)
        self._reader.similar.connect(page.show_similar)
        page.open_song.connect(self.open_song)
        page.find.connect(self.find)
        page.play.connect(lambda seconds: self.play.emit(self._shown_ids[0], seconds))
        return page

    @cached_property
    def many(self) -> ManyPage:
        """The page of several songs, built as late."""
        from app.song.many_page import ManyPage  # noqa: PLC0415 - see above

        page = ManyPage()
        self._take_in(page)
        return page

    @property
    def track_id(self) -> int | None:
        """The song that is chosen, None for none or for several."""
        return self._ids[0] if len(self._ids) == 1 else None

    def show_song(self, track_id: int | None) -> None:
        """Show a song, once nothing else was asked for in a moment; None for no song."""
        if track_id is None:
            self._forget()
            self._stack.setCurrentWidget(self._empty)
            return
        if self._ids != [track_id]:
            self._ids = [track_id]
            self._waveforms.cancel()
        self._reader.ask_song(track_id)

    def show_many(self, ids: list[int]) -> None:
        """Show what some songs have in common; one song is shown as one, none as none."""
        if len(ids) < 2:
            self.show_song(ids[0] if ids else None)
            return
        self._waveforms.cancel()
        self._ids = list(ids)
        self._reader.ask_many(self._ids)

    def refresh(self) -> None:
        """Read again what is shown: it was decided on, heard or written."""
        if len(self._ids) == 1:
            self._reader.ask_song(self._ids[0])
        elif self._ids:
            self._reader.ask_many(self._ids)

    def show_playing(self, track_id: int | None) -> None:
        """Say which song is being played, None for none."""
        self._playing = track_id
        if track_id is None or self._shown_ids != [track_id]:
            self.song.timeline.set_playhead(None)

    def show_position(self, seconds: float) -> None:
        """Say where the song that is being played is."""
        if self._playing is not None and self._shown_ids == [self._playing]:
            self.song.timeline.set_playhead(seconds)

    def close_workers(self) -> None:
        """Stop the thread that makes outlines; the panel is not used after."""
        self._waveforms.close()

    def _lay_out(self) -> None:
        self._empty = QWidget()
        middle = QVBoxLayout(self._empty)
        middle.setContentsMargins(24, 24, 24, 24)
        middle.addWidget(self._nothing)
        self._stack = QStackedWidget()
        self._areas: dict[QWidget, QScrollArea] = {}
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _take_in(self, page: SongPage | ManyPage) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        area.setWidget(page)
        self._areas[page] = area
        self._stack.addWidget(area)
        page.decided.connect(lambda tag, accepted: self.decided.emit(list(self._shown_ids), tag, accepted))

    def _join(self) -> None:
        self._reader.song.connect(self._show_sight)
        self._reader.gone.connect(lambda: self.show_song(None))
        self._reader.many.connect(self._show_selection)
        self._reader.failed.connect(self.failed)
        self._waveforms.loaded.connect(self._show_outline)
        self._services.active.changed.connect(lambda _model: self.refresh())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_in_view)

    def _show_sight(self, sight: Sight) -> None:
        track_id = sight.detail.row.id
        new = self._stack.currentWidget() is not self._areas[self.song] or self.song.track_id != track_id
        self._shown_ids = [track_id]
        self.song.show_sight(sight)
        self._stack.setCurrentWidget(self._areas[self.song])
        if new:
            self._areas[self.song].verticalScrollBar().setValue(0)
            if not sight.detail.row.missing:
                self._waveforms.ask(track_id, sight.detail.row.path)

    def _show_selection(self, selection: Selection) -> None:
        self._shown_ids = list(self._ids)
        self.many.show_selection(selection)
        self._stack.setCurrentWidget(self._areas[self.many])

    def _show_outline(self, track_id: int, peaks: Peaks | None) -> None:
        if self._ids == [track_id]:
            self.song.timeline.set_peaks(peaks)

    def _forget(self) -> None:
        self._ids, self._shown_ids = [], []
        self._reader.cancel()
        self._waveforms.cancel()

    def _keep_in_view(self, _old: QWidget | None, now: QWidget | None) -> None:
        area = self._stack.currentWidget()
        if isinstance(area, QScrollArea) and now is not None and area.isAncestorOf(now):
            area.ensureWidgetVisible(now, 0, 24)
