import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger_core.errors import MetadataError, TagsUnreadableError
from tagger_core.library.records import FileTags
from tagger_core.metadata.fields import Field
from tagger_core.metadata.reader import read_fields, read_tags
from tests.core.metadata.parsers import comment_block, flac, flac_blocks, frame, id3, untagged
from tests.support.audio import SUFFIXES, encode, song
from tests.support.shared import SHARED, needs_shared

Fresh = Callable[[str], Path]
UNTAGGED = (".mka", ".aiff")  # tags that nobody but FFmpeg writes, or none at all


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix not in UNTAGGED])
def test_what_ffmpeg_writes_is_read(tmp_path: Path, suffix: str) -> None:
    told = {"title": "Título", "artist": "Ärtist", "album": "Album", "date": "1994", "genre": "Jazz"}
    path = encode(tmp_path / f"song{suffix}", song(0.2), 44100, metadata=told)
    read = read_tags(path)
    assert (read.title, read.artist, read.album, read.year) == (
        "Título",
        "Ärtist",
        "Album",
        None if suffix == ".wma" else 1994,
    )
    # A genre that stands in a RIFF INFO list only is not the one that Earmark fills or changes.
    assert read.genres == (() if suffix == ".wav" else ("Jazz",))
    assert read.problem == ""


def test_a_format_without_known_tags_is_simply_empty(fresh: Fresh) -> None:
    assert read_tags(fresh(".mka")) == FileTags()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_reading_changes_nothing(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    os.utime(path, ns=(1_000_000_000, 1_000_000_000))
    before = path.stat(), path.read_bytes()
    read_tags(path)
    read_fields(path)
    after = path.stat(), path.read_bytes()
    assert (after[0].st_mtime_ns, after[0].st_size, after[1]) == (
        before[0].st_mtime_ns,
        before[0].st_size,
        before[1],
    )


def with_frames(fresh: Fresh, *frames: bytes, version: int = 3) -> Path:
    path = fresh(".mp3")
    path.write_bytes(id3(b"".join(frames), version) + untagged(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("frames", "stars"),
    [
        ([frame("POPM", b"me\x00\xff\x00\x00\x00\x01", 3)], 5.0),
        ([frame("POPM", b"me\x00\x80", 3)], 3.0),
        ([frame("POPM", b"me\x00\x01", 3)], 1.0),
        ([frame("POPM", b"me\x00\x00", 3)], None),
        ([frame("POPM", b"me", 3)], None),
        ([frame("TXXX", b"\x00FMPS_Rating\x000.8", 3)], 4.0),
        ([frame("TXXX", b"\x00FMPS_RATING\x0017", 3)], None),
        ([frame("TXXX", b"\x00RATING\x00nan", 3)], None),
        ([], None),
    ],
)
def test_ratings_become_stars(fresh: Fresh, frames: list[bytes], stars: float | None) -> None:
    assert read_tags(with_frames(fresh, *frames)).rating == stars


@pytest.mark.parametrize(
    ("entry", "stars"),
    [("RATING=4", 4.0), ("rating=80", 4.0), ("Rating=7", 3.5), ("RATING=x", None), ("FMPS_RATING=0,5", 2.5)],
)
def test_ratings_in_vorbis_comments_become_stars(fresh: Fresh, entry: str, stars: float | None) -> None:
    path = fresh(".flac")
    blocks, audio = flac_blocks(path.read_bytes())
    path.write_bytes(flac([blocks[0], (4, comment_block(b"", [entry.encode()]))], audio))
    assert read_tags(path).rating == stars


@pytest.mark.parametrize(
    ("date", "year"), [("1994-05-03", 1994), ("05/1994", 1994), ("May 2003", 2003), ("?", None), ("", None)]
)
def test_years_are_found(fresh: Fresh, date: str, year: int | None) -> None:
    assert read_tags(with_frames(fresh, frame("TYER", b"\x00" + date.encode(), 3))).year == year


@pytest.mark.parametrize(
    ("text", "bpm"), [("128", 128.0), ("127.5 BPM", 127.5), ("99,5", 99.5), ("fast", None), ("0", None)]
)
def test_tempi_are_found(fresh: Fresh, text: str, bpm: float | None) -> None:
    assert read_tags(with_frames(fresh, frame("TBPM", b"\x00" + text.encode(), 3))).bpm == bpm


def test_all_fields_reach_the_record(fresh: Fresh) -> None:
    path = with_frames(
        fresh,
        frame("TIT2", b"\x00T", 3),
        frame("TPE1", b"\x00A\x00B", 3),
        frame("TALB", b"\x00L", 3),
        frame("TPE2", b"\x00AA", 3),
        frame("TCON", b"\x00(17)Funk; Soul", 3),
        frame("TXXX", b"\x00Mood\x00calm; dark", 3),
        frame("GRP1", b"\x00g", 3),
        frame("COMM", b"\x00eng\x00c", 3),
        frame("TKEY", b"\x00Am", 3),
    )
    read = read_tags(path)
    assert read == FileTags(
        title="T",
        artist="A; B",
        album="L",
        album_artist="AA",
        genres=("Rock", "Funk", "Soul"),
        moods=("calm", "dark"),
        grouping="g",
        comment="c",
        key="Am",
    )
    assert read_fields(path)[Field.MOOD] == ("calm", "dark")
    assert read_fields(path, [Field.custom("mood2")]) == {}


def test_one_bad_frame_costs_one_field(fresh: Fresh) -> None:
    read = read_tags(with_frames(fresh, frame("TIT2", b"\x09T", 3), frame("TPE1", b"\x00A", 3)))
    assert (read.title, read.artist) == ("", "A")
    assert "encoding" in read.problem


def test_a_bad_second_place_of_a_date_costs_nothing(fresh: Fresh) -> None:
    read = read_tags(with_frames(fresh, frame("TDRC", b"\x001994", 4), frame("TYER", b"\x091", 4), version=4))
    assert (read.year, read.problem) == (1994, "")


def test_an_id3v1_tag_alone_is_read(fresh: Fresh) -> None:
    path = fresh(".mp3")
    v1 = (
        b"TAG"
        + b"Old title".ljust(30, b"\0")
        + b"Someone".ljust(30, b"\0")
        + bytes(30)
        + b"1987"
        + bytes(30)
        + b"\x11"
    )
    path.write_bytes(untagged(path.read_bytes()) + v1)
    read = read_tags(path)
    assert (read.title, read.artist, read.year, read.genres) == ("Old title", "Someone", 1987, ("Rock",))


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(TagsUnreadableError, match=r"gone\.mp3: cannot be opened"):
        read_tags(tmp_path / "gone.mp3")
    with pytest.raises(TagsUnreadableError, match="cannot be"):
        read_tags(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    magic=st.sampled_from(
        [b"", b"ID3\x03\0\0", b"fLaC", b"OggS\0\2", b"RIFF\0\1\0\0WAVE", b"\0\0\0\x14ftypM4A "]
    )
    | st.sampled_from(
        [b"FORM\0\0\1\0AIFF", b"MAC ", b"wvpk", b"APETAGEX", b"0&\xb2u\x8ef\xcf\x11", b"MP+", b"TTA1"]
    ),
    suffix=st.sampled_from([".mp3", ".flac", ".wma", ".m4a", ".ogg", ".ape", ".xyz", ".aac", ".mpc", ".dsf"]),
)
def test_no_bytes_bring_the_reader_down(tmp_path: Path, data: bytes, magic: bytes, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(magic + data)
    outcome: object
    try:
        outcome = read_tags(path)
    except MetadataError as error:
        outcome = error
    assert isinstance(outcome, FileTags) or str(outcome).startswith(str(path))
    assert path.read_bytes() == magic + data


@needs_shared
def test_files_from_elsewhere_are_read_or_named() -> None:
    assert SHARED is not None
    named = []
    for path in sorted(path for path in (SHARED / "zoo").rglob("*") if path.is_file()):
        try:
            read_tags(path)
        except MetadataError as error:
            named.append(error.message)
    assert len(named) < 12
    assert all(named)
    full = read_tags(SHARED / "zoo" / "mediafile" / "full.wma")
    assert (full.title, full.genres, full.bpm, full.year) == ("full", ("the genre",), 6.0, 2001)
    assert read_tags(SHARED / "zoo" / "mutagen" / "id3v22-test.mp3").title == "cosmic american"
