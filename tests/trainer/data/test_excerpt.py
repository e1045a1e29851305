"""The piece of a song that is kept is where it was asked for, also of files that say nothing or lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagger_core.audio import decode
from tagger_core.audio.decode import AudioStream
from tagger_core.audio.pool import DecoderPool
from tests.support import datasets
from trainer.data import excerpt
from trainer.data.excerpt import hear
from trainer.data.prepared import to_int16

RATE = 8000


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return datasets.clip(tmp_path_factory.mktemp("songs") / "song.flac", 3, seconds=5.0, sample_rate=44100)


class Lying:
    """Opens songs whose length is told as it pleases."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.opened = 0

    def __call__(self, path: Path, sample_rate: int) -> AudioStream:
        self.opened += 1
        stream = decode.open_audio(path, sample_rate)
        stream.info = replace(stream.info, seconds=self.seconds)
        return stream


def test_the_start_is_the_first_samples(song: Path) -> None:
    whole = to_int16(decode.load(song, RATE))
    assert np.array_equal(hear(decode.open_audio, song, RATE, 9999, "start").samples, whole[:9999])
    assert np.array_equal(hear(decode.open_audio, song, RATE, 10 * RATE, "start").samples, whole)


@pytest.mark.parametrize(("told", "times"), [(5.0, 1), (None, 2), (300.0, 2), (5.9, 1)])
def test_the_middle_is_found_whatever_the_file_tells(song: Path, told: float | None, times: int) -> None:
    whole = to_int16(decode.load(song, RATE))
    opened = Lying(told)
    heard = hear(opened, song, RATE, 2 * RATE, "middle").samples
    begin = round(((told if times == 1 and told else 5.0) - 2) / 2 * RATE)
    assert np.array_equal(heard, whole[begin : begin + 2 * RATE])
    assert opened.opened == times


def test_a_song_that_is_shorter_is_taken_whole(song: Path) -> None:
    whole = to_int16(decode.load(song, RATE))
    for told in (5.0, None, 1.0, 60.0):
        assert np.array_equal(hear(Lying(told), song, RATE, 6 * RATE, "middle").samples, whole)


def test_the_rest_of_a_long_song_is_not_heard(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = to_int16(decode.load(song, RATE))
    monkeypatch.setattr(excerpt, "_HEARD_OUT_SECONDS", 0.5)
    with DecoderPool(1) as pool:
        for _ in range(2):
            assert np.array_equal(hear(pool.open, song, RATE, RATE, "start").samples, whole[:RATE])
