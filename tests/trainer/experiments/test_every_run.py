"""Every run of every table is built, trained, measured and exported, and scores in the app as it did here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.models import model_file
from tests.trainer.experiments.hurried import Hurried
from trainer.evaluation.evaluate import evaluate
from trainer.experiments.runs import RUNS
from trainer.experiments.tables import TABLES
from trainer.export import export


def test_every_run_of_every_table_is_there_and_none_besides():
    assert {run for table in TABLES.values() for run in table.runs} == set(RUNS)
    assert all(name == run.name for name, run in RUNS.items())


@pytest.mark.parametrize("name", RUNS)
def test_a_run_goes_all_the_way_into_the_app(name: str, workshop: Hurried, tmp_path: Path):
    run = workshop.run(name)
    prepared = workshop.prepared(run)
    trained = workshop.train(run, 0)
    found = evaluate(trained, prepared, device="cpu")
    assert found.checksum == prepared.checksum
    assert all(0 <= interval.value <= 1 for interval in found.measures.values())

    export(trained, prepared, tmp_path / "model.safetensors", device="cpu")
    model = model_file.load(tmp_path / "model.safetensors")
    windows = np.resize(prepared.audio[4], (1, run.config.window)).astype(np.float32) / 32768
    with torch.inference_mode():
        expected = torch.sigmoid(trained.best()(torch.from_numpy(windows))).numpy()
    scores, _ = Engine(model, Execution()).run(windows)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    assert model.info.window == RUNS[name].config.window
    assert model.info.sample_rate == RUNS[name].sample_rate
