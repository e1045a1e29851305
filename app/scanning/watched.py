"""What to watch of a music folder, and what to scan when something in it has changed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tagger_core.library.walk import is_hidden


def folders_of(roots: Iterable[Path], most: int, stopped: Callable[[], bool]) -> list[str]:
    """Return the roots and the folders in them, the outer ones first; links and hidden folders are left out.

    Args:
        roots: music folders; one that is not there has no folders.
        most: at most so many.
        stopped: asked before each folder; True ends the search.
    """
    waiting = deque(os.fspath(root) for root in roots)
    found: dict[str, None] = {}
    while waiting and len(found) < most and not stopped():
        folder = waiting.popleft()
        if folder in found:
            continue
        try:
            with os.scandir(folder) as entries:
                inside = [
                    entry.path
                    for entry in entries
                    if entry.is_dir(follow_symlinks=False) and not is_hidden(os.fsencode(entry.name))
                ]
        except OSError:
            continue
        found[folder] = None
        waiting.extend(sorted(inside))
    return list(found)


def places_to_scan(changed: Iterable[Path], roots: Sequence[Path], most: int = 50) -> list[Path]:
    """Return what to scan after changes: folders that are there, none of them inside another one.

    For a folder that is gone its nearest one above that is there, up to the root; nothing where the root is
    gone too, for its disk was taken out.

    Args:
        changed: folders.
        roots: the music folders.
        most: of more than so many places the roots are scanned instead.
    """
    places = {place for folder in changed if (place := _place(folder, roots)) is not None}
    outer = [place for place in places if not places & set(place.parents)]
    if len(outer) > most:
        outer = [root for root in roots if any(root == place or root in place.parents for place in outer)]
    return sorted(outer)


def _place(folder: Path, roots: Sequence[Path]) -> Path | None:
    for place in (folder, *folder.parents):
        above = any(root == place or root in place.parents for root in roots)
        if not above:
            return None
        if place.is_dir():
            return place
    return None
