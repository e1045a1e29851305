"""The rows that account for a batch of writes: what was meant, what was promised, what was done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, insert, select, update

from tagger_core.errors import EarmarkError, MetadataError, UnsettledError
from tagger_core.library import catalogue
from tagger_core.library.keys import clean, now_ms
from tagger_core.library.records import FileTags
from tagger_core.library.schema import Track, WriteBatch, WriteChange, WriteFile
from tagger_core.library.store import Library
from tagger_core.library.walk import FoundFile, held
from tagger_core.metadata.reader import read_tags
from tagger_core.metadata.writer import Replacement


@dataclass(frozen=True)
class Change:
    """The values of one field before and after; `field` as `fields.Field` names it."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Seen(NamedTuple):
    """A track, and its file as it was found after a write."""

    track: int
    path: bytes
    state: os.stat_result
    tags: FileTags


class Batch:
    """A batch being written; its row is made with its first file.

    Args:
        preset: name of what the tags were chosen and placed by.
        note: what the person sees in the history beside it.
        undo_of: the batch that this one takes back.
    """

    def __init__(self, library: Library, *, preset: str, note: str = "", undo_of: int | None = None) -> None:
        self.library = library
        self.id: int | None = None
        self._values = {"preset": preset, "note": clean(note), "undo_of": undo_of}

    def file(
        self, path: Path, track_id: int | None, changes: Sequence[Change], *, undoes: int | None = None
    ) -> FileRecord:
        """Return the record of one file; `undoes` is the row of the write that it takes back."""
        return FileRecord(self, path, track_id, tuple(changes), undoes)

    def begin(self, connection: Connection) -> int:
        """Return the id of the row, made now if it was not there."""
        if self.id is None:
            made = insert(WriteBatch).values(created_at=now_ms(), **self._values).returning(WriteBatch.c.id)
            return int(connection.execute(made).scalar_one())
        return self.id

    def finish(self) -> None:
        """Note that nothing more is written in this batch; on the disk when this returns."""
        if self.id is not None:
            with self.library.write(durable=True) as connection:
                own = update(WriteBatch).where(WriteBatch.c.id == self.id)
                connection.execute(own.values(finished_at=now_ms()))


class FileRecord:
    """The rows of one file in a batch: a `writer.Record`."""

    def __init__(
        self, batch: Batch, path: Path, track_id: int | None, changes: tuple[Change, ...], undoes: int | None
    ) -> None:
        self._batch = batch
        self._library = batch.library
        self._path = path
        self._track_id = track_id
        self._changes = changes
        self._undoes = undoes
        self._id: int | None = None

    def intend(self, temporary: Path, before: os.stat_result) -> None:
        """Note the name of the copy to be made; settling after a crash removes it."""
        self._insert(
            state="prepared",
            temporary=os.fsencode(temporary),
            before_size=before.st_size,
            before_mtime_ns=held(before.st_mtime_ns),
        )

    def promise(self, replacement: Replacement) -> None:
        """Note hashes, changes and the way back; on the disk when this returns."""
        values = {
            "before_hash": replacement.before_hash,
            "after_hash": replacement.after_hash,
            "audio": replacement.audio,
            "restore": replacement.restore,
        }
        with self._library.write(durable=True) as connection:
            connection.execute(update(WriteFile).where(WriteFile.c.id == self._id).values(**values))
            rows = [
                {"file_id": self._id, "field": c.field, "before": list(c.before), "after": list(c.after)}
                for c in self._changes
            ]
            if rows:
                connection.execute(insert(WriteChange), rows)

    def done(self) -> None:
        """Note that the copy took the place of the file, and what the library shows of it now."""
        seen = look(self._track_id, self._path)
        with self._library.write() as connection:
            connection.execute(
                update(WriteFile).where(WriteFile.c.id == self._id).values(state="done", temporary=b"")
            )
            if self._undoes is not None:
                mark_undone(connection, self._undoes)
            if seen is not None and self._id is not None:
                refresh(connection, seen, self._id)

    def failed(self, error: MetadataError) -> None:
        """Note why the file was left as it was; where that is not certain, settling finds out."""
        if isinstance(error, UnsettledError):
            return
        message = error.message
        if self._id is None:
            self._insert(state="failed", temporary=b"", before_size=0, before_mtime_ns=0, message=message)
            return
        with self._library.write() as connection:
            # Without a write there are no changes: what was promised did not come.
            connection.execute(delete(WriteChange).where(WriteChange.c.file_id == self._id))
            values = {"state": "failed", "temporary": b"", "restore": None, "message": message}
            connection.execute(update(WriteFile).where(WriteFile.c.id == self._id).values(**values))

    def _insert(self, **values: object) -> None:
        with self._library.write() as connection:
            batch = self._batch.begin(connection)
            known = select(Track.c.id).where(Track.c.id == self._track_id)
            self._track_id = connection.execute(known).scalar()
            row = {
                "batch_id": batch,
                "track_id": self._track_id,
                "path": os.fsencode(self._path),
                "undoes": self._undoes,
                **values,
            }
            made = insert(WriteFile).values(**row).returning(WriteFile.c.id)
            number = int(connection.execute(made).scalar_one())
        self._batch.id, self._id = batch, number


def mark_undone(connection: Connection, file_id: int) -> None:
    """Note that a write was taken back."""
    connection.execute(update(WriteFile).where(WriteFile.c.id == file_id).values(state="undone"))


def look(track: int | None, path: Path) -> Seen | None:
    """Return what a track's file says now, or None where there is no track or its file cannot be read."""
    if track is None:
        return None
    try:
        return Seen(track, os.fsencode(path), path.stat(), read_tags(path))
    except (OSError, EarmarkError):
        return None


def refresh(connection: Connection, seen: Seen, file_id: int) -> None:
    """Let the library show what the file says after a write, the row `file_id`.

    Where the library knew the file as it was right before the write, a scan finds it unchanged. Otherwise
    somebody had changed it, maybe its audio, and the next scan finds out.
    """
    was_known = and_(Track.c.size == WriteFile.c.before_size, Track.c.mtime_ns == WriteFile.c.before_mtime_ns)
    query = select(Track.c.root_id, was_known).join(WriteFile, WriteFile.c.track_id == Track.c.id)
    row = connection.execute(query.where(WriteFile.c.id == file_id, Track.c.path == seen.path)).first()
    if row is None:
        return
    root, is_known = row
    if is_known:
        catalogue.retag(connection, seen.track, FoundFile.of(seen.path, seen.state, root), seen.tags)
    else:
        catalogue.reword(connection, seen.track, seen.tags)
