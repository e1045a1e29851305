"""Tags of Ogg Vorbis and Opus: the second packet; pages are laid out and numbered by mutagen.

Sources: RFC 3533 (pages), Vorbis I section 5, RFC 7845 section 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mutagen.ogg import OggPage

from tagger_core.errors import TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.formats.base import padding_for
from tagger_core.metadata.formats.foreign import guarded
from tagger_core.metadata.formats.vorbis import Comments, VorbisTagFile

_Page: Any = OggPage  # it has no annotations


@dataclass(frozen=True)
class _Codec:
    name: str
    first: bytes
    prefix: bytes
    framing: bytes


_CODECS = (
    _Codec("Ogg Vorbis", b"\x01vorbis", b"\x03vorbis", b"\x01"),
    _Codec("Opus", b"OpusHead", b"OpusTags", b""),
)


class OggTags(VorbisTagFile):
    """The comment packet of an Ogg Vorbis or Opus file.

    Raises:
        MetadataError: another codec, several streams at once, or damaged pages.
    """

    def __init__(self, path: Path, new_version: int = 4) -> None:
        with path.open("rb") as file:
            self._codec, pages = guarded(path, lambda: _comment_pages(file))
            packet = guarded(path, lambda: _Page.to_packets(pages)[0])
        if not packet.startswith(self._codec.prefix):
            raise TagsUnreadableError("its second packet is no comment", path=path)
        comments = Comments.parse(packet[len(self._codec.prefix) :])
        if not comments.tail.startswith(self._codec.framing):
            raise TagsUnreadableError("its comment lacks the framing bit", path=path)
        super().__init__(path, self._codec.name, comments)
        self._packet_size = len(packet)

    def save(self, path: Path) -> None:
        """Put the packet into a copy; as long as padding suffices the pages keep their sizes and numbers."""
        if not self._changed:
            return
        with path.open("r+b") as file:
            guarded(path, lambda: self._write(file))

    def _write(self, file: BinaryIO) -> None:
        _, old_pages = _comment_pages(file)
        packets = _Page.to_packets(old_pages, strict=False)
        packets[0] = self._packet(file.seek(0, 2))
        new_pages = _Page._from_packets_try_preserve(packets, old_pages)
        _Page.replace(file, old_pages, new_pages)

    def _packet(self, file_size: int) -> bytes:
        """Return the packet, of the old size if it fits and what followed the comments was padding."""
        data = self._codec.prefix + self._comments.render()
        tail = self._comments.tail
        if tail[len(self._codec.framing) :].strip(b"\0"):
            return data + tail
        data += self._codec.framing
        if len(data) <= self._packet_size:
            return data.ljust(self._packet_size, b"\0")
        return data + bytes(padding_for(file_size))


def _comment_pages(file: BinaryIO) -> tuple[_Codec, list[Any]]:
    """Return the pages that hold the comment, from its first to the one on which it ends."""
    file.seek(0)
    first = _Page(file)
    codec = next(
        (codec for codec in _CODECS if first.packets and first.packets[0].startswith(codec.first)), None
    )
    if codec is None:
        raise UnsupportedFormatError("its first stream is neither Vorbis nor Opus")
    pages: list[Any] = []
    while not pages or not (pages[-1].complete or len(pages[-1].packets) > 1):
        page = _Page(file)
        if page.first or page.serial != first.serial:
            raise UnsupportedFormatError("it holds several streams at once")
        pages.append(page)
    return codec, pages
