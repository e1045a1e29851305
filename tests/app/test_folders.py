"""Folders come into the window and out of it again, whatever is being scanned meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.preferences.dialog import PreferencesDialog
from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.jobs import Model, Workspace
from tagger_core.library.records import ScanReport
from tagger_core.library.roots import add_root, list_roots
from tests.app.songs_on_disk import FakeTagger, make_songs
from tests.app.windows import PATIENCE_MS, Opened

NO_KEY, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
COPY, MOVE = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction


def drag(
    widget: QWidget,
    *urls: QUrl | str,
    actions: Qt.DropAction = COPY,
    keys: Qt.KeyboardModifier = NO_KEY,
) -> list[Qt.DropAction]:
    """Carry these over a widget and let go there; return both answers, nothing if it takes none of it."""
    carried = QMimeData()
    carried.setUrls([QUrl(url) for url in urls])
    left = Qt.MouseButton.LeftButton
    over = QDragEnterEvent(QPointF(5, 5), actions, carried, left, keys)
    over.setAccepted(False)
    QApplication.sendEvent(widget, over)
    if not over.isAccepted():
        return []
    drop = QDropEvent(QPointF(5, 5), actions, carried, left, keys)
    QApplication.sendEvent(widget, drop)
    return [over.dropAction(), drop.dropAction()]


def test_folders_and_a_song_dropped_on_the_window_are_scanned_for_real(
    qtbot: QtBot, opened: Opened, empty_services: Services, tmp_path: Path
) -> None:
    window = opened(empty_services)
    qtbot.waitUntil(lambda: not empty_services.runner.busy)
    make_songs(tmp_path / "ä folder", 2)
    make_songs(tmp_path / "another", 1)
    (single,) = make_songs(tmp_path / "third", 1)
    urls = [QUrl.fromLocalFile(str(p)) for p in (tmp_path / "ä folder", tmp_path / "another", single)]
    assert drag(window.empty, *urls, "https://example.org/music", "no such thing")
    assert window.library.isVisible()
    qtbot.waitUntil(lambda: len(empty_services.library.search("")) == 4, timeout=60_000)
    qtbot.waitUntil(lambda: not window.scanning.running, timeout=60_000)
    qtbot.waitUntil(lambda: len(window.library.table.ids()) == 4)


def test_folders_dropped_on_the_filled_window_join_the_others(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[Path]] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    assert drag(window, QUrl.fromLocalFile(str(tmp_path)), "https://example.org/music")
    assert started == [[tmp_path]]


@pytest.mark.parametrize("place", ["window", "empty page"])
def test_what_is_dropped_with_shift_is_not_answered_as_a_move(
    opened: Opened, empty_services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Explorer deletes the files that it is told were moved."""
    window = opened(empty_services)
    started: list[list[Path]] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    widget = window if place == "window" else window.empty
    said = drag(widget, QUrl.fromLocalFile(str(tmp_path)), actions=COPY | MOVE, keys=SHIFT)
    assert said == [COPY, COPY]
    assert started == [[tmp_path]]


def test_what_does_not_lie_on_this_machine_is_not_taken(
    opened: Opened, empty_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(empty_services)
    started: list[object] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    for place in (window, window.empty):
        assert not drag(place, "https://example.org/music", "nonsense", "")
        assert not drag(place)
    assert started == []


def test_a_dropped_folder_that_is_gone_is_told(
    qtbot: QtBot, opened: Opened, empty_services: Services, tmp_path: Path
) -> None:
    window = opened(empty_services)
    qtbot.waitUntil(lambda: not empty_services.runner.busy)
    drag(window, QUrl.fromLocalFile(str(tmp_path / "gone")))
    qtbot.waitUntil(
        lambda: "gone" in window.status._text.text() and "not there" in window.status._text.text()
    )
    assert window.library.isVisible()


def test_the_demo_songs_are_copied_to_where_they_may_be_changed(
    qtbot: QtBot, opened: Opened, empty_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(empty_services)
    started: list[list[Path]] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    with qtbot.waitSignal(window.folders.ready):
        window.empty.demo_chosen.emit()
    (folder,) = started[0]
    assert folder.is_relative_to(empty_services.workspace.places.data)
    assert len(list(folder.iterdir())) >= 8
    assert window.library.isVisible()


def test_the_window_can_be_left_in_the_middle_of_a_scan_which_goes_on_next_time(
    qtbot: QtBot, opened: Opened, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = threading.Event()

    def scan(*_: object, cancelled: Callable[[], bool], **__: object) -> ScanReport:
        under_way.set()
        while not cancelled():
            threading.Event().wait(0.01)
        return ScanReport(cancelled=True)

    monkeypatch.setattr(Workspace, "scan", scan)
    window = opened(services)
    window.scanning.start(None)
    assert under_way.wait(5)
    window.close()
    assert not window.isVisible()
    stopped = services.preferences.state().value("scanning/stopped", defaultValue=False, type=bool)
    assert stopped is False


def test_a_folder_added_during_a_scan_is_a_music_folder_at_once(
    qtbot: QtBot, window: MainWindow, services: Services, tmp_path: Path, endless: list[list[Path]]
) -> None:
    (tmp_path / "more").mkdir()
    side = window.library.side
    window.scanning.start(None)
    with qtbot.waitSignal(side.known, check_params_cb=lambda known: len(known.roots) == 2):
        window.add_folder(tmp_path / "more")
    assert window.scanning.running
    window.scanning.cancel()
    qtbot.waitUntil(lambda: not window.scanning.running)
    assert [root.path for root in list_roots(services.library)][-1] == tmp_path / "more"


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """Scans that hold the folders until they are stopped; what each was asked for."""
    begun: list[list[Path]] = []

    def scan(
        workspace: Workspace, paths: list[Path], *_: object, cancelled: Callable[[], bool], **__: object
    ) -> ScanReport:
        with workspace.library.lock("scan"):
            begun.append(paths)
            while not cancelled():
                threading.Event().wait(0.01)
        return ScanReport(cancelled=True)

    monkeypatch.setattr(Workspace, "scan", scan)
    return begun


def take_out(window: MainWindow, path: Path) -> None:
    """Take a folder out of the library, and say yes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
        window.folders.remove(path)


@pytest.mark.parametrize("paused", [False, True])
def test_a_scan_goes_on_with_the_other_folders_after_one_was_taken_out(
    qtbot: QtBot,
    window: MainWindow,
    tmp_path: Path,
    endless: list[list[Path]],
    paused: bool,
) -> None:
    for name in ("more", "and more"):
        (tmp_path / name).mkdir()
        add_root(window._services.library, tmp_path / name)
    window.scanning.start(None)
    qtbot.waitUntil(lambda: len(endless) == 1)
    window.scanning.pause(paused)
    take_out(window, tmp_path / "more")
    take_out(window, tmp_path / "and more")
    qtbot.waitUntil(lambda: len(endless) == 2)
    assert len(list_roots(window._services.library)) == 1
    assert window.scanning.paused == paused
    stopped = window._services.preferences.state().value("scanning/stopped", defaultValue=False, type=bool)
    assert stopped is False
    window.scanning.cancel()
    qtbot.waitUntil(lambda: not window.scanning.running)
    assert window._services.preferences.state().value("scanning/stopped", defaultValue=False, type=bool)


def test_a_folder_that_was_taken_out_does_not_come_back_with_its_changes(
    qtbot: QtBot,
    opened: Opened,
    empty_services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, gone = tmp_path / "kept", tmp_path / "gone"
    make_songs(kept, 1)
    make_songs(gone / "album", 2)
    services = empty_services
    taggers: list[FakeTagger] = []

    def tagger(_self: Workspace, model: Model) -> FakeTagger:
        taggers.append(FakeTagger(services.workspace, model, 0))
        return taggers[-1]

    monkeypatch.setattr(Workspace, "tagger", tagger)
    monkeypatch.setattr("app.scanning.late_tagger.load_torch", lambda: None)
    window = opened(services)
    window.add_folder(kept)
    window.add_folder(gone)
    qtbot.waitUntil(lambda: len(list_roots(services.library)) == 2 and bool(taggers))
    window.folders.take_out(gone)
    assert window.scanning.stopping
    window.watcher._listener.changed.emit([gone / "album"])
    qtbot.waitUntil(lambda: len(list_roots(services.library)) == 1)
    taggers[0].tickets.release(100)
    qtbot.waitUntil(lambda: not window.scanning.running and not services.runner.busy, timeout=PATIENCE_MS)
    window.watcher._listener.changed.emit([gone / "album"])
    qtbot.waitUntil(lambda: not window.scanning.running and not services.runner.busy, timeout=PATIENCE_MS)
    assert [root.path for root in list_roots(services.library)] == [kept]
    assert len(services.library.search("")) == 1
    assert window.notice.text() == ""


def test_no_scan_begins_where_none_ran_or_no_folder_is_left(
    qtbot: QtBot,
    window: MainWindow,
    music: Path,
    tmp_path: Path,
    endless: list[list[Path]],
) -> None:
    add_root(window._services.library, tmp_path)
    with qtbot.waitSignal(window.folders.changed):
        take_out(window, tmp_path)
    assert not window.scanning.running
    window.scanning.start(None)
    qtbot.waitUntil(lambda: len(endless) == 1)
    with qtbot.waitSignal(window.folders.changed):
        take_out(window, music)
    assert not window.scanning.running
    assert window.empty.isVisible()


def test_a_page_stays_when_a_folder_is_taken_out_behind_it(
    qtbot: QtBot, window: MainWindow, services: Services, music: Path
) -> None:
    window.menus.actions["history"].trigger()
    assert window.pages.history.isVisible()
    with qtbot.waitSignal(window.folders.changed):
        take_out(window, music)
    assert window.pages.history.isVisible()


def test_the_settings_take_a_folder_out_under_a_scan(
    qtbot: QtBot,
    window: MainWindow,
    services: Services,
    endless: list[list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def use(dialog: PreferencesDialog) -> None:
        dialog.show()
        qtbot.waitUntil(lambda: dialog.folders.list.count() == 1)
        dialog.folders._remove.click()
        dialog.folders.yes.click()
        qtbot.waitUntil(lambda: dialog.folders.list.count() == 0)
        assert dialog.folders.error() == ""
        dialog.close()

    monkeypatch.setattr(PreferencesDialog, "exec", use)
    window.scanning.start(None)
    qtbot.waitUntil(lambda: len(endless) == 1)
    window.menus.actions["settings"].trigger()
    assert list_roots(services.library) == []


def test_songs_left_unheard_are_scanned_at_the_next_start_unless_the_person_stopped_it(
    qtbot: QtBot, window: MainWindow, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    window.folders.go_on()
    qtbot.waitUntil(lambda: started == [None])
    window.scanning.finished.emit(ScanReport(cancelled=True))
    qtbot.waitUntil(lambda: not services.runner.busy)
    window.folders.go_on()
    qtbot.wait(50)
    assert started == [None]
    # Another one is begun by hand, and the window is closed in its middle.
    with monkeypatch.context() as patch:
        patch.setattr(Scanning, "running", property(lambda _scanning: True))
        window.scanning.state_changed.emit()
    window.folders.go_on()
    qtbot.waitUntil(lambda: started == [None, None])
