"""Architectures as data: JSON -> configuration -> network, with nothing believed that is not checked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from tagger_core.models.checks import brief, integer, keys, refuse
from tagger_core.models.mel_configs import CRNNConfig, FCNConfig, MusicnnConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig

if TYPE_CHECKING:
    from tagger_core.models.network import TaggingNetwork

Config = SampleCNNConfig | FCNConfig | CRNNConfig | MusicnnConfig

FAMILIES: dict[str, type[Config]] = {
    "samplecnn": SampleCNNConfig,
    "fcn": FCNConfig,
    "crnn": CRNNConfig,
    "musicnn": MusicnnConfig,
}

MOST_TAGS = 4096


def describe(config: Config) -> dict[str, Any]:
    """Return a configuration as JSON: `family` and every field, tuples as lists."""
    family = next(name for name, kind in FAMILIES.items() if type(config) is kind)
    fields = {
        name: [list(row) for row in value] if isinstance(value, tuple) else value
        for name, value in dataclasses.asdict(config).items()
    }
    return {"family": family, **fields}


def parse(architecture: object) -> Config:
    """Return the configuration that `describe` made, checked; needs no torch.

    Raises:
        ModelError: the family is unknown, a key is missing or unknown, a value has the wrong type or range.
    """
    if not isinstance(architecture, dict):
        raise refuse(f"architecture is {brief(architecture)}, not an object")
    family = architecture.get("family")
    kind = FAMILIES.get(family) if isinstance(family, str) else None
    if kind is None:
        raise refuse(f"architecture has the unknown family {brief(family)}")
    expected = frozenset(field.name for field in dataclasses.fields(kind))
    values = keys("architecture", architecture, expected | {"family"})
    return kind(**{name: values[name] for name in expected})


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
