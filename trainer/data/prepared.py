"""Prepared data: a set's audio as int16 in one file, mapped into memory, with its labels beside it.

A prepared folder holds

    prepared.json   format, name, task, tags, sample rate, slot, place, checksum of the split
    clips.csv       key, split, samples, labels (indices with spaces between) of each clip
    audio.i16       int16, little-endian [clips, slot]; a clip shorter than its slot is followed by zeros
    left-out.csv    key, path, reason of each clip that could not be used

Reading needs numpy alone, so that a bare GPU host can train on what another machine has decoded.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer.data.catalogue import SPLITS, Catalogue, Split, Task, checksum
from trainer.errors import DataError

if TYPE_CHECKING:
    from trainer.data.excerpt import Place

FORMAT = 1
FULL_SCALE = np.float32(32768)
DESCRIPTION, CLIPS, AUDIO, LEFT_OUT = "prepared.json", "clips.csv", "audio.i16", "left-out.csv"

EXTENT = {"slot": "length", "place": "place in the songs", "spans": "lengths"}
"""What `Prepared.extent` tells, in words; what older versions wrote has none of it."""

_REMEDY = "prepare the data: earmark-train prepare, or earmark-train toy"


@dataclass(frozen=True, eq=False)
class Prepared:
    """A prepared data set; as many readers as one likes share its memory.

    Args:
        folder: where it lies.
        name: of the set and its form.
        task: "tags" or "genre".
        tags: (name, category) of each label, in the order of the outputs.
        sample_rate: in Hz.
        checksum: of the split, as `Catalogue.checksum` of the clips that are here.
        keys: of the clips, [clips].
        split_of: the split of each clip, [clips].
        samples: int64 [clips], the length of each clip in samples.
        labels: bool [clips, tags].
        audio: int16 [clips, slot], mapped and read-only.
        place: which seconds of a song are kept, "start" or "middle"; empty where an older folder does not
            say.
    """

    folder: Path
    name: str
    task: Task
    tags: tuple[tuple[str, str], ...]
    sample_rate: int
    checksum: str
    keys: tuple[str, ...]
    split_of: tuple[Split, ...]
    samples: NDArray[np.int64]
    labels: NDArray[np.bool_]
    audio: NDArray[np.int16]
    place: str = ""

    @classmethod
    def open(cls, folder: Path) -> Prepared:
        """Return the prepared data of a folder.

        Raises:
            DataError: it is none, is damaged, or was not finished.
        """
        described = _description(folder / DESCRIPTION)
        tags = tuple((name, category) for name, category in described["tags"])
        rows = _rows(folder / CLIPS, len(tags), described["slot"])
        found = checksum(tags, [(split, key, labels) for key, split, _, labels in rows])
        if found != described["checksum"]:
            raise DataError("the clips are not those of the description", path=folder / CLIPS, remedy=_REMEDY)
        labels = np.zeros((len(rows), len(tags)), np.bool_)
        for row, (_, _, _, present) in enumerate(rows):
            labels[row, list(present)] = True
        return cls(
            folder,
            described["name"],
            described["task"],
            tags,
            described["sample_rate"],
            found,
            tuple(row[0] for row in rows),
            tuple(row[1] for row in rows),
            np.array([row[2] for row in rows], np.int64),
            labels,
            _mapped(folder / AUDIO, len(rows), described["slot"]),
            described.get("place", ""),
        )

    def rows(self, split: Split) -> NDArray[np.int64]:
        """Return the places of a split's clips, ascending."""
        return np.flatnonzero([one == split for one in self.split_of])

    def extent(self) -> dict[str, int | str]:
        """Return what is kept of the clips, which the checksum does not tell, as JSON.

        These are the slot, the place if it is known, and a sha256, hex, of the clips' lengths by their keys.
        """
        digest = hashlib.sha256()
        for key, length in sorted(zip(self.keys, self.samples.tolist(), strict=True)):
            digest.update(f"{key}\t{length}\n".encode("utf-8", "surrogateescape"))
        place = {"place": self.place} if self.place else {}
        return {"slot": self.audio.shape[1], **place, "spans": digest.hexdigest()}


def extent_difference(wanted: Mapping[str, object], found: Mapping[str, object]) -> str:
    """Return in which part two extents differ, of those that both tell; empty where they do not."""
    both = (name for name in EXTENT if name in wanted and name in found)
    return next((name for name in both if wanted[name] != found[name]), "")


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return sound as it is kept: full scale is 32768, rounded to the nearest, clipped where it is louder.

    Args:
        samples: float32 [n], full scale 1.
    """
    whole: NDArray[np.float32] = np.rint(samples * FULL_SCALE)
    return whole.clip(-32768, 32767).astype(np.int16)


def describe(
    folder: Path,
    catalogue: Catalogue,
    samples: Sequence[int],
    *,
    sample_rate: int,
    slot: int,
    place: Place = "start",
) -> None:
    """Write everything but the audio; the description comes last, so that it stands for a whole folder.

    Args:
        folder: with the audio in place.
        catalogue: its clips are those of the audio, in the same order.
        samples: the length of each clip in samples.
        sample_rate: in Hz.
        slot: samples that each clip has room for.
        place: which seconds of a song are kept.
    """
    missing = [[one.key, str(one.path), one.reason] for one in catalogue.left_out]
    _table(folder / LEFT_OUT, ["key", "path", "reason"], missing)
    rows = [
        [clip.key, clip.split, str(length), " ".join(map(str, clip.labels))]
        for clip, length in zip(catalogue.clips, samples, strict=True)
    ]
    _table(folder / CLIPS, ["key", "split", "samples", "labels"], rows)
    content = {
        "format": FORMAT,
        "name": catalogue.name,
        "task": catalogue.task,
        "tags": catalogue.tags,
        "sample_rate": sample_rate,
        "slot": slot,
        "place": place,
        "checksum": catalogue.checksum(),
    }
    temporary = folder / f".{DESCRIPTION}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / DESCRIPTION)


def _table(path: Path, head: list[str], rows: list[list[str]]) -> None:
    """Write a table, and see that it is on the disk before the description may be."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)
        stream.flush()
        os.fsync(stream.fileno())


def _description(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise DataError("there is no prepared data here", path=path.parent, remedy=_REMEDY) from error
    except (OSError, ValueError) as error:
        raise DataError(f"the description cannot be read: {error}", path=path, remedy=_REMEDY) from error
    expected = {
        "format": int,
        "name": str,
        "task": str,
        "tags": list,
        "sample_rate": int,
        "slot": int,
        "checksum": str,
    }
    whole = isinstance(content, dict) and all(
        isinstance(content.get(key), kind) for key, kind in expected.items()
    )
    if (
        not whole
        or content["format"] != FORMAT
        or min(content["slot"], content["sample_rate"]) < 1
        or content["task"] not in ("tags", "genre")
        or not isinstance(content.get("place", ""), str)
        or not all(_is_tag(tag) for tag in content["tags"])
    ):
        raise DataError("the description is not one of this program's", path=path, remedy=_REMEDY)
    return content


def _is_tag(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)


def _rows(path: Path, tags: int, slot: int) -> list[tuple[str, Split, int, tuple[int, ...]]]:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
            found = list(csv.DictReader(stream))
        rows = [
            (
                row["key"],
                next(split for split in SPLITS if split == row["split"]),
                int(row["samples"]),
                tuple(int(label) for label in row["labels"].split()),
            )
            for row in found
        ]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, StopIteration, csv.Error) as error:
        raise DataError(f"the list of clips cannot be read: {error!r}", path=path, remedy=_REMEDY) from error
    for key, _, samples, labels in rows:
        if not 0 < samples <= slot or any(not 0 <= label < tags for label in labels):
            raise DataError(f"the row of {key!r} is out of range", path=path, remedy=_REMEDY)
    return rows


def _mapped(path: Path, clips: int, slot: int) -> NDArray[np.int16]:
    try:
        size = path.stat().st_size
        if not clips or size != 2 * clips * slot:
            raise DataError(
                f"the audio has {size} bytes where {clips} clips need {2 * clips * slot}",
                path=path,
                remedy=_REMEDY,
            )
        return np.memmap(path, "<i2", "r", shape=(clips, slot))
    except OSError as error:
        raise DataError(f"the audio cannot be read: {error}", path=path, remedy=_REMEDY) from error
