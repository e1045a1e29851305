"""FLAC: frames after the metadata blocks (RFC 9639 sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator

from tagger_core.metadata.payload import stream
from tagger_core.metadata.payload.source import MOST_ELEMENTS, Digest, Source, Span

_STREAMINFO = 0


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the frames as one span; STREAMINFO with its MD5 of the samples goes into the structure.

    Raises:
        TagsUnreadableError: a block reaches beyond the file, STREAMINFO is not first, or no frame follows.
    """
    offset = stream.head(source) + 4
    for index in range(MOST_ELEMENTS):
        header = source.at(offset, 4)
        kind, length = header[0] & 0x7F, int.from_bytes(header[1:], "big")
        source.inside(offset + 4, length, "a metadata block")
        if (index == 0) != (kind == _STREAMINFO) or (index == 0 and length != 34):
            source.damaged("STREAMINFO is not the first metadata block")
        if index == 0:
            structure.update(source.at(offset + 4, length))
        offset += 4 + length
        if header[0] & 0x80:
            break
    else:
        source.damaged("the metadata blocks never end")
    sync = source.at(offset, 2)
    if sync[0] != 0xFF or sync[1] & 0xFE != 0xF8:
        source.damaged("no audio frame follows the metadata blocks")
    yield Span(offset, stream.tail(source, offset) - offset)
