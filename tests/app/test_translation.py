"""The window's other languages: complete, agreeing with the sources, and shown."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import language
from app.deciding.card import Card
from app.main_window import MainWindow
from app.menus import MENUS
from app.scanning import words
from app.services import Services
from app.songs.columns import COLUMNS, STATE
from tagger_core.library.records import Stats

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "resources" / "i18n" / "earmark_de.ts"
ACCELERATOR = re.compile(r"&(?=\w)")
# Placeholders, line ends, file kinds, keys and the words of the query language.
KEPT = re.compile(r"%\d|%n|\{\w*\}|\*\.\w+|\n|EARMARK\w*|\([A-Z]\)|\b[a-z]+:\S+|[a-z]+<\d+")
Opened = Callable[[Services, str], MainWindow]


class Message(NamedTuple):
    """One text of a catalogue; `forms` are its translations, one for each grammatical number."""

    context: str
    source: str
    counted: bool
    state: str
    forms: tuple[str, ...]


def messages(catalogue: Path) -> list[Message]:
    # Our own file, just as the sources are.
    root = ElementTree.parse(catalogue).getroot()  # noqa: S314
    return [
        _message(context.findtext("name", ""), found) for context in root for found in context.iter("message")
    ]


def _message(context: str, found: ElementTree.Element) -> Message:
    translation = found.find("translation")
    assert translation is not None
    forms = [form.text or "" for form in translation] or [translation.text or ""]
    return Message(
        context,
        found.findtext("source", ""),
        found.get("numerus") == "yes",
        translation.get("type", ""),
        tuple(forms),
    )


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", PROJECT / "scripts" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def in_language(qapp: QApplication) -> Iterator[None]:
    """Whatever language a test installs is gone after it."""
    before = QLocale()
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_every_text_of_the_sources_is_in_the_catalogue_and_none_that_is_gone(
    script: ModuleType, tmp_path: Path
) -> None:
    fresh = tmp_path / "earmark_de.ts"
    try:
        script.update(fresh, "de")
    except script.ToolError as error:
        pytest.skip(f"the texts cannot be collected here: {error}")
    wanted = {message[:3] for message in messages(fresh)}
    there = {message[:3] for message in messages(CATALOGUE)}
    remedy = "run python scripts/translate.py, and translate what is unfinished"
    assert len(wanted) > 400
    assert not wanted - there, remedy
    assert not there - wanted, remedy


def test_the_script_changes_nothing_in_a_catalogue_that_is_up_to_date(
    script: ModuleType, tmp_path: Path
) -> None:
    again = tmp_path / CATALOGUE.name
    shutil.copy(CATALOGUE, again)
    try:
        script.update(again, "de")
        script.release(again, again.with_suffix(".qm"))
    except script.ToolError as error:
        pytest.skip(f"Qt's tools cannot run here: {error}")
    assert again.read_text(encoding="utf-8") == CATALOGUE.read_text(encoding="utf-8")
    assert again.with_suffix(".qm").read_bytes() == CATALOGUE.with_suffix(".qm").read_bytes()
    assert str(PROJECT) not in again.read_text(encoding="utf-8")


def test_every_text_is_looked_up_in_the_context_it_is_collected_under() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (PROJECT / "app").rglob("*.py")}
    for path, source in sources.items():
        # Else the class at run time is not the one that lupdate saw, or it saw no text at all.
        assert not re.search(r"(?<!\bself)\.tr\(", source), path
        assert not re.search(r"\.tr\(\s*[^\s\"]", source), path
    every = "\n".join(sources.values())
    for context in {message.context for message in messages(CATALOGUE)}:
        asked = rf"^class {context}\(|\btranslate\(\s*\"{context}\","
        assert re.search(asked, every, re.MULTILINE), context


def test_every_text_is_translated() -> None:
    for message in messages(CATALOGUE):
        assert not message.state, message
        assert len(message.forms) == (2 if message.counted else 1), message
        assert all(form.strip() for form in message.forms), message


def test_placeholders_and_what_is_to_be_typed_are_kept() -> None:
    for message in messages(CATALOGUE):
        for form in message.forms:
            assert _placeholders(form) == _placeholders(message.source), message
            assert form.endswith("…") == message.source.endswith("…"), message
            assert form.endswith(":") == message.source.endswith(":"), message
            assert form.strip() == form, message
            assert "(s)" not in form, message
            assert form.count("„") == form.count("“") == message.source.count("“"), message
            assert "”" not in form, message


def _placeholders(text: str) -> Counter[str]:
    return Counter(KEPT.findall(text))


def test_a_letter_to_press_is_marked_where_the_sources_mark_one() -> None:
    for message in messages(CATALOGUE):
        for form in message.forms:
            assert len(ACCELERATOR.findall(form)) == len(ACCELERATOR.findall(message.source)), message


def test_counted_texts_are_plural_but_for_one() -> None:
    # Where English marks the plural, German has two forms that differ.
    for message in messages(CATALOGUE):
        if message.counted and "(s)" in message.source:
            assert message.forms[0] != message.forms[1], message


@pytest.mark.parametrize("choice", ["en", "de"])
def test_a_letter_opens_one_command_of_a_menu(qapp: QApplication, in_language: None, choice: str) -> None:
    language.install(qapp, choice)
    titles = [title for title, _commands in MENUS]
    for texts in (titles, *([c.text for c in commands if c] for _title, commands in MENUS)):
        shown = [QCoreApplication.translate("Menus", text) for text in texts]
        letters = Counter(text[text.index("&") + 1].casefold() for text in shown)
        assert letters.most_common(1)[0][1] == 1, shown


@pytest.fixture
def window_in(qtbot: QtBot, qapp: QApplication, in_language: None) -> Iterator[Opened]:
    windows: list[MainWindow] = []

    def make(services: Services, choice: str) -> MainWindow:
        language.install(qapp, choice)
        window = MainWindow(services)
        windows.append(window)
        window.open()
        window.show()
        window.find_model()
        qtbot.waitUntil(lambda: window.library.table.ids() != [])
        qtbot.waitUntil(lambda: not services.runner.busy)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


def _titles(window: MainWindow) -> list[str]:
    return [action.text().replace("&", "") for action in window.menuBar().actions()]


def _columns(window: MainWindow) -> list[str]:
    model = window.library.table.model()
    return [model.headerData(n, Qt.Orientation.Horizontal) for n in range(len(COLUMNS))]


def test_a_window_speaks_german(qtbot: QtBot, window_in: Opened, services: Services) -> None:
    window = window_in(services, "de")
    assert _titles(window) == ["Datei", "Bearbeiten", "Ansicht", "Extras", "Hilfe"]
    assert _columns(window)[:4] == ["Titel", "Interpret", "Herausgehört", "Album"]
    model = window.library.table.model()
    state = next(n for n, column in enumerate(COLUMNS) if column.key == STATE)
    window.library.finder.set_text("is:pending")
    qtbot.waitUntil(lambda: model.index(0, state).data() == "ausstehend")
    said = window.library.findChildren(QLabel)
    assert "2 Songs" in {label.text() for label in said if label.accessibleName() == "Gefundene Songs"}


def test_a_window_speaks_english_again(window_in: Opened, services: Services, qapp: QApplication) -> None:
    language.install(qapp, "de")
    window = window_in(services, "en")
    assert _titles(window) == ["File", "Edit", "View", "Tools", "Help"]
    assert _columns(window)[:4] == ["Title", "Artist", "Heard", "Album"]


@pytest.mark.parametrize(
    ("choice", "one", "many"),
    [
        ("de", "1 Song, 1 fehlt", "12.345 Songs, 2 fehlen"),
        ("en", "1 song, 1 missing", "12,345 songs, 2 missing"),
    ],
)
def test_numbers_bend_the_words(
    qapp: QApplication, in_language: None, choice: str, one: str, many: str
) -> None:
    language.install(qapp, choice)
    assert words.library(Stats(1, 1, 0, 1, 0, 0.0)) == one
    assert words.library(Stats(12_345, 12_345, 0, 2, 0, 0.0)) == many


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the environment does not say the system's language"
)
@pytest.mark.parametrize(
    ("choice", "languages", "expected"),
    [
        ("", "de_DE", "Datei Abbrechen"),
        ("en", "de_DE", "File Cancel"),
        ("de", "en_GB", "Datei Abbrechen"),
        ("", "en_GB:de_DE", "File Cancel"),
        ("", "fr_FR", "File Cancel"),
    ],
)
def test_the_choice_counts_and_else_the_systems_first_language(
    choice: str, languages: str, expected: str
) -> None:
    told = (
        "from PySide6.QtWidgets import QApplication\n"
        "from app import language\n"
        "application = QApplication(['earmark'])\n"
        f"language.install(application, {choice!r})\n"
        "said = [('Menus', '&File'), ('QPlatformTheme', 'Cancel')]\n"
        "print(*(application.translate(*one).replace('&', '') for one in said))\n"
    )
    first, _, _ = languages.partition(":")
    system = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    system |= {"LANG": f"{first}.UTF-8", "LANGUAGE": languages, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", told], env=system, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == expected, done.stderr


def test_a_regions_language_is_its_language() -> None:
    assert language.first_known(["de-AT", "en-GB"]) == "de"
    assert language.first_known(["fr-FR", "de_CH"]) == "de"
    assert language.first_known([]) == "en"


def test_qts_own_buttons_speak_german_too(qtbot: QtBot, qapp: QApplication, in_language: None) -> None:
    language.install(qapp, "de")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    assert buttons.buttons()[0].text().replace("&", "") == "Abbrechen"


@pytest.mark.parametrize("choice", ["en", "de"])
def test_the_answers_of_a_review_are_not_cut_off(
    qtbot: QtBot, qapp: QApplication, in_language: None, choice: str
) -> None:
    language.install(qapp, choice)
    card = Card()
    qtbot.addWidget(card)
    card.resize(560, card.sizeHint().height())
    card.show()
    buttons = card.findChildren(QPushButton)
    assert len(buttons) == 4
    for button in buttons:
        assert button.width() >= max(button.sizeHint().width(), button.minimumSizeHint().width())
        assert card.contentsRect().contains(button.geometry())
