"""What to write, and how: preset, what happens to values that are there, which tags count."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.writing.choice import Wish, wish
from app.writing.values import field_name
from tagger_core.metadata.fields import Field
from tagger_core.metadata.presets import PRESETS, FieldRule, Mode, Preset

_PAUSE_MS = 350

translate = QCoreApplication.translate


class WriteOptions(QFrame):
    """Tells of a wish a moment after the person changed something."""

    changed = Signal(object)

    def __init__(self, preset: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._presets = QComboBox(self)
        self._presets.setAccessibleName(self.tr("Preset"))
        for one in PRESETS.values():
            self._presets.addItem(preset_title(one), one.name)
        self._presets.setCurrentIndex(max(0, self._presets.findData(preset)))
        self._about = QLabel(self, wordWrap=True)
        self._about.setProperty("role", "muted")
        self._modes: dict[Field, QComboBox] = {}
        self._fields = QFormLayout()
        self._threshold = ThresholdChoice(self)
        self._accepted = QCheckBox(self.tr("Only tags that I accepted"), self)
        self._provenance = QCheckBox(self.tr("Also note scores and model in a field EARMARK"), self)
        self._lay_out()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.changed.emit(self.wish()))
        self._presets.currentIndexChanged.connect(self._preset_chosen)
        for box in (self._accepted, self._provenance):
            box.toggled.connect(self._touched)
        self._threshold.changed.connect(self._touched)
        self._show_preset()

    def choose(self, preset: str) -> None:
        """Start from another preset."""
        row = self._presets.findData(preset)
        if row >= 0:
            self._presets.setCurrentIndex(row)

    def settle(self) -> None:
        """Tell nothing of changes so far: who asks now has seen them."""
        self._pause.stop()

    def wish(self) -> Wish:
        """Return what is set now."""
        return wish(
            self._preset(),
            {field: box.currentData() for field, box in self._modes.items()},
            min_score=None if self._accepted.isChecked() else self._threshold.value(),
            accepted_only=self._accepted.isChecked(),
            provenance=self._provenance.isChecked(),
        )

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(_caption(self.tr("PRESET"), self))
        left.addWidget(self._presets)
        left.addWidget(self._about)
        left.addStretch(1)
        middle = QVBoxLayout()
        middle.addWidget(_caption(self.tr("VALUES THAT ARE THERE"), self))
        middle.addLayout(self._fields)
        middle.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(_caption(self.tr("WHICH TAGS"), self))
        for widget in (self._threshold, self._accepted, self._provenance):
            right.addWidget(widget)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 14)
        row.setSpacing(28)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for part in (left, middle, right):
            part.setSpacing(7)
        for part in (left, middle, right):
            row.addLayout(part, 1)

    def _preset(self) -> Preset:
        return PRESETS[self._presets.currentData()]

    def _preset_chosen(self) -> None:
        self._show_preset()
        self._touched()

    def _show_preset(self) -> None:
        preset = self._preset()
        self._about.setText(preset_description(preset))
        self._modes = {}
        while self._fields.rowCount():
            self._fields.removeRow(0)
        for rule in preset.rules:
            box = self._mode_box(rule)
            self._modes[rule.field] = box
            self._fields.addRow(field_name(rule.field), box)

    def _mode_box(self, rule: FieldRule) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(self.tr("Values of %1 that are there").replace("%1", field_name(rule.field)))
        texts: dict[Mode, str] = {
            "fill": self.tr("keep them, fill empty ones"),
            "merge": self.tr("keep them, add new ones"),
            "replace": self.tr("replace them"),
        }
        if rule.mode == "append":
            # A person's own text: brackets behind it are the only way to write there.
            texts = {"append": self.tr("keep them, add in brackets")}
        for mode, text in texts.items():
            box.addItem(text, mode)
        box.setCurrentIndex(box.findData(rule.mode))
        box.setEnabled(box.count() > 1)
        box.currentIndexChanged.connect(self._touched)
        return box

    def _touched(self) -> None:
        self._threshold.setEnabled(not self._accepted.isChecked())
        self._pause.start()


class ThresholdChoice(QWidget):
    """Each tag's own threshold, or one for all."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._one_for_all = QCheckBox(self.tr("One threshold for all tags"), self)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(5, 95)
        self._slider.setPageStep(5)
        self._slider.setValue(50)
        self._slider.setAccessibleName(self.tr("Threshold in hundredths"))
        self._shown = QLabel(self)
        self._shown.setMinimumWidth(34)
        kept = self._slider.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._slider.setSizePolicy(kept)
        line = QHBoxLayout()
        line.addWidget(self._slider, 1)
        line.addWidget(self._shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._one_for_all)
        column.addLayout(line)
        self._one_for_all.toggled.connect(self._touched)
        self._slider.valueChanged.connect(self._touched)
        self._touched()

    def value(self) -> float | None:
        """Return the threshold, None for each tag's own."""
        return self._slider.value() / 100 if self._one_for_all.isChecked() else None

    def _touched(self) -> None:
        value = self.value()
        self._slider.setVisible(value is not None)
        self._shown.setText(self.locale().toString(value, "f", 2) if value is not None else "")
        self.changed.emit()


def _caption(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "caption")
    return label


def preset_title(preset: Preset) -> str:
    """Return what the window calls a preset."""
    known = {
        "standard": translate("Presets", "Standard"),
        "dj": translate("Presets", "DJ comment"),
        "itunes": translate("Presets", "iTunes grouping"),
        "custom": translate("Presets", "Custom field"),
    }
    return known.get(preset.name, preset.title)


def preset_description(preset: Preset) -> str:
    """Return the sentence that tells what a preset is for."""
    known = {
        "standard": translate("Presets", "Genre and mood, in the places that MusicBrainz Picard uses."),
        "dj": translate(
            "Presets", "Tags in brackets behind the comment, where Rekordbox, Serato and Traktor show them."
        ),
        "itunes": translate(
            "Presets", "The best genre, and other tags in the grouping, for smart playlists."
        ),
        "custom": translate(
            "Presets", "Touches no common field: all tags go into a field of their own, EARMARK_TAGS."
        ),
    }
    return known.get(preset.name, preset.description)
