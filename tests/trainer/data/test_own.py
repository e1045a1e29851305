"""A person's own folder and table: forgiving where the meaning is plain, exact where it is not."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import datasets
from trainer.data import own, own_table
from trainer.data.catalogue import Catalogue
from trainer.data.own import split_of
from trainer.data.prepare import prepare
from trainer.data.prepared import Prepared
from trainer.errors import DataError


def songs(folder: Path, names: Iterable[str]) -> Path:
    """Make files by these names; the readers look at no sound."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder.parent / "My songs.csv"
    path.write_bytes(text.encode(encoding, "surrogateescape"))
    return path


def tags_of(catalogue: Catalogue) -> dict[str, set[str]]:
    return {clip.key: {catalogue.tags[label][0] for label in clip.labels} for clip in catalogue.clips}


THREE = "file,tags,split\na.mp3,rock;fast,train\nb.mp3,rock|slow,valid\nc.mp3,rock,test\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return songs(tmp_path / "music", ["a.mp3", "b.mp3", "c.mp3"])


def read(folder: Path, text: str, least: int = 1) -> Catalogue:
    return own.read(folder, table(folder, text), least=least)


@pytest.mark.parametrize(
    "text",
    [
        THREE,
        THREE.replace(",", "\t"),
        "file;tags;split\na.mp3;rock|fast;train\nb.mp3;rock|slow;valid\nc.mp3;rock;test\n",
        "\ufeffFile,Split,Tags\r\na.mp3,Train,rock ; fast \r\nb.mp3,VALID,rock;slow;;\r\nc.mp3,test,rock\r\n",
        'file,split,tags\na.mp3,train,rock,fast\n"b.mp3",validation,"rock",slow\nc.mp3,test,rock,\n',
        "file,split,tag 1,tag 2\na.mp3,train,rock,fast\nb.mp3,validation,rock,slow\nc.mp3,test,rock,\n",
        "split,file,genre,tempo\ntrain,a.mp3,rock,fast\nvalidation,b.mp3,rock,slow\ntest,c.mp3,rock,\n",
        "file,split,tags\na.mp3,train,rock\na.mp3,train,fast\nb.mp3,valid,slow\nb.mp3,valid,rock\nc.mp3,test,rock\n",
        "file,split,tags\n./a.mp3,train,rock;fast\nb.mp3,valid,rock;slow\nc.mp3,test,Rock;ROCK\n",
    ],
)
def test_tables_of_many_kinds_mean_the_same(text: str, folder: Path) -> None:
    catalogue = read(folder, text)
    splits = {clip.key: clip.split for clip in catalogue.clips}
    assert splits == {"a.mp3": "train", "b.mp3": "validation", "c.mp3": "test"}
    assert tags_of(catalogue) == {"a.mp3": {"rock", "fast"}, "b.mp3": {"rock"}, "c.mp3": {"rock"}}
    assert catalogue.tags == (("rock", "genre"), ("fast", "tempo"))
    assert catalogue.name == "own-my-songs"
    assert catalogue.shortest == 1.0
    assert catalogue.notes[0] == "1 tags are dropped, having fewer than 1 songs or none for training: slow"
    assert catalogue.notes[1:] == (
        "no song of validation has these tags, so they are not measured: fast",
        "no song of test has these tags, so they are not measured: fast",
    )


def test_the_table_of_the_documents_is_one(tmp_path: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")
    lines = re.search(r"(?:^    .*,.*\n)+", document[document.index("    file,tags") :], re.MULTILINE)
    assert lines is not None
    path = tmp_path / "tags.csv"
    path.write_text(re.sub("^    ", "", lines[0], flags=re.MULTILINE), "utf-8")
    first, *_, last = own_table.read(path).entries
    assert (first.file, first.tags) == (
        "Bach/Suites/01 Prelude.flac",
        (("cello", "instrument"), ("slow", "tempo")),
    )
    assert last.tags == (("electronic", "genre"), ("synth", "instrument"))


def test_paths_are_understood_as_they_are_meant(tmp_path: Path) -> None:
    folder = songs(tmp_path / "music", ["Artist/Album/one.flac", "two.flac", "three.flac"])
    rows = f"Artist\\Album\\one.flac,x,train\n{folder / 'two.flac'},x,test\nthree.flac,x,valid\n"
    text = f"file,tags,split\n{rows}"
    assert set(tags_of(read(folder, text))) == {"Artist/Album/one.flac", "two.flac", "three.flac"}


class WindowsPath(PureWindowsPath):
    """A path as on Windows, of a file below the working folder of a system that has no such paths."""

    def __fspath__(self) -> str:
        return self.as_posix()

    def absolute(self) -> WindowsPath:
        return self

    def is_file(self) -> bool:
        return Path(self.as_posix()).is_file()


def test_backslashes_part_folders_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    songs(tmp_path / "music", ["Artist/Album/one.flac"])
    monkeypatch.chdir(tmp_path)
    disk = own._Disk(Path("music"))
    disk.folder = WindowsPath("music")  # type: ignore[assignment]  # stands for a path of this system
    text = "file,tags\nArtist\\Album\\one.flac,x\n..\\secret.flac,x\n\\\\host\\one.flac,x\nC:\\one.flac,x\n"
    inside, *outside = own_table.read(table(tmp_path / "music", text)).entries
    assert disk.find(inside) == Path("music/Artist/Album/one.flac")
    for entry in outside:
        with pytest.raises(DataError, match="does not stay in the folder"):
            disk.find(entry)


@pytest.mark.skipif(sys.platform != "linux", reason="needs names that differ in case alone")
def test_a_file_is_one_clip_where_the_disk_ignores_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = songs(tmp_path / "music", ["Bach/Á.mp3", "b.mp3", "c.mp3"])
    (folder / "bach").mkdir()
    (folder / "bach" / "á.MP3").hardlink_to(folder / "Bach" / "Á.mp3")
    (folder / "B.mp3").touch()  # a file of its own, as on a disk that tells them apart
    walk = own._Disk._walk
    told = {"Bach/Á.mp3", "b.mp3", "c.mp3"}
    monkeypatch.setattr(
        own._Disk,
        "_walk",
        lambda disk: (path for path in walk(disk) if path.relative_to(folder).as_posix() in told),
    )
    rows = "Bach/Á.mp3,x,train\nbach/á.MP3,y,train\nB.mp3,x,valid\nb.mp3,x,valid\nc.mp3,x,test\n"
    catalogue = read(folder, f"file,tags,split\n{rows}")
    assert set(tags_of(catalogue)) == {"Bach/Á.mp3", "B.mp3", "b.mp3", "c.mp3"}
    assert tags_of(catalogue)["Bach/Á.mp3"] == {"x", "y"}
    with pytest.raises(DataError, match=r"line 3: 'bach/á\.MP3' is in train too"):
        read(folder, f"file,tags,split\n{rows}".replace("y,train", "y,test"))


def test_names_are_found_however_unicode_spells_them(tmp_path: Path) -> None:
    decomposed, composed = (
        unicodedata.normalize("NFD", "Café.mp3"),
        unicodedata.normalize("NFC", "Ökumene.mp3"),
    )
    folder = songs(tmp_path / "music", [decomposed, composed, "c.mp3"])
    text = (
        f"file,tags,split\n{unicodedata.normalize('NFC', decomposed)},Noël,train\n"
        f"{unicodedata.normalize('NFD', composed)},{unicodedata.normalize('NFD', 'Noël')},test\n"
        "c.mp3,Noël,valid\n"
    )
    catalogue = read(folder, text)
    assert tags_of(catalogue) == {"Café.mp3": {"Noël"}, "Ökumene.mp3": {"Noël"}, "c.mp3": {"Noël"}}
    assert all(clip.path.is_file() for clip in catalogue.clips)
    assert catalogue.left_out == ()


def test_what_is_in_the_table_or_on_the_disk_alone_is_told(folder: Path) -> None:
    songs(folder, ["new/d.ogg", "cover.jpg"])
    catalogue = read(folder, THREE + "gone.mp3,rock,train\n")
    assert {one.key: one.reason for one in catalogue.left_out} == {
        "gone.mp3": "is not on the disk",
        "new/d.ogg": "is not in the table",
    }
    with pytest.raises(DataError, match=r"music: holds none of the table's files"):
        read(folder, THREE.replace("mp3", "flac"))


def test_groups_never_part_and_stay_where_they_are(tmp_path: Path) -> None:
    names = [
        f"Artist {artist}/Album {album}/{song}.mp3" for artist in range(80) for album in "ab" for song in "12"
    ]
    folder = songs(tmp_path / "music", names)
    catalogue = read(folder, "file,tags\n" + "".join(f"{name},rock\n" for name in names[: len(names) // 2]))
    everything = read(folder, "file,tags\n" + "".join(f"{name},rock\n" for name in names))
    before = {clip.key: clip.split for clip in catalogue.clips}
    after = {clip.key: clip.split for clip in everything.clips}
    assert before.items() < after.items(), "songs that are added move no other song"
    by_artist: dict[str, set[str]] = {}
    for key, split in after.items():
        by_artist.setdefault(key.split("/")[0], set()).add(split)
    assert all(len(splits) == 1 for splits in by_artist.values())
    assert min(everything.sizes().values()) > 0
    assert everything.notes == ()


def test_the_group_is_the_folder_of_the_artist_or_what_the_table_says(folder: Path) -> None:
    assert own._group("music/Artist/Album/song.mp3") == "music/Artist"
    assert own._group("Artist/Album/song.mp3") == "Artist"
    assert own._group("Album/song.mp3") == "Album"
    assert own._group("song.mp3") == "song.mp3"
    train, test = (
        next(g for g in map(str, range(99)) if split_of(g) == split) for split in ("train", "test")
    )
    text = f"file,tags,group\na.mp3,x,{train}\nb.mp3,x,{train}\nc.mp3,x,{test}\n"
    with pytest.raises(DataError, match=r"leaves no song for validation \(add a column 'split'"):
        read(folder, text)
    with pytest.raises(DataError, match="line 3: its group is empty"):
        read(folder, f"file,tags,group\na.mp3,x,{train}\nb.mp3,x,\n")


@pytest.mark.parametrize("disc", ["CD 1", "cd2", "Disc-1", "disk_12", "DVD.1", "Vinyl 3", "LP1"])
def test_discs_of_an_album_do_not_tear_an_artist_apart(disc: str) -> None:
    assert own._group(f"Artist/Album/{disc}/song.mp3") == "Artist"
    assert own._group(f"music/Artist/Album/{disc}/song.mp3") == "music/Artist"
    assert own._group(f"Album/{disc}/song.mp3") == "Album"
    assert own._group(f"{disc}/song.mp3") == disc


@pytest.mark.parametrize("album", ["CD", "CD 1 and more", "ABCD 1", "Discovery", "LP", "Disc One"])
def test_albums_that_are_called_nearly_so_are_no_discs(album: str) -> None:
    assert own._group(f"Artist/{album}/song.mp3") == "Artist"
    assert own._group(f"Label/Artist/{album}/song.mp3") == "Label/Artist"


def test_hashed_shares_are_about_as_said() -> None:
    splits = [split_of(f"group {number}") for number in range(3000)]
    assert 0.77 < splits.count("train") / 3000 < 0.83
    assert 0.08 < splits.count("test") / 3000 < 0.12


def test_groups_that_a_split_column_tears_apart_are_reported(tmp_path: Path) -> None:
    folder = songs(tmp_path / "music", ["Bach/a/1.mp3", "Bach/b/2.mp3", "Haydn/3.mp3"])
    text = "file,tags,split\nBach/a/1.mp3,x,train\nBach/b/2.mp3,x,test\nHaydn/3.mp3,x,valid\n"
    (note,) = read(folder, text).notes
    assert note == "1 of 2 groups are in more than one split (train, test), such as 'Bach'"


def test_tags_with_too_few_songs_are_dropped_with_a_word(folder: Path) -> None:
    songs(folder, [f"{n}.mp3" for n in range(6)])
    more = "".join(f"{n}.mp3,common,train\n" for n in range(6))
    catalogue = own.read(folder, table(folder, THREE + more))
    assert [name for name, _ in catalogue.tags] == ["common"]
    assert (
        "3 tags are dropped, having fewer than 5 songs or none for training: fast, rock, slow"
        in catalogue.notes
    )
    assert len(catalogue.clips) == 9, "a song that has lost its tags still says what is not in it"
    with pytest.raises(DataError, match="has no tag with 5 songs"):
        own.read(folder, table(folder, THREE))


def test_columns_that_are_not_understood_are_told(folder: Path) -> None:
    text = THREE.replace("split\n", "split,bpm\n").replace("train\n", "train,99\n")
    text = text.replace("valid\n", "valid,80\n").replace("test\n", "test,\n")
    assert "columns that are not used: bpm" in read(folder, text).notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("path,tags\na.mp3,x\n", "has no column 'file'"),
        ("file,file,tags\na.mp3,b.mp3,x\n", "has no column 'file', or more than one"),
        ("file,mode\na.mp3,x\n", "has no column 'tags'"),
        ("file,tags,split\na.mp3,x,dev\n", "line 2: the split 'dev' is none of train, validation, test"),
        ("file,tags,split\na.mp3,x,train\na.mp3,y,test\n", "line 3: 'a.mp3' is in train too"),
        ("file,tags,split\na.mp3,x,train,y\n", "line 2: has 4 cells, not 3"),
        ("file,tags\n../secret.mp3,x\n", "line 2: the path '../secret.mp3' does not stay in the folder"),
        ("file,tags\n/etc/passwd,x\n", "line 2: the path '/etc/passwd' does not stay"),
        ("file,tags\n,x\n", "line 2: the path '' does not stay"),
        ("file,tags\na.mp3," + "x" * 201 + "\n", "line 2: the tag 'x+'... is longer than 200 characters"),
        ("file,tags\na.mp3,a\x07b\n", "line 2: the tag .* is no text of UTF-8"),
        ("file,tags\na.mp3,caf\udce9\n", "line 2: the tag .* is no text of UTF-8 .save the table as UTF-8"),
        ("", "is empty"),
        ("file,tags\n", "has no rows"),
        ('file,tags\n"a.mp3,x\n', "line 2: cannot be read"),
    ],
)
def test_tables_that_make_no_sense_are_refused(text: str, said: str, folder: Path) -> None:
    with pytest.raises(DataError, match=rf"My songs\.csv: {said}"):
        read(folder, text)


def test_absolute_paths_that_climb_out_are_refused(folder: Path) -> None:
    (folder.parent / "secret.mp3").touch()
    with pytest.raises(DataError, match="does not stay in the folder"):
        read(folder, f"file,tags\n{folder}/../secret.mp3,x\n")


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from('file,tagsp\n\r;|"é\0 12.'), max_size=60))
def test_any_table_is_read_or_refused(text: str) -> None:
    path = Path(_place[0], "table.csv")
    path.write_text("file,tags" + text, "utf-8")
    try:
        own_table.read(path)
    except DataError:
        pass


_place: list[Path] = []


@pytest.fixture(autouse=True, scope="module")
def _one_place(tmp_path_factory: pytest.TempPathFactory) -> None:
    _place[:] = [tmp_path_factory.mktemp("tables")]


@pytest.mark.usefixtures("in_process")
def test_own_songs_are_prepared_short_ones_too(tmp_path: Path) -> None:
    music = tmp_path / "music"
    for seed, (name, seconds) in enumerate(
        {"a.mp3": 3.0, "Ü/b.flac": 1.5, "c.wav": 2.0, "d.ogg": 0.5}.items()
    ):
        datasets.clip(music / name, seed, seconds=seconds)
    rows = "a.mp3,x,train\nÜ/b.flac,x,valid\nc.wav,x;y,test\nd.ogg,x,train\n"
    catalogue = own.read(music, table(music, "file,tags,split\n" + rows), least=1)
    report = prepare(catalogue, tmp_path / "out", sample_rate=8000, seconds=2.0, place="middle")
    prepared = Prepared.open(tmp_path / "out")
    assert prepared.place == "middle"
    assert dict(zip(prepared.keys, prepared.samples.tolist(), strict=True)) == {
        "a.mp3": 16000,
        "Ü/b.flac": 12000,
        "c.wav": 16000,
    }
    (short,) = report.left_out
    assert short.key == "d.ogg"
    assert short.reason.startswith("lasts 0.5")


@pytest.mark.skipif(sys.platform != "linux", reason="needs names that are no text")
def test_names_that_are_no_text_are_found_by_their_bytes(tmp_path: Path) -> None:
    folder = songs(tmp_path / "music", ["caf\udce9.mp3", "b.mp3", "c.mp3"])
    catalogue = read(folder, "file,tags,split\ncaf\udce9.mp3,x,train\nb.mp3,x,valid\nc.mp3,x,test\n")
    assert catalogue.clips[0].path.is_file()
    assert catalogue.checksum()
