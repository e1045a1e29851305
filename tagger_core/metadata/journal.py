"""Writes a plan to the files, and keeps in the library what leads back."""

from __future__ import annotations

from collections.abc import Callable

from tagger_core.errors import MetadataError
from tagger_core.library.store import Library
from tagger_core.metadata.history import batch, batch_files, history
from tagger_core.metadata.ledger import Batch, Change, FileRecord
from tagger_core.metadata.plan import FilePlan, WritePlan
from tagger_core.metadata.reports import Failure, WriteProgress, WriteReport
from tagger_core.metadata.settle import settle, settle_rows
from tagger_core.metadata.undo import undo
from tagger_core.metadata.writer import write_file

__all__ = ["apply", "batch", "batch_files", "history", "settle", "undo"]


def apply(
    library: Library,
    plan: WritePlan,
    *,
    progress: Callable[[WriteProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    allow_hard_links: bool = False,
    note: str = "",
) -> WriteReport:
    """Write a plan, file by file, as one batch that `undo` can take back.

    A file that cannot be written is left as it was, named in the report, and does not stop the others.

    Args:
        library: keeps the journal.
        plan: what the person saw and agreed to.
        progress: told after each file.
        cancelled: asked before each file.
        allow_hard_links: write also files with other names, which will keep the old tags.
        note: what the history shows beside the batch.

    Raises:
        BusyError: another Earmark is writing with this library.
        LibraryError: the journal cannot be written, so that nothing more is; `settle` at the next start, or
            the next write, brings it in order.
    """
    written = skipped = 0
    failures: list[Failure] = []
    stopped = False
    with library.lock("write"):
        settle_rows(library)
        group = Batch(library, preset=plan.preset.name, note=note)
        try:
            for count, file in enumerate(plan.files, start=1):
                if cancelled is not None and cancelled():
                    stopped = True
                    break
                record = _record(group, file)
                try:
                    changed = write_file(
                        file,
                        record,
                        new_id3_version=plan.new_id3_version,
                        allow_hard_links=allow_hard_links,
                    )
                except MetadataError as error:
                    record.failed(error)
                    failures.append(Failure.of(file.path, error))
                else:
                    written, skipped = written + changed, skipped + (not changed)
                    if changed:
                        record.done()
                if progress is not None:
                    progress(WriteProgress(count, len(plan.files), file.path))
        finally:
            group.finish()
    return WriteReport(group.id, written, skipped, tuple(failures), cancelled=stopped)


def _record(group: Batch, file: FilePlan) -> FileRecord:
    changes = [Change(str(change.field), change.before, change.after) for change in file.changes]
    return group.file(file.path, file.track_id, changes)
