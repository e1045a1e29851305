"""The walk finds each audio file once, under its exact name, and opens nothing."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger_core.library.walk import AUDIO_SUFFIXES, Walk, is_audio_name, is_below, walk

posix = pytest.mark.skipif(os.name != "posix", reason="needs the file system of a POSIX system")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the file system of this system changes names")


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def walked(*folders: Path, roots: dict[bytes, int] | None = None) -> Walk:
    return walk([(os.fsencode(folder), 1) for folder in folders], roots or {})


def names(result: Walk, folder: Path) -> list[str]:
    return [os.fsdecode(file.path)[len(str(folder)) + 1 :] for file in result.files]


def test_files_come_in_folder_order(tmp_path: Path) -> None:
    for name in ("b/2.mp3", "b/1.MP3", "a/x/3.flac", "a/4.ogg", "0.opus"):
        touch(tmp_path / name)
    result = walked(tmp_path)
    assert names(result, tmp_path) == ["0.opus", "a/4.ogg", "a/x/3.flac", "b/1.MP3", "b/2.mp3"]
    status = (tmp_path / "0.opus").stat()
    assert result.files[0][1:] == (status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev, 1)


def test_what_is_no_music_is_passed_over(tmp_path: Path) -> None:
    for name in (
        "cover.jpg",
        ".hidden.mp3",
        "._song.mp3",
        ".earmark-1-song.mp3",
        ".folder/a.mp3",
        "$RECYCLE.BIN/a.mp3",
        "@eaDir/a.mp3",
        "mp3",
        "song.mp3.part",
    ):
        touch(tmp_path / name)
    (tmp_path / "folder.mp3").mkdir()
    assert walked(tmp_path) == Walk()


def test_titles_that_begin_with_dots_are_music(tmp_path: Path) -> None:
    for name in (
        "...And Justice for All/01 ...And Justice for All.mp3",
        "..Baby One More Time.mp3",
        "...hm.mp3",
    ):
        touch(tmp_path / name)
    assert names(walked(tmp_path), tmp_path) == [
        "...hm.mp3",
        "..Baby One More Time.mp3",
        "...And Justice for All/01 ...And Justice for All.mp3",
    ]


def test_every_suffix_is_taken_in_any_case() -> None:
    for suffix in AUDIO_SUFFIXES:
        assert is_audio_name(b"x." + suffix.upper().encode())
    for suffix in ("mp3", "flac", "ogg", "opus", "m4a", "aac", "wma", "wav", "aiff", "wv", "ape", "mka"):
        assert suffix in AUDIO_SUFFIXES


def test_below_is_told_by_whole_names() -> None:
    sep = os.sep.encode()
    assert is_below(sep + b"music" + sep + b"a", sep + b"music")
    assert is_below(sep + b"music", sep + b"music")
    assert is_below(sep + b"music", sep)
    assert not is_below(sep + b"music2" + sep + b"a", sep + b"music")


@linux
@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFC", "Ängste é").encode(),
        unicodedata.normalize("NFD", "Ängste é").encode(),
        "🎵🎹👩‍🎤".encode(),
        b"new\nline\ttab\x1b[31m",
        b"x" * 251,
        b"caf\xe9 \xff\xfe",
        b" spaces ",
        b"-rf *;'\"\\",
    ],
    ids=["NFC", "NFD", "emoji", "control", "255 bytes", "not UTF-8", "spaces", "shell"],
)
def test_exact_names_are_kept(tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name + b".mp3"
    Path(os.fsdecode(path)).touch()
    assert [file.path for file in walked(tmp_path).files] == [path]


@posix
def test_loops_of_links_end(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "song.mp3")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "a" / "round.mp3").symlink_to(tmp_path / "a" / "round.mp3")
    result = walked(tmp_path)
    assert names(result, tmp_path) == ["a/song.mp3"]
    assert [problem.path for problem in result.problems] == [os.fsencode(tmp_path / "a" / "round.mp3")]


@posix
def test_a_file_counts_once_and_goes_by_the_path_without_links(tmp_path: Path) -> None:
    music, other = tmp_path / "music", tmp_path / "other"
    touch(music / "z" / "song.mp3")
    (music / "a.mp3").symlink_to(music / "z" / "song.mp3")
    (music / "b").symlink_to(music / "z")
    os.link(music / "z" / "song.mp3", music / "z" / "twin.mp3")
    touch(other / "far.mp3")
    (music / "near").symlink_to(other)
    (music / "nearer.mp3").symlink_to(other / "far.mp3")
    assert names(walked(music), music) == ["z/song.mp3", "near/far.mp3"]
    assert names(walked(music, music / "z", music / "z" / "song.mp3"), music) == [
        "z/song.mp3",
        "near/far.mp3",
    ]


@posix
def test_a_root_may_be_a_link_or_a_file(tmp_path: Path) -> None:
    touch(tmp_path / "real" / "song.mp3")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(walked(tmp_path / "link"), tmp_path) == ["link/song.mp3"]
    assert names(walked(tmp_path / "real" / "song.mp3"), tmp_path) == ["real/song.mp3"]


def test_files_belong_to_the_innermost_root(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp3")
    touch(tmp_path / "in" / "b.mp3")
    roots = {os.fsencode(tmp_path): 1, os.fsencode(tmp_path / "in"): 2}
    assert [file.root for file in walked(tmp_path, roots=roots).files] == [1, 2]


@posix
def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "null.mp3").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as unix:
        here = Path.cwd()
        os.chdir(tmp_path)  # the name of a socket may not be long
        try:
            unix.bind("socket.mp3")
        finally:
            os.chdir(here)
    assert walked(tmp_path) == Walk()


@posix
def test_a_folder_without_rights_is_a_problem(open_folder: Path) -> None:
    tmp_path = open_folder
    touch(tmp_path / "closed" / "a.mp3")
    touch(tmp_path / "open" / "b.mp3")
    (tmp_path / "closed").chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)  # rights do not bind root
        result = walked(tmp_path)
    finally:
        os.seteuid(user)
        (tmp_path / "closed").chmod(0o700)
    assert names(result, tmp_path) == ["open/b.mp3"]
    assert [(p.path, p.message) for p in result.problems] == [
        (os.fsencode(tmp_path / "closed"), "cannot be looked at: Permission denied")
    ]
    assert not result.unreadable


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    result = walked(tmp_path / "none")
    assert result.unreadable == {os.fsencode(tmp_path / "none")}
    assert len(result.problems) == 1


def test_numbers_fit_the_database(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.mp3")
    try:
        os.utime(path, (2**34, 2**34))
    except OSError:
        pytest.skip("the file system does not keep this time")
    assert walked(tmp_path).files[0].mtime_ns < 2**63


def test_a_walk_stops_when_asked(tmp_path: Path) -> None:
    for number in range(20):
        touch(tmp_path / str(number) / "a.mp3")
    asked = iter(range(1000))
    result = walk([(os.fsencode(tmp_path), 1)], {}, cancelled=lambda: next(asked) > 5)
    assert 0 < len(result.files) < 20


def test_progress_counts_files(tmp_path: Path) -> None:
    for number in range(3):
        touch(tmp_path / str(number) / "a.mp3")
    seen: list[int] = []
    walk([(os.fsencode(tmp_path), 1)], {}, seen=lambda path, files: seen.append(files))
    assert seen == [0, 1, 2, 3]
