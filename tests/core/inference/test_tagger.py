"""One real file -> what a model hears in it."""

from pathlib import Path

import numpy as np
import pytest

from tagger_core.audio.decode import load, packet_digest, probe
from tagger_core.audio.windows import cut
from tagger_core.errors import Cancelled, NoAudioError
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.inference.tagger import Tagger
from tests.core.inference.networks import SMALL, loaded, noise
from tests.support.audio import encode, song, tone

RATE = 8000
WINDOW = SMALL.window


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(loaded(SMALL, noise(8, WINDOW), rate=RATE), Execution("cpu", "fp32", "short", 4))


def test_the_track_s_scores_are_the_mean_of_its_windows(engine: Engine, tmp_path: Path) -> None:
    path = encode(tmp_path / "song.flac", song(9.3, RATE), RATE)
    heard = Tagger(engine).analyse(path)
    windows = list(cut([load(path, RATE)], WINDOW, WINDOW))
    scores, embeddings = engine.run(np.stack([window.samples for window in windows]))
    analysis = heard.analysis
    assert len(windows) > 2 * 4, "more than one micro-batch"
    np.testing.assert_allclose(analysis.scores, scores.mean(0), atol=1e-5)
    np.testing.assert_allclose(analysis.embedding, embeddings.mean(0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(analysis.window_scores, scores, atol=1e-3)
    assert analysis.window_scores.dtype == np.float16
    assert analysis.window_starts.tolist() == [window.start for window in windows]
    assert analysis.seconds == pytest.approx(9.3, abs=0.01)
    assert analysis.model_id == engine.model.identity
    assert (analysis.silent, analysis.problem) == (False, "")


def test_the_file_is_told_with_it(engine: Engine, tmp_path: Path) -> None:
    path = encode(tmp_path / "song.ogg", song(3, 44100), 44100)
    heard = Tagger(engine).analyse(path)
    assert heard.info == probe(path)
    assert heard.digest == packet_digest(path)


def test_a_hop_of_half_a_window_hears_nearly_everything_twice(engine: Engine, tmp_path: Path) -> None:
    path = encode(tmp_path / "song.wav", song(4, RATE), RATE)
    tagger = Tagger(engine, hop=0.5)
    assert tagger.hop == round(WINDOW / 2)
    starts = tagger.analyse(path).analysis.window_starts
    assert set(np.diff(starts)[:-1]) == {tagger.hop}


def test_silent_windows_are_left_out_of_the_means(engine: Engine, tmp_path: Path) -> None:
    sound = song(8 * WINDOW / RATE, RATE)
    sound[WINDOW : 5 * WINDOW] = 0
    analysis = Tagger(engine).analyse(encode(tmp_path / "gap.wav", sound, RATE)).analysis
    sounding = analysis.window_scores.any(1)
    assert sounding.tolist() == [True] + [False] * 4 + [True] * 3
    np.testing.assert_allclose(analysis.scores, analysis.window_scores[sounding].mean(0), atol=1e-3)
    assert not analysis.silent


def test_silence_scores_nothing(engine: Engine, tmp_path: Path) -> None:
    path = encode(tmp_path / "silence.wav", np.zeros(3 * RATE, np.float32), RATE)
    analysis = Tagger(engine).analyse(path).analysis
    assert analysis.silent
    assert not analysis.scores.any()
    assert not analysis.embedding.any()
    assert analysis.window_scores.shape == (len(analysis.window_starts), 8)


def test_a_sound_shorter_than_a_window_is_heard(engine: Engine, tmp_path: Path) -> None:
    analysis = Tagger(engine).analyse(encode(tmp_path / "beep.wav", tone(0.05, RATE), RATE)).analysis
    assert analysis.window_starts.tolist() == [0]
    assert analysis.seconds == pytest.approx(0.05, abs=0.01)
    assert analysis.scores.any()


def test_half_a_file_is_heard_and_its_problem_told(engine: Engine, tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.flac", song(10, RATE), RATE)
    half = tmp_path / "half.flac"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    analysis = Tagger(engine).analyse(half).analysis
    assert 3 < analysis.seconds < 7
    assert analysis.problem
    assert analysis.scores.any()


def test_cancelling_stops_within_a_window(engine: Engine, tmp_path: Path) -> None:
    path = encode(tmp_path / "song.wav", song(20, RATE), RATE)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked == 5

    with pytest.raises(Cancelled):
        Tagger(engine).analyse(path, cancelled)
    assert asked == 5


def test_no_audio_is_the_decoder_s_error(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    with pytest.raises(NoAudioError):
        Tagger(engine).analyse(tmp_path / "text.mp3")


def test_a_long_song_takes_no_more_memory_than_a_short_one(engine: Engine, tmp_path: Path) -> None:
    import tracemalloc

    def peak(seconds: float) -> int:
        piece = song(20, RATE)
        path = encode(tmp_path / "song.wav", (piece for _ in range(round(seconds / 20))), RATE)
        tracemalloc.start()
        Tagger(engine).analyse(path)
        result = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return result

    assert peak(600) < peak(20) + 2_000_000  # the samples alone would be 18 MB more
