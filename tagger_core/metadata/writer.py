"""One file is replaced by a changed copy of itself: then there is the old or the new one, never between.

The copy is made beside the file, changed, compared with the original down to the audio, and brought to the
disk before it takes the original's place in one step of the file system. Whatever fails before that step
leaves the original as it was; there is no other way of writing to fall back to.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tagger_core.errors import (
    ChangedSincePlanError,
    MetadataError,
    NoSpaceError,
    PayloadChangedError,
    ReadOnlyError,
    UnsettledError,
)
from tagger_core.metadata import disk
from tagger_core.metadata.edit import TagEdit, contained
from tagger_core.metadata.payload import file_hash, payload_hash
from tagger_core.metadata.plan import FilePlan, Fingerprint
from tagger_core.metadata.restore import make_restore

_ROOM = 1 << 20
_PLAN_AGAIN = "make the plan again"
_NOTHING_CHANGED = "nothing was changed"
_AT_THE_NEXT_START = "bring it back; what became of the file is found out at the next start"


@dataclass(frozen=True)
class Replacement:
    """A finished copy that is about to take the place of a file.

    Args:
        target: the file, symbolic links followed.
        temporary: the copy beside it.
        before_hash: SHA-256 of the whole file, hex.
        after_hash: SHA-256 of the whole copy, hex.
        audio: `payload_hash` of both.
        restore: what `restore.rebuild` needs to make the file again, or None.
    """

    target: Path
    temporary: Path
    before_hash: str
    after_hash: str
    audio: str
    restore: bytes | None


class Record(Protocol):
    """Who keeps account of what happens to a file, so that a crash leaves no riddle."""

    def intend(self, temporary: Path, before: os.stat_result) -> None:
        """Note the name of the copy, before there is one."""

    def promise(self, replacement: Replacement) -> None:
        """Note what the replacement will be; it must be on the disk when this returns."""


def write_file(
    plan: FilePlan, record: Record, *, new_id3_version: int = 4, allow_hard_links: bool = False
) -> bool:
    """Change the tags of one file as planned.

    Args:
        plan: what to change, and how the file is known again.
        record: is told what happens; see `Record`.
        new_id3_version: for a file that gets its first ID3v2 tag.
        allow_hard_links: write although the file has other names, which will keep the old tags.

    Returns:
        whether the file was written; one that already is as planned is not touched.

    Raises:
        MetadataError: as `replace_file` does, or the tags do not parse.
    """
    edit = TagEdit(
        {change.field: change.after for change in plan.changes},
        {change.field: change.before for change in plan.changes},
        new_id3_version=new_id3_version,
    )
    with disk.explained(plan.path):
        if not edit.is_needed(plan.path):
            return False
    replace_file(
        plan.path,
        edit,
        record,
        is_expected=lambda state: Fingerprint.of(state) == plan.fingerprint,
        allow_hard_links=allow_hard_links,
    )
    return True


Content = Callable[[Path, Path], None]
"""Makes the new content: from the file (read only) to the copy, which exists and is empty."""


def replace_file(
    path: Path,
    content: Content,
    record: Record,
    *,
    is_expected: Callable[[os.stat_result], bool],
    allow_hard_links: bool = False,
    mtime_ns: int | None = None,
) -> Path:
    """Give a file new content with the same audio; mode, times, extended attributes, owner and links stay.

    Args:
        path: the file, or a symbolic link to it.
        content: makes the new content.
        record: is told before a copy is made, and before it takes the place of the file.
        is_expected: whether the file is still the one that the change was meant for.
        allow_hard_links: write although the file has other names, which will keep the old content.
        mtime_ns: time of last change that the new file gets, the old one's unless told.

    Returns:
        the file that was replaced, symbolic links followed.

    Raises:
        ChangedSincePlanError: it vanished, is not as expected, or changed meanwhile.
        ReadOnlyError: it or its folder does not allow writing.
        NoSpaceError: the copy has no room.
        PayloadChangedError: the copy has other audio.
        UnsettledError: the disk went away, and what became of the file or its copy cannot be told yet.
        MetadataError: its audio is not found, it has other names, or the disk reports an error.
    """
    with disk.explained(path):
        target, before = _target(path, is_expected, allow_hard_links=allow_hard_links)
        before_hash = file_hash(target)
        with contained(path):
            audio = payload_hash(target)
        temporary = target.with_name(disk.temporary_name(secrets.token_hex(8)))
        record.intend(temporary, before)
        disk.create(temporary)
        try:
            with contained(path):
                content(target, temporary)
                _require_audio(temporary, audio)
                restore = make_restore(target, temporary)
            disk.copy_attributes(target, temporary, before, mtime_ns)
            disk.sync_file(temporary)
            after_hash = file_hash(temporary)
            record.promise(Replacement(target, temporary, before_hash, after_hash, audio, restore))
            _require_unchanged(target, before)
        except BaseException as error:
            _drop(temporary, path, error)
            raise
        _put_in_place(temporary, target, path, (before_hash, after_hash))
        disk.sync_folder(target.parent)
    return target


def _drop(temporary: Path, path: Path, error: BaseException) -> None:
    """Delete a copy that is not wanted any more.

    Raises:
        UnsettledError: it cannot be deleted now; its name must stay in the journal.
    """
    try:
        temporary.unlink(missing_ok=True)
    except OSError as left:
        if isinstance(error, Exception):
            raise UnsettledError(
                f"the disk went away: {left.strerror or left}", path=path, remedy=_AT_THE_NEXT_START
            ) from error


def _put_in_place(temporary: Path, target: Path, path: Path, hashes: tuple[str, str]) -> None:
    """Let a copy take the place of a file; where the disk reports an error, find out whether it did.

    A server may do what it was asked and its answer be lost.

    Args:
        temporary: the copy.
        target: the file.
        path: as the person knows it.
        hashes: of the file and of the copy.

    Raises:
        OSError: it did not, and the copy is gone.
        UnsettledError: nobody can tell by now.
    """
    try:
        temporary.replace(target)
    except OSError as error:
        try:
            now = file_hash(target)
        except OSError:
            now = ""
        if now not in hashes:
            raise UnsettledError(
                "the disk went away while the file was put in place", path=path, remedy=_AT_THE_NEXT_START
            ) from error
        _drop(temporary, path, error)
        if now == hashes[0]:
            raise
    except BaseException as error:
        _drop(temporary, path, error)
        raise


def _require_audio(copy: Path, audio: str) -> None:
    if payload_hash(copy) != audio:
        raise PayloadChangedError("the audio would have changed", remedy=_NOTHING_CHANGED)


def _require_unchanged(target: Path, before: os.stat_result) -> None:
    if disk.signature(target.stat()) != disk.signature(before):
        raise ChangedSincePlanError("it changed while it was written", remedy=_PLAN_AGAIN)


def _target(
    path: Path, is_expected: Callable[[os.stat_result], bool], *, allow_hard_links: bool
) -> tuple[Path, os.stat_result]:
    """Return the file itself and its state, or raise where it is not to be written."""
    try:
        target = path.resolve(strict=True)
        before = target.stat()
    except (FileNotFoundError, NotADirectoryError, RuntimeError) as error:
        raise ChangedSincePlanError("it is gone", path=path, remedy=_PLAN_AGAIN) from error
    if not stat.S_ISREG(before.st_mode):
        raise MetadataError("it is not a regular file", path=path, remedy="choose music files")
    if not is_expected(before):
        raise ChangedSincePlanError("it changed since the plan was made", path=path, remedy=_PLAN_AGAIN)
    if not before.st_mode & 0o222:
        raise ReadOnlyError("the file is read-only", path=path, remedy="allow writing to it")
    if before.st_nlink > 1 and not allow_hard_links:
        raise MetadataError(
            f"the file has {before.st_nlink} names (hard links), and writing would part them",
            path=path,
            remedy="allow it for this write if the other names may keep the old tags",
        )
    # Opened as if to write: the file system knows what no permission bit tells.
    os.close(os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0)))
    free = shutil.disk_usage(target.parent).free
    if free < before.st_size + before.st_size // 100 + _ROOM:
        raise NoSpaceError("the disk has no room for a copy", path=path, remedy="make room on it")
    return target, before
