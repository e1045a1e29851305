"""A run that takes seconds: a network of a few filters, clips of half a second, a recipe of a few rounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tests.trainer.evaluation.prepared_data import RATE
from trainer.recipes import RECIPES, Recipe
from trainer.training.run import Run

NETWORK = SampleCNNConfig(4, 4, 8, ((3, 8), (3, 8), (3, 16), (3, 16)), 16, 0.0)
BATCH = 7
"""No number of windows here is a multiple of it, and two processes cannot share it equally."""

SHORT = replace(RECIPES["lee2017"], batch=BATCH, rounds=3)


def run(recipe: Recipe = SHORT, **network: Any) -> Run:
    return Run("tiny", "tones", RATE, replace(NETWORK, **network), recipe)
