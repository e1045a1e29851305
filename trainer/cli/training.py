"""`earmark-train train`, `evaluate` and `export`: one run, from data to a model file."""

from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import shown
from trainer.cli.output import print_json, say
from trainer.cli.workshops import command_line, model_run, workshop
from trainer.data.catalogue import SPLITS
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import evaluate as measure
from trainer.evaluation.metrics import Interval
from trainer.experiments.workshop import remake_of
from trainer.export import export as write_model
from trainer.training.run import RunFolder


def train(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Train a run to its end, or go on with it, and say where it lies.

    Raises:
        RunError: a rate is asked for that the run does not have, or training cannot begin or go on.
    """
    if arguments.rate is not None and not arguments.model:
        raise RunError(
            "a run of the papers has a sample rate of its own", remedy="leave out --rate, or name a --model"
        )
    made = workshop(arguments, interrupt)
    run = model_run(arguments) if arguments.model else made.run(arguments.run)
    trained = made.train(made.changed(run) if arguments.model else run, arguments.seed)
    summary = trained.summary()
    best = ", ".join(f"{name} {value:.4f}" for name, value in summary["best"].items())
    say(f"{shown(trained.path)}: {summary['rounds']} rounds; validation at its best: {best}")


def evaluate(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Measure a run on the test split, once and for all."""
    folder, prepared = _opened(arguments)
    found = measure(folder, prepared, device=arguments.device, command=command_line(arguments.words))
    if arguments.json:
        print_json(
            {
                "run": folder.run.name,
                "data": found.data,
                "sizes": {split: found.sizes[split] for split in SPLITS},
                "checksum": found.checksum,
                "measures": {name: _json(value) for name, value in found.measures.items()},
                "tags": {tag.name: _json(tag.roc_auc) for tag in found.tags},
            }
        )
        return
    for name, value in found.measures.items():
        say(f"{name}  {value.value:.4f}  (95 % from {value.low:.4f} to {value.high:.4f})")
    sizes = ", ".join(f"{count} {split}" for split, count in found.sizes.items())
    say(f"{found.data}: {sizes}; checksum of the split {found.checksum}")


def export(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Write the model file of a run, and say how Earmark gets it."""
    folder, prepared = _opened(arguments)
    out: Path = arguments.out.expanduser()
    info = write_model(
        folder,
        prepared,
        out,
        name=arguments.name,
        licence=arguments.licence,
        remake=remake_of(folder),
        half=arguments.half,
        device=arguments.device,
    )
    say(f"{shown(out)}: {info.name}, {len(info.tags)} tags\nFor Earmark: earmark models import {shown(out)}")


def _opened(arguments: argparse.Namespace) -> tuple[RunFolder, Prepared]:
    folder = RunFolder(arguments.run.expanduser())
    data: Path = arguments.data.expanduser()
    return folder, Prepared.open(data / f"{folder.run.data}-{folder.run.sample_rate}")


def _json(interval: Interval) -> dict[str, float | None]:
    values = dataclasses.asdict(interval)
    return {name: None if math.isnan(value) else value for name, value in values.items()}
