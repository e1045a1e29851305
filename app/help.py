"""The pages of the help menu: query language, shortcuts, the model's card, about."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from app import icons
from tagger_core.jobs import Model

_QUERIES = (
    ("slow piano", QT_TRANSLATE_NOOP("Help", "both, in the text or heard as a tag")),
    ("tag:piano", QT_TRANSLATE_NOOP("Help", "heard as a tag, whatever the text says")),
    ("-vocal", QT_TRANSLATE_NOOP("Help", "heard, and without this")),
    ('"female vocal">0.4', QT_TRANSLATE_NOOP("Help", "a score; quotes around a name with a space")),
    ("(techno OR trance) fast", QT_TRANSLATE_NOOP("Help", "either of two, and a third")),
    ("artist:bach", QT_TRANSLATE_NOOP("Help", "text in a field: title artist album genre path format")),
    ('folder:"/music/jazz"', QT_TRANSLATE_NOOP("Help", "in exactly this folder or below it")),
    ("year:1990..1999", QT_TRANSLATE_NOOP("Help", "a range; also bpm, rating, duration:3:00..4:30")),
    ("added:7d", QT_TRANSLATE_NOOP("Help", "added in the last 7 days; also w, m, y, or 2024-05")),
    ('genre:""', QT_TRANSLATE_NOOP("Help", "a field without a value")),
    ("pian*", QT_TRANSLATE_NOOP("Help", "a word that begins so")),
    (
        "is:pending",
        QT_TRANSLATE_NOOP("Help", "also analysed missing written problem silent accepted rejected"),
    ),
    ('similar:"song.mp3"', QT_TRANSLATE_NOOP("Help", "sounds like this song, nearest first")),
    ("sort:-energetic", QT_TRANSLATE_NOOP("Help", "by a score or a field; - for the highest first")),
)
translate = QCoreApplication.translate
_NATIVE = QKeySequence.SequenceFormat.NativeText
_KEYS = (
    (("Alt+Up", "Alt+Down"), QT_TRANSLATE_NOOP("Help", "earlier and later searches, in the search field")),
    (("Esc",), QT_TRANSLATE_NOOP("Help", "empty the search field")),
    (("Enter",), QT_TRANSLATE_NOOP("Help", "play the song that the table is on")),
    (("Space",), QT_TRANSLATE_NOOP("Help", "want, exclude or leave open the tag that the panel is on")),
    (("+", "-", "Delete"), QT_TRANSLATE_NOOP("Help", "want, exclude, leave open, in the panel of tags")),
    (("F2", "Delete"), QT_TRANSLATE_NOOP("Help", "rename, remove a saved search, in the side bar")),
)


def show_queries(parent: QWidget) -> None:
    """Tell what can be written into the search field."""
    rows = ((f"<code>{escape(query)}</code>", escape(translate("Help", told))) for query, told in _QUERIES)
    _page(parent, translate("Help", "Query language"), _table(rows))


def show_shortcuts(parent: QWidget, actions: Iterable[QAction]) -> None:
    """Tell every shortcut of the menus, and the keys of the panels."""
    rows = [
        (escape(action.shortcut().toString(_NATIVE)), escape(action.text().replace("&", "")))
        for action in actions
        if not action.shortcut().isEmpty()
    ]
    rows += [(escape(_native(keys)), escape(translate("Help", told))) for keys, told in _KEYS]
    _page(parent, translate("Help", "Keyboard shortcuts"), _table(rows))


def show_card(parent: QWidget, model: Model | None) -> None:
    """Tell what the model in use was trained on and how good it is."""
    if model is None or model.entry.info is None:
        QMessageBox.information(
            parent, translate("Help", "Model card"), translate("Help", "No model is in use yet.")
        )
        return
    _page(parent, model.name, model.entry.info.card, markdown=True)


def show_about(parent: QWidget) -> None:
    """Tell name, version and promise."""
    box = QMessageBox(parent)
    box.setWindowTitle(translate("Help", "About Earmark"))
    box.setIconPixmap(icons.logo(64, parent.devicePixelRatioF()))
    box.setText(f"<b>Earmark {escape(program_version())}</b>")
    box.setInformativeText(
        translate(
            "Help",
            "Finds songs by how they sound and writes their tags. Nothing leaves this machine. MIT licence.",
        )
    )
    box.exec()


def program_version() -> str:
    """Return Earmark's version, empty where it was not installed."""
    try:
        return version("earmark")
    except PackageNotFoundError:
        return ""


def _native(keys: Iterable[str]) -> str:
    return ", ".join(QKeySequence(key).toString(_NATIVE) for key in keys)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><td style="padding:4px 24px 4px 0; white-space:nowrap">{left}</td>'
        f'<td style="padding:4px 0">{right}</td></tr>'
        for left, right in rows
    )
    return f"<table>{cells}</table>"


def _page(parent: QWidget, title: str, text: str, *, markdown: bool = False) -> None:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    browser = QTextBrowser(dialog)
    browser.setAccessibleName(title)
    browser.setOpenLinks(False)  # nothing here leads out of the machine
    (browser.setMarkdown if markdown else browser.setHtml)(text)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(12)
    layout.addWidget(browser)
    layout.addWidget(buttons)
    dialog.resize(620, 520)
    dialog.show()
