"""Prepared data open whole or not at all, and a catalogue holds what it promises."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.data.catalogue import Catalogue, Clip, LeftOut, Split
from trainer.data.prepared import AUDIO, CLIPS, DESCRIPTION, LEFT_OUT, Prepared, describe, extent_difference
from trainer.errors import DataError

TAGS = (("piano", "instrument"), ("fast", "tempo"))


def clip(key: str, split: Split, *labels: int) -> Clip:
    return Clip(key, Path(f"{key}.mp3"), labels, split)


CATALOGUE = Catalogue(
    "small",
    "tags",
    TAGS,
    (clip("a", "train", 0, 1), clip("b,\n", "test"), clip("c", "train", 1)),
    (LeftOut("d", Path("d.mp3"), "is short"),),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.arange(12, dtype="<i2").tofile(tmp_path / AUDIO)
    describe(tmp_path, CATALOGUE, [4, 3, 1], sample_rate=8000, slot=4)
    return tmp_path


def test_what_was_described_is_opened(folder: Path) -> None:
    prepared = Prepared.open(folder)
    assert (prepared.name, prepared.task, prepared.tags) == ("small", "tags", TAGS)
    assert prepared.keys == ("a", "b,\n", "c")
    assert prepared.split_of == ("train", "test", "train")
    assert prepared.samples.tolist() == [4, 3, 1]
    assert prepared.labels.tolist() == [[True, True], [False, False], [False, True]]
    assert prepared.audio.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert prepared.rows("train").tolist() == [0, 2]
    assert prepared.rows("validation").tolist() == []
    assert prepared.checksum == CATALOGUE.checksum()
    assert prepared.place == "start"
    with pytest.raises(ValueError, match="read-only"):
        prepared.audio[0, 0] = 1


def test_what_is_described_is_on_the_disk_before_the_description(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        safe.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    describe(folder, CATALOGUE, [4, 3, 1], sample_rate=8000, slot=4)
    assert safe == [(folder / name).stat().st_ino for name in (LEFT_OUT, CLIPS, DESCRIPTION)]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (CLIPS, "a,train", "a,test"),
        (CLIPS, "a,train", "z,train"),
        (CLIPS, "0 1", "0"),
        (CLIPS, "0 1", "0 2"),
        (CLIPS, "0 1", "0 x"),
        (CLIPS, "c,train,1", "c,train,5"),
        (CLIPS, "c,train,1", "c,train,0"),
        (CLIPS, "c,train,1,1", "c,train"),
        (CLIPS, "c,train,1,1\r\n", ""),
        (CLIPS, "key", "name"),
        (DESCRIPTION, '"fast"', '"slow"'),
        (DESCRIPTION, '"slot": 4', '"slot": 3'),
        (DESCRIPTION, '"slot": 4', '"slot": 0'),
        (DESCRIPTION, '"place": "start"', '"place": 7'),
        (DESCRIPTION, '"format": 1', '"format": 2'),
        (DESCRIPTION, '"task": "tags"', '"task": "sing"'),
        (DESCRIPTION, "{", "["),
        (DESCRIPTION, '"checksum"', '"sum"'),
    ],
)
def test_a_change_is_noticed(name: str, old: str, new: str, folder: Path) -> None:
    content = (folder / name).read_bytes()
    assert old.encode() in content
    (folder / name).write_bytes(content.replace(old.encode(), new.encode(), 1))
    with pytest.raises(DataError, match="earmark-train prepare"):
        Prepared.open(folder)


def test_a_folder_that_does_not_tell_its_place_is_opened(folder: Path) -> None:
    content = json.loads((folder / DESCRIPTION).read_text())
    del content["place"]
    (folder / DESCRIPTION).write_text(json.dumps(content))
    prepared = Prepared.open(folder)
    assert prepared.place == ""
    assert prepared.extent().keys() == {"slot", "spans"}


def test_the_extent_tells_how_long_clips_are_and_from_where_and_nothing_else(folder: Path) -> None:
    prepared = Prepared.open(folder)
    rows = [2, 0, 1]
    keys = tuple(prepared.keys[row] for row in rows)
    reordered = replace(prepared, keys=keys, samples=prepared.samples[rows], audio=prepared.audio[rows] // 2)
    assert extent_difference(prepared.extent(), reordered.extent()) == ""
    for name, other in (
        ("slot", replace(prepared, audio=prepared.audio[:, :3])),
        ("place", replace(prepared, place="middle")),
        ("spans", replace(prepared, samples=prepared.samples[rows])),
    ):
        assert extent_difference(prepared.extent(), other.extent()) == name
    assert extent_difference(prepared.extent(), replace(prepared, place="").extent()) == ""
    assert extent_difference({}, prepared.extent()) == ""


def test_audio_of_another_size_is_refused(folder: Path) -> None:
    for content in (b"", bytes(22), bytes(26)):
        (folder / AUDIO).write_bytes(content)
        with pytest.raises(DataError, match=rf"has {len(content)} bytes where 3 clips need 24"):
            Prepared.open(folder)
    (folder / AUDIO).unlink()
    with pytest.raises(DataError, match="the audio cannot be read"):
        Prepared.open(folder)


def test_without_its_description_it_is_nothing(folder: Path) -> None:
    (folder / DESCRIPTION).unlink()
    with pytest.raises(DataError, match="no prepared data here"):
        Prepared.open(folder)
    with pytest.raises(DataError, match="no prepared data here"):
        Prepared.open(folder / "none")


@pytest.mark.parametrize("tags", [[["piano"]], ["pi", "fa"], [1, 2], [["piano", 3], ["fast", "tempo"]]])
def test_tags_of_another_shape_are_refused(tags: Any, folder: Path) -> None:
    content = json.loads((folder / DESCRIPTION).read_text())
    (folder / DESCRIPTION).write_text(json.dumps({**content, "tags": tags}))
    with pytest.raises(DataError, match="not one of this program's"):
        Prepared.open(folder)


def test_the_checksum_tells_splits_labels_and_tags_and_nothing_else() -> None:
    first, *rest = CATALOGUE.clips
    elsewhere = replace(first, path=Path("/other/place.flac"))
    assert replace(CATALOGUE, clips=(*rest, elsewhere)).checksum() == CATALOGUE.checksum()
    for other in (
        replace(CATALOGUE, clips=(replace(first, split="test"), *rest)),
        replace(CATALOGUE, clips=(replace(first, labels=(0,)), *rest)),
        replace(CATALOGUE, clips=(replace(first, key="z"), *rest)),
        replace(CATALOGUE, clips=tuple(rest)),
        replace(CATALOGUE, tags=TAGS[::-1]),
    ):
        assert other.checksum() != CATALOGUE.checksum()


@pytest.mark.parametrize(
    ("clips", "said"),
    [
        ([clip("a", "train"), clip("a", "test")], "'a' twice, in train and in test"),
        ([clip("a", "train", 2)], "not ascending indices"),
        ([clip("a", "train", -1)], "not ascending indices"),
        ([clip("a", "train", 1, 0)], "not ascending indices"),
        ([clip("a", "train", 1, 1)], "not ascending indices"),
    ],
)
def test_a_catalogue_refuses_what_contradicts_itself(clips: list[Clip], said: str) -> None:
    with pytest.raises(DataError, match=said):
        replace(CATALOGUE, clips=tuple(clips))


def test_a_genre_is_one_label() -> None:
    replace(CATALOGUE, task="genre", clips=(clip("a", "train", 1),))
    with pytest.raises(DataError, match="'a' has 0 genres"):
        replace(CATALOGUE, task="genre", clips=(clip("a", "train"),))
    with pytest.raises(DataError, match="'a' has 2 genres"):
        replace(CATALOGUE, task="genre", clips=(clip("a", "train", 0, 1),))
