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

THEMES = ("system", "light", "dark")


class Preferences(QObject):
    """The person's choices, saved when they change; sizes and positions lie beside them.

    `theme` and `language` are of the window alone and lie with its sizes, not in the settings.
    """

    changed = Signal(object)
    theme_changed = Signal(str)

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

    @property
    def theme(self) -> str:
        """The look: "system", "light" or "dark"."""
        return self._chosen("window/theme", "system", THEMES)

    def set_theme(self, theme: str) -> None:
        """Keep the look and tell everybody."""
        if theme != self.theme:
            self.state().setValue("window/theme", theme)
            self.theme_changed.emit(theme)

    @property
    def language(self) -> str:
        """The language of the texts, such as "de"; empty for the system's; read at the next start."""
        return self._chosen("window/language", "")

    def set_language(self, language: str) -> None:
        """Keep the language for the next start."""
        self.state().setValue("window/language", language)

    def _chosen(self, key: str, otherwise: str, known: tuple[str, ...] = ()) -> str:
        value = str(self.state().value(key, otherwise))
        return value if not known or value in known else otherwise

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
