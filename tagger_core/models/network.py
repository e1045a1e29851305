"""What every network promises, whatever its family."""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor, nn


class TaggingNetwork(nn.Module):
    """A network that hears one window of a waveform and answers with one logit per tag.

    Attributes:
        window: length of the input in samples.
        tags: number of outputs.
        dimensions: length of the embedding.
    """

    def __init__(self, window: int, tags: int, dimensions: int) -> None:
        super().__init__()
        self.window = window
        self.tags = tags
        self.dimensions = dimensions

    def forward(self, waveform: Tensor) -> Tensor:
        """Return logits [batch, tags] for a waveform [batch, window]; their sigmoid is the score."""
        return self.embed(waveform)[0]

    @abstractmethod
    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits [batch, tags] and the embedding [batch, dimensions] for a waveform [batch, window].

        The embedding is the last three hidden layers, each at its maximum over time within the window, lowest
        layer first (Lee et al. 2018, section 4.1).
        """

    def _expect_window(self, waveform: Tensor) -> None:
        if waveform.ndim != 2 or waveform.shape[1] != self.window:
            raise ValueError(f"waveform is {tuple(waveform.shape)}, not [batch, {self.window}]")


def at_their_maxima(*layers: Tensor) -> Tensor:
    """Return hidden layers [batch, channels, ...], each at its maximum over time, side by side."""
    return torch.cat([layer.flatten(2).amax(2) for layer in layers], dim=1)
