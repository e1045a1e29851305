"""A scan comes after the window: in the queue for the processor, and with Python's lock."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.beginning import collecting_no_garbage
from app.scanning.courtesy import NICER, give_way
from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.audio.child import Child
from tagger_core.inference.analysis import Heard
from tests.app.songs_on_disk import FakeTagger, make_songs

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a nice value is the process's")


def niceness(number: int) -> int:
    """Return the nice value of a thread or process."""
    return os.getpriority(os.PRIO_PROCESS, number) if sys.platform != "win32" else 0


class Patient(FakeTagger):
    """Notes the nice values of the threads that it hears in."""

    def __init__(self, *made_with: Any) -> None:
        super().__init__(*made_with)
        self.nice: list[int] = []

    def analyse(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> Heard:
        """Hear a song."""
        self.nice.append(niceness(threading.get_native_id()))
        return super().analyse(path, cancelled)


@pytest.fixture
def thawed() -> Iterator[None]:
    """Leave what a test has put out of the collector's sight to it again."""
    yield
    gc.unfreeze()


@on_linux
@pytest.mark.usefixtures("thawed")
def test_every_song_is_heard_behind_the_window(
    qtbot: QtBot, empty_services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_songs(tmp_path / "songs", 4)
    taggers: list[Patient] = []

    def tagger(model: Any) -> Patient:
        # What is loaded is loaded as fast as the window: it holds Python's lock, for which the window waits.
        assert niceness(threading.get_native_id()) == niceness(os.getpid())
        taggers.append(Patient(empty_services.workspace, model))
        return taggers[-1]

    monkeypatch.setattr(empty_services.workspace, "tagger", tagger)
    monkeypatch.setattr("app.scanning.late_tagger.load_torch", lambda: None)
    scanning = Scanning(empty_services)
    with qtbot.waitSignal(scanning.finished):
        scanning.start([tmp_path / "songs"])
    (patient,) = taggers
    assert len(patient.nice) == 4
    assert set(patient.nice) == {min(niceness(os.getpid()) + NICER, 19)}
    assert niceness(threading.get_native_id()) == niceness(os.getpid())


@on_linux
def test_what_decodes_for_a_thread_that_gives_way_gives_way_too() -> None:
    def start() -> tuple[int, int]:
        give_way()
        child = Child()
        try:
            return niceness(threading.get_native_id()), niceness(child.pid)
        finally:
            child.dispose("closed")

    with ThreadPoolExecutor(1) as pool:
        of_thread, of_child = pool.submit(start).result()
    assert of_child == of_thread > niceness(os.getpid())


@pytest.mark.usefixtures("thawed")
def test_what_is_loaded_is_no_more_looked_through_for_garbage() -> None:
    gc.unfreeze()
    with collecting_no_garbage():
        assert not gc.isenabled()
        with collecting_no_garbage():
            pass
        assert not gc.isenabled()
        kept: list[Any] = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(kept)
    assert not any(found is kept for found in gc.get_objects())


def test_garbage_is_collected_again_where_loading_fails() -> None:
    with pytest.raises(OSError, match="no such model"), collecting_no_garbage():
        raise OSError("no such model")
    assert gc.isenabled()
