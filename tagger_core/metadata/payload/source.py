"""Bounded reading of a file at given places, for the parsers of audio containers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn, Protocol

from tagger_core.errors import TagsUnreadableError, UnsupportedFormatError

BLOCK = 1 << 20
MOST_ELEMENTS = 100_000
"""Chunks, atoms or blocks in one file: beyond any real one, and what a hostile file may cost."""


class Span(NamedTuple):
    """A run of audio bytes: where it starts in the file, and how many bytes it has."""

    offset: int
    length: int


class Digest(Protocol):
    """What takes bytes in, one piece after another."""

    def update(self, data: bytes, /) -> None:
        """Take in a piece."""


class Nothing:
    """A digest that forgets everything, for those who want the spans alone."""

    def update(self, data: bytes, /) -> None:
        """Take in a piece."""


class Source:
    """An open file that is read at offsets; every read is whole or raises.

    Args:
        file: open for reading bytes; its position is not kept.
        path: named in errors.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.path = path
        self.size = file.seek(0, os.SEEK_END)

    def at(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset`.

        Raises:
            TagsUnreadableError: the file ends before.
        """
        data = self.upto(offset, length)
        if len(data) != length:
            self.damaged("the file ends in the middle of its structure")
        return data

    def upto(self, offset: int, length: int) -> bytes:
        """Return at most `length` bytes from `offset`, fewer at the end of the file."""
        if offset < 0 or offset > self.size:
            return b""
        self._file.seek(offset)
        return self._file.read(length)

    def feed(self, span: Span, digest: Digest) -> None:
        """Read a span in blocks of a mebibyte into a digest."""
        offset, left = span
        while left:
            block = self.at(offset, min(left, BLOCK))
            digest.update(block)
            offset += len(block)
            left -= len(block)

    def inside(self, offset: int, length: int, name: str) -> Span:
        """Return the span, or raise TagsUnreadableError where it reaches beyond the end of the file."""
        if length < 0 or offset + length > self.size:
            self.damaged(f"{name} reaches beyond the end of the file")
        return Span(offset, length)

    def damaged(self, what: str) -> NoReturn:
        """Raise TagsUnreadableError."""
        raise TagsUnreadableError(
            what, path=self.path, remedy="the file is left alone; mend it or copy it anew"
        )

    def unsupported(self, what: str) -> NoReturn:
        """Raise UnsupportedFormatError."""
        raise UnsupportedFormatError(what, path=self.path, remedy="the file is left alone")
