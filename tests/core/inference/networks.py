"""Networks that behave as trained ones do, without training: random weights, calibrated norms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from tagger_core.models.aggregate import Aggregate
from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.architectures import Config, build, describe
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.mel_configs import CRNNConfig, FCNConfig, MusicnnConfig
from tagger_core.models.model_file import LoadedModel
from tagger_core.models.model_info import ModelInfo, Tag
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn_configs import SampleCNNConfig

SMALL = SampleCNNConfig(3, 3, 32, ((3, 32), (3, 40), (3, 40), (3, 48), (3, 48), (3, 48)), last_filters=48)
"""Large enough for short convolutions in its first two modules, small enough for a test."""


def noise(windows: int, length: int, seed: int = 0) -> Tensor:
    return torch.randn(windows, length, generator=torch.Generator().manual_seed(seed)) * 0.3


def calibrated(
    config: Config, windows: Tensor, tags: int = 8, seed: int = 0, spread: float = 1.0
) -> TaggingNetwork:
    """Return random weights whose norms have seen some windows, and whose logits spread so far over them."""
    torch.manual_seed(seed)
    network = build(describe(config), tags)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.momentum = None
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.uniform_(module.bias, -0.2, 0.3)
    with torch.no_grad():
        network(windows)
        network.eval()
        logits = network(windows)
        dense: Any = network.classifier.dense if isinstance(network, Aggregate) else network.dense
        dense.weight *= spread / logits.std(0)[:, None]
        dense.bias.copy_(-network(windows).mean(0) + dense.bias)
    return network


def loaded(
    config: Config, windows: Tensor, *, tags: int = 8, rate: int = 8000, spread: float = 1.0
) -> LoadedModel:
    info = ModelInfo(
        name="random",
        architecture=describe(config),
        sample_rate=getattr(config, "sample_rate", rate),
        window=config.window,
        tags=tuple(Tag(f"tag {i}", "mood", 0.5) for i in range(tags)),
        licence="",
        provenance="",
        quality={},
        card="",
    )
    return LoadedModel(info, "random", calibrated(config, windows, tags, spread=spread))


SMALL_MUSICNN = MusicnnConfig(
    window=8000,
    vertical=((6, 40, 3), (6, 20, 3)),
    horizontal=((4, 9),),
    block_filters=8,
    block_width=3,
    blocks=3,
    dense_units=16,
)
SMALL_DIELEMAN = DielemanConfig(
    input="raw", length=256, stride=128, channels=16, window=4096, sample_rate=8000, fft=256, dense_units=20
)
SMALL_AGGREGATE = AggregateConfig(
    sources=(SMALL, SampleCNNConfig(4, 4, 8, ((4, 8), (2, 8), (4, 12)), last_filters=12)),
    window=5000,
    hidden_units=(24, 20),
)
FAMILIES: dict[str, Config] = {
    "samplecnn": SMALL,
    "samplecnn without norm": replace(SMALL, batch_norm=False),
    "framemel": FrameMelConfig(
        length=81, hop=27, modules=((3, 16), (3, 16), (3, 24), (3, 24)), last_filters=24, fft=243, bands=20
    ),
    "dieleman on spectrograms": replace(SMALL_DIELEMAN, input="mel"),
    "dieleman": SMALL_DIELEMAN,
    "dieleman with logarithms": replace(SMALL_DIELEMAN, nonlinearity="log-magnitude"),
    "dieleman with pools": replace(SMALL_DIELEMAN, nonlinearity="none", pooling="l2", pool=4),
    "aggregate": SMALL_AGGREGATE,
    "aggregate of one layer": replace(SMALL_AGGREGATE, sources=(SMALL,), levels=(-2,)),
    "musicnn": SMALL_MUSICNN,
    "fcn": FCNConfig(window=8000, layers=((8, 4, 4), (8, 4, 4), (8, 6, 2))),
    "crnn": CRNNConfig(
        window=8000, layers=((8, 4, 4), (8, 4, 2), (8, 6, 1)), recurrent_units=8, recurrent_layers=2
    ),
}
