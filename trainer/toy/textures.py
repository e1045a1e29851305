"""What is no melody: drones, noises of weather and machines, clocks, birds, sirens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trainer.toy.layer import Layer
from trainer.toy.mix import Mix
from trainer.toy.plan import Plan
from trainer.toy.tone import (
    HIGHEST,
    SINE,
    Sound,
    decay,
    energy_of,
    hertz,
    look_up,
    period,
    sway,
    swell,
    turning,
)


def _drone(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """A root, its fifth and its octave, all in one period of the octave below, twice and slightly apart."""
    amplitudes = np.zeros(40)
    for harmonic in (2, 3, 4, 6, 8, 9, 12, 16, 18, 24):
        share = (2.0 / harmonic) ** (0.8 + plan.artist.tilt)
        amplitudes[harmonic - 1] = share * layer.random.uniform(0.5, 1.0)
    hz, n = hertz(plan.root - 12) / 2, len(mix.samples)
    table = period(amplitudes, hz, mix.rate, layer.random)
    sound = look_up(table, turning(hz, n, mix.rate, layer.random))
    apart = layer.random.uniform(0.2, 0.8) / 3
    sound = sound + look_up(table, turning(hz + apart, n, mix.rate, layer.random)) * np.float32(0.6)
    mix.add(Sound(sound, 1.36 * mix.seconds), 0.0, 0.7 * gain)


def _hold(mix: Mix, layer: Layer, band: tuple[float, float], gain: float) -> None:
    """Add noise in a band of (low, high) Hz from the beginning to the end."""
    mix.add(Sound(layer.noise.cut(len(mix.samples), *band, layer.random), mix.seconds), 0.0, gain)


def _hiss(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    _hold(mix, layer, (4_300.0, HIGHEST), 0.25 * gain)


def _rumble(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    _hold(mix, layer, (18.0, 75.0), 0.8 * gain)


def _wind(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """Gusts of a second or some, each in a band of its own."""
    at = -1.0
    while at < mix.seconds:
        seconds, centre = layer.random.uniform(1.5, 4.0), 300.0 * (1 + int(layer.random.integers(4)))
        n = int(seconds * mix.rate)
        shape = swell(n, 0.5 * seconds, 0.5 * seconds, mix.rate)
        samples = layer.noise.cut(n, 0.75 * centre, 1.35 * centre, layer.random) * shape
        mix.add(Sound(samples, energy_of(shape, mix.rate)), max(0.0, at), 0.7 * gain)
        at += 0.5 * seconds


def _chirps(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """Phrases of quick rising calls, all above 4 kHz."""
    n = int(layer.random.uniform(0.06, 0.1) * mix.rate)
    low = layer.random.uniform(4_100.0, 4_800.0)
    hz = low * (1 + 0.45 * np.arange(n) / n)
    shape = swell(n, 0.02, 0.03, mix.rate)
    call = look_up(SINE, turning(hz, n, mix.rate, layer.random)) * shape * (hz < 0.49 * mix.rate)
    sound = Sound(call.astype(np.float32) * np.float32(1.4142), energy_of(shape, mix.rate))
    at = layer.random.uniform(0.0, 1.5)
    while at < mix.seconds:
        for k in range(int(layer.random.integers(3, 7))):
            mix.add(sound, at + 0.13 * k, 0.8 * gain)
        at += layer.random.uniform(1.2, 2.4)


def _ticking(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """A clock: two ticks in turn, twice a second, whatever the music's tempo."""
    n = int(0.06 * mix.rate)
    shape = decay(n, 0.006, mix.rate)
    pitch, at = layer.random.uniform(750.0, 920.0), layer.random.uniform(0.0, 0.5)
    ticks = [
        Sound(look_up(SINE, turning(hz, n, mix.rate, layer.random)) * shape, 0.5 * energy_of(shape, mix.rate))
        for hz in (pitch, 0.8 * pitch)
    ]
    for k in range(int(2 * mix.seconds) + 1):
        mix.add(ticks[k % 2], at + 0.5 * k, 3.6 * gain)


def _sweep(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """A siren that rises and falls."""
    n = int(layer.random.uniform(1.2, 3.2) * mix.rate)
    curve = 0.5 * (1 + sway(mix.rate / n, n, mix.rate, layer.random).astype(np.float64))
    low = layer.random.uniform(180.0, 350.0)
    hz = low * (1 + 3.5 * curve * curve)
    table = period((1.0, 0.4, 0.2, 0.1), float(hz.max()), mix.rate, layer.random)
    shape = swell(n, 0.02, 0.02, mix.rate)
    sound = Sound(look_up(table, turning(hz, n, mix.rate, layer.random)) * shape, energy_of(shape, mix.rate))
    for k in range(int(mix.seconds * mix.rate / n) + 1):
        mix.add(sound, k * n / mix.rate, 0.55 * gain)


def _crackle(mix: Mix, plan: Plan, layer: Layer, gain: float) -> None:
    """An old record: a dozen clicks a second, a few of them strong."""
    clicks = [layer.noise.burst(0.008, 700.0, HIGHEST, 0.0015, layer.random) for _ in range(8)]
    at = 0.0
    while at < mix.seconds:
        at += layer.random.uniform(0.0, 0.16)
        strength = 0.5 + 3.0 * layer.random.random() ** 3
        mix.add(clicks[int(layer.random.integers(8))], at, gain * strength)


TEXTURE: dict[str, Callable[[Mix, Plan, Layer, float], None]] = {
    "drone": _drone,
    "hiss": _hiss,
    "rumble": _rumble,
    "wind": _wind,
    "chirps": _chirps,
    "ticking": _ticking,
    "sweep": _sweep,
    "crackle": _crackle,
}
"""Adds a texture to a clip: (mix, plan, layer, gain)."""
