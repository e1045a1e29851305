"""The toy corpus on disk: as prepared data, or as mp3 files with a table."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import Cancelled
from tagger_core.models.model_info import CATEGORIES
from trainer.data import prepared
from trainer.data.catalogue import Catalogue, Clip
from trainer.data.lock import locked
from trainer.errors import DataError
from trainer.toy import corpus
from trainer.toy.plan import place
from trainer.toy.tags import TAGS

TABLE = "clips.csv"
MP3_RATE = 16_000
_MOST = 10_000_000
_BATCH = 16

Progress = Callable[[int, int], None]
"""(clips written, clips in all)."""


Cancelling = Callable[[], bool]


def _never() -> bool:
    return False


def _ignored(_done: int, _all: int) -> None:
    """Report to nobody."""


def catalogue(count: int, seed: int) -> Catalogue:
    """Return the clips and what is written of them, in silence; the paths are those of `lay_out`."""
    clips = tuple(
        Clip(
            corpus.key(number),
            Path(f"{corpus.key(number)}.mp3"),
            corpus.written(seed, number),
            corpus.split(number),
        )
        for number in range(count)
    )
    return Catalogue("toy", "tags", tuple((tag.name, tag.category) for tag in TAGS), clips)


def prepare(
    folder: Path,
    count: int,
    seed: int,
    sample_rate: int,
    *,
    seconds: float = corpus.SECONDS,
    workers: int = 1,
    progress: Progress = _ignored,
    cancelled: Cancelling = _never,
) -> None:
    """Write a corpus as prepared data, which `Prepared.open` reads; one that is there already stays as it is.

    Args:
        folder: where to; made if need be.
        count: clips; sixteen at least, one for each folder.
        seed: same seed, same bytes, whatever the number of workers.
        sample_rate: in Hz.
        seconds: kept of each clip, from its beginning.
        workers: processes.
        progress: is told how many clips are written.
        cancelled: is asked again and again.

    Raises:
        DataError: there is no such corpus, the folder holds another one, or another process writes there.
        Cancelled: a stop was asked for; nothing of what was written is kept.
        OSError: the disk is full, or may not be written.
    """
    _check(count, seed, seconds, workers)
    if not corpus.SLOWEST <= sample_rate <= corpus.FASTEST:
        remedy = f"a rate from {corpus.SLOWEST} to {corpus.FASTEST} Hz"
        raise DataError(f"the toy corpus has no sample rate of {sample_rate} Hz", remedy=remedy)
    slot = round(seconds * sample_rate)
    folder.mkdir(parents=True, exist_ok=True)
    made = catalogue(count, seed)
    with locked(folder):
        if _is_there(folder, made, sample_rate, slot):
            return
        audio = folder / f"{prepared.AUDIO}.part"
        try:
            with audio.open("wb") as stream:
                stream.truncate(2 * count * slot)
            write = partial(_write_clips, audio, seed, sample_rate, slot)
            _share(write, count, workers, progress, cancelled)
            with audio.open("r+b") as stream:
                os.fsync(stream.fileno())
            audio.replace(folder / prepared.AUDIO)
        finally:
            audio.unlink(missing_ok=True)
        prepared.describe(folder, made, [slot] * count, sample_rate=sample_rate, slot=slot)


def lay_out(
    folder: Path,
    count: int,
    seed: int,
    *,
    seconds: float = corpus.SECONDS,
    workers: int = 1,
    progress: Progress = _ignored,
    cancelled: Cancelling = _never,
) -> Path:
    """Write a corpus as a person's own set: mono mp3 files at 16 kHz in the folders 0 to f, and their table.

    Args:
        folder: where to; made if need be.
        count: clips; sixteen at least.
        seed: same seed, same corpus.
        seconds: kept of each clip, from its beginning.
        workers: processes.
        progress: is told how many clips are written.
        cancelled: is asked again and again.

    Returns:
        The table, which `data.own.read` takes: file, split, group (the artist), and a column of tags for each
        category.

    Raises:
        DataError: there is no such corpus.
        Cancelled: a stop was asked for; what is written is not a corpus yet.
    """
    _check(count, seed, seconds, workers)
    for name in range(16):
        (folder / f"{name:x}").mkdir(parents=True, exist_ok=True)
    _share(partial(_write_mp3s, folder, seed, round(seconds * MP3_RATE)), count, workers, progress, cancelled)
    table = folder / TABLE
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "split", "group", *CATEGORIES])
        for number, clip in enumerate(catalogue(count, seed).clips):
            tags = [TAGS[label] for label in clip.labels]
            cells = [";".join(tag.name for tag in tags if tag.category == one) for one in CATEGORIES]
            group = "{:x}/{}".format(*place(number))
            writer.writerow([clip.path.as_posix(), clip.split, group, *cells])
    return table


def int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return samples in -1 to 1 as little-endian whole numbers."""
    whole: NDArray[np.int16] = np.rint(samples * np.float32(32_767.0)).astype("<i2")
    return whole


def _is_there(folder: Path, made: Catalogue, sample_rate: int, slot: int) -> bool:
    """Return whether the folder holds this corpus; one that is not finished, or damaged, is none.

    Raises:
        DataError: it holds something else.
    """
    try:
        found = prepared.Prepared.open(folder)
    except DataError:
        return False
    if (found.sample_rate, found.audio.shape[1], found.checksum) == (sample_rate, slot, made.checksum()):
        return True
    seconds = found.audio.shape[1] / found.sample_rate
    alike = (len(found.keys), found.audio.shape[1]) == (len(made.clips), slot)
    seed = " and of another seed" if alike else ""
    raise DataError(
        f"holds {len(found.keys)} clips of {seconds:g} seconds{seed} already",
        path=folder,
        remedy="name another --data, or delete it",
    )


def _check(count: int, seed: int, seconds: float, workers: int) -> None:
    if not 16 <= count <= _MOST:
        raise DataError(f"a toy corpus of {count} clips is not to be had", remedy=f"16 to {_MOST} clips")
    if seed < 0:
        raise DataError(f"the seed {seed} is negative", remedy="a seed from 0 on")
    if not 0.1 <= seconds <= corpus.SECONDS:
        raise DataError(f"a clip has no {seconds} seconds", remedy=f"0.1 to {corpus.SECONDS} seconds")
    if workers < 1:
        raise DataError(f"{workers} processes can do no work", remedy="one at least")


def _share(
    write: Callable[[range], None], count: int, workers: int, progress: Progress, cancelled: Cancelling
) -> None:
    """Let processes write the clips, some at a time."""
    batches = [range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    done = 0
    with closing(_written(write, batches, min(workers, len(batches)))) as sizes:
        for size in sizes:
            done += size
            progress(done, count)
            if cancelled():
                raise Cancelled


def _written(
    write: Callable[[range], None], batches: list[range], workers: int
) -> Generator[int, None, None]:
    """Yield the size of each batch that has been written."""
    if workers == 1:
        for batch in batches:
            write(batch)
            yield len(batch)
        return
    # Processes that share nothing with this one, whose threads a fork would cut off.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _leave_interrupts)
    try:
        waiting = {pool.submit(write, batch): len(batch) for batch in batches}
        for future in as_completed(waiting):
            future.result()
            yield waiting[future]
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Let Ctrl-C reach the process that asks whether to stop, and not these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write_clips(audio: Path, seed: int, sample_rate: int, slot: int, numbers: range) -> None:
    # Written, not mapped: on a full disk a write fails with an error, a map with a signal.
    with audio.open("r+b") as stream:
        for number in numbers:
            samples = int16(corpus.clip(seed, number, sample_rate).samples[:slot])
            stream.seek(number * samples.nbytes)
            stream.write(samples.tobytes())


def _write_mp3s(folder: Path, seed: int, length: int, numbers: range) -> None:
    from trainer.toy.mp3 import write_mp3  # noqa: PLC0415 - PyAV is not there on a bare GPU host

    for number in numbers:
        clip = corpus.clip(seed, number, MP3_RATE)
        write_mp3(folder / f"{clip.key}.mp3", int16(clip.samples[:length]), MP3_RATE)
