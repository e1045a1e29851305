"""What the folders of runs say: what is compared is of one split, never of two."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import cast

from trainer.data.prepared import EXTENT, Prepared, extent_difference
from trainer.errors import DataError, RunError
from trainer.evaluation.evaluate import TEST
from trainer.evaluation.report import read_json
from trainer.experiments.result import Result, Results
from trainer.experiments.table import Measure
from trainer.experiments.workshop import Workshop
from trainer.recipes import RECIPES, Recipe
from trainer.training.run import RunFolder

_log = logging.getLogger(__name__)


def gather(
    workshop: Workshop,
    names: Sequence[str],
    seeds: int,
    compared: Iterable[Sequence[str]] | None = None,
) -> Results:
    """Return what runs have measured with the first so many seeds.

    Where the data are at hand, what was measured on another split of them, or on other seconds of the clips,
    does not count; the log says so.

    Args:
        workshop: where the runs lie.
        names: of the runs.
        seeds: of each run, from 0.
        compared: runs that are held against one another, group by group; all are unless told.

    Raises:
        RunError: results that are compared are of different splits of one data set, or a file is damaged.
    """
    found: dict[str, list[Result]] = {}
    for name in names:
        wanted = _prepared(workshop, name)
        for seed in range(seeds):
            folder = workshop.folder(name, seed)
            if not (folder / TEST).exists():
                continue
            result = read(name, folder)
            if wanted and result.checksum != wanted.checksum:
                _log.warning("%s: measured on another split, %s; not counted", folder, result.checksum)
            elif wanted and (part := extent_difference(RunFolder(folder).extent, wanted.extent())):
                _log.warning("%s: its clips differ in their %s; not counted", folder, EXTENT[part])
            else:
                found.setdefault(name, []).append(result)
    for group in (names,) if compared is None else compared:
        _expect_one_split([result for name in group for result in found.get(name, ())])
    return found


def read(name: str, folder: Path) -> Result:
    """Return what a run's folder has measured.

    Raises:
        RunError: it is not evaluated, or damaged.
    """
    run, evaluation = RunFolder(folder), read_json(folder / TEST)
    first = next(iter(evaluation.measures.values()))
    return Result(
        name,
        run.seed,
        evaluation.data,
        evaluation.sizes,
        evaluation.checksum,
        recipe_words(run.run.recipe),
        {cast("Measure", measure): interval.value for measure, interval in evaluation.measures.items()},
        (first.low, first.high),
        _pace(run),
    )


def recipe_words(recipe: Recipe) -> str:
    """Return the name of the recipe that is nearest, and in what this one differs.

    Examples:
        >>> from dataclasses import replace
        >>> recipe_words(replace(RECIPES["lee2017"], batch=50))
        'lee2017 (batch 50)'
    """
    differing = {name: _differences(recipe, known) for name, known in RECIPES.items()}
    name = min(differing, key=lambda name: len(differing[name]))
    return f"{name} ({', '.join(differing[name])})" if differing[name] else name


def _differences(recipe: Recipe, known: Recipe) -> list[str]:
    values = (
        (field.name, getattr(recipe, field.name), getattr(known, field.name)) for field in fields(recipe)
    )
    return [f"{name} {value}" for name, value, usual in values if value != usual]


def _pace(folder: RunFolder) -> float:
    """Return the seconds of training for a second of audio, the median over the rounds.

    So many epochs over the same audio take times in the same proportion, whatever the window.
    """
    rows = [{"segments": 0.0, "seconds": 0.0}, *folder.metrics()]
    run = folder.run
    window = run.config.window / run.sample_rate
    paces = [
        row["seconds"] / ((row["segments"] - before["segments"]) * window) for before, row in pairwise(rows)
    ]
    return statistics.median(paces) if paces else float("nan")


def _prepared(workshop: Workshop, name: str) -> Prepared | None:
    """Return a run's data, None where they are not here."""
    try:
        return workshop.prepared(workshop.run(name))
    except DataError:
        return None


def _expect_one_split(results: Iterable[Result]) -> None:
    seen: dict[str, Result] = {}
    for result in results:
        first = seen.setdefault(result.data, result)
        if first.checksum != result.checksum:
            raise RunError(
                f"{first.run} and {result.run} were measured on different splits of {result.data}: "
                f"{first.checksum[:12]} and {result.checksum[:12]}",
                remedy="keep their runs in different folders, or name the data with --data",
            )
