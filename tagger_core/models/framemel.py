"""The frame-level network on mel spectrograms that SampleCNN is compared with (Lee et al. 2017 and 2018)."""

from __future__ import annotations

from torch import Tensor, nn

from tagger_core.models.blocks import ConvolutionBlock, ModuleStack
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.initialisation import initialise
from tagger_core.models.logmel import LogMelFrontEnd
from tagger_core.models.network import TaggingNetwork, at_their_maxima


class FrameMel(TaggingNetwork):
    """A mel spectrogram, and above it a SampleCNN's modules, convolution of width 1 and dense layer.

    Before training, `front.measure` wants to hear the training input.

    Attributes:
        config: the layers as data.
        front: the mel spectrogram.
        stack: the modules, from the spectrogram upwards.
        last: the convolution of width 1.
        dense: the output layer.
        channels_last: as in `SampleCNN`.
    """

    def __init__(self, config: FrameMelConfig, tags: int) -> None:
        top = sum(filters for _, filters in config.modules[-2:])
        super().__init__(config.window, tags, top + config.last_filters)
        self.config = config
        self.front = LogMelFrontEnd(
            sample_rate=config.sample_rate,
            fft=config.fft,
            length=config.length,
            hop=config.hop,
            bands=config.bands,
            compression=config.compression,
        )
        self.stack = ModuleStack(config.bands, config.modules, config.padding)
        self.last = ConvolutionBlock(config.modules[-1][1], config.last_filters, 1)
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.last_filters, tags)
        self.channels_last = False
        initialise(self)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two modules after pooling, then the last convolution."""
        self._expect_window(waveform)
        x = self.front(waveform).to(self.dense.weight.dtype)
        below, top = self.stack(x.unsqueeze(2) if self.channels_last else x)
        last = self.last(top)
        return self.dense(self.dropout(last.flatten(1))), at_their_maxima(below, top, last)
