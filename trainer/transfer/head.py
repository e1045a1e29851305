"""The classifier while it learns from kept features."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tagger_core.models.aggregate import Classifier
from trainer.data.catalogue import Task
from trainer.evaluation.metrics import macro, pr_auc, roc_auc
from trainer.training.steps import CRITERIA

ROWS_AT_ONCE = 4096


class Head(nn.Module):
    """A classifier under the name that it has in the whole network, so that its weights fit in there."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, features: Tensor) -> Tensor:
        """Return logits [clips, tags] of features [clips, dimensions]."""
        logits: Tensor = self.classifier(features)
        return logits


class FeatureValidation:
    """Judges a classifier by the features of some clips.

    Args:
        features: float32 [clips, dimensions].
        labels: bool [clips, tags].
        task: of the data.
        device: where they are heard.
    """

    def __init__(
        self, features: NDArray[np.float32], labels: NDArray[np.bool_], task: Task, device: torch.device
    ) -> None:
        self.features = torch.from_numpy(np.ascontiguousarray(features)).to(device)
        self.labels, self.task = labels, task

    @torch.inference_mode()
    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return loss, macro roc_auc and pr_auc, and accuracy where the task is genre."""
        logits = torch.cat([network(part) for part in torch.split(self.features, ROWS_AT_ONCE)]).float()
        truth = torch.from_numpy(self.labels).to(logits.device, torch.float32)
        scores = (logits.softmax(1) if self.task == "genre" else logits.sigmoid()).cpu().numpy()
        figures = {
            "loss": float(CRITERIA[self.task](logits, truth)),
            "roc_auc": macro(roc_auc(scores, self.labels)),
            "pr_auc": macro(pr_auc(scores, self.labels)),
        }
        if self.task == "genre":
            figures["accuracy"] = float(np.mean(scores.argmax(1) == self.labels.argmax(1)))
        return figures
