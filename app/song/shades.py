"""The strong colour of a category, for bars and heat maps: 3 to 1 on panels (WCAG 2.2 AA, 1.4.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app import theme

SHADES = 256


def strong(category: str, *, dark: bool) -> QColor:
    """Return the colour that a category's bars are filled with; unknown categories are grey."""
    hue = theme.CATEGORY_HUES.get(category)
    return QColor.fromHsl(hue or 0, 0 if hue is None else 150, 152 if dark else 95)


def ramp(category: str, ground: QColor, *, dark: bool) -> NDArray[np.uint8]:
    """Return uint8 [256, 4] in the order of QImage's 32-bit pixels: from the ground to the strong colour."""
    end = strong(category, dark=dark)
    share = np.linspace(0, 1, SHADES)[:, None]
    first = np.array([ground.blue(), ground.green(), ground.red(), 255.0])
    last = np.array([end.blue(), end.green(), end.red(), 255.0])
    mixed: NDArray[np.uint8] = np.rint(first + (last - first) * share).astype(np.uint8)
    return mixed
