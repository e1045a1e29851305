"""Batches of prepared data: the same ones whatever the number of processes, and wherever the audio lies."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.training.audio_store import FULL_SCALE, AudioStore, store_audio
from trainer.training.order import Choice, Order, order_of

Examples = Generator[tuple[Tensor, Tensor], None, None]
"""(inputs, labels float32 [examples, tags]) of one step after the other."""


class Source(Protocol):
    """What a network learns from, in steps.

    Attributes:
        steps: of an epoch.
        batch: examples a step, over all processes.
    """

    @property
    def steps(self) -> int: ...  # noqa: D102 - told above

    @property
    def batch(self) -> int: ...  # noqa: D102 - told above

    def epoch(self, number: int, first: int = 0) -> Examples:
        """Yield (inputs, labels float32 [examples, tags]) from step `first` on, this process's share."""


class Batches:
    """Windows of some clips of prepared data, in an order that only seed and epoch decide.

    Args:
        prepared: the data.
        rows: which clips, int64 [clips].
        window: in samples.
        batch: windows a step, over all processes.
        choice: how windows are taken from clips.
        device: where they are wanted.
        seed: of the run.
        rank: which of the processes this is.
        ranks: number of processes; each gets a slice of every batch.
        store: the clips' audio, if it is at hand already.

    Raises:
        RunError: there is no clip, or a batch has fewer windows than there are processes.
    """

    def __init__(
        self,
        prepared: Prepared,
        rows: NDArray[np.int64],
        window: int,
        *,
        batch: int,
        choice: Choice = Choice(),  # noqa: B008 - frozen
        device: torch.device = torch.device("cpu"),  # noqa: B008 - never changed
        seed: int = 0,
        rank: int = 0,
        ranks: int = 1,
        store: AudioStore | None = None,
    ) -> None:
        if not len(rows):
            raise RunError(
                "there is no clip to learn from", path=prepared.folder, remedy="look at its splits"
            )
        if batch < ranks:
            raise RunError(
                f"a batch of {batch} cannot be shared by {ranks} processes",
                remedy="start fewer processes, or take a larger batch",
            )
        self.samples, self.window, self.batch, self.choice = prepared.samples[rows], window, batch, choice
        self.device, self.seed, self.rank, self.ranks = device, seed, rank, ranks
        self.labels = torch.from_numpy(prepared.labels[rows]).to(device, torch.float32)
        self.store = store or store_audio(prepared, rows, window, device)

    def whole(self) -> Batches:
        """Return the batches of all processes together, from the same store."""
        batches = copy.copy(self)
        batches.rank, batches.ranks = 0, 1
        return batches

    @property
    def steps(self) -> int:
        """Steps of an epoch; the last one is filled up with windows of the first."""
        return -(-int(self.choice.windows(self.samples, self.window).sum()) // self.batch)

    def order(self, number: int) -> Order:
        """Return this process's share of an epoch."""
        whole = order_of(
            self.samples, self.window, self.choice, batch=self.batch, seed=self.seed, epoch=number
        )
        return whole.share(self.rank, self.ranks)

    def epoch(self, number: int, first: int = 0) -> Examples:
        """Yield (waveform float32 [share of the batch, window], labels float32 [share, tags]) on the device.

        Args:
            number: of the epoch, from 0.
            first: the step to begin with.
        """
        order = self.order(number)
        clips, starts = order.clips[first:], order.starts[first:]
        factors = torch.from_numpy(order.factors[first:] / np.float32(FULL_SCALE)).to(self.device)
        rows = torch.from_numpy(clips).to(self.device)
        for waves, factor, row in zip(self.store.gather(clips, starts), factors, rows, strict=True):
            yield waves * factor[:, None], self.labels[row]
