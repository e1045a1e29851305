"""Where the clips of a set lie: the paths that tables tell, which stay in its folder, and what is there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from trainer.data.catalogue import SPLITS, Clip, LeftOut, Split, require_unique
from trainer.errors import DataError

NOT_THERE = "is not on the disk"


def below(folder: Path, text: str, *, table: Path, line: int = 0) -> Path:
    """Return the path that a table tells, relative to a folder.

    Args:
        folder: that it must stay in.
        text: with "/" between its parts.
        table: that tells it, for the error.
        line: in the table, 0 where there are no lines.

    Raises:
        DataError: it is empty, absolute, leads upwards, or can be no path.
    """
    parts = PurePosixPath(text).parts
    is_odd = not parts or "\0" in text or text.startswith("/") or ".." in parts
    # On Windows a drive or a backslash may leave the folder too; elsewhere they are parts of a name.
    if is_odd or (isinstance(folder, PureWindowsPath) and {":", "\\"} & set(text)):
        where = f"line {line}: " if line else ""
        raise DataError(
            f"{where}the path {text[:200]!r} does not stay in the folder",
            path=table,
            remedy=f"only files below {folder} are read; fetch or mend the table",
        )
    return folder.joinpath(*parts)


@dataclass(frozen=True)
class Found:
    """Clips of which the audio is there, and those of which it is not."""

    clips: tuple[Clip, ...]
    left_out: tuple[LeftOut, ...]


def find(name: str, folder: Path, clips: Iterable[Clip]) -> Found:
    """Look which clips are on the disk.

    Raises:
        DataError: none is, or one stands twice.
    """
    clips = tuple(clips)
    require_unique(name, clips)
    present: list[Clip] = []
    missing: list[LeftOut] = []
    for clip in clips:
        if clip.path.is_file():
            present.append(clip)
        else:
            missing.append(LeftOut(clip.key, clip.path, NOT_THERE))
    if not present:
        example = f"; {missing[0].path} is missing, for one" if missing else ""
        raise DataError(f"holds no audio of {name}{example}", path=folder, remedy="see docs/data.md")
    return Found(tuple(present), tuple(missing))


def composed(text: str) -> str:
    """Return a text in Unicode's composed form: what looks the same is the same, whoever wrote it."""
    return unicodedata.normalize("NFC", text)


def shared(kind: str, groups: Mapping[str, set[Split]]) -> tuple[str, ...]:
    """Return a word on groups of clips, such as artists, that stand in more than one split.

    Args:
        kind: of the groups, in the plural.
        groups: the splits in which each has clips.
    """
    torn = sorted(group for group, splits in groups.items() if len(splits) > 1)
    if not torn:
        return ()
    into = ", ".join(split for split in SPLITS if any(split in groups[group] for group in torn))
    return (f"{len(torn)} of {len(groups)} {kind} are in more than one split ({into}), such as {torn[0]!r}",)
