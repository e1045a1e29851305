"""Strings that are plucked: most by the loop of Karplus and Strong (Computer Music Journal 7(2), 1983)."""

from __future__ import annotations

import functools

import numpy as np
from scipy import signal

from demo_songs.score import Note, hertz
from demo_songs.sound import RATE, Sound, band, clock, damped, harmonics, high, low, noise, peak


def string(
    hz: float,
    seconds: float,
    rng: np.random.Generator,
    *,
    ring: float,
    place: float,
    bright: float,
    soft: float,
) -> Sound:
    """Pluck one string.

    Args:
        hz: pitch.
        seconds: length of the sound.
        rng: for the pluck, which is a burst of noise.
        ring: seconds until the fundamental has fallen by 60 dB.
        place: where it is plucked, as a part of its length; small is nasal.
        bright: 0 to 1; how little the string damps its high partials.
        soft: Hz up to which the finger or plectrum excites.
    """
    damping = 0.5 * (1 - bright) + 0.002
    period = RATE / hz - 1  # one sample goes to the damping filter
    whole = int(period) - 1
    loss = 10 ** (-3 / (hz * ring))
    loop = loss * np.convolve([damping / 2, 1 - damping, damping / 2], _lagrange(period - whole))
    backward = np.concatenate([[1.0], np.zeros(whole - 1), -loop])
    burst = noise(1 / hz, rng)
    burst -= burst.mean()
    excitation = np.zeros(int(seconds * RATE))
    excitation[: len(burst)] = burst
    delay = max(1, round(place * RATE / hz))
    excitation[delay:] -= 0.9 * excitation[:-delay].copy()
    sound = signal.lfilter([1.0], backward, low(excitation, soft, 1))
    return sound / (np.abs(sound).max() + 1e-9)


@functools.cache
def _lagrange_coefficients(fraction: float) -> tuple[float, ...]:
    nodes = range(4)
    return tuple(float(np.prod([(fraction - m) / (n - m) for m in nodes if m != n])) for n in nodes)


def _lagrange(delay: float) -> Sound:
    """Return four taps that delay by 1 to 2 samples, so that strings are in tune."""
    return np.array(_lagrange_coefficients(round(delay, 6)))


def guitar(note: Note, rng: np.random.Generator) -> Sound:
    """Play a nylon string with the flesh of a finger."""
    hz = hertz(note.pitch)
    sound = string(
        hz,
        note.length + 0.9,
        rng,
        ring=min(5.5, 900 / hz),
        place=0.22,
        bright=0.72,
        soft=1400 + 3200 * note.velocity,
    )
    body = peak(peak(peak(sound, 102, 6, 3), 205, 5, 4), 410, 3, 3)
    touch = band(noise(0.012, rng), 1500, 5000) * 0.02
    body[: len(touch)] += touch * note.velocity
    return damped(low(body, 6500), note.length + 0.25, 0.18) * note.velocity


def harp(note: Note, rng: np.random.Generator) -> Sound:
    """Play a gut string in its middle: round, long, nothing stops it."""
    hz = hertz(note.pitch)
    sound = string(
        hz, 3.2, rng, ring=min(5.0, 1300 / hz), place=0.45, bright=0.5, soft=900 + 2600 * note.velocity
    )
    return peak(low(sound, 5000), 240, 4, 1.5) * note.velocity * np.exp(-clock(3.2) * 0.5)


def harpsichord(note: Note, rng: np.random.Generator) -> Sound:
    """Pluck four strings with quills: two at pitch, one above, one below."""
    hz = hertz(note.pitch)
    seconds = note.length + 0.35
    time = clock(seconds)
    sound = np.zeros_like(time)
    for tune, loud in ((1.0, 1.0), (1.0006, 0.8), (2.0008, 0.5), (0.5, 0.9)):
        for k in range(1, 60):
            partial = tune * hz * k * np.sqrt(1 + 1e-5 * k**2)
            if partial > 11_000:
                break
            fall = np.exp(-time * (0.84 + 0.06 * k + partial / 7500))
            tone = np.sin(2 * np.pi * partial * time + rng.uniform(0, 6.28))
            sound += loud * np.abs(np.sin(np.pi * k * 0.15)) / k**0.8 * fall * tone
    sound = damped(high(sound, 110, 1) / np.abs(sound).max(), note.length, 0.05)
    quill = high(noise(0.006, rng), 2500) * np.linspace(1, 0, int(0.006 * RATE)) * 0.15
    sound[: len(quill)] += quill
    jack = band(noise(0.02, rng), 300, 2500) * np.linspace(1, 0, int(0.02 * RATE)) * 0.02
    at = int(note.length * RATE)
    sound[at : at + len(jack)] += jack
    return sound * 0.6


def bass(note: Note, rng: np.random.Generator) -> Sound:
    """Pluck an upright bass: a thump, a growl, a short ring."""
    hz = hertz(note.pitch)
    sound = string(
        hz, note.length + 0.25, rng, ring=2.2, place=0.3, bright=0.45, soft=500 + 900 * note.velocity
    )
    thump = np.sin(2 * np.pi * hz * clock(0.09)) * np.exp(-clock(0.09) * 40)
    sound[: len(thump)] += 0.6 * thump
    return damped(peak(low(sound, 2500), 95, 4, 1.2), note.length, 0.06) * note.velocity


def electric(note: Note, rng: np.random.Generator) -> Sound:
    """Pluck a steel string under a magnet; an amplifier is to follow."""
    hz = hertz(note.pitch)
    sound = string(hz, note.length + 0.06, rng, ring=9.0, place=0.16, bright=0.9, soft=5500)
    return damped(sound, note.length, 0.02) * note.velocity


def jawari(bend: Sound, rng: np.random.Generator, *, ring: float, buzz: float) -> Sound:
    """Play a string over a flat bridge, which feeds high partials anew: a buzz that sinks.

    Args:
        bend: the pitch at every sample, [n] in Hz.
        rng: for the touch.
        ring: seconds until it has fallen by 60 dB.
        buzz: 0 to 1.
    """
    time = np.arange(len(bend)) / RATE
    centre = 5 + 26 * np.exp(-time * 1.6)  # the harmonic where the buzz is now

    def weight(k: int, hz: Sound) -> Sound:
        tone = np.abs(np.sin(np.pi * k * 0.13)) / k**1.1 * np.exp(-time * (0.5 + 0.10 * k) * 4 / ring)
        sweep = (
            buzz * np.exp(-(((k - centre) / (0.32 * centre)) ** 2)) / np.sqrt(k) * np.exp(-time * 5 / ring)
        )
        return (tone + sweep) * (hz < 12_000)

    sound = harmonics(bend, weight, 9_000)
    sound *= np.clip(time / 0.003, 0, 1) * np.clip((time[-1] - time) / 0.4, 0, 1)
    touch = band(noise(0.01, rng), 1500, 6000) * 0.15
    sound[: len(touch)] += touch
    return sound
