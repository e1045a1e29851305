"""What no folder holds is fetched as Debian packages, once, and only that."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tagger_core.errors import EarmarkError
from trainer.distil import everything, manifest, packages
from trainer.distil.manifest import Entry, checksum
from trainer.distil.parts import PARTS, Part

SONG = "usr/share/tiny/song.ogg"
TINY = Part("tiny", "music", "Debian tiny-music 1:2.0-1", (SONG,), "nobody")
CLONE = Part("scores", "score", "GitHub somebody/scores", ("*.mid",), "nobody")

# Stands for the archive's side: hands out the package that lies beside it and writes down what it was asked.
APT = """#!/bin/sh
echo "$@" >> {folder}/asked
[ "$3" = tiny-music=1:2.0-1 ] || {{ echo "E: no $3" >&2; exit 100; }}
cp {folder}/tiny-music_1%3a2.0-1_all.deb .
"""

debian = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb to build a package with"
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real package with one file, and an `apt-get` that has it."""
    tree, folder = tmp_path / "tree", tmp_path / "archive"
    folder.mkdir()
    (tree / SONG).parent.mkdir(parents=True)
    (tree / SONG).write_bytes(b"a song")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(
        "Package: tiny-music\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: nobody\nDescription: a song\n"
    )
    package = folder / "tiny-music_1%3a2.0-1_all.deb"
    subprocess.run(["dpkg-deb", "--build", tree, package], check=True, capture_output=True)
    apt = folder / "apt-get"
    apt.write_text(APT.format(folder=folder))
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@debian
def test_a_package_is_fetched_and_unpacked_once(archive: Path, tmp_path: Path) -> None:
    files = packages.fetched([TINY, TINY], tmp_path / "work")
    assert (files / SONG).read_bytes() == b"a song"
    assert packages.fetched([TINY], tmp_path / "work") == files
    assert (archive / "asked").read_text().splitlines() == ["--quiet download tiny-music=1:2.0-1"]
    assert not list((tmp_path / "work").rglob("*.deb"))


@debian
def test_a_package_that_is_not_to_be_had_is_named(archive: Path, tmp_path: Path) -> None:
    gone = Part("gone", "music", "Debian gone-music 3", ("*.ogg",), "nobody")
    with pytest.raises(EarmarkError, match=r"E: no gone-music=3") as told:
        packages.fetched([gone], tmp_path)
    assert "--parts" in str(told.value.remedy)


def test_where_there_is_no_apt_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EarmarkError, match="no apt-get here"):
        packages.fetched([TINY], tmp_path)


@debian
def test_only_what_no_folder_holds_is_fetched(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept" / "other.ogg"
    kept.parent.mkdir()
    kept.write_bytes(b"another")
    (tmp_path / "song").write_bytes(b"a song")
    entries = (
        Entry("wesnoth", "x/other.ogg", "", checksum(kept), "CC0", "a", ""),
        Entry("tiny", SONG, "", checksum(tmp_path / "song"), "CC0", "b", ""),
    )
    monkeypatch.setattr(manifest, "PARTS", (*PARTS, TINY))
    monkeypatch.setattr(manifest, "read", lambda: entries)
    folders = everything.with_packages([kept.parent], tmp_path / "work")
    assert manifest.local_copies(entries, folders)[entries[1]].read_bytes() == b"a song"
    # Given again, it finds what it fetched.
    assert everything.with_packages([kept.parent], tmp_path / "work") == folders
    assert len((archive / "asked").read_text().splitlines()) == 1


def test_what_is_no_package_is_named_with_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "PARTS", (CLONE,))
    monkeypatch.setattr(manifest, "read", lambda: (Entry("scores", "a.mid", "", "0", "CC0", "a", ""),))
    with pytest.raises(EarmarkError, match="somebody/scores"):
        everything.with_packages([], tmp_path)
