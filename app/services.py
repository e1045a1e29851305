"""What every panel is handed: library, models, workers, the person's choices. Nothing is global."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from app.runner import TaskRunner
from tagger_core.library.store import Library
from tagger_core.models.installed import ModelShelf
from tagger_core.settings import Places, Settings


class Preferences(QObject):
    """The person's choices, saved when they change; sizes and positions lie beside them."""

    changed = Signal(object)

    def __init__(self, places: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places = places
        self.settings = Settings.load(places.settings_file)

    def change(self, **values: Any) -> None:
        """Change and save some settings, then tell everybody.

        Raises:
            SettingsError: a value is out of range, or the file cannot be written; nothing has changed then.
        """
        settings = dataclasses.replace(self.settings, **values)
        if settings == self.settings:
            return
        settings.save(self._places.settings_file)
        self.settings = settings
        self.changed.emit(settings)

    def state(self) -> QSettings:
        """Return where widths, positions and the like are remembered."""
        return QSettings(str(self._places.config / "window.ini"), QSettings.Format.IniFormat)


@dataclass(frozen=True)
class Services:
    """Handed to every panel."""

    places: Places
    library: Library
    shelf: ModelShelf
    runner: TaskRunner
    preferences: Preferences
