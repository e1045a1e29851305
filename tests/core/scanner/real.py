"""A tagger with a model small enough for tests, made for real: model file, engine, decoder."""

from __future__ import annotations

from pathlib import Path

import torch

from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.inference.tagger import Tagger
from tagger_core.models import model_file
from tagger_core.models.architectures import build
from tests.core.scanner.fakes import tiny_info


def tiny_tagger(folder: Path) -> Tagger:
    """Return a tagger that hears windows of 8192 samples at 8 kHz."""
    path = folder / "tiny.safetensors"
    info = tiny_info()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build(info.architecture, len(info.tags))
    model_file.save(path, info, network.state_dict())
    return Tagger(Engine(model_file.load(path), Execution(micro_batch=64)))
