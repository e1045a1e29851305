"""Changes of sound: each does what its name says, is its seed, and can be left out on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.audio import encode
from trainer.distil import augment, gather, rounds, voices
from trainer.distil.augment import CHANGES, NAMES, changed
from trainer.distil.corpus import RATE, WINDOW, collect, kept, to_int16
from trainer.distil.sources import Piece
from trainer.distil.textures import make

SOUND = make("plucked", 1, 3.0)
OTHER = make("singing", 2, 3.0)


def tone(hz: float) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(WINDOW) / RATE)).astype(np.float32)


def peak_hz(sound: np.ndarray) -> float:
    middle = sound[RATE : 2 * RATE] * np.hanning(RATE)
    return float(np.argmax(np.abs(np.fft.rfft(middle))))


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_is_its_seed_and_keeps_the_length(name: str) -> None:
    change = CHANGES[name][1]
    first, again, *others = (change(np.random.default_rng(seed), SOUND) for seed in (3, 3, 2, 4, 5))
    assert first.shape == SOUND.shape
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    assert np.array_equal(first, again)
    assert not all(np.array_equal(first, other) for other in others)
    assert not np.allclose(first, SOUND)


def test_speed_moves_pitch_a_little_and_pitch_does_so_at_its_own_pace() -> None:
    for change, most in ((augment.speed, 1.06), (augment.pitch, 1.123)):
        found = {peak_hz(change(np.random.default_rng(seed), tone(1000))) / 1000 for seed in range(4)}
        assert len(found) > 1
        assert all(1 / most - 0.01 <= ratio <= most + 0.01 for ratio in found)


def test_a_band_takes_away_what_is_above_it() -> None:
    heard = augment.band(np.random.default_rng(0), tone(100) + tone(7900))
    spectrum = np.abs(np.fft.rfft(heard[:RATE]))
    assert spectrum[7900] < 0.5 * np.abs(np.fft.rfft((tone(100) + tone(7900))[:RATE]))[7900]


def test_an_mp3_is_the_same_sound_in_its_place() -> None:
    heard = augment.mp3(np.random.default_rng(3), SOUND)
    assert np.corrcoef(heard, SOUND)[0, 1] > 0.7


def test_windows_are_kept_whole_or_not_at_all_and_made_once(tmp_path: Path) -> None:
    def broken() -> Iterator[np.ndarray]:
        yield np.ones(4, np.int16)
        raise KeyboardInterrupt

    path = tmp_path / "kept.i16"
    with pytest.raises(KeyboardInterrupt):
        kept(path, broken(), 4)
    assert not path.exists()
    first = kept(path, (np.full(4, k, np.int16) for k in range(3)), 4)
    assert first.tolist() == [[k] * 4 for k in range(3)]
    assert np.array_equal(kept(path, broken(), 4), first)


def test_gain_spans_the_loudness_of_records() -> None:
    peaks = [np.abs(augment.gain(np.random.default_rng(s), SOUND)).max() for s in range(40)]
    assert 0.04 < min(peaks) < 0.12
    assert 0.7 < max(peaks) <= 1.0


def test_nothing_named_changes_nothing_and_names_are_independent() -> None:
    def draw() -> np.ndarray:
        return OTHER

    assert np.array_equal(changed(np.random.default_rng(1), SOUND, draw, ()), SOUND)
    for seed in range(5):
        everything = changed(np.random.default_rng(seed), SOUND, draw, NAMES)
        assert np.abs(everything).max() <= 1
        # Leaving out the last one leaves what came before it as it was, up to the level.
        without = changed(np.random.default_rng(seed), SOUND, draw, tuple(n for n in NAMES if n != "gain"))
        assert np.corrcoef(everything, without)[0, 1] > 0.999


def test_mixes_hold_both_sounds() -> None:
    heard = augment.mixed(np.random.default_rng(1), SOUND, lambda: OTHER)
    assert np.abs(np.corrcoef(heard, OTHER)[0, 1]) > 0.1
    assert np.corrcoef(heard, SOUND)[0, 1] > 0.5
    assert np.array_equal(augment.mixed(np.random.default_rng(1), SOUND, lambda: 0 * OTHER), SOUND)


def test_a_round_hears_its_own_split_alone_and_is_repeatable(tmp_path: Path) -> None:
    def piece(name: str, split: str, voice: bool = False) -> Piece:
        return Piece("hedgewars", name, name, Path(name), "GPL-2", split, voice=voice)

    sounds = {"a": SOUND, "b": OTHER, "c": np.zeros(WINDOW, np.float32) + np.float32(0.5)}
    made = replace(piece("a", "train"), source="composed", name="a")
    note = replace(piece("cello-double", "train"), source="sms-tools")
    pieces = [
        *(piece("a", "train"), piece("a 2", "train"), piece("b", "train", voice=True)),
        *(made, note, piece("c", "test")),
    ]
    corpus = collect(tmp_path / "corpus", pieces, lambda p: to_int16(sounds[p.name[0]])[None])
    first = np.array(rounds.augmented(corpus, tmp_path / "1.i16", 1))
    assert first.shape == (2, WINDOW)
    assert np.array_equal(first, rounds.augmented(corpus, tmp_path / "again.i16", 1))
    # The second round takes the other half: of three recorded windows one, not two.
    assert rounds.augmented(corpus, tmp_path / "2.i16", 2).shape == (1, WINDOW)
    assert not np.array_equal(first, rounds.augmented(corpus, tmp_path / "3.i16", 3))
    # Without changes the music is as it was, and a voice, which would have to be mixed, is not there.
    plain = np.array(rounds.augmented(corpus, tmp_path / "plain.i16", 1, ()))
    assert np.abs(plain.astype(int) - corpus.windows[:1].astype(int)).max() <= 1
    laid = np.array(rounds.augmented(corpus, tmp_path / "mixed.i16", 1, (augment.MIX,)))[1] / 32768
    voice, music = (corpus.windows[k] / 32768 for k in (2, 3))
    rest = laid - (laid @ voice) / (voice @ voice) * voice
    assert np.abs(np.corrcoef(rest, music)[0, 1]) > 0.2 or np.abs(np.corrcoef(rest, SOUND)[0, 1]) > 0.2
    assert len(rounds.augmented(corpus, tmp_path / "test.i16", 1, (), "test")) == 1


def test_a_voice_is_stretched_at_its_pitch_and_shifted_at_its_pace() -> None:
    fast = voices.stretched(tone(500), 1.25)
    assert len(fast) == pytest.approx(WINDOW / 1.25, rel=0.02)
    assert peak_hz(fast) == pytest.approx(500, abs=4)
    high = voices.shifted(tone(500), 5)
    assert len(high) == pytest.approx(WINDOW, rel=0.02)
    assert peak_hz(high) == pytest.approx(500 * 2 ** (5 / 12), abs=6)
    assert np.array_equal(voices.shifted(voices.stretched(SOUND, 1.0), 0), SOUND)


def test_a_recorded_instrument_is_played_on_other_keys(tmp_path: Path) -> None:
    path = encode(tmp_path / "piano.wav", tone(500), RATE)
    entry = gather.Entry("sms-tools", "recordings/sms/piano.wav", "", "0", "CC-BY-4.0", "sms-tools", "")
    sung = replace(entry, file="recordings/sms/soprano-E4.wav")
    found = {entry: path, sung: tmp_path / "soprano-E4.wav"}
    pieces = [piece for piece in gather.pieces_of(found) if piece.source == "sms-tools"]
    assert [piece.transpose for piece in pieces] == [0, *voices.KEYS, 0]
    assert len({piece.name for piece in pieces}) == len(pieces)
    assert {piece.group for piece in pieces} == {"sms-tools"}
    for piece in pieces[:-1]:
        (window,) = gather.hear(piece, "no such program", {})
        assert peak_hz(window / 32768) == pytest.approx(500 * 2 ** (piece.transpose / 12), abs=2)
        assert gather.seconds(piece) == pytest.approx(3.0 / 2 ** (piece.transpose / 12), abs=0.05)
