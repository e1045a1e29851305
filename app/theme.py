"""Colours and the style sheet: one light and one dark set, following the system unless the person chose.

Text on its ground has a contrast of at least 4.5 to 1 (WCAG 2.2 AA, 1.4.3); a test computes it for every pair
in `TEXT_PAIRS` and every category.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import product
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app import icons


@dataclass(frozen=True)
class Colours:
    """Every colour that the window paints with, as "#rrggbb".

    Args:
        window: behind everything. panel: side bars and cards. field: tables and inputs.
        line: hairlines. text, muted: on all three grounds. accent, on_accent: the one thing to press.
        danger, warning, good: states, as text on the three grounds.
    """

    window: str
    panel: str
    field: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    danger: str
    warning: str
    good: str


LIGHT = Colours(
    window="#f4f2ee",
    panel="#faf9f6",
    field="#ffffff",
    raised="#ebe8e1",
    line="#dcd8cf",
    text="#1f1d1a",
    muted="#625d54",
    accent="#7a3e12",
    on_accent="#ffffff",
    selection="#f3e3d3",
    danger="#a3261d",
    warning="#855000",
    good="#1d6b3a",
)
DARK = Colours(
    window="#16171a",
    panel="#1c1e22",
    field="#121316",
    raised="#2a2d33",
    line="#33363d",
    text="#eceae6",
    muted="#a5a29b",
    accent="#f0a45d",
    on_accent="#1d1206",
    selection="#3b2c1e",
    danger="#ff8d82",
    warning="#f2b95c",
    good="#76cf94",
)

TEXT_PAIRS = (
    *product(("text", "muted", "danger", "warning", "good", "accent"), ("window", "panel", "field")),
    ("on_accent", "accent"),
    ("text", "selection"),
    ("text", "raised"),
)

# Hue of each category's chips; ground and text are mixed from it for light and dark.
CATEGORY_HUES = {
    "genre": 24, "mood": 268, "instrument": 152, "voice": 338, "era": 48, "tempo": 200, "texture": 222,
}  # fmt: skip


def chip_colours(category: str, *, dark: bool) -> tuple[QColor, QColor]:
    """Return the ground and the text of a chip of this category; unknown categories are grey."""
    hue = CATEGORY_HUES.get(category)
    saturation = 0 if hue is None else 150
    hue = hue or 0
    if dark:
        return QColor.fromHsl(hue, saturation * 6 // 10, 52), QColor.fromHsl(hue, saturation, 208)
    return QColor.fromHsl(hue, saturation, 228), QColor.fromHsl(hue, min(255, saturation + 40), 62)


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def is_dark(choice: str) -> bool:
    """Return whether the window is dark for a choice of "system", "light" or "dark"."""
    if choice in ("light", "dark"):
        return choice == "dark"
    return system_scheme() == Qt.ColorScheme.Dark


def system_scheme() -> Qt.ColorScheme:
    """Return what the system asks windows to look like, as far as it says."""
    return QApplication.styleHints().colorScheme()


def apply(application: QApplication, choice: str) -> Colours:
    """Give the application palette and style sheet; return the colours for what paints itself."""
    colours = DARK if is_dark(choice) else LIGHT
    application.setStyle("Fusion")
    application.setPalette(palette(colours))
    # A style sheet takes pictures by path only.
    suffix = "dark" if colours is DARK else "light"
    pictures = {
        name: (icons.folder() / f"{name}-{suffix}.svg").as_posix() for name in ("down", "tick", "dash")
    }
    application.setStyleSheet(Template(_SHEET).substitute(dataclasses.asdict(colours), **pictures))
    return colours


def palette(colours: Colours) -> QPalette:
    """Return the palette that widgets without a rule of their own take."""
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.field,
        QPalette.ColorRole.AlternateBase: colours.panel,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.panel,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.Highlight: colours.selection,
        QPalette.ColorRole.HighlightedText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.Accent: colours.accent,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return made


_SHEET = """
QWidget { font-size: 13px; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }
QLabel[role="title"] { font-size: 20px; font-weight: 600; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="caption"] { color: $muted; font-size: 11px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $danger; }
QLabel[role="warning"] { color: $warning; }
QFrame[role="panel"] { background: $panel; border: none; }
QFrame[role="card"] { background: $panel; border: 1px solid $line; border-radius: 8px; }
QFrame[role="drop"] { background: $panel; border: 2px dashed $line; border-radius: 14px; }
QFrame[role="drop"][over="true"] { background: $selection; border-color: $accent; }
QFrame[role="notice"] { background: $selection; border: none; border-bottom: 1px solid $line; }
QPushButton[role="status"] { background: transparent; border: none; color: $warning; padding: 2px 8px; }
QPushButton[role="status"]:hover, QPushButton[role="status"]:focus { text-decoration: underline; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextBrowser {
    background: $field; color: $text; border: 1px solid $line; border-radius: 6px; padding: 5px 8px;
    selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 1px solid $accent; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down { border: none; width: 22px; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("$down"); width: 12px; height: 12px; }
QComboBox:disabled { color: $muted; background: $panel; }
QCheckBox { spacing: 7px; }
QCheckBox::indicator, QTreeView::indicator, QListView::indicator, QTableView::indicator {
    width: 13px; height: 13px; border: 1px solid $muted; border-radius: 3px; background: $field;
}
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked,
QTableView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$tick");
}
QTreeView::indicator:indeterminate { background: $accent; border-color: $accent; image: url("$dash"); }
QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:disabled, QTreeView::indicator:disabled { border-color: $line; background: $panel; }
QLineEdit[role="search"] { font-size: 15px; padding: 8px 12px; border-radius: 8px; }
QLineEdit[bad="true"] { border: 1px solid $danger; }
QPushButton {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 6px; padding: 6px 14px;
}
QPushButton:hover { border-color: $muted; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $panel; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:disabled { background: $raised; color: $muted; border-color: $line; }
QToolButton {
    background: transparent; color: $text; padding: 4px 8px;
    border: 1px solid transparent; border-radius: 6px;
}
QToolButton:hover { background: $raised; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $selection; }
QToolButton[role="caption"] {
    color: $muted; font-size: 11px; font-weight: 600; padding: 6px 2px; background: transparent;
}
QToolButton[role="caption"]:hover { color: $text; background: transparent; }
QTableView, QListView, QTreeView {
    background: $field; alternate-background-color: $field; color: $text; border: none; outline: none;
    gridline-color: $line; selection-background-color: $selection; selection-color: $text;
}
QListView[role="side"], QTreeView[role="side"] { background: $panel; padding: 4px 6px; }
QListView[role="boxed"], QTableView[role="boxed"] { border: 1px solid $line; border-radius: 6px; }
QListView[role="boxed"] { padding: 3px; }
QTableView QLineEdit { border-radius: 0; padding: 0 4px; }
QTableView::item { padding: 0 5px; }
QListView::item, QTreeView::item { padding: 4px 6px; border-radius: 6px; }
QTreeView[role="table"]::item { border-radius: 0; }
QListView::item:selected, QTreeView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section {
    background: $panel; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; font-weight: 600;
}
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: $panel; color: $muted; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QMenuBar { background: $panel; color: $text; }
QMenuBar::item { padding: 5px 10px; background: transparent; }
QMenuBar::item:selected { background: $raised; border-radius: 4px; }
QMenu { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QProgressBar { background: $raised; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { background: $raised; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $text; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
}
QSlider::sub-page:horizontal:disabled { background: $raised; }
QSlider::handle:horizontal:disabled { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: none; border: none; width: 0; height: 0;
}
QTabBar::tab {
    background: transparent; color: $muted; padding: 7px 12px; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabWidget::pane { border: none; }
"""
