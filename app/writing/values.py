"""The values of a field before and after, told and painted so that nobody needs to see colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.icon_button import colours
from app.theme import Colours
from tagger_core.errors import shown
from tagger_core.metadata.fields import Field

PiecesRole = Qt.ItemDataRole.UserRole + 20
ROW_HEIGHT = 28
MINUS = "\N{MINUS SIGN}"
_LONGEST = 300
_GAP = 8

translate = QCoreApplication.translate
Index = QModelIndex | QPersistentModelIndex


class Piece(NamedTuple):
    """One value; `kind` is "kept", "removed", "added" or "muted"."""

    text: str
    kind: str


def before(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return the values that a field has, those that go marked so."""
    if not old:
        return (Piece(translate("Values", "empty"), "muted"),)
    return tuple(Piece(_short(value), "kept" if value in new else "removed") for value in old)


def after(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return the values that a field shall have, those that come marked so."""
    if not new:
        return (Piece(translate("Values", "empty"), "muted"),)
    return tuple(Piece(_short(value), "kept" if value in old else "added") for value in new)


def as_text(pieces: Sequence[Piece]) -> str:
    """Return pieces as plain text: "+ Jazz", and a minus before what goes."""
    signs = {"removed": f"{MINUS} ", "added": "+ "}
    return "; ".join(signs.get(piece.kind, "") + piece.text for piece in pieces)


def as_speech(pieces: Sequence[Piece]) -> str:
    """Return pieces for a screen reader: "removed: Rock"."""
    words = {"removed": translate("Values", "removed: %1"), "added": translate("Values", "added: %1")}
    return "; ".join(words.get(piece.kind, "%1").replace("%1", piece.text) for piece in pieces)


def cell(pieces: Sequence[Piece], role: int) -> Any:
    """Return what a model tells of a cell with values in a role."""
    if role == PiecesRole:
        return pieces
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        return as_text(pieces)
    return as_speech(pieces) if role == Qt.ItemDataRole.AccessibleTextRole else None


def field_name(field: Field | str) -> str:
    """Return what people call a field."""
    names = {
        "genre": translate("Values", "Genre"),
        "mood": translate("Values", "Mood"),
        "grouping": translate("Values", "Grouping"),
        "itunes_grouping": translate("Values", "Grouping (iTunes)"),
        "comment": translate("Values", "Comment"),
        "key": translate("Values", "Key"),
        "bpm": translate("Values", "BPM"),
    }
    known = Field(field) if isinstance(field, str) else field
    return known.custom_name if known.is_custom else names.get(known.name, known.name)


class ValuesDelegate(QStyledItemDelegate):
    """Paints `PiecesRole`: what goes struck through behind a minus, what comes bold behind a plus."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all rows."""
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell; one without pieces as Qt does."""
        option.state &= ~QStyle.StateFlag.State_HasFocus
        pieces = index.data(PiecesRole)
        if not pieces:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setClipRect(option.rect)
        _paint_pieces(painter, option.rect.adjusted(8, 0, -6, 0), option.font, pieces, colours())
        painter.restore()


def _paint_pieces(
    painter: QPainter, room: QRect, font: QFont, pieces: Sequence[Piece], colours: Colours
) -> None:
    looks = {
        "kept": ("", colours.text), "removed": (f"{MINUS} ", colours.danger), "added": ("+ ", colours.good),
        "muted": ("", colours.muted),
    }  # fmt: skip
    left = room.left()
    for piece in pieces:
        sign, colour = looks[piece.kind]
        piece_font = QFont(font)
        piece_font.setBold(piece.kind == "added")
        piece_font.setItalic(piece.kind == "muted")
        painter.setPen(QColor(colour))
        for text, is_struck in ((sign, False), (piece.text, piece.kind == "removed")):
            piece_font.setStrikeOut(is_struck)
            metrics = QFontMetrics(piece_font)
            fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room.right() - left))
            painter.setFont(piece_font)
            place = QRect(left, room.top(), room.right() - left + 1, room.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
            left += metrics.horizontalAdvance(text)
        left += _GAP
        if left >= room.right():
            return


def _short(value: str) -> str:
    return shown(value) if len(value) <= _LONGEST else f"{shown(value[:_LONGEST])}…"
