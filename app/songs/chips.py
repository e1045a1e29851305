"""Tags as coloured chips: how wide one is, how one is painted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from app.theme import DARK, LIGHT, chip_colours
from tagger_core.library.records import TagScore

PAD = 8.0
GAP = 5.0
HEIGHT = 20.0
_SOLID, _DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine


def label(tag: TagScore) -> str:
    """Return a chip's text: the name and, where a model spoke, the score in hundredths."""
    return tag.name if tag.score is None else f"{tag.name}  {round(tag.score * 100)}"


def layout(
    tags: Iterable[TagScore], room: QRectF, metrics: QFontMetricsF
) -> Iterator[tuple[TagScore, QRectF]]:
    """Yield each tag with its place in one line, as many as the room takes."""
    x, y = room.left(), room.center().y() - HEIGHT / 2
    for tag in tags:
        width = metrics.horizontalAdvance(label(tag)) + 2 * PAD
        if x + width > room.right():
            return
        yield tag, QRectF(x, y, width, HEIGHT)
        x += width + GAP


def paint(
    painter: QPainter, tag: TagScore, place: QRectF, font: QFont, *, dark: bool, holds: bool = True
) -> None:
    """Paint one chip: accepted ones have a ring and a tick, so that colour is not the only sign.

    A tag that does not hold is a dotted outline with the window's muted text.
    """
    ground, text = chip_colours(tag.category, dark=dark)
    if not holds:
        text = QColor((DARK if dark else LIGHT).muted)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    edge = QColor(text)
    edge.setAlphaF(1.0 if tag.accepted else 0.25 if holds else 0.6)  # tells the chip from a selected row
    painter.setPen(QPen(edge, 1.4 if tag.accepted else 1.0, _SOLID if holds else _DOTTED))
    painter.setBrush(ground if holds else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT / 2, HEIGHT / 2)
    painter.setPen(text)
    name_room = place.adjusted(PAD, 0, -PAD, 0)
    painter.drawText(name_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, tag.name)
    if tag.score is not None:
        faint = QColor(text)
        faint.setAlphaF(0.8)
        painter.setPen(faint)
        score = str(round(tag.score * 100))
        painter.drawText(name_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, score)
    if tag.accepted:
        _tick(painter, QPointF(place.right() - 5, place.top() + 4), text)
    painter.restore()


def _tick(painter: QPainter, at: QPointF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(at + QPointF(-3, 0), at + QPointF(-1, 2))
    painter.drawLine(at + QPointF(-1, 2), at + QPointF(3, -3))
