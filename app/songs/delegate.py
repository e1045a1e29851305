"""Paints the cell of heard tags as chips, the state as a coloured word, the rest as Qt does."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app import theme
from app.songs import chips
from app.songs.columns import COLUMNS, STATE, TAGS
from app.songs.model import RowRole
from tagger_core.library.records import TagScore, TrackRow

ROW_HEIGHT = 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class SongDelegate(QStyledItemDelegate):
    """The look of a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all rows, so that 100,000 of them need no measuring."""
        return QSize(80, ROW_HEIGHT)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        """Grey what is missing or not heard yet; leave the chips' cell empty for `paint`.

        Qt's own would ask the model for nine roles of each cell, of which it has two.
        """
        row = index.data(RowRole)
        column = COLUMNS[index.column()].key
        option.index = index
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay
        option.displayAlignment = _RIGHT if COLUMNS[index.column()].right else _LEFT
        if column == TAGS:
            option.text = self._why_none(row) if isinstance(row, TrackRow) else ""
        else:
            option.text = index.data() or ""
        if isinstance(row, TrackRow) and row.missing:
            muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
            option.palette.setColor(QPalette.ColorRole.Text, muted)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, muted)
        elif column in (STATE, TAGS) and isinstance(row, TrackRow):
            colours = theme.DARK if is_dark(option) else theme.LIGHT
            colour = QColor(colours.danger if row.problem else colours.muted)
            option.palette.setColor(QPalette.ColorRole.Text, colour)
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def _why_none(self, row: TrackRow) -> str:
        """Return what stands instead of chips, empty where there are some or where nothing holds."""
        if row.tags or row.analysed:
            return ""
        return row.problem or self.tr("not heard yet")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        option.state &= (
            ~QStyle.StateFlag.State_HasFocus
        )  # the row's colour tells; no dotted frame round a cell
        super().paint(painter, option, index)
        row = index.data(RowRole)
        if COLUMNS[index.column()].key != TAGS or not isinstance(row, TrackRow):
            return
        font = chip_font(option)
        for tag, place in chips.layout(_shown(row), _room(option), QFontMetricsF(font)):
            chips.paint(painter, tag, place, font, dark=is_dark(option), holds=bool(row.tags))

    def helpEvent(  # noqa: N802 - Qt's name
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Tell all tags of a song, also those that the column has no room for."""
        row = index.data(RowRole)
        if COLUMNS[index.column()].key == TAGS and isinstance(row, TrackRow) and _shown(row):
            lines = [chips.label(tag) for tag in _shown(row)]
            if not row.tags:
                lines.insert(0, self.tr("No tag holds; the nearest are:"))
            QToolTip.showText(event.globalPos(), "\n".join(lines), view)
            return True
        return super().helpEvent(event, view, option, index)


def tag_at(option: QStyleOptionViewItem, row: TrackRow, position: QPointF) -> TagScore | None:
    """Return the tag whose chip lies under a position in the cell."""
    for tag, place in chips.layout(_shown(row), _room(option), QFontMetricsF(chip_font(option))):
        if place.contains(position):
            return tag
    return None


def chip_font(option: QStyleOptionViewItem) -> QFont:
    """Return the font of chips: a little smaller than the row's."""
    font = QFont(option.font)
    font.setPixelSize(11)
    font.setWeight(QFont.Weight.Medium)
    return font


def is_dark(option: QStyleOptionViewItem) -> bool:
    """Return whether the cell's ground is dark."""
    return option.palette.color(QPalette.ColorRole.Base).lightness() < 128


def _shown(row: TrackRow) -> tuple[TagScore, ...]:
    return row.tags or row.nearest


def _room(option: QStyleOptionViewItem) -> QRectF:
    return QRectF(option.rect).adjusted(8, 0, -4, 0)
