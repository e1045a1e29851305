"""Tags of MPEG audio: an ID3v2 tag at the start; what stands at the end is left as it is.

Source of the tag at the end: ID3v1 and 1.1, 128 bytes of Latin-1 (id3.org/ID3v1).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from mutagen.id3 import ParseID3v1

from tagger_core.errors import UnsupportedFormatError
from tagger_core.metadata.formats.base import Edit, apply_edits, padding_for
from tagger_core.metadata.formats.foreign import ape_tag
from tagger_core.metadata.formats.id3 import Id3TagFile
from tagger_core.metadata.formats.id3_frames import (
    HEADER_SIZE,
    Frame,
    Id3Tag,
    encode_text,
    frame_of,
    parse,
    render,
    tag_size,
)

_V1_SIZE = 128
_LOUDNESS = ("replaygain_", "mp3gain_")
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

    Where there is an ID3v1 tag alone, the fields hold what it says, and a first ID3v2 tag gets that too:
    readers that find an ID3v2 tag look no further.

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
            old = _at(file, end - _V1_SIZE, _V1_SIZE) if v1 and not size else b""
        if second or appended:
            raise UnsupportedFormatError("it has more than one ID3v2 tag", path=path, remedy=_ONE)
        if any(frame.id == "SEEK" for frame in tag.frames):
            raise UnsupportedFormatError(
                "its ID3v2 tag goes on elsewhere in the file", path=path, remedy=_ONE
            )
        if ape and not size and _tells_of_a_song(path):
            raise UnsupportedFormatError("its tags are APEv2 alone", path=path, remedy=_ONE)
        if old:
            tag = replace(tag, frames=tuple(_from_v1(old, new_version)))
        super().__init__(path, "MP3", tag)
        self._audio_size = end - size
        self.warnings = (_APE_STALE,) * ape + (_V1_STALE,) * v1

    def save(self, path: Path) -> None:
        """Put the tag into a copy; padding is used up before audio has to move."""
        if not self._changed:
            return
        data = render(self._tag, self._tag.size)
        if len(data) > self._tag.size:
            data = render(self._tag, len(data) + padding_for(self._audio_size))
        apply_edits(path, [Edit(0, self._tag.size, data)])


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    """Return bytes of a file, none where they would begin before it."""
    if offset < 0:
        return b""
    file.seek(offset)
    return file.read(length)


def _endings(file: BinaryIO, end: int) -> tuple[bool, bool, bool]:
    """Tell whether APEv2, ID3v1, and an appended ID3v2.4 tag stand at the end."""
    v1 = _at(file, end - _V1_SIZE, 3) == b"TAG"
    before = end - _V1_SIZE * v1
    ape = _at(file, before - 32, 8) == b"APETAGEX"
    return ape, v1, _at(file, before - 10, 3) == b"3DI"


def _from_v1(data: bytes, version: int) -> Iterator[Frame]:
    """Yield the frames that say what an ID3v1 tag says."""
    said = ParseID3v1(data, v2_version=version)  # type: ignore[no-untyped-call]  # mutagen gives no types
    for name, frame in (said or {}).items():
        if name == "COMM":
            # Without a description: it is the comment that people see.
            yield frame_of(name, encode_text("", str(frame), version=version, prefix=b"eng"), version)
        else:
            texts = frame.genres if name == "TCON" else [str(text) for text in frame.text]
            if texts:
                yield frame_of(name, encode_text(*texts, version=version), version)


def _tells_of_a_song(path: Path) -> bool:
    """Tell whether an APEv2 tag holds more than how loud a song is, which is all that some programs write."""
    return any(not str(key).casefold().startswith(_LOUDNESS) for key in ape_tag(path) or ())
