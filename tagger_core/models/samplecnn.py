"""SampleCNN: learns from raw samples with filters of a few samples (Lee et al. 2017 and 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagger_core.models.initialisation import initialise
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn_configs import (
    PUBLISHED_AUC,
    SAMPLE_RATES,
    SAMPLECNN,
    SampleCNNConfig,
    samplecnn,
)

__all__ = [
    "PUBLISHED_AUC",
    "SAMPLECNN",
    "SAMPLE_RATES",
    "ConvolutionBlock",
    "SampleCNN",
    "SampleCNNConfig",
    "samplecnn",
]


class ConvolutionBlock(nn.Module):
    """Convolution, batch normalisation, ReLU, max-pool.

    [batch, channels, time] -> [batch, filters, time // stride // pool].

    Attributes:
        conv: the convolution; its own padding is none.
        norm: batch normalisation.
        padding: zeros left and right of the input.
        pool: pool length, 1 for none.
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        width: int,
        *,
        stride: int = 1,
        padding: tuple[int, int] = (0, 0),
        pool: int = 1,
    ) -> None:
        super().__init__()
        self.padding = padding
        self.pool = pool
        # Symmetric zeros are the convolution's own business: that saves a copy of the input.
        own = padding[0] if padding[0] == padding[1] else 0
        self.conv = nn.Conv1d(channels, filters, width, stride=stride, padding=own)
        self.norm = nn.BatchNorm1d(filters, eps=1e-5, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output for [batch, channels, time]."""
        if self.padding[0] != self.padding[1]:
            x = nn.functional.pad(x, self.padding)
        x = torch.relu(self.norm(self.conv(x)))
        return nn.functional.max_pool1d(x, self.pool) if self.pool > 1 else x


class SampleCNN(TaggingNetwork):
    """A strided convolution, modules of convolution and pooling, a convolution of width 1, a dense layer.

    Attributes:
        config: the layers as data.
        first: the strided convolution.
        stack: the modules, from the waveform upwards.
        last: the convolution of width 1.
        dense: the output layer.
    """

    def __init__(self, config: SampleCNNConfig, tags: int) -> None:
        top = sum(filters for _, filters in config.modules[-2:])
        super().__init__(config.window, tags, top + config.last_filters)
        self.config = config
        self.first = ConvolutionBlock(
            1,
            config.first_filters,
            config.first_width,
            stride=config.first_stride,
            padding=(config.first_padding, config.first_padding),
        )
        self.stack = nn.ModuleList()
        channels = config.first_filters
        for width, filters in config.modules:
            padding = same_padding(width, config.padding)
            self.stack.append(ConvolutionBlock(channels, filters, width, padding=padding, pool=width))
            channels = filters
        self.last = ConvolutionBlock(channels, config.last_filters, 1)
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.last_filters, tags)
        initialise(self)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two modules after pooling, then the last convolution."""
        self._expect_window(waveform)
        x = self.first(waveform.unsqueeze(1))
        before = x
        for module in self.stack:
            before, x = x, module(x)
        last = self.last(x)
        embedding = torch.cat([before.amax(2), x.amax(2), last.amax(2)], dim=1)
        return self.dense(self.dropout(last.squeeze(2))), embedding


def same_padding(width: int, mode: str) -> tuple[int, int]:
    """Return the zeros left and right that keep a convolution's length; see `SampleCNNConfig.padding`."""
    smaller, larger = (width - 1) // 2, width // 2
    return (larger, smaller) if mode == "framework" else (smaller, larger)
