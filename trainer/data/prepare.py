"""A data set on disk -> prepared data: every clip decoded once, in parallel, whatever kill comes between."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer.data.audio_file import AudioFile
from trainer.data.catalogue import Catalogue, LeftOut, Split
from trainer.data.decoding import Control, Wanted, decode_all
from trainer.data.excerpt import PLACES, Place
from trainer.data.journal import JOURNAL, Journal, Outcome
from trainer.data.lock import LOCK, locked
from trainer.data.prepared import AUDIO, FORMAT, Prepared, describe
from trainer.errors import DataError


@dataclass(frozen=True)
class Report:
    """What a preparation came to.

    Args:
        folder: of the prepared data.
        sizes: clips of each split that are there.
        left_out: what is not there, and why; also in left-out.csv.
        damaged: what is there though a part of its file could not be heard.
        notes: of the catalogue.
        checksum: of the split of the clips that are there.
        decoded_seconds: of audio that this run has added.
        seconds: that it took.
    """

    folder: Path
    sizes: dict[Split, int]
    left_out: tuple[LeftOut, ...]
    damaged: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    checksum: str
    decoded_seconds: float
    seconds: float

    @property
    def times_real_time(self) -> float:
        """How many seconds of audio were added in one."""
        return self.decoded_seconds / self.seconds if self.seconds else 0.0


def prepare(
    catalogue: Catalogue,
    folder: Path,
    *,
    sample_rate: int = 22050,
    seconds: float = 29.1,
    place: Place = "start",
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Decode a data set into a folder that `Prepared.open` reads; one that was begun is gone on with.

    A finished one whose lists or description were damaged is described anew, without decoding anything.

    Files that do not decode, and clips shorter than the catalogue allows, are left out and reported. The
    clips are in the order of the catalogue, except that the last ones take the places of those left out.

    Args:
        catalogue: what is decoded.
        folder: new or empty, or begun by the same call; it can be read once all is done and not before.
        sample_rate: in Hz.
        seconds: that are kept of each clip at most; 29.1 in the papers.
        place: whether these are the first ones or those around the middle.
        workers: clips at once; as many as there are processors unless told.
        progress: is told how many clips are done, and of how many.
        cancelled: is asked again and again.

    Raises:
        DataError: there is no room or no clip, a file vanishes meanwhile, the folder holds something else.
        Cancelled: it was; what is done is kept.
    """
    began = time.monotonic()
    wanted = _wanted(catalogue, sample_rate, seconds, place)
    control = Control(workers or _processors(), progress, cancelled)
    with _told_of_full_disks(folder), _claimed(folder):
        with Journal(folder, _plan(catalogue, wanted)) as journal:
            before = set(journal.done)
            prepared = _opened(folder)
            if prepared is None:
                _finish(catalogue, wanted, folder, journal, control)
                prepared = Prepared.open(folder)
        used, rows = _used(catalogue, journal.done)
        added = sum(journal.done[row].samples for row in set(rows) - before)
        return Report(
            folder,
            used.sizes(),
            used.left_out,
            tuple(
                LeftOut(clip.key, clip.path, journal.done[row].problem)
                for clip, row in zip(used.clips, rows, strict=True)
                if journal.done[row].problem
            ),
            used.notes,
            prepared.checksum,
            added / sample_rate,
            time.monotonic() - began,
        )


def _opened(folder: Path) -> Prepared | None:
    """Return what is prepared here, None where it is not finished or damaged."""
    try:
        return Prepared.open(folder)
    except DataError:
        return None


def _finish(catalogue: Catalogue, wanted: Wanted, folder: Path, journal: Journal, control: Control) -> None:
    """Do what is left to do: decode, bring the rows together, describe."""
    count = len(catalogue.clips)
    if not journal.settled:
        with AudioFile(folder / AUDIO, count, wanted.slot) as audio:
            decode_all(catalogue, wanted, audio, journal, control)
            # The last rows go where clips are left out. They stay where they are until the journal knows, so
            # that a kill in between costs nothing.
            for target, source in enumerate(_used(catalogue, journal.done)[1]):
                if target != source:
                    audio.copy(source, target)
            audio.sync()
        journal.settle()
    used, rows = _used(catalogue, journal.done)
    if not rows:
        first = used.left_out[-1]
        raise DataError(
            f"no clip of {catalogue.name} can be used; {first.key}, for one: {first.reason}",
            path=first.path,
            remedy="see whether these files play, and delete the prepared folder",
        )
    path = folder / AUDIO
    if not path.exists() or path.stat().st_size < 2 * wanted.slot * len(rows):
        raise DataError(
            "a part of the audio is gone",
            path=path,
            remedy="delete the prepared folder, and prepare the data anew",
        )
    with AudioFile(path, len(rows), wanted.slot) as audio:
        audio.sync()
    samples = [journal.done[row].samples for row in rows]
    describe(folder, used, samples, sample_rate=wanted.sample_rate, slot=wanted.slot, place=wanted.place)


def _used(catalogue: Catalogue, done: Mapping[int, Outcome]) -> tuple[Catalogue, list[int]]:
    """Return the catalogue of the clips that are kept, in the order of their audio, and the row of each."""
    kept = [row for row in range(len(catalogue.clips)) if done[row].samples]
    last = iter(row for row in kept if row >= len(kept))
    rows = [row if done[row].samples else next(last) for row in range(len(kept))]
    missing = [
        LeftOut(clip.key, clip.path, done[row].problem)
        for row, clip in enumerate(catalogue.clips)
        if not done[row].samples
    ]
    clips = tuple(catalogue.clips[row] for row in rows)
    return replace(catalogue, clips=clips, left_out=(*catalogue.left_out, *missing)), rows


def _wanted(catalogue: Catalogue, sample_rate: int, seconds: float, place: Place) -> Wanted:
    slot = round(seconds * sample_rate) if math.isfinite(seconds) else 0
    if slot < 1 or place not in PLACES or not catalogue.clips:
        raise DataError(
            f"{len(catalogue.clips)} clips of {catalogue.name}, {seconds} seconds from the {place}: "
            "that is nothing to prepare",
            remedy="ask for some seconds, from the start or the middle, of a set that has clips",
        )
    shortest = seconds if catalogue.shortest is None else min(seconds, catalogue.shortest)
    return Wanted(sample_rate, slot, max(1, round(shortest * sample_rate)), place)


def _plan(catalogue: Catalogue, wanted: Wanted) -> dict[str, Any]:
    """Return all that decides the outcome, by names that a person understands."""
    digest = hashlib.sha256(json.dumps([catalogue.task, catalogue.tags]).encode())
    for clip in catalogue.clips:
        digest.update(f"\n{clip.split}\t{clip.key}\t{clip.labels}".encode("utf-8", "surrogateescape"))
    return {
        "format": FORMAT,
        "set": catalogue.name,
        "sample rate": wanted.sample_rate,
        "samples": wanted.slot,
        "least samples": wanted.least,
        "place": wanted.place,
        "count": len(catalogue.clips),
        "clips": digest.hexdigest(),
    }


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Make the folder, or see that it holds a preparation, and keep others out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    strangers = {path.name for path in folder.iterdir()} - {LOCK, f"{JOURNAL}.tmp"}
    if strangers and JOURNAL not in strangers:
        raise DataError(
            f"holds other files, such as {min(strangers)}", path=folder, remedy="name a new folder"
        )
    with locked(folder):
        yield


@contextmanager
def _told_of_full_disks(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            f"cannot be written: {error.strerror or error}",
            path=folder,
            remedy="make room, or see to the disk, and run the same command again: it goes on from here",
        ) from error


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
