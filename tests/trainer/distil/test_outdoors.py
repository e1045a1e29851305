"""Sounds that are no music: each is its seed, none is a note, and they stay what they are called."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.distil import gather, outdoors


@pytest.mark.parametrize("kind", outdoors.MAKERS)
def test_a_sound_is_its_seed_and_sounds(kind: str) -> None:
    sound = outdoors.make(f"{kind} 3", 4.0)
    assert (sound.dtype, sound.shape) == (np.float32, (64_000,))
    assert np.array_equal(sound, outdoors.make(f"{kind} 3", 4.0))
    assert not np.array_equal(sound, outdoors.make(f"{kind} 4", 4.0))
    assert np.isfinite(sound).all()
    assert 0.04 < np.abs(sound).max() < 0.91


def flatness(sound: np.ndarray) -> float:
    """Return how even the spectrum is: 1 for white noise, near 0 for a note."""
    power = np.abs(np.fft.rfft(sound.reshape(-1, 4000) * np.hanning(4000))) ** 2
    return float(np.exp(np.log(power.mean(axis=0) + 1e-12).mean()) / power.mean())


def test_rain_hisses_and_surf_comes_and_goes() -> None:
    assert min(flatness(outdoors.make(f"rain {k}")) for k in range(5)) > 0.05
    loud = np.abs(outdoors.make("surf 2", 24.0)).reshape(24, -1).mean(axis=1)
    assert loud.max() > 1.5 * loud.min()


def test_the_corpus_holds_some_of_each_and_all_of_it_is_no_music() -> None:
    pieces = [piece for piece in gather.pieces_of({}) if piece.source == outdoors.SOURCE]
    assert {piece.name.split()[0] for piece in pieces} == set(outdoors.MAKERS)
    assert {piece.split for piece in pieces} == {"train", "validation", "test"}
    assert not any(piece.music or piece.real or piece.voice for piece in pieces)
    windows = gather.hear(pieces[0], "no such program", {"none": Path()})
    assert windows.shape == (2, gather.WINDOW)
