"""What every layer of a clip is made with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainer.toy.noise import NoiseBank
from trainer.toy.plan import Artist


@dataclass(frozen=True, eq=False)
class Layer:
    """One of the sounds that make a clip: the melody, the drums, the wind.

    Args:
        artist: whose it is.
        noise: of the clip, at its sample rate.
        random: of the layer alone, so that what one layer draws never changes another.
    """

    artist: Artist
    noise: NoiseBank
    random: np.random.Generator

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self.noise.rate

    def gain(self) -> float:
        """Return how strong the layer is beside the others: within 4 dB."""
        return float(self.random.uniform(0.7, 1.1))
