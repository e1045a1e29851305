"""The bar that plays: a real media player, mostly without a sound device."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.services import Services
from app.song import player, sound
from app.song.player import PlayerBar
from tagger_core.library.schema import Track
from tests.support.audio import encode, tone
from tests.support.library import Filled

multimedia = pytest.importorskip("PySide6.QtMultimedia", reason="Qt Multimedia cannot be loaded here")


@pytest.fixture
def bar(qtbot: QtBot, services: Services) -> Iterator[PlayerBar]:
    bar = PlayerBar(services)
    qtbot.addWidget(bar)
    bar.show()
    yield bar
    bar.stop()


@pytest.fixture
def silent_device(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt's own player runs against the clock where there is no device; needs a backend."""
    monkeypatch.setattr(sound, "_has_output", lambda _devices: True)
    if not multimedia.QMediaPlayer().isAvailable():
        pytest.skip("Qt Multimedia has no backend here")


@pytest.fixture
def playable(services: Services, filled: Filled, tmp_path: Path) -> int:
    """A song whose file is there, four seconds long."""
    place(services, filled.ids[0], encode(tmp_path / "a.flac", tone(4), 44100))
    return filled.ids[0]


def place(services: Services, track_id: int, path: Path) -> None:
    with services.library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == track_id).values(path=os.fsencode(path)))


def test_no_sound_device_is_told_and_no_error(
    qtbot: QtBot, bar: PlayerBar, playable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "_has_output", lambda _devices: False)
    bar.play(playable, 0.0)
    qtbot.waitUntil(lambda: bar.message() == "There is no sound device")
    bar.toggle()
    qtbot.wait(20)
    assert bar.message() == "There is no sound device"


def test_without_qt_multimedia_the_bar_says_so(
    qtbot: QtBot, bar: PlayerBar, playable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    bar.play(playable, 0.0)
    qtbot.waitUntil(lambda: "Qt Multimedia" in bar.message())


def test_a_missing_file_and_one_without_sound_are_told(
    qtbot: QtBot, bar: PlayerBar, services: Services, filled: Filled, tmp_path: Path
) -> None:
    place(services, filled.ids[0], tmp_path / "gone.mp3")
    bar.play(filled.ids[0], 0.0)
    qtbot.waitUntil(lambda: "cannot be opened" in bar.message())
    (tmp_path / "list.mp3").write_text("#EXTM3U\nhttp://example.invalid/song.mp3\n")
    place(services, filled.ids[1], tmp_path / "list.mp3")
    bar.play(filled.ids[1], 0.0)
    qtbot.waitUntil(lambda: "holds no audio" in bar.message())


def test_a_song_of_unknown_length_shows_none_of_the_one_before(
    qtbot: QtBot, bar: PlayerBar, services: Services, filled: Filled
) -> None:
    known, unknown = filled.ids[:2]  # without files, so that the lengths are the library's
    with services.library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == unknown).values(seconds=0.0))
    with qtbot.waitSignal(bar.song_changed):
        bar.play(known, 60.0)
    assert bar._length.text() == "2:30"
    assert bar._seek.isEnabled()
    assert bar._seek.value() > 0
    with qtbot.waitSignal(bar.song_changed):
        bar.play(unknown, 0.0)
    assert bar._length.text() == ""
    assert not bar._seek.isEnabled()
    assert bar._seek.value() == 0


def test_a_file_that_does_not_open_keeps_no_search_waiting(
    qtbot: QtBot, bar: PlayerBar, services: Services, playable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, opened = Event(), Event()

    def hang(_path: Path) -> str:
        asked.set()
        opened.wait(10)
        return ""

    monkeypatch.setattr(player, "why_silent", hang)
    bar.play(playable, 0.0)
    assert asked.wait(5)
    try:
        with qtbot.waitCallback() as found:
            services.runner.submit("read", lambda _task: services.library.search(""), found, failed=print)
    finally:
        opened.set()


@pytest.mark.usefixtures("silent_device")
@pytest.mark.skipif(sys.platform != "linux", reason="file names are text here")
def test_a_name_that_is_no_text_is_played(
    qtbot: QtBot, bar: PlayerBar, services: Services, filled: Filled, tmp_path: Path
) -> None:
    path = encode(tmp_path / "a.mp3", tone(4), 44100)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 #1%20?.mp3"))
    path.rename(odd)
    place(services, filled.ids[0], odd)
    with qtbot.waitSignal(bar.position, check_params_cb=lambda seconds: seconds > 2.0):
        bar.play(filled.ids[0], 2.0)
    assert not bar.message()


@pytest.mark.usefixtures("silent_device")
def test_plays_from_a_place_pauses_and_goes_on(qtbot: QtBot, bar: PlayerBar, playable: int) -> None:
    with qtbot.waitSignal(bar.song_changed) as changed:
        bar.play(playable, 1.0)
    assert changed.args == [playable]
    with qtbot.waitSignal(bar.position, check_params_cb=lambda seconds: 1.0 < seconds < 2.0):
        pass
    assert bar._play.accessibleName() == "Pause"
    bar.toggle()
    qtbot.waitUntil(lambda: bar._play.accessibleName() == "Play")
    with qtbot.waitSignal(bar.position, check_params_cb=lambda seconds: 2.5 < seconds < 3.5):
        bar.play(playable, 2.5)
    bar.stop()
    heard: list[float] = []
    bar.position.connect(heard.append)
    bar.toggle()
    qtbot.waitUntil(lambda: len(heard) > 4)
    assert min(heard) > 2.4


def test_the_file_is_put_down(qtbot: QtBot, bar: PlayerBar, playable: int, silent_device: None) -> None:
    with qtbot.waitSignal(bar.song_changed):
        bar.play(playable, 1.0)
    bar.stop()
    assert not bar._sound.loaded
    with qtbot.assertNotEmitted(bar.position, wait=100):
        pass


@pytest.mark.usefixtures("silent_device")
def test_the_end_is_told(
    qtbot: QtBot, bar: PlayerBar, services: Services, filled: Filled, tmp_path: Path
) -> None:
    place(services, filled.ids[0], encode(tmp_path / "a.wav", tone(0.5), 44100))
    with qtbot.waitSignal(bar.finished):
        bar.play(filled.ids[0], 0.0)


def test_only_the_song_asked_for_last_is_played(qtbot: QtBot, bar: PlayerBar, filled: Filled) -> None:
    changed: list[int] = []
    bar.song_changed.connect(changed.append)
    for track_id in filled.ids[:8]:
        bar.play(track_id, 0.0)
    qtbot.waitUntil(lambda: changed == [filled.ids[7]])


@pytest.mark.usefixtures("silent_device")
def test_a_song_that_is_played_again_keeps_another_from_coming(
    qtbot: QtBot, bar: PlayerBar, services: Services, playable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next(track_id for track_id in services.library.search("") if track_id != playable)
    asked, opened = Event(), Event()

    def hang(_path: Path) -> str:
        asked.set()
        opened.wait(10)
        return ""

    with qtbot.waitSignal(bar.song_changed):
        bar.play(playable, 0.0)
    changed: list[int] = []
    bar.song_changed.connect(changed.append)
    monkeypatch.setattr(player, "why_silent", hang)
    bar.play(other, 0.0)
    assert asked.wait(5)
    bar.play(playable, 1.0)
    opened.set()
    qtbot.waitUntil(lambda: not services.runner.busy)
    qtbot.wait(50)
    assert (bar.track_id, changed) == (playable, [])


def test_buttons_ask_for_neighbours(qtbot: QtBot, bar: PlayerBar) -> None:
    with qtbot.waitSignals([bar.previous_requested, bar.next_requested]):
        qtbot.mouseClick(bar._previous, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(bar._next, Qt.MouseButton.LeftButton)


def test_volume_is_kept_and_muting_comes_back(qtbot: QtBot, services: Services) -> None:
    bar = PlayerBar(services)
    qtbot.addWidget(bar)
    bar._volume.setValue(35)
    qtbot.mouseClick(bar._mute, Qt.MouseButton.LeftButton)
    assert bar._volume.value() == 0
    qtbot.mouseClick(bar._mute, Qt.MouseButton.LeftButton)
    assert bar._volume.value() == 35
    again = PlayerBar(services)
    qtbot.addWidget(again)
    assert again._volume.value() == 35


def test_multimedia_is_not_loaded_before_a_song_is_played() -> None:
    import subprocess

    code = "import sys, app.song.player, app.song.panel; sys.exit('PySide6.QtMultimedia' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
