"""A small record from which the file before a write is made again, byte for byte, out of the file after it.

Both files hold the same audio (`payload_hash` says so), so only the rest of the old file needs keeping: its
skeleton, that is where the audio was and every byte around it. The old skeleton is compressed with the new
one as the dictionary (Zstandard's "patch from": RFC 8878 with a raw prefix and long-distance matching), so
what a write left alone costs next to nothing, a cover of a megabyte too.

Ogg pages tell their number and checksum, which change in every page when the comment needs more or fewer
pages. Both follow from the rest, so the skeleton holds only how far they are from what they should be: zeros.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from backports import zstd

from tagger_core.errors import MetadataError
from tagger_core.metadata.payload import Span, container, ogg, walk
from tagger_core.metadata.payload.source import BLOCK, Nothing, Source

SKELETON_LIMIT = 64 << 20
"""Bytes around the audio up to which a file can be restored byte for byte; two of these are in memory."""

_PLAIN, _OGG = b"\1", b"\2"
_THOROUGH_UP_TO = 1 << 20
_MAX_VARINT = 10


class RestoreError(MetadataError):
    """A record does not lead back from this file."""


def make_restore(before: Path, after: Path) -> bytes | None:
    """Return the record that leads from `after` back to `before`, None where it would need too much memory.

    Raises:
        MetadataError: the structure of one of the files does not parse.
        OSError: a file cannot be read.
    """
    old = _skeleton(before)
    new = _skeleton(after) if old is not None else None
    if old is None or new is None:
        return None
    kind = _OGG if _is_ogg(before) else _PLAIN
    return kind + _varint(len(old)) + _compress(old, new)


def rebuild(after: Path, record: bytes, destination: Path) -> None:
    """Write the file that was there before to `destination`, over what is there; compare its hash afterwards.

    Raises:
        RestoreError: the record does not belong to this file.
        OSError: a file cannot be read or written.
    """
    wrong = RestoreError("the record for undoing does not fit the file", path=after)
    kind, rest = record[:1], record[1:]
    new = _skeleton(after)
    if new is None or kind not in (_PLAIN, _OGG):
        raise wrong
    try:
        length, start = _read_varint(rest, 0)
        if length > SKELETON_LIMIT:
            raise wrong
        old = _decompress(rest[start:], new, length)
        with after.open("rb") as source, destination.open("w+b") as target:
            _merge(Source(source, after), old, target)
            if kind == _OGG:
                ogg.restore_headers(target, target.tell())
    except (zstd.ZstdError, IndexError, ValueError) as error:
        raise wrong from error


def _is_ogg(path: Path) -> bool:
    with path.open("rb") as file:
        return container(Source(file, path)) == "ogg"


def _skeleton(path: Path) -> bytes | None:
    """Return where the audio is (length of this list; gap and length of each span) and all other bytes."""
    layout, outside = bytearray(), bytearray()
    with path.open("rb", 1 << 18) as file:
        source = Source(file, path)
        end = 0
        for span, before in _parts(source):
            if before is None:
                layout += _varint(span.offset - end) + _varint(span.length)
                end = span.offset + span.length
            elif span.length > SKELETON_LIMIT:
                return None
            else:
                outside += before or source.at(*span)
            if len(layout) + len(outside) > SKELETON_LIMIT:
                return None
    return _varint(len(layout)) + layout + outside


def _parts(source: Source) -> Iterator[tuple[Span, bytes | None]]:
    """Yield the parts of a file in order: audio with None, the rest with its bytes, or empty to be read."""
    if container(source) == "ogg":
        for page, header in ogg.neutral_headers(source):
            yield Span(page.offset, len(header)), header
            yield from _gaps(page.body, iter(page.spans))
    else:
        yield from _gaps(Span(0, source.size), walk(source, Nothing()))


def _gaps(whole: Span, spans: Iterator[Span]) -> Iterator[tuple[Span, bytes | None]]:
    end = whole.offset
    for span in spans:
        if span.offset > end:
            yield Span(end, span.offset - end), b""
        yield span, None
        end = span.offset + span.length
    if whole.offset + whole.length > end:
        yield Span(end, whole.offset + whole.length - end), b""


def _merge(source: Source, old: bytes, target: BinaryIO) -> None:
    """Write an old skeleton with the audio of the new file in its gaps."""
    audio = _Stream(source)
    length, place = _read_varint(old, 0)
    at = outside = place + length
    while place < outside:
        gap, place = _read_varint(old, place)
        length, place = _read_varint(old, place)
        target.write(old[at : at + gap])
        at += gap
        audio.copy(length, target)
    target.write(old[at:])


class _Stream:
    """The audio of a file as one stream of bytes, however it is laid out."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._spans = walk(source, Nothing())
        self._rest = Span(0, 0)

    def copy(self, length: int, target: BinaryIO) -> None:
        """Copy the next bytes; raises ValueError where there are not so many."""
        while length:
            if not self._rest.length:
                self._rest = next(self._spans, Span(0, 0))
                if not self._rest.length:
                    raise ValueError("the file has less audio than the one before")
            offset, left = self._rest
            block = self._source.at(offset, min(length, left, BLOCK))
            target.write(block)
            self._rest = Span(offset + len(block), left - len(block))
            length -= len(block)


def _compress(old: bytes, new: bytes) -> bytes:
    parameter = zstd.CompressionParameter
    small = len(old) + len(new) <= _THOROUGH_UP_TO
    options: dict[int, int] = {
        parameter.compression_level: 19 if small else 3,
        parameter.window_log: min(31, max(10, (len(old) + len(new)).bit_length())),
        parameter.enable_long_distance_matching: 1,
        parameter.content_size_flag: 0,
        parameter.checksum_flag: 0,
    }
    return zstd.compress(old, options=options, zstd_dict=_prefix(new))


def _decompress(data: bytes, new: bytes, length: int) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 31}
    old = zstd.ZstdDecompressor(zstd_dict=_prefix(new), options=options).decompress(data, length)
    if len(old) != length:
        raise ValueError("the record is cut off")
    return old


def _prefix(content: bytes) -> tuple[zstd.ZstdDict, int]:
    # Zstandard takes no dictionary below eight bytes; a bare MP3 file has less around its audio.
    return zstd.ZstdDict(content.ljust(8, b"\0"), is_raw=True).as_prefix


def _varint(number: int) -> bytes:
    """Return seven bits a byte, the lowest first, the top bit where more follow."""
    data = bytearray()
    while number >= 0x80:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place in range(_MAX_VARINT):
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return number, at + place + 1
    raise ValueError("a number in the record is too long")
