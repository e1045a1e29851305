"""Takes a batch back: byte for byte where nobody touched the file since, else field by field."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from tagger_core.errors import ChangedSincePlanError, MetadataError
from tagger_core.library.schema import Track, WriteBatch, WriteChange, WriteFile
from tagger_core.library.store import Library
from tagger_core.library.walk import is_nowhere
from tagger_core.metadata import disk, formats
from tagger_core.metadata.edit import TagEdit, contained
from tagger_core.metadata.fields import Field
from tagger_core.metadata.ledger import Batch, Change, mark_undone
from tagger_core.metadata.payload import file_hash, payload_hash
from tagger_core.metadata.reports import Failure, LeftAlone, UndoReport, WriteProgress
from tagger_core.metadata.restore import RestoreError, rebuild
from tagger_core.metadata.settle import settle_rows
from tagger_core.metadata.writer import Content, replace_file


@dataclass(frozen=True)
class _Written:
    """A row of a write that may be taken back; `path` is where the song is now, `changes` lead back."""

    id: int
    track_id: int | None
    path: Path
    before_hash: str
    after_hash: str
    audio: str
    mtime_ns: int
    restore: bytes | None
    changes: tuple[Change, ...]


@dataclass
class _Tally:
    restored: int = 0
    by_field: int = 0
    skipped: int = 0
    left_alone: list[LeftAlone] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def undo(
    library: Library,
    batch_id: int,
    *,
    progress: Callable[[WriteProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    allow_hard_links: bool = False,
) -> UndoReport:
    """Take back what a batch wrote; the undo is a batch of its own, and undoing that one writes it again.

    A file that still is as the batch left it becomes byte for byte what it was, with its time of last change.
    In one that somebody changed since, the fields that still have our value get their old one; the others are
    left alone and named. A song that moved is taken back where the library knows it to be; another song in
    its place is left as it is. A file in which nothing of ours is left counts as undone. Files that failed,
    and those not reached when cancelled, can be undone later.

    Raises:
        MetadataError: there is no such batch, or nothing is left of it to undo.
        BusyError: another Earmark is writing with this library.
        LibraryError: the database cannot be read or written.
    """
    with library.lock("write"):
        settle_rows(library)
        ids = _open_files(library, batch_id)
        batch = Batch(library, preset=_preset(library, batch_id), undo_of=batch_id)
        tally = _Tally()
        stopped = False
        try:
            for count, file_id in enumerate(ids, start=1):
                if cancelled is not None and cancelled():
                    stopped = True
                    break
                written = _load(library, file_id)
                _undo_file(batch, written, tally, allow_hard_links=allow_hard_links)
                if progress is not None:
                    progress(WriteProgress(count, len(ids), written.path))
        finally:
            batch.finish()
    return UndoReport(
        batch.id,
        tally.restored,
        tally.by_field,
        tally.skipped,
        tuple(tally.left_alone),
        tuple(tally.failures),
        cancelled=stopped,
    )


def _open_files(library: Library, batch_id: int) -> list[int]:
    """Return the files of a batch that were written and not taken back, the last one first."""
    with library.read() as connection:
        if connection.execute(select(WriteBatch.c.id).where(WriteBatch.c.id == batch_id)).first() is None:
            raise MetadataError(f"there is no batch {batch_id}", remedy="choose one from the history")
        of_batch = WriteFile.c.batch_id == batch_id
        done = (
            select(WriteFile.c.id)
            .where(of_batch, WriteFile.c.state == "done")
            .order_by(WriteFile.c.id.desc())
        )
        ids = list(connection.execute(done).scalars())
        undone = select(func.count()).where(of_batch, WriteFile.c.state == "undone")
        already = connection.execute(undone).scalar_one()
    if not ids and already:
        raise MetadataError(f"batch {batch_id} was undone already", remedy="undo that undo to have it again")
    if not ids:
        raise MetadataError(f"batch {batch_id} wrote no file", remedy="there is nothing to undo")
    return ids


def _preset(library: Library, batch_id: int) -> str:
    with library.read() as connection:
        query = select(WriteBatch.c.preset).where(WriteBatch.c.id == batch_id)
        return str(connection.execute(query).scalar_one())


def _load(library: Library, file_id: int) -> _Written:
    with library.read() as connection:
        track = (Track.c.id == WriteFile.c.track_id) & ~Track.c.missing
        query = select(WriteFile, Track.c.path.label("present")).outerjoin(Track, track)
        row = connection.execute(query.where(WriteFile.c.id == file_id)).one()
        changes = connection.execute(
            select(WriteChange.c.field, WriteChange.c.before, WriteChange.c.after)
            .where(WriteChange.c.file_id == file_id)
            .order_by(WriteChange.c.id)
        ).all()
    return _Written(
        row.id,
        row.track_id,
        _place(row.path, row.present),
        row.before_hash,
        row.after_hash,
        row.audio,
        row.before_mtime_ns,
        row.restore,
        tuple(Change(name, tuple(after), tuple(before)) for name, before, after in changes),
    )


def _place(written: bytes, present: bytes | None) -> Path:
    """Return where a song is as the library knows, or else where it was written."""
    return Path(os.fsdecode(written if present is None or is_nowhere(present) else present))


def _undo_file(batch: Batch, written: _Written, tally: _Tally, *, allow_hard_links: bool) -> None:
    try:
        with disk.explained(written.path):
            state = disk.signature(written.path.stat())
            untouched = file_hash(written.path) == written.after_hash
        if untouched and written.restore is not None:
            try:
                _put(
                    batch, written, _Bytes(written), written.changes, state, allow_hard_links=allow_hard_links
                )
            except RestoreError:
                pass  # The bytes are out of reach, the fields are not.
            else:
                tally.restored += 1
                return
        if not untouched:
            _require_song(written)
        _undo_fields(batch, written, tally, state, allow_hard_links=allow_hard_links)
    except MetadataError as error:
        tally.failures.append(Failure.of(written.path, error))


def _require_song(written: _Written) -> None:
    """Raise where another song has the place of the one that was written."""
    with disk.explained(written.path), contained(written.path):
        if written.audio and payload_hash(written.path) != written.audio:
            raise ChangedSincePlanError(
                "another song is in its place by now, or its audio was changed",
                path=written.path,
                remedy="it is left alone; if the song was moved, scan anew",
            )


class _Bytes:
    """The content that a file had before a write."""

    def __init__(self, written: _Written) -> None:
        self._written = written

    def __call__(self, source: Path, copy: Path) -> None:
        """Make it, and make sure that it is."""
        rebuild(source, self._written.restore or b"", copy)
        if file_hash(copy) != self._written.before_hash:
            raise RestoreError("the record for undoing does not lead back to the file", path=source)


def _undo_fields(
    batch: Batch, written: _Written, tally: _Tally, state: tuple[int, ...], *, allow_hard_links: bool
) -> None:
    """Set those fields back that still are as we wrote them."""
    mine, others = [], []
    with contained(written.path):
        tags = formats.open_tags(written.path)
        for change in written.changes:
            now = tags.get(Field(change.field))
            if now == change.before:
                mine.append(change)
            elif now != change.after:
                others.append(change.field)
    if others:
        tally.left_alone.append(LeftAlone(written.path, tuple(others)))
    edit = TagEdit(
        {Field(change.field): change.after for change in mine},
        {Field(change.field): change.before for change in mine},
    )
    if not mine or not edit.is_needed(written.path):
        # Nothing of ours is left to take back, now or later.
        with batch.library.write() as connection:
            mark_undone(connection, written.id)
        tally.skipped += 1
        return
    _put(batch, written, edit, tuple(mine), state, allow_hard_links=allow_hard_links)
    tally.by_field += 1


def _put(
    batch: Batch,
    written: _Written,
    content: Content,
    changes: tuple[Change, ...],
    state: tuple[int, ...],
    *,
    allow_hard_links: bool,
) -> None:
    record = batch.file(written.path, written.track_id, changes, undoes=written.id)
    try:
        replace_file(
            written.path,
            content,
            record,
            is_expected=lambda now: disk.signature(now) == state,
            allow_hard_links=allow_hard_links,
            mtime_ns=written.mtime_ns if isinstance(content, _Bytes) else None,
        )
    except MetadataError as error:
        record.failed(error)
        raise
    record.done()
