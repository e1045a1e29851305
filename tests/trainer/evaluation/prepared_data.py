"""Small prepared data for tests: clips whose labels can be heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.data.catalogue import Catalogue, Clip, Split, Task
from trainer.data.prepared import AUDIO, Prepared, describe

RATE = 8000
TAGS = (("low", "instrument"), ("high", "instrument"), ("loud", "mood"))
SPLITS: tuple[Split, ...] = ("train", "train", "validation", "test")


def tones(number: int, labels: NDArray[np.bool_], samples: int) -> NDArray[np.int16]:
    """A low tone, a high tone, both or none over noise, three times as loud where the third label says so."""
    random = np.random.default_rng(number)
    time = np.arange(samples) / RATE
    wave = random.normal(0, 0.02, samples)
    for present, frequency in zip(labels[:2], (150, 2500), strict=True):
        wave += present * 0.1 * np.sin(2 * np.pi * frequency * time + random.uniform(0, 6))
    return np.round(wave * (3 if labels[2:].any() else 1) * 32767).astype(np.int16)


def prepared_data(
    folder: Path,
    clips: int = 40,
    *,
    lengths: Sequence[int] = (4000,),
    task: Task = "tags",
    tags: tuple[tuple[str, str], ...] = TAGS,
    audio: Callable[[int, NDArray[np.bool_], int], NDArray[np.int16]] = tones,
    splits: Sequence[Split] = SPLITS,
    seed: int = 0,
) -> Prepared:
    """Write prepared data of `clips` clips; their lengths and splits take turns."""
    random = np.random.default_rng(seed)
    labels = random.random((clips, len(tags))) < 0.4
    if task == "genre":
        labels = np.eye(len(tags), dtype=np.bool_)[random.integers(len(tags), size=clips)]
    slot = max(lengths)
    samples = [lengths[number % len(lengths)] for number in range(clips)]
    content = np.zeros((clips, slot), "<i2")
    for number, (row, length) in enumerate(zip(labels, samples, strict=True)):
        content[number, :length] = audio(number, row, length)
    folder.mkdir(parents=True, exist_ok=True)
    content.tofile(folder / AUDIO)
    catalogue = Catalogue(
        "tones",
        task,
        tags,
        tuple(
            Clip(
                f"clip {number}",
                Path(f"{number}.wav"),
                tuple(np.flatnonzero(row).tolist()),
                splits[number % len(splits)],
            )
            for number, row in enumerate(labels)
        ),
    )
    describe(folder, catalogue, samples, sample_rate=RATE, slot=slot)
    return Prepared.open(folder)
