"""Every family that can stand in a model file is heard through the engine as the plain network hears."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution, choose
from tagger_core.inference.pipeline import layouts
from tagger_core.models import model_file
from tagger_core.settings import Settings
from tests.core.inference.networks import FAMILIES, loaded, noise


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_file_is_heard_as_the_network_was(family: str, tmp_path: Path) -> None:
    config = FAMILIES[family]
    made = loaded(config, noise(4, config.window), tags=5)
    model_file.save(tmp_path / "model.safetensors", made.info, made.network.state_dict())
    model = model_file.load(tmp_path / "model.safetensors")
    windows = noise(3, config.window, seed=1)
    with torch.inference_mode():
        logits, embedding = made.network.embed(windows)
    for layout in layouts(model.network, "cpu"):
        scores, embeddings = Engine(model, Execution("cpu", "fp32", layout, 2)).run(windows.numpy())
        np.testing.assert_allclose(scores, torch.sigmoid(logits), atol=1e-4)
        np.testing.assert_allclose(embeddings, embedding, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_bfloat16_is_near(family: str) -> None:
    config = FAMILIES[family]
    # Random weights pass rounding errors on that a trained network hears past.
    model = loaded(config, noise(4, config.window), tags=5, spread=0.2)
    windows = noise(3, config.window, seed=1)
    with torch.inference_mode():
        expected = torch.sigmoid(model.network(windows)).numpy()
    for layout in layouts(model.network, "cpu"):
        scores, _ = Engine(model, Execution("cpu", "bf16", layout, 2)).run(windows.numpy())
        assert np.abs(scores - expected).mean() < 0.02


@pytest.mark.parametrize("family", FAMILIES)
def test_a_way_to_compute_it_is_found(family: str, tmp_path: Path) -> None:
    config = FAMILIES[family]
    model = loaded(config, noise(4, config.window), tags=5)
    chosen = choose(model, Settings(device="cpu"), tmp_path / "tuning.json")
    assert chosen.layout in layouts(model.network, "cpu")
    assert Engine(model, chosen).run(noise(1, config.window).numpy())[0].shape == (1, 5)
