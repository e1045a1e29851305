"""Training a run on prepared data, and the folder that it leaves."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from filelock import FileLock

from tagger_core.models.dieleman_configs import DielemanConfig
from tests.trainer.evaluation.prepared_data import RATE, prepared_data
from tests.trainer.training.tiny import SHORT, run
from trainer.data.prepared import EXTENT, Prepared
from trainer.errors import RunError
from trainer.evaluation.metrics import macro, roc_auc
from trainer.evaluation.scores import clip_scores
from trainer.recipes import RECIPES
from trainer.training import run as module
from trainer.training.batches import Batches
from trainer.training.run import Run, RunFolder, new_network, train
from trainer.training.run_folder import DESCRIPTION, LOCK, METRICS, Metrics

LEARNING = dataclasses.replace(SHORT, batch=12, rate=0.03, rounds=6)


@pytest.fixture(scope="module")
def trained(tones: Prepared, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return train(run(), tones, tmp_path_factory.mktemp("run") / "tiny", 5, device="cpu", board=True)


def curve(folder: RunFolder) -> list[dict[str, float]]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in folder.metrics()]


def auc_after_learning(data: Prepared, folder: Path) -> float:
    rows = train(run(LEARNING), data, folder, device="cpu").metrics()
    return max(row["validation_roc_auc"] for row in rows)


def test_what_can_be_heard_is_learned_and_shuffled_labels_are_not(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 160, lengths=(1000,))
    assert auc_after_learning(data, tmp_path / "sound") > 0.9
    labels = data.labels.copy()
    rows = data.rows("train")
    labels[rows] = np.random.default_rng(1).permutation(labels[rows])
    shuffled = dataclasses.replace(data, labels=labels)
    last = train(run(LEARNING), shuffled, tmp_path / "shuffled", device="cpu").metrics()[-1]
    assert 0.25 < last["validation_roc_auc"] < 0.75


def test_a_folder_says_all_that_decides_the_outcome(trained: RunFolder, tones: Prepared) -> None:
    again = RunFolder(trained.path)
    assert (again.run, again.seed, again.checksum) == (run(), 5, tones.checksum)
    assert (again.task, again.tags, again.finished) == ("tags", tones.tags, True)
    (start,) = json.loads((trained.path / "environment.json").read_text())["starts"]
    assert start["torch"] == torch.__version__
    assert again.summary()["rounds"] == 3
    assert list((trained.path / "tensorboard").iterdir())


def test_the_best_weights_score_as_the_validation_said(trained: RunFolder, tones: Prepared) -> None:
    rows = tones.rows("validation")
    scores = clip_scores(trained.best(), tones, rows)
    best = min(trained.metrics(), key=lambda row: row["validation_loss"])
    assert macro(roc_auc(scores, tones.labels[rows])) == pytest.approx(best["validation_roc_auc"])
    assert trained.summary()["best"]["loss"] == best["validation_loss"]


SPECTRAL = Run(
    "spectral",
    "tones",
    RATE,
    DielemanConfig(
        input="mel",
        length=256,
        stride=128,
        channels=16,
        layers=((4, 4, 2), (4, 4, 2)),
        window=2048,
        sample_rate=RATE,
        fft=256,
    ),
    SHORT,
)


def test_silence_that_cannot_be_standardised_is_told(tones: Prepared, tmp_path: Path) -> None:
    silent = dataclasses.replace(tones, audio=np.zeros_like(tones.audio))
    with pytest.raises(RunError, match="does not vary"):
        train(SPECTRAL, silent, tmp_path / "run", device="cpu")


def test_processes_standardise_spectrograms_alike(tones: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MEASURED", 2 * SHORT.batch)

    def measured(rank: int, ranks: int) -> tuple[float, float]:
        batches = Batches(tones, tones.rows("train"), 2048, batch=SHORT.batch, rank=rank, ranks=ranks)
        front = new_network(SPECTRAL, batches, 3, 0).front
        return float(front.mean), float(front.deviation)

    assert measured(0, 2) == measured(1, 2) == measured(0, 1)
    assert measured(0, 1) != (0.0, 1.0)


def test_the_test_split_is_never_read(trained: RunFolder, tones: Prepared, tmp_path: Path) -> None:
    audio, labels, rows = tones.audio.copy(), tones.labels.copy(), tones.rows("test")
    audio[rows], labels[rows] = 7, True
    other = dataclasses.replace(tones, audio=audio, labels=labels)
    assert curve(train(run(), other, tmp_path / "run", 5, device="cpu")) == curve(trained)


def test_genres_are_learned_with_one_right_answer_each(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 40, lengths=(1000,), task="genre")
    (*_, last) = train(run(), data, tmp_path / "run", device="cpu").metrics()
    assert 0 <= last["validation_accuracy"] <= 1
    assert last["train_loss"] < np.log(3) * 1.5


def test_a_finished_run_is_left_as_it_is(trained: RunFolder, tones: Prepared) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.path.glob("*.pt")}
    train(run(), tones, trained.path, 5, device="cpu")
    assert {path: path.stat().st_mtime_ns for path in trained.path.glob("*.pt")} == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 6}, "seed 5, not 6"),
        ({"recipe": dataclasses.replace(SHORT, rate=0.5)}, r"recipe rate 0\.01, not 0\.5"),
        ({"checksum": "0" * 64}, "checksum .* not 0000"),
    ],
)
def test_a_folder_of_another_run_is_refused_in_words(
    change: dict[str, object], words: str, trained: RunFolder, tones: Prepared
) -> None:
    data = dataclasses.replace(tones, checksum=change.get("checksum", tones.checksum))
    with pytest.raises(RunError, match=words):
        train(run(change.get("recipe", SHORT)), data, trained.path, change.get("seed", 5), device="cpu")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"audio": np.zeros((40, 5000), np.int16)}, "slot 4000, not 5000"),
        ({"place": "middle"}, "place start, not middle"),
        ({"samples": np.full(40, 3000)}, "spans .*, not "),
    ],
)
def test_other_seconds_of_the_same_clips_are_refused_but_for_a_run_that_does_not_tell_them(
    change: dict[str, Any], words: str, trained: RunFolder, tones: Prepared, tmp_path: Path
) -> None:
    other = dataclasses.replace(tones, **change)
    with pytest.raises(RunError, match=f"holds a run with {words}"):
        train(run(), other, trained.path, 5, device="cpu")
    old = Path(shutil.copytree(trained.path, tmp_path / "old"))
    told = json.loads((old / DESCRIPTION).read_text("utf-8"))
    (old / DESCRIPTION).write_text(json.dumps({k: v for k, v in told.items() if k not in EXTENT}), "utf-8")
    assert train(run(), other, old, 5, device="cpu").extent == {}


def test_a_folder_of_something_else_is_refused(tones: Prepared, tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(RunError, match=r"holds no run: holiday\.jpg"):
        train(run(), tones, tmp_path, device="cpu")


@pytest.mark.parametrize("name", [".run.json.123.tmp", ".last.pt.123.tmp"])
def test_what_a_kill_left_half_written_is_removed(name: str, tones: Prepared, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"{")
    assert train(run(), tones, tmp_path, device="cpu").finished
    assert not list(tmp_path.glob(".*.tmp"))


def test_two_processes_do_not_train_in_one_folder(tones: Prepared, tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK), pytest.raises(RunError, match="another process"):
        train(run(), tones, tmp_path, device="cpu")


def test_data_that_do_not_fit_are_refused(tones: Prepared, tmp_path: Path) -> None:
    for change, words in (({"name": "mtat-all"}, "wants tones"), ({"sample_rate": 9000}, "wants 8000 Hz")):
        with pytest.raises(RunError, match=words):
            train(run(), dataclasses.replace(tones, **change), tmp_path / "run", device="cpu")
    with pytest.raises(RunError, match="no device cuda:9"):
        train(run(), tones, tmp_path / "run", device="cuda:9")


def test_rounds_after_the_checkpoint_leave_the_learning_curve(trained: RunFolder, tmp_path: Path) -> None:
    whole = (trained.path / METRICS).read_text("utf-8")
    (tmp_path / METRICS).write_text(whole + "4,40,2", "utf-8")
    metrics = Metrics(tmp_path)
    metrics.truncate(2)
    assert (tmp_path / METRICS).read_text("utf-8").splitlines() == whole.splitlines()[:3]
    with pytest.raises(RunError, match="lacks rounds"):
        metrics.truncate(3)


@pytest.mark.parametrize("name", ["lee2017-code", "modern", "dieleman2014"])
def test_every_recipe_trains(name: str, tones: Prepared, tmp_path: Path) -> None:
    recipe = dataclasses.replace(RECIPES[name], batch=20, rounds=2, round_steps=4)
    rows = train(run(recipe, dropout=0.5), tones, tmp_path / "run", device="cpu").metrics()
    assert [row["step"] for row in rows] == [4, 8]
    assert all(np.isfinite(row["train_loss"]) for row in rows)
