"""What the trainer composes: every style sounds, is its seed, and its scores are MIDI that others read."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.errors import EarmarkError
from trainer.distil import midi
from trainer.distil.composed import solo, styles
from trainer.distil.composed.score import Score
from trainer.distil.composed.styles import SCORES, SOLOS, SYNTHETIC, pieces
from trainer.distil.corpus import RATE


@pytest.mark.parametrize("style", sorted(SCORES | SOLOS))
def test_a_score_is_its_seed_and_about_half_a_minute(style: str, tmp_path: Path) -> None:
    compose = (SCORES | SOLOS)[style]
    first, again, other = (compose(np.random.default_rng(seed)).to_midi() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    path = tmp_path / "score.mid"
    path.write_bytes(first)
    assert 20 <= midi.seconds(path) <= 100


@pytest.mark.parametrize("name", sorted(solo.INSTRUMENTS))
def test_a_solo_is_one_instrument_in_its_range_and_sounds_alone_and_together(name: str) -> None:
    instrument = solo.INSTRUMENTS[name]
    together = False
    for seed in range(20):
        score = SOLOS[f"solo {name}"](np.random.default_rng(seed))
        assert set(score.programs) == {note.channel for note in score.notes} == {0}
        assert score.programs[0] in instrument.programs
        assert all(instrument.low <= note.pitch <= instrument.high for note in score.notes)
        assert max(note.start + note.length for note in score.notes) * 60 / score.bpm >= styles.SECONDS - 1
        ends = [note.start + note.length for note in score.notes]
        together |= any(note.start < end for note, end in zip(score.notes[1:], ends, strict=False))
    assert together == instrument.chords


@pytest.mark.parametrize("style", sorted(SYNTHETIC))
def test_synthesisers_play_their_seed_without_clicks_or_silence(style: str) -> None:
    sound = SYNTHETIC[style](np.random.default_rng(1), 4.0)
    assert len(sound) == 4 * RATE
    assert np.isfinite(sound).all()
    assert abs(float(sound.mean())) < 0.1 * float(sound.std())
    halves = sound.reshape(4, -1).std(axis=1)
    assert halves.min() > 0.05 * halves.max()
    assert np.array_equal(sound, SYNTHETIC[style](np.random.default_rng(1), 4.0))


def test_pieces_are_of_every_style_and_in_one_split_each() -> None:
    made = pieces(10)
    assert len(made) == 10 * len(styles.STYLES)
    assert len({piece.group for piece in made}) == len(made)
    assert {piece.split for piece in made} == {"train", "validation", "test"}
    assert not any(piece.real for piece in made)


@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="needs FluidSynth")
def test_a_score_without_its_sound_font_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match=r"missing\.sf2"):
        styles.sound_of("waltz 0", "fluidsynth", [tmp_path / "missing.sf2"])


NOTES = st.tuples(
    st.integers(0, 15), st.floats(0, 60), st.floats(0.01, 8), st.integers(-40, 160), st.floats(-10, 300)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(NOTES, min_size=1, max_size=30), st.floats(30, 300))
def test_any_notes_become_a_file_as_long_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[int, float, float, int, float]], bpm: float
) -> None:
    score = Score(bpm, {0: 5})
    for channel, start, length, pitch, velocity in notes:
        score.play(channel, start, length, pitch, velocity)
    path = tmp_path_factory.mktemp("midi") / "any.mid"
    path.write_bytes(score.to_midi())
    end = max(note.start + note.length for note in score.notes)
    assert midi.seconds(path) == pytest.approx(end * 60 / bpm, abs=0.01)
    channels = {note.channel for note in score.notes}
    expected = {{0: 5, 9: midi.DRUMS}.get(channel, 3) for channel in channels}
    assert midi.programs(path, 3) == expected


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=80))
def test_what_is_no_midi_is_an_error_that_names_the_file(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("midi") / "broken.mid"
    header = b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk"
    for content in (data, header + data, header + len(data).to_bytes(4, "big") + data):
        path.write_bytes(content)
        with suppress(EarmarkError):
            assert midi.seconds(path) >= 0
            assert midi.programs(path, 0) <= set(range(midi.DRUMS + 1))
    path.write_bytes(b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\1\0" + data)
    with pytest.raises(EarmarkError, match=r"broken\.mid"):
        midi.seconds(path)
