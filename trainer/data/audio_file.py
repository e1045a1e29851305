"""The file of prepared audio while it is being written: rows of int16 in one file, in any order."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DataError

_SPARE_BYTES = 32 << 20  # for the lists beside the audio


class AudioFile:
    """A file of rows; one thread writes.

    Args:
        path: is made, or taken up as it is.
        rows: that it has; what is longer is cut, and new rows are zeros.
        slot: samples of a row.

    Raises:
        DataError: the disk has not the room for all rows.
    """

    def __init__(self, path: Path, rows: int, slot: int) -> None:
        self.path = path
        self._row_bytes = 2 * slot
        _require_room(path, rows * self._row_bytes)
        path.touch()
        self._stream = path.open("rb+", buffering=0)
        self._stream.truncate(rows * self._row_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def write(self, row: int, samples: NDArray[np.int16]) -> int:
        """Write a row, zeros after its samples, and return its CRC-32."""
        content = samples.astype("<i2", copy=False).tobytes().ljust(self._row_bytes, b"\0")
        self._put(row, content)
        return zlib.crc32(content)

    def crc(self, row: int) -> int:
        """Return the CRC-32 of a row."""
        return zlib.crc32(self._get(row))

    def copy(self, source: int, target: int) -> None:
        """Write one row in the place of another."""
        self._put(target, self._get(source))

    def sync(self) -> None:
        """See that everything is on the disk."""
        os.fsync(self._stream.fileno())

    def _put(self, row: int, content: bytes) -> None:
        self._stream.seek(row * self._row_bytes)
        rest = memoryview(content)
        while rest:
            rest = rest[self._stream.write(rest) :]

    def _get(self, row: int) -> bytes:
        self._stream.seek(row * self._row_bytes)
        parts, missing = [], self._row_bytes
        while missing and (part := self._stream.read(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _require_room(path: Path, wanted: int) -> None:
    held = 0
    if path.exists():
        told = path.stat()
        # The file has holes where nothing was written yet; only POSIX tells how much of it is real.
        held = told.st_blocks * 512 if hasattr(told, "st_blocks") else 0
    missing = wanted + _SPARE_BYTES - held
    free = shutil.disk_usage(path.parent).free
    if missing > free:
        raise DataError(
            f"the prepared audio needs {missing / 1e9:.1f} GB more, and {free / 1e9:.1f} GB are free",
            path=path.parent,
            remedy="make room, name a folder on another disk, or ask for fewer seconds or a lower rate",
        )
