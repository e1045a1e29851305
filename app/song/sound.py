"""A media player that comes late and may not come at all.

Qt Multimedia is loaded when the first song is played: it costs start-up time, and some systems lack a library
that it needs. It is handed names, never devices: a device made in Python would need Python's lock to be read,
while the window's thread, holding it, waits for the reading to end.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QObject, QUrl, Signal

from tagger_core.errors import AudioError

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer


_OPEN_FILES = Path("/dev/fd")


class Sound(QObject):
    """Plays one file at a time.

    Signals:
        position(float), duration(float): in seconds.
        playing(bool): it sounds, or does not.
        finished: the song has come to its end.
        message(str): why nothing sounds; empty once something does.
    """

    position = Signal(float)
    duration = Signal(float)
    playing = Signal(bool)
    finished = Signal()
    message = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: QMediaPlayer | None = None
        self._output: QAudioOutput | None = None
        self._loaded = False
        self._held: int | None = None
        self._volume = 1.0
        self._start: int | None = None

    @property
    def loaded(self) -> bool:
        """Whether there is a song to go on with."""
        return self._loaded

    def play(self, path: Path, seconds: float) -> None:
        """Play a file from so many seconds on; whatever keeps it from sounding is told by `message`."""
        self.stop()
        player = self._ready()
        if player is None:
            return
        try:
            url = self._url(path)
        except OSError as error:
            reason = error.strerror or str(error)
            self.message.emit(self.tr("The file cannot be opened: %1").replace("%1", reason))
            return
        if url is None:
            self.message.emit(self.tr("This system cannot play a file whose name is no text"))
            return
        self._start = round(seconds * 1000)
        self._loaded = True
        self.message.emit("")
        player.setSource(url)
        player.play()

    def seek(self, seconds: float) -> None:
        """Go to a place in the song."""
        if self._player is not None and self.loaded:
            if self._start is not None:
                self._start = round(seconds * 1000)
            else:
                self._player.setPosition(round(seconds * 1000))

    def resume(self) -> None:
        """Go on with the song, or begin again at its end."""
        player = self._ready()
        if player is not None and self.loaded:
            player.play()

    def pause(self) -> None:
        """Stop where the song is."""
        if self._player is not None:
            self._player.pause()

    def stop(self) -> None:
        """Put the file down, so that it can be written to or its disk taken away."""
        self._loaded = False  # first: a player that stops goes to 0, and the place is to be kept
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def set_volume(self, volume: float) -> None:
        """Set the loudness from 0 to 1, as it is heard: half is half as loud."""
        self._volume = volume
        if self._output is not None:
            self._output.setVolume(volume**2)

    def _ready(self) -> QMediaPlayer | None:
        """Return the player, made if need be; None, and a message, where nothing could sound."""
        QLoggingCategory.setFilterRules("qt.multimedia.*=false")  # what it tells, the bar tells
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer  # noqa: PLC0415 - see above
        except ImportError:
            self.message.emit(self.tr("Playing needs Qt Multimedia, which this system cannot load"))
            return None
        if not _has_output(QMediaDevices):
            self.message.emit(self.tr("There is no sound device"))
            return None
        if self._player is None:
            self._output = QAudioOutput(self)
            self._player = QMediaPlayer(self)
            self._player.setAudioOutput(self._output)
            self.set_volume(self._volume)
            self._join(self._player)
        if not self._player.isAvailable():
            self.message.emit(self.tr("Qt Multimedia has nothing to play with on this system"))
            return None
        return self._player

    def _join(self, player: QMediaPlayer) -> None:
        playing, statuses = type(player).PlaybackState.PlayingState, type(player).MediaStatus
        ready = (statuses.LoadedMedia, statuses.BufferedMedia)

        def status_changed(status: QMediaPlayer.MediaStatus) -> None:
            if status in ready and self._start is not None:
                start, self._start = self._start, None
                if start:
                    player.setPosition(start)
            elif status == statuses.EndOfMedia:
                self.finished.emit()
            elif status == statuses.InvalidMedia:
                self.message.emit(self.tr("This file cannot be played"))

        player.mediaStatusChanged.connect(status_changed)
        player.playbackStateChanged.connect(lambda state: self.playing.emit(state == playing))
        player.durationChanged.connect(lambda ms: self.duration.emit(ms / 1000))
        player.positionChanged.connect(self._moved)
        player.errorOccurred.connect(
            lambda _error, _text: self.message.emit(self.tr("This file cannot be played"))
        )

    def _url(self, path: Path) -> QUrl | None:
        """Return what names a file for Qt, which knows text only; other names through an open file."""
        name = str(path)
        try:
            name.encode()
        except UnicodeEncodeError:
            if not _OPEN_FILES.is_dir():
                return None
            self._held = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            name = str(_OPEN_FILES / str(self._held))
        return QUrl.fromLocalFile(name)

    def _moved(self, milliseconds: int) -> None:
        if self._start is None and self._loaded:
            self.position.emit(milliseconds / 1000)


def _has_output(devices: type[QMediaDevices]) -> bool:
    return not devices.defaultAudioOutput().isNull()


def why_silent(path: Path) -> str:
    """Return why a file cannot be played, empty where it can: it is opened and looked into, without a sound.

    Containers other than those of music are not handed to the media player: some name other files to fetch.
    """
    from tagger_core.audio.decode import probe  # noqa: PLC0415 - FFmpeg is loaded by the first song

    try:
        probe(path)
    except AudioError as error:
        return error.message
    return ""
