"""Tick and cross, to press and to paint: the two words a person can say of a tag."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.icon_button import colours as window_colours

SIDE = 24


def paint_tick(painter: QPainter, middle: QPointF, colour: QColor, size: float = 4.0) -> None:
    """Paint a tick around a point."""
    corner = middle + QPointF(-0.25 * size, 0.75 * size)
    painter.setPen(_stroke(colour))
    painter.drawLine(middle + QPointF(-size, 0), corner)
    painter.drawLine(corner, middle + QPointF(size, -0.75 * size))


def paint_cross(painter: QPainter, middle: QPointF, colour: QColor, size: float = 3.4) -> None:
    """Paint a cross around a point."""
    painter.setPen(_stroke(colour))
    painter.drawLine(middle + QPointF(-size, -size), middle + QPointF(size, size))
    painter.drawLine(middle + QPointF(-size, size), middle + QPointF(size, -size))


class MarkButton(QAbstractButton):
    """Accepts or rejects; filled once that was said, an outline while it can be.

    Args:
        accepts: it is the tick; else the cross.
    """

    def __init__(self, *, accepts: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accepts = accepts
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row has the keyboard: A, R, U
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SIDE, SIDE)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that is easily hit."""
        return QSize(SIDE, SIDE)

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """Leave the state to the row, which knows what was said."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the mark, on a disc where it was said."""
        colours = window_colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        own = QColor(colours.good if self._accepts else colours.danger)
        colour = QColor(colours.muted)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(own)
            painter.drawEllipse(place)
            colour = QColor(colours.panel)
        elif self.underMouse():
            painter.setPen(QPen(own, 1.2))
            painter.setBrush(QColor(colours.field))
            painter.drawEllipse(place)
            colour = own
        (paint_tick if self._accepts else paint_cross)(painter, place.center(), colour)


def _stroke(colour: QColor) -> QPen:
    return QPen(colour, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
