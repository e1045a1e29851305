"""SampleCNN: learns from raw samples with filters of a few samples (Lee et al. 2017 and 2018)."""

from __future__ import annotations

from torch import Tensor, nn

from tagger_core.models.blocks import ConvolutionBlock, ModuleStack
from tagger_core.models.initialisation import initialise
from tagger_core.models.network import TaggingNetwork, at_their_maxima
from tagger_core.models.samplecnn_configs import SampleCNNConfig


class SampleCNN(TaggingNetwork):
    """A strided convolution, modules of convolution and pooling, a convolution of width 1, a dense layer.

    Attributes:
        config: the layers as data.
        first: the strided convolution.
        stack: the modules, from the waveform upwards.
        last: the convolution of width 1.
        dense: the output layer.
        channels_last: whether a sample's channels lie side by side in memory; the same answers and running
            statistics, and a processor trains 3^9 about a third faster. False at first.
    """

    def __init__(self, config: SampleCNNConfig, tags: int) -> None:
        top = sum(filters for _, filters in config.modules[-2:])
        super().__init__(config.window, tags, top + config.last_filters)
        self.config = config
        self.first, self.stack, self.last = hidden_layers(config)
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(config.last_filters, tags)
        self.channels_last = False
        initialise(self)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the last two modules after pooling, then the last convolution."""
        self._expect_window(waveform)
        x = waveform[:, None, None] if self.channels_last else waveform[:, None]
        below, top = self.stack(self.first(x))
        last = self.last(top)
        return self.dense(self.dropout(last.flatten(1))), at_their_maxima(below, top, last)


def hidden_layers(config: SampleCNNConfig) -> tuple[ConvolutionBlock, ModuleStack, ConvolutionBlock]:
    """Return the strided convolution, the modules and the convolution of width 1."""
    first = ConvolutionBlock(
        1,
        config.first_filters,
        config.first_width,
        stride=config.first_stride,
        padding=(config.first_padding, config.first_padding),
        batch_norm=config.batch_norm,
    )
    stack = ModuleStack(config.first_filters, config.modules, config.padding, batch_norm=config.batch_norm)
    last = ConvolutionBlock(config.modules[-1][1], config.last_filters, 1, batch_norm=config.batch_norm)
    return first, stack, last
