"""The language of the texts: the translations that came with Earmark, and Qt's own.

The texts in the sources are English, and English needs no catalogue: `app.texts.plural` makes its plurals.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

SOURCE = "en"


def translations_folder() -> Path:
    """Return where earmark_LANGUAGE.qm files lie."""
    return Path(str(importlib.resources.files("resources") / "i18n"))


def languages() -> list[str]:
    """Return the languages there are texts in, English first."""
    found = sorted(path.stem.removeprefix("earmark_") for path in translations_folder().glob("earmark_*.qm"))
    return [SOURCE, *found]


def first_known(wanted: Sequence[str]) -> str:
    """Return the first wanted language that there are texts in, else English.

    Args:
        wanted: names such as "de-AT", the dearest first, as `QLocale.uiLanguages` gives them.
    """
    known = languages()
    plain = (name.replace("_", "-").split("-")[0] for name in wanted)
    return next((name for name in plain if name in known), SOURCE)


def install(application: QApplication, choice: str) -> None:
    """Show texts, numbers and dates in a language such as "de"; empty for the system's.

    Replaces what was installed before. Texts without a translation stay English.
    """
    locale = QLocale(choice) if choice else QLocale.system()
    QLocale.setDefault(locale)
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    # By name: Qt's own search would take a person's second language where the first is English.
    language = first_known([choice] if choice else locale.uiLanguages())
    if language == SOURCE:
        return
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt), ("earmark", str(translations_folder()))):
        translator = QTranslator(application)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
