"""Batches of kept features: what the classifier learns from in place of audio."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.training.batches import Examples


class FeatureBatches:
    """The features of some clips, each once an epoch, in an order that only seed and epoch decide.

    Args:
        features: float32 [clips, dimensions].
        labels: bool [clips, tags].
        batch: clips a step, over all processes; the last step of an epoch is filled up with its first clips.
        device: where they are wanted.
        seed: of the run.
        rank: which of the processes this is.
        ranks: number of processes; each gets a slice of every batch.
    """

    def __init__(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.bool_],
        *,
        batch: int,
        device: torch.device,
        seed: int = 0,
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        self.features = torch.from_numpy(np.ascontiguousarray(features)).to(device)
        self.labels = torch.from_numpy(labels).to(device, torch.float32)
        self.batch, self.seed, self.rank, self.ranks = batch, seed, rank, ranks

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-len(self.features) // self.batch)

    def epoch(self, number: int, first: int = 0) -> Examples:
        """Yield (features [share of the batch, dimensions], labels float32 [share, tags]).

        Args:
            number: of the epoch, from 0.
            first: the step to begin with.
        """
        order = np.random.default_rng((self.seed, number)).permutation(len(self.features))
        for rows in np.resize(order, (self.steps, self.batch))[first:]:
            own = torch.from_numpy(np.array_split(rows, self.ranks)[self.rank]).to(self.features.device)
            yield self.features[own], self.labels[own]
