"""What every panel is handed: library, models, workers, the person's choices. Nothing is global."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal

from app.runner import TaskRunner
from tagger_core.jobs import Model, Workspace
from tagger_core.library.store import Library
from tagger_core.settings import Settings


class Preferences(QObject):
    """The person's choices, saved when they change; sizes and positions lie beside them."""

    changed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace

    @property
    def settings(self) -> Settings:
        """The choices as they are now."""
        return self._workspace.settings

    def change(self, **values: Any) -> None:
        """Change and save some settings, then tell everybody.

        Raises:
            SettingsError: a value is out of range, or the file cannot be written; nothing has changed then.
        """
        settings = dataclasses.replace(self.settings, **values)
        if settings == self.settings:
            return
        settings.save(self._workspace.places.settings_file)
        self._workspace.settings = settings
        self.changed.emit(settings)

    def state(self) -> QSettings:
        """Return where widths, positions and the like are remembered."""
        path = self._workspace.places.config / "window.ini"
        return QSettings(str(path), QSettings.Format.IniFormat)


class ActiveModel(QObject):
    """The model that scores are shown and made with; None until it is entered, or where there is none."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model: Model | None = None

    @property
    def id(self) -> int | None:
        """Its row in the library."""
        return self.model.id if self.model else None

    def use(self, model: Model) -> None:
        """Show scores of this model from now on."""
        self.model = model
        self.changed.emit(model)


@dataclass(frozen=True)
class Services:
    """Handed to every panel."""

    workspace: Workspace
    runner: TaskRunner
    preferences: Preferences
    active: ActiveModel

    @property
    def library(self) -> Library:
        """The person's library; calls on it belong into a lane of the runner."""
        return self.workspace.library
