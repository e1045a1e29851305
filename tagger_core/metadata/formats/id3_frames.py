"""ID3v2.3 and 2.4 tags as a list of raw frames, so that a frame nobody asked to change stays byte for byte.

Sources: id3.org, ID3v2.3.0 section 3 and ID3v2.4.0 structure sections 3, 4 and 6.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError

HEADER_SIZE = 10
_MAX_TAG = (1 << 28) - 1
_MAX_TEXT = 1 << 24
_FRAME_ID = re.compile(rb"[A-Z][A-Z0-9]{3}")
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_REWRITE = "save its tags once with another tag editor, then try again"


@dataclass(frozen=True)
class Frame:
    """One frame as it stands in the tag (after undoing ID3v2.3's whole-tag unsynchronisation).

    Args:
        id: four letters or digits.
        data: header and content.
    """

    id: str
    data: bytes


@dataclass(frozen=True)
class Id3Tag:
    """A tag taken apart.

    Args:
        version: 3 or 4.
        flags: the header's flag byte; only unsynchronisation (0x80) and experimental (0x20) may be set.
        frames: in file order.
        size: bytes of the whole tag in the file, header and padding included.
    """

    version: int
    flags: int
    frames: tuple[Frame, ...]
    size: int


def tag_size(header: bytes) -> int:
    """Return how many bytes a tag with this 10-byte header takes, or 0 where it is no ID3v2 header."""
    if len(header) < HEADER_SIZE or header[:3] != b"ID3" or header[3] == 0xFF or max(header[6:10]) >= 0x80:
        return 0
    footer = HEADER_SIZE if header[3] == 4 and header[5] & 0x10 else 0
    return HEADER_SIZE + _synchsafe(header[6:10]) + footer


def parse(data: bytes) -> Id3Tag:
    """Take a whole tag apart.

    Raises:
        UnsupportedFormatError: the tag is of a kind that Earmark reads but does not write.
        TagsUnreadableError: frames do not fill the tag as they should.
    """
    size = tag_size(data[:HEADER_SIZE])
    if not size:
        raise TagsUnreadableError("the ID3v2 header is damaged", remedy=_REWRITE)
    if size > len(data):
        raise TagsUnreadableError("the ID3v2 tag is longer than the file", remedy=_REWRITE)
    version, flags = data[3], data[5]
    if version not in (3, 4):
        raise UnsupportedFormatError(
            f"its tag is ID3v2.{version}", remedy="convert it to ID3v2.3 or 2.4 with another tag editor"
        )
    if flags & 0x5F:
        raise UnsupportedFormatError("its ID3v2 tag has an extended header or a footer", remedy=_REWRITE)
    body = data[HEADER_SIZE:size]
    if version == 3 and flags & 0x80:
        synchronised, body = body, resynchronised(body)
        if unsynchronised(body.rstrip(b"\0")) != synchronised.rstrip(b"\0"):
            raise UnsupportedFormatError("its ID3v2.3 tag is unsynchronised in an odd way", remedy=_REWRITE)
    return Id3Tag(version, flags, _frames(body, version), size)


def render(tag: Id3Tag, room: int) -> bytes:
    """Put a tag together, padded with zeros to `room` bytes, or a bit longer than that if it needs more.

    Raises:
        MetadataError: the tag would be longer than an ID3v2 tag can be.
    """
    body = b"".join(frame.data for frame in tag.frames)
    if tag.version == 3 and tag.flags & 0x80:
        body = unsynchronised(body)
    size = max(len(body), room - HEADER_SIZE)
    if size > _MAX_TAG:
        raise MetadataError("the ID3v2 tag would grow over 256 MiB", remedy="write less text")
    return (
        struct.pack(">3sBBB", b"ID3", tag.version, 0, tag.flags)
        + _to_synchsafe(size)
        + body.ljust(size, b"\0")
    )


def content(frame: Frame, tag: Id3Tag) -> bytes:
    """Return what a frame says, with compression and the like undone.

    Raises:
        TagsUnreadableError: it is encrypted or damaged.
    """
    flags, data = frame.data[9], frame.data[HEADER_SIZE:]
    unreadable = TagsUnreadableError(f"frame {frame.id} is encrypted or damaged", remedy=_REWRITE)
    if tag.version == 3:
        skipped = (4 if flags & 0x80 else 0) + (1 if flags & 0x20 else 0)
        encrypted, compressed = flags & 0x40, flags & 0x80
    else:
        skipped = (1 if flags & 0x40 else 0) + (4 if flags & 0x01 else 0)
        encrypted, compressed = flags & 0x04, flags & 0x08
        if flags & 0x02 or tag.flags & 0x80:
            data = resynchronised(data)
    if encrypted or len(data) < skipped:
        raise unreadable
    data = data[skipped:]
    if not compressed:
        return data
    try:
        return zlib.decompressobj().decompress(data, _MAX_TEXT)
    except zlib.error as error:
        raise unreadable from error


def frame_of(frame_id: str, data: bytes, version: int) -> Frame:
    """Return a plain frame; v2.4 text is UTF-8, has no 0xFF, and so needs no unsynchronisation."""
    size = struct.pack(">I", len(data)) if version == 3 else _to_synchsafe(len(data))
    return Frame(frame_id, frame_id.encode("ascii") + size + b"\0\0" + data)


def encode_text(*parts: str, version: int, prefix: bytes = b"") -> bytes:
    """Return an encoding byte, `prefix`, and texts parted by NUL: UTF-8 in v2.4, ASCII or UTF-16 in v2.3."""
    if version == 4:
        return b"\3" + prefix + b"\0".join(part.encode("utf-8") for part in parts)
    if all(part.isascii() for part in parts):
        return b"\0" + prefix + b"\0".join(part.encode("ascii") for part in parts)
    return b"\1" + prefix + b"\0\0".join(b"\xff\xfe" + part.encode("utf-16-le") for part in parts)


def decode_text(data: bytes, prefix: int = 0) -> tuple[str, ...]:
    """Return the texts after an encoding byte and `prefix` more bytes; what does not decode becomes U+FFFD.

    Raises:
        TagsUnreadableError: there is no such encoding.
    """
    if not data:
        return ()
    if data[0] >= len(_ENCODINGS):
        raise TagsUnreadableError("a text frame names an encoding that does not exist", remedy=_REWRITE)
    body, encoding = data[1 + prefix :], _ENCODINGS[data[0]]
    if data[0] in (1, 2):
        body = body[: len(body) // 2 * 2]
    first, *others = body.decode(encoding, "replace").split("\0")
    texts = [first, *(_unmarked(text) if data[0] == 1 else text for text in others)]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _unmarked(text: str) -> str:
    """Return a later UTF-16 text without its own byte order mark, which may differ from the first one's."""
    if text.startswith("\ufffe"):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-be", "replace")
    return text.removeprefix("\ufeff")


def unsynchronised(data: bytes) -> bytes:
    """Put a zero after each 0xFF that could look like the start of an MPEG frame or of this very scheme."""
    safe = re.sub(rb"\xff(?=[\xe0-\xff\x00])", b"\xff\0", data)
    return safe + b"\0" if safe.endswith(b"\xff") else safe


def resynchronised(data: bytes) -> bytes:
    """Take back `unsynchronised`."""
    return data.replace(b"\xff\0", b"\xff")


def _frames(body: bytes, version: int) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    at = 0
    while at < len(body):
        if not body[at]:
            if body[at:].strip(b"\0"):
                raise TagsUnreadableError("the ID3v2 tag goes on after its padding", remedy=_REWRITE)
            break
        name, raw_size = body[at : at + 4], body[at + 4 : at + 8]
        if len(body) - at < HEADER_SIZE or not _FRAME_ID.fullmatch(name):
            raise TagsUnreadableError("the ID3v2 tag holds something that is no frame", remedy=_REWRITE)
        if version == 4 and max(raw_size) >= 0x80:
            raise TagsUnreadableError("a frame of the ID3v2.4 tag has an invalid size", remedy=_REWRITE)
        size = _synchsafe(raw_size) if version == 4 else int.from_bytes(raw_size, "big")
        end = at + HEADER_SIZE + size
        if end > len(body):
            raise TagsUnreadableError("a frame is longer than its ID3v2 tag", remedy=_REWRITE)
        frames.append(Frame(name.decode("ascii"), body[at:end]))
        at = end
    return tuple(frames)


def _synchsafe(data: bytes) -> int:
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def _to_synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
