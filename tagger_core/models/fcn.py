"""FCN: convolutions over a mel spectrogram until one point is left (Choi et al. 2016)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagger_core.models.mel import MelFrontEnd, spectrogram_stack
from tagger_core.models.mel_configs import FCNConfig
from tagger_core.models.network import TaggingNetwork


class FCN(TaggingNetwork):
    """Mel spectrogram, 3x3 convolutions with pooling, a dense layer."""

    def __init__(self, config: FCNConfig, tags: int) -> None:
        super().__init__(config.window, tags, sum(row[0] for row in config.layers[-3:]))
        self.config = config
        self.front = MelFrontEnd(config)
        self.stack = spectrogram_stack(config.layers)
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.layers[-1][0], tags)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last three convolutions after pooling."""
        self._expect_window(waveform)
        x = self.front(waveform).to(self.dense.weight.dtype)
        hidden: list[Tensor] = []
        for block in self.stack:
            x = block(x)
            hidden = [*hidden[-2:], x]
        embedding = torch.cat([layer.amax((2, 3)) for layer in hidden], dim=1)
        return self.dense(self.dropout(x.flatten(1))), embedding
