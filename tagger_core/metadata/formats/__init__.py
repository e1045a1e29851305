"""Tags by format: found by content, read as fields, written without touching what is not ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from mutagen.mp3 import MPEGInfo

from tagger_core.errors import MetadataError, TagsUnreadableError, shown
from tagger_core.metadata.formats.base import Edit, TagFile, apply_edits
from tagger_core.metadata.formats.flac import FlacTags
from tagger_core.metadata.formats.foreign import ForeignTags
from tagger_core.metadata.formats.id3_frames import tag_size
from tagger_core.metadata.formats.iff import IffTags
from tagger_core.metadata.formats.mp3 import Mp3Tags
from tagger_core.metadata.formats.mp4 import Mp4Tags
from tagger_core.metadata.formats.ogg import OggTags

__all__ = ["Edit", "TagFile", "apply_edits", "open_tags"]

_SEARCHED = 1 << 16
_IFF = ((b"RIFF", b"WAVE"), (b"FORM", b"AIFF"), (b"FORM", b"AIFC"))
_OTHERS = (b"TTA1", b"MAC ", b"wvpk", b"MPCK", b"MP+", b"OFR ", b"tBaK", b"OggS", b"RIFF", b"FORM")


def open_tags(path: Path, *, new_id3_version: int = 4) -> TagFile:
    """Read the tags of a file; what format they are is told from the content, never from the name.

    Args:
        path: the file; it is only read.
        new_id3_version: 3 or 4, for files that may hold ID3v2 and have none yet.

    Returns:
        the tags; where `refusal` is set they can be read but not written.

    Raises:
        TagsUnreadableError: the file cannot be opened, is no audio file with known tags, or is damaged.
    """
    try:
        opener = _opener(path)
        if opener is None:
            return ForeignTags(path)
        try:
            return opener(path, new_id3_version)
        except MetadataError as refusal:
            refusal.path = path
            return ForeignTags(path, refusal)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TagsUnreadableError(f"cannot be opened: {shown(reason)}", path=path) from error


def _opener(path: Path) -> Callable[[Path, int], TagFile] | None:
    with path.open("rb") as file:
        start = file.read(64)
        skipped = tag_size(start[:10])
        if skipped:
            file.seek(skipped)
            start = file.read(64)
        if start.startswith(b"fLaC"):
            return FlacTags
        opener = _by_start(start) if not skipped else None
        if opener or start.startswith(_OTHERS):
            return opener
        file.seek(skipped)
        return Mp3Tags if _is_mpeg(file.read(_SEARCHED), tagged=bool(skipped)) else None


def _by_start(start: bytes) -> Callable[[Path, int], TagFile] | None:
    if start.startswith(b"OggS") and (b"\x01vorbis" in start or b"OpusHead" in start):
        return OggTags
    if start[4:8] == b"ftyp":
        return Mp4Tags
    return IffTags if (start[:4], start[8:12]) in _IFF else None


def _is_mpeg(data: bytes, *, tagged: bool) -> bool:
    """Tell whether MPEG frames begin here, or behind zeros; behind a tag, other bytes may stand between."""
    start = data.lstrip(b"\0")
    if tagged and start.startswith(b"ID3"):
        return True
    try:
        info = MPEGInfo(io.BytesIO(start), 0)
    except Exception:  # noqa: BLE001 - mutagen's parsers raise whatever they run into
        return False
    return start.startswith(b"\xff") or (tagged and not info.sketchy)
