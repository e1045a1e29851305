"""A window's surroundings for every test: a library with songs, workers, the person's choices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from app.main_window import MainWindow
from app.runner import TaskRunner
from app.services import ActiveModel, Preferences, Services
from tagger_core.jobs import Workspace
from tests.app.windows import PATIENCE_MS, Opened
from tests.support import library


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's Earmark keeps its things."""
    home = tmp_path / "home"
    monkeypatch.setenv("EARMARK_HOME", str(home))
    return home


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """The music folder."""
    return tmp_path / "music"


@pytest.fixture
def empty_workspace(home: Path) -> Iterator[Workspace]:
    """A library without songs, with a model that can be chosen but not run."""
    with library.workspace_in(home) as workspace:
        yield workspace


@pytest.fixture
def filled(empty_workspace: Workspace, music: Path) -> library.Filled:
    """Forty songs, thirty-eight of them heard."""
    return library.fill(empty_workspace, music)


@pytest.fixture
def workspace(empty_workspace: Workspace, filled: library.Filled) -> Workspace:
    """The library with the forty songs."""
    return empty_workspace


def services_of(workspace: Workspace) -> Services:
    """Return services as the application makes them, before a model is in use."""
    return Services(workspace, TaskRunner(), Preferences(workspace), ActiveModel())


@pytest.fixture
def empty_services(qapp: object, empty_workspace: Workspace) -> Iterator[Services]:
    """Services over the library without songs; the model is in use."""
    services = services_of(empty_workspace)
    services.active.use(empty_workspace.model())
    yield services
    services.runner.close()


@pytest.fixture
def services(empty_services: Services, filled: library.Filled) -> Services:
    """Services over the library with the forty songs; the model is in use."""
    return empty_services


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Opened]:
    windows: list[MainWindow] = []

    def make(services: Services) -> MainWindow:
        window = MainWindow(services)
        windows.append(window)
        window.open()
        window.show()
        window.find_model()
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, opened: Opened, services: Services) -> MainWindow:
    window = opened(services)
    qtbot.waitUntil(lambda: window.library.table.ids() != [], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not services.runner.busy, timeout=PATIENCE_MS)
    return window
