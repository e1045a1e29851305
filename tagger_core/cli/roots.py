"""`earmark roots`: the music folders."""

from __future__ import annotations

import argparse
import sys

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, print_json, print_table
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import LibraryError, shown
from tagger_core.library.keys import absolute, typed
from tagger_core.library.roots import list_roots, remove_root


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """List the music folders, or forget one with its songs, scores and decisions; files stay."""
    with open_workspace(arguments) as workspace:
        roots = list_roots(workspace.library)
        if arguments.forget:
            path = absolute(typed(arguments.forget))
            if path not in [root.path for root in roots]:
                known = ", ".join(shown(root.path) for root in roots) or "none"
                raise LibraryError("is no music folder", path=path, remedy=f"folders: {known}")
            songs = remove_root(workspace.library, path)
            if arguments.json:
                print_json({"forgotten": shown(path), "songs": songs})
            else:
                print(f"{counted(songs, 'song')} forgotten; the files stay.")
            return status.DONE
    if arguments.json:
        print_json(
            [
                {"path": shown(root.path), "there": root.path.is_dir(), "scanned_at": root.scanned_at}
                for root in roots
            ]
        )
    elif roots:
        table = [[shown(root.path), "" if root.path.is_dir() else "not there"] for root in roots]
        print_table(["folder", ""], table, stretch=0)
    else:
        print("No music folders yet: earmark scan FOLDER", file=sys.stderr)
    return status.DONE if roots else status.NOTHING
