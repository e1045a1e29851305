"""Changes in the music folders: noticed soon, scanned once, never an error."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from app import file_thread
from app.scanning import watcher as watcher_module
from app.scanning.watched import folders_of, places_to_scan
from app.scanning.watcher import Watcher
from app.services import Services
from tagger_core.jobs import Workspace
from tagger_core.library.roots import add_root
from tests.app.windows import Opened


def never() -> bool:
    return False


class Asked(QObject):
    """Stands for a `Scanning`: notes what was asked for."""

    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.running = False
        self.starts: list[list[Path] | None] = []

    def start(self, paths: list[Path] | None = None, *, known_only: bool = False) -> None:
        assert known_only == (paths is not None), "what changed makes no music folder"
        self.starts.append(paths)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    (folder / "artist" / "album").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    return folder


@pytest.fixture
def asked(qapp: Any) -> Asked:
    return Asked()


@pytest.fixture
def watcher(qtbot: QtBot, empty_services: Services, asked: Asked, root: Path) -> Iterator[Watcher]:
    add_root(empty_services.library, root)
    made = Watcher(empty_services, asked, quiet_ms=60)  # type: ignore[arg-type] # only what it uses
    qtbot.waitUntil(lambda: made.watched == 3)
    yield made
    made.close()


def test_changes_are_scanned_once_it_is_quiet(
    qtbot: QtBot, watcher: Watcher, asked: Asked, root: Path
) -> None:
    for number in range(5):
        (root / "artist" / "album" / f"{number}.mp3").write_bytes(b"x")
    qtbot.waitUntil(lambda: bool(asked.starts))
    qtbot.wait(150)
    assert asked.starts == [[root / "artist" / "album"]]


def test_a_new_folder_is_watched_after_its_scan(
    qtbot: QtBot, watcher: Watcher, asked: Asked, root: Path
) -> None:
    (root / "new").mkdir()
    qtbot.waitUntil(lambda: bool(asked.starts))
    asked.finished.emit(None)
    qtbot.waitUntil(lambda: watcher.watched == 4)
    asked.starts.clear()
    (root / "new" / "song.mp3").write_bytes(b"x")
    qtbot.waitUntil(lambda: bool(asked.starts))
    assert asked.starts == [[root / "new"]]


def test_watching_can_be_turned_off_and_on(
    qtbot: QtBot, watcher: Watcher, asked: Asked, root: Path, empty_services: Services
) -> None:
    empty_services.preferences.change(watch=False)
    qtbot.waitUntil(lambda: watcher.watched == 0)
    (root / "song.mp3").write_bytes(b"x")
    qtbot.wait(150)
    assert asked.starts == []
    empty_services.preferences.change(watch=True)
    qtbot.waitUntil(lambda: watcher.watched == 3)


def test_a_root_that_goes_away_is_no_error(qtbot: QtBot, watcher: Watcher, asked: Asked, root: Path) -> None:
    shutil.rmtree(root)
    qtbot.wait(200)
    assert asked.starts == []
    asked.finished.emit(None)
    qtbot.waitUntil(lambda: watcher.watched == 0)


def test_all_is_scanned_now_and_then_but_not_during_a_scan(
    watcher: Watcher, asked: Asked, empty_services: Services
) -> None:
    assert watcher._often.isActive()
    assert watcher._often.interval() == 30 * 60_000
    asked.running = True
    watcher._often.timeout.emit()
    assert asked.starts == []
    asked.running = False
    watcher._often.timeout.emit()
    assert asked.starts == [None]
    empty_services.preferences.change(rescan_minutes=0)
    assert not watcher._often.isActive()


def test_coming_back_after_an_hour_scans(watcher: Watcher, asked: Asked) -> None:
    watcher._state_changed(Qt.ApplicationState.ApplicationActive)
    assert asked.starts == []
    watcher._scanned_at -= 4000
    watcher._state_changed(Qt.ApplicationState.ApplicationInactive)
    assert asked.starts == []
    watcher._state_changed(Qt.ApplicationState.ApplicationActive)
    assert asked.starts == [None]


class Share:
    """A share that hangs until it is `back`; its folders are listed in its stead."""

    def __init__(self) -> None:
        self.asked, self.back = Event(), Event()

    def folders_of(self, *_: object) -> list[str]:
        self.asked.set()
        self.back.wait(10)
        return []


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Iterator[Share]:
    share = Share()
    monkeypatch.setattr(watcher_module, "folders_of", share.folders_of)
    monkeypatch.setattr(file_thread, "PATIENCE_SECONDS", 0.1)
    yield share
    share.back.set()


def test_closing_waits_for_a_share_that_hangs_but_a_moment(
    share: Share, asked: Asked, empty_services: Services, root: Path, qtbot: QtBot
) -> None:
    add_root(empty_services.library, root)
    made = Watcher(empty_services, asked, quiet_ms=60)  # type: ignore[arg-type] # only what it uses
    qtbot.waitUntil(share.asked.is_set)
    began = time.monotonic()
    made.close()
    assert time.monotonic() - began < 5
    thread = made._thread._thread
    assert thread is not None
    assert thread.is_alive()
    share.back.set()
    thread.join(5)
    assert not thread.is_alive()


def test_closing_waits_for_a_share_that_answers(
    share: Share, asked: Asked, empty_services: Services, root: Path, qtbot: QtBot
) -> None:
    share.back.set()
    made = Watcher(empty_services, asked, quiet_ms=60)  # type: ignore[arg-type] # only what it uses
    qtbot.waitUntil(share.asked.is_set)
    made.close()
    assert made._thread._thread is not None
    assert not made._thread._thread.is_alive()


def test_a_window_closes_and_its_work_ends_while_a_share_hangs(
    share: Share, services: Services, qtbot: QtBot, opened: Opened
) -> None:
    window = opened(services)
    qtbot.waitUntil(share.asked.is_set)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 5
    assert services.runner.submit("read", lambda _task: 1, print, failed=print).cancelled()


HANGS = """
import threading
from PySide6.QtCore import QTimer
from app import main as start
from app.scanning import watcher

asked = threading.Event()

def hang(*_):
    asked.set()
    threading.Event().wait()

def work(window, services, folder):
    def leave():
        if asked.is_set():
            window.close()

    looking = QTimer(window, interval=20)
    looking.timeout.connect(leave)
    looking.start()

watcher.folders_of = hang
start.start_work = work
raise SystemExit(start.main([]))
"""


def test_the_program_ends_while_a_share_hangs(workspace: Workspace) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGS], check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr


def test_folders_are_listed_outer_first_and_bounded(root: Path) -> None:
    everything = [str(root), str(root / "artist"), str(root / "artist" / "album")]
    assert folders_of([root], 100, never) == everything
    assert folders_of([root], 2, never) == everything[:2]
    assert folders_of([root, root / "artist", root / "gone"], 100, never) == everything
    assert folders_of([root], 100, lambda: True) == []


def test_folders_whose_titles_begin_with_dots_are_listed(root: Path) -> None:
    titled = root / "...And Justice for All"
    titled.mkdir()
    assert (root / ".hidden").is_dir()
    found = folders_of([root], 100, never)
    assert str(titled) in found
    assert str(root / ".hidden") not in found


def test_a_circle_of_links_ends(root: Path) -> None:
    (root / "artist" / "again").symlink_to(root, target_is_directory=True)
    assert len(folders_of([root], 100, never)) == 3


def test_places_to_scan(root: Path, tmp_path: Path) -> None:
    album = root / "artist" / "album"
    assert places_to_scan([album, root / "artist"], [root]) == [root / "artist"]
    assert places_to_scan([root / "gone" / "deep"], [root]) == [root]
    assert places_to_scan([tmp_path / "elsewhere"], [root]) == []
    assert places_to_scan([tmp_path / "unmounted" / "x"], [tmp_path / "unmounted"]) == []
    many = [root / str(number) for number in range(60)]
    for folder in many:
        folder.mkdir()
    assert places_to_scan(many, [root]) == [root]
