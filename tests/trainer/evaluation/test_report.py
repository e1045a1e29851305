"""An evaluation says what the scores are worth, and comes back from its file as it was."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.evaluation.prepared_data import prepared_data
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.metrics import pr_auc, roc_auc
from trainer.evaluation.report import ClipScores, measured, read_json, write_json, write_table


def noisy_scores(prepared: Prepared, seed: int = 0) -> ClipScores:
    """Scores that know the labels, more or less."""
    random = np.random.default_rng(seed)
    validation, test = (
        np.clip(0.3 * labels + 0.7 * random.random(labels.shape), 0, 1).astype(np.float32)
        for labels in (prepared.labels[prepared.rows(split)] for split in ("validation", "test"))
    )
    return ClipScores(validation, test, test if prepared.task == "genre" else None)


def test_thresholds_are_of_validation_and_all_else_of_the_test(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 80)
    scores = noisy_scores(prepared)
    found = measured(prepared, scores)
    truth = prepared.labels[prepared.rows("test")]
    assert [tag.roc_auc.value for tag in found.tags] == pytest.approx(roc_auc(scores.test, truth))
    assert [tag.pr_auc.value for tag in found.tags] == pytest.approx(pr_auc(scores.test, truth))
    assert found.measures["roc_auc"].value == pytest.approx(roc_auc(scores.test, truth).mean())
    assert list(found.measures) == ["roc_auc", "pr_auc"]
    assert found.sizes == {"train": 40, "validation": 20, "test": 20}
    assert [tag.test_clips for tag in found.tags] == truth.sum(axis=0).tolist()
    assert found.reliability.count.sum() == truth.size
    other = measured(prepared, ClipScores(scores.validation, 1 - scores.test))
    assert [tag.threshold for tag in other.tags] == [tag.threshold for tag in found.tags]
    turned = measured(prepared, ClipScores(scores.validation / 2, scores.test))
    assert [tag.threshold for tag in turned.tags] == pytest.approx([tag.threshold / 2 for tag in found.tags])
    assert turned.measures == found.measures


def test_genres_have_an_accuracy_first(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 80, task="genre")
    scores = noisy_scores(prepared)
    found = measured(prepared, scores)
    assert next(iter(found.measures)) == "accuracy"
    truth = prepared.labels[prepared.rows("test")]
    right = np.mean(scores.test.argmax(axis=1) == truth.argmax(axis=1))
    assert found.measures["accuracy"].value == pytest.approx(right)


def test_an_evaluation_comes_back_as_it_was(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path / "data", 80)
    prepared.labels[:, 1] = False  # one tag has no area
    found = measured(prepared, noisy_scores(prepared), weights="abc", command="earmark-train evaluate x")
    write_json(found, tmp_path / "test.json")
    again = read_json(tmp_path / "test.json")
    assert again.kept
    assert not found.kept
    assert repr(again.tags) == repr(found.tags)
    assert "nan" in repr(again.tags)
    assert again.measures == found.measures
    assert (again.checksum, again.sizes, again.weights, again.command) == (
        prepared.checksum,
        {"train": 40, "validation": 20, "test": 20},
        "abc",
        "earmark-train evaluate x",
    )
    np.testing.assert_array_equal(again.reliability.share, found.reliability.share)
    write_json(again, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "test.json").read_bytes()


def test_the_table_has_a_row_a_tag(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path / "data", 80)
    prepared.labels[:, 1] = False
    found = measured(prepared, noisy_scores(prepared))
    write_table(found, tmp_path / "test.csv")
    with (tmp_path / "test.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["low", "high", "loud"]
    assert float(rows[0]["roc_auc_low"]) == pytest.approx(found.tags[0].roc_auc.low, abs=1e-6)
    assert rows[1]["roc_auc"] == ""
    assert rows[1]["test_clips"] == "0"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 9}', '{"format": 1, "tags": [{}]}', "null"])
def test_a_damaged_evaluation_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "test.json"
    path.write_text(content)
    with pytest.raises(RunError, match="remove the file") as told:
        read_json(path)
    assert told.value.path == path


def test_nothing_to_measure_is_null_and_no_error(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path / "data", 8, splits=("train",))
    found = measured(prepared, noisy_scores(prepared))
    assert all(math.isnan(value.value) for value in found.measures.values())
    write_json(found, tmp_path / "test.json")
    assert json.loads((tmp_path / "test.json").read_text())["measures"]["roc_auc"]["value"] is None
    assert [tag.threshold for tag in found.tags] == [0.5, 0.5, 0.5]
