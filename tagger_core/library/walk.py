"""Finds the audio files below folders, and opens none of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# fmt: off
AUDIO_SUFFIXES = frozenset((
    "3ga", "aac", "ac3", "adts", "aif", "aifc", "aiff", "amr", "ape", "asf", "au", "awb", "bwf", "caf", "dff",
    "dsf", "dts", "eac3", "flac", "m4a", "m4b", "m4p", "m4r", "mka", "mlp", "mp+", "mp1", "mp2", "mp3", "mp4",
    "mpc", "mpga", "mpp", "ofr", "ofs", "oga", "ogg", "oggflac", "opus", "ra", "rf64", "shn", "snd", "spx",
    "tak", "thd", "tta", "voc", "w64", "wav", "wave", "weba", "webm", "wma", "wv",
))
# fmt: on
"""File name suffixes, without the dot and in small letters, that are taken for audio."""

_SUFFIXES = frozenset(suffix.encode() for suffix in AUDIO_SUFFIXES)
_SKIPPED_FOLDERS = frozenset(
    (b"$recycle.bin", b"#recycle", b"@eadir", b"system volume information", b"lost+found")
)
_SEPARATOR = os.sep.encode()
_LARGEST = 2**63 - 1
_FILES_BETWEEN_LOOKS = 512


class FoundFile(NamedTuple):
    """What the file system says of one audio file.

    Args:
        path: the exact bytes of the absolute path.
        size: in bytes.
        mtime_ns: time of the last change in nanoseconds, held within 64 bits.
        inode: number of the file on its device, 63 bits of it; 0 where the system does not tell.
        device: number of the device, 63 bits of it.
        root: the innermost root that the file was reached through.
    """

    path: bytes
    size: int
    mtime_ns: int
    inode: int
    device: int
    root: int

    @classmethod
    def of(cls, path: bytes, status: os.stat_result, root: int) -> FoundFile:
        """Return what a status says of the file at a path, reached through a root."""
        inode, device = status.st_ino & _LARGEST, status.st_dev & _LARGEST
        return cls(path, status.st_size, held(status.st_mtime_ns), inode, device, root)

    @property
    def identity(self) -> tuple[int, int, int, int]:
        """What stays when a file is renamed on its disk: device, inode, size, time of the last change."""
        return (self.device, self.inode, self.size, self.mtime_ns)


class WalkProblem(NamedTuple):
    """A folder or file that could not be looked at, and why."""

    path: bytes
    message: str


@dataclass
class Walk:
    """What a walk found.

    Args:
        files: in folder order.
        problems: folders and files that could not be looked at.
        unreadable: those of the starting places that are not there or cannot be listed.
    """

    files: list[FoundFile] = field(default_factory=list)
    problems: list[WalkProblem] = field(default_factory=list)
    unreadable: set[bytes] = field(default_factory=set)


class _Folder(NamedTuple):
    path: bytes
    root: int
    is_start: bool = False


def is_hidden(name: bytes) -> bool:
    """Tell from its name whether a file or folder is hidden; "...And Justice for All" is a title."""
    return name.startswith(b".") and not name.startswith(b"..")


def is_audio_name(name: bytes) -> bool:
    """Tell from its name whether a file is audio; hidden ones, and so Earmark's own copies, are not."""
    return not is_hidden(name) and name.rpartition(b".")[2].lower() in _SUFFIXES and b"." in name


def is_below(path: bytes, folder: bytes) -> bool:
    """Tell whether a path is the folder or lies below it; both absolute and normalised."""
    return path == folder or path.startswith(folder if folder.endswith(_SEPARATOR) else folder + _SEPARATOR)


def below(folder: bytes) -> tuple[bytes, bytes]:
    r"""Return between which paths, the second one left out, all those lie that are below a folder.

    Examples:
        >>> below(b"/music"), below(b"/")
        ((b'/music/', b'/music0'), (b'/', b'0'))
    """
    first = folder.rstrip(_SEPARATOR) + _SEPARATOR
    return first, first[:-1] + bytes([first[-1] + 1])


def is_same_file(path: bytes, inode: int, device: int) -> bool:
    """Tell whether a path still leads to the file with this inode and device."""
    try:
        status = os.stat(path)  # noqa: PTH116 - bytes, which pathlib does not take
    except OSError:
        return False
    return (status.st_ino & _LARGEST, status.st_dev & _LARGEST) == (inode, device)


def is_nowhere(path: bytes) -> bool:
    """Tell whether nothing is at a path; where the system does not let us look, something may be."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def holds_file(path: bytes, size: int, mtime_ns: int) -> bool:
    """Tell whether a path leads to a regular file of this size and time."""
    try:
        status = os.stat(path)  # noqa: PTH116 - bytes, as above
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and (status.st_size, held(status.st_mtime_ns)) == (size, mtime_ns)


def held(mtime_ns: int) -> int:
    """Return a time of last change within 64 bits, as the tables keep it."""
    return max(-_LARGEST, min(_LARGEST, mtime_ns))


def holds_anything(folder: bytes) -> bool:
    """Tell whether a folder is there and holds something that a walk would look at."""
    try:
        with os.scandir(folder) as listing:
            return any(not _is_passed_over(entry.name) for entry in listing)
    except OSError:
        return False


def walk(
    starts: Iterable[tuple[bytes, int]],
    roots: Mapping[bytes, int],
    *,
    seen: Callable[[bytes, int], None] = lambda path, files: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Walk:
    """List the audio files at and below the starting places, each file once.

    A folder is entered once, whatever links lead to it, so loops of links end. What is reached without a link
    goes before what is reached through one, so a file has the same path in every walk. Devices, sockets and
    pipes are passed over. A walk that was cancelled returns what it has; its caller knows that it is not all.

    Args:
        starts: absolute paths of folders or files, each with the root that it belongs to.
        roots: all roots by path; a file belongs to the innermost.
        seen: told each folder and the number of files so far.
        cancelled: asked often.
    """
    return _Walker(roots, seen, cancelled).run(starts)


class _Walker:
    def __init__(
        self, roots: Mapping[bytes, int], seen: Callable[[bytes, int], None], cancelled: Callable[[], bool]
    ) -> None:
        self.roots = roots
        self.seen = seen
        self.cancelled = cancelled
        self.result = Walk()
        self.entered: set[object] = set()
        self.linked_folders: list[_Folder] = []
        self.linked_files: list[FoundFile] = []
        self.shared: set[tuple[int, int]] = set()

    def run(self, starts: Iterable[tuple[bytes, int]]) -> Walk:
        for path, root in starts:
            self._start(path, root)
        while self.linked_folders and not self.cancelled():
            self._descend(self.linked_folders.pop(0))
        self._add_linked_files()
        return self.result

    def _start(self, path: bytes, root: int) -> None:
        try:
            is_folder = stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - bytes, which pathlib does not take
        except OSError as error:
            self._problem(path, error)
            self.result.unreadable.add(path)
            return
        if is_folder:
            self._descend(_Folder(path, root, is_start=True))
        elif is_audio_name(path.rpartition(_SEPARATOR)[2]):
            # As with a link: it may also lie in a folder that is looked at.
            self._file(path, root, linked=True)

    def _descend(self, start: _Folder) -> None:
        waiting = [start]
        while waiting:
            if self.cancelled():
                return
            folder = waiting.pop()
            folder = folder._replace(root=self.roots.get(folder.path, folder.root))
            waiting.extend(reversed(list(self._enter(folder))))
            self.seen(folder.path, len(self.result.files))

    def _enter(self, folder: _Folder) -> Iterator[_Folder]:
        """Take in the files of one folder and yield its folders."""
        try:
            status = os.stat(folder.path)  # noqa: PTH116 - bytes, which pathlib does not take
            key = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder.path)
            if key in self.entered:
                return
            self.entered.add(key)
            with os.scandir(folder.path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(folder.path, error)
            if folder.is_start:
                self.result.unreadable.add(folder.path)
            return
        for number, entry in enumerate(entries):
            if number % _FILES_BETWEEN_LOOKS == _FILES_BETWEEN_LOOKS - 1 and self.cancelled():
                return
            inner = self._entry(entry, folder.root)
            if inner is not None:
                yield inner

    def _entry(self, entry: os.DirEntry[bytes], root: int) -> _Folder | None:
        """Take in one file, or return the folder that is to be entered next."""
        name = entry.name
        if _is_passed_over(name):
            return None
        try:
            linked = entry.is_symlink()
            if entry.is_dir():
                if not linked:
                    return _Folder(entry.path, root)
                self.linked_folders.append(_Folder(entry.path, root))
            elif is_audio_name(name):
                self._file(entry.path, root, linked, entry)
        except OSError as error:
            if is_audio_name(name) or not entry.is_symlink():
                self._problem(entry.path, error)
        return None

    def _file(self, path: bytes, root: int, linked: bool, entry: os.DirEntry[bytes] | None = None) -> None:
        try:
            status = entry.stat() if entry is not None else os.stat(path)  # noqa: PTH116 - bytes, as above
        except OSError as error:
            self._problem(path, error)
            return
        if not stat.S_ISREG(status.st_mode):
            return
        found = FoundFile.of(path, status, root)
        if linked:
            self.linked_files.append(found)
            return
        if status.st_nlink > 1 and found.inode:
            if (found.device, found.inode) in self.shared:
                return
            self.shared.add((found.device, found.inode))
        self.result.files.append(found)

    def _add_linked_files(self) -> None:
        """Add the files that only a link leads to."""
        if not self.linked_files:
            return
        known = {_file_key(found) for found in self.result.files}
        for found in self.linked_files:
            if _file_key(found) not in known:
                known.add(_file_key(found))
                self.result.files.append(found)

    def _problem(self, path: bytes, error: OSError) -> None:
        self.result.problems.append(WalkProblem(path, f"cannot be looked at: {error.strerror or error}"))


def _is_passed_over(name: bytes) -> bool:
    """Tell from its name whether an entry of a folder is hidden, or a folder of the system."""
    return is_hidden(name) or name.lower() in _SKIPPED_FOLDERS


def _file_key(found: FoundFile) -> object:
    """Return what two paths to one file have in common."""
    return (found.device, found.inode) if found.inode else os.path.realpath(found.path)
