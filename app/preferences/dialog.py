"""The settings, a page for each matter; every choice is kept at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.preferences.appearance import AppearancePage
from app.preferences.folders import FoldersPage
from app.preferences.listening import ListeningPage
from app.preferences.models import ModelsPage
from app.preferences.tag_names import TagNamesPage
from app.preferences.writing import WritingPage
from app.services import Services


class PreferencesDialog(QDialog):
    """Signals: model_used(str), folder_added(Path) to be scanned, folder_removal(Path) to be taken out."""

    model_used = Signal(str)
    folder_added = Signal(Path)
    folder_removal = Signal(Path)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(940, 620)
        self.folders = FoldersPage(services, self)
        self.models = ModelsPage(services, self)
        self.listening = ListeningPage(services, self)
        self.writing = WritingPage(services, self)
        self.appearance = AppearancePage(services, self)
        self.tag_names = TagNamesPage(services, self)
        self.pages = (
            self.folders, self.models, self.listening, self.writing, self.tag_names, self.appearance,
        )  # fmt: skip
        self.names = QListWidget(self)
        self.names.setProperty("role", "side")
        self.names.setAccessibleName(self.tr("Pages of the settings"))
        self.names.setFixedWidth(170)
        self._stack = QStackedWidget(self)
        for page in self.pages:
            self.names.addItem(page.title)
            scroll = QScrollArea(self, widgetResizable=True)
            scroll.setWidget(page)
            self._stack.addWidget(scroll)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self._stack, 1)
        right.addWidget(close)
        right.setContentsMargins(0, 0, 16, 14)
        right.setSpacing(10)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.names)
        row.addLayout(right, 1)
        self.names.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.names.setCurrentRow(0)
        self.models.used.connect(self.model_used)
        self.folders.added.connect(self.folder_added)
        self.folders.removal.connect(self.folder_removal)

    def done(self, result: int) -> None:
        """Close; what was begun is stopped, but a folder that is being added is waited for."""
        if self.folders.busy:
            self.setEnabled(False)
            self.folders.idle.connect(lambda: self.done(result))
            return
        for page in self.pages:
            page.stop()
        super().done(result)
