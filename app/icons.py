"""The window's own icons: lines on a 16 by 16 grid, in whatever colour the theme wants."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

_LINES = {
    "songs": "M6 12.5V3.5l7-1.5v9 M6 12.5a2 1.7 0 1 1-4 0a2 1.7 0 0 1 4 0Z"
    " M13 11a2 1.7 0 1 1-4 0a2 1.7 0 0 1 4 0Z",
    "pending": "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12Z M8 5v3.2l2.2 1.6",
    "problem": "M8 2.2L14.4 13.5H1.6Z M8 6.5v3 M8 11.6v.1",
    "missing": "M2.5 2.5l11 11 M5 2h5l3 3v5 M13 13.5H3V4",
    "written": "M2.5 11.5V13.5H4.5L13 5L11 3Z M9.5 4.5l2 2",
    "search": "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9Z M10.4 10.4L13.8 13.8",
    "folder": "M1.8 12.8V3.2H6.2L7.7 5H14.2V12.8Z",
    "folder-away": "M1.8 12.8V3.2H6.2L7.7 5H14.2V12.8Z M6 7.2l4 3.6 M10 7.2L6 10.8",
    "plus": "M8 3v10 M3 8h10",
    "minus": "M3 8h10",
    "tick": "M3 8.5l3.2 3.2L13 4.6",
    "down": "M4 6.2l4 4l4-4",
    "right": "M6.2 4l4 4l-4 4",
    "saved": "M4 2.2H12V14L8 10.8L4 14Z",
    "close": "M4 4l8 8 M12 4L4 12",
    "demo": "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12Z M6.6 5.6v4.8l4-2.4Z",
    "pause": "M5.5 3.5v9 M10.5 3.5v9",
    "play": "M5 3l8 5l-8 5Z",
    "undo": "M5.5 3L2.5 6l3 3 M2.5 6H10a3.5 3.5 0 0 1 0 7H6",
    "drop": "M8 2v8 M4.8 7L8 10.2L11.2 7 M2.5 10.5V13.5H13.5V10.5",
    "previous": "M12 3.4v9.2L5.4 8Z M4 3.4v9.2",
    "next": "M4 3.4v9.2L10.6 8Z M12 3.4v9.2",
    "volume": "M2 6.2v3.6h2.4L8 12.6V3.4L4.4 6.2Z M10.4 6a2.8 2.8 0 0 1 0 4 M12.2 4.2a5.4 5.4 0 0 1 0 7.6",
    "mute": "M2 6.2v3.6h2.4L8 12.6V3.4L4.4 6.2Z M10.6 6.2l3.6 3.6 M14.2 6.2l-3.6 3.6",
    "copy": "M5.5 5.5V2.5H13.5V10.5H10.5 M2.5 5.5H10.5V13.5H2.5Z",
    "skip": "M8 2.5v9 M4.4 8.2L8 11.8l3.6-3.6 M3.5 13.8h9",
    "back": "M12.8 8H3.4 M7 4.2L3.2 8L7 11.8",
}
SIZE = 16


def icon(name: str, colour: str) -> QIcon:
    """Return an icon of this module in a colour "#rrggbb", sharp at any scale."""
    made = QIcon()
    for factor in (1, 2, 3):
        made.addPixmap(pixmap(name, colour, SIZE, factor))
    return made


def pixmap(name: str, colour: str, size: int, factor: float = 1) -> QPixmap:
    """Return an icon as a picture of `size` pixels a side, for screens with `factor` dots a pixel."""
    key = f"{name} {colour} {size} {factor}"
    made = QPixmap()
    if QPixmapCache.find(key, made):
        return made
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="none" stroke="{colour}" '
        f'stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round" d="{_LINES[name]}"/></svg>'
    )
    made = _rendered(QSvgRenderer(QByteArray(drawing.encode())), size, factor)
    QPixmapCache.insert(key, made)
    return made


def application_icon() -> QIcon:
    """Return Earmark's own icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        made.addFile(str(folder() / f"earmark-{size}.png"), QSize(size, size))
    return made


def logo(size: int, factor: float = 1) -> QPixmap:
    """Return Earmark's own icon as a picture of `size` pixels a side."""
    return _rendered(QSvgRenderer(str(folder() / "earmark.svg")), size, factor)


def folder() -> Path:
    """Return where the pictures lie."""
    return Path(str(importlib.resources.files("resources") / "icons"))


def _rendered(drawing: QSvgRenderer, size: int, factor: float) -> QPixmap:
    dots = round(size * factor)
    made = QPixmap(dots, dots)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    drawing.render(painter, QRectF(0, 0, dots, dots))
    painter.end()
    made.setDevicePixelRatio(factor)
    return made
