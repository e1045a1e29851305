"""What a network is worth on the validation split: loss of windows, areas of clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.metrics import macro, pr_auc, roc_auc
from trainer.training.audio_store import FULL_SCALE, store_audio
from trainer.training.devices import total
from trainer.training.order import Choice
from trainer.training.steps import CRITERIA

if TYPE_CHECKING:
    from lightning.fabric import Fabric

SAMPLES_AT_ONCE = 1 << 22
"""Samples that go through a network together."""


class Validation:
    """Judges a network by every non-overlapping window of some clips.

    Args:
        prepared: the data.
        rows: which clips, int64 [clips]; the processes share them.
        window: in samples.
        fabric: device, precision and processes.

    Raises:
        RunError: there is no clip.
    """

    def __init__(self, prepared: Prepared, rows: NDArray[np.int64], window: int, fabric: Fabric) -> None:
        if not len(rows):
            raise RunError(
                "there is no clip to validate on", path=prepared.folder, remedy="look at its splits"
            )
        self.task, self.fabric, self.labels = prepared.task, fabric, prepared.labels[rows]
        self.mine = np.array_split(np.arange(len(rows)), fabric.world_size)[fabric.global_rank]
        self.batch = max(1, SAMPLES_AT_ONCE // window)
        counts = Choice().windows(prepared.samples[rows], window)
        self.windows = int(counts.sum())
        self.counts = torch.from_numpy(counts).to(fabric.device)
        mine = counts[self.mine]
        self.clips = np.repeat(np.arange(len(mine)), mine)
        self.starts = window * (np.arange(len(self.clips)) - np.repeat(np.cumsum(mine) - mine, mine))
        self.store = store_audio(prepared, rows[self.mine], window, fabric.device)

    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return loss, macro roc_auc and pr_auc, and accuracy where the task is genre.

        The loss is the mean over windows; all else is of clips, whose scores are the means of their windows'.
        """
        scores, loss = self._heard(network)
        areas = {
            "loss": loss,
            "roc_auc": macro(roc_auc(scores, self.labels)),
            "pr_auc": macro(pr_auc(scores, self.labels)),
        }
        if self.task == "genre":
            areas["accuracy"] = float(np.mean(scores.argmax(1) == self.labels.argmax(1)))
        return areas

    @torch.inference_mode()
    def _heard(self, network: nn.Module) -> tuple[NDArray[np.float64], float]:
        """Return scores [clips, tags] and the mean loss of all processes' windows."""
        device = self.fabric.device
        labels = torch.from_numpy(self.labels).to(device, torch.float32)
        sums = torch.zeros(self.labels.shape, dtype=torch.float64, device=device)
        loss = torch.zeros((), dtype=torch.float64, device=device)
        pieces = range(0, len(self.clips), self.batch)
        clips = [self.clips[first : first + self.batch] for first in pieces]
        starts = [self.starts[first : first + self.batch] for first in pieces]
        all_rows = torch.split(torch.from_numpy(self.mine[self.clips]).to(device), self.batch)
        for waves, rows in zip(self.store.gather(clips, starts), all_rows, strict=bool(clips)):
            with self.fabric.autocast():
                logits: Tensor = network(waves / FULL_SCALE)
            logits = logits.float()
            heard = logits.softmax(1) if self.task == "genre" else logits.sigmoid()
            sums.index_add_(0, rows, heard.double())
            loss += CRITERIA[self.task](logits, labels[rows]).double() * len(waves)
        scores = total(self.fabric, sums) / self.counts[:, None]
        return scores.cpu().numpy(), float(total(self.fabric, loss)) / self.windows
