"""Takes new files into the library, with the tags that they have, before any is heard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from tagger_core.library import catalogue
from tagger_core.library.records import FileTags
from tagger_core.library.scan_context import ScanContext
from tagger_core.library.walk import FoundFile

_FILES_AT_ONCE = 16


class Filing(NamedTuple):
    """A file to read the tags of; `track` is None for a new one."""

    file: FoundFile
    track: int | None = None


def file_all(context: ScanContext, filings: Sequence[Filing]) -> None:
    """Read the tags of files and add tracks for the new ones, in the order given.

    Raises:
        Cancelled: the person stopped the scan; what was read is stored.
        LibraryError: the database cannot be written.
    """
    if not filings:
        return
    context.reporter.begin("reading tags", len(filings))

    def read(some: Sequence[Filing]) -> list[FileTags | None]:
        return [_read(context, filing) for filing in some]

    parts = [filings[i : i + _FILES_AT_ONCE] for i in range(0, len(filings), _FILES_AT_ONCE)]
    with context.working(read, parts, in_order=True) as reading:
        for outcomes in reading:
            for outcome in outcomes:
                _store(context, outcome.item, outcome.get())
    context.stop_if_asked()


def _read(context: ScanContext, filing: Filing) -> FileTags | None:
    """Return the tags, None where the file has gone meanwhile."""
    if context.control.hold():
        return None
    tags = context.tags_of(filing.file.path)
    return tags if not tags.problem or os.path.lexists(filing.file.path) else None


def _store(context: ScanContext, some: Sequence[Filing], read: Sequence[FileTags | None]) -> None:
    stored: list[tuple[Filing, int, FileTags]] = []
    with context.library.write() as connection:
        for filing, tags in zip(some, read, strict=True):
            if tags is None:
                continue
            track = filing.track
            if track is None:
                track = catalogue.add(connection, filing.file, tags)
            else:
                catalogue.retag(connection, track, filing.file, tags)
            stored.append((filing, track, tags))
    for filing, track, tags in stored:
        context.tally["added"] += filing.track is None
        if tags.problem:
            context.reporter.problem(filing.file.path, tags.problem, track)
    context.reporter.step(some[-1].file.path, len(some))
