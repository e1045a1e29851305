"""What tags are written into files as: a table in which names are changed, put back, and tags left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QWidget,
)

from app.icon_button import colours
from app.preferences.page import Page
from app.services import Services
from tagger_core.library.keys import tag_key
from tagger_core.library.records import ModelTag
from tagger_core.metadata.spelling import cleaned_name, display_name

TAG, NAME = range(2)
ROW_HEIGHT = 30
Index = QModelIndex | QPersistentModelIndex


class TagNames(QAbstractTableModel):
    """Tags, each with a check whether it is written and the name that it is written as.

    Signals:
        named(dict): the person has changed what tags are written as; by `keys.tag_key`.
    """

    named = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tags: list[ModelTag] = []
        self._names: dict[str, str] = {}

    def show_tags(self, tags: Sequence[ModelTag], names: Mapping[str, str]) -> None:
        """Show these tags, then those of other models that have a name; nothing is emitted."""
        self.beginResetModel()
        known = {tag_key(tag.name) for tag in tags}
        self._tags = [*tags, *(ModelTag(key, "", 0.5) for key in sorted(names) if key not in known)]
        self._names = dict(names)
        self.endResetModel()

    def changed_rows(self) -> list[int]:
        """Return the rows whose tags are not written as they would be by themselves."""
        return [row for row in range(len(self._tags)) if self._key(row) in self._names]

    def reset(self, rows: Sequence[int]) -> None:
        """Write these tags as they are written by themselves."""
        for row in rows:
            self._names.pop(self._key(row), None)
            self._tell(row)
        self.named.emit(dict(self._names))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return the number of tags."""
        return 0 if parent.isValid() else len(self._tags)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return two: the tag, its name in files."""
        return 0 if parent.isValid() else 2

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the headings."""
        if orientation != Qt.Orientation.Horizontal or section not in (TAG, NAME):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Tag"), self.tr("Written as"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done: a tag is checked, the name of one that is written is changed."""
        kind = super().flags(index)
        if not index.isValid():
            return kind
        if index.column() == TAG:
            return kind | Qt.ItemFlag.ItemIsUserCheckable
        return kind | Qt.ItemFlag.ItemIsEditable if self._name(index.row()) else kind

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell; a name that is the person's own is bold."""
        if not index.isValid() or not 0 <= index.row() < len(self._tags):
            return None
        row, name = index.row(), self._name(index.row())
        if index.column() == NAME:
            return self._name_data(name, self._key(row) in self._names, role)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if name else Qt.CheckState.Unchecked
        return self._tags[row].name if role == Qt.ItemDataRole.DisplayRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Take over a name or a check; an empty name is the tag's own again."""
        if not index.isValid():
            return False
        row = index.row()
        if index.column() == TAG and role == Qt.ItemDataRole.CheckStateRole:
            said = None if Qt.CheckState(value) == Qt.CheckState.Checked else ""
        elif index.column() == NAME and role == Qt.ItemDataRole.EditRole:
            said = cleaned_name(str(value))
            said = None if said in ("", self._own_name(row)) else said
        else:
            return False
        before = dict(self._names)
        self._names.pop(self._key(row), None)
        if said is not None:
            self._names[self._key(row)] = said
        self._tell(row)
        if self._names != before:
            self.named.emit(dict(self._names))
        return True

    def _name_data(self, name: str, said: bool, role: int) -> Any:
        if role == Qt.ItemDataRole.EditRole:
            return name
        if role == Qt.ItemDataRole.DisplayRole:
            return name or self.tr("not written")
        if role == Qt.ItemDataRole.ForegroundRole and not (said and name):
            return QBrush(QColor(colours().muted))
        if role == Qt.ItemDataRole.FontRole and said and name:
            bold = QFont()
            bold.setBold(True)
            return bold
        return None

    def _key(self, row: int) -> str:
        return tag_key(self._tags[row].name)

    def _own_name(self, row: int) -> str:
        return display_name(self._tags[row].name, self._tags[row].category)

    def _name(self, row: int) -> str:
        return self._names.get(self._key(row), self._own_name(row))

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, TAG), self.index(row, NAME))


class TagNamesPage(Page):
    """The table, kept at once, with the ways back."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(
            self.tr("Tag names"),
            self.tr(
                "What tags are called in files. Double-click a name to change it;"
                " a tag without a check mark is never written."
            ),
        )
        self._tags: list[ModelTag] = []
        self.model = TagNames(self)
        self.view = self._make_view()
        self.reset = QPushButton(self.tr("Reset selected"), self)
        self.reset_all = QPushButton(self.tr("Reset all"), self)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset)
        buttons.addWidget(self.reset_all)
        buttons.addStretch(1)
        self.column.addWidget(self.view, 1)
        self.column.addLayout(buttons)
        self.reset.clicked.connect(lambda: self.model.reset(self._selected()))
        self.reset_all.clicked.connect(lambda: self.model.reset(self.model.changed_rows()))
        self.model.named.connect(self._keep)
        self.model.dataChanged.connect(self._show_state)
        self.model.modelReset.connect(self._show_state)
        self.view.selectionModel().selectionChanged.connect(self._show_state)
        services.active.changed.connect(self._load)
        self._load()
        self._show_state()

    def _make_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self.model)
        view.setAccessibleName(self.tr("What tags are called in files"))
        view.setProperty("role", "boxed")
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.horizontalHeader().setHighlightSections(False)
        for section in (TAG, NAME):
            view.horizontalHeader().setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        return view

    def _load(self, _model: object = None) -> None:
        model_id = self.services.active.id
        if model_id is not None:
            self.run("read", lambda _task: self.services.library.tags(model_id), self._show, shown=False)

    def _show(self, tags: list[ModelTag]) -> None:
        self._tags = tags
        self.model.show_tags(tags, self.services.preferences.settings.tag_names)

    def _keep(self, names: dict[str, str]) -> None:
        if not self.change(tag_names=names):
            self._show(self._tags)

    def _selected(self) -> list[int]:
        return [index.row() for index in self.view.selectionModel().selectedRows()]

    def _show_state(self) -> None:
        changed = set(self.model.changed_rows())
        self.reset.setEnabled(bool(changed.intersection(self._selected())))
        self.reset_all.setEnabled(bool(changed))
