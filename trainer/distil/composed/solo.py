"""One instrument by itself: single notes, a line, or chords struck and broken.

A person who samples or practises has files of these, and whole songs never teach what one note of a piano is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trainer.distil.composed.harmony import (
    DORIAN,
    HARMONIC,
    MAJOR,
    MINOR,
    PENTATONIC,
    Random,
    degree,
    rhythm,
    triad,
    walk,
)
from trainer.distil.composed.score import Score

BEATS = 60.0
"""More than 30 s, at up to 120 beats a minute."""


@dataclass(frozen=True)
class Instrument:
    """What plays alone.

    Args:
        programs: General MIDI programs, from 0, one of which plays.
        low: lowest MIDI pitch.
        high: highest one.
        chords: whether it plays several notes at once.
    """

    programs: tuple[int, ...]
    low: int
    high: int
    chords: bool = True


INSTRUMENTS = {
    "piano": Instrument((0, 0, 1), 33, 96),
    "electric piano": Instrument((4, 5), 40, 88),
    "harpsichord": Instrument((6,), 36, 84),
    "acoustic guitar": Instrument((24, 25), 40, 76),
    "electric guitar": Instrument((27, 28, 29, 30), 40, 80),
    "bass": Instrument((32, 33, 34, 36), 28, 52, chords=False),
    "violin": Instrument((40,), 55, 96, chords=False),
    "cello": Instrument((42,), 36, 69, chords=False),
    "strings": Instrument((48, 49), 36, 86),
    "harp": Instrument((46,), 36, 96),
    "flute": Instrument((73,), 60, 93, chords=False),
    "sitar": Instrument((104,), 48, 76, chords=False),
    "choir": Instrument((52, 53), 45, 79),
    "synth": Instrument((62, 80, 81, 90), 36, 88),
}
"""By name, whatever the vocabulary has a word for and General MIDI a program."""


def of(instrument: Instrument) -> Callable[[Random], Score]:
    """Return what composes for an instrument."""

    def solo(random: Random) -> Score:
        score = Score(random.uniform(60, 120), {0: int(random.choice(instrument.programs))})
        ways = (_notes, _line, _chords) if instrument.chords else (_notes, _line)
        ways[random.integers(len(ways))](score, random, instrument)
        return score

    return solo


def _notes(score: Score, random: Random, instrument: Instrument) -> None:
    """Play one note after another, each a few times, as somebody does who tries an instrument out."""
    at = 0.0
    while at < BEATS:
        pitch, length = int(random.integers(instrument.low, instrument.high + 1)), random.uniform(0.5, 3.5)
        rest = random.choice([0.0, 0.0, 0.5, 1.0])
        for _ in range(int(random.integers(1, 5))):
            score.play(0, at, length, pitch, random.uniform(45, 120))
            at += length + rest


def _line(score: Score, random: Random, instrument: Instrument) -> None:
    """Play a melody over two octaves."""
    root, scale = _home(random, instrument)
    lengths = rhythm(random, BEATS, (0.25, 0.5, 0.5, 1.0, 2.0))
    at = 0.0
    for length, place in zip(lengths, walk(random, len(lengths), 0, 2 * len(scale)), strict=True):
        pitch = min(degree(root, scale, place), instrument.high)
        score.play(0, at, 0.95 * length, pitch, random.uniform(65, 110))
        at += length


def _chords(score: Score, random: Random, instrument: Instrument) -> None:
    """Play chords, now struck, now broken."""
    root, scale = _home(random, instrument)
    length = float(random.choice([1.0, 2.0, 4.0]))
    for step in range(int(BEATS / length)):
        tones = [min(pitch, instrument.high) for pitch in triad(root, scale, int(random.integers(0, 7)), 4)]
        if random.random() < 0.5:
            score.chord(0, length * step, 0.95 * length, tones, random.uniform(60, 105))
            continue
        for place, pitch in enumerate(tones):
            begin = length * place / 4
            score.play(0, length * step + begin, 0.95 * (length - begin), pitch, random.uniform(60, 105))


def _home(random: Random, instrument: Instrument) -> tuple[int, tuple[int, ...]]:
    """Return a root, low enough for two octaves above it if the instrument has them, and a scale."""
    root = int(random.integers(instrument.low, max(instrument.low + 1, instrument.high - 23)))
    scales = (MAJOR, MINOR, DORIAN, HARMONIC, PENTATONIC)
    return root, scales[random.integers(len(scales))]
