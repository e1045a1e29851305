"""A scan killed at any moment costs nothing but time: the next one ends as if there had been no kill."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tagger_core.library.store import Library
from tests.core.scanner.fakes import copy_anew, dump, ids, make_song, rescan

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

MOMENTS = 20
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Ask for a scan in a process of its own that may die."""
    command = [sys.executable, "-W", "error", "-m", "tests.core.scanner.dying"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        requests, answers = server.stdin, server.stdout

        def request(database: Path, **how: Any) -> str:
            requests.write(json.dumps({"database": str(database), **how}) + "\n")
            requests.flush()
            return answers.readline().strip()

        yield request
        requests.close()


def upheave(music: Path) -> None:
    """Do to twelve songs all that a scan tells apart."""
    (music / "a1.flac").rename(music / "one.flac")
    (music / "a2.flac").rename(music / "x")
    (music / "a3.flac").rename(music / "a2.flac")
    (music / "x").rename(music / "a3.flac")
    make_song(music / "a4.flac", 4, title="a title that is new")
    make_song(music / "a5.flac", 55, title="title 55")
    (music / "a6.flac").unlink()
    (music / "a7.flac").unlink()
    make_song(music / "deep" / "seven.flac", 7, title="title 7, moved and retagged")
    (music / "a9.flac").replace(music / "a8.flac")
    (music / "a10.flac").unlink()
    (music / "a11.flac").unlink()
    make_song(music / "a10.flac", 11, title="title 11, renumbered and retagged")
    copy_anew(music / "a12.flac", music / "twelve.flac")
    for number in range(20, 24):
        make_song(music / f"new{number}.flac", number, title=f"title {number}")
    (music / "broken.mp3").write_bytes(b"this is no music")


@pytest.fixture
def before(library: Library, music: Path) -> Path:
    """A library of twelve heard songs with decisions, and then the upheaval on disk."""
    for number in range(1, 13):
        make_song(music / f"a{number}.flac", number, title=f"title {number}")
    rescan(library)
    with library.write() as connection:
        for name, track in ids(library).items():
            connection.exec_driver_sql("INSERT INTO decision VALUES (?, ?, 1, 0)", (track, name))
    library.close()
    upheave(music)
    return library.path


def copied(database: Path, name: str) -> Path:
    """Copy a library that is closed or died, write-ahead log and all."""
    folder = database.parent / name
    folder.mkdir()
    for suffix in ("", "-wal"):
        source = database.with_name(database.name + suffix)
        if source.exists():
            shutil.copy(source, folder / source.name)
    return folder / database.name


def state(database: Path) -> dict[str, list[str]]:
    with Library.open(database) as library:
        found = dump(library)
        with library.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    return found


def test_twenty_kills_before_any_statement(before: Path, ask: Ask) -> None:
    undisturbed = copied(before, "undisturbed")
    statements = int(ask(undisturbed))
    expected = state(undisturbed)
    assert len(expected["track"]) == 12 + 4 + 1, "twelve from before, four new ones, one that is no music"
    chosen = random.Random(0).sample(range(1, statements + 1), MOMENTS)  # noqa: S311 - no secret
    for moment in chosen:
        database = copied(before, f"killed-{moment}")
        # Songs that end together share a transaction, so one scan may need a statement or two less.
        said = ask(database, statement=moment)
        assert said == "killed" or 0.9 * statements < int(said) < moment
        assert ask(database).isdigit()
        assert state(database) == expected, f"killed before statement {moment} of {statements}"


def test_one_scan_killed_again_and_again_gets_there(before: Path, ask: Ask) -> None:
    undisturbed = copied(before, "undisturbed")
    ask(undisturbed)
    database = copied(before, "killed")
    moments = random.Random(1)  # noqa: S311 - no secret
    answers = [ask(database, seconds=moments.uniform(0.02, 0.4), seconds_each=0.2) for _ in range(MOMENTS)]
    assert "killed" in answers
    assert "failed" not in answers
    assert ask(database).isdigit()
    assert state(database) == state(undisturbed)
