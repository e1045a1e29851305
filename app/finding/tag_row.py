"""One tag in the panel: wanted, excluded or left open, how many songs have it, and its threshold."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from app import theme
from app.finding.tag_terms import Choice
from app.icon_button import colours as current_colours
from app.texts import number, plural

HEIGHT = 28
_MARK = 15.0
_LEFT = 10.0


class TagButton(QAbstractButton):
    """The line of a tag; a press leads from open to wanted to excluded and back to open."""

    asked = Signal(object)

    def __init__(self, name: str, category: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._category = category
        self._wanted: bool | None = None
        self._count: int | None = None
        self._share = 0.0
        self.setText(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(
            self.tr("Press once to want it, again to exclude it, again to leave it open (+, -, Delete)")
        )
        self.clicked.connect(self._cycle)
        self._name()

    def set_wanted(self, wanted: bool | None) -> None:
        """Show whether the tag is wanted, excluded or open."""
        self._wanted = wanted
        self._name()
        self.update()

    def set_count(self, count: int | None, most: int) -> None:
        """Show how many songs of the result have the tag; the bar is their share of the most frequent tag."""
        share = count / most if count and most else 0.0
        if (count, share) == (self._count, self._share):
            return
        self._count, self._share = count, share
        self._name()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all tags."""
        return QSize(160, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Want with +, exclude with -, leave open with Delete; arrows walk through the tags."""
        asked = {"+": True, "-": False}.get(event.text())
        if asked is not None:
            self.asked.emit(asked)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.asked.emit(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the mark, the name, the bar and the count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(2, 1, -2, -1)
        colours = current_colours()
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._paint_mark(painter, QRectF(_LEFT, self.height() / 2 - _MARK / 2, _MARK, _MARK))
        self._paint_texts(painter, room)

    def _paint_mark(self, painter: QPainter, place: QRectF) -> None:
        colours = current_colours()
        ground, text = theme.chip_colours(self._category, dark=colours is theme.DARK)
        place = place.adjusted(0.5, 0.5, -0.5, -0.5)
        if self._wanted is None:
            painter.setPen(QPen(QColor(colours.muted), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, 4, 4)
            return
        painter.setPen(QPen(text if self._wanted else QColor(colours.danger), 1.2))
        painter.setBrush(ground if self._wanted else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 4, 4)
        stroke = QPen(text if self._wanted else QColor(colours.danger), 1.8)
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(stroke)
        middle = place.center()
        if self._wanted:
            corner = middle + QPointF(-0.8, 2.8)
            painter.drawLine(middle + QPointF(-3.4, 0.2), corner)
            painter.drawLine(corner, middle + QPointF(3.6, -2.8))
        else:
            painter.drawLine(middle + QPointF(-3.2, 0), middle + QPointF(3.2, 0))

    def _paint_texts(self, painter: QPainter, room: QRectF) -> None:
        colours = current_colours()
        muted = QColor(colours.muted)
        count = "" if self._count is None else number(self._count)
        metrics = self.fontMetrics()
        right = room.adjusted(0, 0, -8, 0)
        painter.setPen(muted)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        left = _LEFT + _MARK + 9
        name_room = QRectF(
            left, 0, right.right() - left - metrics.horizontalAdvance(count) - 8, self.height()
        )
        if self._share:
            ground, _ = theme.chip_colours(self._category, dark=colours is theme.DARK)
            painter.fillRect(
                QRectF(left, self.height() - 4.0, (right.right() - left) * self._share, 2), ground
            )
        painter.setPen(muted if self._count == 0 else QColor(colours.text))
        font = painter.font()
        font.setStrikeOut(self._wanted is False)
        painter.setFont(font)
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, int(name_room.width()))
        painter.drawText(name_room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _cycle(self) -> None:
        self.asked.emit({None: True, True: False, False: None}[self._wanted])

    def _name(self) -> None:
        states = {None: self.tr("open"), True: self.tr("wanted"), False: self.tr("excluded")}
        songs = "" if self._count is None else plural(self.tr("%n song(s)", "", self._count), self._count)
        told = [self.text(), states[self._wanted], songs]
        self.setAccessibleName(", ".join(part for part in told if part))


class TagRow(QWidget):
    """A tag's line and, while the query speaks of it, its threshold."""

    chosen = Signal(str, object)

    def __init__(self, name: str, category: str, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.category = name, category
        self._own = threshold
        self._choice: Choice | None = None
        self.button = TagButton(name, category, self)
        self.button.asked.connect(self._asked)
        self._slider: ThresholdSlider | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.button)

    @property
    def choice(self) -> Choice | None:
        """What the query says of the tag."""
        return self._choice

    def set_choice(self, choice: Choice | None) -> None:
        """Show what the query says of the tag; nothing is emitted."""
        if choice == self._choice:
            return
        self._choice = choice
        self.button.set_wanted(None if choice is None else choice.wanted)
        if choice is not None and self._slider is None:
            self._make_slider()
        if self._slider is not None:
            self._threshold.setVisible(choice is not None)
            if choice is not None:
                self._show_threshold(self._own if choice.threshold is None else choice.threshold)

    def _make_slider(self) -> None:
        self._threshold = QWidget(self)
        line = QHBoxLayout(self._threshold)
        line.setContentsMargins(int(_LEFT + _MARK) + 9, 0, 10, 6)
        line.setSpacing(8)
        self._slider = ThresholdSlider(Qt.Orientation.Horizontal, self._threshold)
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(self.tr("Threshold of %1 in hundredths").replace("%1", self.name))
        self._value = QLabel(self._threshold)
        self._value.setProperty("role", "muted")
        self._value.setMinimumWidth(self.fontMetrics().horizontalAdvance("≥ 0.00"))
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._slider, 1)
        line.addWidget(self._value)
        self._layout.addWidget(self._threshold)
        self._slider.valueChanged.connect(self._slid)

    def _show_threshold(self, threshold: float) -> None:
        if self._slider is None:
            return
        self._slider.blockSignals(True)
        self._slider.setValue(round(threshold * 100))
        self._slider.blockSignals(False)
        self._tell(threshold)

    def _tell(self, threshold: float) -> None:
        excluded = self._choice is not None and not self._choice.wanted
        self._value.setText(f"{'<' if excluded else '≥'} {threshold:.2f}")
        own = self.tr("The model's own threshold is %1").replace("%1", f"{self._own:.2f}")
        self._threshold.setToolTip(own)

    def _slid(self, hundredths: int) -> None:
        if self._choice is None:
            return
        own = hundredths == round(self._own * 100)
        self._choice = Choice(self._choice.wanted, None if own else hundredths / 100)
        self._tell(hundredths / 100)
        self.chosen.emit(self.name, self._choice)

    def _asked(self, wanted: bool | None) -> None:
        kept = self._choice.threshold if self._choice is not None else None
        self.chosen.emit(self.name, None if wanted is None else Choice(wanted, kept))


class ThresholdSlider(QSlider):
    """A slider in a list that is scrolled: the wheel is the list's."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the threshold as it is."""
        event.ignore()
