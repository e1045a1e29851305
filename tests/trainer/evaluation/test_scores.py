"""A clip's score is the mean over its windows, whatever is scored beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tagger_core.models.architectures import build, describe
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tests.trainer.evaluation.prepared_data import prepared_data
from trainer.errors import RunError
from trainer.evaluation.scores import clip_scores

CONFIG = SampleCNNConfig(4, 4, 6, ((4, 6), (4, 6), (4, 8)), last_filters=8)
"""Hears 256 samples."""


def network(tags: int = 3, seed: int = 0) -> TaggingNetwork:
    torch.manual_seed(seed)
    built = build(describe(CONFIG), tags)
    for _ in range(5):
        built(torch.randn(16, CONFIG.window) / 5)
    return built


def test_the_score_is_the_mean_over_whole_windows_of_the_clip(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 6, lengths=(256 * 5 + 200, 256 * 2))
    net = network()
    found = clip_scores(net, prepared, np.array([3, 0, 4]), batch=4)
    assert found.dtype == np.float32
    net.eval()
    for row, clip in enumerate((3, 0, 4)):
        windows = 5 if clip % 2 == 0 else 2
        wave = torch.from_numpy(prepared.audio[clip, : 256 * windows].astype(np.float32) / 32768)
        with torch.no_grad():
            expected = net(wave.reshape(windows, 256)).sigmoid().mean(dim=0).numpy()
        assert found[row] == pytest.approx(expected, abs=1e-6)


def test_neighbours_and_batches_change_nothing_but_rounding(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 7, lengths=(1100, 700, 300))
    net = network()
    rows = np.arange(7)
    whole = clip_scores(net, prepared, rows)
    for batch in (1, 3, 100):
        assert clip_scores(net, prepared, rows, batch=batch) == pytest.approx(whole, abs=1e-6)
    assert clip_scores(net, prepared, rows[::-1])[::-1] == pytest.approx(whole, abs=1e-6)
    assert clip_scores(net, prepared, rows[:0]).shape == (0, 3)
    # Clips and tags do differ, so that the comparisons above mean something.
    assert np.ptp(whole, axis=0).min() > 1e-4


def test_a_clip_shorter_than_a_window_is_repeated_until_it_fills_one(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 2, lengths=(100, 600))
    net = network()
    found = clip_scores(net, prepared, np.array([0]))
    clip = prepared.audio[0, :100].astype(np.float32) / 32768
    with torch.no_grad():
        expected = net.eval()(torch.from_numpy(np.tile(clip, 3)[None, :256])).sigmoid().numpy()
    assert found == pytest.approx(expected, abs=1e-6)


def test_genres_share_one_and_the_app_asks_for_sigmoids(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 8, task="genre")
    rows = np.arange(8)
    assert clip_scores(network(), prepared, rows).sum(axis=1) == pytest.approx(np.ones(8), abs=1e-6)
    alone = clip_scores(network(), prepared, rows, activation="sigmoid")
    assert not np.allclose(alone.sum(axis=1), 1)


def test_the_network_comes_back_in_its_mode_and_its_statistics_stay(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 4)
    net = network().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    first = clip_scores(net, prepared, np.arange(4))
    assert net.training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert (clip_scores(net.eval(), prepared, np.arange(4)) == first).all()
    assert not net.training


def test_half_precision_is_near(tmp_path: Path) -> None:
    prepared = prepared_data(tmp_path, 8)
    exact = clip_scores(network(), prepared, np.arange(8))
    half = clip_scores(network(), prepared, np.arange(8), precision="bf16")
    assert half == pytest.approx(exact, abs=0.02)
    assert not np.array_equal(half, exact)


def test_a_network_that_answers_with_no_numbers_is_told(tmp_path: Path) -> None:
    class Broken(TaggingNetwork):
        def embed(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
            return torch.full((len(waveform), 3), torch.nan), waveform

    with pytest.raises(RunError, match="no number"):
        clip_scores(Broken(256, 3, 256), prepared_data(tmp_path, 2), np.arange(2))
