"""A disk that fails in the middle of files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tagger_core.audio import opening


def fail_in_the_middle(monkeypatch: pytest.MonkeyPatch, name: str = "") -> None:
    """Let FFmpeg's reads of a file fail from its middle on, as they do at a bad place of a disk.

    Args:
        monkeypatch: takes it back.
        name: of the file; "" for every file.
    """

    class Failing(opening._RegularFile):
        def __init__(self, path: Path, **options: Any) -> None:
            super().__init__(path, **options)
            self.fails = name in ("", path.name)
            self.middle = os.fstat(self.fileno()).st_size // 2

        def read(self, size: int | None = -1, /) -> bytes:
            if self.fails and self.tell() + (size or 0) > self.middle:
                self.failure = OSError(errno.EIO, os.strerror(errno.EIO))
                raise self.failure
            return super().read(size)

    monkeypatch.setattr(opening, "_RegularFile", Failing)
    monkeypatch.setattr(opening, "READ_BYTES", 1 << 12)
