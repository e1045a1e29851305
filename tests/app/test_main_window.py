"""The window as a whole: opens empty and filled, joins its panels, remembers how it was."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
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
from app.services import Services
from app.songs.columns import COLUMNS
from tagger_core.errors import LibraryError
from tagger_core.jobs import Workspace
from tagger_core.library.schema import Track
from tagger_core.settings import Places
from tests.app.windows import Opened
from tests.support.library import Filled, places_in

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_an_empty_library_says_how_to_begin(opened: Opened, empty_services: Services) -> None:
    window = opened(empty_services)
    assert window.empty.isVisible()
    assert not window.library.isVisible()
    assert not window.player.isVisible()


def test_a_filled_library_shows_its_songs(window: MainWindow) -> None:
    assert window.library.isVisible()
    assert len(window.library.table.ids()) == 38
    assert window.notice.text() == ""


def test_songs_that_an_export_left_out_are_told(window: MainWindow) -> None:
    window.exporter.done.emit(Path("/a.m3u8"), 2, 0)
    assert window.notice.text() == f"2 songs written to {Path('/a.m3u8')}"
    window.exporter.done.emit(Path("/a.m3u8"), 2, 1)
    assert "2 songs written" in window.notice.text()
    assert "1 song left out" in window.notice.text()


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


def test_the_arrow_stands_where_the_query_sorts(qtbot: QtBot, window: MainWindow) -> None:
    finder, header = window.library.finder, window.library.table.horizontalHeader()
    columns = [column.key for column in COLUMNS]
    place = QPoint(header.sectionViewportPosition(columns.index("year")) + 10, header.height() // 2)

    def press_year() -> str:
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return finder.text()

    assert press_year() == "sort:year"
    finder.set_text("piano (")
    assert header.sortIndicatorSection() == columns.index("year")
    finder.set_text("")
    assert header.sortIndicatorSection() == -1
    assert press_year() == "sort:year"
    finder.set_text("sort:-Title sort:year")
    assert header.sortIndicatorSection() == columns.index("title")
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    finder.set_text("sort:piano")
    assert header.sortIndicatorSection() == -1
    assert [press_year() for _ in range(3)] == ["sort:year", "sort:-year", ""]


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


def test_the_keyboard_goes_to_the_songs_and_tags_wherever_it_was(window: MainWindow) -> None:
    actions, library = window.menus.actions, window.library
    for key, part in (("songs", library.table), ("tags", library.tags)):
        actions["history"].trigger()
        assert not library.isVisible()
        actions[key].trigger()
        assert part.isVisible()
        assert window.focusWidget() in (part, part.focusProxy())
    actions["side shown"].trigger()
    assert not library.left.isVisible()
    actions["tags"].trigger()
    assert actions["side shown"].isChecked()
    assert library.tags.isVisible()
    assert window.focusWidget() is library.tags.focusProxy()


def test_what_sounds_similar_is_asked_of_a_song_that_is_selected(qtbot: QtBot, window: MainWindow) -> None:
    actions, finder, table = window.menus.actions, window.library.finder, window.library.table
    ids = list(table.ids())

    def click(row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        place = table.visualRect(table.model().index(row, 0)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)

    def asked() -> str:
        actions["similar"].trigger()
        text = finder.text()
        finder.set_text("")
        qtbot.waitUntil(lambda: table.ids() == ids)
        return text

    assert table.current() is None
    actions["select all"].trigger()
    assert asked() == f"similar:{ids[0]}"
    click(0)
    click(3, CONTROL)
    assert (table.current(), table.selected()) == (ids[3], [ids[0], ids[3]])
    assert asked() == f"similar:{ids[3]}"
    click(0)
    click(3, CONTROL)
    click(3, CONTROL)
    assert (table.current(), table.selected()) == (ids[3], [ids[0]])
    assert asked() == f"similar:{ids[0]}"


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


@pytest.mark.parametrize("listing", [True, False])
def test_a_key_that_deletes_a_word_of_a_text_rejects_no_tag(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, listing: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QInputDialog, "getItem", lambda _, title, *__, **___: (asked.append(title), False))
    with qtbot.waitActive(window):
        window.activateWindow()
    library = window.library
    library.table.selectRow(0)
    for line in (library.search.focusProxy(), library.tags._filter):
        assert isinstance(line, QLineEdit)
        line.setFocus()
        qtbot.keyClicks(line, "slow pia")
        popup = library.search._completer.popup()
        popup.setVisible(popup.isVisible() and listing)
        qtbot.keyClick(popup if popup.isVisible() else line, Qt.Key.Key_Backspace, CONTROL)
        assert line.text() == "slow "
        line.home(False)
        qtbot.keyClick(line, Qt.Key.Key_Delete, CONTROL)
        assert line.text() == ""
    assert asked == []
    library.table.setFocus()
    qtbot.keyClick(library.table, Qt.Key.Key_Backspace, CONTROL)
    assert asked == ["Reject a tag"]


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
