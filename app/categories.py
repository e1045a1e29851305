"""What the window calls the categories of tags."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_TITLES = {
    "genre": QT_TRANSLATE_NOOP("Category", "Genre"),
    "mood": QT_TRANSLATE_NOOP("Category", "Mood"),
    "instrument": QT_TRANSLATE_NOOP("Category", "Instrument"),
    "voice": QT_TRANSLATE_NOOP("Category", "Voice"),
    "era": QT_TRANSLATE_NOOP("Category", "Era"),
    "tempo": QT_TRANSLATE_NOOP("Category", "Tempo"),
    "texture": QT_TRANSLATE_NOOP("Category", "Texture"),
    "": QT_TRANSLATE_NOOP("Category", "Given by you"),
}
ORDER = tuple(_TITLES)


def category_title(category: str) -> str:
    """Return the caption of a category; an unknown one is called as it is."""
    title = _TITLES.get(category)
    return category if title is None else QCoreApplication.translate("Category", str(title))
