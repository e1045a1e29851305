"""The bar with the song that is played."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from app.icon_button import IconButton
from app.runner import Task
from app.services import Services
from app.song.elided import ElidedLabel
from app.song.sound import Sound, why_silent
from tagger_core.durations import clock
from tagger_core.errors import shown
from tagger_core.library.records import TrackRow

_VOLUME = "player/volume"
_LOUDEST, _USUAL = 100, 80
_STEPS = 1000  # of the seek bar, whatever the song's length


class PlayerBar(QFrame):
    """Plays songs of the library; what keeps one from sounding is told quietly in the bar.

    Signals:
        position(float): in seconds, of the song that is played.
        song_changed(int | None): another song is played, or none any more.
        previous_requested, next_requested: of the table.
        finished: the song has come to its end.
    """

    position = Signal(float)
    song_changed = Signal(object)
    previous_requested = Signal()
    next_requested = Signal()
    finished = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.track_id: int | None = None
        self._seconds = self._duration = 0.0
        self._heard = _USUAL
        self._task: Task | None = None
        self._sound = Sound(self)
        self.setProperty("role", "panel")
        self._make_parts()
        self._lay_out()
        self._join()
        self._show_playing(playing=False)
        self._tell("")

    def play(self, track_id: int, seconds: float) -> None:
        """Play a song from so many seconds on."""
        if self._task is not None:
            self._task.cancel()
        if track_id == self.track_id and self._sound.loaded:
            self._sound.seek(seconds)
            self._sound.resume()
            return
        self._task = task = self._services.runner.submit(
            "file",
            lambda _task: self._look(track_id),
            lambda found: self._found(task, found, seconds),
            failed=lambda error: self._tell(str(error)),
        )

    def toggle(self) -> None:
        """Pause, or go on."""
        if self._play.property("playing"):
            self._sound.pause()
        elif self.track_id is not None:
            self.play(self.track_id, self._seconds) if not self._sound.loaded else self._sound.resume()

    def stop(self) -> None:
        """Put the file down; the song stays in the bar, to be played again."""
        if self._task is not None:
            self._task.cancel()
        self._sound.stop()

    def message(self) -> str:
        """Return why nothing sounds, empty where something could."""
        return self._message.text()

    def _make_parts(self) -> None:
        self._previous = IconButton("previous", self.tr("Previous song"), self)
        self._play = IconButton("play", self.tr("Play"), self)
        self._next = IconButton("next", self.tr("Next song"), self)
        self._title = ElidedLabel(Qt.TextElideMode.ElideRight, muted=False, parent=self)
        self._artist = ElidedLabel(Qt.TextElideMode.ElideRight, parent=self)
        self._time, self._length = QLabel(self), QLabel(self)
        for label in (self._time, self._length):
            label.setProperty("role", "muted")
            label.setMinimumWidth(self.fontMetrics().horizontalAdvance("00:00"))
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._seek = JumpSlider(self)
        self._seek.setRange(0, _STEPS)
        self._seek.setPageStep(_STEPS // 20)
        self._seek.setSingleStep(_STEPS // 100)
        self._seek.setAccessibleName(self.tr("Place in the song"))
        self._message = QLabel(self)
        self._message.setProperty("role", "warning")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._mute = IconButton("volume", self.tr("Mute"), self)
        self._volume = JumpSlider(self)
        self._volume.setRange(0, _LOUDEST)
        self._volume.setFixedWidth(84)
        self._volume.setAccessibleName(self.tr("Volume"))

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._title)
        texts.addWidget(self._artist)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 6, 14, 6)
        line.setSpacing(6)
        for button in (self._previous, self._play, self._next):
            line.addWidget(button)
        line.addSpacing(6)
        line.addLayout(texts, 2)
        line.addWidget(self._message)
        for part, stretch in ((self._time, 0), (self._seek, 5), (self._length, 0)):
            line.addWidget(part, stretch)
        line.addSpacing(10)
        line.addWidget(self._mute)
        line.addWidget(self._volume)

    def _join(self) -> None:
        self._previous.clicked.connect(self.previous_requested)
        self._next.clicked.connect(self.next_requested)
        self._play.clicked.connect(self.toggle)
        self._seek.jumped.connect(lambda value: self._sound.seek(value / _STEPS * self._duration))
        self._mute.clicked.connect(self._toggle_mute)
        self._volume.valueChanged.connect(self._set_volume)
        self._sound.position.connect(self._moved)
        self._sound.duration.connect(self._lasts)
        self._sound.playing.connect(lambda playing: self._show_playing(playing=playing))
        self._sound.finished.connect(self.finished)
        self._sound.message.connect(self._tell)
        saved = str(self._services.preferences.state().value(_VOLUME, _USUAL))
        self._volume.setValue(int(saved) if saved.isdecimal() else _USUAL)
        self._seek.setEnabled(False)
        self._play.setEnabled(False)

    def _look(self, track_id: int) -> tuple[TrackRow | None, str]:
        rows = self._services.library.rows([track_id])
        if not rows:
            return None, ""
        return rows[0], why_silent(rows[0].path)

    def _found(self, task: Task, found: tuple[TrackRow | None, str], seconds: float) -> None:
        row, problem = found
        if task is not self._task or task.cancelled() or row is None:
            return
        self._sound.stop()
        self.track_id, self._seconds = row.id, seconds
        self._title.set_text(row.title or shown(Path(row.path).stem))
        self._artist.set_text("  ·  ".join(part for part in (row.artist, row.album) if part))
        self._duration = 0.0
        self._seek.setValue(0)
        self._lasts(row.seconds or 0.0)
        self._moved(seconds)
        self._play.setEnabled(True)
        self.song_changed.emit(row.id)
        if problem:
            self._tell(self.tr("Cannot be played: %1").replace("%1", problem))
        else:
            self._sound.play(row.path, seconds)
        self.position.emit(seconds)

    def _moved(self, seconds: float) -> None:
        self._seconds = seconds
        self._time.setText(clock(seconds))
        if self._duration and not self._seek.isSliderDown():
            self._seek.setValue(round(min(1.0, seconds / self._duration) * _STEPS))
        self.position.emit(seconds)

    def _lasts(self, seconds: float) -> None:
        if seconds > 0:
            self._duration = seconds
        self._length.setText(clock(self._duration or None))
        self._seek.setEnabled(self._duration > 0)

    def _show_playing(self, *, playing: bool) -> None:
        self._play.setProperty("playing", playing)
        self._play.show_as("pause" if playing else "play", self.tr("Pause") if playing else self.tr("Play"))

    def _tell(self, message: str) -> None:
        self._message.setText(message)
        self._message.setAccessibleName(message)
        self._message.setVisible(bool(message))

    def _set_volume(self, value: int) -> None:
        self._sound.set_volume(value / _LOUDEST)
        self._heard = value or self._heard
        self._mute.show_as("volume" if value else "mute", self.tr("Mute") if value else self.tr("Unmute"))
        self._services.preferences.state().setValue(_VOLUME, value)

    def _toggle_mute(self) -> None:
        self._volume.setValue(0 if self._volume.value() else self._heard)


class JumpSlider(QSlider):
    """A slider that goes to where it is pressed.

    Signals:
        jumped(int): the person moved it, by mouse or by key.
    """

    jumped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.actionTriggered.connect(lambda _action: self.jumped.emit(self.sliderPosition()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put the handle under the pointer, then let it be dragged."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        handle = self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.position().toPoint()):
            room = max(1, self.width() - handle.width())
            at = round(event.position().x() - handle.width() / 2)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, room))
            self.jumped.emit(self.value())
        super().mousePressEvent(event)
