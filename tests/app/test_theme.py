"""Every text can be read, light and dark; the look follows the choice."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.main import follow_theme
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
