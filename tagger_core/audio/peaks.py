"""The outline of a song: the lowest and highest sample of up to 2048 stretches, whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import Cancelled

MOST_PAIRS = 2048
OUTLINE_RATE = 4000  # Hz; enough for loudness, and a twelfth of the samples to look through
_FIRST_STRETCH = 64  # samples
_PIECE = _FIRST_STRETCH * MOST_PAIRS // 2


@dataclass(frozen=True, eq=False)
class Peaks:
    """The outline of a song.

    Args:
        low, high: float32 [pairs], the lowest and highest sample of each stretch, in order; all are as long.
        pairs_per_second: stretches in a second; the last one may be cut short.
        seconds: length of what was decoded.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    pairs_per_second: float
    seconds: float


def outline(path: Path, cancelled: Callable[[], bool] = lambda: False) -> Peaks:
    """Decode a file at a low rate and return its outline; memory is bounded whatever its length.

    Raises:
        AudioError: it cannot be opened, or holds no sound.
        Cancelled: `cancelled` was true between two blocks of about a second.
    """
    from tagger_core.audio.decode import open_audio  # noqa: PLC0415 - FFmpeg is loaded by the first song

    with open_audio(path, OUTLINE_RATE) as stream:
        return peaks(stream, OUTLINE_RATE, cancelled)


def peaks(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, cancelled: Callable[[], bool] = lambda: False
) -> Peaks:
    """Return the outline of float32 [n] blocks: up to 2048 pairs, from 1024 on where there is enough sound.

    When there are twice as many stretches as may be, each two are joined, so that nothing is looked at twice.
    """
    stretch, samples = _FIRST_STRETCH, 0
    low = high = rest = np.empty(0, np.float32)
    for piece in _pieces(blocks):
        if cancelled():
            raise Cancelled
        samples += piece.size
        rest = np.concatenate([rest, piece])
        count = rest.size // stretch
        count -= (len(low) + count) % 2  # an odd number could not be joined two by two
        if count > 0:
            parted, rest = rest[: count * stretch].reshape(-1, stretch), rest[count * stretch :]
            low = np.concatenate([low, parted.min(axis=1)])
            high = np.concatenate([high, parted.max(axis=1)])
        if len(low) > MOST_PAIRS - 2:
            low, high = low.reshape(-1, 2).min(axis=1), high.reshape(-1, 2).max(axis=1)
            stretch *= 2
    for start in range(0, rest.size, stretch):
        end = rest[start : start + stretch]
        low, high = np.append(low, end.min()), np.append(high, end.max())
    return Peaks(low, high, sample_rate / stretch, samples / sample_rate)


def _pieces(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Cut blocks so that none adds more stretches than joining two by two makes room for."""
    for block in blocks:
        for start in range(0, block.size, _PIECE):
            yield block[start : start + _PIECE]
