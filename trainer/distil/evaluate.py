"""How well scores agree with the teacher's: rank correlation, ROC-AUC, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata  # type: ignore[import-untyped]  # scipy has no types

from trainer.evaluation.metrics import roc_auc

CLIP_SECONDS = 30
"""About the length of MagnaTagATune's clips."""
DRAWS = 200
"""Resamples of the tracks behind an interval."""

Scores = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two sets of scores compared, tag by tag.

    Args:
        spearman: rank correlation, [tags]; NaN where either side is constant.
        auc: ROC-AUC for the teacher's top tenth, [tags].
        spread: standard deviation of the scores over the teacher's, [tags]; NaN where the teacher's is 0.
        count: number of items compared.
    """

    spearman: NDArray[np.float64]
    auc: NDArray[np.float64]
    spread: NDArray[np.float64]
    count: int

    def means(self) -> dict[str, float]:
        """Return the mean over tags of each number, over those that have it; NaN where none has."""
        numbers = {"Spearman": self.spearman, "AUC": self.auc, "spread": self.spread}
        return {
            name: float(values[np.isfinite(values)].mean()) if np.isfinite(values).any() else np.nan
            for name, values in numbers.items()
        }


def spearman(a: Scores, b: Scores) -> NDArray[np.float64]:
    """Return the rank correlation of each column of a and b, both [n, tags]; ties get their mean rank."""
    ranks_a, ranks_b = (rankdata(x, axis=0) - (len(x) + 1) / 2 for x in (a, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            (ranks_a * ranks_b).sum(0) / np.sqrt((ranks_a**2).sum(0) * (ranks_b**2).sum(0)), np.float64
        )


def compare(scores: Scores, teacher: Scores) -> Agreement:
    """Return the agreement of scores with the teacher's, both [n, tags]."""
    positive = teacher >= np.quantile(teacher, 0.9, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = np.where(np.ptp(teacher, axis=0) > 0, teacher.std(axis=0), np.nan)
        spread = np.asarray(scores.std(axis=0) / deviation, np.float64)
    return Agreement(spearman(scores, teacher), roc_auc(scores, positive), spread, len(scores))


def pooled(scores: Scores, group_of: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the mean over the rows of each group, [groups, tags], in the order of the groups' numbers."""
    _, place = np.unique(group_of, return_inverse=True)
    sums = np.zeros((place.max() + 1, scores.shape[1]))
    np.add.at(sums, place, scores)
    return np.asarray(sums / np.bincount(place)[:, None])


def clips(piece_of: NDArray[np.integer], size: int) -> NDArray[np.int64]:
    """Number the clips of `size` consecutive windows of one piece, in the order of the pieces."""
    starts = np.flatnonzero(np.r_[True, np.diff(piece_of) != 0])
    within = np.arange(len(piece_of)) - np.repeat(starts, np.diff(np.r_[starts, len(piece_of)]))
    new = np.r_[True, np.diff(piece_of) != 0] | (within % size == 0)
    return np.asarray(np.cumsum(new) - 1, np.int64)


def intervals(
    scores: Scores, teacher: Scores, track_of: NDArray[np.integer], draws: int = DRAWS
) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each of `Agreement.means`, had other tracks been drawn.

    Args:
        scores: of clips, [n, tags].
        teacher: of the same clips.
        track_of: int [n]; the clips of a track are drawn together, as they are much alike.
        draws: number of resamples.
    """
    tracks = [np.flatnonzero(track_of == track) for track in np.unique(track_of)]
    random, drawn = np.random.default_rng(0), []
    for _ in range(draws):
        rows = np.concatenate([tracks[k] for k in random.integers(len(tracks), size=len(tracks))])
        drawn.append(compare(scores[rows], teacher[rows]).means())
    return {
        name: tuple(np.nanquantile([means[name] for means in drawn], (0.025, 0.975))) for name in drawn[0]
    }
