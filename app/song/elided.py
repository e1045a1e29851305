"""A line of text that gives way in its middle, so that the end of a path stays to be read."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.icon_button import colours as window_colours


def tip(text: str) -> str:
    """Return a tooltip that shows a text as it is, whatever markup a file's name or tags hold."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


class ElidedLabel(QWidget):
    """Shows as much of a text as there is room for; the whole of it as a tooltip."""

    def __init__(
        self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle, *, muted: bool = True,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._text, self._mode, self._muted = "", mode, muted
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(tip(text))
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a line's height; the width is whatever there is."""
        return QSize(80, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give way to everything else."""
        return QSize(20, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what fits."""
        colours = window_colours()
        painter = QPainter(self)
        painter.setPen(QColor(colours.muted if self._muted else colours.text))
        text = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
