"""One preparation at a time in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from trainer.errors import DataError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other preparations out of a folder.

    Raises:
        DataError: another one is at work there.
    """
    try:
        with filelock.FileLock(folder / LOCK, timeout=0):
            yield
    except filelock.Timeout as error:
        raise DataError(
            "another preparation is at work here", path=folder, remedy="wait for it, or stop it"
        ) from error
