"""`earmark-train table`: a table of the papers, theirs beside ours."""

from __future__ import annotations

import argparse
import sys

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import shown
from trainer.cli.output import say
from trainer.cli.workshops import workshop
from trainer.errors import RunError
from trainer.experiments.fill import fill
from trainer.experiments.tables import TABLES


def table(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Run what a table lacks and print it; it stays in the folder of the tables."""
    if arguments.name not in TABLES:
        raise RunError(f"there is no table {arguments.name!r}", remedy=f"one of {', '.join(TABLES)}")
    made = workshop(arguments, interrupt)
    out = arguments.out or made.runs / "tables"
    written = fill(
        TABLES[arguments.name],
        made,
        out.expanduser(),
        seeds=arguments.seeds,
        only=arguments.only,
        running=not arguments.print,
    )
    say(written.read_text("utf-8").rstrip())
    sys.stderr.write(f"{shown(written)} and {shown(written.with_suffix('.csv').name)}\n")
