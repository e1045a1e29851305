"""What writing starts from: the preset, where its tags go, the version of new ID3 tags."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from app.categories import category_title
from app.preferences.page import Page, even, form, note
from app.services import Services
from app.texts import number
from app.writing.options import preset_description, preset_title
from app.writing.values import field_name
from tagger_core.metadata.presets import PRESETS, FieldRule

_SENTENCE = 420  # pixels, for a sentence on one line or two


class WritingPage(Page):
    """Nothing here writes: the page of writing shows every change first."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.set_texts(
            self.tr("Writing"), self.tr("No file changes before you have seen and confirmed the change.")
        )
        settings = services.preferences.settings
        self.preset = QComboBox(self)
        self.preset.setAccessibleName(self.tr("Preset"))
        for preset in PRESETS.values():
            self.preset.addItem(preset_title(preset), preset.name)
        self.preset.setCurrentIndex(max(0, self.preset.findData(settings.preset)))
        self._described = note("", self)
        self._described.setMinimumWidth(_SENTENCE)
        self._mapping = QLabel(self, wordWrap=True)
        self.version = QComboBox(self)
        self.version.setAccessibleName(self.tr("ID3 version of new tags"))
        self.version.addItem(self.tr("ID3v2.4, several values in a field"), 4)
        self.version.addItem(self.tr("ID3v2.3, for old players and cars"), 3)
        self.version.setCurrentIndex(self.version.findData(settings.new_id3_version))
        choices = form()
        choices.addRow(self.tr("Start from"), self.preset)
        choices.addRow("", self._described)
        choices.addRow(self.tr("Tags go to"), self._mapping)
        choices.addRow(self.tr("New tags in MP3, WAV, AIFF"), self.version)
        even(choices)
        self.column.addLayout(choices)
        self.column.addWidget(note(self.tr("Files that have a tag keep its version."), self))
        self.column.addStretch(1)
        self.preset.activated.connect(lambda _row: self._preset_chosen())
        self.version.activated.connect(lambda _row: self.change(new_id3_version=self.version.currentData()))
        self._show_preset()

    def _preset_chosen(self) -> None:
        self.change(preset=self.preset.currentData())
        self._show_preset()

    def _show_preset(self) -> None:
        preset = PRESETS[self.preset.currentData()]
        self._described.setText(preset_description(preset))
        self._mapping.setText("\n".join(self._told(rule) for rule in preset.rules))

    def _told(self, rule: FieldRule) -> str:
        categories = ", ".join(category_title(category) for category in rule.categories)
        said = self.tr("%1 → %2").replace("%1", categories).replace("%2", field_name(rule.field))
        if rule.limit:
            said += " " + self.tr("(the best %1)").replace("%1", number(rule.limit))
        return said
