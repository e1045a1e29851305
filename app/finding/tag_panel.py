"""The tags of the active model by category: a second way to write the one query."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.categories import category_title
from app.finding.tag_row import TagRow
from app.finding.tag_terms import Choice, choices, with_choice
from app.services import Services
from tagger_core.errors import QueryError
from tagger_core.library.keys import tag_key
from tagger_core.library.records import ModelTag, TagCount

PAUSE_MS = 60
_STATE = "finding/folded"


class TagPanel(QFrame):
    """Wants, excludes and thresholds; shows how many songs of the result have each tag."""

    changed = Signal(str)
    tags_known = Signal(list)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._text = ""
        self._shown: list[ModelTag] = []
        self._rows: dict[str, TagRow] = {}
        self._groups: list[Group] = []
        self._folded = set(self._saved_folded())
        self.setProperty("role", "panel")
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText(self.tr("Filter tags"))
        self._filter.setAccessibleName(self.tr("Filter tags"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._narrow)
        self._hint = QLabel(self.tr("Tags appear here once a model is in use."), self)
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 2, 0)
        layout.setSpacing(6)
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, 6, 0)
        above.addWidget(self._filter)
        layout.addLayout(above)
        layout.addWidget(self._hint)
        layout.addWidget(self._area, 1)
        self.setFocusProxy(self._filter)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(lambda: self.changed.emit(self._text))
        services.active.changed.connect(lambda _model: self.reload())
        self.reload()

    def names(self) -> list[str]:
        """Return the tags of the model in use."""
        return list(self._rows)

    def reload(self) -> None:
        """Show the tags of the model in use."""
        model_id = self._services.active.id
        if model_id is not None:
            self._services.runner.submit(
                "read",
                lambda _task: self._services.library.tags(model_id),
                self._show_tags,
                failed=self.failed.emit,
            )

    def set_query(self, text: str) -> None:
        """Show what a query says of the tags; one that does not parse leaves the last one standing."""
        try:
            said = choices(text, self._rows)
        except QueryError:
            return
        self._text = text
        self._pause.stop()
        for name, row in self._rows.items():
            row.set_choice(said.get(name))
        for group in self._groups:
            group.tell()

    def set_counts(self, counts: Sequence[TagCount]) -> None:
        """Show how many songs of the result have each tag."""
        most = max((count.count for count in counts), default=0)
        by_name = {count.name: count.count for count in counts}
        for name, row in self._rows.items():
            row.button.set_count(by_name.get(name), most)

    def _show_tags(self, tags: list[ModelTag]) -> None:
        if tags == self._shown:
            return
        self._shown = tags
        self._hint.setVisible(not tags)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 2, 8)
        column.setSpacing(2)
        self._rows, self._groups = {}, []
        for category in dict.fromkeys(tag.category for tag in tags):
            group = Group(category, folded=category in self._folded, parent=inside)
            group.folded.connect(self._fold)
            for tag in (tag for tag in tags if tag.category == category):
                row = TagRow(tag.name, tag.category, tag.threshold, group)
                row.chosen.connect(self._chosen)
                self._rows[tag.name] = row
                group.add(row)
            self._groups.append(group)
            column.addWidget(group)
        column.addStretch(1)
        self._area.setWidget(inside)
        self.set_query(self._text)
        self.tags_known.emit([tag.name for tag in tags])

    def _chosen(self, name: str, choice: Choice | None) -> None:
        self._text = with_choice(self._text, name, choice)
        self._rows[name].set_choice(choice)
        self._pause.start()

    def _narrow(self, text: str) -> None:
        wanted = tag_key(text)
        for group in self._groups:
            group.narrow(wanted)

    def _fold(self, category: str, folded: bool) -> None:
        (self._folded.add if folded else self._folded.discard)(category)
        self._services.preferences.state().setValue(_STATE, sorted(self._folded))

    def _saved_folded(self) -> list[str]:
        saved = self._services.preferences.state().value(_STATE, [])
        return [saved] if isinstance(saved, str) else list(saved or [])


class Group(QWidget):
    """The tags of one category, below a heading that folds them away."""

    folded = Signal(str, bool)

    def __init__(self, category: str, *, folded: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._category = category
        self._rows: list[TagRow] = []
        self._heading = QToolButton(self)
        self._heading.setProperty("role", "caption")
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setCheckable(True)
        self._heading.setChecked(not folded)
        self._heading.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        self._heading.toggled.connect(self._toggle)
        self._inside = QWidget(self)
        self._inside.setVisible(not folded)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self._inside)

    def add(self, row: TagRow) -> None:
        """Put a tag below the others."""
        self._rows.append(row)
        self._column.addWidget(row)
        self.tell()

    def tell(self) -> None:
        """Say in the heading how many tags the query speaks of, for when it is folded."""
        active = sum(row.choice is not None for row in self._rows)
        title = category_title(self._category)
        self._heading.setText(f"{title}  ·  {active}" if active else title)

    def narrow(self, wanted: str) -> None:
        """Show only tags that hold this text; all for none."""
        hits = [wanted in tag_key(row.name) for row in self._rows]
        for row, hit in zip(self._rows, hits, strict=True):
            row.setVisible(hit)
        self.setVisible(any(hits))
        self._inside.setVisible(self._heading.isChecked() or bool(wanted))

    def _toggle(self, opened: bool) -> None:
        self._heading.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._inside.setVisible(opened)
        self.folded.emit(self._category, not opened)
