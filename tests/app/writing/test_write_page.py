"""From the selection to the file and back: nothing is written that was not shown and checked."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.writing.diff_model import AFTER, BEFORE, NAME
from app.writing.history_page import HistoryPage
from app.writing.report import ReasonModel
from app.writing.write_page import WritePage
from tagger_core.errors import LibraryError
from tagger_core.metadata import journal
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.history import history
from tagger_core.metadata.reader import read_fields
from tests.app.writing.conftest import Songs

CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def page(qtbot: QtBot, songs: Songs) -> WritePage:
    page = WritePage(songs.services)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


def planned(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    with qtbot.waitSignal(page._work.planned):
        page.plan_for(songs.ids)


def written(qtbot: QtBot, page: WritePage) -> int:
    with qtbot.waitSignal(page.written) as signal:
        page._write.click()
    assert signal.args
    return int(signal.args[0])


def test_from_the_plan_to_the_files_and_back_to_the_byte(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    before = {path: path.read_bytes() for path in songs.paths}
    planned(qtbot, page, songs)
    diff = page._diff.diff
    QAbstractItemModelTester(diff, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert before == {path: path.read_bytes() for path in songs.paths}
    assert diff.setData(diff.index(0, NAME), Qt.CheckState.Unchecked.value, CHECK)
    second = diff.index(1, NAME)
    mood = next(row for row in range(2) if diff.index(row, NAME, second).data() == "Mood")
    assert diff.setData(diff.index(mood, NAME, second), Qt.CheckState.Unchecked.value, CHECK)
    assert diff.data(second, CHECK) == Qt.CheckState.PartiallyChecked
    assert diff.chosen_summary().fields == {Field.GENRE: 5, Field.MOOD: 4}
    batch = written(qtbot, page)
    assert songs.paths[0].read_bytes() == before[songs.paths[0]]
    assert read_fields(songs.paths[1])[Field.GENRE][0] == "Rock"
    assert not read_fields(songs.paths[1]).get(Field.MOOD)
    assert read_fields(songs.paths[2])[Field.MOOD][0] == "Calm"
    assert page._report.text() == "5 files written."

    with qtbot.waitSignal(page._work.undone):
        page._undo.click()
    assert before == {path: path.read_bytes() for path in songs.paths}
    assert history(songs.services.library)[1].id == batch
    assert not page._undo.isVisible()


def test_history_takes_back_after_a_question_and_writes_again(
    qtbot: QtBot, page: WritePage, songs: Songs
) -> None:
    before = {path: path.read_bytes() for path in songs.paths}
    planned(qtbot, page, songs)
    written(qtbot, page)
    after = {path: path.read_bytes() for path in songs.paths}
    pages = HistoryPage(songs.services)
    qtbot.addWidget(pages)
    pages.resize(1000, 700)
    pages.show()
    for model in (pages.batches, pages.changes):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    pages.refresh()
    qtbot.waitUntil(lambda: pages.changes.rowCount() == 12)
    assert pages.changes.index(0, 3).data().startswith("+ ")
    pages._undo.click()
    qtbot.wait(20)
    assert pages._question.isVisible()
    assert after == {path: path.read_bytes() for path in songs.paths}
    with qtbot.waitSignal(pages.undone):
        pages._question.yes.click()
    assert before == {path: path.read_bytes() for path in songs.paths}
    qtbot.waitUntil(lambda: pages.batches.rowCount() == 2)
    pages._list.setCurrentIndex(pages.batches.index(0, 0))
    assert pages._undo.text() == "Write it again…"
    with qtbot.waitSignal(pages.undone):
        pages._undo.click()
        pages._question.yes.click()
    assert after == {path: path.read_bytes() for path in songs.paths}


def test_a_batch_of_which_others_left_nothing_is_done_with_in_the_history(
    qtbot: QtBot, page: WritePage, songs: Songs
) -> None:
    planned(qtbot, page, songs)
    written(qtbot, page)
    for path in songs.paths:
        tags = open_tags(path)
        tags.set(Field.GENRE, ("Polka",))
        tags.set(Field.MOOD, ("Odd",))
        tags.save(path)
    pages = HistoryPage(songs.services)
    qtbot.addWidget(pages)
    pages.show()
    pages.refresh()
    qtbot.waitUntil(pages._undo.isVisible)
    pages._undo.click()
    with qtbot.waitSignal(pages.undone):
        pages._question.yes.click()
    qtbot.waitUntil(lambda: not pages._undo.isVisible())
    assert (pages.batches.rowCount(), pages.batches.index(0, 3).data()) == (1, "undone")
    assert pages._report._model.rowCount() == len(songs.paths)
    qtbot.waitUntil(lambda: pages.changes.rowCount() == 2 * len(songs.paths))
    assert pages.changes.index(0, 0).data().endswith("(undone)")


def test_an_answer_that_comes_late_shows_no_file_twice(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    written(qtbot, page)
    pages = HistoryPage(songs.services)
    qtbot.addWidget(pages)
    pages.refresh()
    qtbot.waitUntil(lambda: pages.batches.rowCount() == 1)
    for _ in range(3):
        pages.changes.clear(more=True)
        pages.changes.fetchMore(QModelIndex())
    qtbot.waitUntil(lambda: not songs.services.runner.busy)
    assert pages.changes.rowCount() == 2 * len(songs.paths)


def test_values_are_told_apart_without_colours(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    diff = page._diff.diff
    genre = diff.index(0, BEFORE, diff.index(0, NAME))
    assert genre.data() == "empty"
    new = diff.index(0, AFTER, diff.index(0, NAME))
    assert new.data().startswith("+ Rock")
    assert new.data(Qt.ItemDataRole.AccessibleTextRole).startswith("added: Rock")


def test_refused_files_stand_apart_with_the_reason(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    songs.paths[0].unlink()
    songs.paths[1].chmod(0o444)
    planned(qtbot, page, songs)
    diff = page._diff.diff
    group = diff.index(4, NAME)
    assert group.data() == "2 files that cannot be written"
    assert diff.data(group, CHECK) is None
    reasons = {diff.index(row, BEFORE, group).data() for row in range(2)}
    assert any("gone" in reason for reason in reasons)
    assert any("read-only" in reason for reason in reasons)


def test_a_file_with_another_name_is_written_only_where_it_is_checked(
    qtbot: QtBot, page: WritePage, songs: Songs, tmp_path: Path
) -> None:
    os.link(songs.paths[0], tmp_path / "other name")
    before = songs.paths[0].read_bytes()
    planned(qtbot, page, songs)
    diff = page._diff.diff
    page._warned.click()
    assert diff.rowCount() == 1
    assert diff.data(diff.index(0, NAME), CHECK) == Qt.CheckState.Unchecked
    written(qtbot, page)
    assert songs.paths[0].read_bytes() == before
    planned(qtbot, page, songs)
    diff.setData(diff.index(0, NAME), Qt.CheckState.Checked.value, CHECK)
    written(qtbot, page)
    assert songs.paths[0].read_bytes() != before
    assert (tmp_path / "other name").read_bytes() == before


def test_another_preset_makes_another_plan(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    with qtbot.waitSignal(page._work.planned):
        page._options._presets.setCurrentIndex(page._options._presets.findData("custom"))
    diff = page._diff.diff
    assert diff.index(0, NAME, diff.index(0, NAME)).data() == "EARMARK_TAGS"


def test_a_plan_can_be_stopped_and_made_again(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    page.plan_for(songs.ids)
    page._busy.stop_requested.emit()
    assert not page._work.running
    assert not page._write.isEnabled()
    with qtbot.waitSignal(page._work.planned):
        page._again.click()
    assert page._write.text() == "Write 6 files"


def test_another_preset_in_the_settings_is_taken_over(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    with qtbot.waitSignal(page._work.planned):
        songs.services.preferences.change(preset="dj")
    assert page._options.wish().preset.name == "dj"


def test_what_a_plan_rests_on_makes_another_one(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    with qtbot.waitSignal(page._work.planned):
        songs.services.preferences.change(new_id3_version=3)
    assert page._diff.diff.plan.new_id3_version == 3
    with qtbot.waitSignal(page._work.planned):
        songs.services.preferences.change(tag_names={"rock": "Rock Music"})
    model = songs.services.active.model
    assert model is not None
    with qtbot.waitSignal(page._work.planned):
        songs.services.active.use(model)


def test_a_page_that_was_closed_plans_nothing(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    page._options._presets.setCurrentIndex(page._options._presets.findData("custom"))
    page.closed.connect(page.hide)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(page._work.running_changed, wait=500):
        songs.services.preferences.change(preset="dj", new_id3_version=3)
    page.show()
    assert not page._work.running
    planned(qtbot, page, songs)
    assert page._options.wish().preset.name == "dj"


def test_a_covered_page_plans_again_once_it_is_shown(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    page.hide()
    with qtbot.assertNotEmitted(page._work.running_changed, wait=500):
        songs.services.preferences.change(preset="dj", new_id3_version=3)
    with qtbot.waitSignal(page._work.planned):
        page.show()
    assert page._diff.diff.plan.new_id3_version == 3
    assert page._diff.diff.plan.preset.name == "dj"
    page.hide()
    with qtbot.assertNotEmitted(page._work.running_changed, wait=100):
        page.show()


def test_a_plan_that_became_outdated_while_it_was_written_in_vain_is_not_offered_again(
    qtbot: QtBot, page: WritePage, songs: Songs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LibraryError("is locked")

    planned(qtbot, page, songs)
    monkeypatch.setattr(journal, "apply", fails)
    page._write.click()
    with qtbot.waitSignal(page._work.failed):
        songs.services.preferences.change(new_id3_version=3)
    assert page._error.isVisible()
    assert not page._write.isEnabled()
    with qtbot.waitSignal(page._work.planned):
        page._again.click()
    assert page._diff.diff.plan.new_id3_version == 3


def test_a_report_stays_whatever_the_settings_become(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    written(qtbot, page)
    with qtbot.assertNotEmitted(page._work.running_changed, wait=500):
        songs.services.preferences.change(preset="dj", new_id3_version=3, tag_names={"rock": "Rock Music"})
    assert page._undo.isVisible()


def test_going_back_in_the_middle_of_a_plan_drops_it(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    page.plan_for(songs.ids)
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page._work.running


def test_a_file_that_changed_since_the_plan_stays_and_is_named(
    qtbot: QtBot, page: WritePage, songs: Songs
) -> None:
    planned(qtbot, page, songs)
    os.utime(songs.paths[0], (1, 1))
    before = songs.paths[0].read_bytes()
    written(qtbot, page)
    assert songs.paths[0].read_bytes() == before
    assert page._report._model.rowCount() == 1
    assert "1 file left as before." in page._report.text()


def test_stopping_leaves_the_rest_as_it_was(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    before = {path: path.read_bytes() for path in songs.paths}
    page._write.click()
    page._work.cancel()
    with qtbot.waitSignal(page._work.written, raising=False, timeout=3000):
        pass
    qtbot.waitUntil(lambda: not page._work.running)
    assert "Stopped" in page._report.text()
    changed = [path for path in songs.paths if path.read_bytes() != before[path]]
    assert len(changed) < len(songs.paths)


def test_closing_in_mid_write_leaves_every_file_whole(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    planned(qtbot, page, songs)
    page._write.click()
    songs.services.runner.close()
    rows = history(songs.services.library)
    assert all(row.finished for row in rows)
    for path in songs.paths:
        assert read_fields(path)[Field.TITLE]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_told_and_loses_nothing(qtbot: QtBot, page: WritePage, songs: Songs) -> None:
    music = songs.paths[0].parent
    contents = {path: path.read_bytes() for path in songs.paths}
    size = sum(map(len, contents.values())) // 1024 + 4 * len(contents)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(music)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        for path, content in contents.items():
            path.write_bytes(content)
        with contextlib.suppress(OSError), (music / "filling").open("wb") as filling:
            while True:
                filling.write(bytes(4096))
                filling.flush()
        planned(qtbot, page, songs)
        page._write.click()
        qtbot.waitUntil(lambda: not page._work.running)
        assert contents == {path: path.read_bytes() for path in songs.paths}
        assert page._report._model.rowCount() == len(songs.paths)
        assert "no room" in page._report._model.index(0, 1).data().lower() or "space" in (
            page._report._model.index(0, 1).data().lower()
        )
    finally:
        subprocess.run(["umount", str(music)], check=True)


def test_the_list_of_reasons_is_a_model_as_qt_wants_it(qapp: object, tmp_path: Path) -> None:
    model = ReasonModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([(tmp_path / "a\nb.mp3", "it is gone"), (tmp_path / "c.mp3", "it is read-only")])
    assert [model.index(row, 1).data() for row in range(2)] == ["it is gone", "it is read-only"]
    assert "\n" not in model.index(0, 0).data()
    model.set_rows([])
    assert model.rowCount() == 0
