"""All teachers at once, on the device where the student learns: sound in, targets out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tagger_core.models.tag_names import TAG_NAMES
from trainer.distil import panel
from trainer.distil.panel import Voice
from trainer.distil.tags import BAR, logit
from trainer.distil.targets import Merger

FARTHEST = float(logit(1.0))
"""The logit that `logit` keeps all others below."""


class LiveMerger(nn.Module):
    """A `Merger` as operations on tensors, and what `without_genre` does after it.

    Args:
        merger: fitted.
        voices: whose logits it will get; there is one of each data set that teaches a word.
        most: what `targets.most` returns.
    """

    def __init__(self, merger: Merger, voices: tuple[Voice, ...], most: NDArray[np.float32]) -> None:
        super().__init__()
        self.voices = voices
        datasets = {voice.dataset: sum(v.dataset == voice.dataset for v in voices) for voice in voices}
        shift = np.full(len(merger.words), float(logit(BAR)))
        for dataset, networks in datasets.items():
            order = [name for name, _ in TAG_NAMES[dataset]]
            members = np.zeros((len(order), len(merger.words)), np.float32)
            scale = np.zeros(len(merger.words))
            for number, word in enumerate(merger.words):
                if dataset not in word.members:
                    continue
                members[[order.index(name) for name in word.members[dataset]], number] = 1
                place, spread = (
                    (word.name, dataset),
                    np.mean([merger.deviation[word.name, d] for d in word.members]),
                )
                gain = spread / merger.deviation[place] / len(word.members)
                scale[number] = gain / networks
                shift[number] -= gain * merger.bar[place]
            self.register_buffer(f"members_{dataset}", torch.from_numpy(members))
            self.register_buffer(f"scale_{dataset}", torch.from_numpy(scale.astype(np.float32)))
        self.shift: Tensor
        self.most: Tensor
        self.register_buffer("shift", torch.from_numpy(shift.astype(np.float32)))
        self.register_buffer("most", torch.from_numpy(most))

    def forward(self, heard: Mapping[Voice, Tensor], music: Tensor) -> Tensor:
        """Return target logits, float32 [n, words].

        Args:
            heard: each voice's logits, [n, 50].
            music: whether there is music in a window, bool [n].
        """
        merged = self.shift
        for voice in self.voices:
            members, scale = (getattr(self, f"{part}_{voice.dataset}") for part in ("members", "scale"))
            # The chance that none of the synonyms was written, as a logarithm.
            none = -nn.functional.softplus(heard[voice].float()) @ members
            spoken = torch.log(-torch.expm1(none)) - none
            # Words of other sets have no synonyms here, and an infinity must not meet the zero of the scale.
            merged = merged + scale * spoken.clamp(-FARTHEST, FARTHEST)
        return torch.where(music[:, None], merged, torch.minimum(merged, self.most))


class LivePanel(nn.Module):
    """Teachers and what merges them.

    Args:
        teachers: each hears windows in batches.
        merger: of all of them.
    """

    def __init__(self, teachers: Mapping[Voice, nn.Module], merger: LiveMerger) -> None:
        super().__init__()
        self.teachers, self.merger = nn.ModuleList(teachers.values()), merger
        self.eval()

    def forward(self, sound: Tensor, music: Tensor) -> Tensor:
        """Return target logits, float32 [n, words], for sound float32 [n, samples]; see `LiveMerger`."""
        heard = zip(self.merger.voices, self.teachers, strict=True)
        targets: Tensor = self.merger({voice: teacher(sound) for voice, teacher in heard}, music)
        return targets


def live_panel(
    folder: Path, asked: tuple[Voice, ...], merger: Merger, most: NDArray[np.float32], device: torch.device
) -> LivePanel:
    """Return the teachers in a folder on a device."""
    teachers = {voice: panel.teacher_of(folder, voice, device) for voice in asked}
    return LivePanel(teachers, LiveMerger(merger, asked, most)).to(device)
