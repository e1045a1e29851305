"""`earmark-train figure`: a figure of the papers, or of a run, from trained networks."""

from __future__ import annotations

import argparse
from pathlib import Path

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import shown
from trainer.cli.output import say
from trainer.figures.named import Wish, draw
from trainer.figures.songs import TAGS
from trainer.training.run import RunFolder


def figure(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Draw a figure as PNG and SVG."""
    out: Path = arguments.out.expanduser()
    out.mkdir(parents=True, exist_ok=True)
    runs = [RunFolder(path.expanduser()) for path in arguments.run]
    first, second = arguments.tags or TAGS
    wish = Wish(runs, arguments.data.expanduser(), out / arguments.name, (first, second))
    for path in draw(arguments.name, wish):
        say(shown(path))
