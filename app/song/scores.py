"""What was heard of a song beside what its file says, by category."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.categories import ORDER, category_title
from app.song.reading import stable
from app.song.score_row import ScoreRow, line_of
from app.song.sections import Section
from tagger_core.library.records import TagScore


class Scores(QWidget):
    """A section for each category; file values stand on the right of its caption.

    Signals:
        decided(str, bool | None): a tag and the person's word.
    """

    decided = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: dict[str, Section] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_scores(self, scores: Sequence[TagScore], *, genre: str, mood: str) -> None:
        """Show another song's scores.

        Args:
            scores: in any order.
            genre: what the file says, empty for nothing.
            mood: the same.
        """
        parted = stable(scores)
        said = {"genre": genre, "mood": mood}
        wanted = {*parted, *(category for category, text in said.items() if text)}
        for category in sorted(wanted - self._sections.keys(), key=_place):
            self._add(category)
        for category, section in self._sections.items():
            section.setVisible(category in wanted)
            section.set_lines([line_of(tag) for tag in parted.get(category, ())])
            if category in said:
                nothing = self.tr("file: none")
                text = said[category]
                section.set_aside(self.tr("file: %1").replace("%1", text) if text else nothing)

    def row(self, name: str) -> ScoreRow | None:
        """Return the row in view of a tag."""
        rows = (
            row for section in self._sections.values() if not section.isHidden() for row in section.rows()
        )
        return next((row for row in rows if row.line.name == name), None)

    def _add(self, category: str) -> None:
        section = Section(category_title(category), parent=self)
        section.decided.connect(self.decided)
        before = sum(_place(known) < _place(category) for known in self._sections)
        self._column.insertWidget(before, section)
        self._sections[category] = section
        self._sections = dict(sorted(self._sections.items(), key=lambda item: _place(item[0])))


def _place(category: str) -> tuple[int, str]:
    return (ORDER.index(category) if category in ORDER else len(ORDER), category)
