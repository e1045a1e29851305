"""Opening the database file: is it ours, is it of this version; connections that many threads can use.

Write-ahead logging lets readers read while one thread writes. `synchronous=NORMAL` keeps the database whole
through a power loss but may lose the last commits: right for scores, which a scan makes again. What must not
be lost, such as the journal of writes, is committed with FULL. There is no `mmap_size`: with memory mapping a
read error of the disk ends the process instead of raising.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from tagger_core.errors import DatabaseTooNewError, LibraryError

VERSION = 3  # the number of migrations; PRAGMA user_version
APPLICATION = 0x45726D6B  # "Ermk"; PRAGMA application_id tells our files from those of other programs
BUSY_SECONDS = 30.0

# What the machine or another program does to us, with the remedy; anything else is a bug of ours.
_ENVIRONMENT = {
    sqlite3.SQLITE_BUSY: ("is locked by another program", "close what else uses it and try again"),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "close what else uses it and try again"),
    sqlite3.SQLITE_READONLY: ("is read-only", "allow writing to the file and its folder"),
    sqlite3.SQLITE_PERM: ("may not be opened", "allow reading and writing the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check that the folder exists and allows writing"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "make room on the disk and try again"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written: the disk reports an error", "check the disk"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "restore it from a backup, or move it away to begin a new one"),
    sqlite3.SQLITE_NOTADB: ("is not a database", "choose another file, or move it away to begin a new one"),
    sqlite3.SQLITE_NOMEM: ("cannot be read: there is no memory left", "close other programs"),
    sqlite3.SQLITE_PROTOCOL: ("cannot be locked", "keep it on a local disk"),
}


def environment_error(path: Path, error: BaseException | None) -> LibraryError | None:
    """Return the error to show where the machine is at fault, None where we are."""
    if not isinstance(error, sqlite3.Error):
        return None
    said = _ENVIRONMENT.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
    return LibraryError(said[0], path=path, remedy=said[1]) if said else None


def prepare(path: Path) -> None:
    """Make or migrate the database at `path`, so that it is of this version.

    Raises:
        DatabaseTooNewError: a newer Earmark made it; the file is left as it is.
        LibraryError: it is no library, or the machine does not let us.
    """
    version = _version(path)
    if version == VERSION:
        return
    from filelock import FileLock  # noqa: PLC0415 - needed once a version, as Alembic is

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of two programs that start at once, one migrates and the other finds it done.
        with FileLock(f"{path}.migrate.lock", timeout=BUSY_SECONDS):
            version = _version(path)
            if 0 < version < VERSION:
                _back_up(path, version)
            if version < VERSION:
                _migrate(path)
    except OSError as error:
        raise LibraryError(
            f"cannot be made: {error.strerror or error}",
            path=path,
            remedy="choose a folder that allows writing",
        ) from error
    except sqlite3.Error as error:
        raise environment_error(path, error) or error from error


def _version(path: Path) -> int:
    """Return the version of the file without changing a byte of it; 0 where there is no database yet."""
    if path.is_dir():
        raise LibraryError("is a folder", path=path, remedy="name a file for the library")
    try:
        if not path.exists() or path.stat().st_size == 0:
            return 0
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        ) as c:
            application = c.execute("PRAGMA application_id").fetchone()[0]
            version = int(c.execute("PRAGMA user_version").fetchone()[0])
            tables = c.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except OSError as error:
        raise LibraryError(
            f"cannot be read: {error.strerror}", path=path, remedy="allow reading it"
        ) from error
    except sqlite3.Error as error:
        raise environment_error(path, error) or error from error
    if application != APPLICATION and (tables or version):
        raise LibraryError(
            "is the database of another program", path=path, remedy="choose another file for the library"
        )
    if version > VERSION:
        raise DatabaseTooNewError(
            f"was made by a newer Earmark (version {version} of the tables, this one knows {VERSION})",
            path=path,
            remedy="update Earmark, or choose another library",
        )
    return version


def _back_up(path: Path, version: int) -> Path:
    """Copy the database beside itself, whole or not at all."""
    target = path.with_name(f"{path.name}.version-{version}.backup")
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _migrate(path: Path) -> None:
    # Alembic costs a start-up a quarter of a second, and is needed once a version.
    from tagger_core.library import migrations  # noqa: PLC0415 - see above

    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    engine = _engine(path, "BEGIN IMMEDIATE", poolclass=NullPool, foreign_keys=False)
    with engine.begin() as connection:
        migrations.upgrade(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def readers(path: Path) -> Engine:
    """Return an engine to read with from any number of threads; a transaction sees one state of the data."""
    return _engine(path, "BEGIN", poolclass=QueuePool, pool_size=4, max_overflow=-1, query_only=True)


def searcher(path: Path) -> Engine:
    """Return an engine of one connection to search with: it keeps the orders of the library at hand."""
    return _engine(path, "BEGIN", poolclass=QueuePool, pool_size=1, max_overflow=0, query_only=True)


def writer(path: Path) -> Engine:
    """Return the engine of the one connection that writes; its transactions take the write lock at once."""
    return _engine(path, "BEGIN IMMEDIATE", poolclass=QueuePool, pool_size=1, max_overflow=0)


def _engine(
    path: Path, begin: str, *, foreign_keys: bool = True, query_only: bool = False, **pool: Any
) -> Engine:
    def connect() -> sqlite3.Connection:
        # The driver would begin transactions by itself, too late for a consistent read: SQLAlchemy does it.
        raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        raw.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA cache_size = -65536")
        raw.execute("PRAGMA temp_store = MEMORY")
        raw.execute(f"PRAGMA query_only = {int(query_only)}")
        return raw

    engine = create_engine("sqlite://", creator=connect, **pool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "handle_error", retval=True)
    def _tell(context: ExceptionContext) -> BaseException | None:
        told = environment_error(path, context.original_exception)
        # Who writes through a connection for reading has a bug, not a read-only disk.
        return None if query_only and "read-only" in str(told) else told

    return engine
