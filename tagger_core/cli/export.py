"""`earmark export`: songs with their scores, for other programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted
from tagger_core.cli.songs import json_lines
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import shown
from tagger_core.library import export
from tagger_core.library.keys import typed


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print JSON, CSV or a playlist, or write it to a file whole or not at all."""
    left_out: list[Path] = []
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        ids = workspace.library.search(query_text(arguments.query), model.id)
        songs = export.songs(workspace.library, ids, model.id, interrupt.pressed)
        if arguments.csv:
            chunks = export.csv_lines(songs, [tag.name for tag in workspace.library.tags(model.id)])
        elif arguments.m3u8:
            chunks = export.playlist_lines(songs, left_out.append)
        else:
            chunks = json_lines(songs)
        if arguments.output:
            export.write_whole(typed(arguments.output), chunks)
            written = counted(len(ids) - len(left_out), "song")
            print(f"{written} written to {shown(arguments.output)}", file=sys.stderr)
        else:
            for chunk in chunks:
                sys.stdout.buffer.write(export.encoded(chunk))
            sys.stdout.buffer.flush()
    for path in left_out:
        print(f"left out, a line break in its path: {shown(path)}", file=sys.stderr)
    return status.DONE if ids else status.NOTHING
