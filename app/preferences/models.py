"""The shelf of models: their cards, which one is in use, added ones."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from app.preferences.card import CardView
from app.preferences.page import Page
from app.runner import Task
from app.services import Services
from app.texts import number
from tagger_core.errors import ModelError, shown
from tagger_core.jobs import Model, model_in_use
from tagger_core.models.installed import CHECKPOINTS, ShelfEntry

_ENTRY = Qt.ItemDataRole.UserRole


class ModelsPage(Page):
    """Signals: used(str) a model's name."""

    used = Signal(str)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(
            self.tr("Models"),
            self.tr(
                "A model hears the tags. Scores of several models lie side by side; each hears a song once."
            ),
        )
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Models"))
        self.list.setProperty("role", "boxed")
        self.card = CardView(self)
        self._in_use = ""
        self._add = QPushButton(self.tr("Add a model…"), self)
        self._add.setToolTip(self.tr("A model file (.safetensors), or a public checkpoint (.pth)"))
        self._use = QPushButton(self.tr("Use"), self)
        self._use.setProperty("role", "primary")
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setToolTip(self.tr("Delete the added file; scores in the library stay"))
        buttons = QHBoxLayout()
        for button in (self._add, self._remove, self._use):
            buttons.addWidget(button)
        buttons.addStretch(1)
        parts = QHBoxLayout()
        parts.setSpacing(14)
        parts.addWidget(self.list, 3)
        parts.addWidget(self.card, 4)
        self.column.addLayout(parts, 1)
        self.column.addLayout(buttons)
        self._add.clicked.connect(self._choose)
        self._use.clicked.connect(lambda: self.use(self._chosen()))
        self._remove.clicked.connect(lambda: self.remove(self._chosen()))
        self.list.currentRowChanged.connect(lambda _row: self._show_state())
        self.reload()

    def reload(self) -> None:
        """Look at the shelf again."""
        workspace = self.services.workspace

        def look(_task: Task) -> tuple[list[ShelfEntry], str]:
            entries = workspace.shelf.list()
            try:
                return entries, model_in_use(workspace.shelf, workspace.settings).name
            except ModelError:
                return entries, ""

        self.run("read", look, self._show, shown=False)

    def add(self, path: Path) -> None:
        """Put a model file, or what is made of a public checkpoint, on the shelf."""
        shelf = self.services.workspace.shelf

        def work(_task: Task) -> ShelfEntry:
            return shelf.add_checkpoint(path) if path.suffix.lower() in CHECKPOINTS else shelf.add(path)

        self._add.setEnabled(False)
        self.run("write", work, lambda _entry: self._changed())

    def use(self, entry: ShelfEntry | None) -> None:
        """Show scores of a model from now on, and hear with it from the next scan on."""
        if entry is None:
            return

        def done(model: Model) -> None:
            if self.change(model=model.name):
                self.services.active.use(model)
                self.used.emit(model.name)
            self.reload()

        self.run("read", lambda _task: self.services.workspace.model(entry.name), done)

    def remove(self, entry: ShelfEntry | None) -> None:
        """Delete an added model; one in use gives way to the first on the shelf."""
        if entry is None:
            return
        workspace = self.services.workspace

        def work(_task: Task) -> bool:
            workspace.shelf.remove(entry.name, entry.path)
            return workspace.shelf.has(entry.name)

        def done(is_still_there: bool) -> None:
            was_used = workspace.settings.model.casefold() == entry.name.casefold()
            if was_used and not is_still_there and self.change(model=""):
                self.run("read", lambda _task: workspace.model(), self.services.active.use)
            self._changed()

        self.run("write", work, done)

    def work_failed(self) -> None:
        """Allow the next try."""
        self._show_state()

    def _changed(self) -> None:
        self._show_state()
        self.reload()

    def _show(self, answer: tuple[list[ShelfEntry], str]) -> None:
        entries, self._in_use = answer
        chosen = self._chosen()
        self.list.clear()
        for entry in entries:
            item = QListWidgetItem(self._told(entry), self.list)
            item.setData(_ENTRY, entry)
            item.setToolTip(shown(entry.path))
            if chosen is not None and entry.path == chosen.path:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and entries:
            names = [entry.name for entry in entries]
            self.list.setCurrentRow(names.index(self._in_use) if self._in_use in names else 0)
        self._show_state()

    def _told(self, entry: ShelfEntry) -> str:
        parts = [self.tr("comes with Earmark") if entry.bundled else self.tr("added")]
        if entry.info is not None:
            parts.append(self.tr("%1 tags").replace("%1", number(len(entry.info.tags))))
        parts.append(self.tr("%1 MB").replace("%1", self.locale().toString(entry.size / 1e6, "f", 1)))
        if entry.problem:
            parts = [self.tr("cannot be used")]
        name = shown(entry.name)
        if entry.name == self._in_use and not entry.problem:
            name = self.tr("%1 (in use)").replace("%1", name)
        return f"{name}\n{' · '.join(parts)}"

    def _chosen(self) -> ShelfEntry | None:
        item = self.list.currentItem()
        entry: ShelfEntry | None = item.data(_ENTRY) if item is not None else None
        return entry

    def _show_state(self) -> None:
        entry = self._chosen()
        self.card.show_entry(entry)
        self._add.setEnabled(not self.busy)
        self._use.setEnabled(entry is not None and not entry.problem and entry.name != self._in_use)
        self._remove.setEnabled(entry is not None and not entry.bundled)

    def _choose(self) -> None:
        kinds = self.tr("Models and checkpoints (%1)").replace("%1", "*.safetensors *.pth *.pt")
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Add a model"), str(Path.home()), kinds)
        if path:
            self.add(Path(path))
