"""The panel of one song: what it shows, what it tells, what it drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.services import Services
from app.song import reader, reading
from app.song.panel import SongPanel
from app.song.reading import Alike
from app.song.score_row import ScoreRow
from app.song.similar import SimilarModel
from tagger_core.library.schema import Track
from tests.support.audio import encode, tone
from tests.support.library import SAMPLE_RATE, WINDOW, Filled

PANEL_SIZE = (380, 900)


@pytest.fixture
def panel(qtbot: QtBot, services: Services) -> Iterator[SongPanel]:
    panel = SongPanel(services)
    qtbot.addWidget(panel)
    panel.resize(*PANEL_SIZE)
    panel.show()
    yield panel
    panel.close_workers()


def shown(qtbot: QtBot, panel: SongPanel, track_id: int) -> None:
    """Show a song and wait until its scores are there, each in a place of its own."""

    def is_laid_out() -> bool:
        rows = [row for row in panel.song.scores.findChildren(ScoreRow) if row.isVisible()]
        return len({row.mapTo(panel, QPoint()).y() for row in rows}) == len(rows)

    panel.show_song(track_id)
    qtbot.waitUntil(lambda: panel.song.track_id == track_id and panel.song.isVisible() and is_laid_out())


def some_row(
    panel: SongPanel, wanted: Callable[[ScoreRow], bool] = lambda row: row.line.accepted is None
) -> ScoreRow:
    rows = [row for row in panel.song.scores.findChildren(ScoreRow) if row.isVisible() and wanted(row)]
    return rows[0]


def picture(row: ScoreRow) -> QImage:
    row.clearFocus()
    return row.grab().toImage()


def test_a_click_on_the_tick_accepts_and_looks_different(
    qtbot: QtBot, panel: SongPanel, filled: Filled
) -> None:
    shown(qtbot, panel, filled.ids[0])
    row = some_row(panel)
    before = picture(row)
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.mouseClick(row.accept, Qt.MouseButton.LeftButton)
    assert decided.args == [[filled.ids[0]], row.line.name, True]
    assert row.accept.isChecked()
    assert not row.reject.isChecked()
    assert "accepted" in row.accessibleName()
    assert picture(row) != before


@pytest.mark.parametrize(("key", "said"), [(Qt.Key.Key_A, True), (Qt.Key.Key_R, False)])
def test_keys_decide_and_take_back(
    qtbot: QtBot, panel: SongPanel, filled: Filled, key: Qt.Key, said: bool
) -> None:
    shown(qtbot, panel, filled.ids[0])
    row = some_row(panel)
    heard: list[list[Any]] = []
    panel.decided.connect(lambda *told: heard.append(list(told)))
    qtbot.keyClick(row, key)
    qtbot.keyClick(row, key)
    assert (row.accept.isChecked(), row.reject.isChecked()) == (said, not said)
    qtbot.keyClick(row, Qt.Key.Key_U)
    assert heard == [[[filled.ids[0]], row.line.name, said], [[filled.ids[0]], row.line.name, None]]
    assert not row.accept.isChecked()
    assert not row.reject.isChecked()


def test_pressing_a_word_again_takes_it_back(qtbot: QtBot, panel: SongPanel, filled: Filled) -> None:
    shown(qtbot, panel, filled.ids[0])
    row = some_row(panel)
    qtbot.mouseClick(row.reject, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.mouseClick(row.reject, Qt.MouseButton.LeftButton)
    assert decided.args[2] is None


def test_a_decision_in_the_library_is_shown_where_the_row_was(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    shown(qtbot, panel, filled.ids[0])
    row = some_row(panel, lambda row: row.line.category == "genre" and row.y() > 2 * row.height())
    name, place = row.line.name, row.y()
    services.library.decide([filled.ids[0]], name, True)
    panel.refresh()
    qtbot.waitUntil(row.accept.isChecked)
    assert (row.line.name, row.y()) == (name, place)


def test_arrows_walk_from_row_to_row(qtbot: QtBot, panel: SongPanel, filled: Filled) -> None:
    with qtbot.waitActive(panel):
        panel.activateWindow()
    shown(qtbot, panel, filled.ids[0])
    row = some_row(panel)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Down)
    below = panel.focusWidget()
    assert isinstance(below, ScoreRow)
    assert below.mapTo(panel, QPoint()).y() > row.mapTo(panel, QPoint()).y()
    qtbot.keyClick(below, Qt.Key.Key_Up)
    assert panel.focusWidget() is row


def test_a_quick_walk_reads_the_last_song_only(
    qtbot: QtBot, panel: SongPanel, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = reading.read_song
    monkeypatch.setattr(
        reading, "read_song", lambda lib, model, song: (asked.append(song), read(lib, model, song))[1]
    )
    for track_id in filled.ids[:20]:
        panel.show_song(track_id)
    qtbot.waitUntil(lambda: panel.song.track_id == filled.ids[19])
    assert asked == [filled.ids[19]]


def test_answers_to_an_older_question_are_dropped(
    qtbot: QtBot, panel: SongPanel, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PAUSE_MS", 0)
    under_way, go_on = Event(), Event()
    read = reading.read_song
    seen: list[int] = []

    def slow(library: Any, model: Any, track_id: int) -> Any:
        found = read(library, model, track_id)
        if track_id == filled.ids[0]:
            under_way.set()
            go_on.wait(5)
        return found

    monkeypatch.setattr(reading, "read_song", slow)
    panel._reader.song.connect(lambda sight: seen.append(sight.detail.row.id))
    panel.show_song(filled.ids[0])
    qtbot.waitUntil(under_way.is_set)
    panel.show_song(filled.ids[1])
    go_on.set()
    qtbot.waitUntil(lambda: seen == [filled.ids[1]])
    qtbot.wait(20)
    assert seen == [filled.ids[1]]


def test_a_click_on_the_timeline_plays_from_there(qtbot: QtBot, panel: SongPanel, filled: Filled) -> None:
    shown(qtbot, panel, filled.ids[0])
    timeline = panel.song.timeline
    seconds = timeline.seconds_at(timeline.width())
    assert seconds == pytest.approx(max(150.0, 40 * WINDOW / SAMPLE_RATE))
    x = round(timeline.x_of(60.0))
    with qtbot.waitSignal(panel.play) as played:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    assert played.args[0] == filled.ids[0]
    assert played.args[1] == pytest.approx(60.0, abs=seconds / timeline.width())


def test_the_keyboard_jumps_from_window_to_window(qtbot: QtBot, panel: SongPanel, filled: Filled) -> None:
    shown(qtbot, panel, filled.ids[0])
    timeline = panel.song.timeline
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    for _ in range(3):
        qtbot.keyClick(timeline, Qt.Key.Key_Right)
    qtbot.keyClick(timeline, Qt.Key.Key_Left)
    with qtbot.waitSignal(panel.play) as played:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    assert played.args[1] == pytest.approx(2 * WINDOW / SAMPLE_RATE)


def test_the_timeline_tells_tag_score_and_time(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    shown(qtbot, panel, filled.ids[0])
    timeline = panel.song.timeline
    model = services.active.model
    assert model is not None
    heard = services.library.timeline(filled.ids[0], model.id)
    first = panel.song.timeline._course
    assert heard is not None
    assert first is not None
    name = first.tags[0].name
    score = round(float(heard.scores[5, heard.names.index(name)]) * 100)
    at = 5.5 * WINDOW / SAMPLE_RATE
    place = QPoint(round(timeline.x_of(at)), 60).toPointF()
    told = timeline.told_at(place)
    assert told.startswith(f"{name}  {score} at 0:1")


def test_the_playhead_belongs_to_the_song_that_is_played(
    qtbot: QtBot, panel: SongPanel, filled: Filled
) -> None:
    shown(qtbot, panel, filled.ids[0])
    before = panel.song.timeline.grab().toImage()
    panel.show_playing(filled.ids[1])
    panel.show_position(50.0)
    assert panel.song.timeline.grab().toImage() == before
    panel.show_playing(filled.ids[0])
    panel.show_position(50.0)
    assert panel.song.timeline.grab().toImage() != before


def test_the_outline_of_the_file_is_shown(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled, tmp_path: Path
) -> None:
    sound = np.concatenate([tone(2, level=0.8), np.zeros(2 * 44100, np.float32)])
    path = encode(tmp_path / "half.flac", sound, 44100)
    with services.library.write() as connection:
        connection.execute(
            update(Track).where(Track.c.id == filled.pending[0]).values(path=bytes(path), seconds=4.0)
        )
    shown(qtbot, panel, filled.pending[0])
    timeline = panel.song.timeline
    qtbot.waitUntil(lambda: timeline._peaks is not None)
    drawn = timeline.grab().toImage()
    colours = [drawn.pixelColor(round(timeline.x_of(at)), 8) for at in (1.0, 3.0)]
    assert colours[0] != colours[1]


def test_similar_songs_come_and_open(qtbot: QtBot, panel: SongPanel, filled: Filled) -> None:
    shown(qtbot, panel, filled.ids[0])
    similar = panel.song.similar
    qtbot.waitUntil(lambda: similar.model().rowCount() == reading.SIMILAR)
    second = similar.model().index(1, 0)
    with qtbot.waitSignal(panel.open_song) as opened:
        qtbot.mouseClick(
            similar.viewport(), Qt.MouseButton.LeftButton, pos=similar.visualRect(second).center()
        )
    assert opened.args[0] in filled.ids
    with qtbot.waitSignal(panel.open_song) as again:
        qtbot.keyClick(similar, Qt.Key.Key_Return)
    assert again.args == opened.args


def test_the_similar_model_keeps_qts_contract(qapp: object, services: Services, filled: Filled) -> None:
    model = SimilarModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = services.library.rows(filled.ids[:3], services.active.id)
    model.set_songs(tuple(Alike(row, 0.5) for row in rows))
    assert model.rowCount() == 3
    assert "50 %" in model.index(0).data()
    model.set_songs(())
    assert model.rowCount() == 0


def test_what_the_file_says_stands_beside_what_was_heard(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    with services.library.write() as connection:
        connection.execute(
            update(Track)
            .where(Track.c.id == filled.ids[0])
            .values(genre="<b>Krautrock</b>", title="<i>x</i>")
        )
    shown(qtbot, panel, filled.ids[0])
    texts = [child.text() for child in panel.song.findChildren(type(panel._nothing)) if child.isVisible()]
    assert "file: <b>Krautrock</b>" in texts
    assert "<i>x</i>" in texts


def test_a_song_that_went_away_is_no_song(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    shown(qtbot, panel, filled.ids[0])
    with services.library.write() as connection:
        connection.execute(Track.delete().where(Track.c.id == filled.ids[0]))
    panel.refresh()
    qtbot.waitUntil(panel._nothing.isVisible)


def test_a_selection_shows_how_many_and_decides_for_all(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    ids = filled.ids[:5]
    services.library.decide(ids, "piano", True)
    services.library.decide(ids[:2], "shoegaze", True)
    services.library.decide(ids[:1], "jazz", False)
    panel.show_many(ids)
    qtbot.waitUntil(panel.many.isVisible)
    lines = {row.line.name: row.line for row in panel.many.section.rows()}
    assert (lines["piano"].text, lines["piano"].accepted) == ("all", True)
    assert (lines["shoegaze"].text, lines["shoegaze"].accepted) == ("2 of 5", None)
    assert lines["jazz"].accepted is None if "jazz" in lines else True
    row = next(row for row in panel.many.section.rows() if row.line.name == "shoegaze")
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.keyClick(row, Qt.Key.Key_A)
    assert decided.args == [ids, "shoegaze", True]


def test_until_another_song_is_there_a_word_is_on_the_one_that_is_shown(
    qtbot: QtBot, panel: SongPanel, filled: Filled
) -> None:
    first, second = filled.ids[:2]
    shown(qtbot, panel, first)
    panel.show_playing(second)
    before = panel.song.timeline.grab().toImage()
    heard: list[list[Any]] = []
    panel.decided.connect(lambda *told: heard.append(list(told)))
    panel.play.connect(lambda *told: heard.append(list(told)))
    for choose in (lambda: panel.show_song(second), lambda: panel.show_many(filled.ids[1:4])):
        heard.clear()
        choose()
        panel.show_position(50.0)
        assert panel.song.timeline.grab().toImage() == before
        row = some_row(panel)
        qtbot.mouseClick(row.accept, Qt.MouseButton.LeftButton)
        panel.song.play.emit(3.0)
        assert heard == [[[first], row.line.name, True], [first, 3.0]]
    qtbot.waitUntil(panel.many.isVisible)
    panel.show_song(first)
    row = panel.many.section.rows()[0]
    with qtbot.waitSignal(panel.decided) as decided:
        qtbot.keyClick(row, Qt.Key.Key_R)
    assert decided.args[0] == filled.ids[1:4]


def test_names_of_files_are_shown_as_they_are(
    qtbot: QtBot, panel: SongPanel, services: Services, filled: Filled
) -> None:
    with services.library.write() as connection:
        odd = b"/music/caf\xe9/<img src=x>.mp3"
        connection.execute(update(Track).where(Track.c.id == filled.ids[0]).values(path=odd))
    shown(qtbot, panel, filled.ids[0])
    label = panel.song.facts._label
    assert label.text() == "/music/caf\\xe9/<img src=x>.mp3"
    assert "&lt;img" in label.toolTip()


def test_a_file_that_does_not_open_keeps_no_other_song_waiting(
    qtbot: QtBot, panel: SongPanel, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, opened = Event(), Event()

    def hang(_row: object) -> None:
        asked.set()
        opened.wait(10)

    monkeypatch.setattr(reading, "read_cover", hang)
    shown(qtbot, panel, filled.ids[0])
    assert asked.wait(5)
    try:
        shown(qtbot, panel, filled.ids[1])
    finally:
        opened.set()


def test_the_cover_is_a_small_picture(
    qapp: object, services: Services, filled: Filled, tmp_path: Path
) -> None:
    import dataclasses

    import mutagen.flac

    image = QImage(900, 700, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(tmp_path / "cover.png"))
    song = encode(tmp_path / "song.flac", tone(1), 44100)
    file: Any = mutagen.flac.FLAC(song)
    picture: Any = mutagen.flac.Picture()
    picture.data, picture.mime, picture.type = (tmp_path / "cover.png").read_bytes(), "image/png", 3
    file.add_picture(picture)
    file.save()
    row = dataclasses.replace(services.library.rows([filled.ids[0]])[0], path=song)
    cover = reading.read_cover(row)
    assert cover is not None
    assert min(cover.width(), cover.height()) == reading.COVER_SIDE
    assert cover.pixelColor(5, 5) == QColor("red")
    assert reading.read_cover(dataclasses.replace(row, path=tmp_path / "gone.flac")) is None
