"""What the options of training commands mean."""

from __future__ import annotations

import argparse
import shlex
import sys

from tagger_core.cli.interrupt import Interrupt
from trainer.errors import RunError
from trainer.experiments.lee2017 import file_name
from trainer.experiments.models import MODELS, rate_of
from trainer.experiments.variant import Variant
from trainer.experiments.workshop import Workshop
from trainer.recipes import RECIPES
from trainer.training.run import Run

USUAL_RECIPE = "modern"

_LEFT_OUT = ("--print", "--quiet")


def workshop(arguments: argparse.Namespace, interrupt: Interrupt) -> Workshop:
    """Return where and how runs are made, as a command line says.

    Raises:
        RunError: an option is out of range.
    """
    model = getattr(arguments, "model", None) or ""
    return Workshop(
        arguments.data.expanduser(),
        arguments.runs.expanduser(),
        Variant(
            # A model has no data set of its own that this would take the place of.
            "" if model else arguments.on or "",
            1.0 if arguments.scale is None else arguments.scale,
            arguments.recipe or "",
            arguments.epochs,
            arguments.precision,
        ),
        model=model,
        device=arguments.device,
        cancelled=interrupt.pressed,
        progress=sys.stderr.isatty() and not arguments.quiet,
        board=getattr(arguments, "tensorboard", False),
        command=command_line(arguments.words),
    )


def model_run(arguments: argparse.Namespace) -> Run:
    """Return the run of an architecture on a prepared set, for `train --model`.

    Raises:
        RunError: there is no such architecture, or no set is named.
    """
    model = arguments.model
    if model not in MODELS:
        raise RunError(f"there is no architecture {model!r}", remedy="earmark-train list models")
    if not arguments.on:
        raise RunError("an architecture learns from a prepared set", remedy="name one with --on, such as toy")
    rate = arguments.rate or rate_of(model)
    name = f"{arguments.on}-{file_name(model)}" + (f"-{rate}" if arguments.rate else "")
    return Run(name, arguments.on, rate, MODELS[model], RECIPES[USUAL_RECIPE])


def command_line(words: list[str]) -> str:
    """Return the command that does the same again, as it is typed."""
    return shlex.join(["earmark-train", *(word for word in words if word not in _LEFT_OUT)])
