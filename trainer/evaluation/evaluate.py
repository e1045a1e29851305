"""A finished run on the test split, which is read once: what was found stays in the run's folder."""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path

import numpy as np

from tagger_core.inference.machine import Precision
from tagger_core.models.model_file import identity, write_whole
from trainer.data.catalogue import Split
from trainer.data.prepared import EXTENT, Prepared, extent_difference
from trainer.errors import DataError, RunError
from trainer.evaluation.report import ClipScores, Evaluation, measured, read_json, write_json, write_table
from trainer.evaluation.scores import Activation, clip_scores
from trainer.training.devices import allow_tf32, device_of, told_of_memory
from trainer.training.run import RunFolder
from trainer.training.run_folder import BEST

TEST, TABLE, SCORES = "test.json", "test.csv", "test-scores.npz"

_log = logging.getLogger(__name__)


def evaluate(
    folder: RunFolder,
    prepared: Prepared,
    *,
    device: str = "auto",
    batch: int | None = None,
    precision: Precision = "fp32",
    command: str = "",
) -> Evaluation:
    """Return what a run's best weights are worth on the test split.

    The first call scores validation and test split, and keeps `test.json`, `test.csv` and `test-scores.npz`
    in the run's folder. Every later call reads those: nothing can be chosen by looking at the test twice.

    Args:
        folder: of a finished run.
        prepared: the data that it was trained on.
        device: of torch, or "auto" for a GPU where there is one.
        batch: windows at once; None for as many as suit.
        precision: of the products; in "fp32" there is no TF32 either.
        command: the command line, kept beside the numbers.

    Raises:
        DataError: the data are not those of the run.
        RunError: the run is not finished, its test was read with other weights, what was kept is damaged,
            there is no such device, or it has not enough memory.
    """
    expect_same_data(folder, prepared)
    if not folder.finished:
        raise RunError("the run is not finished", path=folder.path, remedy="train it to its end first")
    weights = identity(folder.path / BEST)
    kept = folder.path / TEST
    if kept.exists():
        found = read_json(kept)
        _expect_weights(found.weights, weights, kept)
        _log.info("%s: the test split was read before; these are the numbers of then", kept)
        return found
    scores = _kept_scores(folder.path / SCORES, prepared, weights)
    if scores is None:
        scores = _score(folder, prepared, device, batch, precision)
        _keep_scores(folder.path / SCORES, scores, prepared, weights)
    found = measured(prepared, scores, weights=weights, command=command)
    write_table(found, folder.path / TABLE)
    write_json(found, kept)
    return found


def expect_same_data(folder: RunFolder, prepared: Prepared) -> None:
    """Check that data are those that a run was trained on: set, tags, splits, labels, sample rate, extent.

    Raises:
        DataError: they are not, and how they differ.
    """
    extent = prepared.extent()
    part = extent_difference(folder.extent, extent)
    differences = (
        ("set", folder.run.data, prepared.name),
        ("sample rate", folder.run.sample_rate, prepared.sample_rate),
        ("tags", tuple(name for name, _ in folder.tags), tuple(name for name, _ in prepared.tags)),
        ("split and labels", folder.checksum, prepared.checksum),
        (EXTENT.get(part, ""), folder.extent.get(part), extent.get(part)),
    )
    for what, wanted, found in differences:
        if wanted != found:
            brief = "" if what == "tags" else f": {found}, not {wanted}"
            raise DataError(
                f"these data are not those of the run; they differ in their {what}{brief}",
                path=prepared.folder,
                remedy="name the data that it was trained on",
            )


def _score(
    folder: RunFolder, prepared: Prepared, device: str, batch: int | None, precision: Precision
) -> ClipScores:
    device = device_of(device)
    allow_tf32(precision != "fp32")
    network = folder.best()
    validation, test = prepared.rows("validation"), prepared.rows("test")

    def scores(rows: np.ndarray, activation: Activation) -> np.ndarray:
        return clip_scores(
            network,
            prepared,
            rows,
            device=device,
            batch=batch,
            precision=precision,
            activation=activation,
        )

    with told_of_memory(folder.path):
        genre = scores(test, "softmax") if prepared.task == "genre" else None
        return ClipScores(scores(validation, "sigmoid"), scores(test, "sigmoid"), genre)


def _keep_scores(path: Path, scores: ClipScores, prepared: Prepared, weights: str) -> None:
    arrays = {
        "validation": scores.validation,
        "test": scores.test,
        "validation_keys": _keys(prepared, "validation"),
        "test_keys": _keys(prepared, "test"),
        "checksum": np.array(prepared.checksum),
        "weights": np.array(weights),
    }
    if scores.genre is not None:
        arrays["genre"] = scores.genre
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    write_whole(path, content.getvalue())


def _kept_scores(path: Path, prepared: Prepared, weights: str) -> ClipScores | None:
    """Return scores that were kept before the report could be written, None where there are none."""
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            _expect_weights(str(kept["weights"]), weights, path)
            scores = ClipScores(kept["validation"], kept["test"], kept.get("genre"))
            keys = (kept["validation_keys"].tolist(), kept["test_keys"].tolist())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"the scores cannot be read: {error}", path=path, remedy="remove the file") from error
    wanted = (_keys(prepared, "validation").tolist(), _keys(prepared, "test").tolist())
    if keys != wanted or scores.validation.shape[1:] != (len(prepared.tags),):
        raise RunError("the scores are of other clips", path=path, remedy="remove the file")
    return scores


def _keys(prepared: Prepared, split: Split) -> np.ndarray:
    return np.array([prepared.keys[row] for row in prepared.rows(split)], np.str_)


def _expect_weights(found: str, wanted: str, path: Path) -> None:
    if found != wanted:
        raise RunError(
            "the test split was read before with other weights of this run",
            path=path,
            remedy="train in a new folder; weights chosen after a look at the test are worth nothing",
        )
