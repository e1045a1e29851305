"""Rows of tags below captions, the ones that matter first; the rest on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import icons
from app.icon_button import colours as window_colours
from app.song.score_row import Line, ScoreRow

LEAST_SHOWN = 3


class Section(QWidget):
    """Some tags below a caption. Rows are kept and filled again, so that walking through songs costs little.

    Args:
        title: the caption; empty for none.
        least: so many rows at least, even of tags that do not hold.
    """

    decided = Signal(str, object)

    def __init__(self, title: str, *, least: int = LEAST_SHOWN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._lines: list[Line] = []
        self._rows: list[ScoreRow] = []
        self._open = False
        self._title = QLabel(title, self)
        self._title.setProperty("role", "caption")
        self._aside = QLabel(self)
        self._aside.setProperty("role", "muted")
        self._aside.setTextFormat(Qt.TextFormat.PlainText)
        self._aside.setWordWrap(True)
        self._aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setContentsMargins(6, 8, 6, 2)
        head.addWidget(self._title)
        head.addWidget(self._aside, 1)
        self._more = QToolButton(self)
        self._more.setProperty("role", "caption")
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.clicked.connect(self._toggle)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(self._column)
        layout.addWidget(self._more)
        self._title.setVisible(bool(title))
        self._more.hide()

    def set_aside(self, text: str) -> None:
        """Show a text beside the caption, such as what the file says."""
        self._aside.setText(text)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other tags: those that hold or were decided on, and of the others as many as asked for."""
        self._lines = list(lines)
        self._fill()

    def rows(self) -> list[ScoreRow]:
        """Return the rows in view, from top to bottom."""
        return [row for row in self._rows if not row.isHidden()]

    def _fill(self) -> None:
        shown = self._lines if self._open else self._telling()
        while len(self._rows) < len(shown):
            row = ScoreRow(shown[len(self._rows)], self)
            row.decided.connect(self._decided)
            row.moved.connect(self._walk)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, line in zip(self._rows, shown, strict=False):
            row.set_line(line)
            row.show()
        for row in self._rows[len(shown) :]:
            row.hide()
        hidden = len(self._lines) - len(self._telling())
        self._more.setVisible(hidden > 0)
        self._more.setText(
            self.tr("Show fewer") if self._open else self.tr("%1 more").replace("%1", str(hidden))
        )
        self._paint_more()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_more()

    def _paint_more(self) -> None:
        self._more.setIcon(icons.icon("down" if not self._open else "minus", window_colours().muted))

    def _telling(self) -> list[Line]:
        telling = [line for line in self._lines if line.holds or line.accepted is not None]
        room = self._least - len(telling)
        fill = [line for line in self._lines if not (line.holds or line.accepted is not None)][: max(0, room)]
        wanted = {line.name for line in (*telling, *fill)}
        return [line for line in self._lines if line.name in wanted]

    def _decided(self, name: str, accepted: bool | None) -> None:
        for place, line in enumerate(self._lines):
            if line.name == name:
                self._lines[place] = replace(line, accepted=accepted)
        self.decided.emit(name, accepted)

    def _toggle(self) -> None:
        self._open = not self._open
        self._fill()

    def _walk(self, step: int) -> None:
        rows = self.rows()
        place = next((at for at, row in enumerate(rows) if row.hasFocus()), -step) + step
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.focusNextPrevChild(step > 0)
