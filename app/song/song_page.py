"""The page of one song: header, course, scores, similar songs, file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.song.file_facts import FileFacts
from app.song.header import Header
from app.song.reading import Alike, Sight
from app.song.scores import Scores
from app.song.similar import SimilarList
from app.song.timeline import TimelineView


class SongPage(QWidget):
    """Lays out the parts and joins their signals.

    Signals:
        decided(str, bool | None): a tag and the person's word.
        open_song(int), find(str): a similar song, or the query for more of them.
        play(float): from so many seconds on.
    """

    decided = Signal(str, object)
    open_song = Signal(int)
    find = Signal(str)
    play = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.track_id: int | None = None
        self.header, self.timeline, self.scores = Header(), TimelineView(), Scores()
        self.similar, self.facts = SimilarList(), FileFacts()
        self._near = QWidget()
        more = QPushButton(self.tr("Find more"))
        more.setToolTip(self.tr("Search for the songs that sound most like this one"))
        more.clicked.connect(lambda: self.find.emit(f"similar:{self.track_id}"))
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 2, 0)
        head.addWidget(_caption(self.tr("Sounds like")), 1)
        head.addWidget(more)
        near = QVBoxLayout(self._near)
        near.setContentsMargins(0, 12, 0, 0)
        near.setSpacing(4)
        near.addLayout(head)
        near.addWidget(self.similar)
        file_caption = _caption(self.tr("File"))
        file_caption.setContentsMargins(6, 12, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 14, 10, 14)
        layout.setSpacing(4)
        layout.addWidget(self.header)
        layout.addSpacing(8)
        for part in (self.timeline, self.scores, self._near, file_caption, self.facts):
            layout.addWidget(part)
        layout.addStretch(1)
        self.header.play.connect(lambda: self.play.emit(0.0))
        self.timeline.jumped.connect(self.play)
        self.scores.decided.connect(self.decided)
        self.similar.opened.connect(self.open_song)

    def show_sight(self, sight: Sight) -> None:
        """Show a song; the outline of one that was shown before stays."""
        detail = sight.detail
        if self.track_id != detail.row.id:
            self.track_id = detail.row.id
            self.timeline.show_song(sight.course, detail.row.seconds)
        else:
            self.timeline.set_course(sight.course)
        self.header.show_row(detail.row)
        self.scores.show_scores(detail.scores, genre=detail.row.genre, mood=detail.row.mood)
        self.facts.show_detail(detail)

    def show_similar(self, songs: tuple[Alike, ...]) -> None:
        """Show the songs that sound like this one."""
        self.similar.set_songs(songs)
        self._near.setVisible(bool(songs))


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    return label
