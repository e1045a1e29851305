"""What is bowed, blown and sung: steady tones whose colour lives, as sums of harmonics under resonances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from demo_songs.score import Note, hertz
from demo_songs.sound import (
    RATE,
    Sound,
    band,
    clock,
    envelope,
    harmonics,
    high,
    noise,
    resonances,
    vibrato,
    wander,
)

Response = Callable[[Sound], Sound]
# Main resonances of the boxes: centre, width in Hz, height.
VIOLIN = resonances(
    [(280, 90, 0.9), (460, 110, 1.1), (560, 120, 0.9), (1000, 300, 0.6), (2600, 1400, 0.85)], 0.06
)
VIOLA = resonances(
    [(220, 80, 1.0), (350, 110, 1.1), (600, 200, 0.7), (1100, 500, 0.5), (2000, 1200, 0.5)], 0.05
)
CELLO = resonances(
    [(100, 50, 1.1), (200, 80, 1.1), (310, 130, 0.7), (600, 300, 0.5), (1500, 1000, 0.4)], 0.05
)
# Vowels: formants of a woman's and a man's voice (after the tables of Peterson and Barney, JASA 24(2), 1952).
VOWELS = {
    "ah": (
        [(850, 130, 1.0), (1220, 150, 0.6), (2810, 250, 0.22)],
        [(730, 110, 1.0), (1090, 130, 0.6), (2440, 220, 0.25)],
    ),
    "oh": (
        [(590, 110, 1.0), (920, 120, 0.5), (2710, 250, 0.14)],
        [(570, 100, 1.0), (840, 110, 0.5), (2410, 220, 0.16)],
    ),
    "oo": (
        [(370, 90, 1.0), (950, 120, 0.2), (2670, 250, 0.06)],
        [(300, 80, 1.0), (870, 110, 0.2), (2240, 220, 0.07)],
    ),
    "eh": (
        [(610, 110, 1.0), (2330, 200, 0.45), (2990, 280, 0.3)],
        [(530, 100, 1.0), (1840, 180, 0.45), (2480, 240, 0.3)],
    ),
}


def bow(note: Note, rng: np.random.Generator, body: Response, *, attack: float = 0.13) -> Sound:
    """Bow one string.

    Args:
        note: in seconds; the tone fades a little after its end.
        rng: makes every player and stroke another.
        body: the response of the instrument.
        attack: seconds until the string speaks fully.
    """
    seconds = note.length + 0.22
    sway = vibrato(seconds, rng, hz=rng.uniform(5.0, 5.8), cents=rng.uniform(9, 15), onset=0.25)
    pressure = envelope(seconds, attack, 0.24) * (1 + 0.06 * wander(seconds, 4, rng))
    time = clock(seconds)
    opening = np.clip(time / (2.2 * attack), 0, 1)

    def weight(k: int, hz: Sound) -> Sound:
        slope = 1.15 + 0.5 * (1 - note.velocity)
        return body(hz) / k**slope * opening ** (0.25 * min(k, 12))

    sound = harmonics(hertz(note.pitch) * sway, weight, 9_500)
    hair = band(noise(seconds, rng), 1200, 6500) * 0.006
    return (sound / (np.sqrt(np.mean(sound**2)) + 1e-9) * 0.25 + hair) * pressure * note.velocity


def flute(note: Note, rng: np.random.Generator) -> Sound:
    """Blow a flute: few harmonics, a chiff, breath around the tone, a vibrato of loudness."""
    seconds = note.length + 0.1
    hz = hertz(note.pitch)
    time = clock(seconds)
    sway = vibrato(seconds, rng, hz=5.0, cents=7, onset=0.3)
    strength = 0.35 + 0.5 * note.velocity

    def weight(k: int, _: Sound) -> float:
        return [1.0, 0.55, 0.32, 0.1, 0.05, 0.02][k - 1] * strength ** (k - 1) if k <= 6 else 0.0

    tone = harmonics(hz * sway, weight, min(11_000.0, 6.9 * hz))
    swell = 1 + 0.12 * np.clip((time - 0.3) / 0.5, 0, 1) * np.sin(2 * np.pi * 5.0 * time)
    breath = band(noise(seconds, rng), 0.9 * hz, min(4 * hz, 9000)) * 0.03
    breath += high(noise(seconds, rng), 3500) * 0.004
    chiff = band(noise(seconds, rng), 1.8 * hz, 2.3 * hz) * 0.2 * np.exp(-time * 45)
    return (tone * swell * 0.4 + breath + chiff) * envelope(seconds, 0.06, 0.1) * note.velocity


def sing(note: Note, rng: np.random.Generator, vowel: str, *, woman: bool) -> Sound:
    """Sing a note on a vowel, by one voice of a choir.

    Args:
        note: in seconds.
        rng: makes every singer another.
        vowel: a key of VOWELS.
        woman: whose formants.
    """
    seconds = note.length + 0.25
    size = rng.uniform(0.95, 1.05)  # of the singer
    peaks = [(centre * size, width, height) for centre, width, height in VOWELS[vowel][0 if woman else 1]]
    if not woman:
        peaks.append((2900 * size, 400, 0.15))  # the singer's formant
    mouth = resonances(peaks, 0.012)
    detune = 2 ** (rng.normal(0, 6) / 1200)
    sway = vibrato(seconds, rng, hz=rng.uniform(4.8, 6.0), cents=rng.uniform(14, 28), onset=0.2)
    scoop = 2 ** (-0.35 * np.exp(-clock(seconds) * 22) / 12)

    def weight(k: int, hz: Sound) -> Sound:
        return mouth(hz) / k**0.75

    sound = harmonics(hertz(note.pitch) * detune * sway * scoop, weight, 7_000)
    breath = band(noise(seconds, rng), 500, 6000) * 0.004
    loud = envelope(seconds, rng.uniform(0.12, 0.2), 0.3) * (1 + 0.08 * wander(seconds, 3, rng))
    return (sound / (np.sqrt(np.mean(sound**2)) + 1e-9) * 0.2 + breath) * loud * note.velocity


def glide(points: list[tuple[float, float]], seconds: float) -> Sound:
    """Return a pitch that slides through points of (second, MIDI number), [n] in Hz."""
    times, pitches = zip(*points, strict=True)
    time = np.arange(int(seconds * RATE)) / RATE
    return 440.0 * 2 ** ((np.interp(time, times, pitches) - 69) / 12)
