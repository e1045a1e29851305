"""Which windows an epoch hears, in which order: a function of seed and epoch, whatever computes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.recipes import Crops


@dataclass(frozen=True)
class Choice:
    """How windows are taken from clips; see `Recipe` for the fields."""

    crops: Crops = "all"
    crops_per_clip: int = 1
    gain: float = 0.0
    polarity: bool = False

    def windows(self, samples: NDArray[np.int64], window: int) -> NDArray[np.int64]:
        """Return how many windows each clip gives an epoch, [clips]; at least one, however short it is."""
        if self.crops == "random":
            return np.full(len(samples), self.crops_per_clip)
        return np.maximum(1, samples // window)


@dataclass(frozen=True, eq=False)
class Order:
    """The windows of an epoch, each array [steps, batch].

    Args:
        clips: int64, which clip each window is of, counted from 0.
        starts: int64, where in it the window begins, in samples.
        factors: float32, what its samples are multiplied with.
    """

    clips: NDArray[np.int64]
    starts: NDArray[np.int64]
    factors: NDArray[np.float32]

    def share(self, rank: int, ranks: int) -> Order:
        """Return what one of several processes hears: a slice of every batch."""
        columns = np.array_split(np.arange(self.clips.shape[1]), ranks)[rank]
        return Order(self.clips[:, columns], self.starts[:, columns], self.factors[:, columns])


def order_of(
    samples: NDArray[np.int64], window: int, choice: Choice, *, batch: int, seed: int, epoch: int
) -> Order:
    """Return the windows of an epoch in random order.

    The last batch is filled up with the first windows of the same epoch, so that every batch is whole, as
    batch normalisation and recorded steps want it, and no window is left out.

    Args:
        samples: length of each clip in samples, [clips].
        window: in samples.
        choice: how windows are taken.
        batch: windows a step, over all processes.
        seed: of the run.
        epoch: number of the epoch, from 0.
    """
    random = np.random.default_rng((seed, epoch))
    counts = choice.windows(samples, window)
    clips = np.repeat(np.arange(len(samples)), counts)
    if choice.crops == "random":
        starts = random.integers(np.maximum(1, samples[clips] - window + 1))
    else:
        starts = window * (np.arange(len(clips)) - np.repeat(np.cumsum(counts) - counts, counts))
    factors = 10 ** (random.uniform(-choice.gain, choice.gain, len(clips)) / 20)
    if choice.polarity:
        factors *= random.choice((-1.0, 1.0), len(clips))
    steps = -(-len(clips) // batch)
    chosen = np.resize(random.permutation(len(clips)), (steps, batch))
    return Order(clips[chosen], starts[chosen], factors.astype(np.float32)[chosen])
