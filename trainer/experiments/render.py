"""Tables as Markdown, for people, and as CSV, for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.experiments.result import Ours, Result, Results, ours, verdict
from trainer.experiments.table import Cell, Row, Table

NOT_RUN = "not run"


@dataclass(frozen=True)
class Circumstances:
    """Under what the numbers came about.

    Args:
        differences: what was done otherwise than in the paper, a sentence each.
        command: what makes the table anew.
        seeds: how many of each run were asked for.
    """

    differences: tuple[str, ...]
    command: str
    seeds: int


def markdown(table: Table, results: Results, circumstances: Circumstances) -> str:
    """Return the table with our numbers beside theirs, what they were measured on, and the command."""
    title = f"{table.source}: {table.title}" if table.source else table.title
    parts = [f"# {title}", _introduction(table, circumstances), _numbers(table, results, circumstances.seeds)]
    if table.claims:
        parts.append(_claims(table, results))
    parts.append(_data(table, results))
    parts.append(f"    {circumstances.command}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(table: Table, circumstances: Circumstances) -> str:
    lines = []
    if circumstances.differences:
        lines.append(f"**Not as in the paper:** {'; '.join(circumstances.differences)}.")
    if _has_published(table):
        lines.append('"Theirs" is printed in the paper; "ours" comes from the runs below.')
    if circumstances.seeds > 1:
        lines.append(f"Ours is the mean and the standard deviation over {circumstances.seeds} seeds.")
    return "\n".join([*lines, *([table.note] if table.note else [])])


def _numbers(table: Table, results: Results, seeds: int) -> str:
    head = list(table.labels)
    for column in table.columns:
        head += [f"{column}, theirs", "ours", "difference"] if _has_published(table) else [column]
    rows = []
    for row in table.rows:
        texts = list(row.labels)
        for cell in row.cells:
            found = ours(table, cell, results)
            own = _own(cell, found, seeds)
            texts += (
                [_figure(cell.published), own, _difference(cell, found)] if _has_published(table) else [own]
            )
        rows.append(texts)
    return _table(head, rows)


def _claims(table: Table, results: Results) -> str:
    rows = []
    for claim in table.claims:
        found = verdict(claim, results)
        worse = _figure(found.worse) if found.worse is not None else NOT_RUN
        rows.append([claim.text, _figure(found.better) or NOT_RUN, worse, found.word])
    return _table(["claim", "ROC-AUC", "against", "verdict"], rows)


def _data(table: Table, results: Results) -> str:
    """Return what each run was trained and tested on, and how; runs alike in all that stand on one line."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for run in table.runs:
        for result in results.get(run, ())[:1]:
            alike.setdefault(_origin(result), []).append(run)
    rows = [[", ".join(runs) if len(runs) < len(table.runs) else "all", *key] for key, runs in alike.items()]
    return _table(["runs", "data", "train", "validation", "test", "checksum", "recipe"], rows) if rows else ""


def _origin(result: Result) -> tuple[str, ...]:
    sizes = (str(result.sizes[split]) for split in ("train", "validation", "test"))
    return (result.data, *sizes, result.checksum, result.recipe)


def _has_published(table: Table) -> bool:
    return any(cell.published is not None for row in table.rows for cell in row.cells)


def _own(cell: Cell, found: Ours | None, seeds: int) -> str:
    if not cell.run:
        return ""
    if found is None:
        return NOT_RUN
    text = _figure(found.mean) if found.spread is None else f"{_figure(found.mean)} ± {found.spread:.4f}"
    text = text if found.measure == cell.measure else f"{text} ({found.measure})"
    return text if found.seeds >= seeds else f"{text} ({found.seeds} of {seeds} seeds)"


def _difference(cell: Cell, found: Ours | None) -> str:
    if found is None or cell.published is None or found.measure != cell.measure:
        return ""
    return f"{found.mean - cell.published:+.4f}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["-"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_escaped(text) for text in line) + " |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def as_csv(table: Table, results: Results, circumstances: Circumstances) -> str:
    """Return one line for each number of the table, with all that it rests on."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    head = ["table", *table.labels, "column", "run", "theirs", "ours", "sd", "seeds", "difference"]
    writer.writerow([*head, "data", "train", "validation", "test", "checksum", "recipe", "command"])
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell.run or cell.published is not None:
                writer.writerow(
                    [table.name, *_line(table, row, column, cell, results), circumstances.command]
                )
    return stream.getvalue()


def _line(table: Table, row: Row, column: str, cell: Cell, results: Results) -> list[str]:
    found = ours(table, cell, results)
    numbers = ["", "", "0"]
    if found is not None:
        spread = "" if found.spread is None else f"{found.spread:.6f}"
        numbers = [f"{found.mean:.6f}", spread, str(found.seeds)]
    elif cell.run:
        numbers[0] = NOT_RUN
    origin = _origin(results[cell.run][0]) if results.get(cell.run) else ("",) * 6
    theirs = _figure(cell.published)
    return [*row.labels, column, cell.run, theirs, *numbers, _difference(cell, found), *origin]
