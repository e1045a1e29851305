"""`earmark similar`: songs that sound like one."""

from __future__ import annotations

import argparse
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import print_json
from tagger_core.cli.songs import print_songs, song_json
from tagger_core.cli.workspace import open_workspace
from tagger_core.library import export


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print the nearest songs, with the cosine similarity of their embeddings."""
    with open_workspace(arguments) as workspace:
        model_id = workspace.model(arguments.model).id
        limit = arguments.limit if arguments.limit > 0 else sys.maxsize
        near = dict(workspace.library.similar(workspace.track(arguments.song), model_id, limit))
        if arguments.json:
            songs = export.songs(workspace.library, list(near), model_id, interrupt.pressed)
            print_json(
                [{**song_json(row, scores), "similarity": round(near[row.id], 4)} for row, scores in songs]
            )
        elif near:
            print_songs(workspace.library.rows(list(near), model_id), near)
        else:
            print("Nothing to compare with: that song, or all others, were not heard yet.", file=sys.stderr)
    return status.DONE if near else status.NOTHING
