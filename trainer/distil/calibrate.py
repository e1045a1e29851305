"""Scores made comparable: the student's logits as wide as the teacher's, a threshold for each tag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.models.samplecnn import SampleCNN
from trainer.distil.tags import BAR, sigmoid
from trainer.evaluation import calibration

FEWEST = 10
"""Positive clips that a measured threshold is weighed against."""


@dataclass(frozen=True, eq=False)
class Affine:
    """logit -> gain * logit + shift, both [tags]."""

    gain: NDArray[np.float64]
    shift: NDArray[np.float64]

    def __call__(self, logits: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return changed logits [n, tags]."""
        return np.asarray(logits * self.gain + self.shift)


def matched(student: NDArray[np.floating], teacher: NDArray[np.floating], most: float = 2.0) -> Affine:
    """Return what gives the student's logits the teacher's mean and deviation, both [n, tags].

    A student that is unsure shrinks towards the mean; ranks within a tag stay as they are.
    """
    gain = np.clip(teacher.std(0) / (student.std(0) + 1e-6), 1 / most, most)
    return Affine(gain, teacher.mean(0) - gain * student.mean(0))


def fold(network: SampleCNN, affine: Affine) -> None:
    """Put the change into the output layer."""
    gain = torch.from_numpy(affine.gain).to(network.dense.weight)
    shift = torch.from_numpy(affine.shift).to(network.dense.weight)
    with torch.no_grad():
        network.dense.weight.mul_(gain[:, None])
        network.dense.bias.mul_(gain).add_(shift)


def thresholds(student: NDArray[np.floating], teacher: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return a threshold for each tag, [tags], from scores of clips, both [n, tags].

    A clip is positive where the teacher's mean score reaches the bar (see `tags.BAR`). The threshold with
    the best F1 counts as much as there are positive clips, the bar itself as much as FEWEST of them.
    """
    found = []
    for mine, theirs in zip(student.T, teacher.T, strict=True):
        positive = theirs >= BAR
        count = int(positive.sum())
        best = calibration.best_threshold(mine, positive)[0] if count else BAR
        found.append((count * best + FEWEST * BAR) / (count + FEWEST))
    return np.clip(found, 0.05, 0.95)


def f1(
    student: NDArray[np.floating], teacher: NDArray[np.floating], at: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the F1 of each tag at its threshold, NaN where the teacher hears it in no clip."""
    return calibration.f1(student, teacher >= BAR, at)


def scores_of(
    network: SampleCNN, windows: NDArray[np.int16], batch: int = 16
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return logits and scores, [n, tags], of the middle of each window int16 [n, samples]."""
    start = (windows.shape[1] - network.window) // 2
    device = network.dense.weight.device
    network.eval()
    parts = []
    with torch.inference_mode():
        for i in range(0, len(windows), batch):
            waves = np.asarray(windows[i : i + batch, start : start + network.window], np.float32) / 32768
            parts.append(network(torch.from_numpy(waves).to(device)).float().cpu().numpy())
    logits = np.concatenate(parts).astype(np.float64)
    return logits, sigmoid(logits)
