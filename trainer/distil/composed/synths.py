"""Synthesisers, drum machines and effects, at the corpus's sample rate; signals are float64 [n]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, sosfilt  # type: ignore[import-untyped]  # scipy has no types

from trainer.distil.corpus import RATE

Signal = NDArray[np.float64]
Random = np.random.Generator


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def saw(hz: float, n: int, phase: float = 0.0) -> Signal:
    """Return a sawtooth whose jumps are smoothed by two samples (polyBLEP), so that it hardly aliases."""
    step = hz / RATE
    t = (phase + step * np.arange(n, dtype=np.float64)) % 1.0
    out: Signal = 2 * t - 1
    early, late = t < step, t > 1 - step
    x = t[early] / step
    out[early] -= x + x - x * x - 1
    x = (t[late] - 1) / step
    out[late] -= x * x + x + x + 1
    return out


def pulse(hz: float, n: int, width: float = 0.5) -> Signal:
    """Return a pulse wave."""
    return saw(hz, n) - saw(hz, n, width)


def wide(random: Random, hz: float, n: int, voices: int = 5, detune: float = 0.006) -> Signal:
    """Return several detuned sawtooths."""
    shifts = 1 + detune * np.linspace(-1, 1, voices)
    together = np.sum([saw(hz * shift, n, random.random()) for shift in shifts], axis=0)
    return np.asarray(together / np.sqrt(voices))


def decay(n: int, seconds: float) -> Signal:
    """Return an exponential decay."""
    return np.exp(-np.arange(n) / (RATE * seconds))


def swell(n: int, attack: float, release: float) -> Signal:
    """Return an envelope of straight lines, in seconds."""
    t = np.arange(n) / RATE
    return np.clip(np.minimum(t / attack, (n / RATE - t) / release), 0, 1)


def low_pass(sound: Signal, hz: float, order: int = 2) -> Signal:
    """Return the sound below a frequency."""
    return np.asarray(sosfilt(butter(order, min(hz, 0.48 * RATE), fs=RATE, output="sos"), sound))


def high_pass(sound: Signal, hz: float, order: int = 2) -> Signal:
    """Return the sound above a frequency."""
    return np.asarray(sosfilt(butter(order, hz, "high", fs=RATE, output="sos"), sound))


def swept(sound: Signal, cutoffs: Signal, block: int = 512) -> Signal:
    """Return the sound through a resonant low-pass whose cutoff, Hz [n], moves."""
    out, state = np.empty_like(sound), np.zeros(2)
    for at in range(0, len(sound), block):
        w = 2 * np.pi * min(float(cutoffs[at]), 0.45 * RATE) / RATE
        alpha = np.sin(w) / 5.0
        b = np.array([1 - np.cos(w), 2 - 2 * np.cos(w), 1 - np.cos(w)]) / 2
        a = np.array([1 + alpha, -2 * np.cos(w), 1 - alpha])
        out[at : at + block], state = lfilter(b / a[0], a / a[0], sound[at : at + block], zi=state)
    return out


def echo(sound: Signal, seconds: float, feedback: float = 0.5, amount: float = 0.5) -> Signal:
    """Return the sound with repeats that get darker."""
    out, tail, shift = sound.copy(), sound, int(seconds * RATE)
    for turn in range(1, 6):
        tail = low_pass(tail, 3000.0) * feedback
        if turn * shift >= len(sound):
            break
        out[turn * shift :] += amount * tail[: len(sound) - turn * shift]
    return out


def room(random: Random, sound: Signal, seconds: float, amount: float) -> Signal:
    """Return the sound in a room of decaying noise, as loud as it was."""
    n = int(RATE * seconds)
    tail = low_pass(random.standard_normal(n) * decay(n, seconds / 5), 5000.0)
    wet = fftconvolve(sound, tail)[: len(sound)]
    return np.asarray(sound + amount * wet * np.std(sound) / (np.std(wet) + 1e-9))


def kick(random: Random, n: int = RATE // 2) -> Signal:
    """Return a bass drum whose pitch falls."""
    fall = 45 + random.uniform(80, 200) * decay(n, random.uniform(0.015, 0.04))
    body = np.sin(2 * np.pi * np.cumsum(fall) / RATE) * decay(n, random.uniform(0.1, 0.25))
    return np.tanh(2 * body) + 0.2 * random.standard_normal(n) * decay(n, 0.003)


def snare(random: Random, n: int = RATE // 2) -> Signal:
    """Return a snare drum or, half of the time, a clap."""
    if random.random() < 0.5:
        hits = sum(np.roll(decay(n, 0.02), int(RATE * s)) for s in (0, 0.011, 0.023))
        return high_pass(random.standard_normal(n) * np.asarray(hits), 900.0) * decay(n, 0.12)
    tone = np.sin(2 * np.pi * random.uniform(160, 230) * np.arange(n) / RATE) * decay(n, 0.06)
    return 0.7 * tone + high_pass(random.standard_normal(n), 1500.0) * decay(n, random.uniform(0.06, 0.15))


def hat(random: Random, open_: bool = False) -> Signal:
    """Return a hi-hat."""
    n = RATE // 4
    return 0.6 * high_pass(random.standard_normal(n), 5500.0, 4) * decay(n, 0.09 if open_ else 0.02)


class Tape:
    """A length of sound in steps of a sixteenth, onto which sounds are laid.

    Args:
        seconds: how long.
        bpm: beats a minute.
    """

    def __init__(self, seconds: float, bpm: float) -> None:
        self.step = 15.0 / bpm
        self.steps = int(seconds / self.step)
        self.n = int(seconds * RATE)

    def empty(self) -> Signal:
        """Return silence of the tape's length."""
        return np.zeros(self.n)

    def lay(self, track: Signal, sound: Signal, step: float, level: float = 1.0) -> None:
        """Add a sound at a step; what runs over the end is cut."""
        at = int(step * self.step * RATE)
        part = sound[: max(0, self.n - at)]
        track[at : at + len(part)] += level * part

    def pattern(self, sound: Signal, steps: str, level: float = 1.0, since: int = 0) -> Signal:
        """Return a track with the sound at every letter of a repeated pattern; x is softer than X."""
        track = self.empty()
        for step in range(since, self.steps):
            letter = steps[step % len(steps)]
            if letter in "xX":
                self.lay(track, sound, step, level if letter == "X" else 0.55 * level)
        return track

    def duck(self, depth: float = 0.8) -> Signal:
        """Return a gain that gives way to a bass drum on every beat."""
        t = (np.arange(self.n) / RATE) % (4 * self.step)
        return 1 - depth * np.exp(-t / 0.09)
