"""Teachers that say something at random, for commands that ask them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.distil import panel
from trainer.distil.panel import Voice


@pytest.fixture
def guessing_teachers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of teachers whose answers are drawn, the same each time."""

    def heard(
        _: Path, voices: tuple[Voice, ...], windows: np.ndarray, *__: object, **___: object
    ) -> list[tuple[Voice, np.ndarray]]:
        return [(voice, np.random.default_rng(2).normal(-2, 1, (len(windows), 50))) for voice in voices]

    weights = tmp_path / "weights"
    weights.mkdir()
    for dataset, network in panel.PUBLISHED:
        (weights / f"{dataset}-{network}.pth").touch()
    monkeypatch.setattr(panel, "heard", heard)
    return weights
