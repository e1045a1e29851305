"""A button with one of the window's icons, in the theme's colour, told of by tooltip and accessible name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from app import icons, theme


class IconButton(QToolButton):
    """A small button that is pressed, not chosen.

    Args:
        name: of the icon, in `app.icons`.
        text: what it does, in a few words.
    """

    def __init__(self, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.show_as(name, text)

    def show_as(self, name: str, text: str) -> None:
        """Take another icon and meaning."""
        self._name = name
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._paint_icon()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()

    def _paint_icon(self) -> None:
        self.setIcon(icons.icon(self._name, colours().text))


def colours() -> theme.Colours:
    """Return the set of colours that the window is shown in."""
    # The application's: a style sheet puts its own grounds into the palettes of widgets.
    base = QGuiApplication.palette().color(QPalette.ColorRole.Base)
    return theme.DARK if base.lightness() < 128 else theme.LIGHT
