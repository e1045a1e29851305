"""`earmark decide`: a person's word on a tag."""

from __future__ import annotations

import argparse
import difflib

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, print_json
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import LibraryError, shown
from tagger_core.library.keys import tag_key

VERDICTS = {"accept": True, "reject": False, "clear": None}


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Accept, reject or undecide a tag for all songs of a query; it may be one that no model knows.

    Raises:
        LibraryError: the tag is no name.
    """
    _check_name(arguments.tag)
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


def _check_name(tag: str) -> None:
    if not tag_key(tag):
        raise LibraryError("a tag needs a name", remedy="name one, such as piano")
    typed = tag.strip()
    if typed.startswith("-"):
        meant = shown(typed.lstrip("-"))
        raise LibraryError(
            f"{shown(typed)!r} is no name of a tag",
            remedy=f"where songs do not have it: earmark decide reject {meant!r} QUERY",
        )
