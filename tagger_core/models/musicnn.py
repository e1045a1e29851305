"""Musicnn: filters shaped for timbre and rhythm on a mel spectrogram (Pons et al. 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagger_core.models.mel import MelFrontEnd
from tagger_core.models.mel_configs import MusicnnConfig
from tagger_core.models.network import TaggingNetwork


class VerticalBlock(nn.Module):
    """Timbre: a convolution over bands and time, its maximum over the bands."""

    def __init__(self, filters: int, bands: int, frames: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, filters, (bands, frames), padding=(0, frames // 2))
        self.norm = nn.BatchNorm2d(filters)

    def forward(self, spectrogram: Tensor) -> Tensor:
        """Return [batch, filters, time] for [batch, 1, bands, time]."""
        return torch.relu(self.norm(self.conv(spectrogram))).amax(2)


class TemporalBlock(nn.Module):
    """Convolution over time that keeps the length, batch normalisation, ReLU."""

    def __init__(self, channels: int, filters: int, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, filters, width, padding=width // 2)
        self.norm = nn.BatchNorm1d(filters)

    def forward(self, x: Tensor) -> Tensor:
        """Return [batch, filters, time] for [batch, channels, time]."""
        return torch.relu(self.norm(self.conv(x)))


class Musicnn(TaggingNetwork):
    """Vertical and horizontal filters, residual blocks, maximum and mean over time, two dense layers."""

    def __init__(self, config: MusicnnConfig, tags: int) -> None:
        super().__init__(config.window, tags, 2 * config.block_filters + config.dense_units)
        self.config = config
        self.front = MelFrontEnd(config)
        self.vertical = nn.ModuleList(VerticalBlock(*row) for row in config.vertical)
        self.horizontal = nn.ModuleList(TemporalBlock(1, *row) for row in config.horizontal)
        self.blocks = nn.ModuleList()
        channels = config.front_channels
        for _ in range(config.blocks):
            self.blocks.append(TemporalBlock(channels, config.block_filters, config.block_width))
            channels = config.block_filters
        self.hidden = nn.Linear(config.summary, config.dense_units)
        self.norm = nn.BatchNorm1d(config.dense_units)
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.dense_units, tags)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two residual blocks, then the hidden dense layer."""
        self._expect_window(waveform)
        spectrogram = self.front(waveform).to(self.dense.weight.dtype)
        mean = spectrogram.mean(2)
        front = [block(spectrogram) for block in self.vertical] + [block(mean) for block in self.horizontal]
        x = torch.cat(front, dim=1)
        layers = [x]
        for block in self.blocks:
            # The front end is wider than the blocks, so only they have a shortcut.
            x = block(x) if len(layers) == 1 else block(x) + x
            layers.append(x)
        together = torch.cat(layers, dim=1)
        summary = torch.cat([together.amax(2), together.mean(2)], dim=1)
        hidden = torch.relu(self.norm(self.hidden(summary)))
        embedding = torch.cat([layers[-2].amax(2), layers[-1].amax(2), hidden], dim=1)
        return self.dense(self.dropout(hidden)), embedding
