"""Ogg: packets after the comment packet; page headers change with every edit (RFC 3533 section 6)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tagger_core.metadata.payload.source import Digest, Nothing, Source, Span

_CODECS = {b"\x01vorbis": 3, b"OpusHead": 2, b"\x7fFLAC": 3, b"Speex   ": 3}
"""How the first packet starts: index of the first packet whose pages no tag writer lays out anew."""
_COMMENT = 1
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Page(NamedTuple):
    """One page: its header with the segment table, and which parts of its body are audio."""

    offset: int
    header: bytes
    body: Span
    spans: tuple[Span, ...]

    @property
    def serial(self) -> bytes:
        """The four bytes that name the logical stream."""
        return self.header[14:18]


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the packets of the first stream without its comment packet, and all of the streams chained to it.

    Into the structure go lengths of packets, granule positions of audio pages and ends of streams.

    Raises:
        TagsUnreadableError: what is not a page occurs, or the headers are not complete.
        UnsupportedFormatError: several streams side by side, or a codec whose headers are not known.
    """
    for page in pages(source, structure):
        yield from page.spans


def pages(source: Source, structure: Digest) -> Iterator[Page]:
    """Yield every page of the file; see `walk` for the errors."""
    serial, first_audio = _first_stream(source)
    offset, packet, open_packet, ended, seen = 0, 0, False, False, {serial}
    while offset < source.size:
        header, body = _read_header(source, offset)
        flags, own = header[5], header[14:18] == serial
        if flags & _FIRST and offset:
            if not ended:
                source.unsupported("it has several streams side by side")
            if header[14:18] in seen:
                source.unsupported("two streams in it have the same number")
            seen.add(header[14:18])
        elif header[14:18] not in seen:
            source.damaged("a page belongs to no stream")
        if own and not ended:
            if packet < first_audio and bool(flags & _CONTINUED) != open_packet:
                source.damaged("pages of the headers are missing")
            before = packet
            spans, packet, open_packet = _split(header[27:], body, packet, structure)
            ended = bool(flags & _LAST)
            # The position is that of the last packet that ends on the page. Some encoders let the first audio
            # packets follow the headers on one page, which a longer comment parts.
            if packet > max(before, first_audio):
                structure.update(header[6:14])
            structure.update(b"end" if ended else b"")
        else:
            spans = (body,) if body.length else ()
            structure.update(header[5:18] + header[27:])
        yield Page(offset, header, body, spans)
        offset = body.offset + body.length
    if packet <= _COMMENT + 1:
        source.damaged("no audio follows the headers")


def checksum(header: bytes, body: bytes) -> int:
    """Return the CRC of a page (polynomial 0x04C11DB7, most significant bit first) as in its header.

    zlib knows the same polynomial from the other end: bytes and the result are turned round.
    """
    page = header[:22] + bytes(4) + header[26:] + body
    value = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{value:032b}"[::-1], 2)


def neutral_headers(source: Source) -> Iterator[tuple[Page, bytes]]:
    """Yield every page with its header in a form that does not depend on the pages before and on the tags.

    The sequence number is told as the difference to the count of pages before in the stream, the CRC as the
    difference to the right one: both are 0 in a sound file.
    """
    count: dict[bytes, int] = {}
    for page in pages(source, Nothing()):
        body = source.at(*page.body)
        right = checksum(page.header, body)
        yield page, _shift(page.header, -count.get(page.serial, 0), right)
        count[page.serial] = count.get(page.serial, 0) + 1


def restore_headers(file: BinaryIO, size: int) -> None:
    """Turn the neutral headers of a file, open for reading and writing, back into real ones."""
    count: dict[bytes, int] = {}
    offset = 0
    while offset < size:
        file.seek(offset)
        header = file.read(27)
        header += file.read(header[26])
        body = file.read(sum(header[27:]))
        serial = header[14:18]
        numbered = _shift(header, count.get(serial, 0), 0)
        real = _shift(numbered, 0, checksum(numbered, body))
        file.seek(offset)
        file.write(real)
        count[serial] = count.get(serial, 0) + 1
        offset += len(header) + len(body)


def _first_stream(source: Source) -> tuple[bytes, int]:
    """Return serial and index of the first audio packet of the stream that starts the file."""
    header, body = _read_header(source, 0)
    start = source.upto(body.offset, min(8, body.length))
    first_audio = next((index for magic, index in _CODECS.items() if start.startswith(magic)), 0)
    if not first_audio or not header[5] & _FIRST:
        source.unsupported("the first stream is neither Vorbis, Opus, FLAC nor Speex")
    return header[14:18], first_audio


def _read_header(source: Source, offset: int) -> tuple[bytes, Span]:
    header = source.upto(offset, 27 + 255)
    if len(header) < 27 or header[:5] != b"OggS\0" or len(header) < 27 + header[26]:
        source.damaged("a page of the Ogg stream is damaged")
    header = header[: 27 + header[26]]
    return header, source.inside(offset + len(header), sum(header[27:]), "a page")


def _split(table: bytes, body: Span, packet: int, structure: Digest) -> tuple[tuple[Span, ...], int, bool]:
    """Return the audio in a body, the index of the packet that goes on, and whether it is open.

    Only one of the packets at the start of a stream is no audio: the comment.
    """
    ends = [index for index, segment in enumerate(table) if segment < 255]
    after = packet + len(ends)
    still_open = bool(table) and table[-1] == 255
    if packet > _COMMENT:
        structure.update(table)
        return ((body,) if body.length else ()), after, still_open
    spans = []
    start, offset = 0, body.offset
    for end in [*(index + 1 for index in ends), len(table)]:
        length = sum(table[start:end])
        if packet != _COMMENT:
            structure.update(table[start:end])
            if length:
                spans.append(Span(offset, length))
        packet, start, offset = packet + 1, end, offset + length
    return tuple(spans), after, still_open


def _shift(header: bytes, pages: int, crc: int) -> bytes:
    """Return a header with the sequence number moved on and the CRC combined with another one."""
    sequence = (int.from_bytes(header[18:22], "little") + pages) & 0xFFFFFFFF
    mixed = int.from_bytes(header[22:26], "little") ^ crc
    return header[:18] + sequence.to_bytes(4, "little") + mixed.to_bytes(4, "little") + header[26:]
