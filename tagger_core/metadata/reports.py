"""What writing, undoing and settling tell: frozen, for any thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tagger_core.errors import EarmarkError


class Failure(NamedTuple):
    """A file that was left as it was, and why."""

    path: Path
    reason: str

    @classmethod
    def of(cls, path: Path, error: EarmarkError) -> Failure:
        """Return what to tell of an error: what is wrong, and the remedy."""
        return cls(path, f"{error.message} ({error.remedy})" if error.remedy else error.message)


class LeftAlone(NamedTuple):
    """Fields of a file that somebody changed after the write, and that undoing therefore did not touch."""

    path: Path
    fields: tuple[str, ...]


@dataclass(frozen=True)
class WriteProgress:
    """How far a batch is.

    Args:
        done: files finished, failed and skipped ones included.
        total: files in the batch.
        path: the file finished last.
    """

    done: int
    total: int
    path: Path


@dataclass(frozen=True)
class WriteReport:
    """What applying a plan did.

    Args:
        batch_id: what `undo` takes; None where no file was to be changed.
        written: files that have their new tags now.
        skipped: files that had them already; they were not touched.
        failures: files that were left as they were.
        cancelled: the person stopped it; what was written stays, and can be undone.
    """

    batch_id: int | None
    written: int
    skipped: int
    failures: tuple[Failure, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class UndoReport:
    """What taking back a batch did.

    Args:
        batch_id: the batch that the undo itself is, to be undone in its turn; None where nothing was written.
        restored: files that are byte for byte as before.
        by_field: files that others changed since, and whose fields were set back.
        skipped: files that needed no change.
        left_alone: fields that others changed since.
        failures: files that were left as they were.
        cancelled: the person stopped it; what was undone stays so, the rest can be undone later.
    """

    batch_id: int | None
    restored: int
    by_field: int
    skipped: int
    left_alone: tuple[LeftAlone, ...] = ()
    failures: tuple[Failure, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class SettleReport:
    """What was found after a crash.

    Args:
        completed: files whose write had come through.
        dropped: files that are as they were before the write.
        waiting: files that cannot be reached now; they are looked at again next time.
    """

    completed: int = 0
    dropped: int = 0
    waiting: int = 0
