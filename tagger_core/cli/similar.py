"""`earmark similar`: songs that sound like one."""

from __future__ import annotations

import argparse
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import print_json
from tagger_core.cli.songs import print_songs, song_json
from tagger_core.cli.workspace import open_workspace


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print the nearest songs, with the cosine similarity of their embeddings."""
    with open_workspace(arguments) as workspace:
        model_id = workspace.model(arguments.model).id
        limit = arguments.limit if arguments.limit > 0 else sys.maxsize
        near = dict(workspace.library.similar(workspace.track(arguments.song), model_id, limit))
        rows = workspace.library.rows(list(near), model_id)
    if arguments.json:
        print_json([{**song_json(row, row.tags), "similarity": round(near[row.id], 4)} for row in rows])
    elif rows:
        print_songs(rows, near)
    else:
        print("Nothing to compare with: that song, or all others, were not heard yet.", file=sys.stderr)
    return status.DONE if rows else status.NOTHING
