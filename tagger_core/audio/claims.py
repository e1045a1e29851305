"""How long a file claims to be: what is heard beside it shows that the file was cut off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from tagger_core.audio.decode import AudioInfo

# Their headers count samples or time. FFmpeg only estimates the length of the others from size and bit rate.
_COUNTING = frozenset(
    {"flac", "wav", "w64", "aiff", "au", "caf", "mp4", "matroska", "asf", "wv", "ape", "tta", "dsf"}
)
_SAMPLES_PER_MP3_FRAME = {True: 1152, False: 576}  # MPEG-1 and the half-rate versions
_RIFF_UNKNOWN = 0x7FFF_0000
_LARGEST_OGG_PAGE = 27 + 255 + 255 * 255


def claimed_seconds(path: Path, info: AudioInfo) -> float | None:
    """Return the length that a file's header states, or None where it states none."""
    if info.container == "mp3":
        return _xing_seconds(path, info.sample_rate)
    return info.seconds if info.container in _COUNTING else None


def end_is_missing(path: Path, info: AudioInfo) -> bool:
    """Tell whether a file is cut off of which FFmpeg measures the length by what is there."""
    if info.container == "ogg":
        return _ogg_page_is_cut(path)
    return info.container == "wav" and _riff_is_cut(path, (info.bit_rate or 0) // 8)


def _riff_is_cut(path: Path, bytes_a_second: int) -> bool:
    with path.open("rb") as file:
        header = file.read(8)
        size = file.seek(0, 2)
    claimed = int.from_bytes(header[4:8], "little")
    # What is written to a pipe claims some huge number, as its length is not known.
    return header[:4] == b"RIFF" and size + bytes_a_second < claimed < _RIFF_UNKNOWN


def _ogg_page_is_cut(path: Path) -> bool:
    """Look for the whole last page (RFC 3533, section 6)."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LARGEST_OGG_PAGE))
        tail = file.read()
    page = tail.rfind(b"OggS")
    if page < 0:
        return False
    header = tail[page : page + 27]
    if len(header) < 27:
        return True
    lacing = tail[page + 27 : page + 27 + header[26]]
    return len(tail) - page < 27 + header[26] + sum(lacing)


def _xing_seconds(path: Path, sample_rate: int) -> float | None:
    """Read the frame count of a Xing, Info or VBRI header, which encoders put into the first MP3 frame."""
    with path.open("rb") as file:
        _skip_id3(file)
        head = file.read(256)
    frames = 0
    for name in (b"Xing", b"Info"):
        at = head.find(name)
        if at >= 0 and head[at + 7] & 1:
            frames = int.from_bytes(head[at + 8 : at + 12], "big")
    at = head.find(b"VBRI")
    if at >= 0:
        frames = int.from_bytes(head[at + 14 : at + 18], "big")
    if not frames or not sample_rate:
        return None
    return frames * _SAMPLES_PER_MP3_FRAME[sample_rate >= 32_000] / sample_rate


def _skip_id3(file: BinaryIO) -> None:
    """Leave the file behind its ID3v2 tags (id3.org, ID3v2.4.0 structure, section 3.1)."""
    start = 0
    while True:
        file.seek(start)
        header = file.read(10)
        if len(header) < 10 or not header.startswith(b"ID3"):
            break
        size = 0
        for byte in header[6:10]:
            size = size << 7 | byte & 0x7F
        start += 10 + size + (10 if header[5] & 0x10 else 0)
    file.seek(start)
