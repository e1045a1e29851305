"""What runs have measured, and what of it stands in a cell."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.data.catalogue import Split
from trainer.experiments.table import Cell, Claim, Measure, Table


@dataclass(frozen=True)
class Result:
    """What one run has measured with one seed.

    Args:
        run: its name in `RUNS`.
        seed: it began with.
        data: name of the set and its form.
        sizes: clips of each split.
        checksum: of the split.
        recipe: name of how it learned.
        measures: of the test split, in 0 to 1; those that its task has.
        interval: of the first of them, low and high.
        pace: seconds of training for a second of audio, the median over the rounds.
    """

    run: str
    seed: int
    data: str
    sizes: Mapping[Split, int]
    checksum: str
    recipe: str
    measures: Mapping[Measure, float]
    interval: tuple[float, float]
    pace: float


Results = Mapping[str, Sequence[Result]]
"""What was measured, by name of the run; one for each seed."""


@dataclass(frozen=True)
class Ours:
    """Our number for a cell.

    Args:
        mean: over the seeds.
        spread: their standard deviation; None of a single one.
        seeds: how many.
        measure: what it is: the cell's, or the data's own where they do not have the cell's.
    """

    mean: float
    spread: float | None
    seeds: int
    measure: Measure


def ours(table: Table, cell: Cell, results: Results) -> Ours | None:
    """Return our number for a cell; None where nothing was run, or not all that it takes."""
    found = results.get(cell.run, ())
    if cell.measure == "time":
        unit = [result.pace for result in results.get(table.unit_of_time, ())]
        values = [result.pace / statistics.fmean(unit) for result in found] if unit else []
    else:
        values = [result.measures[_measure(cell, result)] for result in found]
    if not values:
        return None
    spread = statistics.stdev(values) if len(values) > 1 else None
    measure = cell.measure if cell.measure == "time" else _measure(cell, found[0])
    return Ours(statistics.fmean(values), spread, len(values), measure)


def _measure(cell: Cell, result: Result) -> Measure:
    """Return what stands in the cell: on a set without genres the areas take the place of accuracy."""
    return cell.measure if cell.measure in result.measures else next(iter(result.measures))


@dataclass(frozen=True)
class Verdict:
    """What our numbers say of a claim.

    Args:
        better: the number of the claim's first run; None where it was not run.
        worse: of its second, or the number to pass.
        word: "holds", "does not hold", "undecided" where chance may have made the difference, or "not run".
    """

    better: float | None
    worse: float | None
    word: str


def verdict(claim: Claim, results: Results) -> Verdict:
    """Return whether a claim holds on the test split.

    It is undecided where the difference lies within its 95 percent interval, which is taken from the
    intervals of both over the clips, as if their clips were drawn apart.
    """
    better, margin = _with_margin(results.get(claim.better, ()))
    if isinstance(claim.worse, str):
        worse, other = _with_margin(results.get(claim.worse, ()))
    else:
        worse, other = claim.worse, 0.0
    if better is None or worse is None:
        return Verdict(better, worse, "not run")
    difference, chance = better - worse, math.hypot(margin, other)
    if abs(difference) <= chance:
        return Verdict(better, worse, "undecided")
    return Verdict(better, worse, "holds" if difference > 0 else "does not hold")


def _with_margin(found: Sequence[Result]) -> tuple[float | None, float]:
    """Return the mean of the first measure over the seeds, and half its interval."""
    if not found:
        return None, 0.0
    mean = statistics.fmean(next(iter(result.measures.values())) for result in found)
    return mean, statistics.fmean((result.interval[1] - result.interval[0]) / 2 for result in found)
