"""Tags of FLAC: one metadata block; all other blocks, and an ID3v2 tag before them, stay as they are.

Source: RFC 9639, sections 7 and 8.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.formats.base import MOST_PARTS, Edit, apply_edits, padding_for
from tagger_core.metadata.formats.id3_frames import HEADER_SIZE, tag_size
from tagger_core.metadata.formats.vorbis import Comments, VorbisTagFile

_STREAMINFO, _PADDING, _COMMENT = 0, 1, 4
_STREAMINFO_SIZE = 34
_LAST = 0x80
_HEADER = 4
_LARGEST = (1 << 24) - 1
_REPAIR = "repair its metadata blocks with metaflac or by encoding it anew"
_ID3_STALE = "an ID3 tag in the FLAC file is left as it is; players that prefer it show the old values"


@dataclass(frozen=True)
class _Block:
    code: int
    last: bool
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + _HEADER + self.size


class FlacTags(VorbisTagFile):
    """The Vorbis comment block of a FLAC file; it is added behind STREAMINFO where there is none.

    Raises:
        MetadataError: the blocks do not lead to the audio, or there are two comments.
    """

    def __init__(self, path: Path, new_version: int = 4) -> None:
        with path.open("rb") as file:
            self._size = file.seek(0, os.SEEK_END)
            file.seek(0)
            start = tag_size(file.read(HEADER_SIZE))
            self._blocks = _blocks(file, start)
            found = [block for block in self._blocks if block.code == _COMMENT]
            if len(found) > 1:
                raise UnsupportedFormatError("it has two comment blocks", remedy=_REPAIR)
            comments = Comments()
            if found:
                file.seek(found[0].offset + _HEADER)
                comments = Comments.parse(file.read(found[0].size))
            file.seek(max(0, self._size - 128))
            stale = bool(start) or file.read(3) == b"TAG"
        super().__init__(path, "FLAC", comments)
        self.warnings = (_ID3_STALE,) * stale

    def save(self, path: Path) -> None:
        """Put the block into a copy; padding blocks take up the difference, so that audio seldom moves."""
        if not self._changed:
            return
        data = self._comments.render() + self._comments.tail
        if len(data) > _LARGEST:
            raise MetadataError(
                "its comment would grow over 16 MiB", path=self.path, remedy="write less text"
            )
        old = next((block for block in self._blocks if block.code == _COMMENT), None)
        at = old.offset if old else self._blocks[0].end
        length = old.end - old.offset if old else 0
        growth = _HEADER + len(data) - length
        padding = max(
            (block for block in self._blocks if block.code == _PADDING),
            key=lambda block: block.size,
            default=None,
        )
        last = (old or self._blocks[0]).last
        if padding is None:
            room = -growth - _HEADER
            if room < 0:
                room = padding_for(self._size - self._blocks[-1].end)
            edits = [Edit(at, length, _block(_COMMENT, data, False) + _block(_PADDING, bytes(room), last))]
        else:
            room = padding.size - growth
            if not 0 <= room <= _LARGEST:
                room = padding_for(self._size - self._blocks[-1].end)
            edits = [
                Edit(at, length, _block(_COMMENT, data, last)),
                Edit(
                    padding.offset, padding.end - padding.offset, _block(_PADDING, bytes(room), padding.last)
                ),
            ]
        if old is None and last:
            edits.append(Edit(self._blocks[0].offset, 1, bytes([_STREAMINFO])))
        apply_edits(path, edits)


def _block(code: int, data: bytes, last: bool) -> bytes:
    return bytes([code | _LAST * last]) + len(data).to_bytes(3, "big") + data


def _blocks(file: BinaryIO, start: int) -> list[_Block]:
    file.seek(start)
    if file.read(4) != b"fLaC":
        raise TagsUnreadableError("does not begin like FLAC", remedy=_REPAIR)
    blocks: list[_Block] = []
    while not blocks or not blocks[-1].last:
        offset = file.tell()
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            raise TagsUnreadableError("the metadata blocks have no end", remedy=_REPAIR)
        block = _Block(header[0] & 0x7F, bool(header[0] & _LAST), offset, int.from_bytes(header[1:], "big"))
        if len(blocks) >= MOST_PARTS or (blocks and block.code == _STREAMINFO):
            raise TagsUnreadableError("the metadata blocks do not lead to the audio", remedy=_REPAIR)
        blocks.append(block)
        file.seek(block.end)
    sync = file.read(2)
    if (
        (blocks[0].code, blocks[0].size) != (_STREAMINFO, _STREAMINFO_SIZE)
        or len(sync) < 2
        or sync[0] != 0xFF
        or sync[1] & 0xFC != 0xF8
    ):
        raise TagsUnreadableError("the metadata blocks do not lead to the audio", remedy=_REPAIR)
    return blocks
