"""What writing asks of the file system, where systems differ, and what its errors mean to a person."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tagger_core.errors import (
    ChangedSincePlanError,
    MetadataError,
    NoSpaceError,
    ReadOnlyError,
    UnsettledError,
)

if sys.platform != "win32":
    import fcntl

_PREFIX, _SUFFIX = ".earmark-", ".tmp"
_NO_SPACE = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ETXTBSY})
_COPYFILE_ALL_METADATA = 7  # COPYFILE_ACL | COPYFILE_STAT | COPYFILE_XATTR in copyfile.h of macOS


def temporary_name(token: str) -> str:
    """Return a short name that no music scanner takes for a song and no file of the person has."""
    return f"{_PREFIX}{token}{_SUFFIX}"


def is_temporary(path: Path) -> bool:
    """Tell whether a file has a name that only Earmark gives."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)


def signature(state: os.stat_result) -> tuple[int, ...]:
    """Return what changes with every change of a file, its time of last change set back or not."""
    changed = state.st_ctime_ns if os.name == "posix" else 0
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, changed


def create(path: Path) -> None:
    """Create an empty file that nobody else may read yet; one that is there already is an error."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def copy_attributes(source: Path, target: Path, state: os.stat_result, mtime_ns: int | None) -> None:
    """Give a copy the owner, mode, extended attributes and times of a file, as far as that is allowed."""
    if sys.platform != "win32":
        for owner in (state.st_uid, -1):
            # Not allowed, or in a container that has no such owner.
            with contextlib.suppress(OSError):
                os.chown(target, owner, state.st_gid)
                break
    if sys.platform == "darwin":
        _copy_with_copyfile(source, target)
    _drop_inherited(source, target)
    shutil.copystat(source, target)
    if mtime_ns is not None:
        os.utime(target, ns=(state.st_atime_ns, mtime_ns))


def _drop_inherited(source: Path, target: Path) -> None:
    """Take from a copy the extended attributes that only its folder gave it, above all an access list."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for name in set(os.listxattr(target)) - set(os.listxattr(source)):
                with contextlib.suppress(OSError):
                    os.removexattr(target, name)


def _copy_with_copyfile(source: Path, target: Path) -> None:
    """Copy access lists, Finder tags and other attributes, which Python does not know of on macOS."""
    import ctypes  # noqa: PLC0415 - needed on one system only

    library = ctypes.CDLL(None, use_errno=True)
    library.copyfile(os.fsencode(source), os.fsencode(target), None, ctypes.c_uint32(_COPYFILE_ALL_METADATA))


def sync_file(path: Path) -> None:
    """Bring the content of a file to the disk."""
    with path.open("r+b") as file:
        full = getattr(fcntl, "F_FULLFSYNC", None) if sys.platform != "win32" else None
        if full is not None:
            # macOS: fsync alone leaves the data in the cache of the drive.
            with contextlib.suppress(OSError):
                fcntl.fcntl(file.fileno(), full)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; where a file system cannot, it keeps its own promises."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of the system, also those inside other errors, into ones that tell what to do.

    Raises:
        ChangedSincePlanError: the file is not there.
        NoSpaceError: the disk or the person's share of it is full.
        ReadOnlyError: the file or folder may not be written.
        UnsettledError: as it was raised.
        MetadataError: any other error of the system; errors of this family get the path if they have none.
    """
    try:
        yield
    except UnsettledError:
        raise
    except (OSError, MetadataError) as error:
        system = _system_error(error)
        if system is not None and system.errno in _NO_SPACE:
            raise NoSpaceError(
                "the disk has no room for a copy", path=path, remedy="make room on it"
            ) from error
        if isinstance(error, MetadataError):
            error.path = error.path or path
            raise
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            raise ChangedSincePlanError(
                "it is gone", path=path, remedy="bring it back, or scan anew"
            ) from error
        if error.errno in _NOT_ALLOWED:
            raise ReadOnlyError(
                f"writing is not allowed: {error.strerror}",
                path=path,
                remedy="allow writing to the file and its folder, and close programs that have it open",
            ) from error
        raise MetadataError(
            f"the disk reports an error: {error.strerror or error}", path=path, remedy="check the disk"
        ) from error


def _system_error(error: BaseException | None) -> OSError | None:
    """Return the error of the system that led to an error, or None."""
    for _ in range(16):
        if error is None:
            return None
        if isinstance(error, OSError):
            return error
        inner = next((value for value in error.args if isinstance(value, OSError)), None)
        error = inner or error.__cause__ or error.__context__
    return None
