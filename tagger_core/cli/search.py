"""`earmark search`: find songs, keep queries."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, print_json, print_table
from tagger_core.cli.songs import json_lines, print_songs
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import LibraryError, shown
from tagger_core.jobs import Workspace
from tagger_core.library import export
from tagger_core.library.query import Query, format_query, parse
from tagger_core.library.query.expressions import conjunction
from tagger_core.library.query.spelling import respelled
from tagger_core.library.records import SavedQuery
from tagger_core.library.store import Library


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print the songs that a query means; or list, keep and forget queries."""
    with open_workspace(arguments) as workspace:
        if arguments.forget is not None:
            saved = _saved(workspace, arguments.forget)
            workspace.library.remove_search(saved.id)
            if arguments.json:
                print_json({"forgotten": saved.name})
            return status.DONE
        if arguments.saved == "":
            return _list_saved(workspace, as_json=arguments.json)
        text = query_text(arguments.query)
        if arguments.saved:
            text = _narrowed(_saved(workspace, arguments.saved).query, text)
        model_id = workspace.model(arguments.model).id
        ids = workspace.library.search(text, model_id)
        if arguments.save is not None:
            workspace.library.save_search(arguments.save, text)
        if ids or arguments.json or arguments.paths or arguments.null:
            _print(workspace.library, ids, model_id, arguments, interrupt.pressed)
        else:
            meant = respelled(text, [tag.name for tag in workspace.library.tags(model_id)])
            print("No song matches." + (f" Did you mean: {meant}" if meant else ""), file=sys.stderr)
    return status.DONE if ids else status.NOTHING


def _print(
    library: Library,
    ids: list[int],
    model_id: int,
    arguments: argparse.Namespace,
    stopped: Callable[[], bool],
) -> None:
    some = ids if arguments.limit <= 0 else ids[: arguments.limit]
    if arguments.null:
        for path in export.paths(library, ids, stopped):
            sys.stdout.buffer.write(os.fsencode(path) + b"\0")
    elif arguments.paths:
        for path in export.paths(library, ids, stopped):
            print(shown(path))
    elif arguments.json:
        for line in json_lines(export.songs(library, some, model_id, stopped)):
            print(line, end="")
    else:
        print_songs(export.listed(library, some, model_id, stopped))
        rest = f", the first {len(some):,} shown (--limit 0 shows all)" if len(some) < len(ids) else ""
        print(f"\n{counted(len(ids), 'song')}{rest}")


def _saved(workspace: Workspace, name: str) -> SavedQuery:
    kept = workspace.library.saved_searches()
    for saved in kept:
        if saved.name.casefold() == name.casefold():
            return saved
    names = ", ".join(saved.name for saved in kept) or "none yet"
    raise LibraryError(f"there is no saved search {name!r}", remedy=f"saved: {names}")


def _narrowed(saved: str, typed: str) -> str:
    """Return a saved query, all its alternatives, narrowed by more words, of which the order goes first."""
    if not typed.strip():
        return saved
    kept, more = parse(saved), parse(typed)
    where = conjunction((kept.where, more.where))
    return format_query(Query(where, more.order or kept.order, more.similar or kept.similar))


def _list_saved(workspace: Workspace, *, as_json: bool) -> int:
    kept = workspace.library.saved_searches()
    if as_json:
        print_json([{"name": saved.name, "query": saved.query} for saved in kept])
    elif kept:
        print_table(["name", "query"], [[saved.name, saved.query] for saved in kept], stretch=1)
    return status.DONE if kept else status.NOTHING
