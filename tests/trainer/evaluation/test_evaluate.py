"""The test split is read once, of a finished run, on the data that it was trained on."""

from __future__ import annotations

import csv
import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.evaluation.prepared_data import TAGS, prepared_data
from tests.trainer.evaluation.trained import trained
from trainer.data.prepared import DESCRIPTION, EXTENT, Prepared
from trainer.errors import DataError, RunError
from trainer.evaluation import evaluate as module
from trainer.evaluation.calibration import thresholds
from trainer.evaluation.evaluate import SCORES, TABLE, TEST, evaluate
from trainer.evaluation.metrics import macro, roc_auc
from trainer.evaluation.scores import clip_scores
from trainer.training.run import RunFolder
from trainer.training.run_folder import BEST, FINISHED
from trainer.training.run_folder import DESCRIPTION as RUN


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared_data(tmp_path_factory.mktemp("data"), 120, lengths=(1100, 900))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, data: Prepared) -> Path:
    return trained(tmp_path_factory.mktemp("runs") / "small", data).path


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> RunFolder:
    """A finished run whose test was not read yet."""
    return RunFolder(Path(shutil.copytree(ready, tmp_path / "run")))


def test_numbers_are_those_of_the_best_weights_on_the_test_split(folder: RunFolder, data: Prepared) -> None:
    found = evaluate(folder, data, command="earmark-train evaluate run")
    rows = data.rows("test")
    scores = clip_scores(folder.best(), data, rows)
    assert found.measures["roc_auc"].value == pytest.approx(macro(roc_auc(scores, data.labels[rows])))
    assert found.measures["roc_auc"].value > 0.8  # low and high tones are easily told apart
    validation = data.rows("validation")
    limits = thresholds(clip_scores(folder.best(), data, validation), data.labels[validation])
    assert [tag.threshold for tag in found.tags] == pytest.approx(limits)
    told = json.loads((folder.path / TEST).read_text())
    assert told["checksum"] == data.checksum
    assert told["sizes"] == {"train": 60, "validation": 30, "test": 30}
    assert told["command"] == "earmark-train evaluate run"
    with (folder.path / TABLE).open(newline="") as stream:
        assert [row["name"] for row in csv.DictReader(stream)] == [name for name, _ in TAGS]


def test_a_second_call_reads_what_was_kept_and_says_so(
    folder: RunFolder, data: Prepared, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = evaluate(folder, data)
    monkeypatch.setattr(module, "clip_scores", _never)
    with caplog.at_level(logging.INFO, "trainer"):
        second = evaluate(folder, data)
    assert second.kept
    assert second.measures == first.measures
    assert "read before" in caplog.text


def test_scores_that_were_kept_before_a_kill_are_not_computed_again(
    folder: RunFolder, data: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = evaluate(folder, data)
    (folder.path / TEST).unlink()
    monkeypatch.setattr(module, "clip_scores", _never)
    again = evaluate(folder, data)
    assert not again.kept
    assert again.measures == first.measures
    with np.load(folder.path / SCORES, allow_pickle=False) as kept:
        assert kept["test"].shape == (30, 3)
        assert kept["test_keys"].tolist() == [data.keys[row] for row in data.rows("test")]


def _never(*_arguments: object, **_options: object) -> None:
    raise AssertionError("the test split was scored again")


def test_other_weights_may_not_look_at_the_test_again(folder: RunFolder, data: Prepared) -> None:
    evaluate(folder, data)
    shutil.copy(trained(folder.path.parent / "other", data, seed=1).path / BEST, folder.path / BEST)
    for kept in (TEST, SCORES):
        with pytest.raises(RunError, match="read before with other weights"):
            evaluate(folder, data)
        (folder.path / kept).unlink()


def test_an_unfinished_run_is_not_tested(folder: RunFolder, data: Prepared) -> None:
    (folder.path / FINISHED).unlink()
    with pytest.raises(RunError, match="not finished"):
        evaluate(folder, data)
    assert not (folder.path / SCORES).exists()


def _swap(folder: Path) -> None:
    """Train is test, and test is train."""
    lines = (folder / "clips.csv").read_text().replace(",train,", ",TEST,").replace(",test,", ",train,")
    (folder / "clips.csv").write_text(lines.replace(",TEST,", ",test,"))


def _drop_column(folder: Path) -> None:
    """The first tag is gone."""
    told = json.loads((folder / DESCRIPTION).read_text())
    told["tags"] = told["tags"][1:]
    (folder / DESCRIPTION).write_text(json.dumps(told))
    with (folder / "clips.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "clips.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        for row in rows:
            labels = [int(label) - 1 for label in row["labels"].split() if label != "0"]
            writer.writerow({**row, "labels": " ".join(map(str, labels))})


def _shuffle_labels(folder: Path) -> None:
    """Every clip has the labels of the next."""
    with (folder / "clips.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "clips.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        for row, following in zip(rows, rows[1:] + rows[:1], strict=True):
            writer.writerow({**row, "labels": following["labels"]})


@pytest.mark.parametrize(
    ("mutate", "told"),
    [(_swap, "split and labels"), (_drop_column, "tags"), (_shuffle_labels, "split and labels")],
)
def test_changed_data_are_caught(
    folder: RunFolder, data: Prepared, tmp_path: Path, mutate: Callable[[Path], None], told: str
) -> None:
    copy = Path(shutil.copytree(data.folder, tmp_path / "data"))
    mutate(copy)
    with pytest.raises(DataError, match="not those of the description"):
        Prepared.open(copy)
    # Whoever makes the description agree is caught by the run.
    description = json.loads((copy / DESCRIPTION).read_text())
    description["checksum"] = _checksum(copy)
    (copy / DESCRIPTION).write_text(json.dumps(description))
    with pytest.raises(DataError, match=f"differ in their {told}"):
        evaluate(folder, Prepared.open(copy))
    assert not (folder.path / SCORES).exists()


def _checksum(folder: Path) -> str:
    from trainer.data.catalogue import checksum

    tags = tuple((name, kind) for name, kind in json.loads((folder / DESCRIPTION).read_text())["tags"])
    with (folder / "clips.csv").open(newline="") as stream:
        rows = [
            (row["split"], row["key"], tuple(map(int, row["labels"].split())))
            for row in csv.DictReader(stream)
        ]
    return checksum(tags, rows)  # type: ignore[arg-type]  # text from a file


def test_another_sample_rate_is_caught(folder: RunFolder, data: Prepared) -> None:
    with pytest.raises(DataError, match="sample rate: 16000, not 8000"):
        evaluate(folder, replace(data, sample_rate=16000))


def test_other_seconds_of_the_clips_are_caught(folder: RunFolder, data: Prepared) -> None:
    for change, told in (
        ({"audio": data.audio[:, :1000]}, "length: 1000, not 1100"),
        ({"place": "middle"}, "place in the songs: middle, not start"),
        ({"samples": data.samples // 2}, "lengths: "),
    ):
        with pytest.raises(DataError, match=f"differ in their {told}"):
            evaluate(folder, replace(data, **change))


def test_a_run_and_data_that_do_not_tell_their_seconds_are_evaluated(
    folder: RunFolder, data: Prepared
) -> None:
    told = json.loads((folder.path / RUN).read_text("utf-8"))
    (folder.path / RUN).write_text(json.dumps({k: v for k, v in told.items() if k not in EXTENT}), "utf-8")
    assert evaluate(RunFolder(folder.path), replace(data, place="")).checksum == data.checksum


def test_damaged_scores_are_told(folder: RunFolder, data: Prepared) -> None:
    (folder.path / SCORES).write_bytes(b"no scores")
    with pytest.raises(RunError, match="remove the file"):
        evaluate(folder, data)


def test_genres_are_measured_by_their_choice_and_thresholds_by_the_apps_scores(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 80, lengths=(600,), task="genre")
    folder = trained(tmp_path / "run", data)
    found = evaluate(folder, data)
    rows = data.rows("test")
    shares = clip_scores(folder.best(), data, rows)
    right = np.mean(shares.argmax(axis=1) == data.labels[rows].argmax(axis=1))
    assert found.measures["accuracy"].value == pytest.approx(right)
    validation = data.rows("validation")
    alone = clip_scores(folder.best(), data, validation, activation="sigmoid")
    assert [tag.threshold for tag in found.tags] == pytest.approx(thresholds(alone, data.labels[validation]))
    with np.load(folder.path / SCORES, allow_pickle=False) as kept:
        assert kept["genre"].sum(axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-5)
