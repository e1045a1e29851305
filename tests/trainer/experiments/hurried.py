"""The papers' runs in a hurry: true windows, a sixty-fourth of the filters, two steps, little data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from trainer.data.catalogue import Catalogue, Clip, Split
from trainer.data.prepared import AUDIO, Prepared, describe
from trainer.experiments.variant import Variant
from trainer.experiments.workshop import Workshop
from trainer.training.run import Run

SECONDS = 3.6
"""As long as the longest window of the papers."""

SPLITS: tuple[Split, ...] = ("train", "train", "validation", "validation", "test", "test")
TAGS = (("low", "instrument"), ("high", "instrument"), ("loud", "mood"))
SIXTY_FOURTH = Variant(scale=1 / 64)


class Hurried(Workshop):
    """Everything as in the papers but for filters and steps; makes the data that it lacks."""

    def changed(self, run: Run) -> Run:
        run = super().changed(run)
        return replace(run, recipe=replace(run.recipe, batch=2, rounds=1, round_steps=2, precision="fp32"))

    def prepared(self, run: Run) -> Prepared:
        folder = self.data / f"{run.data}-{run.sample_rate}"
        return Prepared.open(folder) if folder.exists() else little(folder, run.data, run.sample_rate)


def hurried(folder: Path) -> Hurried:
    return Hurried(folder / "data", folder / "runs", SIXTY_FOURTH, device="cpu", command="pytest")


def little(folder: Path, name: str, rate: int, seed: int = 0) -> Prepared:
    """Write six clips of noise and tones; each tag has a clip and lacks one in every split."""
    random = np.random.default_rng(seed)
    slot = round(SECONDS * rate)
    time = np.arange(slot) / rate
    genre = name in ("gtzan", "tagtraum")
    clips, audio = [], []
    for number, split in enumerate(SPLITS):
        labels = (number % 2,) if genre else ((0,), (1, 2))[number % 2]
        waves = [np.sin(2 * np.pi * hz * time) for hz in (110.0, 440.0)]
        wave = waves[number % 2] * (0.2 + 0.2 * (2 in labels)) + random.normal(0, 0.05, slot)
        clips.append(Clip(f"clip {number}", Path(f"{number}.mp3"), labels, split))
        audio.append(np.round(wave * 20000).astype("<i2"))
    folder.mkdir(parents=True)
    np.stack(audio).tofile(folder / AUDIO)
    catalogue = Catalogue(name, "genre" if genre else "tags", TAGS, tuple(clips))
    describe(folder, catalogue, [slot] * len(clips), sample_rate=rate, slot=slot)
    return Prepared.open(folder)
