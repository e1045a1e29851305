"""Noise in bands, of which textures, breath and drums are cut."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from trainer.toy.tone import HIGHEST, Signal, Sound, decay, energy_of, swell

_SECONDS = 2.9
_GRID = np.arange(1.0, 11_025.0, 4.0)


def _response(hz: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return the squared response of a band with slopes of 24 dB an octave; products and quotients alone."""
    under, over = (low / hz) ** 2, (hz / high) ** 2
    within = 1 / ((1 + under * under * under * under) * (1 + over * over * over * over))
    return np.where(hz < HIGHEST, within, 0.0)


@cache
def _power(low: float, high: float) -> float:
    """Return the integral of the squared response over all frequencies, in Hz."""
    return float(np.add.accumulate(_response(_GRID, low, high))[-1]) * 4.0


class NoiseBank:
    """White noise of a few seconds in a circle, and bands filtered out of it.

    Args:
        rate: samples a second.
        random: makes it.
    """

    def __init__(self, rate: int, random: np.random.Generator) -> None:
        self.rate = rate
        self._random = random
        self._length = 1 << (int(_SECONDS * rate) - 1).bit_length()
        self._spectrum: NDArray[np.complex64] | None = None
        self._bands: dict[tuple[float, float], Signal] = {}

    def band(self, low: float, high: float) -> Signal:
        """Return noise from `low` to `high` Hz, [circle]; at a high rate its root mean square is one."""
        if (low, high) not in self._bands:
            if self._spectrum is None:
                white = self._random.random(self._length, np.float32) * 2 - 1
                self._spectrum = np.fft.rfft(white).astype(np.complex64)
            hz = np.maximum(np.arange(self._length // 2 + 1) * (self.rate / self._length), 1.0)
            scale = 1.5 * self.rate / _power(low, high)
            gain = np.sqrt(_response(hz, low, high) * scale).astype(np.float32)
            made = np.fft.irfft(self._spectrum * gain, self._length)
            self._bands[low, high] = np.rint(made * 2.0**12).astype(np.float32) * np.float32(2.0**-12)
        return self._bands[low, high]

    def cut(self, n: int, low: float, high: float, random: np.random.Generator) -> Signal:
        """Return n samples of a band from a random place on the circle."""
        circle = self.band(low, high)
        start = int(random.integers(1 << 30)) % self._length
        if start + n <= self._length:
            return circle[start : start + n]
        return np.resize(np.concatenate((circle[start:], circle[:start])), n)

    def burst(
        self, seconds: float, low: float, high: float, fall: float, random: np.random.Generator
    ) -> Sound:
        """Return a stroke of noise that falls by e in `fall` seconds."""
        n = int(seconds * self.rate)
        shape = decay(n, fall, self.rate) * swell(n, 0.0005, seconds / 4, self.rate)
        return Sound(self.cut(n, low, high, random) * shape, energy_of(shape, self.rate))
