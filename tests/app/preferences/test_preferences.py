"""The settings: what is chosen is kept and used, what cannot be is told with the remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.folders import Folders
from app.preferences import speed
from app.preferences.card import CardView
from app.preferences.dialog import PreferencesDialog
from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.library.roots import list_roots
from tagger_core.settings import Settings
from tests.support import library


@pytest.fixture
def dialog(qtbot: QtBot, services: Services) -> PreferencesDialog:
    made = PreferencesDialog(services)
    qtbot.addWidget(made)
    folders = Folders(services, Scanning(services, made), made)  # as the window does
    made.folder_removal.connect(folders.take_out)
    folders.changed.connect(made.folders.settled)
    folders.failed.connect(made.folders.settled)
    made.show()
    qtbot.waitUntil(lambda: made.folders.list.count() == 1 and made.models.list.count() >= 1)
    return made


def choose(box: object, value: object) -> None:
    row = box.findData(value)  # type: ignore[attr-defined] # any combo box
    box.setCurrentIndex(row)  # type: ignore[attr-defined]
    box.activated.emit(row)  # type: ignore[attr-defined]


def kept(services: Services) -> Settings:
    return Settings.load(services.workspace.places.settings_file)


def test_every_choice_is_kept_at_once(dialog: PreferencesDialog, services: Services) -> None:
    choose(dialog.listening.device, "cpu")
    choose(dialog.listening.precision, "bf16")
    choose(dialog.listening.hop, 0.5)
    choose(dialog.listening.workers, 1)
    choose(dialog.writing.preset, "dj")
    choose(dialog.writing.version, 3)
    dialog.folders._watch.setChecked(False)
    choose(dialog.folders._often, 60)
    settings = kept(services)
    assert settings == services.preferences.settings
    assert (settings.device, settings.precision, settings.hop, settings.workers) == ("cpu", "bf16", 0.5, 1)
    assert (settings.preset, settings.new_id3_version) == ("dj", 3)
    assert (settings.watch, settings.rescan_minutes) == (False, 60)


def test_a_new_dialog_shows_what_was_chosen(qtbot: QtBot, services: Services) -> None:
    services.preferences.change(device="cuda:1", hop=0.4, rescan_minutes=7, watch=False, new_id3_version=3)
    dialog = PreferencesDialog(services)
    qtbot.addWidget(dialog)
    assert dialog.listening.device.currentData() == "cuda:1"
    assert dialog.listening.hop.currentData() == 0.4
    assert dialog.folders._often.currentData() == 7
    assert not dialog.folders._watch.isChecked()
    assert dialog.writing.version.currentData() == 3


def test_settings_that_cannot_be_written_are_told_in_place(
    dialog: PreferencesDialog, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    choose(dialog.listening.device, "cpu")
    assert "No space left" in dialog.listening.error()
    assert services.preferences.settings.device == "auto"


def test_a_folder_is_taken_out_after_a_question_and_its_files_stay(
    qtbot: QtBot, dialog: PreferencesDialog, services: Services, music: Path
) -> None:
    song = next(iter(music.iterdir()), music / "kept.txt")
    if not song.exists():
        song.write_text("kept")
    dialog.folders._remove.click()
    assert len(list_roots(services.library)) == 1
    with qtbot.waitSignal(dialog.folder_removal) as removed:
        dialog.folders.yes.click()
    assert removed.args == [music]
    qtbot.waitUntil(lambda: dialog.folders.list.count() == 0)
    assert list_roots(services.library) == []
    assert song.exists()


def test_a_folder_is_not_taken_out_under_a_scan_of_another_earmark(
    qtbot: QtBot, dialog: PreferencesDialog, services: Services
) -> None:
    with services.library.lock("scan"):
        dialog.folders._remove.click()
        dialog.folders.yes.click()
        qtbot.waitUntil(lambda: bool(dialog.folders.error()))
    assert len(list_roots(services.library)) == 1
    assert dialog.folders._remove.isEnabled()


def test_a_folder_is_added(
    qtbot: QtBot, dialog: PreferencesDialog, services: Services, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    with qtbot.waitSignal(dialog.folder_added):
        dialog.folders.add(tmp_path / "more")
    assert [root.path for root in list_roots(services.library)][-1] == tmp_path / "more"


def test_another_model_is_used_and_removed(
    qtbot: QtBot, dialog: PreferencesDialog, services: Services
) -> None:
    library.model_file(services.workspace.places.models / "other.safetensors", "other")
    dialog.models.reload()
    shelf = services.workspace.shelf
    with qtbot.waitSignal(dialog.model_used) as used:
        dialog.models.use(shelf.find("other"))
    assert used.args == ["other"]
    assert services.active.model is not None
    assert services.active.model.name == "other"
    assert kept(services).model == "other"
    with qtbot.waitSignal(services.active.changed):
        dialog.models.remove(shelf.find("other"))
    assert kept(services).model == ""
    assert not (services.workspace.places.models / "other.safetensors").exists()


@pytest.mark.parametrize("name", ["bad.safetensors", "bad.pth"])
def test_a_file_that_is_no_model_is_refused_in_place(
    qtbot: QtBot, dialog: PreferencesDialog, tmp_path: Path, name: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(b"\0" * 100)
    before = dialog.models.list.count()
    dialog.models.add(bad)
    qtbot.waitUntil(lambda: bool(dialog.models.error()), timeout=20_000)
    assert name in dialog.models.error()
    assert dialog.models._add.isEnabled()
    assert dialog.models.list.count() == before


def test_a_checkpoint_that_is_refused_is_named_by_its_own_path(
    qtbot: QtBot,
    dialog: PreferencesDialog,
    services: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = services.workspace.shelf.list()[0].name

    def make(source: Path, made: Path, **options: object) -> None:
        library.model_file(made, taken)

    monkeypatch.setattr("tagger_core.models.importer.import_checkpoint", make)
    dialog.models.add(tmp_path / "public.pth")
    qtbot.waitUntil(lambda: bool(dialog.models.error()), timeout=20_000)
    assert "public.pth" in dialog.models.error()


def test_a_card_loads_nothing_and_follows_nothing(qtbot: QtBot) -> None:
    card = CardView()
    qtbot.addWidget(card)
    assert card.loadResource(2, QUrl("file:///etc/hostname")) is None
    assert not card.openLinks()


def test_html_in_a_card_is_text(qtbot: QtBot, services: Services) -> None:
    card = CardView()
    qtbot.addWidget(card)
    assert services.active.model is not None
    entry = services.active.model.entry
    card.show_entry(entry)
    assert "never heard a song" in card.toPlainText()
    assert "CC0-1.0" in card.toPlainText()


def test_what_was_measured_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "tuning.json"
    assert speed.remembered(path, "ab") is None
    path.write_text(
        json.dumps({"choices": {"Linux | cpu | fp32 | ab": {"device": "cpu", "precision": "fp32"}}})
    )
    assert speed.remembered(path, "ab") == speed.Speed("cpu", "fp32")
    for broken in ("", "[]", '{"choices": 3}', '{"choices": {"| ab": 1}}'):
        path.write_text(broken)
        assert speed.remembered(path, "ab") is None


def test_a_measurement_that_fails_is_told(qtbot: QtBot, dialog: PreferencesDialog) -> None:
    dialog.listening.measure.click()
    qtbot.waitUntil(lambda: bool(dialog.listening.error()), timeout=20_000)
    assert dialog.listening.measure.isEnabled()


def test_appearance_is_kept(dialog: PreferencesDialog, services: Services) -> None:
    choose(dialog.appearance.theme, "dark")
    choose(dialog.appearance.language, "en")
    assert (services.preferences.theme, services.preferences.language) == ("dark", "en")


def test_everything_that_takes_the_keyboard_has_a_name(dialog: PreferencesDialog) -> None:
    for page in dialog.pages:
        for label in page.findChildren(QLabel):
            assert label.textFormat() != label.textFormat().RichText
    for box in (dialog.listening.device, dialog.writing.preset, dialog.appearance.theme, dialog.models.list):
        assert box.accessibleName()
