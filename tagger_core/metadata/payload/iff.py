"""Chunked files: WAV and RF64 (RIFF, EBU Tech 3306), AIFF and AIFF-C (EA IFF 85)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from tagger_core.metadata.payload.source import MOST_ELEMENTS, Digest, Source, Span

_UNKNOWN_SIZE = 0xFFFFFFFF
_MOST_PARAMETERS = 1 << 16


def walk_wave(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the bodies of the `data` chunks; `fmt ` and `fact` go into the structure.

    Raises:
        TagsUnreadableError: a chunk reaches beyond the file, or `fmt ` or `data` is missing.
    """
    yield from _walk(source, structure, "little", b"data", (b"fmt ", b"fact"))


def walk_aiff(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the bodies of the `SSND` chunks; `COMM` goes into the structure.

    Raises:
        TagsUnreadableError: a chunk reaches beyond the file, or `COMM` or `SSND` is missing.
    """
    yield from _walk(source, structure, "big", b"SSND", (b"COMM",))


def _walk(
    source: Source,
    structure: Digest,
    order: Literal["little", "big"],
    audio: bytes,
    parameters: tuple[bytes, ...],
) -> Iterator[Span]:
    found: set[bytes] = set()
    for name, body in _chunks(source, order, audio):
        if name in parameters:
            if body.length > _MOST_PARAMETERS:
                source.damaged(f"the chunk {name.decode()} is too large")
            structure.update(name + source.at(body.offset, body.length))
            found.add(name)
        elif name == audio:
            found.add(name)
            structure.update(name + body.length.to_bytes(8, "big"))
            yield body
    for name in (parameters[0], audio):
        if name not in found:
            source.damaged(f"the chunk {name.decode().strip()} is missing")


def _chunks(source: Source, order: Literal["little", "big"], audio: bytes) -> Iterator[tuple[bytes, Span]]:
    """Yield name and body of each chunk of the form, in the order of the file."""
    size = int.from_bytes(source.at(4, 4), order)
    end = source.size if size in (0, _UNKNOWN_SIZE) else min(source.size, 8 + size)
    large: int | None = None
    offset = 12
    for _ in range(MOST_ELEMENTS):
        if offset + 8 > end:
            return
        header = source.at(offset, 8)
        name, length = header[:4], int.from_bytes(header[4:], order)
        if name == b"ds64" and offset == 12:
            large = int.from_bytes(source.at(offset + 16, 8), "little")
        if name == audio and length == _UNKNOWN_SIZE and large is not None:
            length = large
        yield name, source.inside(offset + 8, length, f"the chunk {name!r}")
        offset += 8 + length + (length & 1)
    source.damaged(f"it has more than {MOST_ELEMENTS} chunks")
