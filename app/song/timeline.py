"""The course through a song: its outline, below it a line for each tag, both to jump into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.icon_button import colours as window_colours
from app.song import drawing
from app.song.course import Course
from app.song.elided import tip
from app.theme import DARK
from tagger_core.audio.peaks import Peaks
from tagger_core.durations import clock

WAVE, RULER, ROW = 46, 16, 17
_LABELS = 98
_MARGIN = 6
_KEYS = {
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter),
}
_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)


class TimelineView(QWidget):
    """Emits where the person wants to hear the song, in seconds.

    Signals:
        jumped(float): by click, or by Enter where the arrows have led.
    """

    jumped = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course: Course | None = None
        self._peaks: Peaks | None = None
        self._seconds = 0.0
        self._playhead: float | None = None
        self._cursor: float | None = None
        self._heat: tuple[int, bool, QImage] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    def show_song(self, course: Course | None, seconds: float | None) -> None:
        """Show another song; its outline comes later."""
        self._course, self._heat, self._peaks = course, None, None
        self._seconds = course.seconds if course else seconds or 0.0
        self._playhead = self._cursor = None
        self.updateGeometry()
        self._tell()
        self.update()

    def set_course(self, course: Course | None) -> None:
        """Show other tags of the same song."""
        self._course, self._heat = course, None
        self._seconds = course.seconds if course else self._seconds
        self.updateGeometry()
        self.update()

    def set_peaks(self, peaks: Peaks | None) -> None:
        """Show the song's outline; None where it could not be decoded."""
        self._peaks = peaks
        if peaks is not None and self._course is None:
            self._seconds = max(self._seconds, peaks.seconds)
        self.update()

    def set_playhead(self, seconds: float | None) -> None:
        """Show where the song is being played, None where it is not."""
        if seconds != self._playhead:
            self._playhead = seconds
            self.update()

    def seconds_at(self, x: float) -> float:
        """Return the time at a place across the widget."""
        plot = self._plot()
        share = (x - plot.left()) / max(1.0, plot.width())
        return min(1.0, max(0.0, share)) * self._seconds

    def x_of(self, seconds: float) -> float:
        """Return the place of a time across the widget."""
        plot = self._plot()
        return plot.left() + plot.width() * (seconds / self._seconds if self._seconds else 0.0)

    def told_at(self, place: QPointF) -> str:
        """Return what lies at a place: tag, score and time."""
        seconds = self.seconds_at(place.x())
        row = self._row_at(place.y())
        if self._course is None or row is None:
            return clock(seconds)
        score = round(self._course.score(row, seconds) * 100)
        at = self.tr("%1 at %2").replace("%2", clock(seconds))
        return at.replace("%1", f"{self._course.tags[row].name}  {score}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of outline, tags and ruler."""
        rows = len(self._course.tags) if self._course else 0
        return QSize(_LABELS + 200, WAVE + 4 + rows * ROW + RULER)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Keep the height; give way across."""
        return QSize(_LABELS + 60, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Jump to where was pressed."""
        if (
            event.button() == Qt.MouseButton.LeftButton
            and self._seconds
            and event.position().x() >= self._plot().left()
        ):
            self._cursor = self.seconds_at(event.position().x())
            self.jumped.emit(self._cursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell what is under the pointer."""
        if not self._seconds or event.position().x() < self._plot().left():
            self.setCursor(Qt.CursorShape.ArrowCursor)
            QToolTip.hideText()
            return
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        below = event.globalPosition().toPoint() + QPoint(12, 12)
        QToolTip.showText(below, tip(self.told_at(event.position())), self)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move and jump from being shortcuts of what is around."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in _KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move by window with the arrows, to the ends with Home and End; jump with Enter."""
        if not self._seconds:
            super().keyPressEvent(event)
            return
        at = self._cursor if self._cursor is not None else self._playhead or 0.0
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._cursor = self._step(at, 1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Home:
                self._cursor = 0.0
            case Qt.Key.Key_End:
                self._cursor = self._step(self._seconds, -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.jumped.emit(at)
            case _:
                super().keyPressEvent(event)
                return
        self._tell()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the tags anew for another width."""
        self._heat = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the tags anew in the colours of another theme."""
        self._heat = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint outline, tags, ruler, playhead and cursor."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_outline(painter)
        self._paint_tags(painter)
        self._paint_ruler(painter)
        self._paint_needles(painter)

    def _paint_outline(self, painter: QPainter) -> None:
        colours, plot = window_colours(), self._plot()
        middle = WAVE / 2
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(plot.left(), middle), QPointF(plot.right(), middle))
        if self._peaks is None or not self._seconds:
            return
        width = int(plot.width())
        lines = drawing.outline_lines(self._peaks, self._seconds, left=plot.left(), width=width, height=WAVE)
        played = 0 if self._playhead is None else max(0, round(self.x_of(self._playhead) - plot.left()))
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.drawLines(lines[:played])
        rest = QColor(colours.muted)
        rest.setAlphaF(0.55)
        painter.setPen(QPen(rest, 1))
        painter.drawLines(lines[played:])

    def _paint_tags(self, painter: QPainter) -> None:
        if self._course is None or not self._course.tags:
            return
        colours, plot = window_colours(), self._plot()
        image = self._heat_of(int(plot.width()))
        metrics = painter.fontMetrics()
        for row, tag in enumerate(self._course.tags):
            top = WAVE + 4 + row * ROW
            painter.drawImage(
                QRectF(plot.left(), top, plot.width(), ROW - 2), image, QRectF(0, row, image.width(), 1)
            )
            painter.setPen(QColor(colours.text if tag.holds else colours.muted))
            name = metrics.elidedText(tag.name, Qt.TextElideMode.ElideRight, _LABELS - 2 * _MARGIN)
            place = QRectF(_MARGIN, top, _LABELS - 2 * _MARGIN, ROW - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_ruler(self, painter: QPainter) -> None:
        colours, plot = window_colours(), self._plot()
        if not self._seconds:
            return
        painter.setPen(QColor(colours.muted))
        room = painter.fontMetrics().horizontalAdvance("00:00") + 14
        most = max(1, int(plot.width() // room))
        step = next((step for step in _STEPS if self._seconds / step <= most), _STEPS[-1] * 4)
        top = self.height() - RULER
        for count in range(int(self._seconds // step) + 1):
            x = self.x_of(count * step)
            label = clock(count * step)
            width = painter.fontMetrics().horizontalAdvance(label)
            left = min(max(plot.left(), x - width / 2), plot.right() - width)
            painter.drawText(QRectF(left, top, width + 2, RULER), Qt.AlignmentFlag.AlignBottom, label)

    def _paint_needles(self, painter: QPainter) -> None:
        colours = window_colours()
        bottom = self.height() - RULER
        if self._playhead is not None and self._seconds:
            painter.fillRect(QRectF(self.x_of(self._playhead) - 1, 0, 2, bottom), QColor(colours.accent))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            if self._cursor is not None and self._seconds:
                painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DashLine))
                x = self.x_of(self._cursor)
                painter.drawLine(QPointF(x, 0), QPointF(x, bottom))

    def _heat_of(self, width: int) -> QImage:
        colours = window_colours()
        dark = colours is DARK
        if self._course is not None and (self._heat is None or self._heat[:2] != (width, dark)):
            ground = QColor(colours.raised if not dark else colours.field)
            self._heat = (width, dark, drawing.heat(self._course, max(1, width), ground, dark=dark))
        return self._heat[2] if self._heat is not None else QImage()

    def _plot(self) -> QRectF:
        left = _LABELS if self._course is not None and self._course.tags else _MARGIN
        return QRectF(left, 0, max(1, self.width() - left - _MARGIN), WAVE)

    def _row_at(self, y: float) -> int | None:
        row = int((y - WAVE - 4) // ROW)
        return row if self._course is not None and 0 <= row < len(self._course.tags) else None

    def _step(self, at: float, way: int) -> float:
        if self._course is None:
            return min(self._seconds, max(0.0, at + 5.0 * way))
        window = self._course.window(at) + way
        starts = self._course.starts
        return float(starts[min(max(window, 0), len(starts) - 1)])

    def _tell(self) -> None:
        name = self.tr("Course through the song")
        at = "" if self._cursor is None else ", " + clock(self._cursor)
        self.setAccessibleName(name + at)
        self.setAccessibleDescription(self.tr("Arrows move by a window, Enter plays from there"))
