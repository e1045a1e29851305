"""Tags are written as the person calls them: kept, shown in the diff, written, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.preferences.tag_names import NAME, TAG, TagNames, TagNamesPage
from app.services import Services
from app.writing.write_page import WritePage
from tagger_core.library.records import ModelTag
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.settings import Settings
from tests.app.writing.conftest import Songs, songs  # noqa: F401 - a fixture

TAGS = [ModelTag("Hip-Hop", "genre", 0.5), ModelTag("rock", "genre", 0.5), ModelTag("calm", "mood", 0.5)]
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def names(qapp: object) -> TagNames:
    model = TagNames()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_tags(TAGS, {"rock": "Rock Music"})
    return model


def written(model: TagNames) -> list[str]:
    return [str(model.index(row, NAME).data()) for row in range(model.rowCount())]


def test_names_are_those_of_the_person_or_the_usual_spelling(names: TagNames) -> None:
    assert written(names) == ["Hip-Hop", "Rock Music", "Calm"]
    assert names.index(1, NAME).data(Qt.ItemDataRole.FontRole).bold()
    assert names.index(0, NAME).data(Qt.ItemDataRole.FontRole) is None


def test_a_name_is_cleaned_told_once_and_empty_for_the_usual_one(qtbot: QtBot, names: TagNames) -> None:
    with qtbot.waitSignal(names.named) as told:
        names.setData(names.index(0, NAME), "  Hip  Hop\n")
    assert told.args == [{"hip hop": "Hip Hop", "rock": "Rock Music"}]
    with qtbot.waitSignal(names.named) as told:
        names.setData(names.index(1, NAME), "")
    assert told.args == [{"hip hop": "Hip Hop"}]
    with qtbot.assertNotEmitted(names.named):
        names.setData(names.index(1, NAME), "Rock")


def test_a_tag_without_a_check_is_not_written_and_has_no_name_to_change(names: TagNames) -> None:
    names.setData(names.index(2, TAG), UNCHECKED.value, Qt.ItemDataRole.CheckStateRole)
    assert names.index(2, TAG).data(Qt.ItemDataRole.CheckStateRole) == UNCHECKED
    assert written(names)[2] == "not written"
    assert not names.flags(names.index(2, NAME)) & Qt.ItemFlag.ItemIsEditable
    names.setData(names.index(2, TAG), CHECKED.value, Qt.ItemDataRole.CheckStateRole)
    assert written(names)[2] == "Calm"


def test_names_of_tags_that_another_model_had_stay_in_sight(names: TagNames) -> None:
    names.show_tags(TAGS[:1], {"zither": "Cither"})
    assert written(names) == ["Hip-Hop", "Cither"]


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> TagNamesPage:
    made = TagNamesPage(services)
    qtbot.addWidget(made)
    made.resize(700, 800)
    made.show()
    qtbot.waitUntil(lambda: made.model.rowCount() > 3)
    return made


def row_of(page: TagNamesPage, tag: str) -> int:
    return next(r for r in range(page.model.rowCount()) if page.model.index(r, TAG).data() == tag)


def test_a_name_typed_in_the_table_is_kept_and_put_back(
    qtbot: QtBot, page: TagNamesPage, services: Services
) -> None:
    table, index = page.view, page.model.index(row_of(page, "rock"), NAME)
    table.setCurrentIndex(index)
    table.edit(index)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Rock Music")
    with qtbot.waitSignal(page.model.named):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert Settings.load(services.workspace.places.settings_file).tag_names == {"rock": "Rock Music"}
    table.selectRow(row_of(page, "jazz"))
    assert not page.reset.isEnabled()
    table.selectRow(row_of(page, "rock"))
    qtbot.mouseClick(page.reset, Qt.MouseButton.LeftButton)
    assert Settings.load(services.workspace.places.settings_file).tag_names == {}
    assert not page.reset_all.isEnabled()


def test_a_name_that_cannot_be_kept_is_told_and_not_shown(
    page: TagNamesPage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    page.model.setData(page.model.index(row_of(page, "rock"), NAME), "Rock Music")
    assert "No space left" in page.error()
    assert page.model.index(row_of(page, "rock"), NAME).data() == "Rock"
    assert services.preferences.settings.tag_names == {}


def test_the_diff_and_the_file_have_the_persons_name(qtbot: QtBot, songs: Songs) -> None:  # noqa: F811
    songs.services.preferences.change(tag_names={"rock": "Rock Music"})
    page = WritePage(songs.services)
    qtbot.addWidget(page)
    page.show()
    page.plan_for(songs.ids)
    qtbot.waitUntil(lambda: page._diff.diff.plan is not None)
    assert first_genres(page) == {"Rock Music"}
    songs.services.preferences.change(tag_names={"rock": "Rawk"})
    qtbot.waitUntil(lambda: page._diff.diff.plan is not None and first_genres(page) == {"Rawk"})
    with qtbot.waitSignal(page.written):
        page._write.click()
    assert {open_tags(path).get(Field.GENRE)[0] for path in songs.paths} == {"Rawk"}


def first_genres(page: WritePage) -> set[str]:
    plan = page._diff.diff.plan
    assert plan is not None
    return {c.after[0] for file in plan.files for c in file.changes if c.field == Field.GENRE}
