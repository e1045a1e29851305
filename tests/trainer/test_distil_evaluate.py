"""The numbers of the card: checked against cases worked out by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from trainer.distil import calibrate
from trainer.distil.control import mel_filters, predicted, ridge, statistics
from trainer.distil.corpus import to_int16
from trainer.distil.evaluate import clips, compare, intervals, pooled, spearman
from trainer.distil.tags import BAR, bars, logit, sigmoid
from trainer.distil.textures import make


def test_spearman_is_scipys_ties_included() -> None:
    random = np.random.default_rng(0)
    a, b = random.integers(0, 9, (80, 3)).astype(float), random.integers(0, 9, (80, 3)).astype(float)
    b[:, 2] += a[:, 2]
    assert np.allclose(spearman(a, b), [spearmanr(a[:, k], b[:, k]).statistic for k in range(3)])
    assert np.isnan(spearman(np.ones((5, 1)), a[:5, :1])).all()


def test_compare_asks_for_the_teachers_top_tenth() -> None:
    teacher = np.arange(100.0)[:, None]
    upside_down = teacher.copy()
    upside_down[:90] = teacher[:90][::-1]
    agreement = compare(upside_down / 2, teacher)
    assert agreement.auc == pytest.approx([1.0])
    assert agreement.spread == pytest.approx([0.5])
    assert agreement.spearman[0] < 0
    assert agreement.count == 100


def test_clips_end_with_their_piece() -> None:
    piece_of = np.array([0] * 12 + [1] * 3)
    assert clips(piece_of, 10).tolist() == [0] * 10 + [1] * 2 + [2] * 3
    assert clips(piece_of, 8).tolist() == [0] * 8 + [1] * 4 + [2] * 3
    assert pooled(np.arange(15.0)[:, None], clips(piece_of, 10))[:, 0] == pytest.approx([4.5, 10.5, 13.0])


def test_an_interval_holds_the_number_and_is_wider_where_tracks_are_few() -> None:
    random = np.random.default_rng(4)
    teacher = random.normal(size=(400, 3))
    scores = teacher + random.normal(size=(400, 3))
    measured = compare(scores, teacher).means()["Spearman"]
    widths = []
    for tracks in (10, 200):
        low, high = intervals(scores, teacher, np.arange(400) * tracks // 400, draws=80)["Spearman"]
        assert low < measured < high
        widths.append(high - low)
    # Clips of a track are drawn together, so few tracks tell less even with as many clips.
    same = np.repeat(np.arange(10), 40)
    shifted = scores + 3 * random.normal(size=(10, 3))[same]
    few = intervals(shifted, teacher, same, draws=80)["Spearman"]
    many = intervals(shifted, teacher, np.arange(400), draws=80)["Spearman"]
    assert few[1] - few[0] > many[1] - many[0]
    assert max(widths) < 0.3


def test_a_bar_is_the_top_tenth_within_bounds() -> None:
    scores = np.random.default_rng(1).uniform(0, 1, (200, 3)) * [0.2, 0.9, 0.01]
    assert bars(scores).tolist() == pytest.approx([np.quantile(scores[:, 0], 0.9), 0.4, 0.12])


def test_logits_undo_scores() -> None:
    scores = np.random.default_rng(1).uniform(0, 1, (200, 2))
    assert sigmoid(logit(scores)) == pytest.approx(scores, abs=1e-5)


def test_matching_gives_the_teachers_mean_and_spread() -> None:
    random = np.random.default_rng(2)
    teacher = random.normal(size=(500, 2)) * [1.0, 2.0] - [2.0, 1.0]
    student = 0.7 * teacher + 0.1
    affine = calibrate.matched(student, teacher)
    assert affine(student) == pytest.approx(teacher, abs=1e-4)


def test_thresholds_follow_the_clips_only_where_there_are_enough() -> None:
    teacher = np.r_[np.full(200, 0.9), np.full(200, 0.1)][:, None].repeat(2, axis=1)
    student = np.r_[np.full(200, 0.7), np.full(200, 0.55)][:, None].repeat(2, axis=1)
    teacher[:, 1] = 0.1
    many, none = calibrate.thresholds(student, teacher)
    assert many == pytest.approx((200 * 0.625 + 10 * BAR) / 210)
    assert none == BAR
    assert calibrate.f1(student, teacher, np.array([many, none]))[0] == 1.0


def test_the_control_learns_what_is_linear_in_the_spectrum() -> None:
    windows = np.stack([to_int16(make(kind, seed, 3.0)) for kind in ("noise", "beat") for seed in range(8)])
    features = statistics(windows)
    assert features.shape == (16, 192)
    assert np.isfinite(features).all()
    targets = np.r_[np.ones(8), np.zeros(8)][:, None]
    assert predicted(features, ridge(features, targets)) == pytest.approx(targets, abs=0.3)


def test_mel_filters_cover_the_spectrum() -> None:
    filters = mel_filters()
    assert (filters >= 0).all()
    assert (filters.sum(axis=1)[8:240] > 0.5).all()
