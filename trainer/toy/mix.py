"""Where sounds are laid down: one clip in the making."""

from __future__ import annotations

import numpy as np

from trainer.toy.tone import Signal, Sound


class Mix:
    """A clip that sounds are added to.

    Args:
        seconds: its length.
        rate: samples a second.
    """

    def __init__(self, seconds: float, rate: int) -> None:
        self.seconds = seconds
        self.rate = rate
        self.samples: Signal = np.zeros(round(seconds * rate), np.float32)
        self.energy = 0.0

    def add(self, sound: Sound, at: float, gain: float) -> None:
        """Add a sound that begins `at` so many seconds; what lies after the end is cut off."""
        start = round(at * self.rate)
        room = len(self.samples) - start
        if room <= 0 or not len(sound.samples):
            return
        part = sound.samples[:room]
        self.samples[start : start + len(part)] += part * np.float32(gain)
        self.energy += gain * gain * sound.energy * len(part) / len(sound.samples)

    def echo(self, delay: float, share: float) -> None:
        """Let everything come back, every `delay` seconds with so large a share of its strength."""
        step = round(delay * self.rate)
        dry, back = self.samples.copy(), share
        for turn in (1, 2, 3):
            self.samples[turn * step :] += dry[: -turn * step] * np.float32(back)
            back *= share
        self.energy *= 1 + share * share + share**4

    def silence(self, start: float, seconds: float) -> None:
        """Fall silent for a while, by and from short fades."""
        first, n, fade = round(start * self.rate), round(seconds * self.rate), round(0.02 * self.rate)
        gate = np.zeros(n, np.float32)
        gate[:fade] = np.arange(fade, 0, -1, dtype=np.float32) / np.float32(fade)
        gate[n - fade :] = np.arange(1, fade + 1, dtype=np.float32) / np.float32(fade)
        self.samples[first : first + n] *= gate[: len(self.samples) - first]

    def finish(self, level: float, peak: float = 0.97) -> Signal:
        """Return the clip with this root mean square, or as near as its peak allows, float32 [n]."""
        loudest = float(np.abs(self.samples).max())
        wanted = level / np.sqrt(max(self.energy, 1e-9) / self.seconds)
        gain = min(wanted, peak / max(loudest, 1e-9))
        return self.samples * np.float32(round(gain, 9))
