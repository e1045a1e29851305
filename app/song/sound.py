"""A media player that comes late and may not come at all.

Qt Multimedia is loaded when the first song is played: it costs start-up time, and some systems lack a library
that it needs. A song is handed over as an open file, never by name: a URL would lose bytes of a path that are
no text, and a name could lead elsewhere.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QFileDevice, QIODevice, QLoggingCategory, QObject, QUrl, Signal

from tagger_core.errors import AudioError

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer


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
        self._file: QFile | None = None
        self._volume = 1.0
        self._start: int | None = None

    @property
    def loaded(self) -> bool:
        """Whether there is a song to go on with."""
        return self._file is not None

    def play(self, path: Path, seconds: float) -> None:
        """Play a file from so many seconds on; whatever keeps it from sounding is told by `message`."""
        self.stop()
        player = self._ready()
        if player is None:
            return
        try:
            self._file = _opened(path)
        except OSError as error:
            self.message.emit(
                self.tr("The file cannot be opened: %1").replace("%1", error.strerror or str(error))
            )
            return
        self._start = round(seconds * 1000)
        self.message.emit("")
        # The name only tells the suffix.
        player.setSourceDevice(
            self._file, QUrl(f"file:///song{path.suffix if path.suffix.isascii() else ''}")
        )
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
        if self._player is not None:
            self._player.stop()
            self._player.setSourceDevice(None)
        if self._file is not None:
            self._file.close()
            self._file = None

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

    def _moved(self, milliseconds: int) -> None:
        if self._start is None:
            self.position.emit(milliseconds / 1000)


def _has_output(devices: type) -> bool:
    return not devices.defaultAudioOutput().isNull()


def _opened(path: Path) -> QFile:
    """Open a regular file by its exact bytes.

    Raises:
        OSError: it cannot be opened, or is something else.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    file = QFile()
    regular = stat.S_ISREG(os.fstat(number).st_mode)
    if not regular or not file.open(
        number, QIODevice.OpenModeFlag.ReadOnly, QFileDevice.FileHandleFlag.AutoCloseHandle
    ):
        os.close(number)
        raise OSError(0, "it is not a regular file" if not regular else file.errorString())
    return file


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
