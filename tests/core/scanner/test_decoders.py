"""A workspace's scan decodes in child processes: a song that breaks one costs that song, and none stays."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tagger_core.audio import decode
from tagger_core.audio.child import Child
from tagger_core.jobs import Workspace
from tagger_core.settings import Settings
from tests.core.models.small import write_small
from tests.core.scanner.fakes import make_song
from tests.support.library import places_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")

SONGS = 5


@pytest.fixture
def workspace(tmp_path: Path, music: Path) -> Iterator[Workspace]:
    places = places_in(tmp_path / "home")
    places.models.mkdir(parents=True)
    write_small(places.models / "small.safetensors")
    for number in range(SONGS):
        make_song(music / f"{number}.flac", number)
    settings = Settings(model="small", device="cpu", precision="fp32", workers=2)
    with Workspace(places, settings) as opened:
        yield opened


def asking(
    monkeypatch: pytest.MonkeyPatch,
    freeze: Callable[[Path], bool] = lambda path: False,
    then: Callable[[Child, Path], None] = lambda child, path: None,
) -> list[int]:
    """Freeze children at some files, let something happen after every request; return whom was asked."""
    asked: list[int] = []
    ask = Child.ask

    def ask_and_then(child: Child, path: Path, sample_rate: int) -> None:
        asked.append(child.pid)
        if freeze(path):
            os.kill(child.pid, signal.SIGSTOP)
        ask(child, path, sample_rate)
        then(child, path)

    monkeypatch.setattr(Child, "ask", ask_and_then)
    return asked


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_scan_leaves_decoding_to_few_children_and_none_behind(
    workspace: Workspace, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(monkeypatch)
    monkeypatch.setattr(decode.AudioStream, "__init__", None)  # nobody decodes in this process
    tagger = workspace.tagger(workspace.model())
    report = workspace.scan([music], tagger)
    assert (report.analysed, report.problems) == (SONGS, ())
    assert len(asked) == SONGS
    assert len(set(asked)) <= 2
    assert not any(map(is_there, asked))
    make_song(music / "more.flac", 20)
    assert workspace.scan([], tagger).analysed == 1, "the tagger goes on in the next scan"
    assert not any(map(is_there, asked))


def test_a_song_that_makes_the_decoder_crash_is_a_problem_of_its_own(
    workspace: Workspace, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_hostile(path: Path) -> bool:
        return path.name == "2.flac"

    def crash(child: Child, path: Path) -> None:
        if is_hostile(path):
            os.kill(child.pid, signal.SIGKILL)

    asked = asking(monkeypatch, is_hostile, crash)
    tagger = workspace.tagger(workspace.model())
    report = workspace.scan([music], tagger)
    assert report.analysed == SONGS - 1
    (problem,) = report.problems
    assert problem.path.name == "2.flac"
    assert "the decoder crashed on it" in problem.message
    assert workspace.scan([music], tagger).analysed == 0, "it is not tried again while it stays as it is"
    assert len(asked) == SONGS + 1, "but once more, in another child"


def test_a_song_is_not_blamed_where_only_its_child_dies(
    workspace: Workspace, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[Path] = []

    def is_first(path: Path) -> bool:
        return path.name == "2.flac" and not killed

    def kill(child: Child, path: Path) -> None:
        if is_first(path):
            killed.append(path)
            os.kill(child.pid, signal.SIGKILL)

    asking(monkeypatch, is_first, kill)
    report = workspace.scan([music], workspace.tagger(workspace.model()))
    assert (report.analysed, report.problems) == (SONGS, ())
    assert killed


def test_a_scan_can_be_stopped_while_a_file_makes_the_decoder_hang(
    workspace: Workspace, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = threading.Event()

    asked = asking(monkeypatch, lambda path: True, lambda child, path: hanging.set())
    report = workspace.scan([music], workspace.tagger(workspace.model()), cancelled=hanging.is_set)
    assert report.cancelled
    assert report.problems == ()
    assert not any(map(is_there, asked))
