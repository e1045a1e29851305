"""The page of several songs: which tags they share, to be accepted or rejected for all of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.song.header import Header
from app.song.reading import Common, Selection
from app.song.score_row import Line
from app.song.sections import Section
from app.texts import number, plural

_SHOWN = 14


class ManyPage(QWidget):
    """Tags by how many of the songs have them.

    Signals:
        decided(str, bool | None): a tag and the person's word on all the songs.
    """

    decided = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = Header()
        self._header.playable(shown=False)
        self.section = Section(self.tr("Tags"), least=_SHOWN)
        self.section.decided.connect(self.decided)
        self._none = QLabel(self.tr("None of these songs has a tag yet."))
        self._none.setProperty("role", "muted")
        self._none.setContentsMargins(6, 8, 6, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 14, 10, 14)
        layout.setSpacing(4)
        layout.addWidget(self._header)
        layout.addWidget(self._none)
        layout.addWidget(self.section)
        layout.addStretch(1)

    def show_selection(self, selection: Selection) -> None:
        """Show other songs."""
        songs = plural(self.tr("%n song(s)", "", selection.count), selection.count)
        self._header.show_text(songs, self.tr("What you say here is said of all of them."))
        self.section.set_lines([self._line(tag, selection.count) for tag in selection.tags])
        self.section.setVisible(bool(selection.tags))
        self._none.setVisible(not selection.tags)

    def _line(self, tag: Common, count: int) -> Line:
        every = tag.holding == count
        text = self.tr("all") if every else self.tr("%1 of %2")
        text = text.replace("%1", number(tag.holding)).replace("%2", number(count))
        said = {tag.accepted: True, tag.rejected: False}.get(count)
        return Line(tag.name, tag.category, tag.holding / count, None, text, 2 * tag.holding >= count, said)
