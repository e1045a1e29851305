"""Tags of MPEG audio: an ID3v2 tag at the start; what stands at the end is left as it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from tagger_core.errors import UnsupportedFormatError
from tagger_core.metadata.formats.base import Edit, apply_edits, padding_for
from tagger_core.metadata.formats.id3 import Id3TagFile
from tagger_core.metadata.formats.id3_frames import HEADER_SIZE, Id3Tag, parse, render, tag_size

_ONE = "save its tags once with another tag editor, so that one ID3v2 tag at the start remains"
_APE_STALE = (
    "an APEv2 tag at the end of the file is left as it is; players that prefer it show the old values"
)
_V1_STALE = "an ID3v1 tag at the end of the file is left as it is; very old players show its genre"


class Mp3Tags(Id3TagFile):
    """The ID3v2 tag of an MP3 file.

    Args:
        path: the file.
        new_version: 3 or 4, for a file that has no ID3v2 tag yet.

    Attributes:
        only_v1: whether there is an ID3v1 tag and nothing else.

    Raises:
        MetadataError: the tag is of a kind that is not written, or damaged.
    """

    def __init__(self, path: Path, new_version: int = 4) -> None:
        with path.open("rb") as file:
            size = tag_size(file.read(HEADER_SIZE))
            file.seek(0)
            tag = parse(file.read(size)) if size else Id3Tag(new_version, 0, (), 0)
            second = tag_size(file.read(HEADER_SIZE)) if size else 0
            end = file.seek(0, os.SEEK_END)
            ape, v1, appended = _endings(file, end)
        if second or appended:
            raise UnsupportedFormatError("it has more than one ID3v2 tag", path=path, remedy=_ONE)
        if any(frame.id == "SEEK" for frame in tag.frames):
            raise UnsupportedFormatError(
                "its ID3v2 tag goes on elsewhere in the file", path=path, remedy=_ONE
            )
        super().__init__(path, "MP3", tag)
        self._audio_size = end - size
        self.only_v1 = v1 and not size
        self.warnings = (_APE_STALE,) * ape + (_V1_STALE,) * v1

    def save(self, path: Path) -> None:
        """Put the tag into a copy; padding is used up before audio has to move."""
        if not self._changed:
            return
        data = render(self._tag, self._tag.size)
        if len(data) > self._tag.size:
            data = render(self._tag, len(data) + padding_for(self._audio_size))
        apply_edits(path, [Edit(0, self._tag.size, data)])


def _endings(file: BinaryIO, end: int) -> tuple[bool, bool, bool]:
    """Tell whether APEv2, ID3v1, and an appended ID3v2.4 tag stand at the end."""

    def at(offset: int, length: int) -> bytes:
        if offset < 0:
            return b""
        file.seek(offset)
        return file.read(length)

    v1 = at(end - 128, 3) == b"TAG"
    before = end - 128 * v1
    ape = at(before - 32, 8) == b"APETAGEX"
    return ape, v1, at(before - 10, 3) == b"3DI"
