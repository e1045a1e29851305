"""The piece of a song that is kept: heard with the core's decoder, so that the app hears what was learned."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from trainer.data.prepared import to_int16

if TYPE_CHECKING:
    from tagger_core.audio.streams import SongStream

Place = Literal["start", "middle"]
PLACES: tuple[Place, ...] = get_args(Place)
OpenAudio = Callable[[Path, int], "AbstractContextManager[SongStream]"]

# A decoder that is left within a song has to be started anew, which takes as long as hearing so much of it.
_HEARD_OUT_SECONDS = 120.0
_NEVER = 1 << 62


@dataclass(frozen=True, eq=False)
class Excerpt:
    """What was heard of a song.

    Args:
        samples: int16 [n], n at most what was asked.
        problem: empty, or what of the file could not be heard, as far as it was listened to.
    """

    samples: NDArray[np.int16]
    problem: str


@dataclass(frozen=True, eq=False)
class _Heard:
    excerpt: Excerpt
    total: int


def hear(open_audio: OpenAudio, path: Path, sample_rate: int, length: int, place: Place) -> Excerpt:
    """Return so much of a song, mono, from its start or from around its middle.

    Where a file does not tell its length, or not truly, its middle is found by hearing it twice.

    Args:
        open_audio: `decode.open_audio`, or that of a pool of decoders.
        path: the song.
        sample_rate: in Hz.
        length: in samples; a shorter song is returned whole.
        place: where in the song.

    Raises:
        AudioError: as the decoder.
    """
    if place == "start":
        return _listen(open_audio, path, sample_rate, length, lambda _: 0).excerpt

    def middle(seconds: float | None) -> int:
        return _NEVER if seconds is None else max(0, (round(seconds * sample_rate) - length) // 2)

    heard = _listen(open_audio, path, sample_rate, length, middle)
    if heard.excerpt.samples.size < min(length, heard.total):
        begin = max(0, (heard.total - length) // 2)
        heard = _listen(open_audio, path, sample_rate, length, lambda _: begin)
    return heard.excerpt


def _listen(
    open_audio: OpenAudio, path: Path, sample_rate: int, length: int, begin: Callable[[float | None], int]
) -> _Heard:
    kept = [np.empty(0, np.int16)]
    total = 0
    with open_audio(path, sample_rate) as stream:
        start = begin(stream.info.seconds)
        for block in stream:
            wanted = block[max(0, start - total) : max(0, start + length - total)]
            if wanted.size:
                kept.append(to_int16(wanted))
            total += block.size
            ahead = (stream.info.seconds or 0.0) - total / sample_rate
            if total >= start + length and ahead > _HEARD_OUT_SECONDS:
                break
        return _Heard(Excerpt(np.concatenate(kept), stream.problem), total)
