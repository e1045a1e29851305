"""Search field, panel of tags and side bar: what the person does with them and what they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.finding.completion import complete
from app.finding.search_field import SearchField
from app.finding.side_bar import SideBar
from app.finding.tag_panel import TagPanel
from app.finding.tag_row import TagButton
from app.finding.tag_terms import Choice
from app.library_page import LibraryPage
from app.services import Services
from tagger_core.errors import QueryError, shown
from tagger_core.library import catalogue
from tagger_core.library.keys import path_bytes
from tagger_core.library.records import FileTags, TagCount
from tagger_core.library.roots import add_root
from tagger_core.library.walk import FoundFile
from tests.support.library import TAGS


@pytest.fixture
def panel(qtbot: QtBot, services: Services) -> TagPanel:
    panel = TagPanel(services)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: panel.names() != [])
    return panel


def button(panel: TagPanel, name: str) -> TagButton:
    return next(b for b in panel.findChildren(TagButton) if b.text() == name)


def test_the_panel_has_every_tag_of_the_model(panel: TagPanel) -> None:
    assert panel.names() == [name for name, _ in TAGS]


def test_a_press_wants_then_excludes_then_leaves_open(qtbot: QtBot, panel: TagPanel) -> None:
    panel.set_query("year<1990")
    said = []
    for _ in range(3):
        with qtbot.waitSignal(panel.changed) as changed:
            qtbot.mouseClick(button(panel, "piano"), Qt.MouseButton.LeftButton)
        said.append(changed.args[0])
        panel.set_query(changed.args[0])
    assert said == ["year<1990 tag:piano", "year<1990 -tag:piano", "year<1990"]


def test_keys_do_what_presses_do(qtbot: QtBot, panel: TagPanel) -> None:
    for key, query in ((Qt.Key.Key_Minus, "-tag:Hip-Hop"), (Qt.Key.Key_Plus, "tag:Hip-Hop")):
        with qtbot.waitSignal(panel.changed) as changed:
            qtbot.keyClick(button(panel, "Hip-Hop"), key)
        assert changed.args == [query]
    with qtbot.waitSignal(panel.changed) as changed:
        qtbot.keyClick(button(panel, "Hip-Hop"), Qt.Key.Key_Delete)
    assert changed.args == [""]


def test_the_panel_shows_what_was_typed(panel: TagPanel) -> None:
    panel.set_query("piano>=0.3 -vocal (rock OR jazz)")
    assert button(panel, "piano").accessibleName().startswith("piano, wanted")
    assert button(panel, "vocal").accessibleName().startswith("vocal, excluded")
    assert button(panel, "rock").accessibleName().startswith("rock, open")
    panel.set_query("piano (")
    assert button(panel, "piano").accessibleName().startswith("piano, wanted")


def test_the_slider_sets_the_threshold_and_its_own_place_takes_it_away(qtbot: QtBot, panel: TagPanel) -> None:
    panel.set_query("tag:piano")
    row = panel._rows["piano"]
    with qtbot.waitSignal(panel.changed) as changed:
        row._slider.setValue(72)
    assert changed.args == ["piano>=0.72"]
    assert row.choice == Choice(wanted=True, threshold=0.72)
    with qtbot.waitSignal(panel.changed) as changed:
        row._slider.setValue(50)
    assert changed.args == ["tag:piano"]


def test_the_wheel_over_a_slider_leaves_the_threshold_to_scroll_the_tags(
    qtbot: QtBot, panel: TagPanel
) -> None:
    panel.show()
    panel.set_query("tag:rock")
    row = button(panel, "rock").parentWidget()
    qtbot.waitUntil(row._slider.isVisible)
    changed: list[str] = []
    panel.changed.connect(changed.append)
    place = QPointF(row._slider.rect().center())
    none, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    event = QWheelEvent(
        place, row._slider.mapToGlobal(place), QPoint(0, 0), QPoint(0, -120), buttons, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(row._slider, event)
    assert changed == []
    assert row._slider.value() == 50
    assert not event.isAccepted(), "so that it is for what the tags lie in"


def test_counts_are_told_to_screen_readers_too(panel: TagPanel) -> None:
    panel.set_counts([TagCount("piano", "instrument", 1), TagCount("rock", "genre", 1234)])
    assert button(panel, "piano").accessibleName() == "piano, open, 1 song"
    assert button(panel, "rock").accessibleName().endswith("234 songs")


def test_a_count_that_is_as_it_was_is_not_painted_again(qtbot: QtBot, panel: TagPanel) -> None:
    class Painted(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.names: list[str] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, TagButton):
                self.names.append(watched.text())
            return False

    panel.resize(240, 800)
    panel.show()
    qtbot.waitExposed(panel)
    painted = Painted()
    for one in panel.findChildren(TagButton):
        one.installEventFilter(painted)
    panel.set_counts([TagCount("piano", "instrument", 3), TagCount("rock", "genre", 8)])
    qtbot.waitUntil(lambda: {"piano", "rock"} <= set(painted.names))
    painted.names.clear()
    panel.set_counts([TagCount("piano", "instrument", 4), TagCount("rock", "genre", 8)])
    qtbot.waitUntil(lambda: "piano" in painted.names)
    assert painted.names == ["piano"]


def test_a_filter_narrows_the_tags(panel: TagPanel) -> None:
    panel._filter.setText("vocal")
    shown = [b.text() for b in panel.findChildren(TagButton) if b.parentWidget().isVisibleTo(panel)]
    assert shown == ["female vocal", "vocal"]


def test_a_keystroke_waits_for_the_next_one(qtbot: QtBot, services: Services) -> None:
    field = SearchField(services)
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.edited) as edited:
        qtbot.keyClicks(field.focusProxy(), "piano")
    assert edited.args == ["piano"]


def test_enter_on_a_proposal_takes_it_and_submits_nothing(qtbot: QtBot, services: Services) -> None:
    field = SearchField(services)
    qtbot.addWidget(field)
    field.set_tags([name for name, _ in TAGS])
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    line = field.focusProxy()
    line.setFocus()
    submitted: list[str] = []
    field.submitted.connect(submitted.append)
    qtbot.keyClicks(line, "pia")
    popup = field._completer.popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == "piano "
    assert submitted == []
    assert not popup.isVisible()
    qtbot.keyClicks(line, "ja")
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert submitted == ["piano ja"] == [field.text()]
    assert not popup.isVisible()


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("pia", "piano"),
        ('"female vo', '"female vocal"'),
        ('-"female vo', '-"female vocal"'),
        ('"female vocal"', None),
        ('"female vocal" pia', '"female vocal" piano'),
        ('"female vocal">0.4 pia', '"female vocal">0.4 piano'),
        ('"female vocal" "female vo', '"female vocal" "female vocal"'),
        ('artist:"bach" is:an', 'artist:"bach" is:analysed'),
        ('tag:"female vocal" sort:pi', 'tag:"female vocal" sort:piano'),
    ],
)
def test_the_word_at_the_cursor_is_completed_whatever_is_before_it(text: str, completed: str | None) -> None:
    proposals = complete(text, len(text), ["female vocal", "piano"])
    made = [text[: proposal.start] + proposal.text for proposal in proposals]
    assert made[:1] == ([] if completed is None else [completed])


def test_an_error_stands_below_the_field_and_goes_again(qtbot: QtBot, services: Services) -> None:
    field = SearchField(services)
    qtbot.addWidget(field)
    field.show_error(QueryError("the query ends too early", query="a (", position=3, expected="a word"))
    assert field._error.text() == "The query ends too early at character 4 (expected a word)"
    field.show_error(None)
    assert field._error.isHidden()


def test_a_search_without_songs_offers_the_tag_that_was_meant(qtbot: QtBot, services: Services) -> None:
    page = LibraryPage(services)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: page.tags.names() != [])

    def offers() -> list[QPushButton]:
        buttons = page.findChildren(QPushButton)
        return [each for each in buttons if each.isVisible() and each.text().startswith("Did you mean")]

    page.show_query("piaon & nothing")
    qtbot.waitUntil(lambda: bool(offers()))
    assert offers()[0].text() == "Did you mean: piano && nothing"
    page.show_query("piaon " + "nothing " * 40)
    qtbot.waitUntil(lambda: bool(offers()) and offers()[0].text().startswith("Did you mean: piano nothing"))
    assert offers()[0].text().endswith("…")
    assert offers()[0].sizeHint().width() <= 360  # as narrow as the middle may be
    page.show_query("nocturnal")
    qtbot.waitUntil(lambda: not offers())
    page.show_query("piaon")
    qtbot.waitUntil(lambda: bool(offers()))
    qtbot.mouseClick(offers()[0], Qt.MouseButton.LeftButton)
    assert page.finder.text() == "piano"
    qtbot.waitUntil(lambda: not offers())


def test_earlier_searches_come_back_after_a_restart(qtbot: QtBot, services: Services) -> None:
    field = SearchField(services)
    qtbot.addWidget(field)
    for text in ("piano", "jazz"):
        field.set_text(text)
        qtbot.keyClick(field.focusProxy(), Qt.Key.Key_Return)
    later = SearchField(services)
    qtbot.addWidget(later)
    qtbot.keyClick(later.focusProxy(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert later.text() == "jazz"
    qtbot.keyClick(later.focusProxy(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert later.text() == "piano"


@pytest.fixture
def side(qtbot: QtBot, services: Services) -> SideBar:
    services.library.save_search("Slow", "piano calm")
    side = SideBar(services)
    qtbot.addWidget(side)
    with qtbot.waitSignal(side.known):
        side.reload()
    return side


def entries(side: SideBar) -> list[str]:
    return [entry.text(0) for entry in side._entries()]


def press(side: SideBar, text: str) -> None:
    entry = next(entry for entry in side._entries() if entry.text(0) == text)
    side.setCurrentItem(entry)
    side.itemClicked.emit(entry, 0)


def test_the_side_bar_stays_where_it_was_scrolled_to(qtbot: QtBot, side: SideBar) -> None:
    side.resize(200, 150)
    side.show()
    for query in ("", "is:missing"):
        side.set_query(query)
        for place in (side.verticalScrollBar().maximum(), 3):
            side.verticalScrollBar().setValue(place)
            with qtbot.waitSignal(side.known):
                side.reload()
            qtbot.wait(20)
            assert side.verticalScrollBar().value() == place > 0


def reloaded(qtbot: QtBot, side: SideBar) -> str | None:
    """Read all again, as it happens every two seconds of a scan; return the entry that the keyboard is on."""
    with qtbot.waitSignal(side.known):
        side.reload()
    return side.currentItem().text(0) if side.currentItem() is not None else None


def test_the_keyboard_stays_on_its_entry_while_a_scan_runs(
    qtbot: QtBot, services: Services, side: SideBar, music: Path
) -> None:
    services.library.save_search("Also slow", "piano calm")
    side.set_query("piano calm")
    assert reloaded(qtbot, side) == "Slow"
    for entry in ("Also slow", "Save this search…", music.name, "Add a folder…", "All songs"):
        while side.currentItem().text(0) != entry:
            qtbot.keyClick(side, Qt.Key.Key_Up if entry == "All songs" else Qt.Key.Key_Down)
        assert reloaded(qtbot, side) == entry
    services.library.remove_search(services.library.saved_searches()[0].id)
    assert reloaded(qtbot, side) == "All songs"


def test_the_mark_follows_the_query_where_its_entry_comes_or_goes(
    qtbot: QtBot, services: Services, side: SideBar
) -> None:
    side.set_query("piano calm")
    services.library.rename_search(services.library.saved_searches()[0].id, "Slower")
    assert reloaded(qtbot, side) == "Slower"
    services.library.remove_search(services.library.saved_searches()[0].id)
    assert reloaded(qtbot, side) is None
    services.library.save_search("Slow again", "piano calm")
    assert reloaded(qtbot, side) == "Slow again"


def test_the_side_bar_tells_states_searches_and_folders(side: SideBar, music: Path) -> None:
    assert entries(side) == [
        *("All songs", "Not heard yet", "Problems", "Missing", "Written"),
        *("Slow", "Save this search…"),
        *(music.name, "Add a folder…"),
    ]


def test_every_entry_is_a_query_that_runs(qtbot: QtBot, services: Services, side: SideBar) -> None:
    for entry, songs in (
        ("All songs", 38),
        ("Not heard yet", 2),
        ("Problems", 2),
        ("Missing", 2),
        ("music", 38),
    ):
        with qtbot.waitSignal(side.chosen) as chosen:
            press(side, entry)
        assert len(services.library.search(chosen.args[0], services.active.id)) == songs


def test_a_folder_named_with_an_odd_space_is_a_query_that_runs(
    qtbot: QtBot, services: Services, side: SideBar, tmp_path: Path
) -> None:
    folder = tmp_path / "東京\u3000事変"
    folder.mkdir()
    root = add_root(services.library, folder)
    with services.library.write() as connection:
        added = catalogue.add(
            connection, FoundFile(path_bytes(folder / "a.mp3"), 1, 1, 1, 1, root), FileTags()
        )
    with qtbot.waitSignal(side.known):
        side.reload()
    with qtbot.waitSignal(side.chosen) as chosen:
        press(side, shown(folder.name))
    assert services.library.search(chosen.args[0]) == [added]


def test_a_folder_shows_its_own_songs_only(
    qtbot: QtBot, services: Services, side: SideBar, music: Path
) -> None:
    backup = music.with_name(f"{music.name} (backup)")
    for folder in (backup / "old", music / backup.name):
        folder.mkdir(parents=True)
        root = add_root(services.library, folder)
        with services.library.write() as connection:
            file = FoundFile(path_bytes(folder / "a.mp3"), 1, 1, 1, 1, root)
            catalogue.add(connection, file, FileTags())
    with qtbot.waitSignal(side.chosen) as chosen:
        press(side, music.name)
    rows = services.library.rows(services.library.search(chosen.args[0], services.active.id))
    assert len(rows) == 39
    assert all(music in row.path.parents for row in rows)


def test_the_entry_of_the_query_is_marked(side: SideBar) -> None:
    side.set_query("piano calm")
    assert side.currentItem().text(0) == "Slow"
    side.set_query("something else")
    assert side.currentItem() is None


def test_a_search_is_saved_renamed_and_removed(
    qtbot: QtBot, services: Services, side: SideBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Loud", True))
    side.set_query("rock>0.9")
    with qtbot.waitSignal(side.known):
        press(side, "Save this search…")
    assert [(s.name, s.query) for s in services.library.saved_searches()][1] == ("Loud", "rock>0.9")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Very loud", True))
    with qtbot.waitSignal(side.known):
        qtbot.keyClick(side, Qt.Key.Key_F2)
    assert "Very loud" in entries(side)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    side.set_query("rock>0.9")
    with qtbot.waitSignal(side.known):
        qtbot.keyClick(side, Qt.Key.Key_Delete)
    assert [s.name for s in services.library.saved_searches()] == ["Slow"]


def test_a_name_that_is_taken_is_told_not_raised(
    qtbot: QtBot, side: SideBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("slow", True))
    with qtbot.waitSignal(side.failed) as failed:
        side.save_current()
    assert "choose another name" in str(failed.args[0])
