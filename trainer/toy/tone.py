"""The grain of every toy sound: phases, tables, envelopes.

A sine is looked up with a whole-numbered phase, and what comes from a transcendental function is rounded to a
grid far coarser than its last bit, so that two machines whose mathematics libraries differ in that bit still
compute the same samples. It is also several times faster than calling the library for every sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HIGHEST = 7_500.0
"""In Hz: nothing sounds above, as in MagnaTagATune, whose files are sampled at 16 kHz."""

Signal = NDArray[np.float32]
Phase = NDArray[np.int64]

_TURN, _TABLE = 1 << 32, 1 << 13
_SHIFT, _MASK = 19, _TABLE - 1
_BLOCK = 256


class Sound(NamedTuple):
    """Samples, and the energy that they would have at the highest sample rate.

    Args:
        samples: float32 [n].
        energy: the integral of the squared sound over time, in seconds; it counts what a low sample rate
            loses too, so that what is left is as loud at every rate.
    """

    samples: Signal
    energy: float


def steady(values: NDArray[np.float64]) -> Signal:
    """Return the values on a grid of 2^-20."""
    return (np.rint(values * 2.0**20) * 2.0**-20).astype(np.float32)


SINE = steady(np.sin(2 * np.pi * np.arange(_TABLE) / _TABLE))


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch, to a thousandth of a Hz."""
    return round(440.0 * float(2.0 ** ((pitch - 69.0) / 12.0)), 3)


def turning(hz: float | NDArray[np.float64], n: int, rate: int, random: np.random.Generator) -> Phase:
    """Return the phase of n samples of a frequency, fixed or moving, from a random beginning, [n]."""
    start = int(random.integers(_TURN))
    if isinstance(hz, np.ndarray):
        return start + np.cumsum(np.rint(hz * (_TURN / rate)).astype(np.int64))
    return start + round(hz * (_TURN / rate)) * np.arange(n, dtype=np.int64)


def look_up(table: Signal, phase: Phase) -> Signal:
    """Return the values of a table of one period at the phases, [n]."""
    values: Signal = table[(phase >> _SHIFT) & _MASK]
    return values


def sway(hz: float, n: int, rate: int, random: np.random.Generator) -> Signal:
    """Return a slow sine, [n]."""
    return look_up(SINE, turning(hz, n, rate, random))


def period(
    amplitudes: Sequence[float] | NDArray[np.float64], hz: float, rate: int, random: np.random.Generator
) -> Signal:
    """Return one period of a sum of harmonics with random phases: what lies above half the rate is left out.

    Args:
        amplitudes: of the harmonics 1, 2, ...; scaled to a root mean square of one over all below `HIGHEST`.
        hz: of the fundamental.
        rate: samples a second.
        random: gives the phases.
    """
    within = np.asarray(amplitudes, np.float64)[: max(1, int(HIGHEST / hz))]
    norm = np.sqrt(np.add.accumulate(within**2)[-1] / 2)
    starts = random.integers(_TABLE, size=len(within))  # the same number at every rate
    kept = within[: int(0.49 * rate / hz)]
    spectrum = np.zeros(_TABLE // 2 + 1, np.complex64)
    turned = starts[: len(kept)]
    circle = SINE[(turned + _TABLE // 4) & _MASK] + 1j * SINE[turned]
    spectrum[1 : len(kept) + 1] = circle * (kept / norm) * (_TABLE / 2)
    return steady(np.fft.irfft(spectrum, _TABLE).astype(np.float64))


def decay(n: int, seconds: float, rate: int) -> Signal:
    """Return the exponential fall by which `seconds` divide a sound by e, [n]."""
    blocks = -(-n // _BLOCK)
    coarse = steady(np.exp(-np.arange(blocks) * (_BLOCK / rate / seconds)))
    fine = steady(np.exp(-np.arange(_BLOCK) / (rate * seconds)))
    return np.multiply.outer(coarse, fine).reshape(-1)[:n]


def swell(n: int, attack: float, release: float, rate: int) -> Signal:
    """Return a straight rise, a hold and a straight fall that ends with the sound, [n]; times in seconds."""
    shape = np.ones(n, np.float32)
    rising, falling = min(n, max(1, int(attack * rate))), min(n, max(1, int(release * rate)))
    shape[:rising] = np.arange(1, rising + 1, dtype=np.float32) / np.float32(rising)
    shape[n - falling :] *= np.arange(falling, 0, -1, dtype=np.float32) / np.float32(falling)
    return shape


def energy_of(envelope: Signal, rate: int) -> float:
    """Return the energy of a sound with this envelope and a root mean square of one."""
    return float(np.add.accumulate(envelope[::16].astype(np.float64) ** 2)[-1]) * 16 / rate
