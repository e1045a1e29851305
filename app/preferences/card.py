"""A model's card as text that loads nothing from anywhere."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QTextBrowser, QWidget

from tagger_core.errors import shown
from tagger_core.models.installed import ShelfEntry


class CardView(QTextBrowser):
    """Shows a card: Markdown without pictures, without HTML, with links that can be read but not followed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Model card"))

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Load nothing: a model file may come from anywhere."""
        return None

    def show_entry(self, entry: ShelfEntry | None) -> None:
        """Show what a model says of itself."""
        if entry is None:
            self.clear()
        elif entry.info is None:
            self.setPlainText(f"{shown(entry.path)}\n\n{entry.problem}")
        else:
            info = entry.info
            facts = [
                (self.tr("Licence"), info.licence),
                (self.tr("From"), info.provenance),
                (self.tr("Measured"), "; ".join(f"{key}: {value}" for key, value in info.quality.items())),
                (self.tr("Tags"), ", ".join(tag.name for tag in info.tags)),
            ]
            features = QTextDocument.MarkdownFeature
            document = self.document()
            document.setMarkdown(info.card, features.MarkdownDialectCommonMark | features.MarkdownNoHTML)
            _calm_headings(document)
            # Behind the card as plain text: a name in a file is no Markdown of ours.
            cursor = self.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            apart, plain = QTextBlockFormat(), QTextCharFormat()
            apart.setTopMargin(8)
            for name, value in facts:
                if value:
                    cursor.insertBlock(apart, plain)
                    cursor.insertText(f"{name}: {value}")
            self.moveCursor(cursor.MoveOperation.Start)


def _calm_headings(document: QTextDocument) -> None:
    """Make headings no larger than those of the page around them."""
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            cursor = QTextCursor(block)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            smaller = QTextCharFormat()
            smaller.setProperty(QTextFormat.Property.FontSizeAdjustment, 0 if block.position() else 1)
            cursor.mergeCharFormat(smaller)
        block = block.next()
