"""The teachers: fast ways score as the networks do, and no sound gets the scores of another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.errors import EarmarkError
from tagger_core.models.fcn import FCN
from tagger_core.models.mel_configs import FCNConfig
from tests.support.shared import SHARED, needs_shared
from trainer.distil import panel
from trainer.distil.corpus import WINDOW, to_float, to_int16
from trainer.distil.panel import Voice, fingerprint, voices
from trainer.distil.said import Said, keys_of
from trainer.distil.teacher import LoopedTeacher, Teacher
from trainer.distil.textures import make

VOICE = Voice("mtat", "musicnn")
SMALL = FCNConfig(window=464_000, layers=((8, 2, 4), (8, 2, 4), (8, 2, 4), (8, 3, 5), (8, 4, 4)))


def sounds(count: int) -> np.ndarray:
    return np.stack([make(kind, 1, 3.0) for kind in ("pad", "plucked", "beat", "singing")[:count]])


def test_a_loop_is_heard_as_29_seconds_of_it_would_be() -> None:
    torch.manual_seed(0)
    network = FCN(SMALL, 50).eval()
    with torch.no_grad():
        for block in network.stack:
            block.norm.running_var.uniform_(0.2, 0.6)
        network.dense.weight.mul_(10)
    windows, turn = sounds(4), 3 * 64 * 256
    fast = LoopedTeacher(network, torch.float32).logits(windows)
    with torch.inference_mode():
        loops = [np.resize(np.resize(window, turn), SMALL.window) for window in windows]
        slow = np.concatenate([network(torch.from_numpy(loop[None])).numpy() for loop in loops])
    assert np.abs(fast - slow).max() < 1e-3 * slow.std(axis=0).mean()
    assert slow.std(axis=0).mean() > 0.05


def test_sound_is_told_by_its_samples_and_its_length() -> None:
    windows = to_int16(sounds(3))
    other = windows.copy()
    other[1, 5] += 1
    assert fingerprint(windows) == fingerprint(windows.copy())
    assert len({fingerprint(windows), fingerprint(windows[:2]), fingerprint(other)}) == 3


def test_a_folder_without_teachers_is_named(tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="holds no teacher"):
        voices(tmp_path)


@needs_shared
def test_scores_are_kept_by_the_sound_they_belong_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHARED is not None
    folder, asked = SHARED / "weights", (Voice("mtat", "musicnn"), Voice("msd", "fcn"))
    windows = to_int16(sounds(2))
    first = dict(panel.heard(folder, asked, windows, tmp_path, workers=1))
    assert [scores.shape for scores in first.values()] == [(2, 50), (2, 50)]
    monkeypatch.setattr(panel, "teacher_of", lambda *_: pytest.fail("it is heard again"))
    again = dict(panel.heard(folder, asked, windows, tmp_path, workers=1))
    assert all(np.array_equal(first[voice], again[voice]) for voice in asked)
    with pytest.raises(pytest.fail.Exception):
        dict(panel.heard(folder, asked, windows[:, ::-1], tmp_path, workers=1))


def test_only_what_is_new_in_a_corpus_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    class Loud:
        """Says of a window how loud it begins, 50 times."""

        def logits(self, windows: np.ndarray) -> np.ndarray:
            asked.extend(windows[:, 0].tolist())
            return np.repeat(windows[:, :1], 50, axis=1)

    monkeypatch.setattr(panel, "teacher_of", lambda *_: Loud())
    monkeypatch.setattr(panel, "AT_ONCE", 3)
    windows = np.arange(1, 9, dtype=np.int16)[:, None] * np.full((1, 6), 1000, np.int16)

    def said(rows: list[int]) -> list[int]:
        asked.clear()
        scores = dict(panel.heard(tmp_path, (VOICE,), windows[rows], tmp_path, workers=1))[VOICE]
        assert scores.shape == (len(rows), 50)
        return np.rint(scores[:, 0] * 32.768 - 1).astype(int).tolist()

    assert said([0, 1, 2, 3]) == [0, 1, 2, 3]
    assert said([5, 3, 3, 5, 7, 0]) == [5, 3, 3, 5, 7, 0]
    assert np.rint(np.array(asked) * 32.768 - 1).tolist() == [5, 7]
    assert said([7, 1]) == [7, 1]
    assert not asked


def test_a_file_of_scores_that_is_torn_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mtat-musicnn.npz"
    said = Said(path)
    said.add(keys_of(np.ones((1, 4), np.int16)), np.ones((1, 50), np.float32))
    path.write_bytes(path.read_bytes()[:90])
    with pytest.raises(EarmarkError, match=r"mtat-musicnn\.npz"):
        Said(path)


@needs_shared
def test_the_panel_holds_what_is_there_and_a_crnn_hears_no_windows() -> None:
    assert SHARED is not None
    names = [voice.name for voice in voices(SHARED / "weights", ("musicnn", "fcn"))]
    assert names == ["mtat-musicnn", "mtat-fcn", "msd-fcn", "jamendo-musicnn", "jamendo-fcn"]
    with pytest.raises(EarmarkError, match="whole clips"):
        panel.teacher_of(SHARED / "weights", Voice("msd", "crnn"))


@needs_shared
def test_a_musicnn_made_fast_scores_as_it_is() -> None:
    assert SHARED is not None
    voice = Voice("jamendo", "musicnn")
    windows = to_float(to_int16(sounds(1)))
    assert windows.shape == (1, WINDOW)
    with torch.inference_mode():
        plain = panel.network_of(SHARED / "weights", voice)(torch.from_numpy(windows)).numpy()
    fast = panel.teacher_of(SHARED / "weights", voice)
    assert isinstance(fast, Teacher)
    assert np.abs(fast.logits(windows) - plain).max() < 0.05


@needs_shared
def test_a_longer_window_is_heard_as_a_whole() -> None:
    assert SHARED is not None
    teacher = panel.teacher_of(SHARED / "weights", Voice("mtat", "musicnn"))
    windows = np.stack([make(kind, 1, 3.744) for kind in ("pad", "beat")])
    changed = windows.copy()
    changed[:, WINDOW + 2000 :] = make("noise", 1, 3.744)[WINDOW + 2000 :]
    assert np.abs(teacher.logits(windows) - teacher.logits(changed)).max() > 0.1
