"""What writing would change, file by file, before anything is written; planning only reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger_core.errors import Cancelled, EarmarkError, MetadataError, ReadOnlyError
from tagger_core.library.records import TagScore
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import TagFile, open_tags
from tagger_core.metadata.presets import PROVENANCE, Preset, chosen, provenance_text, wanted


@dataclass(frozen=True)
class SongTags:
    """A song and what is known of it.

    Args:
        track_id: in the library; None for a file that is not in it.
        path: the file.
        tags: of one model, with the person's decisions.
        model: its name.
    """

    track_id: int | None
    path: Path
    tags: tuple[TagScore, ...]
    model: str = ""


@dataclass(frozen=True)
class Fingerprint:
    """By which a file is known again: size in bytes, time of last change, and where it lies on the disk."""

    size: int
    mtime_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, state: os.stat_result) -> Fingerprint:
        """Return the fingerprint of a file by what `os.stat` says, links followed."""
        return cls(state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev)


@dataclass(frozen=True)
class FieldChange:
    """One field: its values now, and as they will read back after writing."""

    field: Field
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class FilePlan:
    """What happens to one file.

    Args:
        track_id: in the library, or None.
        path: as the library knows it.
        fingerprint: of the file that was read, links followed.
        format: of its tags, in words.
        changes: never empty; no change that changes nothing.
        warnings: what a person should know before, one clause each.
    """

    track_id: int | None
    path: Path
    fingerprint: Fingerprint
    format: str
    changes: tuple[FieldChange, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class WritePlan:
    """What writing with a preset would do.

    Args:
        preset: that the plan was made with.
        files: that would change.
        refused: files that cannot be written, each with the reason and the remedy.
        unchanged: number of files that already are as they would be.
        new_id3_version: for files that get their first ID3v2 tag.
    """

    preset: Preset
    files: tuple[FilePlan, ...]
    refused: tuple[tuple[Path, str], ...] = ()
    unchanged: int = 0
    new_id3_version: int = 4


def plan_write(
    songs: Iterable[SongTags],
    preset: Preset,
    *,
    new_id3_version: int = 4,
    progress: Callable[[int], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> WritePlan:
    """Read each file and say what the preset would change in it.

    Args:
        songs: taken one by one, so they may come from a query as it runs.
        preset: which tags go where.
        new_id3_version: 3 or 4, for files that get their first ID3v2 tag.
        progress: told the number of songs done after each.
        cancelled: asked before each song.

    Raises:
        Cancelled: the person asked to stop.
    """
    files: list[FilePlan] = []
    refused: list[tuple[Path, str]] = []
    unchanged = 0
    for done, song in enumerate(songs, start=1):
        if cancelled():
            raise Cancelled
        try:
            planned = plan_file(song, preset, new_id3_version=new_id3_version)
        except EarmarkError as error:
            refused.append((song.path, _reason(error)))
        except Exception as error:  # noqa: BLE001 - a hostile file that trips a parser costs one line, not the plan
            refused.append((song.path, f"its tags cannot be read: {error or type(error).__name__}"))
        else:
            if planned is None:
                unchanged += 1
            else:
                files.append(planned)
        progress(done)
    return WritePlan(preset, tuple(files), tuple(refused), unchanged, new_id3_version)


def plan_file(song: SongTags, preset: Preset, *, new_id3_version: int = 4) -> FilePlan | None:
    """Return what a preset would change in one file, or None where that is nothing.

    Raises:
        MetadataError: something would change, but the file is gone, read-only, or not written into.
    """
    try:
        state = song.path.stat()
    except OSError as error:
        reason = "it is gone" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise MetadataError(reason, path=song.path, remedy="scan the folder again") from error
    if not stat.S_ISREG(state.st_mode):
        raise MetadataError("is not a regular file", path=song.path, remedy="choose music files")
    tags = open_tags(song.path, new_id3_version=new_id3_version)
    changes = _changes(tags, song, preset)
    if not changes:
        return None
    if not state.st_mode & 0o222:
        raise ReadOnlyError("the file is read-only", path=song.path, remedy="allow writing to it")
    warnings = (*tags.warnings, *_link_warnings(song.path, state))
    return FilePlan(song.track_id, song.path, Fingerprint.of(state), tags.format, changes, warnings)


def _changes(tags: TagFile, song: SongTags, preset: Preset) -> tuple[FieldChange, ...]:
    held = chosen(song.tags, accepted_only=preset.accepted_only)
    targets = [(rule.field, wanted(rule, held, tags.get(rule.field), preset.names)) for rule in preset.rules]
    if preset.provenance:
        targets.append((PROVENANCE, provenance_text(held, song.model)))
    changes: list[FieldChange] = []
    for field, values in targets:
        before = tags.get(field)
        if values != before:
            tags.set(field, values)
            after = tags.get(field)
            if after != before:
                changes.append(FieldChange(field, before, after))
    return tuple(changes)


def _link_warnings(path: Path, state: os.stat_result) -> Sequence[str]:
    warnings: list[str] = []
    if state.st_nlink > 1:
        warnings.append(
            f"the file has {state.st_nlink} names (hard links); the others would keep the old tags"
        )
    if path.is_symlink():
        warnings.append("the path is a symbolic link; the file that it leads to is written")
    return warnings


def _reason(error: EarmarkError) -> str:
    return f"{error.message} ({error.remedy})" if error.remedy else error.message
