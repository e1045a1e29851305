"""One tag of one song, or of a selection: its bar, its threshold, and what the person said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.icon_button import colours as window_colours
from app.song.elided import tip
from app.song.marks import SIDE, MarkButton
from app.song.shades import strong
from app.theme import DARK
from tagger_core.library.records import TagScore

HEIGHT = 28
_LEFT, _GAP = 6, 8
_MARKS = 2 * SIDE
_VISIBLE = 0.005  # a share that rounds to nothing has no bar


@dataclass(frozen=True)
class Line:
    """What a row shows.

    Args:
        share: how long the bar is, in [0, 1]; None for no bar.
        threshold: where the tick stands on the bar; None for none.
        text: at the end of the bar.
        holds: the songs have the tag; others are pale.
        accepted: what was said of all songs; None where nothing or several things.
    """

    name: str
    category: str
    share: float | None
    threshold: float | None
    text: str
    holds: bool
    accepted: bool | None


def line_of(tag: TagScore) -> Line:
    """Return the line of one song's tag; its number is the score in hundredths."""
    score = "" if tag.score is None else str(round(tag.score * 100))
    return Line(tag.name, tag.category, tag.score, tag.threshold, score, tag.holds, tag.accepted)


class ScoreRow(QWidget):
    """A line that takes the keyboard: A accepts, R rejects, U takes it back, the arrows walk on.

    Signals:
        decided(str, bool | None): the tag and the person's word.
        moved(int): the keyboard wants to go so many rows down.
    """

    decided = Signal(str, object)
    moved = Signal(int)

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.accept = MarkButton(accepts=True, parent=self)
        self.reject = MarkButton(accepts=False, parent=self)
        self.accept.clicked.connect(lambda: self._pressed(accepts=True))
        self.reject.clicked.connect(lambda: self._pressed(accepts=False))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 2, 0)
        layout.setSpacing(0)
        layout.addStretch(1)
        layout.addWidget(self.accept)
        layout.addWidget(self.reject)
        self.set_line(line)

    def set_line(self, line: Line) -> None:
        """Show another tag, or another word on it."""
        self.line = line
        self.accept.setChecked(line.accepted is True)
        self.reject.setChecked(line.accepted is False)
        for button, word in (
            (self.accept, self.tr("Accept “%1” (A)")),
            (self.reject, self.tr("Reject “%1” (R)")),
        ):
            told = self.tr("Undecide “%1” (U)") if button.isChecked() else word
            button.setToolTip(tip(told.replace("%1", line.name)))
            button.setAccessibleName(word.replace("%1", line.name))
        self.setAccessibleName(self._told())
        self.setToolTip(self._tip())
        self.update()

    def say(self, accepted: bool | None) -> None:
        """Show the person's word at once, and tell it."""
        if accepted is self.line.accepted:
            return
        said = replace(self.line, accepted=accepted)
        self.set_line(said)
        self.decided.emit(said.name, accepted)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all rows."""
        return QSize(240, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Decide by letter, walk by arrow."""
        words = {Qt.Key.Key_A: True, Qt.Key.Key_R: False, Qt.Key.Key_U: None}
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in words:
            self.say(words[Qt.Key(event.key())])
        elif plain and event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to rest."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground, the name, the bar and the number."""
        colours = window_colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(QColor(colours.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        metrics = self.fontMetrics()
        end = self.width() - _MARKS - _GAP
        number_width = max(metrics.horizontalAdvance("100"), metrics.horizontalAdvance(self.line.text))
        name_width = min(130.0, 0.42 * end)
        bar = QRectF(_LEFT + name_width + _GAP, 0, 0, HEIGHT)
        bar.setRight(end - number_width - _GAP)
        self._paint_name(painter, QRectF(_LEFT, 0, name_width, HEIGHT))
        if self.line.share is not None:
            self._paint_bar(painter, bar)
        strong_text = self.line.holds and self.line.accepted is not False
        painter.setPen(QColor(colours.text if strong_text else colours.muted))
        number = QRectF(end - number_width, 0, number_width, HEIGHT)
        painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.line.text)

    def _paint_name(self, painter: QPainter, place: QRectF) -> None:
        colours = window_colours()
        holds = self.line.accepted if self.line.accepted is not None else self.line.holds
        painter.setPen(QColor(colours.text if holds else colours.muted))
        plain = painter.font()
        font = painter.font()
        font.setStrikeOut(self.line.accepted is False)
        font.setBold(self.line.accepted is True)
        painter.setFont(font)
        name = painter.fontMetrics().elidedText(
            self.line.name, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(plain)

    def _paint_bar(self, painter: QPainter, place: QRectF) -> None:
        colours = window_colours()
        groove = QRectF(place.left(), place.center().y() - 3, place.width(), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line if self.hasFocus() or self.underMouse() else colours.raised))
        painter.drawRoundedRect(groove, 3, 3)
        colour = strong(self.line.category, dark=colours is DARK)
        if self.line.accepted is False:
            colour = QColor(colours.muted)
        if self.line.accepted is False or not self.line.holds:
            colour.setAlphaF(0.45)
        if not self.line.share or self.line.share < _VISIBLE:
            colour.setAlpha(0)
        filled = QRectF(groove)
        filled.setWidth(max(6.0, groove.width() * min(1.0, self.line.share or 0.0)))
        painter.setBrush(colour)
        painter.drawRoundedRect(filled, 3, 3)
        if self.line.threshold is not None:
            x = groove.left() + groove.width() * min(1.0, self.line.threshold)
            painter.fillRect(QRectF(x - 0.75, groove.top() - 3, 1.5, 12), QColor(colours.text))

    def _pressed(self, *, accepts: bool) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.say(None if self.line.accepted is accepts else accepts)

    def _told(self) -> str:
        words = {True: self.tr("accepted"), False: self.tr("rejected"), None: self.tr("not decided")}
        return ", ".join(part for part in (self.line.name, self.line.text, words[self.line.accepted]) if part)

    def _tip(self) -> str:
        if self.line.threshold is None:
            return ""
        told = self.tr("Holds from %1 on").replace("%1", str(round(self.line.threshold * 100)))
        return tip(f"{self.line.name}  {self.line.text}\n{told}")
