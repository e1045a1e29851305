"""Every text can be read, light and dark; the look follows the choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.main import follow_theme
from app.main_window import MainWindow
from app.preferences.dialog import PreferencesDialog
from app.services import Services
from tagger_core.models.model_info import CATEGORIES

ENOUGH = 4.5  # WCAG 2.2, 1.4.3


def test_contrast_is_that_of_the_standard() -> None:
    black, white, grey = QColor("#000000"), QColor("#ffffff"), QColor("#767676")
    assert theme.contrast(black, white) == pytest.approx(21)
    assert theme.contrast(grey, white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize(("text", "ground"), theme.TEXT_PAIRS)
def test_texts_stand_out(colours: theme.Colours, text: str, ground: str) -> None:
    assert theme.contrast(QColor(getattr(colours, text)), QColor(getattr(colours, ground))) >= ENOUGH


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("category", [*CATEGORIES, "of another model"])
def test_chips_stand_out(category: str, dark: bool) -> None:
    ground, text = theme.chip_colours(category, dark=dark)
    assert theme.contrast(ground, text) >= ENOUGH


def test_every_category_of_models_has_a_colour() -> None:
    assert set(CATEGORIES) <= set(theme.CATEGORY_HUES)


def test_the_window_follows_the_choice_at_once(qtbot: QtBot, qapp: QApplication, services: Services) -> None:
    services.preferences.set_theme("light")
    follow_theme(qapp, services.preferences)
    window = QPalette.ColorRole.Window
    assert qapp.palette().color(window) == QColor(theme.LIGHT.window)
    services.preferences.set_theme("dark")
    assert qapp.palette().color(window) == QColor(theme.DARK.window)
    assert services.preferences.theme == "dark"


def test_what_the_system_says_counts_until_the_person_chooses(
    qapp: QApplication, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_theme(qapp, services.preferences)
    assert turned(qapp, monkeypatch, Qt.ColorScheme.Dark) is theme.DARK
    assert turned(qapp, monkeypatch, Qt.ColorScheme.Light) is theme.LIGHT
    assert turned(qapp, monkeypatch, Qt.ColorScheme.Unknown) is theme.LIGHT
    services.preferences.set_theme("dark")
    assert turned(qapp, monkeypatch, Qt.ColorScheme.Light) is theme.DARK


def turned(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, scheme: Qt.ColorScheme) -> theme.Colours:
    """Let the system change its mind; return the colours that the window has then."""
    monkeypatch.setattr(theme, "system_scheme", lambda: scheme)
    qapp.styleHints().colorSchemeChanged.emit(scheme)
    window = qapp.palette().color(QPalette.ColorRole.Window)
    return theme.DARK if window == QColor(theme.DARK.window) else theme.LIGHT


@pytest.fixture
def opened(qtbot: QtBot, services: Services) -> Iterator[Callable[[], MainWindow]]:
    """Opens the window with a query and one song shown."""
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        made = MainWindow(services)
        windows.append(made)
        made.resize(1300, 800)
        made.open()
        made.show()
        made.find_model()
        qtbot.waitUntil(lambda: made.library.table.ids() != [])
        made.library.show_query("piano -guitar")
        made.library.table.selectRow(0)
        qtbot.wait(1500)  # figures and the course of the song come a moment later
        qtbot.waitUntil(lambda: not services.runner.busy)
        return made

    yield make
    services.runner.close()
    for window in windows:
        window.close()


def test_everything_in_view_turns_dark_with_the_system(
    qtbot: QtBot,
    qapp: QApplication,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    opened: Callable[[], MainWindow],
) -> None:
    """What was built in the light looks after the change as what was built in the dark."""
    follow_theme(qapp, services.preferences)
    turned(qapp, monkeypatch, Qt.ColorScheme.Light)
    window, settings = opened(), opened_settings(qtbot, services)
    built = [*panels(window), *settings.pages]
    in_the_light = [picture(widget) for widget in built]
    turned(qapp, monkeypatch, Qt.ColorScheme.Dark)
    in_the_dark = [picture(widget) for widget in built]
    new_window, new_settings = opened(), opened_settings(qtbot, services)
    for widget, fresh in zip(built, [*panels(new_window), *new_settings.pages], strict=True):
        assert picture(widget) == picture(fresh), type(widget).__name__
    for widget, light, dark in zip(built, in_the_light, in_the_dark, strict=True):
        assert light != dark, type(widget).__name__
        assert not bright(dark), type(widget).__name__
    turned(qapp, monkeypatch, Qt.ColorScheme.Light)
    for widget, light in zip(built, in_the_light, strict=True):
        assert picture(widget) == light, f"{type(widget).__name__} does not turn back"


def panels(window: MainWindow) -> list[QWidget]:
    library = window.library
    pages = [window.empty, window.pages.write, window.pages.history, window.pages.review]
    return [library.side, library.tags, library.table, library.song, *pages, window.menuBar()]


def opened_settings(qtbot: QtBot, services: Services) -> PreferencesDialog:
    dialog = PreferencesDialog(services)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not services.runner.busy)
    for number, page in enumerate(dialog.pages):
        dialog.names.setCurrentRow(number)
        page.setFocus()
    qtbot.wait(50)
    return dialog


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def bright(image: QImage) -> bool:
    """Return whether more than one in ten pixels is brighter than any ground in the dark."""
    small = image.scaled(60, 60)
    seen = [small.pixelColor(x, y).lightness() for x in range(60) for y in range(60)]
    return sum(lightness > 150 for lightness in seen) > len(seen) / 10
