"""Songs that sound like the one shown: a short list to open from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import theme
from app.song.elided import tip
from app.song.reading import Alike
from app.songs.delegate import is_dark
from tagger_core.errors import shown

HEIGHT = 40
AlikeRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class SimilarModel(QAbstractListModel):
    """The nearest songs, nearest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._songs: tuple[Alike, ...] = ()

    def set_songs(self, songs: tuple[Alike, ...]) -> None:
        """Show other songs."""
        self.beginResetModel()
        self._songs = songs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many songs there are."""
        return 0 if parent.isValid() else len(self._songs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a song as one line of text, or whole."""
        if not index.isValid() or not 0 <= index.row() < len(self._songs):
            return None
        song = self._songs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{title(song)}, {song.row.artist}, {percent(song)}"
            case Qt.ItemDataRole.ToolTipRole:
                return tip(f"{title(song)}\n{song.row.artist}\n{song.row.album}")
            case _:
                return song if role == AlikeRole else None


class SimilarDelegate(QStyledItemDelegate):
    """Title over artist, the likeness on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return one height for all."""
        return QSize(120, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a song."""
        song = index.data(AlikeRole)
        if not isinstance(song, Alike):
            return
        colours = theme.DARK if is_dark(option) else theme.LIGHT
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and bool(
            option.state & QStyle.StateFlag.State_Active
        )
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(colours.accent), 1) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        room = QRectF(option.rect).adjusted(6, 3, -8, -3)
        painter.setPen(QColor(colours.muted))
        right = percent(song)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        room.setRight(room.right() - option.fontMetrics.horizontalAdvance(right) - 10)
        half = room.height() / 2
        lines = (
            (title(song), option.palette.color(QPalette.ColorRole.Text)),
            (song.row.artist, QColor(colours.muted)),
        )
        for place, (text, colour) in enumerate(lines):
            painter.setPen(colour)
            elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            line = QRectF(room.left(), room.top() + place * half, room.width(), half)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


class SimilarList(QListView):
    """As high as its songs; opens one by click or Enter.

    Signals:
        opened(int): the id of a song.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side")
        self.setAccessibleName(self.tr("Similar songs"))
        self.setItemDelegate(SimilarDelegate(self))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._songs = SimilarModel(self)
        self.setModel(self._songs)
        self.clicked.connect(self._open)
        self.set_songs(())

    def set_songs(self, songs: tuple[Alike, ...]) -> None:
        """Show other songs."""
        self._songs.set_songs(songs)
        self.setFixedHeight(len(songs) * HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the current song with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        song = index.data(AlikeRole)
        if isinstance(song, Alike):
            self.opened.emit(song.row.id)


def title(song: Alike) -> str:
    """Return a song's title, or its file's name where it has none."""
    return song.row.title or shown(song.row.path.stem)


def percent(song: Alike) -> str:
    """Return a likeness in hundredths; less than nothing is nothing."""
    return f"{max(0, round(song.similarity * 100))} %"
