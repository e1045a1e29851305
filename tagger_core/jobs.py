"""The parts joined for one task each: what the command line and the window call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tagger_core.errors import InferenceError, LibraryError, ModelError
from tagger_core.library import rows
from tagger_core.library.keys import absolute, path_bytes, typed
from tagger_core.library.records import ScanProgress, ScanReport
from tagger_core.library.roots import add_root, list_roots
from tagger_core.library.store import Library
from tagger_core.library.walk import is_below
from tagger_core.models.installed import ModelShelf, ShelfEntry, bundled_folder
from tagger_core.settings import Places, Settings

if TYPE_CHECKING:
    from tagger_core.audio.pool import DecoderPool
    from tagger_core.inference.tagger import Tagger
    from tagger_core.library.hearing import SongTagger
    from tagger_core.metadata.plan import SongTags, WritePlan
    from tagger_core.metadata.presets import Preset

_SONGS_AT_ONCE = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A model as the library knows it.

    Args:
        entry: on the shelf.
        identity: sha256 of its file.
        id: its row in the library.
    """

    entry: ShelfEntry
    identity: str
    id: int

    @property
    def name(self) -> str:
        """What people call it."""
        return self.entry.name


class Workspace:
    """One library with the models and the choices that belong to it; used from any thread.

    Args:
        places: where everything lies.
        settings: the person's choices.

    Raises:
        LibraryError: the library cannot be opened.
    """

    def __init__(self, places: Places, settings: Settings) -> None:
        self.places = places
        self.settings = settings
        self.shelf = shelf(places)
        self.library = Library.open(places.database)
        self._decoders: DecoderPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._decoders is not None:
            self._decoders.close()
        self.library.close()

    def model(self, name: str | None = None) -> Model:
        """Return the model of that name, or the one in use, entered in the library.

        Raises:
            ModelError: there is none of that name, or none at all.
        """
        from tagger_core.models.model_file import identity

        entry = model_in_use(self.shelf, self.settings, name)
        found = identity(entry.path)
        if entry.info is None:
            raise ModelError(entry.problem, path=entry.path, remedy="choose another model")
        return Model(entry, found, self.library.register_model(found, entry.info))

    def tagger(self, model: Model) -> Tagger:
        """Return what hears songs with a model, made fast for this machine.

        It decodes in child processes, which go with the end of a scan or of the workspace. Where a device
        that nobody asked for has no room for the model, the processor hears; it is tried again the next time.

        Raises:
            ModelError: the file is refused.
            InferenceError: the device or precision that was chosen is not there, or fails.
        """
        from tagger_core.audio.pool import DecoderPool
        from tagger_core.inference.engine import Engine
        from tagger_core.inference.execution import choose
        from tagger_core.inference.tagger import Tagger
        from tagger_core.models.model_file import load

        loaded = load(model.entry.path)
        execution = choose(loaded, self.settings, self.places.tuning_file)
        try:
            engine = Engine(loaded, execution)
        except InferenceError as error:
            if self.settings.device != "auto" or execution.device == "cpu":
                raise
            _log.warning("%s; the processor hears instead", error.message)
            on_processor = replace(self.settings, device="cpu")
            engine = Engine(loaded, choose(loaded, on_processor, self.places.tuning_file))
        if self._decoders is None:
            self._decoders = DecoderPool(self._workers())
        return Tagger(engine, self.settings.hop, open_audio=self._decoders.open)

    def _workers(self) -> int:
        from tagger_core.library.crew import default_workers

        return self.settings.workers if self.settings.workers > 0 else default_workers()

    def add_roots(self, paths: Sequence[Path]) -> list[Path]:
        """Make a music folder of each folder that is in no known one; for a file, of the folder it is in.

        Returns:
            the folders that are new; nothing of them is scanned yet.

        Raises:
            LibraryError: a path is not there; those before it are added.
        """
        roots = list_roots(self.library)
        new = []
        for path in map(absolute, paths):
            if any(is_below(path_bytes(path), root.exact) for root in roots):
                continue
            if not path.exists():
                raise LibraryError("is not there", path=path, remedy="check the name, or mount its disk")
            new.append(path if path.is_dir() else path.parent)
            add_root(self.library, new[-1])
            roots = list_roots(self.library)
        return new

    def scan(
        self,
        paths: Sequence[Path],
        tagger: SongTagger,
        *,
        progress: Callable[[ScanProgress], None] = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
        paused: Callable[[], bool] = lambda: False,
        retry_problems: bool = False,
        known_only: bool = False,
    ) -> ScanReport:
        """Make the library agree with some folders or files, or with all its folders where none are given.

        A folder that is in no known one becomes a music folder of its own; for a file, the folder it is in.
        With `known_only` it is left out instead.

        Raises:
            LibraryError: a path is not there, or there are no folders yet; or another scan is going on.
        """
        from tagger_core.library.scanner import scan
        from tagger_core.metadata.reader import read_tags

        def stopped() -> bool:
            stop = cancelled()
            if stop and self._decoders is not None:
                self._decoders.cancel()  # one may be busy for long with a file that it cannot decode
            return stop

        if not known_only:
            self.add_roots(paths)
        if not paths and not list_roots(self.library):
            raise LibraryError("there are no music folders yet", remedy="name a folder: earmark scan ~/Music")
        workers = self._workers()
        if self._decoders is not None:
            self._decoders.most = workers
        try:
            return scan(
                self.library,
                list(paths) or None,
                tagger,
                read_tags,
                progress=progress,
                cancelled=stopped,
                paused=paused,
                workers=workers,
                retry_problems=retry_problems,
                known_only=known_only,
            )
        finally:
            if self._decoders is not None:
                self._decoders.close_idle()

    def plan(
        self,
        track_ids: Sequence[int],
        model: Model,
        preset: Preset,
        *,
        min_score: float | None = None,
        progress: Callable[[int], None] = lambda done: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> WritePlan:
        """Say what a preset would change in the files of some tracks; nothing is written.

        Args:
            track_ids: of the library.
            model: whose scores count, beside the person's decisions.
            preset: which tags go where; they are written as the settings name them.
            min_score: one threshold for all tags instead of each tag's own.
            progress: told the number of songs done.
            cancelled: asked before each song.

        Raises:
            Cancelled: the person asked to stop.
        """
        from tagger_core.metadata.plan import plan_write

        songs = self._song_tags(track_ids, model, min_score)
        return plan_write(
            songs,
            replace(preset, names=self.settings.tag_names),
            new_id3_version=self.settings.new_id3_version,
            progress=progress,
            cancelled=cancelled,
        )

    def track(self, song: str) -> int:
        """Return the id of the track that a person means by a path or a number.

        Raises:
            LibraryError: there is no such track.
        """
        found = self.library.track_id_for(typed(song))
        if found is None and song.isascii() and song.isdigit() and int(song) < 2**63:
            found = int(song) if self.library.track(int(song)) is not None else None
        if found is None:
            raise LibraryError("is not in the library", path=Path(song), remedy="scan its folder first")
        return found

    def _song_tags(
        self, track_ids: Sequence[int], model: Model, min_score: float | None
    ) -> Iterator[SongTags]:
        from tagger_core.metadata.plan import SongTags

        for first in range(0, len(track_ids), _SONGS_AT_ONCE):
            ids = track_ids[first : first + _SONGS_AT_ONCE]
            with self.library.read() as connection:
                scores = rows.scores(connection, ids, model.id)
            for row in self.library.rows(ids, model.id):
                tags = tuple(scores.get(row.id, ()))
                if min_score is not None:
                    tags = tuple(replace(tag, threshold=min_score) for tag in tags)
                yield SongTags(row.id, row.path, tags, model.name)


def shelf(places: Places) -> ModelShelf:
    """Return the models of this machine."""
    return ModelShelf(bundled_folder(), places.models)


PREFERRED = "earmark-main"
"""The bundled model that hears songs unless a person chooses another."""


def model_in_use(models: ModelShelf, settings: Settings, name: str | None = None) -> ShelfEntry:
    """Return the model of that name, else the one that was chosen, else PREFERRED, else the first that works.

    Raises:
        ModelError: there is none of that name, or none at all.
    """
    if name or settings.model:
        return models.find(name or settings.model)
    working = [entry for entry in models.list() if not entry.problem]
    if not working:
        raise ModelError("there is no model on the shelf", remedy="add one: earmark models import FILE")
    return min(working, key=lambda entry: entry.name != PREFERRED)
