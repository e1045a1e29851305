"""Trains in a process of its own: python -m tests.trainer.training.child DATA FOLDER RECIPE."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from tests.trainer.training.tiny import run
from trainer.data.prepared import Prepared
from trainer.recipes import Recipe
from trainer.training.run import train

if __name__ == "__main__":
    data, folder, recipe = sys.argv[1:]
    torch.set_num_threads(1)
    train(
        run(Recipe.from_json(json.loads(recipe))),
        Prepared.open(Path(data)),
        Path(folder),
        seed=5,
        device="cpu",
    )
