"""The language of the texts: the translations that came with Earmark, and Qt's own."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication


def translations_folder() -> Path:
    """Return where earmark_LANGUAGE.qm files lie."""
    return Path(str(importlib.resources.files("resources") / "i18n"))


def languages() -> list[str]:
    """Return the languages there are translations for, English first."""
    found = sorted(path.stem.removeprefix("earmark_") for path in translations_folder().glob("earmark_*.qm"))
    return ["en", *found]


def install(application: QApplication, choice: str) -> None:
    """Show texts, numbers and dates in a language such as "de"; empty for the system's.

    Texts without a translation stay English.
    """
    locale = QLocale(choice) if choice else QLocale.system()
    QLocale.setDefault(locale)
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt), ("earmark", str(translations_folder()))):
        translator = QTranslator(application)
        if translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
