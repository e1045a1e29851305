"""The table of songs: ids in memory, rows when they are looked at."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.services import Services
from app.songs import view
from app.songs.columns import COLUMNS, TAGS
from app.songs.delegate import ROW_HEIGHT, tag_at
from app.songs.model import PAGE, IdRole, RowRole, TrackModel
from app.songs.view import SongTable
from tagger_core.durations import clock
from tests.support.library import Filled

TITLE = next(number for number, column in enumerate(COLUMNS) if column.key == "title")


def model_of(services: Services, **changes: Any) -> TrackModel:
    def fetch(ids: Any) -> Any:
        return services.library.rows(ids, services.active.id)

    return TrackModel(services.runner, changes.get("fetch", fetch))


def test_model_keeps_qts_contract(qtbot: QtBot, services: Services, filled: Filled) -> None:
    model = model_of(services)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_ids(list(filled.ids))
    with qtbot.waitSignal(model.dataChanged):
        assert model.index(0, TITLE).data() is None
    assert model.index(0, TITLE).data() == "Slow River"
    model.set_ids(filled.ids[::-1])
    model.refresh()
    model.set_ids([])
    assert model.rowCount() == 0


def test_a_page_is_fetched_once_and_only_when_looked_at(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    asked: list[list[int]] = []

    def fetch(ids: list[int]) -> Any:
        asked.append(list(ids))
        return services.library.rows(ids, services.active.id)

    model = model_of(services, fetch=fetch)
    ids = filled.ids * 10
    model.set_ids(ids)
    assert not asked
    with qtbot.waitSignal(model.dataChanged):
        for row in range(5):
            model.index(row, TITLE).data()
    model.index(1, TITLE).data()
    assert asked == [ids[:PAGE]]
    assert model.index(300, TITLE).data(IdRole) == ids[300]


def test_rows_of_an_older_result_are_dropped(qtbot: QtBot, services: Services, filled: Filled) -> None:
    model = model_of(services)
    model.set_ids(filled.ids[:5])
    model.index(0, TITLE).data()
    model.set_ids(filled.ids[5:10])
    with qtbot.waitSignal(model.dataChanged):
        model.index(0, TITLE).data()
    assert model.index(0, 0).data(RowRole).id == filled.ids[5]


def test_a_refresh_reads_elsewhere_and_repaints_only_what_has_changed(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    readers: set[int] = set()

    def fetch(ids: list[int]) -> Any:
        readers.add(threading.get_ident())
        return services.library.rows(ids, services.active.id)

    model = model_of(services, fetch=fetch)
    model.set_ids(list(filled.ids))
    with qtbot.waitSignal(model.dataChanged):
        model.index(0, TITLE).data()
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.refresh()
    qtbot.waitUntil(lambda: not services.runner.busy)
    qtbot.wait(1)
    assert told == []
    services.library.decide([filled.ids[2], filled.ids[3], filled.ids[7]], "choir", accepted=True)
    model.refresh()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(2, 3), (7, 7)]
    # As a result brings them along.
    services.library.decide([filled.ids[5]], "choir", accepted=True)
    model.set_ids(list(filled.ids), services.library.rows(filled.ids[:PAGE], services.active.id))
    assert told[2:] == [(5, 5)]
    assert threading.get_ident() not in readers


def test_selection_survives_another_result(qtbot: QtBot, services: Services, filled: Filled) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    table.set_ids(list(filled.ids))
    table.selectRow(3)
    assert table.selected() == [filled.ids[3]]
    table.set_ids(filled.ids[2:8])
    assert table.selected() == [filled.ids[3]]
    table.set_ids(filled.ids[10:])
    assert table.selected() == []


def test_enter_opens_the_song_that_the_keyboard_is_on(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    table.set_ids(list(filled.ids))
    table.selectRow(4)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [filled.ids[4]]


@pytest.fixture
def table(qtbot: QtBot, services: Services, filled: Filled) -> SongTable:
    shown = SongTable(services)
    qtbot.addWidget(shown)
    shown.show()
    shown.set_ids(list(filled.ids))
    return shown


def test_the_menu_is_about_the_song_that_it_was_opened_on(
    table: SongTable, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Menu(QMenu):
        def exec(self, _place: QPoint) -> None:
            table.set_ids(filled.ids[2:])
            for action in self.actions():
                if action.text() in ("Play", "Find similar songs"):
                    action.trigger()

    monkeypatch.setattr(view, "QMenu", Menu)
    said: list[object] = []
    for teller in (table.opened, table.find):
        teller.connect(said.append)
    table.selectRow(3)
    table._show_menu(table.visualRect(table.model().index(3, TITLE)).center())
    assert said == [filled.ids[3], f"similar:{filled.ids[3]}"]


def press_heading(qtbot: QtBot, table: SongTable, column: int) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 40, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_third_press_on_a_heading_takes_the_order_away(qtbot: QtBot, table: SongTable) -> None:
    asked: list[str] = []
    table.sort_requested.connect(asked.append)
    for _ in range(3):
        press_heading(qtbot, table, TITLE)
        table.set_ids(table.ids()[::-1])
    assert asked == ["sort:title", "sort:-title", ""]


def test_a_heading_that_no_order_goes_by_takes_no_arrow(qtbot: QtBot, table: SongTable) -> None:
    asked: list[str] = []
    table.sort_requested.connect(asked.append)
    unsorted = next(number for number, column in enumerate(COLUMNS) if not column.sort and column.width)
    for column in (TITLE, unsorted):
        press_heading(qtbot, table, column)
    header = table.horizontalHeader()
    assert header.sortIndicatorSection() == TITLE
    assert header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
    assert asked == ["sort:title"]


def test_a_letter_or_space_asks_no_row_for_its_title(
    qtbot: QtBot, services: Services, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    table.set_ids(filled.ids * 100)
    table.setCurrentIndex(table.model().index(4, 0))
    table.clearSelection()
    qtbot.waitUntil(lambda: not services.runner.busy)
    asked: list[int] = []
    monkeypatch.setattr(table.model(), "_fetch", lambda ids: asked.extend(ids) or [])
    qtbot.keyClicks(table, "zq ")
    qtbot.waitUntil(lambda: not services.runner.busy)
    assert asked == []
    assert table.currentIndex().row() == 4
    assert table.selected() == [filled.ids[4]]  # by the space


def test_time_is_written_as_people_write_it() -> None:
    assert [clock(s) for s in (None, 0, 59.6, 3599, 3723)] == ["", "0:00", "1:00", "59:59", "1:02:03"]


def test_what_could_not_be_heard_shows_no_time(services: Services, filled: Filled) -> None:
    (row,) = services.library.rows(filled.ids[:1], None)
    (time,) = (column for column in COLUMNS if column.key == "time")
    assert time.text(dataclasses.replace(row, seconds=83.0)) == "1:23"
    assert time.text(dataclasses.replace(row, seconds=0.0)) == ""


def test_a_selection_of_all_songs_is_kept_at_once(qtbot: QtBot, services: Services) -> None:
    """As few ranges as there are runs: one for each of 100,000 rows takes Qt minutes."""
    table = SongTable(services)
    qtbot.addWidget(table)
    ids = list(range(1, 20_001))
    table.set_ids(ids)
    table.selectAll()
    table.set_ids(ids[::-1])
    assert len(table.selectionModel().selection()) == 1
    assert table.selected() == ids[::-1]
    table.set_ids([i for i in ids if i % 3])
    assert table.selected() in ([], table.ids())


def test_a_new_result_does_not_pull_the_view_back_to_a_song_out_of_sight(
    qtbot: QtBot, services: Services
) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    table.resize(600, 300)
    ids = list(range(1, 2001))
    table.set_ids(ids)
    table.selectRow(3)
    table.scrollToBottom()
    below = table.verticalScrollBar().value()
    table.set_ids([*ids, 2001])
    assert table.verticalScrollBar().value() == below > 0


def test_a_song_without_tags_says_why(qtbot: QtBot, services: Services, filled: Filled) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    column = next(number for number, column in enumerate(COLUMNS) if column.key == TAGS)
    table.set_ids([filled.pending[0], filled.ids[0]])
    index = table.model().index(0, column)
    with qtbot.waitSignal(table.model().dataChanged):
        index.data()
    said = []
    for row in (0, 1):
        option = QStyleOptionViewItem()
        table.itemDelegate().initStyleOption(option, table.model().index(row, column))
        said.append(option.text)
    assert said == ["not heard yet", ""]


def test_where_no_tag_holds_the_nearest_can_be_decided_on(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    table = SongTable(services)
    qtbot.addWidget(table)
    row = next(row for row in services.library.rows(filled.ids, services.active.id) if len(row.tags) > 2)
    near = dataclasses.replace(row, tags=(), nearest=row.tags[:2])
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 400, ROW_HEIGHT)
    assert tag_at(option, near, QPointF(20, ROW_HEIGHT / 2)) == row.tags[0]
    assert tag_at(option, row, QPointF(20, ROW_HEIGHT / 2)) == row.tags[0]
    assert tag_at(option, near, QPointF(395, ROW_HEIGHT / 2)) is None
