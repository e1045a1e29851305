"""From scores to yes and no, and whether a score means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10

Scores = NDArray[np.floating]
Labels = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Scores in bins of equal width, each beside what was true of its clips; all arrays are [bins].

    Args:
        edges: lower edge of each bin; the last ends at 1.
        count: scores in each bin.
        score: mean score of each bin, NaN where it is empty.
        share: share of each bin's labels that are true, NaN where it is empty.
    """

    edges: Floats
    count: NDArray[np.int64]
    score: Floats
    share: Floats

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of score and share; NaN without scores."""
        filled = self.count > 0
        if not filled.any():
            return float("nan")
        distance = np.abs(self.score[filled] - self.share[filled])
        return float(np.average(distance, weights=self.count[filled]))


def reliability(scores: Scores, labels: Labels, bins: int = BINS) -> Reliability:
    """Return the reliability table of scores from 0 to 1 and their labels, of one shape, all pooled."""
    place = np.minimum((scores.ravel() * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        score = np.bincount(place, scores.ravel().astype(np.float64), bins) / count
        share = np.bincount(place, labels.ravel(), bins) / count
    return Reliability(np.arange(bins) / bins, count, score, share)


def calibration_errors(scores: Scores, labels: Labels, bins: int = BINS) -> Floats:
    """Return the expected calibration error of each tag, [tags], for scores and labels [clips, tags]."""
    pairs = zip(scores.T, labels.T, strict=True)
    return np.array([reliability(score, label, bins).error for score, label in pairs], np.float64)


def best_threshold(scores: Scores, positive: Labels) -> tuple[float, float]:
    """Return the threshold with the best F1, halfway to the next lower score, and that F1.

    Args:
        scores: [n], of one tag.
        positive: bool [n], at least one of them.
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order].astype(np.float64)
    # A threshold parts no ties, so it can lie only behind the last of equal scores.
    ends = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])
    hits = np.cumsum(positive[order])[ends]
    f1_at = 2 * hits / (ends + 1 + positive.sum())
    best = int(np.argmax(f1_at))
    at = ordered[ends[best]]
    below = ordered[ends[best] + 1] if best + 1 < len(ends) else at
    middle = (at + below) / 2
    return float(middle if middle > below else at), float(f1_at[best])


def thresholds(scores: Scores, labels: Labels) -> Floats:
    """Return the threshold of each tag with the best F1, [tags]; to be asked of the validation split.

    A tag without a positive clip gets the one threshold that is best for all tags together, and .5 where no
    tag has any.

    Args:
        scores: [clips, tags], from 0 to 1.
        labels: bool [clips, tags].
    """
    common = best_threshold(scores.ravel(), labels.ravel())[0] if labels.any() else 0.5
    pairs = zip(scores.T, labels.T, strict=True)
    return np.array([best_threshold(*pair)[0] if pair[1].any() else common for pair in pairs], np.float64)


def f1(scores: Scores, labels: Labels, at: Scores) -> Floats:
    """Return each tag's F1 at its threshold, [tags], NaN where no clip has it; shapes as `thresholds`."""
    said = scores >= at
    with np.errstate(invalid="ignore"):
        found = 2 * (said & labels).sum(axis=0) / (said.sum(axis=0) + labels.sum(axis=0))
    return np.where(labels.any(axis=0), found, np.nan)
