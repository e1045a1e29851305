"""Filling a table: what it lacks is trained or gone on with, measured, and written beside the paper's."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from tagger_core.errors import EarmarkError
from tagger_core.models.model_file import write_whole
from trainer.errors import RunError
from trainer.evaluation.evaluate import TEST, evaluate
from trainer.experiments.gather import gather
from trainer.experiments.render import Circumstances, as_csv, markdown
from trainer.experiments.table import Table
from trainer.experiments.workshop import Workshop

_log = logging.getLogger(__name__)


def fill(
    table: Table,
    workshop: Workshop,
    out: Path,
    *,
    seeds: int = 1,
    only: Sequence[str] = (),
    running: bool = True,
) -> Path:
    """Run or go on with what a table lacks, and write it as Markdown and CSV, anew after each run.

    Args:
        table: what to fill.
        workshop: where and how.
        out: folder of the written table.
        seeds: of each run, from 0.
        only: names of the runs that may be run; all unless told.
        running: whether anything is run; else the table is written from what is there.

    Returns:
        The Markdown file; the CSV lies beside it.

    Raises:
        RunError: `only` names a run that the table does not have; or, after all others ended, some failed.
        Cancelled: the person asked for it; the same call goes on from there.
    """
    strange = set(only) - set(table.runs)
    if strange:
        raise RunError(f"{table.name} has no run {min(strange)!r}", remedy=f"one of {', '.join(table.runs)}")
    if seeds < 1:
        raise RunError(f"{seeds} seeds are none", remedy="take 1 at least")
    names = [name for name in table.runs if not only or name in only]
    failures: dict[str, str] = {}
    written = write(table, workshop, out, seeds)
    wanted = [(name, seed) for seed in range(seeds) for name in names] if running else []
    for place, (name, seed) in enumerate(wanted, start=1):
        _log.info("%d of %d: %s, seed %d", place, len(wanted), name, seed)
        try:
            _measure(workshop, name, seed)
        except EarmarkError as error:
            _log.error("%s, seed %d: %s", name, seed, error)
            failures[name] = str(error)
        _free_memory()
        written = write(table, workshop, out, seeds)
    if failures:
        raise RunError(
            f"{len(failures)} of {len(names)} runs failed: {', '.join(failures)}; "
            f"the first for this reason: {next(iter(failures.values()))}",
            path=written,
        )
    return written


def write(table: Table, workshop: Workshop, out: Path, seeds: int) -> Path:
    """Write a table from what is there and return the Markdown file.

    Raises:
        RunError: results that are compared are of different splits, or damaged.
        OSError: the disk is full, or may not be written.
    """
    results = gather(workshop, table.runs, seeds, table.compared)
    circumstances = Circumstances(workshop.variant.differences, workshop.command, seeds)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{table.name}{workshop.variant.suffix}.md"
    write_whole(path, markdown(table, results, circumstances).encode("utf-8", "backslashreplace"))
    lines = as_csv(table, results, circumstances)
    write_whole(path.with_name(f"{path.stem}.csv"), lines.encode("utf-8", "backslashreplace"))
    return path


def _free_memory() -> None:
    """Let the next run have the memory of the last one, also of one that failed."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _measure(workshop: Workshop, name: str, seed: int) -> None:
    folder = workshop.folder(name, seed)
    run = workshop.run(name)
    trained = workshop.train(run, seed)
    if not (folder / TEST).exists():
        prepared = workshop.prepared(run)
        found = evaluate(trained, prepared, device=workshop.device, command=workshop.command)
        measure, value = next(iter(found.measures.items()))
        _log.info("%s, seed %d: %s %.4f", name, seed, measure, value.value)
