"""A network made ready to hear: as it is, or a SampleCNN taken apart into faster layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, cast

import torch
from torch import Tensor
from torch.nn import functional

from tagger_core.inference.fold import folded, folded_weights
from tagger_core.inference.layers import SHORT_WIDTH, Direct, First, Short
from tagger_core.inference.machine import DTYPES, Precision
from tagger_core.models.blocks import ConvolutionBlock
from tagger_core.models.mel import SpectralFrontEnd
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn import SampleCNN

Layout = Literal["network", "channels_last", "short"]
# Fewer frames than this and the six small products of a short convolution cost more than one large one.
_SHORT_FRAMES = 243
_SHORT_CHANNELS = 32
# On a processor, layers with a larger input than this go window by window, so that it stays in the cache.
_CACHED_BYTES = 1 << 20
# Bytes of one of the first module's buffers, by bytes of a value; measured, since the ideal is not plain.
_SLAB_BYTES = {4: 1 << 20, 2: 1 << 21}


class Pipeline(Protocol):
    """What the engine runs."""

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits [batch, tags] and embedding [batch, dimensions] for [batch, window], all float32."""


def layouts(network: TaggingNetwork, device: str) -> tuple[Layout, ...]:
    """Return the ways in which a network can be computed on a device, the plainest first."""
    if not isinstance(network, SampleCNN):
        return ("network",)
    widths = [width for width, _ in network.config.modules]
    if device == "cpu" and SHORT_WIDTH in widths:
        return ("network", "channels_last", "short")
    return ("network", "channels_last")


def prepare(network: TaggingNetwork, device: str, precision: Precision, layout: Layout) -> Pipeline:
    """Return the pipeline of a network; the network itself is untouched."""
    like = torch.empty(0, dtype=DTYPES[precision], device=device)
    if layout == "network" or not isinstance(network, SampleCNN):
        return Whole(network, like)
    return Layered(network, like, short=layout == "short")


class Whole:
    """The network as it is, with batch normalisation folded; a mel front end stays in float32."""

    def __init__(self, network: TaggingNetwork, like: Tensor) -> None:
        self.network = folded(network).to(like)
        # A mel front end wants the samples unrounded and hands on what the layers above compute with.
        spectral = any(isinstance(module, SpectralFrontEnd) for module in network.modules())
        self.samples = like.float() if spectral else like

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and embedding."""
        logits, embedding = self.network.embed(waveform.to(self.samples))
        return logits.float(), embedding.float()


@dataclass(frozen=True)
class _Module:
    layer: Direct | Short
    frames: int
    channels: int


class Layered:
    """A SampleCNN on [batch, time, channels]."""

    def __init__(self, network: SampleCNN, like: Tensor, *, short: bool) -> None:
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
        weight, bias = folded_weights(network.dense, torch.nn.Identity())
        self.dense = weight.to(like), bias.to(like)
        self.alone = self._count_alone()

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and embedding; layers too large for the cache go window by window."""
        if self.alone:
            x = torch.cat([self._lower(window) for window in torch.split(waveform, 1)])
        else:
            x = self.first.apply(self.first.columns(waveform, 0).flatten(0, 1))
            x = x.view(len(waveform), -1, x.shape[-1])
        hidden = [x]
        for module in self.modules[self.alone :]:
            x = module.layer(x)
            hidden = [*hidden[-1:], x]
        last = functional.linear(x, *self.last).relu_()
        logits = functional.linear(last[:, 0], *self.dense)
        embedding = torch.cat([layer.amax(1) for layer in (*hidden, last)], dim=1)
        return logits.float(), embedding.float()

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
