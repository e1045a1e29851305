"""How well scores rank clips: ROC-AUC and PR-AUC of each tag, accuracy of genres, each with its interval.

Every area is computed for many weightings of the clips at once. A bootstrap resample is such a weighting (how
often each clip was drawn), so a tag's clips are sorted once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy has no types

RESAMPLES = 1000
LEVEL = 0.95

_MOST_WEIGHTS = 1 << 19
"""Clips times resamples computed at once: as many as a processor's cache holds."""

Scores = NDArray[np.floating]
Labels = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A number and where it would lie had other clips been drawn; NaN where there is nothing to measure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Areas:
    """Both areas of each tag and their means over the tags that have one, with intervals."""

    roc_auc: tuple[Interval, ...]
    pr_auc: tuple[Interval, ...]
    macro_roc_auc: Interval
    macro_pr_auc: Interval


def roc_auc(scores: Scores, labels: Labels) -> Floats:
    """Return the area under each tag's ROC curve, [tags]; ties count half; NaN where one kind is missing.

    Args:
        scores: [clips, tags], of any scale.
        labels: bool [clips, tags].
    """
    return _areas(scores, labels, _once(scores))[0, :, 0]


def pr_auc(scores: Scores, labels: Labels) -> Floats:
    """Return the average precision of each tag, [tags]; NaN where one kind is missing.

    Average precision is the sum of precision times the step in recall, which is what is published as PR-AUC;
    no straight lines are drawn between the points. Shapes as `roc_auc`.
    """
    return _areas(scores, labels, _once(scores))[1, :, 0]


def macro(values: Floats) -> float:
    """Return the mean over the tags that have a value, NaN where none has."""
    return float(_mean_of_numbers(values[:, None])[0])


def bootstrap(
    scores: Scores, labels: Labels, *, seed: int = 0, resamples: int = RESAMPLES, level: float = LEVEL
) -> Areas:
    """Return the areas with percentile bootstrap intervals over clips.

    A resample in which a tag lacks one kind does not count for that tag. Shapes as `roc_auc`.

    Args:
        scores: [clips, tags].
        labels: bool [clips, tags].
        seed: same seed, same intervals.
        resamples: how many times the clips are drawn anew, with replacement.
        level: share of the resamples that lies in an interval.
    """
    chunks = [_areas(scores, labels, weights) for weights in _drawn(len(scores), resamples, seed)]
    drawn = np.concatenate(chunks, axis=2)
    values = _areas(scores, labels, _once(scores))[:, :, 0]
    roc, pr = (
        tuple(_interval(value, row, level) for value, row in zip(*pair, strict=True))
        for pair in zip(values, drawn, strict=True)
    )
    macro_roc, macro_pr = (
        _interval(macro(value), _mean_of_numbers(rows), level)
        for value, rows in zip(values, drawn, strict=True)
    )
    return Areas(roc, pr, macro_roc, macro_pr)


def accuracy(
    scores: Scores, labels: Labels, *, seed: int = 0, resamples: int = RESAMPLES, level: float = LEVEL
) -> Interval:
    """Return the share of clips whose highest score is that of their genre, with its bootstrap interval.

    Args:
        scores: [clips, genres].
        labels: bool [clips, genres], one in each row.
        seed: same seed, same interval.
        resamples: how many times the clips are drawn anew.
        level: share of the resamples that lies in the interval.
    """
    right = float(np.mean(scores.argmax(axis=1) == labels.argmax(axis=1))) if len(scores) else np.nan
    if not len(scores):
        return Interval(right, np.nan, np.nan)
    # Drawing clips that are right or wrong and counting the right ones is drawing from a binomial.
    drawn = np.random.default_rng(seed).binomial(len(scores), right, resamples) / len(scores)
    return _interval(right, drawn, level)


def _once(scores: Scores) -> NDArray[np.int32]:
    return np.ones((len(scores), 1), np.int32)


def _drawn(clips: int, resamples: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """Yield how often each clip was drawn, int32 [clips, some resamples], until there are enough."""
    random = np.random.default_rng(seed)
    size = max(1, _MOST_WEIGHTS // max(1, clips))
    for start in range(0, resamples, size):
        rows = [
            np.bincount(random.integers(max(1, clips), size=clips), minlength=clips)
            for _ in range(min(size, resamples - start))
        ]
        yield np.ascontiguousarray(np.array(rows, np.int32).T)


def _areas(scores: Scores, labels: Labels, weights: NDArray[np.int32]) -> Floats:
    """Return ROC-AUC and average precision, [2, tags, weightings], for weights [clips, weightings]."""
    if np.isnan(scores).any():
        raise ValueError("scores hold NaN")
    columns = zip(scores.T, labels.T, strict=True)
    found = [_areas_of_tag(score, positive, weights) for score, positive in columns]
    return np.array(found, np.float64).reshape(len(found), 2, weights.shape[1]).transpose(1, 0, 2)


def _areas_of_tag(score: Scores, positive: Labels, weights: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Return ROC-AUC and average precision, both [weightings], of one tag's scores and labels [clips].

    Clips of equal score form a group, which no threshold parts; only groups with a positive clip add to
    either area, so that nothing is computed for the others one by one.
    """
    order = np.argsort(-score, kind="stable")
    score, positive = score[order], positive[order]
    ends = np.flatnonzero(np.r_[score[1:] != score[:-1], True][: len(score)]) + 1
    hits_until = np.cumsum(positive)[ends - 1]
    with_hits = np.diff(hits_until, prepend=0) > 0
    starts = np.r_[0, ends][:-1][with_hits]
    ends, hits_until = ends[with_hits], hits_until[with_hits]
    # Odd rows are the groups, best first, even rows what lies between them.
    cuts = np.r_[0, np.stack([starts, ends], axis=1).ravel(), len(order)]
    sums = _summed(weights, order, cuts)
    heard = np.cumsum(sums, axis=0)
    hits = _summed(weights, order[positive], np.r_[0, hits_until])
    true = np.cumsum(hits, axis=0)
    all_hits = hits.sum(axis=0).astype(np.float64)
    misses = heard[-1] - all_hits
    above = heard[1::2]
    below = misses - (above - true) + (sums[1::2] - hits) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        roc = (hits * below).sum(axis=0) / (all_hits * misses)
        precision = np.where(above > 0, true / above, 0.0)
        pr = np.where(misses > 0, (hits * precision).sum(axis=0) / all_hits, np.nan)
    return roc, pr


def _summed(
    weights: NDArray[np.int32], clips: NDArray[np.int64], cuts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the sums of the weights of clips[cuts[i]:cuts[i + 1]], [cuts - 1, weightings]."""
    # As a product with a sparse matrix of ones, which is forty times as fast as gathering and summing.
    members = csr_array((np.ones(len(clips), np.int32), clips, cuts), shape=(len(cuts) - 1, len(weights)))
    return np.asarray(members @ weights, np.int64)


def _mean_of_numbers(values: Floats) -> Floats:
    """Return the mean over the rows of [rows, columns] that are numbers, [columns]."""
    numbers = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(numbers, values, 0).sum(axis=0) / numbers.sum(axis=0), np.float64)


def _interval(value: float, drawn: Floats, level: float) -> Interval:
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn) or np.isnan(value):
        return Interval(float(value), np.nan, np.nan)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(value), float(low), float(high))
