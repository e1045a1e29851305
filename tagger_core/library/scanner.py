"""Makes the library agree with the music folders: finds, recognises, files and hears.

Every step is a short transaction that leaves the library true, and the next scan goes on from what the
library and the disk say: so a scan may be killed at any moment. Files are only read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, update

from tagger_core.errors import Cancelled, LibraryError
from tagger_core.library import catalogue, hearing
from tagger_core.library.catalogue import Move
from tagger_core.library.changes import Comparison, compare
from tagger_core.library.crew import Control, default_workers
from tagger_core.library.filing import Filing, file_all
from tagger_core.library.hearing import SongTagger
from tagger_core.library.keys import absolute, now_ms, path_bytes
from tagger_core.library.listening import listen
from tagger_core.library.outside import Outside
from tagger_core.library.progress import Reporter
from tagger_core.library.recognition import recognise
from tagger_core.library.records import FileTags, ScanProgress, ScanReport
from tagger_core.library.roots import RootFolder, list_roots
from tagger_core.library.scan_context import ScanContext
from tagger_core.library.schema import Root
from tagger_core.library.store import Library
from tagger_core.library.walk import Walk, is_below, is_same_file, walk

_ROWS_AT_ONCE = 500
_MANY_CHANGES = 1000

Row = TypeVar("Row")


def scan(
    library: Library,
    roots: Sequence[Path] | None,
    tagger: SongTagger | None,
    read_tags: Callable[[Path], FileTags],
    *,
    progress: Callable[[ScanProgress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    paused: Callable[[], bool] = lambda: False,
    workers: int = 0,
    retry_problems: bool = False,
    known_only: bool = False,
) -> ScanReport:
    """Make the library agree with its music folders, and let a model hear what it has not heard.

    Args:
        library: where to; nobody else may scan it meanwhile.
        roots: folders or files to scan, each a root of the library or below one; None for all roots.
        tagger: what hears the songs; None to file them only.
        read_tags: returns what a file says of itself; whatever it raises becomes a problem of that file.
        progress: called from this thread, ten times a second at most.
        cancelled: asked from this thread; True stops the scan within a moment, what was finished stays.
        paused: asked from this thread; the scan waits while it is True.
        workers: songs analysed at once; 0 for one for each core.
        retry_problems: try again what could not be read or heard, or only in part, although its file is the
            same.
        known_only: leave out what is in no root instead of refusing it: it may have been in one before.

    Raises:
        BusyError: another scan of this library is going on.
        LibraryError: a path is in no root, or the database cannot be written.
        InferenceError, ModelError, MemoryError: the machine fails at one song after the other.
    """
    started = time.monotonic()
    control = Control(cancelled, paused)
    context = ScanContext(
        library, read_tags, control, Reporter(progress), workers if workers > 0 else default_workers()
    )
    with library.lock("scan"):
        work = _Scan(context, list_roots(library), roots, known_only=known_only)
        try:
            work.run(tagger, retry_problems)
        except Cancelled:
            pass
        if _is_much(context.tally, work.known):
            library.optimise()
    return ScanReport(
        **context.tally,
        problems=context.reporter.problems,
        unavailable=tuple(root.path for root in work.unavailable),
        cancelled=control.stopped,
        seconds=time.monotonic() - started,
        audio_seconds=context.audio_seconds,
    )


def _is_much(tally: Mapping[str, int], known: int) -> bool:
    """Tell whether a scan changed so much that the database should measure its tables anew."""
    changes = sum(tally[what] for what in ("added", "changed", "retagged", "moved", "missing", "analysed"))
    return changes > _MANY_CHANGES or 10 * changes > known


class _Scan:
    def __init__(
        self,
        context: ScanContext,
        roots: list[RootFolder],
        paths: Sequence[Path] | None,
        *,
        known_only: bool,
    ) -> None:
        self.context = context
        self.roots = roots
        self.places = [(root.exact, root.id) for root in roots]
        if paths is not None:
            self.places = self._places(paths, known_only=known_only)
        starts = [path for path, _ in self.places]
        self.in_scope: Callable[[bytes], bool] = lambda path: any(is_below(path, start) for start in starts)
        self.unavailable: list[RootFolder] = []
        self.known = 0

    def run(self, tagger: SongTagger | None, retry_problems: bool) -> None:
        found = self._count()
        comparison = self._check(found)
        with self.context.library.read() as connection:
            again = catalogue.to_read_again(connection, all_problems=retry_problems)
        touched = {file.path for _, file in comparison.touched}
        filings = [Filing(file) for file in comparison.fresh]
        filings += [
            Filing(file, again[file.path])
            for file in found.files
            if file.path in again and file.path not in touched
        ]
        file_all(self.context, filings)
        vanished = {track.id for track in comparison.vanished}
        outside = Outside(self.in_scope, {root.id: root.exact for root in self.roots})
        recognise(self.context, comparison.touched, found.files, vanished, outside)
        if tagger is not None:
            self._listen(tagger, retry_problems)
        self._note_scanned()

    def _places(self, paths: Sequence[Path], *, known_only: bool) -> list[tuple[bytes, int]]:
        places = []
        for path in map(absolute, paths):
            exact = path_bytes(path)
            above = [root for root in self.roots if is_below(exact, root.exact)]
            if above:
                places.append((exact, max(above, key=lambda root: len(root.exact)).id))
            elif not known_only:
                raise LibraryError("is in none of the music folders", path=path, remedy="add it first")
        return places

    def _count(self) -> Walk:
        context = self.context
        context.reporter.begin("counting")
        ids = {root.exact: root.id for root in self.roots}
        found = walk(self.places, ids, seen=context.reporter.counted, cancelled=context.control.wait_here)
        context.stop_if_asked()
        context.tally["found"] = len(found.files)
        for problem in found.problems:
            context.reporter.problem(problem.path, problem.message)
        return found

    def _check(self, found: Walk) -> Comparison:
        """Compare with what is known, and write what needs no file to be opened."""
        context = self.context
        context.reporter.begin("checking", len(found.files))
        with context.library.read() as connection:
            known = catalogue.known_tracks(connection)
        self.known = len(known)
        self._find_unavailable(found, {track.root for track in known.values()})
        comparison = compare(
            found.files,
            known,
            self.in_scope,
            lambda track: is_same_file(track.path, track.inode, track.device),
        )
        moves = [Move(track.id, file) for track, file in comparison.moved]
        self._in_parts(moves, catalogue.move)
        self._in_parts([(track.id, file) for track, file in comparison.placed], catalogue.place)
        self._in_parts([track.id for track in comparison.vanished], catalogue.mark_missing)
        context.tally.update(
            unchanged=comparison.unchanged,
            returned=comparison.returned,
            moved=len(comparison.moved),
            missing=len(comparison.vanished),
        )
        context.reporter.step(found.files[-1].path if found.files else b"", len(found.files))
        context.stop_if_asked()
        return comparison

    def _in_parts(self, rows: Sequence[Row], write: Callable[[Connection, Sequence[Row]], None]) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            with self.context.library.write() as connection:
                write(connection, rows[start : start + _ROWS_AT_ONCE])
            self.context.stop_if_asked()

    def _find_unavailable(self, found: Walk, roots_with_tracks: set[int]) -> None:
        """Tell which roots are absent, or empty although tracks are known there, as an unmounted share is."""
        places = {path for path, _ in self.places}
        roots_with_files = {file.root for file in found.files}
        for root in self.roots:
            if root.exact not in places:
                continue
            is_empty = root.id in roots_with_tracks and root.id not in roots_with_files
            if is_empty and root.exact not in found.unreadable:
                self.context.reporter.problem(root.exact, "holds no music any more; its tracks are kept")
            if is_empty or root.exact in found.unreadable:
                self.unavailable.append(root)
        with self.context.library.write() as connection:
            for root in self.roots:
                if root.exact in places and root.available == (root in self.unavailable):
                    values = {"available": root not in self.unavailable}
                    connection.execute(update(Root).where(Root.c.id == root.id).values(values))

    def _listen(self, tagger: SongTagger, retry_problems: bool) -> None:
        with self.context.library.write() as connection:
            model = hearing.enter(connection, tagger.identity, tagger.info)
        with self.context.library.read() as connection:
            songs = hearing.pending(connection, model.id, all_problems=retry_problems)
        songs = [song for song in songs if self.in_scope(song.path)]
        songs.sort(key=lambda song: os.path.split(song.path))
        listen(self.context, tagger, songs, model)

    def _note_scanned(self) -> None:
        places = {path for path, _ in self.places}
        whole = [root.id for root in self.roots if root.exact in places]
        with self.context.library.write() as connection:
            connection.execute(update(Root).where(Root.c.id.in_(whole)).values(scanned_at=now_ms()))
