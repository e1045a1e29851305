"""Windows Media: everything after the header object (ASF specification sections 3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from tagger_core.metadata.payload.source import MOST_ELEMENTS, Digest, Source, Span

HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_STREAM_PROPERTIES = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
_MOST_PROPERTIES = 1 << 20


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield what follows the header as one span; the properties of the streams go into the structure.

    Raises:
        TagsUnreadableError: an object of the header reaches beyond it, or no stream is described.
    """
    header = source.inside(0, int.from_bytes(source.at(16, 8), "little"), "the header")
    offset, streams = 30, 0
    for _ in range(MOST_ELEMENTS):
        if offset + 24 > header.length:
            break
        start = source.at(offset, 24)
        length = int.from_bytes(start[16:], "little")
        if length < 24 or offset + length > header.length:
            source.damaged("an object of the header has no valid size")
        if start[:16] == _STREAM_PROPERTIES:
            streams += 1
            if length > _MOST_PROPERTIES:
                source.damaged("the properties of a stream are too large")
            structure.update(source.at(offset, length))
        offset += length
    else:
        source.damaged(f"the header has more than {MOST_ELEMENTS} objects")
    if not streams or header.length == source.size:
        source.damaged("no audio stream is described")
    yield Span(header.length, source.size - header.length)
