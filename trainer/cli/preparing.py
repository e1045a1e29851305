"""`earmark-train prepare` and `earmark-train toy`: audio and labels, made ready for training."""

from __future__ import annotations

import argparse
import os
from typing import Any

from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted
from tagger_core.errors import Cancelled, shown
from trainer.cli.output import Progress, print_json, say
from trainer.data.catalogue import SPLITS
from trainer.data.prepare import Report, prepare
from trainer.data.sets import read
from trainer.toy import write

_LISTED = 10


def prepare_set(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Decode a data set into the data folder."""
    options = {name: getattr(arguments, name) for name in ("form", "table", "audio", "seed", "least")}
    catalogue = read(arguments.set, arguments.folder.expanduser(), **options)
    folder = arguments.data.expanduser() / f"{catalogue.name}-{arguments.rate}"
    report = prepare(
        catalogue,
        folder,
        sample_rate=arguments.rate,
        seconds=arguments.seconds,
        place=arguments.place,
        workers=arguments.workers or None,
        progress=Progress("clips"),
        cancelled=interrupt.pressed,
    )
    if arguments.json:
        print_json(_json(report))
    else:
        _tell(report)


def toy(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    """Compute the toy corpus into the data folder, or lay it out as files.

    Raises:
        Cancelled: the person asked for it; what it says is true of a corpus, which is whole or not at all.
    """
    try:
        _compute(arguments, interrupt)
    except (Cancelled, KeyboardInterrupt) as stop:
        raise Cancelled(
            "stopped; the corpus under way counts for nothing, and the same command begins it anew"
        ) from stop


def _compute(arguments: argparse.Namespace, interrupt: Interrupt) -> None:
    options: dict[str, Any] = {
        "seconds": arguments.seconds,
        "workers": arguments.workers or os.cpu_count() or 1,
        "progress": Progress("clips"),
        "cancelled": interrupt.pressed,
    }
    if arguments.lay_out is not None:
        table = write.lay_out(arguments.lay_out.expanduser(), arguments.clips, arguments.seed, **options)
        say(f"{shown(table)}: {counted(arguments.clips, 'clip')}")
        return
    for rate in arguments.rate or [22050]:
        folder = arguments.data.expanduser() / f"toy-{rate}"
        write.prepare(folder, arguments.clips, arguments.seed, rate, **options)
        say(f"{shown(folder)}: {counted(arguments.clips, 'clip')}")


def _json(report: Report) -> dict[str, object]:
    return {
        "folder": shown(report.folder),
        "sizes": report.sizes,
        "checksum": report.checksum,
        "left_out": [{"path": shown(one.path), "reason": one.reason} for one in report.left_out],
        "damaged": [{"path": shown(one.path), "reason": one.reason} for one in report.damaged],
        "notes": list(report.notes),
    }


def _tell(report: Report) -> None:
    sizes = ", ".join(f"{report.sizes[split]} {split}" for split in SPLITS)
    say(f"{shown(report.folder)}: {sizes}\nchecksum of the split: {report.checksum}")
    for note in report.notes:
        say(f"note: {note}")
    for what, clips in (("left out", report.left_out), ("damaged but used", report.damaged)):
        if clips:
            say(f"{what}: {counted(len(clips), 'file')}")
        for one in clips[:_LISTED]:
            say(f"  {shown(one.path)}: {one.reason}")
        if len(clips) > _LISTED:
            say(f"  and {len(clips) - _LISTED} more")
