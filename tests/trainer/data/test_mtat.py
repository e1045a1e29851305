"""MagnaTagATune in its three forms, split by folder, with the published tags in the published order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.datasets import lay_out_mtat
from trainer.data import mtat
from trainer.data.catalogue import Catalogue
from trainer.data.prepare import prepare
from trainer.data.prepared import Prepared
from trainer.errors import DataError

PUBLISHED = (
    "guitar, classical, slow, techno, strings, drums, electronic, rock, fast, piano, ambient, beat, violin, "
    "vocal, synth, female, indian, opera, male, singing, vocals, no vocals, harpsichord, loud, quiet, flute, "
    "woman, male vocal, no vocal, pop, soft, sitar, solo, man, classic, choir, voice, new age, dance, "
    "male voice, female vocal, beats, harp, cello, no voice, weird, country, female voice, metal, choral"
)
CLIPS: dict[str, tuple[str, Sequence[str]]] = {
    "2": ("0", ["classical", "choral"]),
    "6": ("b", ["guitar"]),
    "10": ("c", ["metal", "female voice"]),
    "11": ("d", ["singer"]),
    "12": ("f", ["no vocals"]),
    "35644": ("5", ["techno"]),
    "14": ("a", []),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out_mtat(tmp_path_factory.mktemp("mtat"), CLIPS)


def split_of(catalogue: Catalogue) -> dict[str, str]:
    return {clip.key: clip.split for clip in catalogue.clips}


def test_the_tags_are_the_published_ones() -> None:
    assert [name for name, _ in mtat.TAGS] == PUBLISHED.split(", ")
    assert dict(mtat.TAGS)["metal"] == "genre"
    assert dict(mtat.TAGS)["female voice"] == "voice"


def test_the_forms_and_the_split(folder: Path) -> None:
    whole = {
        "2": "train",
        "6": "train",
        "10": "validation",
        "11": "test",
        "12": "test",
        "35644": "train",
        "14": "train",
    }
    every, tagged, filtered = (mtat.read(folder, form) for form in mtat.FORMS)
    assert split_of(every) == whole
    assert split_of(tagged) == {key: whole[key] for key in ("2", "6", "10", "12", "35644")}
    assert split_of(filtered) == {key: whole[key] for key in ("2", "6", "10", "12")}
    assert {one.key: one.reason for one in filtered.left_out} == {
        "11": "has none of the 50 tags",
        "14": "has none of the 50 tags",
        "35644": "is one of the three broken ones",
    }
    assert [form.name for form in (every, tagged, filtered)] == ["mtat-all", "mtat-tagged", "mtat-filtered"]
    assert [form.shortest for form in (every, tagged, filtered)] == [1.0, 1.0, None]
    for clip in every.clips:
        names = {mtat.TAGS[label][0] for label in clip.labels}
        assert names == set(CLIPS[clip.key][1]) - {"singer"}


def test_prepared_it_is_what_the_form_says(folder: Path, tmp_path: Path, in_process: None) -> None:
    broken = next((folder / "b").iterdir())
    sound = broken.read_bytes()
    broken.write_bytes(b"")
    try:
        report = prepare(mtat.read(folder), tmp_path / "out", sample_rate=4000, seconds=1.0)
    finally:
        broken.write_bytes(sound)
    prepared = Prepared.open(tmp_path / "out")
    assert prepared.keys == ("2", "12", "10"), "the last one took the place of the broken one"
    assert prepared.tags == mtat.TAGS
    assert prepared.name == "mtat-filtered"
    assert report.sizes == {"train": 1, "validation": 1, "test": 1}
    assert {one.key for one in report.left_out} == {"6", "11", "14", "35644"}


@pytest.mark.parametrize("tag", ["weird", "choral", "guitar"])
def test_a_dropped_tag_column_is_refused(tag: str, tmp_path: Path) -> None:
    lay_out_mtat(tmp_path, CLIPS, audio=False, dropped=tag)
    with pytest.raises(DataError, match=rf"annotations_final\.csv: has no column '{tag}' \(fetch"):
        mtat.read(tmp_path)


def test_swapping_train_and_test_changes_the_checksum(folder: Path, tmp_path: Path) -> None:
    swapped = {"0": "d", "b": "f", "d": "0", "f": "b"}
    clips = {key: (swapped.get(place, place), tags) for key, (place, tags) in CLIPS.items()}
    lay_out_mtat(tmp_path, clips)
    before, after = mtat.read(folder), mtat.read(tmp_path)
    assert split_of(before).keys() == split_of(after).keys()
    assert before.checksum() != after.checksum()
    assert before.checksum() == mtat.read(folder).checksum()


def test_artists_in_two_splits_are_reported(folder: Path, tmp_path: Path) -> None:
    assert mtat.read(folder).notes == ()
    lay_out_mtat(tmp_path, CLIPS, artists={"2": "Bach", "12": "Bach", "6": "Jag"})
    (note,) = mtat.read(tmp_path).notes
    assert note == "1 of 3 artists are in more than one split (train, test), such as 'Bach'"
    (tmp_path / mtat.CLIP_INFO).unlink()
    assert "clip_info_final.csv is missing" in mtat.read(tmp_path).notes[0]


def test_missing_files_are_left_out_and_a_set_without_any_is_refused(tmp_path: Path) -> None:
    lay_out_mtat(tmp_path, CLIPS)
    next((tmp_path / "c").iterdir()).unlink()
    catalogue = mtat.read(tmp_path)
    assert "10" not in split_of(catalogue)
    assert {one.key: one.reason for one in catalogue.left_out}["10"] == "is not on the disk"
    lay_out_mtat(tmp_path / "bare", CLIPS, audio=False)
    with pytest.raises(DataError, match="holds no audio of MagnaTagATune"):
        mtat.read(tmp_path / "bare")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"0/', '"../', "line 2: the path '../"),
        ('"0/', '"/', "line 2: the path '/"),
        ('"0/', '"g/', "line 2: the path 'g/"),
        ('"0/', '"0/../../', "line 2: the path '0/../../.*does not stay in the folder"),
        ('"2"\t"0"', '"2"\t"2"', "line 2: a tag is neither 0 nor 1"),
        ('"2"\t"0"\t', '"2"\t', "line 2: has 54 cells, not 55"),
        ('"6"\t', '"2"\t', "names the clip '2' twice, in train and in train"),
        ('"clip_id"', '"id"', "has no column 'clip_id'"),
        ('"mp3_path"', '"guitar"', "has no column 'mp3_path'"),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    lay_out_mtat(tmp_path, CLIPS)
    path = tmp_path / mtat.ANNOTATIONS
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=said):
        mtat.read(tmp_path)


def test_an_unknown_form_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match=r"no form 'top50'.*all, tagged, filtered"):
        mtat.read(folder, "top50")


def test_reading_needs_no_decoder(folder: Path) -> None:
    program = (
        "import sys\nfor name in ('av', 'torchaudio'): sys.modules[name] = None\n"
        "from pathlib import Path; from trainer.data.mtat import read; print(read(Path(sys.argv[1])).sizes())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("{'train': 2")
