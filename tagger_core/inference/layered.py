"""SampleCNNs taken apart into faster layers on [batch, time, channels]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn import Identity, functional

from tagger_core.inference.fold import folded, folded_weights
from tagger_core.inference.layers import SHORT_WIDTH, Direct, First, Short
from tagger_core.models.aggregate import Aggregate, Source, mean_over_windows
from tagger_core.models.aggregate_configs import LEVELS
from tagger_core.models.blocks import ConvolutionBlock
from tagger_core.models.samplecnn import SampleCNN

# Fewer frames than this and the six small products of a short convolution cost more than one large one.
_SHORT_FRAMES = 243
_SHORT_CHANNELS = 32
# On a processor, layers with a larger input than this go window by window, so that it stays in the cache.
_CACHED_BYTES = 1 << 20
# Bytes of one of the first module's buffers, by bytes of a value; measured, since the ideal is not plain.
_SLAB_BYTES = {4: 1 << 20, 2: 1 << 21}


@dataclass(frozen=True)
class _Module:
    layer: Direct | Short
    frames: int
    channels: int


class Layers:
    """The hidden layers of a SampleCNN.

    Args:
        network: the SampleCNN, or a source of an aggregate.
        like: precision and device to compute with.
        short: whether convolutions of width 3 are fast short ones where that pays.
    """

    def __init__(self, network: SampleCNN | Source, like: Tensor, *, short: bool) -> None:
        self.like = like
        config = network.config
        weight, bias = folded_weights(network.first.conv, network.first.norm)
        self.first = First(weight, bias, config.first_stride, config.first_padding, like)
        self.modules: list[_Module] = []
        frames, channels = config.frames, config.first_filters
        for block, (width, filters) in zip(network.stack, config.modules, strict=True):
            block = cast(ConvolutionBlock, block)
            weight, bias = folded_weights(block.conv, block.norm)
            fast = short and width == SHORT_WIDTH and frames >= _SHORT_FRAMES and channels >= _SHORT_CHANNELS
            layer = Short(weight, bias, like) if fast else Direct(weight, bias, block.padding, like)
            self.modules.append(_Module(layer, frames, channels))
            frames, channels = frames // width, filters
        weight, bias = folded_weights(network.last.conv, network.last.norm)
        self.last = weight[:, :, 0].to(like), bias.to(like)
        self.alone = self._count_alone()

    def hidden(self, waveform: Tensor) -> list[Tensor]:
        """Return the last two modules and the convolution of width 1, each [batch, time, channels].

        Layers too large for the cache go window by window.
        """
        if self.alone:
            x = torch.cat([self._lower(window) for window in torch.split(waveform, 1)])
        else:
            x = self.first.apply(self.first.columns(waveform, 0).flatten(0, 1))
            x = x.view(len(waveform), -1, x.shape[-1])
        below = x
        for module in self.modules[self.alone :]:
            below, x = x, module.layer(x)
        return [below, x, functional.linear(x, *self.last).relu_()]

    def _count_alone(self) -> int:
        """Return how many modules go window by window; the embedding needs the last two for all windows."""
        if self.like.device.type != "cpu":
            return 0
        size = self.like.element_size()
        large = [module.frames * module.channels * size > _CACHED_BYTES for module in self.modules]
        return min(sum(large), len(large) - 2)

    def _lower(self, window: Tensor) -> Tensor:
        """Return the output of the modules that go window by window, for [1, window]."""
        module = self.modules[0]
        if isinstance(module.layer, Short):
            x = self._slabs(module.layer, self.first.columns(window, 1)[0])[None]
        else:
            x = module.layer(self.first.apply(self.first.columns(window, 0)[0])[None])
        for module in self.modules[1 : self.alone]:
            x = module.layer(x)
        return x

    def _slabs(self, layer: Short, columns: Tensor) -> Tensor:
        """Return the first module's output [time, filters] by slabs of time that stay in the cache."""
        rows = (len(columns) - 2) // SHORT_WIDTH
        size = self.like.element_size()
        count = -(-rows * len(layer.bias) * size // _SLAB_BYTES[size])
        step = -(-rows // count)
        slabs = []
        for start in range(0, rows, step):
            stop = min(rows, start + step)
            slabs.append(layer.between(self.first.apply(columns[3 * start : 3 * stop + 2])))
        return slabs[0] if count == 1 else torch.cat(slabs)


class Layered:
    """A SampleCNN."""

    def __init__(self, network: SampleCNN, like: Tensor, *, short: bool) -> None:
        self.layers = Layers(network, like, short=short)
        weight, bias = folded_weights(network.dense, Identity())
        self.dense = weight.to(like), bias.to(like)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and embedding."""
        hidden = self.layers.hidden(waveform)
        logits = functional.linear(hidden[-1][:, 0], *self.dense)
        embedding = torch.cat([layer.amax(1) for layer in hidden], dim=1)
        return logits.float(), embedding.float()


class Aggregated:
    """An aggregate whose sources are taken apart."""

    def __init__(self, network: Aggregate, like: Tensor, *, short: bool) -> None:
        self.sources = [
            (Layers(source, like, short=short), source.config.window)
            for source in cast("list[Source]", network.sources)
        ]
        self.levels = [LEVELS.index(level) for level in network.config.levels]
        self.classifier = folded(network.classifier).to(like)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and embedding."""
        features = [
            mean_over_windows(self._hears(layers), length, waveform) for layers, length in self.sources
        ]
        logits, embedding = self.classifier.embed(torch.cat(features, dim=1))
        return logits.float(), embedding.float()

    def _hears(self, layers: Layers) -> Callable[[Tensor], Tensor]:
        def hear(window: Tensor) -> Tensor:
            hidden = layers.hidden(window)
            return torch.cat([hidden[level].amax(1) for level in self.levels], dim=1)

        return hear
