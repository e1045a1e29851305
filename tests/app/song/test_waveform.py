"""Outlines made beside everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.song import waveform
from app.song.waveform import WaveformLoader
from tests.support.audio import encode, tone


@pytest.fixture
def loader(qapp: object) -> Iterator[WaveformLoader]:
    loader = WaveformLoader()
    yield loader
    loader.close()


def test_a_loud_half_and_a_silent_half(qtbot: QtBot, loader: WaveformLoader, tmp_path: Path) -> None:
    sound = np.concatenate([tone(3, level=0.8), np.zeros(3 * 44100, np.float32)])
    path = encode(tmp_path / "half.ogg", sound, 44100)
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.ask(7, path)
    track_id, peaks = loaded.args
    assert track_id == 7
    assert peaks.seconds == pytest.approx(6, abs=0.05)
    half = round(3 * peaks.pairs_per_second)
    assert peaks.high[10 : half - 10].min() > 0.6
    assert peaks.high[half + 10 :].max() < 0.05


def test_what_cannot_be_decoded_has_none(qtbot: QtBot, loader: WaveformLoader, tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.ask(1, tmp_path / "text.mp3")
    assert loaded.args == [1, None]


def test_only_the_song_asked_for_last_is_told(qtbot: QtBot, loader: WaveformLoader, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.flac", tone(2), 44100)
    told: list[int] = []
    loader.loaded.connect(lambda track_id, _peaks: told.append(track_id))
    for track_id in range(30):
        loader.ask(track_id, path)
    qtbot.waitUntil(lambda: told == [29])
    loader.ask(30, path)
    loader.cancel()
    qtbot.wait(50)
    assert told == [29]


def test_an_outline_that_was_under_way_to_the_window_is_not_told(
    qtbot: QtBot, loader: WaveformLoader, tmp_path: Path
) -> None:
    path = encode(tmp_path / "a.wav", tone(0.2), 44100)
    told: list[int] = []
    loader.loaded.connect(lambda track_id, _peaks: told.append(track_id))
    loader.ask(1, path)
    made = Event()
    loader._thread.submit(made.set)
    assert made.wait(5)
    loader.ask(2, path)
    qtbot.waitUntil(lambda: 2 in told)
    assert told == [2]


def test_the_last_songs_are_kept(
    qtbot: QtBot, loader: WaveformLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waveform, "KEPT", 2)
    path = encode(tmp_path / "a.wav", tone(0.2), 44100)
    for track_id in (1, 2, 3):
        with qtbot.waitSignal(loader.loaded):
            loader.ask(track_id, path)
    path.unlink()
    with qtbot.waitSignal(loader.loaded) as kept:
        loader.ask(3, path)
    assert kept.args[1] is not None
    with qtbot.waitSignal(loader.loaded) as forgotten:
        loader.ask(1, path)
    assert forgotten.args[1] is None
