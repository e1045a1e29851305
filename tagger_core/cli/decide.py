"""`earmark decide`: a person's word on a tag."""

from __future__ import annotations

import argparse
import difflib

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, print_json
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.library.keys import tag_key

VERDICTS = {"accept": True, "reject": False, "clear": None}


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Accept, reject or undecide a tag for all songs of a query; it may be one that no model knows."""
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        ids = workspace.library.search(query_text(arguments.query), model.id)
        workspace.library.decide(ids, arguments.tag, VERDICTS[arguments.verdict])
        known = [tag.name for tag in workspace.library.tags(model.id)]
    if arguments.json:
        print_json({"songs": len(ids), "tag": arguments.tag, "verdict": arguments.verdict})
        return status.DONE if ids else status.NOTHING
    done = {"accept": "accepted", "reject": "rejected", "clear": "undecided"}[arguments.verdict]
    print(f"{arguments.tag}: {done} for {counted(len(ids), 'song')}")
    if tag_key(arguments.tag) not in {tag_key(name) for name in known}:
        near = difflib.get_close_matches(arguments.tag.casefold(), known, 3)
        meant = f"; did you mean {', '.join(near)}?" if near else ""
        print(f"  (no tag of {model.name}: it is one of your own{meant})")
    return status.DONE if ids else status.NOTHING
