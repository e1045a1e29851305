"""Sounds made from nothing: noise, drones, plucked strings, beats, synthesisers and sung vowels.

They fill what the free music lacks, and teach what is no music at all. Every sound is a function of its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter  # type: ignore[import-untyped]  # scipy has no types

from trainer.distil.sources import Piece, split_of

RATE = 16_000
Sound = NDArray[np.float32]
Signal = NDArray[np.float64]
Maker = Callable[[np.random.Generator, int], Signal]

SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 1, 4, 5, 7, 8, 11))

# The first four formants of sung vowels, Hz, for a low and a high voice.
VOWELS = {
    "low": (
        (600, 1040, 2250, 2450),
        (400, 1620, 2400, 2800),
        (250, 1750, 2600, 3050),
        (400, 750, 2400, 2600),
    ),
    "high": (
        (800, 1150, 2900, 3900),
        (350, 2000, 2800, 3600),
        (270, 2140, 2950, 3900),
        (450, 800, 2830, 3800),
    ),
}


def _hz(note: float | Signal) -> Signal:
    return np.asarray(440.0 * 2.0 ** ((np.asarray(note) - 69.0) / 12.0))


def _melody(
    random: np.random.Generator, n: int, low: int, high: int, seconds: tuple[float, float]
) -> Iterator[tuple[int, int, int]]:
    """Yield (start, length, MIDI note) of a random walk on a scale until n samples are full."""
    scale, root, at = SCALES[random.integers(len(SCALES))], int(random.integers(12)), 0
    notes = [m for m in range(low, high) if (m - root) % 12 in scale]
    place = int(random.integers(len(notes)))
    while at < n:
        length = int(RATE * random.uniform(*seconds))
        yield at, min(length, n - at), notes[place]
        at += length
        place = int(np.clip(place + random.integers(-3, 4), 0, len(notes) - 1))


def _phase(hz: Signal) -> Signal:
    return np.asarray(2 * np.pi * np.cumsum(hz) / RATE)


def _saw(hz: Signal) -> Signal:
    """Return a sawtooth summed from partials below the Nyquist frequency, so that it does not alias."""
    phase, out = _phase(hz), np.zeros(len(hz))
    for k in range(1, min(40, int(RATE / 2 / max(hz.max(), 20.0))) + 1):
        out += np.sin(k * phase) / k
    return out * 0.6


def _decay(n: int, seconds: float) -> Signal:
    return np.exp(-np.arange(n) / (RATE * seconds))


def _swell(n: int, attack: float, release: float) -> Signal:
    t = np.arange(n) / RATE
    return np.asarray(np.minimum(1.0, t / attack) * np.minimum(1.0, (n / RATE - t) / release))


def _room(random: np.random.Generator, sound: Signal, amount: float) -> Signal:
    n = int(RATE * random.uniform(0.3, 2.0))
    tail = random.standard_normal(n) * _decay(n, n / RATE / 5)
    wet = fftconvolve(sound, tail)[: len(sound)]
    return np.asarray(sound + amount * wet * (np.std(sound) / (np.std(wet) + 1e-9)))


def noise(random: np.random.Generator, n: int) -> Signal:
    """Return white, pink, brown or band noise that may swell like surf."""
    spectrum = np.fft.rfft(random.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / RATE) + 10.0
    spectrum *= hz ** -random.choice([0.0, 0.5, 1.0, 1.5])
    if random.random() < 0.5:
        centre = random.uniform(100, 5000)
        spectrum *= np.exp(-(((hz - centre) / (centre * random.uniform(0.1, 0.8))) ** 2))
    out = np.fft.irfft(spectrum, n)
    if random.random() < 0.5:
        out *= 1.1 + np.sin(2 * np.pi * random.uniform(0.05, 0.8) * np.arange(n) / RATE)
    return np.asarray(out)


def drone(random: np.random.Generator, n: int) -> Signal:
    """Return slowly beating partials over a low root, with an airy noise now and then."""
    root, t = float(_hz(int(random.integers(30, 55)))), np.arange(n) / RATE
    out = np.zeros(n)
    for _ in range(random.integers(4, 14)):
        ratio = random.choice([1, 1.5, 2, 3, 4, 5, 6, 8]) * (1 + random.normal() * 0.003)
        wave = np.sin(2 * np.pi * root * ratio * t + random.uniform(0, 6.28))
        out += wave * (1 + np.sin(2 * np.pi * random.uniform(0.02, 0.4) * t)) / ratio**0.7
    if random.random() < 0.4:
        air = noise(random, n)
        out += air / (np.std(air) + 1e-9) * np.std(out) * random.uniform(0.05, 0.5)
    return _room(random, out, 0.5)


def plucked(random: np.random.Generator, n: int) -> Signal:
    """Return plucked strings after Karplus and Strong, 1983: guitar, harp or, bright and buzzing, a sitar."""
    out, bright = np.zeros(n + RATE * 3), random.uniform(0.2, 0.95)
    buzz = random.random() < 0.35
    low = int(random.integers(36, 60))
    for start, length, note in _melody(random, n, low, low + 24, (0.12, 0.7)):
        period = max(2, round(RATE / float(_hz(note))))
        total = min(int(length * 3), RATE * 3)
        burst = np.zeros(total)
        burst[:period] = random.uniform(-1, 1, period)
        feedback = np.zeros(period + 2)
        feedback[0], damping = 1.0, random.uniform(0.985, 0.998)
        feedback[period] = -damping * bright
        feedback[period + 1] = -damping * (1 - bright)
        tone = lfilter([1.0], feedback, burst)
        out[start : start + total] += np.tanh(4 * tone) * 0.5 if buzz else tone
    if buzz:
        out[:n] += 0.3 * drone(random, n) / 4
    return _room(random, out[:n], 0.25)


def _drum(random: np.random.Generator, kind: str) -> Signal:
    n = int(RATE * 0.35)
    if kind == "kick":
        return np.sin(_phase(45 + 120 * _decay(n, 0.03))) * _decay(n, random.uniform(0.08, 0.2))
    if kind == "snare":
        return (random.standard_normal(n) * 0.6 + np.sin(_phase(np.full(n, 190.0)))) * _decay(n, 0.07)
    return np.diff(random.standard_normal(n + 1)) * _decay(n, random.uniform(0.015, 0.06)) * 0.5


def beat(random: np.random.Generator, n: int) -> Signal:
    """Return a drum machine at 80 to 170 beats a minute."""
    step = int(RATE * 60 / random.uniform(80, 170) / 4)
    out = np.zeros(n + RATE)
    four = random.random() < 0.6
    patterns = {
        "kick": [1, 0, 0, 0] * 4 if four else list((random.random(16) < 0.25).astype(int)),
        "snare": [0, 0, 0, 0, 1, 0, 0, 0] * 2,
        "hat": [0, 0, 1, 0] * 4 if random.random() < 0.5 else [1, 0] * 8,
    }
    for kind, pattern in patterns.items():
        sound, level = _drum(random, kind), random.uniform(0.3, 1.0)
        for place, at in enumerate(range(0, n, step)):
            if pattern[place % 16]:
                out[at : at + len(sound)] += level * sound
    return out[:n]


def sequence(random: np.random.Generator, n: int) -> Signal:
    """Return a repeated synthesiser figure over a bass, with or without drums."""
    step = int(RATE * 60 / random.uniform(90, 150) / 4)
    root, scale = int(random.integers(33, 45)), SCALES[random.integers(len(SCALES))]
    figure = [root + 24 + int(random.choice(scale)) for _ in range(random.choice([4, 8, 16]))]
    out, wave = np.zeros(n + RATE), random.random() < 0.5
    for place, at in enumerate(range(0, n, step)):
        hz = np.full(step, float(_hz(figure[place % len(figure)])))
        tone = (_saw(hz) if wave else np.sign(np.sin(_phase(hz))) * 0.5) * _decay(
            step, random.uniform(0.05, 0.3)
        )
        out[at : at + step] += 0.5 * tone
        if place % 4 == 2:
            out[at : at + step] += _saw(np.full(step, float(_hz(root)))) * _decay(step, 0.2)
    cutoff = random.uniform(0.05, 0.7)
    sound = lfilter([cutoff], [1, cutoff - 1], out[:n])
    return (
        sound + beat(random, n) * random.uniform(0.3, 1.0)
        if random.random() < 0.75
        else _room(random, sound, 0.4)
    )


def pad(random: np.random.Generator, n: int) -> Signal:
    """Return slow chords of detuned saws behind a low-pass, in a large room."""
    out = np.zeros(n)
    for start, length, note in _melody(random, n, 45, 65, (2.0, 5.0)):
        chord = sum(
            _saw(_hz(note + interval) * (1 + random.normal() * 0.003) * np.ones(length))
            for interval in random.choice([0, 3, 4, 7, 11, 12, 14], 4, replace=False)
        )
        out[start : start + length] += chord * _swell(length, 0.6, 0.6)
    cutoff = random.uniform(0.03, 0.3)
    return _room(random, np.asarray(lfilter([cutoff], [1, cutoff - 1], out)), 0.8)


def _sung(random: np.random.Generator, n: int, register: str) -> Signal:
    """Return one melody on changing vowels: pulses of a voice through resonators at the vowels' formants."""
    low = 43 if register == "low" else 60
    out, vibrato = np.zeros(n), random.uniform(4.5, 6.5)
    for start, length, note in _melody(random, n, low, low + 15, (0.25, 1.6)):
        t = np.arange(length) / RATE
        bend = random.uniform(0.1, 0.6) * np.sin(2 * np.pi * vibrato * t) * np.minimum(1, t / 0.4)
        glide = random.uniform(-1.5, 0) * np.exp(-t / 0.05)
        source = _saw(_hz(note + bend + glide)) + 0.02 * random.standard_normal(length)
        tone = np.zeros(length)
        vowel = VOWELS[register][random.integers(4)]
        for order, hz in enumerate(vowel):
            radius = np.exp(-np.pi * (60 + 0.05 * hz) / RATE)
            poles = [1, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius**2]
            tone += lfilter([1 - radius], poles, source) / (1 + order)
        out[start : start + length] += tone * _swell(length, 0.06, 0.08)
    return out


def singing(random: np.random.Generator, n: int) -> Signal:
    """Return one voice, or a choir of them, alone or over an instrument."""
    register = str(random.choice(["low", "high"]))
    voices = 1 if random.random() < 0.7 else int(random.integers(3, 7))
    out: Signal = np.sum([_sung(random, n, register) for _ in range(voices)], axis=0)
    out = _room(random, out, random.uniform(0.05, 0.6)) / (np.std(out) + 1e-9)
    if random.random() < 0.55:
        behind = (plucked, pad, sequence, drone)[random.integers(4)](random, n)
        out += behind / (np.std(behind) + 1e-9) * random.uniform(0.2, 1.0)
    return out


def tones(random: np.random.Generator, n: int) -> Signal:
    """Return bare tones, sweeps and clicks: what a tagger should not hear music in."""
    kind = random.integers(3)
    if kind == 0:
        return np.sin(_phase(np.full(n, random.uniform(60, 6000))))
    if kind == 1:
        sweep = np.geomspace(random.uniform(50, 500), random.uniform(500, 7000), n)
        return np.asarray(np.sin(_phase(sweep)))
    out = np.zeros(n)
    out[:: int(RATE / random.uniform(0.5, 20))] = 1.0
    return np.asarray(lfilter([1.0], [1, -random.uniform(0.0, 0.95)], out))


MAKERS: dict[str, Maker] = {
    "noise": noise,
    "drone": drone,
    "plucked": plucked,
    "beat": beat,
    "sequence": sequence,
    "pad": pad,
    "singing": singing,
    "tones": tones,
}
SHARES = {"noise": 1, "drone": 2, "plucked": 3, "beat": 2, "sequence": 4, "pad": 2, "singing": 6, "tones": 1}


def make(kind: str, seed: int, seconds: float) -> Sound:
    """Return a sound of one kind, float32 [n] at 16 kHz, peak between .1 and .95."""
    random = np.random.default_rng([seed, sorted(MAKERS).index(kind)])
    sound = MAKERS[kind](random, int(seconds * RATE))
    loud = sound / (np.abs(sound).max() + 1e-9) * random.uniform(0.1, 0.95)
    return np.asarray(loud, np.float32)


def pieces(count: int, seconds: float = 12.0) -> Iterator[Piece]:
    """Yield `count` sounds of all kinds as pieces of the source "textures"; `make` computes them by name."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for number in range(count):
        name = f"{kinds[number % len(kinds)]} {number}"
        split = split_of(name, validation=0.08, test=0.08)
        yield Piece("textures", name, name, Path(), "made here", split, seconds=seconds)
