"""Blocks of sound -> the windows that a model hears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SILENCE = 10 ** (-60 / 20)  # -60 dBFS, as a peak
LEAST_UNHEARD = 0.1  # of a window: a rest shorter than this tells nothing new


@dataclass(frozen=True, eq=False)
class Window:
    """One model input.

    Args:
        start: in samples from the beginning of the song.
        samples: float32 [length].
        silent: True where the peak is below -60 dBFS.
    """

    start: int
    samples: NDArray[np.float32]
    silent: bool


def cut(blocks: Iterable[NDArray[np.float32]], length: int, hop: int) -> Iterator[Window]:
    """Cut blocks of any sizes into windows, holding no more than a few windows' worth of them.

    Windows start at 0, hop, 2 * hop, ... A song shorter than a window is repeated until it fills one. If at
    least a tenth of a window is left after the last one, one more window ends with the song. Where there is
    no sound, there are no windows.

    Args:
        blocks: float32 [n] each, one after the other.
        length: of a window, in samples.
        hop: between window starts, in samples; larger than `length` leaves gaps.
    """
    if length < 1 or hop < 1:
        raise ValueError(f"length {length} and hop {hop} must be positive")
    start = end = kept_from = 0
    kept = np.empty(0, np.float32)
    fresh: list[NDArray[np.float32]] = []
    for block in blocks:
        fresh.append(block)
        end += block.size
        # Joined only for a window, or when much has gathered in a gap: so many small blocks cost no more.
        if end < start + length and end - kept_from < 3 * length:
            continue
        kept = np.concatenate([kept, *fresh])
        fresh.clear()
        while start + length <= end:
            yield _window(start, kept[start - kept_from :][:length].copy())
            start += hop
        forget = max(0, min(start, end - length) - kept_from)
        kept, kept_from = kept[forget:], kept_from + forget
    kept = np.concatenate([kept, *fresh])
    if not end:
        return
    if start == 0:
        yield _window(0, np.resize(kept, length))
    elif end - (start - hop + length) >= LEAST_UNHEARD * length:
        yield _window(end - length, kept[-length:].copy())


def _window(start: int, samples: NDArray[np.float32]) -> Window:
    return Window(start, samples, silent=bool(np.abs(samples).max() < SILENCE))
