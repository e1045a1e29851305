"""A small network, trained on small prepared data as any other run."""

from __future__ import annotations

from pathlib import Path

from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.data.prepared import Prepared
from trainer.recipes import Recipe
from trainer.training.run import Run, RunFolder, train

CONFIG = SampleCNNConfig(4, 4, 8, ((4, 8), (4, 12), (4, 12)), last_filters=16, dropout=0.1)
"""Hears 256 samples."""

RECIPE = Recipe(batch=24, rate=0.05, rounds=3, schedule="cosine")


def trained(folder: Path, prepared: Prepared, *, name: str = "small", seed: int = 0) -> RunFolder:
    """Train the small network for three rounds."""
    run = Run(name, prepared.name, prepared.sample_rate, CONFIG, RECIPE)
    return train(run, prepared, folder, seed, device="cpu")
