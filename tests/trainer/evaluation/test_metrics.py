"""Areas equal scikit-learn's, ties and all; intervals hold what they promise."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score  # type: ignore[import-untyped]

from trainer.evaluation import metrics
from trainer.evaluation.metrics import accuracy, bootstrap, macro, pr_auc, roc_auc

CLIPS, TAGS = 4332, 50
"""Of MagnaTagATune's test split."""


@st.composite
def rankings(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Scores and labels; few different scores, so that ties are common."""
    shape = (draw(st.integers(1, 40)), draw(st.integers(1, 3)))
    few = st.sampled_from([0.0, -0.0, 0.25, 0.5, 0.5000001, 1.0, -3.0])
    any_score = st.floats(-1e6, 1e6, width=32)
    scores = draw(arrays.arrays(np.float32, shape, elements=st.one_of(few, any_score)))
    return scores, draw(arrays.arrays(np.bool_, shape))


def random_scores(
    clips: int = CLIPS, tags: int = TAGS, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    random = np.random.default_rng(seed)
    labels = random.random((clips, tags)) < np.geomspace(0.02, 0.3, tags)
    return random.normal(size=(clips, tags)) + labels, labels


@given(rankings())
@settings(deadline=None, max_examples=60)
def test_areas_are_scikit_learns(ranking: tuple[NDArray[np.float32], NDArray[np.bool_]]) -> None:
    scores, labels = ranking
    roc, pr = roc_auc(scores, labels), pr_auc(scores, labels)
    for k in range(labels.shape[1]):
        if labels[:, k].any() and not labels[:, k].all():
            assert roc[k] == pytest.approx(roc_auc_score(labels[:, k], scores[:, k]), abs=1e-12)
            assert pr[k] == pytest.approx(average_precision_score(labels[:, k], scores[:, k]), abs=1e-12)
        else:
            assert np.isnan(roc[k])
            assert np.isnan(pr[k])


def test_areas_by_hand() -> None:
    scores = np.array([[0.1, 0.5], [0.4, 0.5], [0.35, 0.5], [0.8, 0.5]])
    labels = np.array([[False, False], [False, False], [True, True], [True, True]])
    assert roc_auc(scores, labels) == pytest.approx([0.75, 0.5])
    assert pr_auc(scores, labels) == pytest.approx([5 / 6, 0.5])


def test_a_mean_is_of_the_tags_that_have_a_value() -> None:
    assert macro(np.array([0.5, np.nan, 1.0])) == pytest.approx(0.75)
    assert np.isnan(macro(np.array([np.nan])))
    assert np.isnan(roc_auc(np.zeros((0, 2)), np.zeros((0, 2), np.bool_))).all()


def test_scores_that_are_no_numbers_are_not_ranked() -> None:
    with pytest.raises(ValueError, match="NaN"):
        roc_auc(np.array([[np.nan], [1.0]]), np.array([[True], [False]]))


def test_a_resample_is_what_scikit_learn_says_of_the_clips_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, labels = random_scores(200, 2)
    scores = np.round(scores, 1)  # ties
    seen: list[NDArray[np.float64]] = []

    def watched(value: float, drawn: NDArray[np.float64], level: float) -> metrics.Interval:
        seen.append(drawn)
        return metrics.Interval(value, drawn[0], level)

    monkeypatch.setattr(metrics, "_interval", watched)
    bootstrap(scores, labels, seed=3, resamples=2)
    random = np.random.default_rng(3)
    for resample in range(2):
        clips = random.integers(200, size=200)
        for k in range(2):
            expected = roc_auc_score(labels[clips, k], scores[clips, k])
            assert seen[k][resample] == pytest.approx(expected)
            expected = average_precision_score(labels[clips, k], scores[clips, k])
            assert seen[2 + k][resample] == pytest.approx(expected)
        assert seen[4][resample] == pytest.approx((seen[0][resample] + seen[1][resample]) / 2)


def test_intervals_are_seeded_whatever_the_size_of_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, labels = random_scores(300, 3)
    found = bootstrap(scores, labels, seed=1, resamples=50)
    assert found != bootstrap(scores, labels, seed=2, resamples=50)
    monkeypatch.setattr(metrics, "_MOST_WEIGHTS", 300 * 7)
    assert found == bootstrap(scores, labels, seed=1, resamples=50)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    # Scores of positives are shifted by one deviation, so that the true area is Phi(1 / sqrt 2).
    inside = 0
    for seed in range(40):
        scores, labels = random_scores(300, 1, seed)
        labels[:] = np.arange(300)[:, None] % 3 == 0
        scores = np.random.default_rng(seed).normal(size=(300, 1)) + labels
        interval = bootstrap(scores, labels, seed=seed, resamples=100).roc_auc[0]
        inside += interval.low <= 0.76025 <= interval.high
    assert 33 <= inside <= 40


def test_a_tag_of_one_kind_has_no_area_and_leaves_the_mean_alone() -> None:
    scores, labels = random_scores(100, 3)
    labels[:, 1] = False
    areas = bootstrap(scores, labels, resamples=20)
    assert np.isnan([areas.roc_auc[1].value, areas.roc_auc[1].low, areas.pr_auc[1].high]).all()
    assert areas.macro_roc_auc.value == pytest.approx(np.nanmean(roc_auc(scores, labels)))
    assert areas.macro_roc_auc.low < areas.macro_roc_auc.value < areas.macro_roc_auc.high


def test_a_thousand_resamples_of_magnatagatune_take_seconds() -> None:
    scores, labels = random_scores()
    began = time.process_time()
    areas = bootstrap(scores, labels, resamples=100)
    assert time.process_time() - began < 3.0
    assert 0.74 < areas.macro_roc_auc.low < areas.macro_roc_auc.high < 0.78


def test_accuracy_counts_the_highest_score() -> None:
    labels = np.eye(4, dtype=np.bool_)[[0, 1, 2, 3] * 50]
    scores = labels.astype(np.float32)
    scores[:40] = np.roll(scores[:40], 1, axis=1)
    found = accuracy(scores, labels)
    assert found.value == pytest.approx(0.8)
    # Of 200 clips, as the binomial says: two deviations are 5.7 points.
    assert found.low == pytest.approx(0.745, abs=0.01)
    assert found.high == pytest.approx(0.855, abs=0.01)
    assert found == accuracy(scores, labels)
    assert np.isnan(accuracy(scores[:0], labels[:0]).value)
