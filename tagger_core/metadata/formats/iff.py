"""Tags of WAV and AIFF: an ID3v2 tag in a chunk of its own.

Sources: RIFF/WAVE (Microsoft and IBM, 1991), EA IFF 85, AIFF 1.3.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats.base import MOST_PARTS, Edit, apply_edits, padding_for
from tagger_core.metadata.formats.id3 import Id3TagFile
from tagger_core.metadata.formats.id3_frames import Id3Tag, parse, render

_HEADER = 8
_REPAIR = "let an audio editor write the file anew"
_LARGEST_INFO = 1 << 20
_INFO = {b"INAM": Field.TITLE, b"IART": Field.ARTIST, b"IPRD": Field.ALBUM, b"ICRD": Field.DATE}
_INFO_STALE = "a RIFF INFO list is left as it is; players that prefer it show the old values"


@dataclass(frozen=True)
class _Chunk:
    id: bytes
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + _HEADER + self.size + self.size % 2


class IffTags(Id3TagFile):
    """The ID3 chunk of a WAV or AIFF file; it is added behind the last chunk where there is none.

    Args:
        path: the file.
        new_version: 3 or 4, for a file that has no such chunk yet.

    Raises:
        MetadataError: the tag or the chunks are of a kind that is not written, or damaged.
    """

    def __init__(self, path: Path, new_version: int = 4) -> None:
        with path.open("rb") as file:
            self._file_size = file.seek(0, os.SEEK_END)
            file.seek(0)
            magic = file.read(4)
            self._order: Literal["little", "big"] = "big" if magic == b"FORM" else "little"
            kind = "AIFF" if magic == b"FORM" else "WAV"
            self._form_size = int.from_bytes(file.read(4), self._order)
            chunks = self._chunks(file)
            own = [chunk for chunk in chunks if chunk.id in (b"ID3 ", b"id3 ")]
            if len(own) > 1:
                raise UnsupportedFormatError(f"the {kind} file has more than one ID3 chunk", remedy=_REPAIR)
            self._chunk = own[0] if own else None
            if self._chunk and self._chunk.size:
                file.seek(self._chunk.offset + _HEADER)
                tag = parse(file.read(self._chunk.size))
            else:
                tag = Id3Tag(new_version, 0, (), 0)
            self._end = chunks[-1].end if chunks else 12
            info = _info(file, chunks)
        super().__init__(path, kind, tag)
        self._info = info or {}
        self.warnings = (_INFO_STALE,) * (info is not None)

    def get(self, field: Field) -> tuple[str, ...]:
        """Return the values of the ID3 tag; what is only read is looked for in a RIFF INFO list too."""
        return super().get(field) or self._info.get(field, ())

    def save(self, path: Path) -> None:
        """Put the tag into a copy; padding in the chunk is used up before chunks behind it have to move."""
        if not self._changed:
            return
        here, room = (self._chunk.offset, self._chunk.size) if self._chunk else (self._end, 0)
        end = self._chunk.end if self._chunk else here
        data = render(self._tag, room)
        if len(data) > room:
            data = render(self._tag, len(data) + padding_for(max(0, self._file_size - end)))
        name = self._chunk.id if self._chunk else b"ID3 " if self._order == "big" else b"id3 "
        chunk = name + len(data).to_bytes(4, self._order) + data + b"\0" * (len(data) % 2)
        if here > self._file_size:  # the last chunk lacks its pad byte
            here, chunk = self._file_size, b"\0" + chunk
        end = min(end, self._file_size)
        form_size = max(_HEADER + self._form_size, end) + len(chunk) - (end - here) - _HEADER
        if form_size > 0xFFFFFFFF:
            raise MetadataError("the file would grow over 4 GiB", path=self.path, remedy=_REPAIR)
        apply_edits(path, [Edit(4, 4, form_size.to_bytes(4, self._order)), Edit(here, end - here, chunk)])

    def _chunks(self, file: BinaryIO) -> list[_Chunk]:
        limit = _HEADER + self._form_size
        if limit > self._file_size:
            raise TagsUnreadableError("the file is shorter than its header says", remedy=_REPAIR)
        chunks: list[_Chunk] = []
        at = 12
        while at + _HEADER <= limit:
            file.seek(at)
            name, size = file.read(4), int.from_bytes(file.read(4), self._order)
            if at + _HEADER + size > limit:
                raise TagsUnreadableError("a chunk is longer than the file", remedy=_REPAIR)
            if len(chunks) >= MOST_PARTS:
                raise TagsUnreadableError(f"it has more than {MOST_PARTS} chunks", remedy=_REPAIR)
            chunks.append(_Chunk(name, at, size))
            at = chunks[-1].end
        return chunks


def _info(file: BinaryIO, chunks: list[_Chunk]) -> dict[Field, tuple[str, ...]] | None:
    """Return what a RIFF INFO list says, or None where there is none."""
    for chunk in chunks:
        file.seek(chunk.offset + _HEADER)
        if chunk.id == b"LIST" and file.read(4) == b"INFO":
            data = file.read(min(chunk.size - 4, _LARGEST_INFO))
            found: dict[Field, tuple[str, ...]] = {}
            at = 0
            while at + _HEADER <= len(data):
                name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + _HEADER], "little")
                at += _HEADER
                if name in _INFO and (text := _text(data[at : at + size])):
                    found.setdefault(_INFO[name], (text,))
                at += size + size % 2
            return found
    return None


def _text(data: bytes) -> str:
    data = data.split(b"\0")[0]
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").strip()
