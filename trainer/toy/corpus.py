"""The toy corpus: clips, their true tags, and the tags that are written of them.

The clip with a number is the same for a seed, however many are asked for and by however many workers; a lower
sample rate takes away what lies above half of it and leaves the rest. As in MagnaTagATune, folders decide the
split (0 to b, c, d to f), an artist's clips lie in one folder, and the written tags are not the true ones: of
a true tag a share (`ToyTag.missing`) is never written, and now and then one is that belongs to another clip.
That holds in all splits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.data.catalogue import Split
from trainer.toy.plan import place, plan
from trainer.toy.render import SECONDS, render
from trainer.toy.tags import TAGS
from trainer.toy.tone import Signal

SLOWEST, FASTEST = 2_000, 44_100
WRONG = 0.03
"""The share of another clip's tags that are written of a clip too."""

_LABELS = 4


@dataclass(frozen=True, eq=False)
class ToyClip:
    """One clip.

    Args:
        key: folder and number, such as "c/000012".
        split: by its folder.
        labels: the indices of the tags that are written, ascending.
        truth: the indices of the tags that are heard, ascending.
        samples: float32 [29.1 s] in -1 to 1.
    """

    key: str
    split: Split
    labels: tuple[int, ...]
    truth: tuple[int, ...]
    samples: Signal


def key(number: int) -> str:
    """Return what names a clip."""
    return f"{place(number)[0]:x}/{number:06d}"


def split(number: int) -> Split:
    """Return what a clip is for: twelve folders to train, one to validate, three to test."""
    folder, _ = place(number)
    return "train" if folder < 12 else "validation" if folder == 12 else "test"


def written(seed: int, number: int) -> tuple[int, ...]:
    """Return the tags that are written of a clip, ascending."""
    random = np.random.default_rng([seed, _LABELS, number])
    draws = random.random(2 * len(TAGS))
    kept = {label for label in plan(seed, number).labels if draws[label] >= TAGS[label].missing}
    other = plan(seed, number + 1 + int(random.integers(1 << 20)))
    kept.update(label for label in other.labels if draws[len(TAGS) + label] < WRONG)
    return tuple(sorted(kept))


def clip(seed: int, number: int, sample_rate: int) -> ToyClip:
    """Return one clip of a corpus."""
    made = plan(seed, number)
    samples = render(made, seed, number, sample_rate)
    return ToyClip(key(number), split(number), written(seed, number), made.labels, samples)


def clips(count: int, seed: int, sample_rate: int) -> Iterator[ToyClip]:
    """Yield the first so many clips of a corpus."""
    for number in range(count):
        yield clip(seed, number, sample_rate)


def truth(count: int, seed: int) -> NDArray[np.bool_]:
    """Return the true tags of the first so many clips, [count, tags], without computing a sample."""
    present = np.zeros((count, len(TAGS)), np.bool_)
    for number in range(count):
        present[number, list(plan(seed, number).labels)] = True
    return present


__all__ = ["FASTEST", "SECONDS", "SLOWEST", "ToyClip", "clip", "clips", "key", "split", "truth", "written"]
