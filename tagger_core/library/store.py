"""The library as other parts see it: open a database, read, write, search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from tagger_core.errors import BusyError, LibraryError
from tagger_core.library import (
    database,
    decisions,
    figures,
    keys,
    known_models,
    large,
    rows,
    saved,
    search,
    similarity,
)
from tagger_core.library.query.fields import FIELDS
from tagger_core.library.records import (
    Decided,
    ModelTag,
    Problem,
    RegisteredModel,
    SavedQuery,
    Stats,
    TagCount,
    Timeline,
    TrackDetail,
    TrackRow,
)

if TYPE_CHECKING:
    from tagger_core.models.model_info import ModelInfo


class Library:
    """A library database; one object serves all threads of a process.

    Args:
        path: the database, of this version already (see `open`).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = database.readers(path)
        self._searcher = database.searcher(path)
        self._writer = database.writer(path)
        self._writing = threading.Lock()
        self._writing_thread: int | None = None

    @classmethod
    def open(cls, path: Path) -> Library:
        """Open a library; make the database where there is none, migrate an older one.

        Raises:
            DatabaseTooNewError: a newer Earmark made it; the file is left as it is.
            LibraryError: it is no library, or the machine does not let us.
        """
        path = path.absolute()
        database.prepare(path)
        library = cls(path)
        try:
            with library.write():
                pass
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Give back the connections; the object is not used after."""
        self._readers.dispose()
        self._searcher.dispose()
        self._writer.dispose()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read in one transaction, which sees one state of the library whatever is written meanwhile.

        The connection refuses to write. Keep it short: a long one lets the write-ahead log grow.
        """
        with self._readers.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """Write in one short transaction: committed at the end, rolled back by an exception.

        One thread writes at a time; the others wait. Do no slow work inside (no decoding, no file access).

        Args:
            durable: the commit is on the disk before this returns, also through a power loss.
        """
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("write() inside write(): pass the connection on")
        with self._writing, self._writer.connect() as connection:
            self._writing_thread = threading.get_ident()
            try:
                # Outside the transaction: SQLite does not change the mode within one.
                _synchronous(connection, "FULL" if durable else "NORMAL")
                with connection.begin():
                    yield connection
            finally:
                self._writing_thread = None

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold what only one Earmark may do at a time with this library: "scan", "write".

        Raises:
            BusyError: another program, or another thread of this one, is at it.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415 - who only reads, as at a start, needs none

        file = self.path.with_name(f"{self.path.name}.{name}.lock")
        try:
            lock = FileLock(file, timeout=0, thread_local=False)
            lock.acquire()
        except Timeout as error:
            doing = {"scan": "scanning", "write": "writing tags"}.get(name, name)
            raise BusyError(
                f"another Earmark is {doing} with this library",
                path=self.path,
                remedy="wait until it is done",
            ) from error
        except OSError as error:
            raise LibraryError(f"cannot be locked: {error.strerror}", path=file) from error
        try:
            yield
        finally:
            lock.release()

    def search(self, text: str, model_id: int | None = None, limit: int | None = None) -> list[int]:
        """Return the ids of the tracks that a query means, in its order.

        Args:
            text: in the query language; empty for all tracks that are there.
            model_id: the active model, from `register_model`; None leaves tags to the person's word.
            limit: at most so many.

        Raises:
            QueryError: the query does not parse, or names what is not there.
        """
        with self._searcher.connect() as connection:
            return search.search(connection, text, model_id, limit)

    def prepare_orders(self, cancelled: Callable[[], bool]) -> None:
        """Read the orders by which tracks are usually sorted, so that the first sort is as quick as the next.

        A search waits for at most one of them.
        """
        for field in FIELDS.values():
            if field.indexed and not cancelled():
                with self._searcher.connect() as connection:
                    large.prepare(connection, field)

    def rows(self, ids: Sequence[int], model_id: int | None = None) -> list[TrackRow]:
        """Return the tracks with these ids in their order; ids that are not there are left out."""
        with self.read() as connection:
            return rows.rows(connection, ids, model_id)

    def track(self, track_id: int, model_id: int | None = None) -> TrackDetail | None:
        """Return all that is known of a track, None where there is none."""
        with self.read() as connection:
            return rows.detail(connection, track_id, model_id)

    def timeline(self, track_id: int, model_id: int) -> Timeline | None:
        """Return the scores of a track window by window, None where it is not analysed."""
        with self.read() as connection:
            return rows.timeline(connection, track_id, model_id)

    def track_id_for(self, path: Path) -> int | None:
        """Return the track at a path, None where the library has none."""
        with self.read() as connection:
            return search.track_id_for(connection, keys.absolute(path))

    def similar(self, track_id: int, model_id: int, limit: int = 50) -> list[tuple[int, float]]:
        """Return the tracks that sound most like one: (track id, cosine similarity), nearest first."""
        with self.read() as connection:
            return similarity.similar(connection, track_id, model_id, limit)

    def decide(self, track_ids: Iterable[int], tag: str, accepted: bool | None) -> None:
        """Accept or reject a tag of tracks, or with None take the word back; it beats every model.

        Raises:
            LibraryError: the tag is no name.
        """
        with self.write() as connection:
            decisions.decide(connection, track_ids, tag, accepted)

    def decisions(self, track_ids: Sequence[int] | None = None) -> list[Decided]:
        """Return what was decided of some tracks, or of all, by track and name."""
        with self.read() as connection:
            return decisions.decisions(connection, track_ids)

    def register_model(self, identity: str, info: ModelInfo) -> int:
        """Return the id of a model; enter it if it is new, take over its thresholds if not."""
        with self.write() as connection:
            return known_models.register(connection, identity, info)

    def model_id(self, identity: str) -> int | None:
        """Return the id of a registered model, None where it is not registered."""
        with self.read() as connection:
            return known_models.id_of(connection, identity)

    def models(self) -> list[RegisteredModel]:
        """Return the registered models, the one that heard something last first."""
        with self.read() as connection:
            return known_models.registered(connection)

    def tags(self, model_id: int) -> list[ModelTag]:
        """Return the tags of a model in the order of its outputs."""
        with self.read() as connection:
            return list(known_models.tags_of(connection, model_id).values())

    def tag_counts(
        self,
        model_id: int,
        ids: Sequence[int] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> list[TagCount]:
        """Return for each tag of a model how many of these tracks have it; None for all that are there.

        Raises:
            Cancelled: `cancelled`, which is asked before each tag, said so.
        """
        with self.read() as connection:
            return figures.tag_counts(connection, model_id, ids, cancelled)

    def stats(self, model_id: int | None = None) -> Stats:
        """Return the library in numbers; analysed and pending are those of the model."""
        with self.read() as connection:
            return figures.stats(connection, model_id)

    def problems(self, model_id: int | None = None) -> list[Problem]:
        """Return the tracks that could not be read or heard, or only in part, by path."""
        with self.read() as connection:
            return figures.problems(connection, model_id)

    def saved_searches(self) -> list[SavedQuery]:
        """Return the saved searches in the order they were added."""
        with self.read() as connection:
            return saved.saved_searches(connection)

    def save_search(self, name: str, query: str) -> SavedQuery:
        """Keep a query under a new name; see `saved.add`."""
        with self.write() as connection:
            return saved.add(connection, name, query)

    def rename_search(self, saved_id: int, name: str) -> None:
        """Give a saved search another name; see `saved.rename`."""
        with self.write() as connection:
            saved.rename(connection, saved_id, name)

    def remove_search(self, saved_id: int) -> None:
        """Forget a saved search."""
        with self.write() as connection:
            saved.remove(connection, saved_id)

    def optimise(self) -> None:
        """Measure the tables, so that SQLite chooses well; a scan does it that changed much."""
        with self.write() as connection:
            # Bounded: a look at so many rows of each index tells how selective it is.
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
            connection.exec_driver_sql("ANALYZE")


def _synchronous(connection: Connection, mode: str) -> None:
    connection.connection.cursor().execute(f"PRAGMA synchronous = {mode}")
