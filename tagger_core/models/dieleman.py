"""Convolutions over frames of a spectrogram or of raw audio (Dieleman and Schrauwen 2014)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tagger_core.models.blocks import same_padding
from tagger_core.models.dieleman_configs import DielemanConfig, Nonlinearity, Pooling
from tagger_core.models.initialisation import initialise
from tagger_core.models.logmel import LogMelFrontEnd
from tagger_core.models.network import TaggingNetwork, at_their_maxima


class StridedFrontEnd(nn.Module):
    """Strided convolution, nonlinearity, pool over filters: [batch, window] -> [batch, channels, frames].

    Logarithms are taken in float32: a square of half precision soon leaves its range.
    """

    def __init__(self, config: DielemanConfig) -> None:
        super().__init__()
        self.nonlinearity: Nonlinearity = config.nonlinearity
        self.pooling: Pooling = config.pooling
        self.pool = config.pool
        self.compression = config.compression
        zeros = (config.length - config.stride) // 2
        self.conv = nn.Conv1d(1, config.channels, config.length, stride=config.stride, padding=zeros)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the pooled activations."""
        x = self._compressed(self.conv(waveform.unsqueeze(1)))
        if self.pooling == "none":
            return x
        groups = x.reshape(len(x), -1, self.pool, x.shape[2])
        pooled: Tensor = groups.amax(2) if self.pooling == "max" else torch.linalg.vector_norm(groups, dim=2)
        return pooled

    def _compressed(self, x: Tensor) -> Tensor:
        match self.nonlinearity:
            case "relu":
                return x.relu()
            case "log-power":
                return torch.log1p(self.compression * x.float().square()).to(x.dtype)
            case "log-magnitude":
                return torch.log1p(self.compression * x.float().abs()).to(x.dtype)
            case "none":
                return x


class TimeBlock(nn.Module):
    """A convolution over time that keeps the length, ReLU, max-pool."""

    def __init__(self, channels: int, filters: int, width: int, pool: int) -> None:
        super().__init__()
        self.pool = pool
        self.padding = same_padding(width, "framework")
        self.conv = nn.Conv1d(channels, filters, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return [batch, filters, time // pool] for [batch, channels, time]."""
        return functional.max_pool1d(self.conv(functional.pad(x, self.padding)).relu(), self.pool)


class Dieleman(TaggingNetwork):
    """A spectrogram or a strided convolution, convolutions with pooling, a hidden dense layer, a dense layer.

    Attributes:
        config: the layers as data.
        front: the spectrogram, or the strided convolution.
        stack: the convolutions.
        hidden: the hidden dense layer.
        dense: the output layer.
    """

    def __init__(self, config: DielemanConfig, tags: int) -> None:
        top = sum(row[0] for row in config.layers[-2:])
        super().__init__(config.window, tags, top + config.dense_units)
        self.config = config
        self.front: LogMelFrontEnd | StridedFrontEnd
        if config.input == "mel":
            self.front = LogMelFrontEnd(
                sample_rate=config.sample_rate,
                fft=config.fft,
                length=config.length,
                hop=config.stride,
                bands=config.channels,
                compression=config.compression,
            )
        else:
            self.front = StridedFrontEnd(config)
        self.stack = nn.ModuleList()
        channels = config.channels // config.pool
        for filters, width, pool in config.layers:
            self.stack.append(TimeBlock(channels, filters, width, pool))
            channels = filters
        self.dropout = nn.Dropout(config.dropout)
        self.hidden = nn.Linear(channels * config.top_frames, config.dense_units)
        self.dense = nn.Linear(config.dense_units, tags)
        initialise(self)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two convolutions after pooling, the hidden layer."""
        self._expect_window(waveform)
        x = self.front(waveform)
        if self.config.input == "mel":
            x = x.to(self.dense.weight.dtype)
        below = x
        for block in self.stack:
            below, x = x, block(x)
        hidden = self.hidden(self.dropout(x.flatten(1))).relu()
        embedding = torch.cat([at_their_maxima(below, x), hidden], dim=1)
        return self.dense(self.dropout(hidden)), embedding
