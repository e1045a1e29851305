"""What a data set holds: its clips, their labels, and which split each belongs to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from trainer.errors import DataError

Split = Literal["train", "validation", "test"]
Task = Literal["tags", "genre"]

SPLITS: tuple[Split, ...] = get_args(Split)


@dataclass(frozen=True)
class Clip:
    """One labelled piece of audio.

    Args:
        key: names it within its set for ever: a clip id, a track id, a relative path.
        path: its audio file.
        labels: the indices of its tags, ascending; exactly one where the task is genre.
        split: what it is for.
    """

    key: str
    path: Path
    labels: tuple[int, ...]
    split: Split


@dataclass(frozen=True)
class LeftOut:
    """A clip that the set names and that is not used, and why."""

    key: str
    path: Path
    reason: str


@dataclass(frozen=True)
class Catalogue:
    """A data set as it lies on disk.

    Args:
        name: of the set and its form, such as "mtat-filtered".
        task: "tags", any number of labels a clip, or "genre", exactly one.
        tags: (name, category) of each label, in the order of the outputs.
        clips: in the order of the set.
        left_out: what the set names and lacks, or its form leaves out.
        shortest: seconds that a clip must last to be used; None: as long as what is heard of each.
        notes: what a person should know before trusting numbers: shared artists, a split of our own making.

    Raises:
        DataError: a key stands twice, a label is unknown, or a clip of a genre task has not one label.
    """

    name: str
    task: Task
    tags: tuple[tuple[str, str], ...]
    clips: tuple[Clip, ...]
    left_out: tuple[LeftOut, ...] = ()
    shortest: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_unique(self.name, self.clips)
        for clip in self.clips:
            ordered = list(clip.labels) == sorted(set(clip.labels))
            if not ordered or not all(0 <= label < len(self.tags) for label in clip.labels):
                raise DataError(
                    f"the labels of {clip.key!r} are not ascending indices of tags", path=clip.path
                )
            if self.task == "genre" and len(clip.labels) != 1:
                raise DataError(f"{clip.key!r} has {len(clip.labels)} genres, not one", path=clip.path)

    def sizes(self) -> dict[Split, int]:
        """Return the number of clips of each split."""
        counts = Counter(clip.split for clip in self.clips)
        return {split: counts[split] for split in SPLITS}

    def checksum(self) -> str:
        """Return a sha256, hex, of which clips are in which split with which labels; paths do not count."""
        return checksum(self.tags, [(clip.split, clip.key, clip.labels) for clip in self.clips])


def require_unique(name: str, clips: Iterable[Clip]) -> None:
    """Refuse clips of which one stands twice, in one split or in two.

    Raises:
        DataError: one does.
    """
    split_of: dict[str, Split] = {}
    for clip in clips:
        if clip.key in split_of:
            where = f"in {split_of[clip.key]} and in {clip.split}"
            raise DataError(
                f"{name} names the clip {clip.key!r} twice, {where}",
                path=clip.path,
                remedy="fetch or mend its lists",
            )
        split_of[clip.key] = clip.split


def checksum(tags: tuple[tuple[str, str], ...], clips: list[tuple[Split, str, tuple[int, ...]]]) -> str:
    """Return the sha256, hex, of a split, whatever the order of its clips; stands beside every number.

    Args:
        tags: (name, category) in the order of the outputs; only the names count.
        clips: (split, key, labels) of each.
    """
    digest = hashlib.sha256("\n".join(name for name, _ in tags).encode())
    for split, key, labels in sorted(clips):
        digest.update(f"\n{split}\t{key}\t{' '.join(map(str, labels))}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
