"""What all formats have in common: fields over records of bytes, and the edits that put them into a file."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tagger_core.errors import MetadataError
from tagger_core.metadata.fields import Field, clean

_BLOCK = 1 << 20
_SAVE = "save its tags once with another tag editor"
MOST_PARTS = 10_000
"""Blocks or chunks of one file: far beyond any real one, and what a file that is all zeros may cost."""
UNDECODED = "\ufffd"
"""Stands for bytes that are no text in the encoding that a tag names."""


class TagFile(ABC):
    """The tags of one file, as read; changes wait in memory until `save`.

    Attributes:
        path: the file that was read.
        format: what the tags are, in words: "ID3v2.3", "Vorbis comment (FLAC)" ...
        refusal: None, or the error that says why this file is not written into; `get` works all the same.
        warnings: what a person should know before they write, one sentence each.
    """

    def __init__(self, path: Path, tag_format: str) -> None:
        self.path = path
        self.format = tag_format
        self.refusal: MetadataError | None = None
        self.warnings: tuple[str, ...] = ()

    @abstractmethod
    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of a field, in order; empty where it is missing."""

    @abstractmethod
    def raw(self, field: Field) -> tuple[bytes, ...]:
        """Return the frames, comments or atoms that hold a field, as they stand in the file."""

    @abstractmethod
    def _replace(self, field: Field, values: tuple[str, ...]) -> None:
        """Put cleaned values, which differ from the present ones, in the place of a field."""

    @abstractmethod
    def save(self, path: Path) -> None:
        """Put the changes into `path`, which must be a byte for byte copy of the file that was read.

        The file is changed in place and not synced: give it a copy that may be thrown away.

        Raises:
            MetadataError: the tags do not fit the format.
            OSError: the copy cannot be written.
        """

    def set(self, field: Field, values: tuple[str, ...]) -> None:
        """Give a field these values; none remove it. `get` then tells what a reader will find in the file.

        Values are kept as well as the format can: ID3v2.3 joins them, MP4 holds a whole number for BPM.

        Raises:
            MetadataError: this file is not written into, or the format cannot hold a value.
        """
        if not field.writable:
            raise ValueError(f"{field} is only read")
        if self.refusal is not None:
            raise self.refusal
        wanted = tuple(text for text in map(clean, values) if text)
        if wanted == self.get(field):
            return
        if any(UNDECODED in value for value in wanted):
            raise MetadataError(
                f"{field} holds text in an unknown encoding, which would be lost",
                path=self.path,
                remedy=_SAVE,
            )
        self._replace(field, wanted)


@dataclass(frozen=True)
class Edit:
    """Bytes of a file to be replaced.

    Args:
        offset: where, in the file as it is before any edit.
        length: how many bytes go.
        data: what comes in their place.
    """

    offset: int
    length: int
    data: bytes


def apply_edits(path: Path, edits: Iterable[Edit]) -> None:
    """Change a file in place; bytes outside the edits stay the same and move only if the length changes."""
    edits = sorted((edit for edit in edits if edit.length or edit.data), key=lambda edit: edit.offset)
    with path.open("r+b") as file:
        for edit in edits:
            if len(edit.data) == edit.length:
                file.seek(edit.offset)
                file.write(edit.data)
        sized = [edit for edit in edits if len(edit.data) != edit.length]
        if sized:
            _splice(file, sized)


def _splice(file: BinaryIO, edits: Sequence[Edit]) -> None:
    start = edits[0].offset
    end = edits[-1].offset + edits[-1].length
    parts: list[bytes] = []
    position = start
    for edit in edits:
        file.seek(position)
        parts += [file.read(edit.offset - position), edit.data]
        position = edit.offset + edit.length
    region = b"".join(parts)
    move_tail(file, end, len(region) - (end - start))
    file.seek(start)
    file.write(region)


def move_tail(file: BinaryIO, offset: int, shift: int) -> None:
    """Move everything from `offset` to the end by `shift` bytes, in blocks; cut the file where it shrinks."""
    size = file.seek(0, os.SEEK_END)
    starts = range(offset, size, _BLOCK)
    for start in reversed(starts) if shift > 0 else starts if shift < 0 else ():
        file.seek(start)
        block = file.read(min(_BLOCK, size - start))
        file.seek(start + shift)
        file.write(block)
    if shift < 0:
        file.truncate(size + shift)


def of_places(field: Field, places: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the values of a field that a file may hold in several places.

    One that is written goes to all places that have it, so what any of them holds is told, and told once
    whatever its case; one that is only read has the values of the first place that has any.
    """
    found: tuple[str, ...] = ()
    for values in places:
        known = {value.casefold() for value in found}
        found += tuple(value for value in values if value.casefold() not in known)
        if found and not field.writable:
            break
    return found


def padding_for(rest: int) -> int:
    """Return the room to leave when a tag outgrows its own, so that the next write need not move the audio.

    Args:
        rest: bytes that follow the tag in the file.
    """
    return 1024 + rest // 1000
