"""Further rounds of audio: windows of the training split mixed, sped up, filtered and made louder or softer.

Each round is written out before the teacher hears it, so that the student learns from what the teacher heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.distil import augment, known
from trainer.distil.corpus import Corpus, kept, to_float, to_int16

Signal = NDArray[np.float32]

SUNG = 0.5
"""How often what is mixed in is a voice, where there are any."""
BESIDE = (-10, 6)
"""dB between which music lies against the voice that is laid over it."""


def recorded(corpus: Corpus, split: str) -> NDArray[np.int64]:
    """Return the windows of a split that musicians or speakers made, int64 [n].

    Without single notes: what they are is known, but of changed sound nobody but the teachers says anything.
    """
    rows = corpus.indices(split)
    wanted = np.array([piece.real and not known.instrument(piece) for piece in corpus.pieces])
    return np.asarray(rows[wanted[corpus.piece_of[rows]]])


def augmented(
    corpus: Corpus, path: Path, number: int, names: tuple[str, ...] = augment.NAMES, split: str = "train"
) -> NDArray[np.int16]:
    """Write half of a split's recorded windows, changed, to `path` and map them, int16 [n, samples].

    Rounds of odd numbers take every other window from the first on, those of even numbers the rest:
    neighbours differ little, and teachers take their time. Recorded music is what there is least of; half of
    what is mixed into it are voices, if the split has any. A voice is always laid over something, since by
    itself it is no music; without mixing it is left out.

    Args:
        corpus: windows are mixed with others of the same split alone.
        path: what is already there is mapped.
        number: of the round; it seeds the changes.
        names: the changes that may be made, of `augment.NAMES`.
        split: which windows.
    """
    return kept(path, _augmented(corpus, number, names, split), corpus.windows.shape[1])


def _augmented(
    corpus: Corpus, number: int, names: tuple[str, ...], split: str
) -> Iterator[NDArray[np.int16]]:
    """Yield the windows of `augmented`."""
    speech, (voices, music) = _speech(corpus), company(corpus, split)
    for index in recorded(corpus, split)[1 - number % 2 :: 2]:
        random = np.random.default_rng([number, int(index)])
        sound = to_float(np.asarray(corpus.windows[index]))
        if speech[index]:
            if augment.MIX not in names or not len(music):
                continue
            sound = _beside(random.spawn(1)[0], sound, corpus.windows, music)
        draw = partial(another, random.spawn(1)[0], corpus.windows, voices, music)
        yield to_int16(augment.changed(random, sound, draw, names))


def _beside(
    random: np.random.Generator, voice: Signal, windows: NDArray[np.int16], music: NDArray[np.int64]
) -> Signal:
    """Return a voice with music 10 dB below it to 6 dB above it, float32 [samples]."""
    other = to_float(np.asarray(windows[random.choice(music)]))
    level = 10 ** (random.uniform(*BESIDE) / 20) * np.std(voice) / (np.std(other) + 1e-4)
    both = voice + level * other
    return np.asarray(both / max(1.0, float(np.abs(both).max())), np.float32)


def _speech(corpus: Corpus) -> NDArray[np.bool_]:
    """Return which windows are a voice by itself, bool [n]."""
    return np.asarray(np.array([piece.voice for piece in corpus.pieces])[corpus.piece_of])


def company(corpus: Corpus, split: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what windows of a split may be mixed with: its voices and all else, int64 each."""
    rows = corpus.indices(split)
    speech = _speech(corpus)[rows]
    return rows[speech], rows[~speech]


def another(
    random: np.random.Generator,
    windows: NDArray[np.int16],
    voices: NDArray[np.int64],
    music: NDArray[np.int64],
) -> Signal:
    """Return a window to mix in, float32 [samples]."""
    sung = len(voices) > 0 and (len(music) == 0 or random.random() < SUNG)
    return to_float(np.asarray(windows[random.choice(voices if sung else music)]))
