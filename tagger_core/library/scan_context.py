"""What the phases of one scan share."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from tagger_core.errors import Cancelled, EarmarkError
from tagger_core.library.crew import Control, Outcome, each
from tagger_core.library.progress import Reporter
from tagger_core.library.records import FileTags
from tagger_core.library.store import Library

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class ScanContext:
    """One scan.

    Args:
        tally: how many tracks were added, moved, ..., by the names of `ScanReport`.
        audio_seconds: length of the audio heard so far.
    """

    library: Library
    read_tags: Callable[[Path], FileTags]
    control: Control
    reporter: Reporter
    workers: int
    tally: Counter[str] = field(default_factory=Counter)
    audio_seconds: float = 0.0

    def stop_if_asked(self) -> None:
        """Wait while paused.

        Raises:
            Cancelled: the person stopped the scan.
        """
        if self.control.wait_here():
            raise Cancelled

    def working(
        self, work: Callable[[Item], Result], items: Iterable[Item], *, in_order: bool = False
    ) -> closing[Generator[list[Outcome[Item, Result]], None, None]]:
        """Do the work in threads (see `crew.each`); use the result in a with statement."""
        return closing(
            each(
                work,
                items,
                workers=self.workers,
                control=self.control,
                heartbeat=self.reporter.tell,
                in_order=in_order,
            )
        )

    def tags_of(self, path: bytes) -> FileTags:
        """Return the tags of a file; what went wrong is in their `problem`."""
        try:
            return self.read_tags(as_path(path))
        except Exception as error:  # noqa: BLE001 - tag libraries raise anything on odd files
            return replace(FileTags(), problem=f"tags: {reason(error)}")


def as_path(path: bytes) -> Path:
    """Return exact bytes as a path."""
    return Path(os.fsdecode(path))


def reason(error: BaseException) -> str:
    """Return what went wrong without the path, which stands beside it."""
    if isinstance(error, EarmarkError):
        return f"{error.message} ({error.remedy})" if error.remedy else error.message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "needs more memory than there is"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
