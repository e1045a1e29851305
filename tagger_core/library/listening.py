"""Lets a model hear the songs that wait for it: many threads compute, one writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tagger_core.errors import Cancelled, InferenceError, ModelError, ReadError
from tagger_core.inference.analysis import Heard
from tagger_core.library import catalogue, hearing
from tagger_core.library.crew import Outcome
from tagger_core.library.hearing import ModelRow, PendingSong, SongTagger
from tagger_core.library.progress import Estimate
from tagger_core.library.scan_context import ScanContext, as_path, reason

_FAILURES_IN_A_ROW = 3
_NOT_THE_SONG = (InferenceError, ModelError, MemoryError)


def listen(context: ScanContext, tagger: SongTagger, songs: Sequence[PendingSong], model: ModelRow) -> None:
    """Analyse songs and store each as soon as it is done; a bad one costs a problem, never the scan.

    Raises:
        Cancelled: the person stopped the scan; what was finished is stored.
        InferenceError, ModelError, MemoryError: the machine fails at one song after the other.
        LibraryError: the database cannot be written.
    """
    if songs:
        _Listener(context, tagger, model).run(songs)


class _Finished(NamedTuple):
    """What became of a song.

    Args:
        heard: what the model heard, None where it could not.
        problem: why not, or why only in part.
        is_gone: the file is not there any more.
        for_good: trying again is no use while the file stays as it is.
        is_its_own: the problem is one of the file, not of the machine.
    """

    song: PendingSong
    heard: Heard | None
    problem: str = ""
    is_gone: bool = False
    for_good: bool = False
    is_its_own: bool = True


class _Listener:
    def __init__(self, context: ScanContext, tagger: SongTagger, model: ModelRow) -> None:
        self.context = context
        self.tagger = tagger
        self.model = model
        self.failures = 0

    def run(self, songs: Sequence[PendingSong]) -> None:
        context = self.context
        context.reporter.begin("analysing", len(songs))
        estimate = Estimate(((_suffix(song), song.size) for song in songs), context.control.clock)
        context.reporter.estimate = estimate
        with context.working(self._hear, songs) as listening:
            for outcomes in listening:
                finished = [
                    _finished(outcome) for outcome in outcomes if not isinstance(outcome.error, Cancelled)
                ]
                self._store(finished)
                for song, heard, *_ in finished:
                    estimate.finished(_suffix(song), song.size, heard.analysis.seconds if heard else 0.0)
                    context.reporter.step(song.path)
                self._stop_where_hopeless(outcomes)
        context.stop_if_asked()

    def _hear(self, song: PendingSong) -> Heard:
        if self.context.control.hold():
            raise Cancelled
        return self.tagger.analyse(as_path(song.path), self.context.control.hold)

    def _store(self, finished: Sequence[_Finished]) -> None:
        with self.context.library.write() as connection:
            for item in finished:
                if item.heard is not None:
                    hearing.store_analysis(connection, item.song.id, item.heard, self.model, self.tagger.hop)
                elif item.is_gone:
                    catalogue.mark_missing(connection, [item.song.id])
                elif item.is_its_own:
                    hearing.store_failure(connection, item.song.id, item.problem, for_good=item.for_good)
        for item in finished:
            self.context.tally["missing"] += item.is_gone
            if item.heard is not None:
                self.context.tally["analysed"] += 1
                self.context.audio_seconds += item.heard.analysis.seconds
            if item.problem:
                self.context.reporter.problem(item.song.path, item.problem, item.song.id)

    def _stop_where_hopeless(self, outcomes: Sequence[Outcome[PendingSong, Heard]]) -> None:
        for outcome in outcomes:
            self.failures = self.failures + 1 if isinstance(outcome.error, _NOT_THE_SONG) else 0
            if outcome.error is not None and self.failures >= _FAILURES_IN_A_ROW:
                raise outcome.error


def _finished(outcome: Outcome[PendingSong, Heard]) -> _Finished:
    song, error, heard = outcome.item, outcome.error, outcome.result
    if heard is not None:
        return _Finished(song, heard, heard.analysis.problem)
    if isinstance(error, _NOT_THE_SONG):
        return _Finished(song, None, reason(error), is_its_own=False)
    try:
        with as_path(song.path).open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        return _Finished(song, None, is_gone=True)
    except OSError as unreadable:
        # Rights and disks can be mended without a trace in the file's size and time.
        return _Finished(song, None, reason(unreadable))
    problem = reason(error) if error is not None else "no result"
    return _Finished(song, None, problem, for_good=not isinstance(error, ReadError | OSError))


def _suffix(song: PendingSong) -> str:
    return as_path(song.path).suffix.lower()
