"""`earmark undo`: take a batch of writing back."""

from __future__ import annotations

import argparse
import dataclasses
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import confirmed, counted, print_json
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import shown
from tagger_core.metadata.journal import batch, history, undo
from tagger_core.metadata.reports import UndoReport


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Take back the batch named, or the last one that wrote tags and still stands."""
    with open_workspace(arguments) as workspace:
        if arguments.batch is not None:
            row = batch(workspace.library, arguments.batch)
        else:
            standing = [b for b in history(workspace.library) if b.can_be_undone and b.undo_of is None]
            if not standing:
                print("There is nothing to undo.", file=sys.stderr)
                return _nothing(arguments)
            row = standing[0]
        question = f"Take back batch {row.id}, {counted(row.files - row.undone, 'file')}?"
        if not arguments.yes and not confirmed(question, interrupt):
            print("Nothing was undone. Say --yes to undo without being asked.", file=sys.stderr)
            return _nothing(arguments)
        report = undo(
            workspace.library, row.id, cancelled=interrupt.pressed,
            allow_hard_links=arguments.allow_hard_links,
        )  # fmt: skip
    if arguments.json:
        print_json(_json(report))
    else:
        _tell(report, row.id)
    if report.cancelled:
        return status.INTERRUPTED
    return status.PARTLY if report.failures or report.left_alone else status.DONE


def _nothing(arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json(_json(UndoReport(None, 0, 0, 0)))
    return status.NOTHING


def _json(report: UndoReport) -> dict[str, object]:
    values = dataclasses.asdict(report)
    values["left_alone"] = [{"path": shown(one.path), "fields": one.fields} for one in report.left_alone]
    values["failures"] = [{"path": shown(one.path), "reason": one.reason} for one in report.failures]
    return values


def _tell(report: UndoReport, batch_id: int) -> None:
    for one in report.left_alone:
        print(f"  ! {shown(one.path)}: changed by others since, left alone: {', '.join(one.fields)}")
    for failure in report.failures:
        print(f"  ! {shown(failure.path)}: {failure.reason}")
    if report.restored or not report.by_field:
        print(f"Batch {batch_id}: {counted(report.restored, 'file')} byte for byte as before.")
    if report.by_field:
        print(
            f"Batch {batch_id}: the fields that it wrote are back in {counted(report.by_field, 'file')} "
            "changed otherwise since."
        )
    if report.skipped:
        print(f"{counted(report.skipped, 'file')} needed no change.")
