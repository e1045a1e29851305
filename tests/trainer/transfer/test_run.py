"""A classifier learns from kept features and ends on top of the networks that heard them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.errors import Cancelled
from tagger_core.models.aggregate import Aggregate
from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tests.trainer.evaluation.prepared_data import RATE, prepared_data
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import evaluate
from trainer.recipes import Recipe
from trainer.training import loop
from trainer.training.run import Run, RunFolder, train
from trainer.training.run_folder import BEST, load_best
from trainer.transfer import run as module
from trainer.transfer.features import Source, features
from trainer.transfer.head import FeatureValidation
from trainer.transfer.run import TransferRun, train_transfer

SMALL = SampleCNNConfig(4, 4, 8, ((5, 8), (5, 12), (5, 16)), last_filters=16)
LARGE = SampleCNNConfig(8, 8, 8, ((5, 8), (5, 12), (5, 16)), last_filters=16)
RECIPE = Recipe(batch=8, rate=0.003, optimiser="adamw", schedule="constant", rounds=4)
JOINED = TransferRun(
    "joined",
    "tones",
    RATE,
    AggregateConfig(sources=(SMALL, LARGE), window=4000, hidden_units=(32, 24), levels=(-2, -1), dropout=0.0),
    replace(RECIPE, rounds=30, rate=0.01),
    ("small", "large"),
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Whether checkpoints survive a loss of power is tried elsewhere.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared_data(tmp_path_factory.mktemp("tones") / "data", clips=64)


@pytest.fixture(scope="module")
def sources(tones: Prepared, tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    folder = tmp_path_factory.mktemp("sources")
    return [
        train(Run(name, "tones", RATE, config, RECIPE), tones, folder / name, device="cpu")
        for name, config in (("small", SMALL), ("large", LARGE))
    ]


def taught(tones: Prepared, sources: list[RunFolder], folder: Path, **options: object) -> RunFolder:
    kept = folder.parent / "features"
    return train_transfer(JOINED, tones, folder, sources, kept, device="cpu", **options)  # type: ignore[arg-type]


def test_the_whole_network_answers_as_the_classifier_does_on_kept_features(tones, sources, tmp_path):
    trained = taught(tones, sources, tmp_path / "run")
    network = trained.best()
    assert isinstance(network, Aggregate)
    heard = [Source(f"{place}", source.run.config, source.best()) for place, source in enumerate(sources)]
    found = torch.from_numpy(features(heard, (-2, -1), tones, tmp_path / "anew"))
    waves = torch.from_numpy(tones.audio.astype(np.float32) / 32768)
    with torch.inference_mode():
        np.testing.assert_allclose(network(waves), network.classifier(found), atol=1e-4)


def test_it_learns_and_is_measured_as_any_run(tones, sources, tmp_path):
    trained = taught(tones, sources, tmp_path / "run")
    assert trained.finished
    assert trained.metrics()[-1]["validation_roc_auc"] > 0.9
    assert evaluate(trained, tones, device="cpu").measures["roc_auc"].value > 0.9


def test_the_best_weights_are_put_on_top_and_not_the_last(tones, sources, tmp_path):
    run = replace(JOINED, recipe=replace(RECIPE, rounds=6, rate=1.0))
    kept = tmp_path / "features"
    trained = train_transfer(run, tones, tmp_path / "run", sources, kept, device="cpu")
    summary = trained.summary()
    assert summary["best_round"] < summary["rounds"]
    heard = [Source(f"{place}", source.run.config, source.best()) for place, source in enumerate(sources)]
    rows = tones.rows("validation")
    found = features(heard, (-2, -1), tones, tmp_path / "anew")[rows]
    judged = FeatureValidation(found, tones.labels[rows], "tags", torch.device("cpu"))
    network = trained.best()
    assert isinstance(network, Aggregate)
    assert judged(network.classifier)["loss"] == pytest.approx(summary["best"]["loss"], rel=1e-4)


def test_the_sources_stay_as_they_were(tones, sources, tmp_path):
    weights = load_best(taught(tones, sources, tmp_path / "run").path)
    for place, source in enumerate(sources):
        for name, tensor in load_best(source.path).items():
            if not name.startswith("dense."):
                assert torch.equal(weights[f"sources.{place}.{name}"], tensor)


def test_a_stop_changes_nothing(tones, sources, tmp_path):
    whole = taught(tones, sources, tmp_path / "whole" / "run")
    asked = iter([False] * 15)
    with pytest.raises(Cancelled):
        taught(tones, sources, tmp_path / "part" / "run", cancelled=lambda: next(asked, True))
    resumed = taught(tones, sources, tmp_path / "part" / "run")
    assert (resumed.path / BEST).read_bytes() == (whole.path / BEST).read_bytes()


def test_a_kill_before_the_network_is_whole_is_made_good(tones, sources, tmp_path, monkeypatch):
    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "save_best", killed)
        with pytest.raises(KeyboardInterrupt):
            taught(tones, sources, tmp_path / "run")
    with pytest.raises(RunError, match="the weights are not those of the network"):
        RunFolder(tmp_path / "run").best()
    taught(tones, sources, tmp_path / "run").best()


def test_a_finished_run_is_left_as_it_is(tones, sources, tmp_path):
    trained = taught(tones, sources, tmp_path / "run")
    before = (trained.path / BEST).stat()
    assert (taught(tones, sources, tmp_path / "run").path / BEST).stat().st_mtime_ns == before.st_mtime_ns


def test_a_device_that_is_too_small_is_told(tones, sources, tmp_path, monkeypatch):
    def full(*args: object, **options: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(loop, "fit", full)
    with pytest.raises(RunError, match="not enough memory"):
        taught(tones, sources, tmp_path / "run")


def test_other_networks_than_the_runs_are_refused(tones, sources, tmp_path):
    with pytest.raises(RunError, match="not those of joined"):
        taught(tones, sources[::-1], tmp_path / "run")


def test_a_folder_of_other_weights_is_refused(tones, sources, tmp_path):
    taught(tones, sources, tmp_path / "run")
    quick = replace(sources[0].run, recipe=replace(RECIPE, rounds=1))
    again = train(quick, tones, tmp_path / "small", 7, device="cpu")
    with pytest.raises(RunError, match="weights"):
        taught(tones, [again, sources[1]], tmp_path / "run")


def test_genres_are_told_apart_by_the_highest_score(tmp_path):
    tags = (("low", "genre"), ("high", "genre"))
    genres = prepared_data(tmp_path / "data", clips=16, task="genre", tags=tags)
    source = train(Run("small", "tones", RATE, SMALL, RECIPE), genres, tmp_path / "small", device="cpu")
    config = AggregateConfig(sources=(SMALL,), window=4000, hidden_units=(16, 16))
    run = TransferRun("genres", "tones", RATE, config, RECIPE, ("small",))
    trained = train_transfer(run, genres, tmp_path / "run", [source], tmp_path / "features", device="cpu")
    assert 0 <= trained.metrics()[-1]["validation_accuracy"] <= 1
    assert "accuracy" in evaluate(trained, genres, device="cpu").measures


def test_a_run_that_names_as_many_sources_as_it_joins_is_one():
    with pytest.raises(RunError, match="does not put 1 networks together"):
        replace(JOINED, sources=("small",))
    with pytest.raises(RunError, match="does not put"):
        TransferRun("x", "tones", RATE, SMALL, RECIPE, ("small",))
