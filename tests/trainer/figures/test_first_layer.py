"""What is shown of filters on raw audio: the right frequency, in the right order, in its group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tagger_core.models.architectures import build, describe
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.errors import RunError
from trainer.figures.first_layer import (
    draw_first_layer_filters,
    draw_first_layer_spectra,
    draw_pools,
    first_layer,
    group_frequencies,
    low_passed,
    magnitudes,
    pool_of,
)

RATE = 16000
HERTZ = np.array([2000, 125, 4000, 500, 1000, 250])


def tones(hertz: NDArray[np.integer], phase: float = 0.0) -> NDArray[np.float64]:
    time = np.arange(512) / RATE
    return np.sin(2 * np.pi * hertz[:, None] * time + phase)


def test_spectra_are_normalised_and_sorted_by_dominant_frequency(tmp_path: Path, drawn: list[Figure]) -> None:
    filters = tones(HERTZ) * np.arange(1, 7)[:, None]
    draw_first_layer_spectra(filters, RATE, tmp_path / "spectra")
    (image,) = drawn[0].axes[0].images
    shown = np.asarray(image.get_array()).T
    assert (shown.argmax(axis=1) * RATE / 512).tolist() == sorted(HERTZ)
    assert shown.max(axis=1) == pytest.approx(np.ones(6))
    assert image.get_extent()[3] == 8.0
    assert np.isfinite(magnitudes(np.zeros((1, 8)))).all()


def test_filters_are_shown_low_to_high_under_their_frequency(tmp_path: Path, drawn: list[Figure]) -> None:
    filters = tones(HERTZ)
    draw_first_layer_filters(filters, RATE, tmp_path / "filters")
    shown = {axes.get_title(loc="left"): axes.lines[0].get_ydata() for axes in drawn[0].axes if axes.lines}
    assert set(shown) == {"125 Hz", "250 Hz", "500 Hz", "1,000 Hz", "2,000 Hz", "4,000 Hz"}
    np.testing.assert_array_equal(shown["500 Hz"], filters[3])


def test_a_pool_is_a_row_and_its_phases_survive(tmp_path: Path, drawn: list[Figure]) -> None:
    groups = np.stack([tones(HERTZ[:4], quarter * np.pi / 2) for quarter in range(4)], axis=1)
    random = np.random.default_rng(0)
    noisy = groups.reshape(16, 512) + random.normal(0, 0.5, (16, 512))
    draw_pools(noisy, 4, RATE, tmp_path / "pools")
    axes = drawn[0].axes
    assert len(axes) == 16
    assert [axes[4 * row].get_title(loc="left") for row in range(4)] == [
        "125 Hz",
        "500 Hz",
        "2,000 Hz",
        "4,000 Hz",
    ]
    for quarter in range(4):
        shown = np.asarray(axes[quarter].lines[0].get_ydata())
        assert np.corrcoef(shown, groups[1, quarter])[0, 1] > 0.95  # the group of 125 Hz, in its own phase
        assert np.corrcoef(noisy[4 + quarter], groups[1, quarter])[0, 1] < 0.9


def test_group_frequencies_and_the_low_pass() -> None:
    groups = np.stack([tones(np.array([500, 500])), tones(np.array([1000, 2000])) * [[1], [3]]])
    assert group_frequencies(groups, RATE).tolist() == [500, 2000]
    mixed = tones(np.array([200])) + tones(np.array([5000]))
    kept = low_passed(mixed, 400, RATE)
    assert np.corrcoef(kept[0], tones(np.array([200]))[0])[0, 1] > 0.99


def test_the_first_layer_is_found_where_there_is_one() -> None:
    torch.manual_seed(0)
    raw = build(describe(DielemanConfig(input="raw", length=1024, stride=1024, channels=8)), 2)
    assert first_layer(raw).shape == (8, 1024)
    pooled = DielemanConfig(
        input="raw", length=1024, stride=1024, channels=8, nonlinearity="none", pooling="l2", pool=4
    )
    assert pool_of(build(describe(pooled), 2)) == 4
    sample_level = build(describe(SampleCNNConfig(2, 2, 5, ((2, 2), (2, 3)), last_filters=3)), 2)
    assert first_layer(sample_level).shape == (5, 2)
    with pytest.raises(RunError, match="spectrogram"):
        first_layer(build(describe(DielemanConfig(input="mel", length=1024, stride=1024)), 2))
    for network in (raw, sample_level):
        with pytest.raises(RunError, match="does not pool"):
            pool_of(network)
