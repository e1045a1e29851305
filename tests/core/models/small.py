"""A small model for the tests of files and shelves."""

from pathlib import Path
from typing import Any

import torch

from tagger_core.models.architectures import build, describe
from tagger_core.models.model_file import ModelInfo, Tag, save
from tagger_core.models.samplecnn_configs import SampleCNNConfig

SMALL = SampleCNNConfig(2, 2, 2, ((2, 2), (2, 3)), last_filters=3)
TAGS = (Tag("piano", "instrument", 0.4), Tag("Björk-ish 🎻", "voice", 0.0), Tag("80s", "era", 1.0))


def small_info(**changes: Any) -> ModelInfo:
    values: dict[str, Any] = {
        "name": "small",
        "architecture": describe(SMALL),
        "sample_rate": 8000,
        "window": SMALL.window,
        "tags": TAGS,
        "licence": "MIT",
        "provenance": "made for a test",
        "quality": {"roc_auc": 0.5, "data": "none"},
        "card": "# Small\n\nKnows nothing.",
    }
    return ModelInfo(**{**values, **changes})


def small_weights(seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    network = build(describe(SMALL), len(TAGS))
    # Statistics and scales as after training, not as at birth.
    network(torch.randn(8, SMALL.window))
    return network.state_dict()


def write_small(path: Path, *, seed: int = 0, **changes: Any) -> Path:
    save(path, small_info(**changes), small_weights(seed))
    return path
