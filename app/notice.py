"""A line above the page that tells what went wrong until it is put away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.icon_button import IconButton


class Notice(QFrame):
    """Hidden until there is something to tell; the newest text replaces an older one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._close = IconButton("close", self.tr("Put this message away"), self)
        self._close.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 6, 8, 6)
        line.addWidget(self._text, 1)
        line.addWidget(self._close)
        self.hide()

    def tell(self, text: str) -> None:
        """Show a text."""
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.show()

    def text(self) -> str:
        """Return what is told, empty while hidden."""
        return "" if self.isHidden() else self._text.text()
