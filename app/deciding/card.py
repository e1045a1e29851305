"""The question that is to be answered now: the tag, the song, where in it the tag is, and the answers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.deciding.queue import title
from app.deciding.reading import Look, Question
from app.icon_button import IconButton
from app.icon_button import colours as window_colours
from app.song.shades import strong
from app.song.timeline import TimelineView
from app.theme import DARK
from tagger_core.durations import clock
from tagger_core.library.review import Pair

_WIDTH = 560
_NARROWEST = 104  # pixels of an answer, however short its word


class Card(QFrame):
    """Shows a question; tells what was answered.

    Signals:
        answered(bool | None): accepted, rejected, or None for skipped.
        undone: the last answer is to be taken back.
        play(float): the song, from so many seconds on.
    """

    answered = Signal(object)
    undone = Signal()
    play = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = 0.0
        self.setProperty("role", "card")
        self.setMaximumWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._make_parts()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 24)
        layout.setSpacing(6)
        layout.addWidget(self._tag)
        layout.addSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._by)
        layout.addSpacing(12)
        layout.addWidget(self._measure)
        layout.addSpacing(8)
        layout.addWidget(self.timeline)
        layout.addLayout(self._listening())
        layout.addSpacing(14)
        layout.addLayout(self._answers())
        layout.addSpacing(4)
        layout.addLayout(self._taking_back())

    def show_question(self, question: Question) -> None:
        """Show a question; where its tag is in the song comes later."""
        pair, row = question.pair, question.row
        self._tag.show_pair(pair)
        self._title.setText(title(question))
        more = (row.artist, row.album, str(row.year) if row.year else "")
        self._by.setText("  ·  ".join(part for part in more if part))
        self._measure.show_pair(pair)
        self.timeline.show_song(None, row.seconds)
        self._start = 0.0
        self._from.setText("")
        self.setAccessibleName(
            self.tr("Is “%1” right for %2?").replace("%1", pair.tag).replace("%2", title(question))
        )

    def show_look(self, look: Look) -> None:
        """Show where the tag is in the song."""
        self.timeline.set_course(look.course)
        self._start = look.start
        self._from.setText(self.tr("strongest at %1").replace("%1", clock(look.start)) if look.course else "")

    def can_undo(self, *, possible: bool) -> None:
        """Offer to take an answer back, or not."""
        self._undo.setEnabled(possible)

    def _make_parts(self) -> None:
        self._tag, self._measure = TagSign(self), Measure(self)
        self._title, self._by = QLabel(self), QLabel(self)
        self._title.setProperty("role", "title")
        self._by.setProperty("role", "muted")
        for label in (self._title, self._by):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.timeline = TimelineView(self)
        self.timeline.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.timeline.jumped.connect(self.play)

    def _listening(self) -> QHBoxLayout:
        button = IconButton("play", self.tr("Play where the tag is strongest (Space)"), self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.play.emit(self._start))
        self._from = QLabel(self)
        self._from.setProperty("role", "muted")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addStretch(1)
        line.addWidget(button)
        line.addWidget(self._from)
        line.addStretch(1)
        return line

    def _answers(self) -> QHBoxLayout:
        self.reject = QPushButton(self.tr("← Reject (R)"), self)
        self.reject.clicked.connect(lambda: self.answered.emit(False))
        self.skip = QPushButton(self.tr("↓ Skip (S)"), self)
        self.skip.clicked.connect(lambda: self.answered.emit(None))
        self.accept = QPushButton(self.tr("Accept (A) →"), self)
        self.accept.setProperty("role", "primary")
        self.accept.clicked.connect(lambda: self.answered.emit(True))
        line = QHBoxLayout()
        line.setSpacing(10)
        for button in (self.reject, self.skip, self.accept):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.ensurePolished()  # before it knows the style sheet it would be narrower
            button.setMinimumWidth(max(_NARROWEST, button.sizeHint().width()))
            line.addWidget(button, 1)
        return line

    def _taking_back(self) -> QHBoxLayout:
        """Return a line of its own: in German there is no room for it beside the answers."""
        self._undo = QPushButton(self.tr("Undo (Z)"), self)
        self._undo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._undo.clicked.connect(self.undone)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._undo)
        line.addStretch(1)
        return line


class TagSign(QWidget):
    """The tag, large, in the colours of its category."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: Pair | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pair(self, pair: Pair) -> None:
        """Show a tag."""
        self._pair = pair
        self.setAccessibleName(pair.tag)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of a large chip."""
        return QSize(200, 44)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the chip in the middle."""
        if self._pair is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(20)
        font.setBold(True)
        painter.setFont(font)
        ground, text = theme.chip_colours(self._pair.category, dark=window_colours() is DARK)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(self._pair.tag, Qt.TextElideMode.ElideRight, self.width() - 48)
        width = metrics.horizontalAdvance(name) + 44
        place = QRectF((self.width() - width) / 2, 1, width, self.height() - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        painter.setPen(text)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)


class Measure(QWidget):
    """The score on a scale with its threshold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: Pair | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pair(self, pair: Pair) -> None:
        """Show a score."""
        self._pair = pair
        self.setAccessibleName(self._told())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of bar and words."""
        return QSize(200, 34)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the bar, the threshold, and both in words."""
        if self._pair is None:
            return
        colours = window_colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(0, 4, self.width(), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(groove, 4, 4)
        painter.setBrush(strong(self._pair.category, dark=colours is DARK))
        painter.drawRoundedRect(QRectF(0, 4, max(8.0, groove.width() * self._pair.score), 8), 4, 4)
        x = groove.width() * self._pair.threshold
        painter.fillRect(QRectF(x - 1, 0, 2, 16), QColor(colours.text))
        painter.setPen(QPen(QColor(colours.muted)))
        painter.drawText(QRectF(0, 16, self.width(), 18), Qt.AlignmentFlag.AlignCenter, self._told())

    def _told(self) -> str:
        if self._pair is None:
            return ""
        score, threshold = round(self._pair.score * 100), round(self._pair.threshold * 100)
        told = self.tr("heard with %1, holds from %2 on")
        return told.replace("%1", str(score)).replace("%2", str(threshold))
