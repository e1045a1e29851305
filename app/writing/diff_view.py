"""The tree of changes, with something to say where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from app import icons
from app.icon_button import colours
from app.writing.diff_model import DiffModel
from app.writing.values import ValuesDelegate

if TYPE_CHECKING:
    from tagger_core.metadata.plan import WritePlan  # it brings mutagen

_EXPANDED_AT_FIRST = 200


class DiffView(QTreeView):
    """Shows a `DiffModel`; Space checks what the keyboard is on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "table")
        self.diff = DiffModel(self)
        self.setModel(self.diff)
        self.setItemDelegate(ValuesDelegate(self))
        self.setUniformRowHeights(True)
        self.setAccessibleName(self.tr("Changes"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 360)
        header.resizeSection(1, 300)
        self._paint_icons()

    def show_plan(self, plan: WritePlan, unchecked: Iterable[int] = ()) -> None:
        """Show a plan; short ones with all fields open."""
        self.diff.set_plan(plan, unchecked)
        self._open()

    def show_only_warned(self, warned: bool) -> None:
        """Show only files with warnings, or all."""
        self.diff.show_only_warned(warned)
        self._open()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icons()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Say that there is nothing to write instead of showing nothing."""
        super().paintEvent(event)
        if self.diff.plan is not None and not self.diff.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(colours().muted)
            text = self.tr(
                "No file would change: all of them have these tags already, or no tag reaches its mark."
            )
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(40, 0, -40, 0), flags, text)

    def _open(self) -> None:
        if self.diff.rowCount() <= _EXPANDED_AT_FIRST:
            self.expandAll()

    def _paint_icons(self) -> None:
        now = colours()
        self.diff.warning_icon = icons.icon("problem", now.warning)
        self.diff.refused_icon = icons.icon("close", now.danger)
        self.viewport().update()
