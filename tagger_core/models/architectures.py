"""Architectures as data: JSON -> configuration -> network, with nothing believed that is not checked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.checks import brief, fields, integer, refuse
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.mel_configs import CRNNConfig, FCNConfig, MusicnnConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig

if TYPE_CHECKING:
    from tagger_core.models.network import TaggingNetwork

Config = (
    SampleCNNConfig
    | FrameMelConfig
    | DielemanConfig
    | AggregateConfig
    | FCNConfig
    | CRNNConfig
    | MusicnnConfig
)

FAMILIES: dict[str, type[Config]] = {
    "samplecnn": SampleCNNConfig,
    "framemel": FrameMelConfig,
    "dieleman": DielemanConfig,
    "aggregate": AggregateConfig,
    "fcn": FCNConfig,
    "crnn": CRNNConfig,
    "musicnn": MusicnnConfig,
}

MOST_TAGS = 4096


def describe(config: Config) -> dict[str, Any]:
    """Return a configuration as JSON: `family` and every field, tuples as lists."""
    family = next(name for name, kind in FAMILIES.items() if type(config) is kind)
    return {"family": family, **_plain(dataclasses.asdict(config))}


def _plain(value: Any) -> Any:
    """Return tuples as lists, however deep they lie."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def parse(architecture: object) -> Config:
    """Return the configuration that `describe` made, checked; needs no torch.

    A field with a default may be absent, so that files stay readable when a family gets a new field.

    Raises:
        ModelError: the family is unknown, a key is missing or unknown, a value has the wrong type or range.
    """
    if not isinstance(architecture, dict):
        raise refuse(f"architecture is {brief(architecture)}, not an object")
    family = architecture.get("family")
    kind = FAMILIES.get(family) if isinstance(family, str) else None
    if kind is None:
        raise refuse(f"architecture has the unknown family {brief(family)}")
    values = fields("architecture", architecture, kind, "family")
    return kind(**{name: value for name, value in values.items() if name != "family"})


def build(architecture: dict[str, Any], tags: int) -> TaggingNetwork:
    """Return a network with fresh weights, in training mode, on torch's current default device.

    Args:
        architecture: as `describe` returns it.
        tags: number of outputs.

    Raises:
        ModelError: as `parse`; or the number of tags is out of range.
    """
    config = parse(architecture)
    integer("the number of tags", tags, 1, MOST_TAGS)
    from tagger_core.models.networks import construct  # noqa: PLC0415 - torch is imported late

    return construct(config, tags)
