"""What a network is worth, as numbers: measured from scores of clips, kept as JSON and as a table."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagger_core.models.model_file import write_whole
from trainer.data.catalogue import SPLITS, Split, Task
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation import calibration
from trainer.evaluation.calibration import Reliability, reliability
from trainer.evaluation.metrics import Interval, accuracy, bootstrap

FORMAT = 1

_REMEDY = "remove the file; the same command makes it again from the scores that were kept"


@dataclass(frozen=True, eq=False)
class ClipScores:
    """Scores of the clips of two splits, in the order of `Prepared.rows`.

    Args:
        validation: float32 [clips, tags], sigmoids, as the app scores.
        test: the same of the test split.
        genre: softmax of the test split where the task is genre, else None.
    """

    validation: NDArray[np.float32]
    test: NDArray[np.float32]
    genre: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class TagReport:
    """One tag on the test split.

    Args:
        name: of the tag.
        category: of the tag.
        validation_clips: clips of the validation split that have it.
        test_clips: clips of the test split that have it.
        roc_auc: with its interval over clips.
        pr_auc: average precision, likewise.
        threshold: with the best F1 on the validation split.
        f1: on the test split, at that threshold.
        calibration_error: expected, of its scores on the test split.
    """

    name: str
    category: str
    validation_clips: int
    test_clips: int
    roc_auc: Interval
    pr_auc: Interval
    threshold: float
    f1: float
    calibration_error: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network on the test split of a data set; NaN where there was nothing to measure.

    Args:
        data: name of the set and its form.
        task: "tags" or "genre".
        checksum: of the split.
        sizes: clips of each split.
        measures: "roc_auc" and "pr_auc", means over the tags, and first of all "accuracy" where the task is
            genre.
        tags: in the order of the outputs.
        reliability: of all scores of the test split together.
        weights: sha256 of the weights, hex.
        command: that measured it, "" where unknown.
        kept: whether this was read from an earlier evaluation.
    """

    data: str
    task: Task
    checksum: str
    sizes: Mapping[Split, int]
    measures: Mapping[str, Interval]
    tags: tuple[TagReport, ...]
    reliability: Reliability
    weights: str
    command: str = ""
    kept: bool = False


def measured(prepared: Prepared, scores: ClipScores, *, weights: str = "", command: str = "") -> Evaluation:
    """Return what scores are worth: thresholds from the validation split, all else from the test split.

    Args:
        prepared: whose labels are the truth.
        scores: of its validation and test split.
        weights: sha256 of the weights that gave them.
        command: that gave them.
    """
    rows = {split: prepared.rows(split) for split in SPLITS}
    truth, known = prepared.labels[rows["test"]], prepared.labels[rows["validation"]]
    ranked = scores.test if scores.genre is None else scores.genre
    areas = bootstrap(ranked, truth)
    measures = {"roc_auc": areas.macro_roc_auc, "pr_auc": areas.macro_pr_auc}
    if scores.genre is not None:
        measures = {"accuracy": accuracy(scores.genre, truth), **measures}
    limits = calibration.thresholds(scores.validation, known)
    f1 = calibration.f1(scores.test, truth, limits)
    errors = calibration.calibration_errors(scores.test, truth)
    tags = tuple(
        TagReport(
            name,
            category,
            int(known[:, k].sum()),
            int(truth[:, k].sum()),
            areas.roc_auc[k],
            areas.pr_auc[k],
            float(limits[k]),
            float(f1[k]),
            float(errors[k]),
        )
        for k, (name, category) in enumerate(prepared.tags)
    )
    return Evaluation(
        prepared.name,
        prepared.task,
        prepared.checksum,
        {split: len(found) for split, found in rows.items()},
        measures,
        tags,
        reliability(scores.test, truth),
        weights,
        command,
    )


def write_json(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation whole or not at all; what is NaN becomes null."""
    table = evaluation.reliability
    content = {
        "format": FORMAT,
        **{name: getattr(evaluation, name) for name in ("data", "task", "checksum", "sizes")},
        "measures": {name: dataclasses.asdict(value) for name, value in evaluation.measures.items()},
        "tags": [dataclasses.asdict(tag) for tag in evaluation.tags],
        "reliability": {name: value.tolist() for name, value in vars(table).items()},
        "calibration_error": table.error,
        "weights": evaluation.weights,
        "command": evaluation.command,
    }
    text = json.dumps(_with_null(content), indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, (text + "\n").encode())


def read_json(path: Path) -> Evaluation:
    """Return the evaluation that `write_json` wrote; `kept` is True.

    Raises:
        RunError: the file cannot be read, or is something else.
    """
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise RunError("the evaluation was written by another version", path=path, remedy=_REMEDY)
        tags = tuple(
            TagReport(**{**_with_nan(tag), **{name: _interval(tag[name]) for name in ("roc_auc", "pr_auc")}})
            for tag in content["tags"]
        )
        table = content["reliability"]
        edges, score, share = (np.array(table[name], np.float64) for name in ("edges", "score", "share"))
        return Evaluation(
            **{name: content[name] for name in ("data", "task", "checksum", "sizes", "weights", "command")},
            measures={name: _interval(value) for name, value in content["measures"].items()},
            tags=tags,
            reliability=Reliability(edges, np.array(table["count"], np.int64), score, share),
            kept=True,
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise RunError(f"the evaluation cannot be read: {error!r}", path=path, remedy=_REMEDY) from error


def write_table(evaluation: Evaluation, path: Path) -> None:
    """Write a row a tag, CSV; what is NaN is left empty."""
    text = io.StringIO(newline="")
    rows = [_row(tag) for tag in evaluation.tags]
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue().encode("utf-8", "surrogateescape"))


def _row(tag: TagReport) -> dict[str, str]:
    row: dict[str, object] = {}
    for name, value in vars(tag).items():
        if isinstance(value, Interval):
            row.update({name: value.value, f"{name}_low": value.low, f"{name}_high": value.high})
        else:
            row[name] = value
    return {
        name: ("" if math.isnan(value) else f"{value:.6f}") if isinstance(value, float) else str(value)
        for name, value in row.items()
    }


def _interval(content: dict[str, float | None]) -> Interval:
    return Interval(**_with_nan(content))


def _with_nan(content: dict[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value is None else value for name, value in content.items()}


def _with_null(content: Any) -> Any:
    """Return JSON with null for every NaN, however deep it lies."""
    if isinstance(content, dict):
        return {name: _with_null(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_with_null(value) for value in content]
    return None if isinstance(content, float) and math.isnan(content) else content
