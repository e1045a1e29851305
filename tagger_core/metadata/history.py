"""What was written and taken back, for the person to look through."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, select

from tagger_core.errors import MetadataError
from tagger_core.library.schema import WriteBatch, WriteChange, WriteFile
from tagger_core.library.store import Library
from tagger_core.metadata.ledger import Change


@dataclass(frozen=True)
class BatchRow:
    """One act of writing, or of taking back.

    Args:
        created_at: milliseconds since the epoch, UTC.
        preset: what the tags were chosen and placed by.
        files: files that were written, undone ones included.
        undone: how many of them were taken back.
        failed: files that were left as they were.
        finished: False while it runs, or after a crash until it is settled.
        undo_of: the batch that this one took back.
        undone_by: the last batch that took back this one, or a part of it.
    """

    id: int
    created_at: int
    preset: str
    note: str
    files: int
    undone: int
    failed: int
    finished: bool
    undo_of: int | None
    undone_by: int | None

    @property
    def state(self) -> str:
        """One of "unfinished", "failed", "done", "partly undone", "undone"."""
        if not self.finished:
            return "unfinished"
        if not self.files:
            # A file may wait for its disk.
            return "failed" if self.failed else "unfinished"
        if not self.undone:
            return "done"
        return "undone" if self.undone == self.files else "partly undone"

    @property
    def can_be_undone(self) -> bool:
        """Whether it wrote files that were not taken back."""
        return self.finished and self.undone < self.files


@dataclass(frozen=True)
class BatchFile:
    """One file of a batch.

    Args:
        state: "prepared" while it is written, then "done", "failed" or "undone".
        message: why it failed.
        exact: whether undoing brings back every byte, if nobody changes the file before.
        changes: values of the fields before and after.
    """

    path: Path
    track_id: int | None
    state: str
    message: str
    exact: bool
    changes: tuple[Change, ...]


def history(library: Library, *, limit: int = -1) -> list[BatchRow]:
    """Return the batches, the newest first."""
    with library.read() as connection:
        return [BatchRow(*row) for row in connection.execute(_batches().limit(limit))]


def batch(library: Library, batch_id: int) -> BatchRow:
    """Return one batch.

    Raises:
        MetadataError: there is none with this id.
    """
    with library.read() as connection:
        row = connection.execute(_batches().where(WriteBatch.c.id == batch_id)).one_or_none()
    if row is None:
        raise MetadataError(f"there is no batch {batch_id}", remedy="choose one from the history")
    return BatchRow(*row)


def batch_files(library: Library, batch_id: int, *, offset: int = 0, limit: int = -1) -> list[BatchFile]:
    """Return files of a batch with their changes, in the order of writing; -1 for all."""
    page = (
        select(
            WriteFile.c.id,
            WriteFile.c.path,
            WriteFile.c.track_id,
            WriteFile.c.state,
            WriteFile.c.message,
            WriteFile.c.restore.is_not(None).label("exact"),
        )
        .where(WriteFile.c.batch_id == batch_id)
        .order_by(WriteFile.c.id)
        .offset(offset)
        .limit(limit)
    )
    changed = page.with_only_columns(WriteFile.c.id).subquery()
    with library.read() as connection:
        files = connection.execute(page).all()
        rows = connection.execute(
            select(WriteChange.c.file_id, WriteChange.c.field, WriteChange.c.before, WriteChange.c.after)
            .where(WriteChange.c.file_id.in_(select(changed.c.id)))
            .order_by(WriteChange.c.id)
        ).all()
    changes: dict[int, list[Change]] = {}
    for file_id, field, before, after in rows:
        changes.setdefault(file_id, []).append(Change(field, tuple(before), tuple(after)))
    return [
        BatchFile(
            Path(os.fsdecode(row.path)),
            row.track_id,
            row.state,
            row.message,
            bool(row.exact),
            tuple(changes.get(row.id, ())),
        )
        for row in files
    ]


def _batches() -> Select[*tuple[Any, ...]]:
    def count(*states: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(cast(WriteFile.c.state.in_(states), Integer)), 0)

    later = WriteBatch.alias()
    undone_by = select(func.max(later.c.id)).where(later.c.undo_of == WriteBatch.c.id).scalar_subquery()
    return (
        select(
            WriteBatch.c.id,
            WriteBatch.c.created_at,
            WriteBatch.c.preset,
            WriteBatch.c.note,
            count("done", "undone"),
            count("undone"),
            count("failed"),
            WriteBatch.c.finished_at.is_not(None),
            WriteBatch.c.undo_of,
            undone_by,
        )
        .outerjoin(WriteFile, WriteFile.c.batch_id == WriteBatch.c.id)
        .group_by(WriteBatch.c.id)
        .order_by(WriteBatch.c.id.desc())
    )
