"""Voices: harmonics of a glottis, shaped by the formants of a vowel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.toy.layer import Layer
from trainer.toy.tone import Signal, Sound, energy_of, look_up, period, sway, swell, turning

# The first four formants of sung vowels in Hz: a, e, i, o, u.
_FORMANTS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "male voice": (
        (650.0, 1080.0, 2650.0, 2900.0),
        (400.0, 1700.0, 2600.0, 3200.0),
        (290.0, 1870.0, 2800.0, 3250.0),
        (400.0, 800.0, 2600.0, 2800.0),
        (350.0, 600.0, 2700.0, 2900.0),
    ),
    "female voice": (
        (800.0, 1150.0, 2900.0, 3900.0),
        (370.0, 2000.0, 2800.0, 3600.0),
        (300.0, 2250.0, 2950.0, 3900.0),
        (450.0, 800.0, 2830.0, 3800.0),
        (325.0, 700.0, 2700.0, 3800.0),
    ),
}
_STRENGTHS = (1.0, 0.6, 0.32, 0.25)
_WIDTHS = (90.0, 110.0, 150.0, 200.0)
_HUM = (260.0, 1100.0, 2300.0, 3300.0)
_HUM_STRENGTHS = (1.0, 0.04, 0.015, 0.01)
_CHOIR = (("male voice", 0.5), ("male voice", 0.5), ("female voice", 1.0), ("female voice", 1.0))
CENTRE = {"male voice": 50, "female voice": 66, "choir": 62}
"""The MIDI pitch about which each sings."""


def _spectrum(hz: float, formants: tuple[float, ...], strengths: tuple[float, ...]) -> NDArray[np.float64]:
    k = np.arange(1, 101)
    response = np.full(100, 0.012)
    for centre, width, strength in zip(formants, _WIDTHS, strengths, strict=True):
        response += strength / (1 + ((k * hz - centre) / (width / 2 + 0.25 * hz)) ** 2)
    shaped: NDArray[np.float64] = response / k**0.4
    return shaped


@dataclass(frozen=True)
class Song:
    """How somebody sings.

    Args:
        vibrato: whether the pitch sways widely; it always does a little.
        hums: whether the mouth is shut.
    """

    vibrato: bool = False
    hums: bool = False


def sing(kind: str, hz: float, seconds: float, layer: Layer, song: Song) -> Sound:
    """Return one sung note.

    Args:
        kind: "male voice", "female voice" or "choir", whose men sing an octave lower.
        hz: of the note.
        seconds: until the next.
        layer: gives the vocal tract, consonants, vowels and phases.
        song: how it is sung.
    """
    n = int((seconds + 0.05) * layer.rate)
    if kind == "choir":
        samples = np.zeros(n, np.float32)
        for singer, octave in _CHOIR:
            pitch = hz * octave * layer.random.uniform(0.992, 1.008)
            samples += _held(singer, pitch, n, layer, song) * np.float32(0.5)
        shape = swell(n, 0.16 * layer.artist.attack, 0.12, layer.rate)
        return Sound(samples * shape, energy_of(shape, layer.rate))
    shape = swell(n, 0.045 * layer.artist.attack, 0.07, layer.rate)
    samples = _held(kind, hz, n, layer, song) * shape
    if not song.hums:
        consonant = layer.noise.burst(0.05, 2200.0, 5500.0, 0.02, layer.random).samples[:n]
        samples[: len(consonant)] += consonant * np.float32(0.25)
    return Sound(samples, energy_of(shape, layer.rate))


def _held(kind: str, hz: float, n: int, layer: Layer, song: Song) -> Signal:
    """Return one held note that moves from a vowel to another, [n], with a root mean square of one."""
    rate, random = layer.rate, layer.random
    depth = 0.026 if song.vibrato else 0.004
    bend = hz * (1 + depth * sway(layer.artist.sway, n, rate, random).astype(np.float64))
    phase = turning(bend, n, rate, random)
    tables = []
    for vowel in random.integers(len(_FORMANTS[kind]), size=2):
        formants = _HUM if song.hums else _FORMANTS[kind][vowel]
        shifted = tuple(centre * layer.artist.tract for centre in formants)
        strengths = _HUM_STRENGTHS if song.hums else _STRENGTHS
        tables.append(period(_spectrum(hz, shifted, strengths), hz * (1 + depth), rate, random))
    first, last = look_up(tables[0], phase), look_up(tables[1], phase)
    share = np.arange(n, dtype=np.float32) / np.float32(n)
    return first + share * (last - first)
