"""Draw the application's icon in the sizes that desktops ask for: python scripts/make_icons.py."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
SMALL = 32


def main() -> int:
    """Write earmark-SIZE.png for every size; the small ones from a drawing with fewer, thicker strokes."""
    application = QGuiApplication([])
    for size in SIZES:
        drawing = QSvgRenderer(str(FOLDER / ("earmark-small.svg" if size <= SMALL else "earmark.svg")))
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        if not image.save(str(FOLDER / f"earmark-{size}.png")):
            print(f"cannot write into {FOLDER}", file=sys.stderr)
            return 1
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
