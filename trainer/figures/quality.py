"""How good networks are, tag by tag, and whether their scores mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from trainer.errors import RunError
from trainer.evaluation.metrics import Interval
from trainer.evaluation.report import Evaluation
from trainer.figures.sheet import COLOURS, COLUMN, GREY, MARKERS, PAGE, sheet

Named = Sequence[tuple[str, Evaluation]]
"""What to call each network, and its numbers."""


def draw_tags(evaluations: Named, stem: Path) -> None:
    """Draw ROC-AUC and PR-AUC of each tag with their intervals, the best tag of the first network on top.

    Beside the PR-AUC stands what chance would reach: the share of the clips that have the tag.

    Args:
        evaluations: of networks with the same tags.
        stem: of the files to write.

    Raises:
        RunError: the networks have different tags, or there are more of them than can be told apart.
    """
    _expect_comparable(evaluations, same_tags=True)
    first = evaluations[0][1]
    areas = np.nan_to_num([tag.roc_auc.value for tag in first.tags], nan=-1.0)
    order = np.argsort(areas, kind="stable")
    chance = np.array([first.tags[k].test_clips for k in order]) / max(1, first.sizes["test"])
    with sheet(stem, PAGE, 2.6 + 0.34 * len(order)) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, name, title in ((left, "roc_auc", "ROC-AUC"), (right, "pr_auc", "PR-AUC")):
            for number, (label, evaluation) in enumerate(evaluations):
                lift = 0.22 * ((len(evaluations) - 1) / 2 - number)
                found = [getattr(evaluation.tags[k], name) for k in order]
                _draw_intervals(axes, found, np.arange(len(order)) + lift, number, label)
                mean = evaluation.measures[name].value
                axes.axvline(mean, color=COLOURS[number], linewidth=0.6, dashes=(4, 3), zorder=0)
            axes.set_xlabel(title)
            axes.grid(axis="y", color="#E6E6E6", linewidth=0.5)
            axes.set_axisbelow(True)
        left.set_yticks(range(len(order)), [first.tags[k].name for k in order])
        left.set_ylim(-0.7, len(order) - 0.3)
        left.set_xlim(right=1.005)
        right.scatter(chance, range(len(order)), marker="|", s=18, color=GREY, linewidth=0.8, label="chance")
        right.set_xlim(0, 1.01)
        figure.legend(
            *right.get_legend_handles_labels(), loc="outside upper center", ncols=len(evaluations) + 1
        )
        figure.supxlabel(
            "Lines: 95 % intervals over the clips of the test split; dashed: means over the tags"
        )


def draw_calibration(evaluations: Named, stem: Path) -> None:
    """Draw how often tags were true at each score, and below it how many scores there are.

    Args:
        evaluations: of some networks.
        stem: of the files to write.

    Raises:
        RunError: there are more networks than can be told apart.
    """
    _expect_comparable(evaluations, same_tags=False)
    with sheet(stem, COLUMN, 11.0) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot([0, 1], [0, 1], color=GREY, linewidth=0.6, dashes=(4, 3))
        for number, (label, evaluation) in enumerate(evaluations):
            table = evaluation.reliability
            filled = table.count > 0
            error = np.sqrt(table.share * (1 - table.share) / np.maximum(table.count, 1))
            above.errorbar(
                table.score[filled],
                table.share[filled],
                1.96 * error[filled],
                color=COLOURS[number],
                marker=MARKERS[number],
                capsize=1.5,
                linewidth=0.9,
                elinewidth=0.6,
                label=f"{label}: error {table.error:.3f}",
            )
            edges = np.append(table.edges, 1.0)
            below.stairs(table.count, edges, color=COLOURS[number], linewidth=1.0)
        above.set_ylabel("Share of clips that have the tag")
        above.set_ylim(-0.01, 1.02)
        above.legend(loc="upper left")
        below.set_yscale("log")
        below.set_ylabel("Scores")
        below.set_xlabel("Score, clips and tags together")
        below.set_xlim(0, 1)


def _draw_intervals(
    axes: Axes, intervals: Sequence[Interval], heights: NDArray[np.floating], number: int, label: str
) -> None:
    value, low, high = np.array([(one.value, one.low, one.high) for one in intervals]).T
    axes.errorbar(
        value,
        heights,
        xerr=np.maximum(0, np.nan_to_num([value - low, high - value])),
        color=COLOURS[number],
        marker=MARKERS[number],
        markersize=2.6,
        linestyle="none",
        elinewidth=0.7,
        label=label,
    )


def _expect_comparable(evaluations: Named, *, same_tags: bool) -> None:
    if not 1 <= len(evaluations) <= len(MARKERS):
        raise RunError(
            f"{len(evaluations)} networks cannot be told apart in one figure",
            remedy=f"choose 1 to {len(MARKERS)}",
        )
    names = {tuple(tag.name for tag in evaluation.tags) for _, evaluation in evaluations}
    if same_tags and len(names) > 1:
        raise RunError("the networks know different tags", remedy="choose runs on one data set")
