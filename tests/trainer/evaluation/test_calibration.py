"""Thresholds are the best there are; calibration is counted, not guessed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score  # type: ignore[import-untyped]

from trainer.evaluation.calibration import best_threshold, calibration_errors, f1, reliability, thresholds


def test_the_best_threshold_lies_between_the_kinds() -> None:
    threshold, best = best_threshold(np.array([0.9, 0.7, 0.3, 0.1]), np.array([True, True, False, False]))
    assert threshold == pytest.approx(0.5)
    assert best == 1.0


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=30)
)
@settings(deadline=None)
def test_no_threshold_has_a_better_f1_and_the_promised_one_is_kept(pairs: list[tuple[float, bool]]) -> None:
    scores, positive = (np.array(column) for column in zip(*pairs, strict=True))
    positive = positive.astype(np.bool_)
    if not positive.any():
        return
    threshold, best = best_threshold(scores, positive)
    assert f1_score(positive, scores >= threshold) == pytest.approx(best)
    others = np.array([*scores, 0.05, 0.3])
    every = f1(np.tile(scores[:, None], len(others)), np.tile(positive[:, None], len(others)), others)
    assert best >= every.max() - 1e-12


def test_a_threshold_between_two_neighbouring_floats_still_parts_them() -> None:
    high = np.float32(0.5)
    low = np.nextafter(high, np.float32(0))
    threshold, _ = best_threshold(np.array([high, low]), np.array([True, False]))
    assert float(low) < threshold <= float(high)
    threshold, _ = best_threshold(np.array([0.5, np.nextafter(0.5, 0)]), np.array([True, False]))
    assert threshold == 0.5


def test_a_tag_that_validation_lacks_gets_the_threshold_of_all() -> None:
    scores = np.array([[0.9, 0.2], [0.6, 0.1], [0.1, 0.3]])
    labels = np.array([[True, False], [True, False], [False, False]])
    found = thresholds(scores, labels)
    assert found[0] == pytest.approx(0.35)
    assert found[1] == pytest.approx(0.45)  # among all six scores, .6 and .3 are the neighbours
    assert thresholds(scores, np.zeros_like(labels)).tolist() == [0.5, 0.5]


def test_f1_at_thresholds_by_hand() -> None:
    scores = np.array([[0.9, 0.5], [0.5, 0.5], [0.1, 0.5]])
    labels = np.array([[True, False], [False, False], [True, False]])
    found = f1(scores, labels, np.array([0.5, 0.5]))
    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1])


def test_the_reliability_table_by_hand() -> None:
    table = reliability(np.array([0.0, 0.05, 0.55, 1.0]), np.array([False, True, True, True]))
    assert table.count.tolist() == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert table.score[[0, 5, 9]] == pytest.approx([0.025, 0.55, 1.0])
    assert table.share[[0, 5, 9]] == pytest.approx([0.5, 1.0, 1.0])
    assert np.isnan(table.share[1])
    assert table.edges == pytest.approx(np.arange(10) / 10)
    assert table.error == pytest.approx((2 * 0.475 + 0.45 + 0.0) / 4)
    assert np.isnan(reliability(np.zeros(0), np.zeros(0, np.bool_)).error)


def test_scores_that_are_chances_are_calibrated_and_bold_ones_are_not() -> None:
    random = np.random.default_rng(0)
    chances = random.random((20000, 2))
    labels = random.random((20000, 2)) < chances
    bold = np.where(chances > 0.5, chances**0.25, 1 - (1 - chances) ** 0.25)
    errors = calibration_errors(np.stack([chances[:, 0], bold[:, 1]], axis=1), labels)
    assert errors[0] < 0.02
    assert errors[1] > 0.1
