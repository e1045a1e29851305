"""What a start does without: not imported, not built, and there as soon as somebody asks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import language
from app.main import read_ahead
from app.main_window import MainWindow
from app.services import Services
from tagger_core.errors import LibraryError
from tagger_core.jobs import Workspace
from tagger_core.library import order, search
from tagger_core.library.store import Library

# Not a module of it may be there when the first rows are: each costs the person who waits.
NOT_NEEDED = (
    *("app.deciding", "app.writing", "app.preferences", "app.song.song_page", "app.song.many_page"),
    *("sqlalchemy.orm", "alembic", "mutagen", "av", "torch", "filelock"),
)
START = """
import json, sys
from PySide6.QtCore import QTimer
from app import main as start

start_work = start.start_work

def work(window, services, folder):
    start_work(window, services, folder)
    rows = window.library.table.model()
    rows.dataChanged.connect(lambda *_: QTimer.singleShot(0, window.close))
    window.library.finder.found.connect(lambda _result: QTimer.singleShot(0, window.close))

start.start_work = work
status = start.main([])
print(json.dumps([status, sorted(sys.modules)]))
"""
CONTROL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot, services: Services) -> Iterator[MainWindow]:
    window = MainWindow(services)
    window.open()
    window.show()
    window.find_model()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.library.table.ids() != [] and not services.runner.busy)
    yield window
    window.close()
    window.deleteLater()


def shown(window: MainWindow) -> QWidget | None:
    return window._pages.currentWidget()


def built(window: MainWindow) -> set[str]:
    return {"write", "history", "review"} & vars(window.pages).keys()


def test_the_first_rows_come_without_what_other_pages_need(workspace: Workspace) -> None:
    command = [sys.executable, "-c", START]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    status, modules = json.loads(ended.stdout or "[]") or pytest.fail(ended.stderr)
    assert status == 0
    assert [name for name in modules if name.startswith(NOT_NEEDED)] == []


def test_the_core_is_imported_before_qt() -> None:
    program = "import sys, app.main; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    order = ended.stdout.split()
    assert order.index("tagger_core.jobs") < order.index("PySide6"), ended.stderr


def test_the_order_of_the_songs_is_read_while_the_window_is_built(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 0)  # as of a large library, of which an order is remembered
    read_ahead(services)
    qtbot.waitUntil(lambda: not services.runner.busy)
    monkeypatch.setattr(order.Order, "__init__", lambda *_: pytest.fail("it is read again"))
    assert len(services.library.search("")) == 38


def test_a_library_that_cannot_be_searched_is_told_of_by_the_window_alone(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LibraryError("is damaged", remedy="restore it")

    monkeypatch.setattr(Library, "search", broken)
    read_ahead(services)
    qtbot.waitUntil(lambda: not services.runner.busy)
    window = MainWindow(services)
    window.open()
    window.find_model()
    qtbot.waitUntil(lambda: window.notice.text() == "Is damaged (restore it)")
    window.close()


def test_a_window_that_is_opened_and_left_builds_no_other_page(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    window.close()
    assert built(window) == set()
    assert not {"song", "many"} & vars(window.library.song).keys()


def test_a_journey_by_keys_through_every_page_and_back(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitActive(window)
    for key, name in ((Qt.Key.Key_R, "review"), (Qt.Key.Key_W, "write"), (Qt.Key.Key_H, "history")):
        assert name not in built(window)
        qtbot.keyClick(window, key, CONTROL)
        qtbot.waitUntil(lambda name=name: name in built(window))
        page = getattr(window.pages, name)
        assert shown(window) is page
        assert page.isAncestorOf(QApplication.focusWidget()) or page is QApplication.focusWidget()
        assert page.size() == window.library.size()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape, NONE)
        assert shown(window) is window.library
        qtbot.keyClick(window, key, CONTROL)
        assert shown(window) is page is getattr(window.pages, name), "it is built once"
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape, NONE)
    qtbot.waitUntil(lambda: not window._services.runner.busy)


def test_the_settings_open_by_key(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: opened.append(type(dialog).__name__))
    qtbot.waitActive(window)
    qtbot.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    assert opened == ["PreferencesDialog"]
    qtbot.waitUntil(lambda: not window._services.runner.busy)


def test_what_a_page_tells_is_heard_once_however_often_it_is_opened(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    decided: list[list[int]] = []
    window.decider.decided.connect(decided.append)
    for _ in range(3):
        window.menus.actions["review"].trigger()
        window.pages.review.closed.emit()
    qtbot.waitUntil(lambda: not services.runner.busy)
    with qtbot.waitSignal(window.decider.decided):
        window.pages.review.decided.emit(window.library.table.ids()[:1], "calm", True)
    qtbot.waitUntil(lambda: not services.runner.busy)
    assert len(decided) == 1


@pytest.mark.parametrize(("page", "signal"), [("write", "written"), ("history", "undone")])
def test_a_batch_that_was_written_or_taken_back_asks_for_the_songs_again(
    qtbot: QtBot, window: MainWindow, page: str, signal: str
) -> None:
    answers: list[object] = []
    window.library.finder.found.connect(answers.append)
    getattr(getattr(window.pages, page), signal).emit(1)
    qtbot.waitUntil(lambda: answers != [])
    qtbot.wait(100)
    assert len(answers) == 1


def test_a_page_built_late_has_the_settings_of_now(window: MainWindow, services: Services) -> None:
    services.preferences.change(preset="dj")
    assert window.pages.write._options._presets.currentData() == "dj"


def test_a_page_built_late_speaks_the_language_of_the_window(
    qapp: QApplication, window: MainWindow, german: None
) -> None:
    texts = {label.text() for label in window.pages.write.findChildren(QLabel)}
    assert QApplication.translate("WritePage", "Write tags into files") in texts
    assert "Write tags into files" not in texts


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """Texts in German; English again at the end."""
    language.install(qapp, "de")
    yield
    language.install(qapp, "en")
