"""How the window looks and speaks."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QComboBox, QWidget

from app.language import languages
from app.preferences.page import Page, even, form, note
from app.services import Services


class AppearancePage(Page):
    """The theme changes at once, the language at the next start."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(self.tr("Appearance"), "")
        preferences = services.preferences
        self.theme = QComboBox(self)
        self.theme.setAccessibleName(self.tr("Theme"))
        for value, text in (
            ("system", self.tr("as the system")), ("light", self.tr("light")), ("dark", self.tr("dark")),
        ):  # fmt: skip
            self.theme.addItem(text, value)
        self.theme.setCurrentIndex(self.theme.findData(preferences.theme))
        self.language = QComboBox(self)
        self.language.setAccessibleName(self.tr("Language"))
        self.language.addItem(self.tr("as the system"), "")
        for code in languages():
            self.language.addItem(_own_name(code), code)
        self.language.setCurrentIndex(max(0, self.language.findData(preferences.language)))
        choices = form()
        choices.addRow(self.tr("Theme"), self.theme)
        choices.addRow(self.tr("Language"), self.language)
        even(choices)
        self.column.addLayout(choices)
        self.column.addWidget(note(self.tr("Another language is there from the next start on."), self))
        self.column.addStretch(1)
        self.theme.activated.connect(lambda _row: preferences.set_theme(self.theme.currentData()))
        self.language.activated.connect(lambda _row: preferences.set_language(self.language.currentData()))


def _own_name(code: str) -> str:
    """Return what a language calls itself, such as "Deutsch"; English without its country."""
    locale = QLocale(code)
    if locale.language() == QLocale.Language.English:
        return "English"
    return locale.nativeLanguageName() or code
