"""Opening a file for FFmpeg so that it reads this one regular file and nothing else."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import av
from av.container import InputContainer

from tagger_core.audio.formats import CONTAINERS, hint
from tagger_core.errors import AudioError, NoAudioError, ReadError

READ_BYTES = 1 << 17
# What FFmpeg, PyAV and the disk raise. PyAV's errors derive from the built-in ones, not all from FFmpegError.
FAILURES = (av.FFmpegError, OSError, ValueError, LookupError, RuntimeError, MemoryError, NotImplementedError)
REMEDY = "check that it plays elsewhere, or fetch it again"
READ_REMEDY = "check the disk or the network, and scan again"


class OpenFile(NamedTuple):
    """A file that FFmpeg reads: its container, and below it the file on the disk."""

    path: Path
    container: InputContainer
    file: _RegularFile

    def check(self) -> None:
        """See whether the disk let us read, which FFmpeg does not always tell.

        Raises:
            ReadError: it did not.
        """
        if self.file.failure is not None:
            raise read_error(self.path, self.file.failure) from self.file.failure


@contextmanager
def open_container(path: Path) -> Iterator[OpenFile]:
    """Open a file's container.

    FFmpeg is handed an open file, never a name: no name is a URL then, and undecodable bytes do no harm.

    Raises:
        NoAudioError: FFmpeg knows no audio container in it.
        ReadError: it cannot be read.
        AudioError: it is no regular file.
    """
    with _open_regular(path) as file:
        try:
            container = av.open(
                file,
                "r",
                container_options={"format_whitelist": ",".join(CONTAINERS), "protocol_whitelist": "none"},
                metadata_errors="replace",
                buffer_size=READ_BYTES,
                io_open=_refuse,
            )
        except FAILURES as error:
            if file.failure is not None:
                raise read_error(path, file.failure) from error
            raise NoAudioError("holds no audio that FFmpeg can open", path=path, remedy=REMEDY) from error
        with container:
            yield OpenFile(path, container, file)


def read_error(path: Path, error: OSError) -> ReadError:
    """Return the error that says that a file could not be read."""
    return ReadError(f"cannot be read: {reason(error)}", path=path, remedy=READ_REMEDY)


def reason(error: BaseException) -> str:
    """Return what an error says, without the file's name and numbers that PyAV adds."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class _RegularFile(io.FileIO):
    """An open file that remembers why a read failed, since FFmpeg takes a failing disk for the end."""

    failure: OSError | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(size) or b""
        except OSError as error:
            self.failure = error
            raise

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        try:
            return super().seek(offset, whence)
        except OSError:
            return -errno.EINVAL  # FFmpeg tries places before the beginning, and takes no for an answer


def _open_regular(path: Path) -> _RegularFile:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a device can do things
            raise AudioError("is not a regular file", path=path, remedy="leave it out of the music folder")
        file = _RegularFile(path, opener=_open_without_waiting)
    except OSError as error:
        raise ReadError(f"cannot be opened: {reason(error)}", path=path) from error
    except ValueError as error:
        raise AudioError(f"cannot be opened: {reason(error)}", path=path) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise AudioError("is not a regular file", path=path, remedy="leave it out of the music folder")
    file.name = hint(path)
    return file


def _open_without_waiting(name: str, flags: int) -> int:
    # A pipe that takes the file's place in this moment must not make the scan wait for a writer.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError("a media file may not open other files")
