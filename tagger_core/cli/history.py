"""`earmark history`: what was written and taken back."""

from __future__ import annotations

import argparse
import datetime
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import print_json, print_table
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import shown
from tagger_core.metadata.history import BatchFile, BatchRow, batch, batch_files, history


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """List all batches, or the files of one with every value before and after."""
    with open_workspace(arguments) as workspace:
        if arguments.batch is not None:
            row, files = (
                batch(workspace.library, arguments.batch),
                batch_files(workspace.library, arguments.batch),
            )
            if arguments.json:
                print_json({**_batch_json(row), "changes": [_file_json(file) for file in files]})
            else:
                _print_files(files)
            return status.DONE
        rows = history(workspace.library)
    if arguments.json:
        print_json([_batch_json(row) for row in rows])
    elif rows:
        table = [
            [str(r.id), _when(r), _what(r), str(r.files), str(r.failed or ""), r.state, r.note] for r in rows
        ]
        print_table(["batch", "when", "what", "files", "failed", "state", "query"], table, stretch=6)
    else:
        print("Nothing was written yet.", file=sys.stderr)
    return status.DONE if rows else status.NOTHING


def _when(row: BatchRow) -> str:
    moment = datetime.datetime.fromtimestamp(row.created_at / 1000, datetime.UTC).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M")


def _what(row: BatchRow) -> str:
    return f"undo of {row.undo_of}" if row.undo_of is not None else f"write, {row.preset}"


def _print_files(files: list[BatchFile]) -> None:
    for file in files:
        print(f"{shown(file.path)}  ({file.state}{': ' + file.message if file.message else ''})")
        for change in file.changes:
            before, after = "; ".join(change.before) or "(empty)", "; ".join(change.after) or "(empty)"
            print(f"  {change.field}: {shown(before)} -> {shown(after)}")


def _batch_json(row: BatchRow) -> dict[str, object]:
    return {
        "batch": row.id,
        "time": _when(row),
        "preset": row.preset,
        "query": row.note,
        "files": row.files,
        "failed": row.failed,
        "state": row.state,
        "undo_of": row.undo_of,
        "undone_by": row.undone_by,
    }


def _file_json(file: BatchFile) -> dict[str, object]:
    return {
        "path": shown(file.path),
        "state": file.state,
        "message": file.message,
        "fields": {c.field: {"before": list(c.before), "after": list(c.after)} for c in file.changes},
    }
