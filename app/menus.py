"""The menus: every command with its shortcut, in one table, so that the help can list them too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QMenu

Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Command:
    """One line of a menu.

    Args:
        key: by which the window names what it does.
        text: with the letter to press marked by "&"; translated when the menu is made.
        keys: the shortcut; empty for none.
        checkable: it is on or off.
    """

    key: str
    text: str
    keys: str | QKeySequence.StandardKey = ""
    checkable: bool = False


_LINE = None
MENUS: tuple[tuple[str, tuple[Command | None, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("Menus", "&File"),
        (
            Command("add folder", QT_TRANSLATE_NOOP("Menus", "&Add a folder…"), Keys.Open),
            Command("scan", QT_TRANSLATE_NOOP("Menus", "&Scan again"), "F5"),
            Command("retry", QT_TRANSLATE_NOOP("Menus", "Scan again, &problems too"), "Shift+F5"),
            _LINE,
            Command("export table", QT_TRANSLATE_NOOP("Menus", "Export the result as a &table…"), "Ctrl+E"),
            Command(
                "export playlist",
                QT_TRANSLATE_NOOP("Menus", "Export the result as a p&laylist…"),
                "Ctrl+Shift+E",
            ),
            _LINE,
            Command("quit", QT_TRANSLATE_NOOP("Menus", "&Quit"), "Ctrl+Q"),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&Edit"),
        (
            Command("undo decision", QT_TRANSLATE_NOOP("Menus", "&Undo the last decision"), Keys.Undo),
            _LINE,
            Command("find", QT_TRANSLATE_NOOP("Menus", "&Find"), Keys.Find),
            Command("all songs", QT_TRANSLATE_NOOP("Menus", "Show all s&ongs"), "Ctrl+Shift+F"),
            Command("save search", QT_TRANSLATE_NOOP("Menus", "Sa&ve this search…"), "Ctrl+D"),
            Command("select all", QT_TRANSLATE_NOOP("Menus", "Select &all songs"), "Ctrl+Shift+A"),
            _LINE,
            Command("accept", QT_TRANSLATE_NOOP("Menus", "A&ccept a tag…"), "Ctrl+Return"),
            Command("reject", QT_TRANSLATE_NOOP("Menus", "&Reject a tag…"), "Ctrl+Backspace"),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&View"),
        (
            Command("songs", QT_TRANSLATE_NOOP("Menus", "&Songs"), "Ctrl+1"),
            Command("tags", QT_TRANSLATE_NOOP("Menus", "&Tags"), "Ctrl+2"),
            _LINE,
            Command("side shown", QT_TRANSLATE_NOOP("Menus", "S&ide bar and tags"), "F9", checkable=True),
            Command("song shown", QT_TRANSLATE_NOOP("Menus", "The s&ong chosen"), "F10", checkable=True),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&Tools"),
        (
            Command("play", QT_TRANSLATE_NOOP("Menus", "&Play or pause"), "Ctrl+Space"),
            Command("similar", QT_TRANSLATE_NOOP("Menus", "Find si&milar songs"), "Ctrl+L"),
            _LINE,
            Command("review", QT_TRANSLATE_NOOP("Menus", "&Review tags…"), "Ctrl+R"),
            Command("write", QT_TRANSLATE_NOOP("Menus", "&Write tags…"), "Ctrl+W"),
            Command("history", QT_TRANSLATE_NOOP("Menus", "&History of writing"), "Ctrl+H"),
            _LINE,
            Command("settings", QT_TRANSLATE_NOOP("Menus", "Models and se&ttings…"), "Ctrl+,"),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&Help"),
        (
            Command("queries", QT_TRANSLATE_NOOP("Menus", "&Query language"), "F1"),
            Command("shortcuts", QT_TRANSLATE_NOOP("Menus", "&Keyboard shortcuts"), "Ctrl+F1"),
            Command("card", QT_TRANSLATE_NOOP("Menus", "&Model card")),
            _LINE,
            Command("about", QT_TRANSLATE_NOOP("Menus", "&About Earmark")),
        ),
    ),
)
_DELETING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_THEMES = {
    "system": QT_TRANSLATE_NOOP("Menus", "As the &system"),
    "light": QT_TRANSLATE_NOOP("Menus", "&Light"),
    "dark": QT_TRANSLATE_NOOP("Menus", "&Dark"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)


class Menus(QObject):
    """The actions of a window by their keys; what they do is given once, by `connect_all`."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.actions: dict[str, QAction] = {}
        self.menus: list[QMenu] = []
        for title, commands in MENUS:
            menu = window.menuBar().addMenu(_tr(title))
            self.menus.append(menu)
            for command in commands:
                if command is None:
                    menu.addSeparator()
                else:
                    self._add(menu, command)
        window.installEventFilter(self)
        self.actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self.actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self.actions["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave a key that deletes to the line of text it is pressed in, whatever it is a shortcut of.

        Qt asks the line first, then what it lies in, up to the window; a line claims no Ctrl+Backspace.
        """
        is_asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and event.key() in _DELETING and isinstance(QApplication.focusWidget(), QLineEdit):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def connect_all(self, does: dict[str, Callable[[], object]]) -> None:
        """Say what each action does; every one must do something."""
        for key, action in self.actions.items():
            action.triggered.connect(lambda _checked=False, key=key: does[key]())
        missing = self.actions.keys() - does.keys()
        assert not missing, f"commands that do nothing: {missing}"  # noqa: S101 - our own invariant

    def add_themes(self, current: str, choose: Callable[[str], None]) -> None:
        """Offer the themes in the view menu."""
        menu = self.menus[2].addMenu(_tr(QT_TRANSLATE_NOOP("Menus", "T&heme")))
        group = QActionGroup(self)
        for theme, text in _THEMES.items():
            action = menu.addAction(_tr(text))
            action.setCheckable(True)
            action.setChecked(theme == current)
            action.triggered.connect(lambda _checked=False, theme=theme: choose(theme))
            group.addAction(action)

    def _add(self, menu: QMenu, command: Command) -> None:
        action = menu.addAction(_tr(command.text))
        action.setCheckable(command.checkable)
        if command.keys:
            action.setShortcut(QKeySequence(command.keys))
        self.actions[command.key] = action
