"""The shelf of models: those that come with Earmark, and those that the person added."""

from __future__ import annotations

import hashlib
import importlib.resources
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagger_core.errors import ModelError, shown
from tagger_core.models.model_file import load, read_info, told_of, write_whole
from tagger_core.models.model_info import ModelInfo

if TYPE_CHECKING:
    from tagger_core.models.importer import Dataset, Family

SUFFIX = ".safetensors"
CHECKPOINTS = (".pth", ".pt")
"""Suffixes of public checkpoints, in small letters."""


@dataclass(frozen=True)
class ShelfEntry:
    """One model file on the shelf.

    Args:
        name: the model's; the file's where the file cannot be read.
        path: where it lies.
        info: what it says of itself; None where the file cannot be read.
        bundled: it came with Earmark and cannot be removed.
        size: of the file in bytes.
        problem: empty, or why the model cannot be used.
    """

    name: str
    path: Path
    info: ModelInfo | None
    bundled: bool
    size: int
    problem: str = ""


def bundled_folder() -> Path:
    """Return the folder of the models that come with Earmark."""
    return Path(str(importlib.resources.files("resources") / "models"))


class ModelShelf:
    """The models of this machine, by name.

    Args:
        bundled: folder of the models that came with Earmark; never written to.
        installed: folder of the person's own models; made when the first is added.
    """

    def __init__(self, bundled: Path, installed: Path) -> None:
        self._bundled = bundled
        self._installed = installed

    def list(self) -> list[ShelfEntry]:
        """Return all models by name, bundled ones first; a broken file is listed with its problem."""
        entries: list[ShelfEntry] = []
        taken: set[str] = set()
        for folder, bundled in ((self._bundled, True), (self._installed, False)):
            found = [_entry(path, bundled=bundled) for path in _files(folder)]
            for entry in sorted(found, key=lambda entry: (entry.name.casefold(), entry.path.name)):
                key = entry.name.casefold()
                if key in taken and not entry.problem:
                    problem = "another model on the shelf has the same name"
                    entries.append(
                        ShelfEntry(entry.name, entry.path, entry.info, bundled, entry.size, problem)
                    )
                else:
                    entries.append(entry)
                    taken.add(key)
        return entries

    def find(self, name: str) -> ShelfEntry:
        """Return the model of that name, whatever its case, or the one whose name starts so.

        Raises:
            ModelError: there is none, several start so, or its file cannot be used.
        """
        entries = self.list()
        key = name.casefold()
        found = [entry for entry in entries if entry.name.casefold() == key]
        if not found and key:
            found = [entry for entry in entries if entry.name.casefold().startswith(key)]
            if len(found) > 1:
                names = ", ".join(shown(entry.name) for entry in found)
                raise ModelError(f"several models start with {shown(name)!r}", remedy=f"choose from: {names}")
        if not found:
            names = ", ".join(shown(entry.name) for entry in entries if not entry.problem) or "none"
            raise ModelError(f"there is no model {shown(name)!r}", remedy=f"on the shelf: {names}")
        entry = min(found, key=lambda candidate: bool(candidate.problem))
        if entry.problem:
            raise ModelError(
                entry.problem, path=entry.path, remedy="remove it, or add it again from its source"
            )
        return entry

    def add(self, path: Path, *, replace: bool = False) -> ShelfEntry:
        """Copy a model file onto the shelf, after loading it whole.

        Args:
            path: the model file; it stays where it is.
            replace: an added model of the same name may be replaced.

        Raises:
            ModelError: the file is refused, a bundled model has its name, another model has it and
                `replace` is false, or the copy cannot be written.
        """
        model = load(path)
        name = model.info.name
        others = [entry for entry in self.list() if entry.info and entry.name.casefold() == name.casefold()]
        if any(entry.bundled for entry in others):
            raise ModelError(
                f"a model that comes with Earmark is named {shown(name)!r}", path=path, remedy="rename it"
            )
        if others and not replace:
            raise ModelError(
                f"a model {shown(name)!r} is on the shelf",
                path=path,
                remedy="replace it, or choose another name",
            )
        destination = self._installed / _file_name(name)
        if destination.exists() and all(entry.path != destination for entry in others):
            # A file that was put there by hand under a name of ours stays.
            destination = destination.with_stem(f"{destination.stem}-{model.identity[:12]}")
        with told_of(path):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != model.identity:
                raise ModelError("the file changed while it was read", remedy="try again")
        with told_of(destination):
            self._installed.mkdir(parents=True, exist_ok=True)
            write_whole(destination, content)
            for entry in others:
                if entry.path.name != destination.name:
                    entry.path.unlink(missing_ok=True)
        return _entry(destination, bundled=False)

    def add_checkpoint(
        self,
        source: Path,
        *,
        family: Family | None = None,
        dataset: Dataset | None = None,
        name: str | None = None,
        replace: bool = False,
    ) -> ShelfEntry:
        """Put what is made of a public checkpoint onto the shelf.

        Args:
            source: one of `CHECKPOINTS`; it stays where it is.
            family: as of `importer.import_checkpoint`, and so are data set and name.
            dataset: see there.
            name: see there.
            replace: as of `add`.

        Raises:
            ModelError: as of both; it names the checkpoint.
        """
        from tagger_core.models.importer import import_checkpoint  # noqa: PLC0415 - it may bring torch

        with tempfile.TemporaryDirectory(prefix="earmark-") as folder:
            made = Path(folder) / f"model{SUFFIX}"
            import_checkpoint(source, made, family=family, dataset=dataset, name=name)
            try:
                return self.add(made, replace=replace)
            except ModelError as error:
                error.path = source if error.path == made else error.path
                raise

    def has(self, name: str) -> bool:
        """Tell whether there is a model of this very name that can be used."""
        return any(one.name.casefold() == name.casefold() and not one.problem for one in self.list())

    def remove(self, name: str, path: Path | None = None) -> None:
        """Delete an added model; of several files of one name those that cannot be used, if there are any.

        Args:
            name: in full.
            path: which of them instead.

        Raises:
            ModelError: there is none of that name, it came with Earmark, or the file cannot be deleted.
        """
        key = name.casefold()
        found = [entry for entry in self.list() if entry.name.casefold() == key]
        own = [entry for entry in found if not entry.bundled]
        if not own:
            if found:
                raise ModelError(
                    f"{shown(name)!r} comes with Earmark", remedy="only added models can be removed"
                )
            names = ", ".join(shown(entry.name) for entry in self.list() if not entry.bundled) or "none"
            raise ModelError(f"there is no added model {shown(name)!r}", remedy=f"added models: {names}")
        meant = [entry for entry in own if path is None or entry.path == path]
        for entry in [entry for entry in meant if entry.problem] or meant:
            with told_of(entry.path):
                entry.path.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith(".")]
    except OSError:
        return []


def _entry(path: Path, *, bundled: bool) -> ShelfEntry:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    try:
        info = read_info(path)
    except ModelError as error:
        return ShelfEntry(path.stem, path, None, bundled, size, error.message)
    return ShelfEntry(info.name, path, info, bundled, size)


def _file_name(name: str) -> str:
    """Return a file name that every system takes; names that differ by more than case get different ones."""
    safe = re.sub(r"[^a-z0-9_-]+", "-", name.casefold()).strip("-")[:60] or "model"
    # Windows reserves con, nul and other short names, whatever the suffix.
    if safe != name or len(safe) <= 4:
        safe += "-" + hashlib.sha256(name.casefold().encode()).hexdigest()[:8]
    return f"{safe}{SUFFIX}"
