"""CRNN: convolutions over a mel spectrogram, then a recurrent network over time (Choi et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tagger_core.models.mel import MelFrontEnd, spectrogram_stack
from tagger_core.models.mel_configs import CRNNConfig
from tagger_core.models.network import TaggingNetwork


class CRNN(TaggingNetwork):
    """Mel spectrogram, 3x3 convolutions with pooling, GRUs, a dense layer on their last output."""

    def __init__(self, config: CRNNConfig, tags: int) -> None:
        top = sum(row[0] for row in config.layers[-2:])
        super().__init__(config.window, tags, top + config.recurrent_units)
        self.config = config
        self.front = MelFrontEnd(config)
        self.stack = spectrogram_stack(config.layers)
        self.recurrent = nn.GRU(
            config.layers[-1][0], config.recurrent_units, config.recurrent_layers, batch_first=True
        )
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.recurrent_units, tags)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two convolutions after pooling, then the last GRU."""
        self._expect_window(waveform)
        x = self.front(waveform).to(self.dense.weight.dtype)
        before = x
        for block in self.stack:
            before, x = x, block(x)
        heard, _ = self.recurrent(x.squeeze(2).transpose(1, 2))
        embedding = torch.cat([before.amax((2, 3)), x.amax((2, 3)), heard.amax(1)], dim=1)
        return self.dense(self.dropout(heard[:, -1])), embedding
