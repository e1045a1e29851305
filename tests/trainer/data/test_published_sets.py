"""GTZAN, MTG-Jamendo, the Million Song Dataset and tagtraum's genres, as they lie on a disk."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tagger_core.models.tag_names import JAMENDO, MSD
from tests.support import datasets
from trainer.data import gtzan, jamendo, msd, tagtraum
from trainer.data.catalogue import Catalogue, Clip
from trainer.data.prepare import prepare
from trainer.data.prepared import Prepared
from trainer.data.sets import SETS, read
from trainer.errors import DataError


def keys(catalogue: Catalogue, split: str) -> list[str]:
    return [clip.key for clip in catalogue.clips if clip.split == split]


def names(catalogue: Catalogue, key: str) -> set[str]:
    clip = next(clip for clip in catalogue.clips if clip.key == key)
    return {catalogue.tags[label][0] for label in clip.labels}


# GTZAN

GTZAN = {split: datasets.gtzan_songs(split, 3) for split in ("train", "valid", "test")}


@pytest.mark.parametrize(
    ("within", "suffix"), [("genres", ".wav"), ("genres_original", ".au"), (".", ".wav")]
)
def test_gtzan_is_split_by_the_fault_filtered_lists(within: str, suffix: str, tmp_path: Path) -> None:
    datasets.lay_out_gtzan(tmp_path, sum(GTZAN.values(), ["blues.00999"]), within=within, suffix=suffix)
    catalogue = gtzan.read(tmp_path)
    assert keys(catalogue, "train") == GTZAN["train"]
    assert keys(catalogue, "validation") == GTZAN["valid"]
    assert keys(catalogue, "test") == GTZAN["test"]
    assert catalogue.task == "genre"
    assert names(catalogue, GTZAN["test"][1]) == {"classical"}
    assert len(catalogue.clips) + len(catalogue.left_out) == 443 + 197 + 290
    assert {one.reason for one in catalogue.left_out} == {"is not on the disk"}


def test_gtzan_is_prepared_from_wav_and_au(tmp_path: Path, in_process: None) -> None:
    datasets.lay_out_gtzan(tmp_path, GTZAN["train"])
    datasets.lay_out_gtzan(tmp_path, GTZAN["test"], suffix=".au")
    prepare(read("gtzan", tmp_path), tmp_path / "out", sample_rate=4000, seconds=1.0)
    prepared = Prepared.open(tmp_path / "out")
    assert prepared.task == "genre"
    assert prepared.labels.sum(axis=1).tolist() == [1] * 6
    assert prepared.audio.any(axis=1).all()


# MTG-Jamendo

TRACKS: dict[str, tuple[str, str, Sequence[str]]] = {
    "214": ("train", "artist_1", ["genre---rock", "instrument---voice", "mood/theme---happy"]),
    "1048592": ("train", "artist_2", ["instrument---bass"]),
    "786434": ("validation", "artist_3", ["genre---electronic", "genre---house"]),
    "655496": ("test", "artist_4", ["mood/theme---film"]),
}


@pytest.mark.parametrize("low", [False, True])
def test_jamendo_is_read_from_its_tables(low: bool, tmp_path: Path, in_process: None) -> None:
    datasets.lay_out_jamendo(tmp_path, TRACKS, low=low)
    catalogue = jamendo.read(tmp_path)
    assert catalogue.tags == JAMENDO
    assert keys(catalogue, "train") == ["track_0000214", "track_1048592"]
    assert keys(catalogue, "validation") == ["track_0786434"]
    assert keys(catalogue, "test") == ["track_0655496"]
    assert names(catalogue, "track_0000214") == {"rock", "voice", "happy"}
    assert catalogue.notes == ()
    report = prepare(catalogue, tmp_path / "out", sample_rate=4000, seconds=1.0)
    assert report.sizes == {"train": 2, "validation": 1, "test": 1}
    assert report.checksum == catalogue.checksum()


def test_jamendo_tables_and_audio_may_lie_as_in_its_repository(tmp_path: Path) -> None:
    datasets.lay_out_jamendo(tmp_path / "audio", TRACKS)
    tables = tmp_path / "repository" / "data" / "splits" / "split-0"
    tables.mkdir(parents=True)
    for table in (tmp_path / "audio").glob("*.tsv"):
        table.rename(tables / table.name)
    assert len(read("jamendo", tmp_path / "repository", audio=tmp_path / "audio").clips) == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("genre---rock", "genre---polka", r"train\.tsv: line 2: 'genre---polka' is none of the 50 tags"),
        ("14/214.mp3", "../214.mp3", r"train\.tsv: line 2: the path '\.\./214\.mp3'"),
        ("TRACK_ID", "TRACK", r"train\.tsv: its columns are not TRACK_ID"),
        ("\t151.4\t", " ", r"train\.tsv: line 2: the duration 'instrument---voice' is no number"),
        ("track_1048592", "track_0000214", "'track_0000214' twice, in train and in train"),
    ],
)
def test_damaged_jamendo_tables_are_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    datasets.lay_out_jamendo(tmp_path, TRACKS)
    path = tmp_path / jamendo.TABLE.format("train")
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(DataError, match=said):
        jamendo.read(tmp_path)


def test_overlapping_jamendo_splits_are_refused_and_shared_artists_told(tmp_path: Path) -> None:
    datasets.lay_out_jamendo(tmp_path, {**TRACKS, "655496": ("test", "artist_1", ["genre---rock"])})
    (note,) = jamendo.read(tmp_path).notes
    assert note == "1 of 3 artists are in more than one split (train, test), such as 'artist_1'"
    train, test = (tmp_path / jamendo.TABLE.format(split) for split in ("train", "test"))
    test.write_text(train.read_text())
    with pytest.raises(DataError, match="'track_0000214' twice, in train and in test"):
        jamendo.read(tmp_path)
    test.unlink()
    with pytest.raises(DataError, match=r"holds no autotagging_top50tags-test\.tsv"):
        jamendo.read(tmp_path)


# The Million Song Dataset

TRAIN = {"TRAAAAA": ["rock", "00s"], "TRAAAAB": ["happy"], "TRAAAAC": [], "TRAAAAD": ["House"]}
TEST = {"TRAAAAE": ["Hip-Hop", "rnb"]}


def test_msd_is_read_from_pickles_of_python_2(tmp_path: Path, in_process: None) -> None:
    datasets.lay_out_msd(tmp_path, TRAIN, TEST)
    catalogue = msd.read(tmp_path, train=3)
    assert catalogue.tags == MSD
    assert keys(catalogue, "train") == ["TRAAAAA", "TRAAAAB", "TRAAAAC"]
    assert keys(catalogue, "validation") == ["TRAAAAD"]
    assert keys(catalogue, "test") == ["TRAAAAE"]
    for key, tags in {**TRAIN, **TEST}.items():
        assert names(catalogue, key) == set(tags)
    report = prepare(catalogue, tmp_path / "out", sample_rate=4000, seconds=1.0)
    assert report.sizes == {"train": 3, "validation": 1, "test": 1}


def test_msd_labels_follow_the_tag_list(tmp_path: Path) -> None:
    datasets.lay_out_msd(tmp_path, TRAIN, TEST)
    path = tmp_path / msd.TAG_LIST
    listed = path.read_text().splitlines()
    listed[0], listed[49] = listed[49], listed[0]
    path.write_text("\n".join(listed))
    catalogue = msd.read(tmp_path, train=3)
    assert catalogue.tags == MSD
    assert names(catalogue, "TRAAAAA") == {"happy", "00s"}
    path.write_text("\n".join(["polka", *listed[1:]]))
    with pytest.raises(DataError, match=r"50tagList\.txt: is not the list of the 50 tags"):
        msd.read(tmp_path, train=3)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (msd.TRAIN_LIST, ["TRAAAAA"], "has 1 tracks where more than 3 should be"),
        (msd.TRAIN_LIST, {"TRAAAAA": 1}, "is no list of track ids"),
        (msd.TRAIN_LIST, [["TRAAAAA"]] * 5, "is no list of track ids"),
        (msd.TRAIN_LIST, ["TRAAAAA"] * 5, "names the track 'TRAAAAA' 5 times"),
        (msd.TRAIN_LIST, ["TRAAAAA", "x", "y", "z"], "tells no path for the track 'x'"),
        (msd.TEST_LIST, ["TRAAAAA"], "'TRAAAAA' twice, in train and in test"),
        (msd.IDS, ["TRAAAAA"], "is no dictionary"),
        (msd.IDS, {"TRAAAAA": ["8947470"]}, "tells no path for the track 'TRAAAAA'"),
        (
            msd.PATHS,
            {"8947470": "../../.ssh/id_rsa"},
            r"7D_id_to_path\.pkl: the path '\.\./\.\./\.ssh/id_rsa'",
        ),
        (msd.PATHS, {"8947470": 7}, "tells no path"),
        (msd.VECTORS, {"TRAAAAA": [1] * 49}, "no vector of 50 zeros and ones for the track 'TRAAAAA'"),
        (msd.VECTORS, {"TRAAAAA": [2] * 50}, "no vector of 50"),
        (msd.VECTORS, {"TRAAAAA": ["1"] * 50}, "no vector of 50"),
        (msd.VECTORS, {"TRAAAAA": "1" * 50}, "no vector of 50"),
        (msd.VECTORS, {}, "no vector of 50"),
        (msd.TEST_LIST, Path("x"), r"filtered_list_test\.cP: is no pickle of plain values"),
    ],
)
def test_odd_msd_lists_are_refused(name: str, value: object, said: str, tmp_path: Path) -> None:
    datasets.lay_out_msd(tmp_path, TRAIN, TEST, audio=False)
    (tmp_path / "audio").mkdir()
    (tmp_path / name).write_bytes(pickle.dumps(value, 2))
    with pytest.raises(DataError, match=said):
        msd.read(tmp_path, train=3)


def test_msd_numbers_may_be_numbers(tmp_path: Path) -> None:
    datasets.lay_out_msd(tmp_path, TRAIN, TEST)
    previews = {key: 8947470 + place for place, key in enumerate({**TRAIN, **TEST})}
    (tmp_path / msd.IDS).write_bytes(pickle.dumps(previews, 4))
    assert len(msd.read(tmp_path, train=3).clips) == 5


# tagtraum

GENRES = [f"Genre {number:02}" for number in range(15)]
TAGTRAUM = {f"TRB{number:04}": GENRES[number % 15] for number in range(18)}


def test_tagtraum_in_its_published_split(tmp_path: Path, in_process: None) -> None:
    datasets.lay_out_tagtraum(tmp_path, TAGTRAUM)
    listed = sorted(TAGTRAUM)
    (tmp_path / tagtraum.TRAIN_LIST).write_bytes(datasets.python_2_list(listed[:14]))
    (tmp_path / tagtraum.TEST_LIST).write_bytes(datasets.python_2_list(listed[14:]))
    catalogue = tagtraum.read(tmp_path, train=12)
    assert catalogue.name == "tagtraum"
    assert catalogue.notes == ()
    assert keys(catalogue, "train") == listed[:12]
    assert keys(catalogue, "validation") == listed[12:14]
    assert keys(catalogue, "test") == listed[14:]
    assert all(names(catalogue, key) == {genre} for key, genre in TAGTRAUM.items())
    prepare(catalogue, tmp_path / "out", sample_rate=4000, seconds=1.0)
    assert Prepared.open(tmp_path / "out").task == "genre"

    (tmp_path / tagtraum.TEST_LIST).write_bytes(datasets.python_2_list(listed[13:]))
    with pytest.raises(DataError, match=rf"test_list\.cP: shares 1 tracks with train_list\.cP.*{listed[13]}"):
        tagtraum.read(tmp_path, train=12)
    (tmp_path / tagtraum.TEST_LIST).write_bytes(datasets.python_2_list(["TRX"]))
    with pytest.raises(DataError, match=r"cd2c\.cls: has no genre for 1 tracks of the split, such as 'TRX'"):
        tagtraum.read(tmp_path, train=12)


def test_tagtraum_without_lists_says_that_the_split_is_its_own(tmp_path: Path) -> None:
    datasets.lay_out_tagtraum(tmp_path, TAGTRAUM, audio=False)
    for place in range(17):
        preview = str(8947470 + place)
        path = tmp_path / "audio" / preview[0] / preview[-1] / f"{preview}.clip.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    catalogue = read("tagtraum", tmp_path, seed=7)
    assert catalogue.name == "tagtraum-seed7"
    assert catalogue.notes == ("the split was made from seed 7, for want of train_list.cP and test_list.cP",)
    assert len(catalogue.clips) == 17
    assert [one.reason for one in catalogue.left_out] == ["is not on the disk"]


def test_a_stratified_split_has_the_published_proportions_in_every_genre() -> None:
    clips = tuple(
        Clip(f"TR{number}", Path(f"{number}.mp3"), (0 if number % 5 else 1,), "train")
        for number in range(5000)
    )
    made = tagtraum.stratified(clips, 0)
    for genre, count in ((0, 4000), (1, 1000)):
        sizes = Counter(clip.split for clip in made if clip.labels == (genre,))
        assert sizes["test"] == round(count * 37_817 / 189_189)
        assert sizes["validation"] == round(count * 10_000 / 189_189)
    assert made == tagtraum.stratified(clips, 0)
    assert made != tagtraum.stratified(clips, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("TRZ", "line 4: is not one track id and one genre"),
        ("TRZ\tRock\tPop", "line 4: is not one track id and one genre"),
        ("TRZ\t", "line 4: is not one track id and one genre"),
        ("TRB0000\tRock", "line 5: the track 'TRB0000' stands twice"),
        ("TRZ\tPolka", "has 16 genres, not 15"),
    ],
)
def test_odd_genres_are_refused(line: str, said: str, tmp_path: Path) -> None:
    datasets.lay_out_tagtraum(tmp_path, TAGTRAUM, audio=False)
    path = tmp_path / tagtraum.GENRES_FILE
    head, rows = path.read_text().split("TRB0000", 1)
    path.write_text(f"{head}{line}\nTRB0000{rows}")
    with pytest.raises(DataError, match=rf"cd2c\.cls: {said}"):
        tagtraum.read(tmp_path)


# all of them


def test_sets_are_read_by_name(tmp_path: Path) -> None:
    assert set(SETS) == {"mtat", "msd", "gtzan", "tagtraum", "jamendo", "own"}
    with pytest.raises(DataError, match=r"there is no data set 'imagenet'.*mtat"):
        read("imagenet", tmp_path)
    with pytest.raises(DataError, match="is no folder"):
        read("gtzan", tmp_path / "none")
    with pytest.raises(DataError, match=r"gtzan is read with other options: .*'form'"):
        read("gtzan", tmp_path, form="all")
    with pytest.raises(DataError, match=r"own is read with other options: .*'table'"):
        read("own", tmp_path)
    with pytest.raises(DataError, match="holds no audio of GTZAN"):
        read("gtzan", tmp_path, form=None)
