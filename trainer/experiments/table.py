"""What a published table is: rows of numbers that are theirs, each with the run that gives ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Measure = Literal["roc_auc", "accuracy", "time"]
"""Macro ROC-AUC of the tags; share of clips with the right genre; training time as a share of another's."""


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Args:
        run: the name in `RUNS` of what gives ours; empty where the number is others' and only context.
        published: theirs; None where they give none.
        measure: what the number is.
    """

    run: str
    published: float | None = None
    measure: Measure = "roc_auc"


NOTHING = Cell("")
"""A place that is empty in the paper."""


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Args:
        labels: what it is, one text for each of the table's labels.
        cells: its numbers, one for each of the table's columns.
    """

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of the runs that it needs, each once."""
        return _once(cell.run for cell in self.cells if cell.run)


@dataclass(frozen=True)
class Claim:
    """What a table is said to show: that one run is better than another, or than a number.

    Args:
        text: the claim, in one clause.
        better: a run.
        worse: another run, or the ROC-AUC that `better` passes.
    """

    text: str
    better: str
    worse: str | float


@dataclass(frozen=True)
class Table:
    """A table of one of the papers, or one of ours.

    Args:
        name: on command lines.
        title: what it compares.
        source: paper and number of the table; empty where it is ours.
        labels: headings of the rows' labels.
        columns: headings of the numbers.
        rows: from top to bottom.
        note: what the paper leaves open and what is assumed here.
        unit_of_time: the run whose time of training is 1.
        claims: what the numbers are held against.
        one_split: whether all numbers are of one split of a data set, or only those that a claim compares.
    """

    name: str
    title: str
    source: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    unit_of_time: str = ""
    claims: tuple[Claim, ...] = ()
    one_split: bool = True

    def __post_init__(self) -> None:
        for row in self.rows:
            if (len(row.labels), len(row.cells)) != (len(self.labels), len(self.columns)):
                raise ValueError(f"the row {row.labels} of {self.name} does not fit the headings")

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of the runs that it needs, each once, in the order of the rows."""
        return _once(run for row in self.rows for run in row.runs)

    @property
    def compared(self) -> tuple[tuple[str, ...], ...]:
        """Names of the runs that are held against one another, whose numbers must be of one split."""
        if self.one_split:
            return (self.runs,)
        pairs = ((claim.better, claim.worse) for claim in self.claims if isinstance(claim.worse, str))
        return (*((run,) for run in self.runs), *pairs)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
