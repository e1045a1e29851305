"""Scales, chords and lines that the styles share."""

from __future__ import annotations

import numpy as np

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
HARMONIC = (0, 2, 3, 5, 7, 8, 11)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
PENTATONIC = (0, 3, 5, 7, 10)
BLUES = (0, 3, 5, 6, 7, 10)
BHAIRAV = (0, 1, 4, 5, 7, 8, 11)

Random = np.random.Generator


def degree(root: int, scale: tuple[int, ...], place: int) -> int:
    """Return the pitch `place` steps of the scale above the root; places may be negative."""
    return root + 12 * (place // len(scale)) + scale[place % len(scale)]


def triad(root: int, scale: tuple[int, ...], place: int, size: int = 3) -> list[int]:
    """Return a chord of thirds on a step of the scale."""
    return [degree(root, scale, place + 2 * k) for k in range(size)]


def close(pitches: list[int], centre: int) -> list[int]:
    """Return the chord with each note in the octave around a centre."""
    return sorted({centre - 6 + (pitch - centre + 6) % 12 for pitch in pitches})


def walk(random: Random, steps: int, low: int, high: int, leap: int = 2) -> list[int]:
    """Return a random walk over the steps of a scale that stays between low and high."""
    place, out = int(random.integers(low, high + 1)), []
    for _ in range(steps):
        place += int(random.integers(-leap, leap + 1))
        if place < low or place > high:
            place = int(np.clip(place, low, high)) + (1 if place < low else -1)
        out.append(place)
    return out


def rhythm(random: Random, beats: float, lengths: tuple[float, ...]) -> list[float]:
    """Return note lengths that fill a number of beats."""
    out, left = [], beats
    while left > 1e-6:
        fits = [length for length in lengths if length <= left + 1e-6]
        length = float(random.choice(fits)) if fits else left
        out.append(length)
        left -= length
    return out


def pick(random: Random, *choices: object) -> object:
    """Return one of the choices, which may be of different lengths."""
    return choices[int(random.integers(len(choices)))]
