"""What no folder holds is fetched as Debian packages, once, and only that."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tagger_core.errors import EarmarkError
from trainer.distil import course, everything, gather, manifest, packages, panel
from trainer.distil.corpus import collect
from trainer.distil.manifest import Entry, checksum
from trainer.distil.panel import Voice
from trainer.distil.parts import PARTS, Part
from trainer.distil.sources import Piece

SONG = "usr/share/tiny/song.ogg"
TINY = Part(
    "tiny", "music", "Debian tiny-music 1:2.0-1", (SONG, "usr/share/tiny/music/*.ogg"), "nobody",
    archive="usr/share/tiny/*.pk3",
)  # fmt: skip
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
    """A real package with a song, another in an archive, and an `apt-get` that has it."""
    tree, folder = tmp_path / "tree", tmp_path / "archive"
    folder.mkdir()
    (tree / SONG).parent.mkdir(parents=True)
    (tree / SONG).write_bytes(b"a song")
    with zipfile.ZipFile((tree / SONG).with_name("data.pk3"), "w") as packed:
        packed.writestr("music/another.ogg", "another")
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
    another = files / "usr/share/tiny/music/another.ogg"
    assert another.read_bytes() == b"another"
    another.unlink()
    assert packages.fetched([TINY], tmp_path / "work") == files
    assert another.read_bytes() == b"another"
    assert (archive / "asked").read_text().splitlines() == ["--quiet download tiny-music=1:2.0-1"]
    assert not list((tmp_path / "work").rglob("*.deb"))


def test_what_a_package_keeps_in_an_archive_is_unpacked_beside_it(tmp_path: Path) -> None:
    game, names = tmp_path / "usr/share/tiny", ("music/song.ogg", "music/kept.ogg", "maps/a.map")
    (game / "music").mkdir(parents=True)
    with zipfile.ZipFile(game / "data.pk3", "w") as archive:
        for name in (*names, "../../../../out.ogg", "music/../../../../../out.ogg", "/music/absolute.ogg"):
            archive.writestr(name, name)
    # One was being unpacked when the last run was killed, another is there.
    (game / "music/song.ogg").write_bytes(b"mus")
    (game / "music/kept.ogg").write_bytes(b"MUSIC/KEPT.OGG")
    packages.unpack(CLONE, tmp_path)
    packages.unpack(TINY, tmp_path)
    files = {path.relative_to(game).as_posix() for path in game.rglob("*") if path.is_file()}
    assert (game / "music/song.ogg").read_text() == "music/song.ogg"
    assert (game / "music/kept.ogg").read_text() == "MUSIC/KEPT.OGG"
    assert files - {"music/out.ogg"} == {"data.pk3", "music/song.ogg", "music/kept.ogg"}
    assert not list(tmp_path.parent.glob("out.ogg"))
    (game / "data.pk3").write_bytes(b"no archive")
    with pytest.raises(EarmarkError, match="archive of tiny cannot be unpacked"):
        packages.unpack(TINY, tmp_path)


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
        Entry("tiny", SONG, "", checksum(tmp_path / "song"), "CC0", "b", ""),
        Entry("wesnoth", "x/other.ogg", "", checksum(kept), "CC0", "a", ""),
    )
    monkeypatch.setattr(manifest, "PARTS", (*PARTS, TINY))
    monkeypatch.setattr(manifest, "read", lambda: entries)
    folders, found = everything.with_packages([kept.parent], tmp_path / "work")
    # In the manifest's order, by which it is decided what plays a score, and not in that of the finding.
    assert list(found.items()) == list(manifest.local_copies(entries, folders).items())
    assert found[entries[0]].read_bytes() == b"a song"
    # Given again, it finds what it fetched.
    assert everything.with_packages([kept.parent], tmp_path / "work") == (folders, found)
    assert len((archive / "asked").read_text().splitlines()) == 1


def test_what_is_no_package_is_named_with_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "PARTS", (CLONE,))
    monkeypatch.setattr(manifest, "read", lambda: (Entry("scores", "a.mid", "", "0", "CC0", "a", ""),))
    with pytest.raises(EarmarkError, match="somebody/scores"):
        everything.with_packages([], tmp_path)


def test_both_models_are_made_one_after_the_other_in_one_work_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Teachers that take .01 s a window, on a clock of their own, stand for the public ones."""
    clock = [0.0]

    class Slow:
        def logits(self, windows: np.ndarray) -> None:
            clock[0] += 0.01 * len(windows)

    song = Piece("wesnoth", "song", "song", Path(), "GPL-2+", "train")
    collect(tmp_path / "corpus", [song], lambda _: np.ones((600, gather.WINDOW), np.int16))
    made: list[str] = []
    monkeypatch.setattr(course, "main", lambda words: made.append(" ".join(words)))
    monkeypatch.setattr(everything, "with_packages", lambda *_: ([tmp_path / "parts"], {}))
    monkeypatch.setattr(gather, "updated", lambda *_: made.append("corpus"))
    monkeypatch.setattr(gather, "pieces_of", lambda _: [song])
    monkeypatch.setattr(panel, "voices", lambda *_: (Voice("mtat", "musicnn"), Voice("msd", "fcn")))
    monkeypatch.setattr(panel, "teacher_of", lambda *_: Slow())
    monkeypatch.setattr(everything, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    caplog.set_level(logging.INFO)
    given = f"--teachers t --work {tmp_path} --out {tmp_path} --device cpu --workers 2"
    everything.main(f"{given} --quick 6 --main 12 --rounds 2".split())
    heard, quick, main = made
    assert heard == "corpus"
    assert "--student quick --minutes 6.0" in quick
    assert "--student main --minutes 12.0" in main
    assert all(f"--parts {tmp_path}/parts" in words and "--rounds 2" in words for words in (quick, main))
    assert "then 0.3 hours to teach" in caplog.text
    options = argparse.Namespace(work=tmp_path, device="cpu", teachers=tmp_path, workers=2, rounds=0)
    # 600 windows at .01 s by two teachers, on two cores; then with two rounds of a quarter as many on one.
    assert everything.hours_before_teaching(options, {}) * 3600 == pytest.approx(6)
    options.rounds, options.workers = 2, 1
    assert everything.hours_before_teaching(options, {}) * 3600 == pytest.approx(18)


def test_the_time_is_told_for_what_the_work_folder_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A teacher that takes a second a window, and a corpus of which half is there."""
    clock = [0.0]

    class Slow:
        def logits(self, windows: np.ndarray) -> None:
            clock[0] += len(windows)

    songs = [Piece("textures", name, name, Path(), "own work", "train", seconds=374.4) for name in "ab"]
    monkeypatch.setattr(gather, "pieces_of", lambda _: songs)
    monkeypatch.setattr(panel, "voices", lambda *_: (Voice("msd", "fcn"),))
    monkeypatch.setattr(panel, "teacher_of", lambda *_: Slow())
    monkeypatch.setattr(everything, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    options = argparse.Namespace(work=tmp_path, device="cpu", teachers=tmp_path, workers=1, rounds=0)

    def seconds() -> float:
        return everything.hours_before_teaching(options, {}) * 3600

    # Half of what is computed becomes windows: 50 of each song; and each of its seconds takes .02 s to make.
    assert seconds() == pytest.approx(100 + 2 * 187.2 * 0.02)
    collect(tmp_path / "corpus", songs[:1], lambda _: np.ones((50, gather.WINDOW), np.int16))
    assert seconds() == pytest.approx(100 + 187.2 * 0.02)
    (tmp_path / "scores").mkdir()
    panel.said_by(Voice("msd", "fcn"), tmp_path / "scores").add(
        np.arange(40, dtype=np.uint64), np.zeros((40, 50), np.float32)
    )
    assert seconds() == pytest.approx(60 + 187.2 * 0.02)
