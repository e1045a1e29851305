"""`earmark-train list` and `info`: what there is, and how far it came."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from pathlib import Path

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import shown
from trainer.cli.output import print_json, print_table, say
from trainer.data.catalogue import SPLITS
from trainer.data.prepared import DESCRIPTION, Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import TEST
from trainer.evaluation.report import read_json
from trainer.experiments.gather import recipe_words
from trainer.experiments.models import MODELS, rate_of
from trainer.experiments.runs import RUNS
from trainer.experiments.tables import TABLES
from trainer.figures.named import FIGURES
from trainer.recipes import RECIPES
from trainer.training.run import Run, RunFolder

Rows = list[dict[str, str]]

_PAPERS_TAGS = 50


def list_names(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """List tables, figures, runs, models, recipes or prepared data."""
    listed: dict[str, Callable[[], Rows]] = {
        "tables": _tables,
        "figures": lambda: [{"name": name, "shows": figure.title} for name, figure in FIGURES.items()],
        "runs": lambda: [_run(run) for run in RUNS.values()],
        "models": _models,
        "recipes": _recipes,
        "data": lambda: _data(arguments.data.expanduser()),
    }
    rows = listed[arguments.kind]()
    if arguments.json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows], stretch=len(rows[0]) - 1)
    else:
        say(f"nothing yet in {shown(arguments.data)}: earmark-train prepare, or earmark-train toy")


def info(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Print what a run is; of a folder, how far it came and what it measured."""
    if arguments.run in RUNS:
        told = _run(RUNS[arguments.run])
    elif Path(arguments.run).expanduser().is_dir():
        told = _folder(RunFolder(Path(arguments.run).expanduser()))
    else:
        raise RunError(f"{arguments.run!r} is neither a run nor a folder", remedy="earmark-train list runs")
    if arguments.json:
        print_json(told)
    else:
        for name, text in told.items():
            say(f"{name}: {text}")


def _tables() -> Rows:
    return [
        {"name": table.name, "runs": str(len(table.runs)), "title": table.title, "from": table.source}
        for table in TABLES.values()
    ]


def _run(run: Run) -> dict[str, str]:
    return {
        "name": run.name,
        "data": f"{run.data}-{run.sample_rate}",
        "window": f"{run.config.window} ({1000 * run.config.window / run.sample_rate:.0f} ms)",
        "recipe": recipe_words(run.recipe),
        "takes layers of": ", ".join(getattr(run, "sources", ())),
    }


def _models() -> Rows:
    return [
        {
            "name": name,
            "window": str(config.window),
            "sample rate": str(rate_of(name)),
            "weights with 50 tags": str(config.weights(_PAPERS_TAGS)),
        }
        for name, config in MODELS.items()
    ]


def _recipes() -> Rows:
    usual = {field.name: field.default for field in dataclasses.fields(RECIPES["lee2017"])}
    return [
        {
            "name": name,
            "sets": ", ".join(
                f"{key} {value}" for key, value in recipe.to_json().items() if value != usual[key]
            ),
        }
        for name, recipe in RECIPES.items()
    ]


def _data(folder: Path) -> Rows:
    rows = []
    for described in sorted(folder.glob(f"*/{DESCRIPTION}")):
        prepared = Prepared.open(described.parent)
        row = {"name": shown(described.parent.name)}
        row.update({split: str(len(prepared.rows(split))) for split in SPLITS})
        rows.append({**row, "tags": str(len(prepared.tags)), "checksum": prepared.checksum})
    return rows


def _folder(folder: RunFolder) -> dict[str, str]:
    rounds = folder.metrics()
    told = {**_run(folder.run), "seed": str(folder.seed), "checksum of the split": folder.checksum}
    told["rounds"] = f"{len(rounds)}, finished" if folder.finished else f"{len(rounds)}, not finished"
    if rounds:
        told |= {name: f"{value:.4g}" for name, value in rounds[-1].items() if name.startswith("validation_")}
    if (folder.path / TEST).exists():
        for name, value in read_json(folder.path / TEST).measures.items():
            told[f"test {name}"] = f"{value.value:.4f} ({value.low:.4f} to {value.high:.4f})"
    return told
