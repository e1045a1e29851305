"""The questions in order, with what was answered: an item model and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.deciding.reading import Question
from app.icon_button import colours as window_colours
from app.song.elided import tip
from app.song.marks import paint_cross, paint_tick
from app.songs import chips
from app.theme import DARK
from tagger_core.errors import shown
from tagger_core.library.records import TagScore

HEIGHT = 46
QuestionRole = Qt.ItemDataRole.UserRole
AnswerRole = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class Queue(QAbstractListModel):
    """Questions, and for those answered True, False, or "skipped"."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions: list[Question] = []
        self._answers: list[bool | str | None] = []

    def clear(self) -> None:
        """Have no questions."""
        self.beginResetModel()
        self._questions, self._answers = [], []
        self.endResetModel()

    def append(self, questions: Sequence[Question]) -> None:
        """Put questions behind the others."""
        if not questions:
            return
        first = len(self._questions)
        self.beginInsertRows(QModelIndex(), first, first + len(questions) - 1)
        self._questions += questions
        self._answers += [None] * len(questions)
        self.endInsertRows()

    def question(self, row: int) -> Question | None:
        """Return a question, None outside."""
        return self._questions[row] if 0 <= row < len(self._questions) else None

    def answer(self, row: int, said: bool | str | None) -> None:
        """Keep what was answered; None for nothing."""
        self._answers[row] = said
        self.dataChanged.emit(self.index(row), self.index(row), [AnswerRole])

    def rows_of(self, track_ids: Sequence[int], tag: str) -> list[int]:
        """Return where the questions on a tag of these songs stand."""
        wanted = set(track_ids)
        return [
            row
            for row, question in enumerate(self._questions)
            if question.pair.tag == tag and question.pair.track_id in wanted
        ]

    def next_open(self, row: int) -> int | None:
        """Return the first question from a row on that is not answered, None if there is none."""
        return next((at for at in range(max(row, 0), len(self._answers)) if self._answers[at] is None), None)

    def counts(self) -> tuple[int, int]:
        """Return how many questions are decided, and how many have no answer at all."""
        decided = sum(isinstance(said, bool) for said in self._answers)
        return decided, sum(said is None for said in self._answers)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many questions there are."""
        return 0 if parent.isValid() else len(self._questions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a question as a line of text, or whole; or its answer."""
        if not index.isValid() or not 0 <= index.row() < len(self._questions):
            return None
        question, said = self._questions[index.row()], self._answers[index.row()]
        if role == QuestionRole:
            return question
        if role == AnswerRole:
            return said
        text = f"{question.pair.tag}: {title(question)}, {question.row.artist}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(text)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            words = {True: self.tr("accepted"), False: self.tr("rejected"), "skipped": self.tr("skipped")}
            return f"{text}, {words[said]}" if said is not None else text
        return None


class QueueDelegate(QStyledItemDelegate):
    """Chip and song of a question; a tick, a cross or a dash once it is answered."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all."""
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a question."""
        question, said = index.data(QuestionRole), index.data(AnswerRole)
        if not isinstance(question, Question):
            return
        colours = window_colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(option.rect).adjusted(4.5, 1.5, -4.5, -1.5)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setPen(QPen(QColor(colours.accent), 1) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection if chosen else colours.raised))
            painter.drawRoundedRect(place, 6, 6)
        room = place.adjusted(10, 0, -10, 0)
        self._paint_answer(painter, said, QPointF(room.right() - 6, room.center().y()))
        room.setRight(room.right() - 22)
        font = QFont(option.font)
        font.setPixelSize(11)
        tag = TagScore(
            question.pair.tag, question.pair.category, question.pair.score, question.pair.threshold
        )
        chip = next(chips.layout([tag], room.adjusted(0, 0, 1000, 0), QFontMetricsF(font)))[1]
        chip.setWidth(min(chip.width(), room.width() * 0.45))
        chip.moveLeft(room.right() - chip.width())
        painter.setOpacity(1.0 if said is None else 0.6)
        painter.setClipRect(place)
        chips.paint(painter, tag, chip, font, dark=colours is DARK)
        room.setRight(chip.left() - 10)
        lines = [(title(question), colours.text), (question.row.artist, colours.muted)]
        lines = [line for line in lines if line[0]]
        half = room.height() / len(lines)
        nearer = (2, -2) if len(lines) == 2 else (0,)
        for at, (text, colour) in enumerate(lines):
            painter.setPen(QColor(colour))
            elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            line = QRectF(room.left(), room.top() + at * half + nearer[at], room.width(), half)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    @staticmethod
    def _paint_answer(painter: QPainter, said: object, middle: QPointF) -> None:
        colours = window_colours()
        if said is True:
            paint_tick(painter, middle, QColor(colours.good), 5)
        elif said is False:
            paint_cross(painter, middle, QColor(colours.danger), 4)
        elif said is not None:
            painter.setPen(QPen(QColor(colours.muted), 1.7))
            painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))


def title(question: Question) -> str:
    """Return a question's song by title, or by its file's name where it has none."""
    return question.row.title or shown(question.row.path.stem)
