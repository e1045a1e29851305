"""The window as a whole: opens empty and filled, joins its panels, is left in the middle of a scan."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.finding.tag_row import TagButton
from app.main import open_workspace, start_work
from app.main_window import MainWindow
from app.menus import MENUS
from app.preferences.dialog import PreferencesDialog
from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.errors import LibraryError
from tagger_core.jobs import Workspace
from tagger_core.library.records import ScanReport
from tagger_core.library.roots import add_root, list_roots
from tagger_core.library.schema import Track
from tagger_core.settings import Places
from tests.app.songs_on_disk import make_songs
from tests.support.library import Filled, places_in

Opened = Callable[[Services], MainWindow]


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


PATIENCE_MS = 20_000  # on a machine that is busy with something else


@pytest.fixture
def window(qtbot: QtBot, opened: Opened, services: Services) -> MainWindow:
    window = opened(services)
    qtbot.waitUntil(lambda: window.library.table.ids() != [], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not services.runner.busy, timeout=PATIENCE_MS)
    return window


def test_an_empty_library_says_how_to_begin(opened: Opened, empty_services: Services) -> None:
    window = opened(empty_services)
    assert window.empty.isVisible()
    assert not window.library.isVisible()
    assert not window.player.isVisible()


def test_a_filled_library_shows_its_songs(window: MainWindow) -> None:
    assert window.library.isVisible()
    assert len(window.library.table.ids()) == 38
    assert window.notice.text() == ""


def test_text_panel_and_side_bar_are_one_query(qtbot: QtBot, window: MainWindow, services: Services) -> None:
    library = window.library
    button = next(b for b in library.tags.findChildren(TagButton) if b.text() == "piano")
    with qtbot.waitSignal(library.finder.found):
        button.click()
    assert library.search.text() == "tag:piano"
    assert library.table.ids() == services.library.search("tag:piano", services.active.id)
    with qtbot.waitSignal(library.finder.found):
        qtbot.keyClicks(library.search.focusProxy(), " -tag:piano")
    assert button.accessibleName().startswith("piano, excluded")
    with qtbot.waitSignal(library.finder.found):
        library.side.chosen.emit("is:missing")
    assert library.search.text() == "is:missing"
    assert button.accessibleName().startswith("piano, open")


def test_a_bad_query_keeps_the_songs_and_says_why(qtbot: QtBot, window: MainWindow) -> None:
    before = list(window.library.table.ids())
    with qtbot.waitSignal(window.library.finder.wrong):
        window.library.finder.set_text("piano (")
    assert window.library.table.ids() == before
    assert "ends too early" in window.library.search._error.text()


def test_a_decision_shows_at_once_and_is_taken_back_by_the_menu(
    qtbot: QtBot, window: MainWindow, services: Services, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = window.menus.actions
    assert not actions["undo decision"].isEnabled()
    assert not actions["accept"].isEnabled()
    window.library.table.selectRow(0)
    chosen = window.library.table.selected()
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("my own tag", True))
    with qtbot.waitSignal(window.decider.decided):
        actions["accept"].trigger()
    assert [(d.track_id, d.name) for d in services.library.decisions()] == [(chosen[0], "my own tag")]
    with qtbot.waitSignal(window.decider.decided):
        actions["undo decision"].trigger()
    assert services.library.decisions() == []


@pytest.mark.parametrize("place", ["first", "last"])
def test_the_song_that_is_shown_follows_the_library(
    qtbot: QtBot, window: MainWindow, services: Services, place: str
) -> None:
    table, panel = window.library.table, window.library.song
    chosen = table.ids()[0 if place == "first" else -1]
    table.show_song(chosen)
    qtbot.waitUntil(lambda: panel.song.track_id == chosen and bool(table.currentIndex().data()))
    table.scrollToTop()
    qtbot.waitUntil(lambda: not services.runner.busy)
    with services.library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == chosen).values(genre="Krautrock"))
    window.scanning.songs_changed.emit()
    qtbot.waitUntil(lambda: "file: Krautrock" in texts_of(panel))
    assert table.selected() == [chosen]


def test_the_song_that_is_shown_is_read_again_when_files_were_written(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    table, panel = window.library.table, window.library.song
    table.selectRow(0)
    qtbot.waitUntil(lambda: panel.song.track_id == table.selected()[0])
    with services.library.write() as connection:
        connection.execute(update(Track).values(sample_rate=12_345))
    window.pages.written.emit(1)
    qtbot.waitUntil(lambda: any("12.3" in text for text in texts_of(panel)))


def texts_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def drag(widget: QWidget, *urls: QUrl | str) -> bool:
    """Carry these over a widget and let go there; return whether it would take them."""
    carried = QMimeData()
    carried.setUrls([QUrl(url) for url in urls])
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(QPointF(5, 5), action, carried, left, none)
    over.setAccepted(False)
    QApplication.sendEvent(widget, over)
    if over.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), action, carried, left, none))
    return over.isAccepted()


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


def test_the_review_plays_its_own_songs(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []
    monkeypatch.setattr(window.library, "neighbour", lambda _track, _step: 7)
    monkeypatch.setattr(window.player, "play", lambda track, _seconds: played.append(track))
    window.player.finished.emit()
    assert played == [7]
    window._review()
    window.player.finished.emit()
    assert played == [7]
    window.pages.closed.emit()
    window.player.finished.emit()
    assert played == [7, 7]


def test_the_keyboard_comes_back_to_the_songs(window: MainWindow) -> None:
    window._show_history()
    window.pages.closed.emit()
    assert window.focusWidget() is window.library.table


def test_a_similar_song_outside_the_result_is_shown_all_the_same(qtbot: QtBot, window: MainWindow) -> None:
    first, *_, other = window.library.table.ids()
    window.library.table.show_song(first)
    title = window.library.table.row(first).title
    window.library.show_query(f'title:"{title}"')
    qtbot.waitUntil(lambda: other not in window.library.table.ids())
    window.library.song.open_song.emit(other)
    assert window.library.song.track_id == other
    assert window.library.table.selected() == []


def test_sizes_and_panels_are_remembered(qtbot: QtBot, window: MainWindow, services: Services) -> None:
    window.menus.actions["song shown"].trigger()
    assert not window.library.song.isVisible()
    window.library.remember()
    again = MainWindow(services)
    qtbot.addWidget(again)
    assert not again.menus.actions["song shown"].isChecked()
    again.watcher.close()
    again.library.song.close_workers()
    again.pages.close_workers()


def test_every_command_does_something_and_no_two_share_a_shortcut(window: MainWindow) -> None:
    keys = [action.shortcut().toString() for action in window.menus.actions.values()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys))
    commands = [command for _, commands in MENUS for command in commands if command is not None]
    assert window.menus.actions.keys() == {command.key for command in commands}


def test_what_can_be_operated_has_a_name(window: MainWindow) -> None:
    """A screen reader reads the text or the accessible name of whatever takes the focus."""
    nameless = [
        widget
        for kind in (QAbstractButton, QLineEdit, QSlider)
        for widget in window.findChildren(kind)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.isHidden() and not _name(widget)
    ]
    assert nameless == []


def _name(widget: QWidget) -> str:
    if widget.accessibleName() or widget.objectName().startswith("qt_"):
        return widget.accessibleName() or widget.objectName()
    text = getattr(widget, "text", None)
    return text() if callable(text) and not isinstance(widget, QLineEdit) else ""


def test_without_a_model_the_songs_are_there_and_the_remedy_is_told(
    qtbot: QtBot, opened: Opened, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_self: Workspace) -> None:
        raise LibraryError("there is no model", remedy="add one")

    monkeypatch.setattr(Workspace, "model", none)
    services.active.model = None
    window = opened(services)
    qtbot.waitUntil(lambda: len(window.library.table.ids()) == 38)
    assert window.notice.text() == "There is no model (add one)"


def test_a_start_settles_what_was_cut_off_and_goes_on(
    qtbot: QtBot, opened: Opened, services: Services, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tagger_core.metadata import settle

    settled: list[object] = []
    monkeypatch.setattr(settle, "settle", settled.append)
    window = opened(services)
    started: list[object] = []
    monkeypatch.setattr(window.scanning, "start", started.append)
    start_work(window, services, music)
    qtbot.waitUntil(lambda: started == [[music]] and settled == [services.library])


def test_a_library_that_cannot_be_opened_is_told_of(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.informativeText()))
    places: Places = places_in(tmp_path)
    places.data.mkdir(parents=True)
    places.database.write_bytes(b"this is no database at all" * 100)
    assert open_workspace(places) is None
    assert str(places.database) in told[0]


def test_the_window_comes_up_without_torch() -> None:
    program = "import sys, app.main; print([m for m in ('torch', 'av', 'mutagen') if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "[]", ended.stderr


def test_the_command_line_hands_over_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    from tagger_core.cli.main import main

    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    assert main(["app", "/music"]) == 0
    assert ran == [[sys.executable, "-P", "-m", "app", "/music"]]


def test_the_desktop_file_starts_what_there_is() -> None:
    resources = Path(__file__).resolve().parents[2] / "resources"
    entry = (resources / "earmark.desktop").read_text("utf-8")
    assert re.search(r"^Exec=earmark app %f$", entry, re.MULTILINE)
    for size in (16, 32, 48, 128, 256, 512):
        assert (resources / "icons" / f"earmark-{size}.png").stat().st_size > 100
