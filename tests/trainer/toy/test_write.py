"""The toy corpus on disk: as prepared data from any number of processes, and as mp3 files with a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from tagger_core.audio.decode import load
from tagger_core.errors import Cancelled
from trainer.data import own
from trainer.data.lock import LOCK
from trainer.data.prepared import AUDIO, CLIPS, Prepared
from trainer.errors import DataError
from trainer.toy import corpus
from trainer.toy.tags import TAGS
from trainer.toy.write import catalogue, int16, lay_out, prepare


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data") / "toy-2000"
    prepare(made, 18, 3, 2000)
    return made


def test_prepared_data_hold_the_corpus(folder: Path) -> None:
    data = Prepared.open(folder)
    assert (data.name, data.task, data.sample_rate) == ("toy", "tags", 2000)
    assert data.tags == tuple((tag.name, tag.category) for tag in TAGS)
    assert data.audio.shape == (18, 58_200)
    assert data.checksum == catalogue(18, 3).checksum()
    for row, clip in enumerate(corpus.clips(6, 3, 2000)):
        assert (data.keys[row], data.split_of[row]) == (clip.key, clip.split)
        assert tuple(np.flatnonzero(data.labels[row])) == clip.labels
        assert np.array_equal(data.audio[row], int16(clip.samples))


def test_neither_processes_nor_count_change_a_byte(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    prepare(tmp_path, 17, 3, 2000, workers=2, progress=lambda done, count: told.append((done, count)))
    audio = (folder / "audio.i16").read_bytes()
    assert (tmp_path / "audio.i16").read_bytes() == audio[: 17 * 2 * 58_200]
    assert told[-1] == (17, 17)


def test_a_corpus_that_is_not_finished_does_not_open(tmp_path: Path) -> None:
    asked: list[bool] = []

    def pressed() -> bool:
        asked.append(True)
        return True

    with pytest.raises(Cancelled):
        prepare(tmp_path, 48, 4, 2000, seconds=1.0, workers=2, cancelled=pressed)
    assert len(asked) == 1
    with pytest.raises(DataError, match="no prepared data"):
        Prepared.open(tmp_path)
    assert not [path.name for path in tmp_path.iterdir() if path.name != LOCK]
    prepare(tmp_path, 16, 4, 2000, seconds=1.0)
    assert Prepared.open(tmp_path).checksum == catalogue(16, 4).checksum()


def test_a_corpus_that_is_there_is_not_computed_again(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != LOCK}
    prepare(folder, 18, 3, 2000, cancelled=lambda: True)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != LOCK} == before


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"count": 16}, r"holds 18 clips of 29\.1 seconds already"),
        ({"seed": 4}, r"holds 18 clips of 29\.1 seconds and of another seed already"),
        ({"sample_rate": 4000}, r"holds 18 clips of 29\.1 seconds already"),
        ({"seconds": 2.0}, r"holds 18 clips of 29\.1 seconds already"),
    ],
)
def test_another_corpus_that_is_there_is_kept(folder: Path, other: dict[str, Any], said: str) -> None:
    audio = (folder / AUDIO).read_bytes()
    asked: dict[str, Any] = {"count": 18, "seed": 3, "sample_rate": 2000}
    with pytest.raises(DataError, match=f"{said} .name another --data"):
        prepare(folder, **{**asked, **other}, cancelled=lambda: True)
    assert Prepared.open(folder).checksum == catalogue(18, 3).checksum()
    assert (folder / AUDIO).read_bytes() == audio


def test_a_corpus_that_is_damaged_is_replaced_once_another_one_is_whole(tmp_path: Path) -> None:
    prepare(tmp_path, 16, 3, 2000, seconds=1.0)
    (tmp_path / CLIPS).write_bytes(b"")
    audio = (tmp_path / AUDIO).read_bytes()
    with pytest.raises(Cancelled):
        prepare(tmp_path, 16, 4, 2000, seconds=1.0, cancelled=lambda: True)
    assert (tmp_path / AUDIO).read_bytes() == audio
    prepare(tmp_path, 16, 4, 2000, seconds=1.0)
    assert Prepared.open(tmp_path).checksum == catalogue(16, 4).checksum()


def test_two_processes_do_not_write_one_corpus(tmp_path: Path) -> None:
    with FileLock(tmp_path / LOCK), pytest.raises(DataError, match="another preparation is at work"):
        prepare(tmp_path, 16, 3, 2000, seconds=1.0)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"count": 15}, "15 clips"),
        ({"seed": -1}, "negative"),
        ({"sample_rate": 1999}, "sample rate of 1999 Hz"),
        ({"sample_rate": 44_101}, "sample rate of 44101 Hz"),
        ({"workers": 0}, "0 processes"),
        ({"seconds": 29.2}, "29.2 seconds"),
        ({"seconds": float("nan")}, "nan seconds"),
    ],
)
def test_what_is_not_to_be_had_is_said(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"count": 16, "seed": 0, "sample_rate": 8000}
    with pytest.raises(DataError, match=said):
        prepare(tmp_path, **{**asked, **other})
    assert not list(tmp_path.iterdir())


def test_mp3s_and_their_table_are_a_set_of_ones_own(tmp_path: Path) -> None:
    table = lay_out(tmp_path, 16, 3, seconds=3.0)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == list("0123456789abcdef")
    found = own.read(tmp_path, table, least=1)
    expected = {clip.key: clip for clip in catalogue(16, 3).clips}
    category_of = {tag.name: tag.category for tag in TAGS}
    assert len(found.clips) == 16
    assert not found.left_out
    for clip in found.clips:
        source = expected[clip.key.removesuffix(".mp3")]
        names = {found.tags[label][0] for label in clip.labels}
        assert clip.split == source.split
        assert names <= {TAGS[label].name for label in source.labels}
    assert all(category_of[name] == category for name, category in found.tags)
    heard = load(found.clips[0].path, 16_000)
    made = corpus.clip(3, 0, 16_000).samples[:48_000]
    assert len(heard) == len(made)
    assert np.corrcoef(heard, made)[0, 1] > 0.95
