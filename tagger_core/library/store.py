"""The library as other parts see it: open a database, read, write, search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from tagger_core.errors import BusyError, LibraryError
from tagger_core.library import database


class Library:
    """A library database; one object serves all threads of a process.

    Args:
        path: the database, of this version already (see `open`).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = database.readers(path)
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


def _synchronous(connection: Connection, mode: str) -> None:
    connection.connection.cursor().execute(f"PRAGMA synchronous = {mode}")
