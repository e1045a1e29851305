"""Finds out after a crash which of the promised writes came true, and clears away what they left behind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from tagger_core.errors import BusyError
from tagger_core.library.keys import now_ms
from tagger_core.library.schema import WriteBatch, WriteChange, WriteFile
from tagger_core.library.store import Library
from tagger_core.metadata import disk
from tagger_core.metadata.ledger import look, mark_undone, refresh
from tagger_core.metadata.payload import file_hash
from tagger_core.metadata.reports import SettleReport

_INTERRUPTED = "Earmark was interrupted before the file was written"
_CHANGED_SINCE = "Earmark was interrupted, and the file was changed by others since"
_GONE = "Earmark was interrupted, and the file is gone since"


class _Row(NamedTuple):
    id: int
    path: bytes
    temporary: bytes
    before_hash: str
    after_hash: str
    track_id: int | None
    undoes: int | None


def settle(library: Library) -> SettleReport:
    """Bring the journal and the files together after a crash; call it at every start.

    Copies that were never put in place are deleted, by the names in the journal alone. Where another Earmark
    is writing with this library nothing is done: its rows are not leftovers.

    Raises:
        LibraryError: the database cannot be read or written.
    """
    if not _unfinished(library):
        return SettleReport()
    try:
        with library.lock("write"):
            return settle_rows(library)
    except BusyError:
        return SettleReport()


def settle_rows(library: Library) -> SettleReport:
    """Do the work of `settle` for one who holds the lock "write"."""
    if not _unfinished(library):
        return SettleReport()
    counts = {"done": 0, "failed": 0, "prepared": 0}
    with library.read() as connection:
        query = select(
            WriteFile.c.id,
            WriteFile.c.path,
            WriteFile.c.temporary,
            WriteFile.c.before_hash,
            WriteFile.c.after_hash,
            WriteFile.c.track_id,
            WriteFile.c.undoes,
        )
        rows = [_Row(*row) for row in connection.execute(query.where(WriteFile.c.state == "prepared"))]
    for row in rows:
        state, message = _outcome(row)
        if state != "prepared" and not _removed(Path(os.fsdecode(row.temporary))):
            state = "prepared"
        counts[state] += 1
        if state == "prepared":
            continue
        is_ours = state == "done" and message != _CHANGED_SINCE
        seen = look(row.track_id, Path(os.fsdecode(row.path))) if is_ours else None
        with library.write(durable=True) as connection:
            _note(connection, row, state, message)
            if seen is not None:
                refresh(connection, seen, row.id)
    with library.write(durable=True) as connection:
        # Nobody writes but us: a batch is over, though a file of it may wait for its disk.
        ended = update(WriteBatch).where(WriteBatch.c.finished_at.is_(None))
        connection.execute(ended.values(finished_at=now_ms()))
    return SettleReport(counts["done"], counts["failed"], counts["prepared"])


def _unfinished(library: Library) -> bool:
    with library.read() as connection:
        batch = select(WriteBatch.c.id).where(WriteBatch.c.finished_at.is_(None)).limit(1)
        file = select(WriteFile.c.id).where(WriteFile.c.state == "prepared").limit(1)
        return any(connection.execute(query).first() is not None for query in (batch, file))


def _outcome(row: _Row) -> tuple[str, str]:
    """Return what state a promised write has come to, and what to tell."""
    path, temporary = Path(os.fsdecode(row.path)), Path(os.fsdecode(row.temporary))
    try:
        now = file_hash(path)
    except OSError:
        return ("failed", _GONE) if _is_gone(path) else ("prepared", "")
    if not row.after_hash or now == row.before_hash:
        return "failed", _INTERRUPTED
    # The copy vanishes when it takes the place of the file, and in no other way than by us.
    if now == row.after_hash or not os.path.lexists(temporary):
        return "done", "" if now == row.after_hash else _CHANGED_SINCE
    return "failed", _INTERRUPTED


def _is_gone(path: Path) -> bool:
    """Tell whether a file was deleted or moved; where its folder is absent or empty, a disk may come back."""
    try:
        return not os.path.lexists(path) and any(path.parent.iterdir())
    except OSError:
        return False


def _removed(temporary: Path) -> bool:
    """Delete a copy that is left, and tell whether none is there now; what is not ours does not count."""
    if disk.is_temporary(temporary):
        try:
            temporary.unlink(missing_ok=True)
        except OSError:
            return False
    return True


def _note(
    connection: Connection,
    row: _Row,
    state: str,
    message: str,
) -> None:
    values: dict[str, object] = {"state": state, "temporary": b"", "message": message}
    if state == "failed":
        values["restore"] = None
        connection.execute(delete(WriteChange).where(WriteChange.c.file_id == row.id))
    elif row.undoes is not None:
        mark_undone(connection, row.undoes)
    connection.execute(update(WriteFile).where(WriteFile.c.id == row.id).values(**values))
