"""What a microphone hears where nobody plays: rain, surf, wind, a stream, birds, applause, an engine.

None of it is music, and none of it has a genre; free recordings of it are few. Every sound is a function of
its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt  # type: ignore[import-untyped]  # scipy has no types

from trainer.distil.sources import Piece, split_of

RATE = 16_000
SOURCE = "outdoors"
SECONDS = 12.0
Sound = NDArray[np.float32]
Signal = NDArray[np.float64]
Random = np.random.Generator


def _hiss(random: Random, n: int, slope: float, low: float, high: float) -> Signal:
    """Return noise between two frequencies in Hz that falls by `slope` powers of them; its deviation is 1."""
    hz = np.fft.rfftfreq(n, 1 / RATE) + 1.0
    spectrum = np.fft.rfft(random.standard_normal(n)) * hz**-slope
    spectrum *= 1 / np.sqrt(1 + (low / hz) ** 4) / np.sqrt(1 + (hz / high) ** 4)
    out = np.fft.irfft(spectrum, n)
    return np.asarray(out / np.std(out))


def _wander(random: Random, n: int, seconds: float) -> Signal:
    """Return a curve from 0 to 1 that changes its mind about every so many seconds."""
    points = max(3, int(n / RATE / seconds) + 2)
    bend = np.interp(np.linspace(0, points - 1, n), np.arange(points), random.random(points))
    return np.asarray((1 - np.cos(np.pi * bend)) / 2)


def _scattered(random: Random, n: int, a_second: float, grains: list[Signal]) -> Signal:
    """Return grains that fall anywhere, each as loud as chance has it, with a deviation of 1."""
    out = np.zeros(n)
    for grain in grains:
        hits = np.zeros(n)
        count = max(1, random.poisson(a_second * n / RATE / len(grains)))
        np.add.at(hits, random.integers(0, n, count), random.exponential(1.0, count) ** 1.5)
        out += fftconvolve(hits, grain)[:n]
    return np.asarray(out / (np.std(out) + 1e-9))


def _chirp(low: float, high: float, seconds: float, decay: float) -> Signal:
    """Return a tone that glides between two frequencies in Hz and dies away."""
    t = np.arange(int(RATE * seconds)) / RATE
    phase = 2 * np.pi * (low * t + (high - low) * t**2 / (2 * seconds))
    return np.asarray(np.sin(phase) * np.exp(-t / decay) * np.minimum(1, t / 0.002))


def rain(random: Random, n: int) -> Signal:
    """Return drizzle or a downpour: a hiss, and drops on leaves, a roof or a window."""
    drops = [_chirp(hz, 0.9 * hz, 0.02, 0.004) for hz in random.uniform(600, 6000, 12)]
    falling = _hiss(random, n, random.uniform(0, 0.4), 300, random.uniform(3000, 7500))
    drops_fall = _scattered(random, n, 10 ** random.uniform(1.2, 2.8), drops)
    return falling * (0.7 + 0.3 * _wander(random, n, 3)) + random.uniform(0.1, 1.2) * drops_fall


def surf(random: Random, n: int) -> Signal:
    """Return waves that come in every 5 to 12 s, brighter where they break, over a far roar."""
    every, t = random.uniform(5, 12), np.arange(n) / RATE
    turn = (t / every + random.random()) % 1
    breaking = np.exp(-(((turn - 0.4) / np.where(turn < 0.4, 0.18, 0.12)) ** 2))
    far, near = _hiss(random, n, 0.9, 40, 1500), _hiss(random, n, 0.3, 200, random.uniform(3000, 7000))
    return random.uniform(0.2, 0.6) * far + breaking * near


def wind(random: Random, n: int) -> Signal:
    """Return gusts, dull as in trees or whistling as at a corner."""
    gust = _wander(random, n, random.uniform(0.8, 3))
    out = _hiss(random, n, 0.7, 40, random.uniform(400, 1500)) * (0.2 + gust**2)
    if random.random() < 0.5:
        centre = random.uniform(300, 1200)
        narrow = butter(1, [0.9 * centre, 1.1 * centre], "band", fs=RATE, output="sos")
        whistle = sosfilt(narrow, random.standard_normal(n))
        out += random.uniform(0.2, 0.8) * gust**2 * whistle / np.std(whistle)
    return np.asarray(out)


def stream(random: Random, n: int) -> Signal:
    """Return running water: bubbles, each a short tone that rises, over a hiss."""
    bubbles = [
        _chirp(hz, hz * random.uniform(1.1, 1.8), 0.06, random.uniform(0.008, 0.03))
        for hz in random.uniform(350, 2500, 24)
    ]
    water = _hiss(random, n, 0.4, 200, random.uniform(2000, 6000))
    return _scattered(random, n, 10 ** random.uniform(1.5, 2.7), bubbles) + random.uniform(0.1, 0.8) * water


def birds(random: Random, n: int) -> Signal:
    """Return a few birds, each with its own call, over a breath of wind."""
    out = random.uniform(0.02, 0.2) * _hiss(random, n, 0.6, 60, 2500)
    for _ in range(random.integers(1, 5)):
        hz, notes = random.uniform(1800, 5500), int(random.integers(1, 7))
        call = np.concatenate([
            _chirp(hz * random.uniform(0.8, 1.2), hz * random.uniform(0.8, 1.3), length, length / 2)
            for length in np.repeat(random.uniform(0.04, 0.18), notes)
        ])  # fmt: skip
        out += random.uniform(0.3, 1.0) * _scattered(random, n, random.uniform(0.2, 1.2), [call])
    return np.asarray(out)


def applause(random: Random, n: int) -> Signal:
    """Return a few hands or a hall of them."""
    length = int(0.03 * RATE)
    claps = []
    for _ in range(12):
        centre = random.uniform(700, 3000)
        band = butter(1, [0.6 * centre, 1.5 * centre], "band", fs=RATE, output="sos")
        claps.append(
            sosfilt(band, random.standard_normal(length)) * np.exp(-np.arange(length) / (0.006 * RATE))
        )
    return _scattered(random, n, 10 ** random.uniform(1.3, 3), claps) * (0.5 + 0.5 * _wander(random, n, 4))


def engine(random: Random, n: int) -> Signal:
    """Return a motor or a fan: a low buzz whose pace wanders, and the air around it."""
    pace = random.uniform(18, 90) * (1 + random.uniform(0, 0.3) * _wander(random, n, 4))
    phase = 2 * np.pi * np.cumsum(pace) / RATE
    out = np.zeros(n)
    for k in range(1, 30):
        out += np.sin(k * phase + random.uniform(0, 6.28)) * random.exponential(1.0) / k**0.8
    air = _hiss(random, n, random.uniform(0.3, 0.9), 60, random.uniform(1000, 5000))
    return np.asarray(out / np.std(out) + random.uniform(0.2, 2) * air)


MAKERS: dict[str, Callable[[Random, int], Signal]] = {
    maker.__name__: maker for maker in (rain, surf, wind, stream, birds, applause, engine)
}


def make(name: str, seconds: float = SECONDS) -> Sound:
    """Return the sound of a name like "rain 3", float32 [n] at 16 kHz, peak between .05 and .9."""
    kind, number = name.rsplit(" ", 1)
    random = np.random.default_rng([int(number), list(MAKERS).index(kind)])
    sound = MAKERS[kind](random, int(seconds * RATE))
    return np.asarray(sound / np.abs(sound).max() * random.uniform(0.05, 0.9), np.float32)


def pieces(each: int) -> list[Piece]:
    """Return so many pieces of every kind."""
    names = [f"{kind} {number}" for kind in MAKERS for number in range(each)]
    return [
        Piece(
            SOURCE, name, name, Path(), "made here", split_of(name, validation=0.1, test=0.1), seconds=SECONDS
        )
        for name in names
    ]
