"""All clips of a catalogue through the decoder, as many at once as there are workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import AudioError, Cancelled
from trainer.data.audio_file import AudioFile
from trainer.data.catalogue import Catalogue, Clip
from trainer.data.excerpt import OpenAudio, Place, hear
from trainer.data.journal import Journal, Outcome
from trainer.errors import DataError

_MARK_SECONDS = 5.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Wanted:
    """What is kept of each clip.

    Args:
        sample_rate: in Hz.
        slot: samples at most.
        least: samples at least; a clip that has fewer is left out.
        place: where in the song.
    """

    sample_rate: int
    slot: int
    least: int
    place: Place


@dataclass(frozen=True)
class Control:
    """How the work is done, which does not decide what comes of it.

    Args:
        workers: clips at once.
        progress: is told how many clips are done, and of how many.
        cancelled: is asked again and again.
    """

    workers: int
    progress: Callable[[int, int], None]
    cancelled: Callable[[], bool]

    def go_on(self) -> None:
        """Raise `Cancelled` if the work was cancelled."""
        if self.cancelled():
            raise Cancelled


@dataclass(frozen=True, eq=False)
class _Heard:
    samples: NDArray[np.int16]  # [0] where it is left out
    problem: str


def decode_all(
    catalogue: Catalogue, wanted: Wanted, audio: AudioFile, journal: Journal, control: Control
) -> None:
    """Decode what the journal does not know yet: one child process a worker, one thread that writes.

    Raises:
        DataError: a file vanished.
        Cancelled: it was; what is done is kept.
        OSError: the audio or the journal cannot be written.
    """
    from tagger_core.audio.pool import DecoderPool  # noqa: PLC0415 - a host that only trains has no PyAV

    _forget_what_was_lost(audio, journal)
    clips = catalogue.clips
    rows = iter([row for row in range(len(clips)) if row not in journal.done])
    running: dict[Future[_Heard], int] = {}
    marked = time.monotonic()
    control.progress(len(journal.done), len(clips))
    with DecoderPool(control.workers) as pool, ThreadPoolExecutor(control.workers) as threads:
        try:
            while True:
                # As many again as are at work, so that no worker waits for the writing.
                for row in islice(rows, 2 * control.workers - len(running)):
                    running[threads.submit(_listen, pool.open, clips[row], wanted)] = row
                if not running:
                    break
                control.go_on()
                for future in wait(running, _LOOK_SECONDS, FIRST_COMPLETED).done:
                    _keep(running.pop(future), future.result(), audio, journal)
                    control.progress(len(journal.done), len(clips))
                if time.monotonic() - marked > _MARK_SECONDS:
                    _mark(audio, journal)
                    marked = time.monotonic()
        except BaseException as error:
            for future in running:
                future.cancel()
            pool.cancel()
            if isinstance(error, Cancelled):
                _mark(audio, journal)
            raise
    _mark(audio, journal)


def _listen(open_audio: OpenAudio, clip: Clip, wanted: Wanted) -> _Heard:
    nothing = np.empty(0, np.int16)
    try:
        excerpt = hear(open_audio, clip.path, wanted.sample_rate, wanted.slot, wanted.place)
    except AudioError as error:
        if not clip.path.exists():
            raise DataError(
                "vanished while the set was being prepared",
                path=clip.path,
                remedy="see that its disk is there, and run the same command again",
            ) from error
        return _Heard(nothing, error.message)
    if excerpt.samples.size >= wanted.least:
        return _Heard(excerpt.samples, excerpt.problem)
    lasts, least = excerpt.samples.size / wanted.sample_rate, wanted.least / wanted.sample_rate
    short = f"lasts {lasts:.3f} seconds, less than {least:.3f}"
    return _Heard(nothing, f"{short}; {excerpt.problem}" if excerpt.problem else short)


def _keep(row: int, heard: _Heard, audio: AudioFile, journal: Journal) -> None:
    crc = audio.write(row, heard.samples) if heard.samples.size else 0
    journal.add(row, Outcome(heard.samples.size, crc, heard.problem))


def _mark(audio: AudioFile, journal: Journal) -> None:
    audio.sync()
    journal.mark()


def _forget_what_was_lost(audio: AudioFile, journal: Journal) -> None:
    """Forget the clips of which a power cut has lost the audio, though the journal tells of them."""
    for row in sorted(journal.unsure):
        outcome = journal.done[row]
        if outcome.samples and audio.crc(row) != outcome.crc:
            journal.forget(row)
