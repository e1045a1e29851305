"""Streams with tags before and after the audio: MPEG audio, ADTS, WavPack, Musepack, Monkey's, TTA.

Sources: ID3v2.4.0 structure sections 3.1 and 3.4, APEv2 specification (header and footer), Lyrics3 v2.00,
ISO 11172-3 section 2.4.1.3 for the frame header.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagger_core.metadata.payload.source import Digest, Source, Span

_MAGICS = (b"wvpk", b"MP+", b"MPCK", b"MAC ", b"TTA1")
_MOST_TAGS = 64
_SEARCHED = 1 << 16


def head(source: Source) -> int:
    """Return the offset of the first byte after the tags at the start of a file.

    Raises:
        TagsUnreadableError: a tag there has no valid size.
    """
    offset = 0
    for _ in range(_MOST_TAGS):
        start = source.upto(offset, 32)
        if start[:3] == b"ID3" and len(start) >= 10:
            length = 10 + _synchsafe(source, start[6:10]) + (10 if start[5] & 0x10 else 0)
        elif start[:8] == b"APETAGEX" and len(start) == 32:
            length = 32 + int.from_bytes(start[12:16], "little")
        else:
            return offset
        offset = sum(source.inside(offset, length, "a tag at the start"))
    return source.damaged(f"more than {_MOST_TAGS} tags follow each other")


def tail(source: Source, start: int) -> int:
    """Return the offset of the first of the tags at the end of a file, its size where there is none."""
    end = source.size
    for _ in range(_MOST_TAGS):
        length = _tag_before(source, start, end)
        if length <= 0 or end - length < start:
            return end
        end -= length
    return source.damaged(f"more than {_MOST_TAGS} tags follow each other")


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the one span between the tags.

    Raises:
        UnsupportedFormatError: what lies between is no audio that is known.
    """
    start = head(source)
    end = tail(source, start)
    begin = source.upto(start, min(_SEARCHED, end - start))
    if not begin.startswith(_MAGICS) and not _has_frame(begin):
        source.unsupported("no audio is found in the file")
    structure.update(b"stream")
    yield Span(start, end - start)


def _synchsafe(source: Source, size: bytes) -> int:
    """Return 28 bits out of 4 bytes of 7 (ID3v2.4 section 6.2)."""
    if any(byte & 0x80 for byte in size):
        source.damaged("the size of the ID3 tag is not valid")
    return size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]


def _tag_before(source: Source, start: int, end: int) -> int:
    """Return how many bytes the tag has that ends at `end`, or 0."""
    last = source.upto(max(start, end - 227 - 128), min(227 + 128, end - start))
    if last[-128:-125] == b"TAG" and len(last) >= 128:
        return 227 + 128 if last[:4] == b"TAG+" and len(last) == 227 + 128 else 128
    if last[-32:-24] == b"APETAGEX" and len(last) >= 32:
        with_header = int.from_bytes(last[-12:-8], "little") & 0x80000000
        return int.from_bytes(last[-20:-16], "little") + (32 if with_header else 0)
    if last[-10:-7] == b"3DI" and len(last) >= 10 and not any(byte & 0x80 for byte in last[-4:]):
        return 20 + _synchsafe(source, last[-4:])
    if last[-9:] == b"LYRICS200" and last[-15:-9].isdigit():
        return int(last[-15:-9]) + 15
    if last[-9:] == b"LYRICSEND":
        text = source.upto(max(start, end - 5120), min(5120, end - start))
        begin = text.rfind(b"LYRICSBEGIN")
        return len(text) - begin if begin >= 0 else 0
    return 0


def _has_frame(data: bytes) -> bool:
    """Tell whether a frame header of MPEG audio or ADTS occurs."""
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 3:
        second, third = data[at + 1], data[at + 2]
        layer = second >> 1 & 3
        if second & 0xF6 == 0xF0 and third >> 2 & 15 < 13:
            return True
        mpeg = second & 0xE0 == 0xE0 and second >> 3 & 3 != 1 and layer != 0
        if mpeg and third >> 4 != 15 and third >> 2 & 3 != 3:
            return True
        at = data.find(b"\xff", at + 1)
    return False
