"""What the person chose, and where Earmark keeps its things."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagger_core.errors import SettingsError

HOME_VARIABLE = "EARMARK_HOME"
LONGEST_NAME = 100  # characters of what a tag is written as


@dataclass(frozen=True)
class Places:
    """Folders on this machine; nothing is created before it is needed.

    Args:
        data: the library database, the installed models.
        config: the settings file.
        cache: measurements of this machine; may be deleted at any time.
    """

    data: Path
    config: Path
    cache: Path

    @classmethod
    def default(cls) -> Places:
        """Return the system's usual folders, or those below EARMARK_HOME where that is set."""
        import appdirs  # noqa: PLC0415 - a host that only computes does without

        home = os.environ.get(HOME_VARIABLE)
        if home:
            base = Path(home).expanduser().absolute()
            return cls(base / "data", base / "config", base / "cache")
        return cls(
            Path(appdirs.user_data_dir("earmark", appauthor=False)),
            Path(appdirs.user_config_dir("earmark", appauthor=False)),
            Path(appdirs.user_cache_dir("earmark", appauthor=False)),
        )

    @property
    def database(self) -> Path:
        """The library: tracks, scores, decisions, history of writes."""
        return self.data / "library.sqlite"

    @property
    def models(self) -> Path:
        """The models that the person imported."""
        return self.data / "models"

    @property
    def settings_file(self) -> Path:
        """The choices that the person keeps."""
        return self.config / "settings.json"

    @property
    def tuning_file(self) -> Path:
        """What was measured of this machine."""
        return self.cache / "tuning.json"


@dataclass(frozen=True)
class Settings:
    """Every choice a person can keep; unknown keys of a newer version are carried along unread.

    Args:
        model: name of the model that scores are made and shown with; empty for the one that Earmark prefers.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        precision: "auto", "fp32", "bf16", "fp16".
        hop: window starts in windows, 1.0 for no overlap; 0.5 hears everything twice.
        workers: songs analysed at once; 0 for one per core.
        preset: name of the preset that writing starts from.
        new_id3_version: 3 or 4, for files that get their first ID3v2 tag; others keep the version they have.
        tag_names: what tags are written into files as, by `keys.tag_key`; empty for not at all.
        watch: the window listens for changes in the music folders and scans what changed.
        rescan_minutes: the window scans all folders that often; 0 for never.
    """

    model: str = ""
    device: str = "auto"
    precision: str = "auto"
    hop: float = 1.0
    workers: int = 0
    preset: str = "standard"
    new_id3_version: int = 4
    tag_names: dict[str, str] = field(default_factory=dict, hash=False)
    watch: bool = True
    rescan_minutes: int = 30
    unknown: dict[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if not 0.05 <= self.hop <= 100:
            raise SettingsError(f"hop is {self.hop}", remedy="choose a hop from 0.05 to 100 windows")
        if not 0 <= self.workers <= 256:
            raise SettingsError(f"workers is {self.workers}", remedy="choose from 0 (all cores) to 256")
        if self.precision not in ("auto", "fp32", "bf16", "fp16"):
            raise SettingsError(f"precision is {self.precision!r}", remedy="choose auto, fp32, bf16 or fp16")
        if self.new_id3_version not in (3, 4):
            raise SettingsError(f"new_id3_version is {self.new_id3_version}", remedy="choose 3 or 4")
        for tag, name in self.tag_names.items():
            if not isinstance(name, str) or not name.isprintable() or len(name) > LONGEST_NAME:
                raise SettingsError(
                    f"tag_names has {name!r} for {tag!r}",
                    remedy=f"choose a text of one line and at most {LONGEST_NAME} characters",
                )
        if not 0 <= self.rescan_minutes <= 10_080:
            raise SettingsError(
                f"rescan_minutes is {self.rescan_minutes}", remedy="choose from 0 (never) to 10080 (a week)"
            )

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read the settings file; one that is not there means the defaults.

        Raises:
            SettingsError: the file is no JSON object, or a value has the wrong type or range.
        """
        try:
            raw = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as error:
            raise SettingsError(f"cannot be read: {error}", path=path, remedy="mend or delete it") from error
        if not isinstance(raw, dict):
            raise SettingsError("is not a JSON object", path=path, remedy="mend or delete it")
        known: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        defaults = {f.name: getattr(cls(), f.name) for f in dataclasses.fields(cls) if f.name != "unknown"}
        for name, value in raw.items():
            if name not in defaults:
                unknown[name] = value
                continue
            kind = type(defaults[name])
            # Exactly: JSON's true is an int to Python; but a whole number may stand for a float.
            if type(value) is not kind and not (kind is float and type(value) is int):
                raise SettingsError(
                    f"{name} is {value!r}", path=path, remedy=f"it must be of type {kind.__name__}"
                )
            known[name] = value
        try:
            return cls(**known, unknown=unknown)
        except SettingsError as error:
            error.path = path
            raise

    def save(self, path: Path) -> None:
        """Write the settings file whole or not at all."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "unknown"}
        text = json.dumps({**self.unknown, **values}, indent=2, sort_keys=True) + "\n"
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, "utf-8")
            temporary.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise SettingsError(
                f"cannot be written: {error.strerror or error}",
                path=path,
                remedy="allow writing there, or make room",
            ) from error
