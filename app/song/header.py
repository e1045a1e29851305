"""Who a song is by: picture, title, artist, album, year; and the button that plays it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.icon_button import IconButton
from tagger_core.errors import shown
from tagger_core.library.records import TrackRow

SIDE = 84
_ROUND = 6.0


class Cover(QWidget):
    """A picture with round corners; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(self.tr("Cover"))
        self.hide()

    def set_image(self, image: QImage | None) -> None:
        """Show a picture, or none."""
        self._image = image
        self.setVisible(image is not None)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the one size."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the middle square of the picture."""
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _ROUND, _ROUND)
        painter.setClipPath(shape)
        side = min(self._image.width(), self._image.height())
        left, top = (self._image.width() - side) / 2, (self._image.height() - side) / 2
        painter.drawImage(QRectF(self.rect()), self._image, QRectF(left, top, side, side))


class Header(QWidget):
    """The top of the panel.

    Signals:
        play: from the beginning.
    """

    play = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cover = Cover(self)
        self._title = _line("heading")
        self._artist, self._album = _line(""), _line("muted")
        self._play = IconButton("play", self.tr("Play this song"), self)
        self._play.clicked.connect(self.play)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._artist)
        texts.addWidget(self._album)
        texts.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 2, 0)
        layout.setSpacing(12)
        layout.addWidget(self.cover, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(self._play, 0, Qt.AlignmentFlag.AlignTop)

    def show_row(self, row: TrackRow) -> None:
        """Show a song; its picture comes later."""
        self._title.setText(row.title or shown(row.path.stem))
        self._artist.setText(row.artist)
        more = (row.album, str(row.year) if row.year else "")
        self._album.setText("  ·  ".join(part for part in more if part))
        self._artist.setVisible(bool(row.artist))
        self._play.setEnabled(not row.missing)

    def show_text(self, title: str, below: str) -> None:
        """Show something that is no single song."""
        self.cover.set_image(None)
        self._title.setText(title)
        self._artist.hide()
        self._album.setText(below)

    def playable(self, *, shown: bool) -> None:
        """Offer to play, or not."""
        self._play.setVisible(shown)


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a file's tags may hold anything
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
