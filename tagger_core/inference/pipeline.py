"""A network made ready to hear: as it is, or its SampleCNNs taken apart into faster layers."""

from __future__ import annotations

from typing import Literal, Protocol

import torch
from torch import Tensor

from tagger_core.inference.fold import folded
from tagger_core.inference.layered import Aggregated, Layered
from tagger_core.inference.layers import SHORT_WIDTH
from tagger_core.inference.machine import DTYPES, Precision
from tagger_core.models.aggregate import Aggregate
from tagger_core.models.mel import SpectralFrontEnd
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig

Layout = Literal["network", "channels_last", "short"]


class Pipeline(Protocol):
    """What the engine runs."""

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits [batch, tags] and embedding [batch, dimensions] for [batch, window], all float32."""


def layouts(network: TaggingNetwork, device: str) -> tuple[Layout, ...]:
    """Return the ways in which a network can be computed on a device, the plainest first."""
    match network:
        case SampleCNN():
            sources: tuple[SampleCNNConfig, ...] = (network.config,)
        case Aggregate():
            sources = network.config.sources
        case _:
            return ("network",)
    widths = {width for source in sources for width, _ in source.modules}
    if device == "cpu" and SHORT_WIDTH in widths:
        return ("network", "channels_last", "short")
    return ("network", "channels_last")


def prepare(network: TaggingNetwork, device: str, precision: Precision, layout: Layout) -> Pipeline:
    """Return the pipeline of a network; the network itself is untouched."""
    like = torch.empty(0, dtype=DTYPES[precision], device=device)
    if layout != "network":
        if isinstance(network, SampleCNN):
            return Layered(network, like, short=layout == "short")
        if isinstance(network, Aggregate):
            return Aggregated(network, like, short=layout == "short")
    return Whole(network, like)


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
