"""The same networks with fewer filters, for tests and for machines without a GPU."""

from __future__ import annotations

from dataclasses import replace

from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.architectures import Config
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.errors import RunError


def scaled(config: Config, factor: float) -> Config:
    """Return a network with the same layers, windows and strides, and `factor` times the filters.

    The bands of a mel spectrogram stay as they are.

    Raises:
        RunError: the network's family is not one of the papers'.
    """
    if factor == 1:
        return config
    match config:
        case SampleCNNConfig():
            return config.scaled(factor)
        case FrameMelConfig():
            modules = tuple((width, _times(filters, factor)) for width, filters in config.modules)
            return replace(config, modules=modules, last_filters=_times(config.last_filters, factor))
        case DielemanConfig():
            layers = tuple((_times(filters, factor), width, pool) for filters, width, pool in config.layers)
            channels = config.pool * _times(config.channels // config.pool, factor)
            return replace(
                config,
                channels=channels if config.input == "raw" else config.channels,
                layers=layers,
                dense_units=_times(config.dense_units, factor),
            )
        case AggregateConfig():
            sources = tuple(source.scaled(factor) for source in config.sources)
            units = tuple(_times(count, factor) for count in config.hidden_units)
            return replace(config, sources=sources, hidden_units=units)
    raise RunError(f"a {type(config).__name__} cannot be scaled", remedy="leave --scale out")


def _times(number: int, factor: float) -> int:
    return max(1, round(number * factor))
