"""Features of trained networks: which they are, computed once, gone on with after a stop."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.errors import Cancelled
from tagger_core.models.architectures import build, describe
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tests.trainer.evaluation.prepared_data import prepared_data
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.transfer import features as module
from trainer.transfer.features import Source, features

CONFIG = SampleCNNConfig(4, 4, 3, ((5, 4), (5, 6), (5, 7)), last_filters=8)


def source(seed: int = 0, config: SampleCNNConfig = CONFIG) -> Source:
    torch.manual_seed(seed)
    network = build(describe(config), 3)
    network(torch.randn(8, config.window))
    return Source(f"{seed}" * 64, config, network.eval())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared_data(tmp_path_factory.mktemp("data"), clips=9, lengths=(1250, 1700, 300))


def expected(one: Source, prepared: Prepared, clip: int) -> np.ndarray:
    """Maximum inside a window, mean over windows, window by window."""
    window = one.network.window
    wave = prepared.audio[clip][: prepared.samples[clip]].astype(np.float32) / 32768
    whole = [wave[start : start + window] for start in range(0, len(wave) - window + 1, window)]
    waves = np.stack(whole or [np.resize(wave, window)])
    with torch.inference_mode():
        return one.network.embed(torch.from_numpy(waves))[1].mean(0).numpy()


def test_a_clip_is_the_mean_of_its_windows_maxima_layer_by_layer_and_source_by_source(prepared, tmp_path):
    first, second = source(1), source(2, SampleCNNConfig(2, 2, 3, ((5, 4), (5, 5)), last_filters=6))
    found = features([first, second], (-3, -2, -1), prepared, tmp_path)
    assert found.shape == (9, 6 + 7 + 8 + 4 + 5 + 6)
    for clip in range(9):
        wanted = np.concatenate([expected(first, prepared, clip), expected(second, prepared, clip)])
        np.testing.assert_allclose(found[clip], wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("levels", "columns"), [((-3,), (0, 6)), ((-2,), (6, 13)), ((-1,), (13, 21))])
def test_a_level_is_its_part_of_all_three(prepared, tmp_path, levels, columns):
    whole = features([source()], (-3, -2, -1), prepared, tmp_path)
    np.testing.assert_array_equal(features([source()], levels, prepared, tmp_path), whole[:, slice(*columns)])


def test_no_clip_is_heard_twice(prepared, tmp_path, monkeypatch):
    first = features([source()], (-3, -2, -1), prepared, tmp_path)
    monkeypatch.setattr(module, "clip_means", None)
    np.testing.assert_array_equal(features([source()], (-3, -2, -1), prepared, tmp_path), first)


def test_other_weights_and_other_clips_are_not_mixed_up(prepared, tmp_path):
    first = features([source(1)], (-1,), prepared, tmp_path)
    assert not np.array_equal(features([source(2)], (-1,), prepared, tmp_path), first)
    others = prepared_data(tmp_path / "others", clips=9, lengths=(1250, 1700, 300), seed=5)
    assert others.checksum != prepared.checksum
    assert not np.array_equal(features([source(1)], (-1,), others, tmp_path), first)


def in_order(prepared: Prepared, rows: list[int]) -> Prepared:
    """Return the same clips in another order."""
    return replace(
        prepared,
        keys=tuple(prepared.keys[row] for row in rows),
        split_of=tuple(prepared.split_of[row] for row in rows),
        samples=prepared.samples[rows],
        labels=prepared.labels[rows],
        audio=prepared.audio[rows],
    )


def test_the_same_clips_in_another_order_have_their_own_features(prepared, tmp_path):
    rows = [8, 1, 2, 3, 4, 5, 6, 7, 0]
    first = features([source()], (-1,), prepared, tmp_path)
    np.testing.assert_allclose(
        features([source()], (-1,), in_order(prepared, rows), tmp_path), first[rows], rtol=1e-4, atol=1e-6
    )


def test_shorter_clips_are_heard_anew(prepared, tmp_path):
    first = features([source()], (-1,), prepared, tmp_path)
    shorter = replace(prepared, samples=np.minimum(prepared.samples, 1250))
    assert not np.array_equal(features([source()], (-1,), shorter, tmp_path), first)


def test_other_seconds_of_the_songs_are_heard_anew(prepared, tmp_path):
    first = features([source()], (-1,), prepared, tmp_path)
    middle = replace(prepared, place="middle", audio=prepared.audio[::-1], samples=prepared.samples)
    assert not np.array_equal(features([source()], (-1,), middle, tmp_path), first)


def test_a_stop_keeps_what_was_heard(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CLIPS_AT_ONCE", 4)
    whole = features([source()], (-1,), prepared, tmp_path / "whole")
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        features([source()], (-1,), prepared, tmp_path / "part", cancelled=lambda: next(asked))
    heard: list[int] = []
    real = module.clip_means

    def counted(network, answer, width, data, rows, **options):
        heard.extend(rows.tolist())
        return real(network, answer, width, data, rows, **options)

    monkeypatch.setattr(module, "clip_means", counted)
    np.testing.assert_array_equal(features([source()], (-1,), prepared, tmp_path / "part"), whole)
    assert heard == [4, 5, 6, 7, 8]


def test_what_was_begun_for_something_else_is_begun_anew(prepared, tmp_path):
    whole = features([source()], (-1,), prepared, tmp_path / "whole")
    (kept,) = (tmp_path / "whole").iterdir()
    (tmp_path / "part").mkdir()
    np.save(tmp_path / "part" / f".{kept.stem}.begun.npy", np.zeros((2, 3), np.float32))
    np.testing.assert_array_equal(features([source()], (-1,), prepared, tmp_path / "part"), whole)


def test_a_row_that_was_cut_off_is_heard_again(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CLIPS_AT_ONCE", 4)
    whole = features([source()], (-3, -2, -1), prepared, tmp_path / "whole")
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        features([source()], (-1,), prepared, tmp_path / "part", cancelled=lambda: next(asked))
    (begun,) = (tmp_path / "part").iterdir()
    torn = np.load(begun)
    torn[2, 5:] = np.nan
    np.save(begun, torn)
    found = features([source()], (-3, -2, -1), prepared, tmp_path / "part")
    np.testing.assert_allclose(found, whole, rtol=1e-4, atol=1e-6)


def test_a_file_that_was_broken_off_while_it_was_made_counts_for_nothing(prepared, tmp_path, monkeypatch):
    whole = features([source()], (-1,), prepared, tmp_path / "whole")

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", killed)
        patched.setattr(Path, "unlink", lambda path, missing_ok=False: None)
        with pytest.raises(KeyboardInterrupt):
            features([source()], (-1,), prepared, tmp_path / "part")
    (left,) = (tmp_path / "part").iterdir()
    left.write_bytes(left.read_bytes()[:200])
    np.testing.assert_array_equal(features([source()], (-1,), prepared, tmp_path / "part"), whole)
    assert [path.name for path in (tmp_path / "part").iterdir()] == [
        path.name for path in (tmp_path / "whole").iterdir()
    ]


def test_a_full_disk_is_an_error_and_leaves_nothing(prepared, tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        features([source()], (-1,), prepared, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("levels", [(), (-4,), (-1, -3), (0,), (-1, -1)])
def test_layers_that_are_not_there_are_refused(prepared, tmp_path: Path, levels):
    with pytest.raises(RunError, match="layers"):
        features([source()], levels, prepared, tmp_path)
