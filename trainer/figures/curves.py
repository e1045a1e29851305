"""How networks learned: loss and areas over the sound that they heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from trainer.figures.sheet import COLOURS, LINES, PAGE, sheet
from trainer.recipes import Criterion


@dataclass(frozen=True)
class LearningCurve:
    """How one run learned.

    Args:
        label: what to call it.
        rounds: the rows of its `metrics.csv`.
        best: what chose the weights that were kept.
    """

    label: str
    rounds: Sequence[Mapping[str, float]]
    best: Criterion = "loss"

    def column(self, name: str) -> np.ndarray:
        """Return a figure of every round, [rounds]."""
        return np.array([row[name] for row in self.rounds], np.float64)

    @property
    def kept(self) -> int:
        """The round whose weights were kept."""
        worth = (
            self.column("validation_roc_auc") if self.best == "roc_auc" else -self.column("validation_loss")
        )
        return int(np.nan_to_num(worth, nan=-np.inf).argmax())


def draw_learning_curves(runs: Sequence[LearningCurve], stem: Path) -> None:
    """Draw loss, ROC-AUC and PR-AUC of the validation split, with the round that was kept.

    Args:
        runs: over thousands of segments heard, since rounds are not as long in all recipes.
        stem: of the files to write.
    """
    with sheet(stem, PAGE, 6.2) as figure:
        loss, roc, pr = figure.subplots(1, 3)
        titles = ("Loss", "ROC-AUC, validation", "PR-AUC, validation")
        for axes, title in zip((loss, roc, pr), titles, strict=True):
            axes.set_title(title)
            axes.set_xlabel("Segments heard (thousands)")
            axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}" if x == round(x) else f"{x:g}")
        styles = cycle([(colour, line) for line in LINES for colour in COLOURS])
        for run, (colour, line) in zip(runs, styles, strict=False):
            heard = run.column("segments") / 1000
            loss.plot(heard, run.column("train_loss"), line, color=colour, alpha=0.4, linewidth=0.8)
            _draw(loss, run, "validation_loss", colour, line)
            _draw(roc, run, "validation_roc_auc", colour, line)
            _draw(pr, run, "validation_pr_auc", colour, line)
        for axes in (loss, roc, pr):
            axes.set_xlim(left=0)
        loss.plot([], [], color="black", alpha=0.4, linewidth=0.8, label="training (pale)")
        loss.plot([], [], "o", color="black", label="weights kept")
        handles, labels = loss.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(5, len(labels)))


def _draw(axes: Axes, run: LearningCurve, name: str, colour: str, line: str) -> None:
    heard, values = run.column("segments") / 1000, run.column(name)
    axes.plot(heard, values, line, color=colour, label=run.label)
    axes.plot(heard[run.kept], values[run.kept], "o", color=colour)
