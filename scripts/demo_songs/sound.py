"""The grain of which instruments are made: noise, envelopes, filters, sums of harmonics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE = 44_100
Sound = NDArray[np.float64]


def clock(seconds: float) -> Sound:
    """Return the time of every sample, [n] in seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def envelope(seconds: float, attack: float, release: float, curve: float = 1.0) -> Sound:
    """Return a rise, a hold and a fall, [n]; the fall lies within `seconds`."""
    time = clock(seconds)
    rise = np.clip(time / attack, 0, 1) ** curve if attack > 0 else np.ones_like(time)
    fall = np.clip((seconds - time) / release, 0, 1) if release > 0 else np.ones_like(time)
    return rise * 0.5 * (1 - np.cos(np.pi * fall))


def damped(sound: Sound, after: float, seconds: float = 0.08) -> Sound:
    """Return a sound that is stopped by a hand or a damper `after` so many seconds."""
    time = np.arange(len(sound)) / RATE
    return sound * np.exp(-np.maximum(0, time - after) / seconds * 3)


def noise(seconds: float, rng: np.random.Generator) -> Sound:
    """Return white noise, [n]."""
    return rng.standard_normal(int(seconds * RATE))


def low(sound: Sound, hz: float, order: int = 2) -> Sound:
    """Take away what lies above a frequency."""
    return signal.sosfilt(signal.butter(order, min(hz, 0.45 * RATE), "low", fs=RATE, output="sos"), sound)


def high(sound: Sound, hz: float, order: int = 2) -> Sound:
    """Take away what lies below a frequency."""
    return signal.sosfilt(signal.butter(order, hz, "high", fs=RATE, output="sos"), sound)


def band(sound: Sound, lowest: float, highest: float, order: int = 2) -> Sound:
    """Keep what lies between two frequencies."""
    return signal.sosfilt(signal.butter(order, (lowest, highest), "band", fs=RATE, output="sos"), sound)


def peak(sound: Sound, hz: float, decibels: float, q: float = 1.0) -> Sound:
    """Raise or lower the region around a frequency (R. Bristow-Johnson's audio EQ cookbook, peaking EQ)."""
    gain = 10 ** (decibels / 40)
    angle = 2 * np.pi * hz / RATE
    alpha = np.sin(angle) / (2 * q)
    forward = [1 + alpha * gain, -2 * np.cos(angle), 1 - alpha * gain]
    backward = [1 + alpha / gain, -2 * np.cos(angle), 1 - alpha / gain]
    return signal.lfilter(np.array(forward) / backward[0], np.array(backward) / backward[0], sound)


def wander(seconds: float, hz: float, rng: np.random.Generator) -> Sound:
    """Return a slow random walk around 0 with a spread of about 1, [n]."""
    points = max(4, int(seconds * hz) + 4)
    coarse = rng.standard_normal(points)
    return np.interp(clock(seconds) * hz, np.arange(points), coarse)


def vibrato(seconds: float, rng: np.random.Generator, *, hz: float, cents: float, onset: float) -> Sound:
    """Return a factor for the frequency that begins still and then sways, [n]."""
    time = clock(seconds)
    speed = hz * (1 + 0.06 * wander(seconds, 2, rng))
    depth = cents * np.clip((time - onset) / 0.5, 0, 1) * (1 + 0.15 * wander(seconds, 2, rng))
    sway = np.sin(2 * np.pi * np.cumsum(speed) / RATE + rng.uniform(0, 2 * np.pi))
    drift = 2.5 * wander(seconds, 3, rng)
    return 2 ** ((depth * sway + drift) / 1200)


def harmonics(
    frequency: Sound, weight: Callable[[int, Sound], Sound | float], highest: float = 11_000
) -> Sound:
    """Sum the harmonics of a moving fundamental.

    Args:
        frequency: of the fundamental at every sample, [n] in Hz.
        weight: of the harmonic k (from 1) of which the frequency [n] is given; a number or [n].
        highest: where harmonics end, in Hz.
    """
    turn = np.exp(2j * np.pi * np.cumsum(frequency) / RATE)
    pointer = np.ones_like(turn)
    total = np.zeros(len(frequency))
    for k in range(1, max(1, int(highest / frequency.max())) + 1):
        pointer = pointer * turn  # the k-th power: cheaper than a sine for each
        total += weight(k, k * frequency) * pointer.imag
    return total


def resonances(peaks: list[tuple[float, float, float]], floor: float = 0.02) -> Callable[[Sound], Sound]:
    """Return the response of a body or a mouth: bells of (centre in Hz, width in Hz, height) over a floor."""

    def response(hz: Sound) -> Sound:
        return floor + sum(
            height / (1 + ((hz - centre) / (width / 2)) ** 2) for centre, width, height in peaks
        )

    return response
