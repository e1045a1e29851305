"""Multi-level and multi-scale aggregation: what SampleCNNs hear in a clip, joined (Lee et al. 2018, 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from tagger_core.models.aggregate_configs import LEVELS, AggregateConfig
from tagger_core.models.initialisation import initialise
from tagger_core.models.network import TaggingNetwork, at_their_maxima
from tagger_core.models.samplecnn import SampleCNN, hidden_layers
from tagger_core.models.samplecnn_configs import SampleCNNConfig


class Source(nn.Module):
    """The hidden layers of a SampleCNN: [batch, window] -> features [batch, dimensions].

    Attributes:
        config: the layers as data.
        levels: which of them are features.
        first: the strided convolution.
        stack: the modules.
        last: the convolution of width 1.
    """

    def __init__(self, config: SampleCNNConfig, levels: tuple[int, ...]) -> None:
        super().__init__()
        self.config = config
        self.levels = levels
        self.first, self.stack, self.last = hidden_layers(config)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return each level's maximum over time within one window, side by side."""
        below, top = self.stack(self.first(waveform[:, None]))
        layers = dict(zip(LEVELS, (below, top, self.last(top)), strict=True))
        return at_their_maxima(*(layers[level] for level in self.levels))


class Classifier(nn.Module):
    """Dense layers with ReLU and dropout, an output layer: [batch, dimensions] -> logits [batch, tags]."""

    def __init__(self, dimensions: int, hidden_units: tuple[int, ...], dropout: float, tags: int) -> None:
        super().__init__()
        sizes = (dimensions, *hidden_units)
        self.hidden = nn.ModuleList(
            nn.Linear(below, units) for below, units in zip(sizes, hidden_units, strict=False)
        )
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(hidden_units[-1], tags)

    def forward(self, features: Tensor) -> Tensor:
        """Return logits."""
        return self.embed(features)[0]

    def embed(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the last hidden layer."""
        x = features.to(self.dense.weight.dtype)
        for layer in self.hidden:
            hidden = layer(x).relu()
            x = self.dropout(hidden)
        return self.dense(x), hidden


class Aggregate(TaggingNetwork):
    """SampleCNNs that slide over a clip, and a classifier on what they hear.

    The sources are trained before and stay as they are: they want no gradients and remain in evaluation mode.
    So the features of a clip may be computed once and kept while `classifier` is trained on them.

    The embedding is the classifier's last hidden layer. It is the layer that knows all levels and scales, and
    stays at 4096 numbers where the features of eight sources have 10,240, which a library would keep by song.

    Attributes:
        config: the layers as data.
        sources: the SampleCNNs.
        classifier: what is trained.
    """

    def __init__(self, config: AggregateConfig, tags: int) -> None:
        super().__init__(config.window, tags, config.hidden_units[-1])
        self.config = config
        self.sources = nn.ModuleList(Source(source, config.levels) for source in config.sources)
        self.classifier = Classifier(config.dimensions, config.hidden_units, config.dropout, tags)
        initialise(self)
        self.sources.requires_grad_(False)
        self.sources.eval()

    def train(self, mode: bool = True) -> Aggregate:
        """Set the mode of the classifier; the sources stay in evaluation mode."""
        super().train(mode)
        self.sources.eval()
        return self

    def features(self, waveform: Tensor) -> Tensor:
        """Return the features [batch, dimensions] of clips [batch, samples], float32.

        Each level is at its maximum over time within a window and then at its mean over windows. All clips
        are heard one window at a time, so that memory does not depend on the length of the clip.
        """
        self._expect_window(waveform)
        sources = cast("list[Source]", self.sources)
        return torch.cat([mean_over_windows(one, one.config.window, waveform) for one in sources], dim=1)

    def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and the embedding: the classifier's last hidden layer."""
        logits, hidden = self.classifier.embed(self.features(waveform))
        return logits, hidden


def aggregate(networks: Sequence[SampleCNN], config: AggregateConfig, tags: int) -> Aggregate:
    """Return the aggregate of trained networks, with copies of their weights and a fresh classifier.

    Args:
        networks: in the order of the configuration's sources; their output layers are left behind.
        config: its sources are the networks' own configurations.
        tags: number of outputs.

    Raises:
        ValueError: the networks are not those of the configuration.
    """
    if tuple(network.config for network in networks) != config.sources:
        raise ValueError("the networks are not the configuration's sources")
    made = Aggregate(config, tags)
    for source, network in zip(made.sources, networks, strict=True):
        weights = network.state_dict()
        source.load_state_dict({name: weights[name] for name in source.state_dict()})
    return made


def mean_over_windows(hear: Callable[[Tensor], Tensor], length: int, waveform: Tensor) -> Tensor:
    """Return the mean, float32, of what is heard in the windows that clips [batch, samples] hold."""
    total = torch.zeros((), device=waveform.device)
    count = waveform.shape[1] // length
    for start in range(0, count * length, length):
        total = total + hear(waveform[:, start : start + length]).float()
    return total / count
