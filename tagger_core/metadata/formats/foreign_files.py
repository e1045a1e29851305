"""Files as mutagen opens them, at a bounded cost: left alone it reads on for as long as a file goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mutagen
from mutagen import (
    aac,
    ac3,
    aiff,
    apev2,
    asf,
    dsdiff,
    dsf,
    flac,
    id3,
    monkeysaudio,
    mp3,
    mp4,
    musepack,
    oggflac,
    oggopus,
    oggspeex,
    oggtheora,
    oggvorbis,
    optimfrog,
    smf,
    tak,
    trueaudio,
    wave,
    wavpack,
)

from tagger_core.errors import TagsUnreadableError
from tagger_core.metadata.formats.base import MOST_PARTS

_MOST_READS = 3 * MOST_PARTS
_PARTED = (flac.FLAC, aiff.AIFF, wave.WAVE, dsdiff.DSDIFF)
_WITH_ID3 = (mp3.MP3, trueaudio.TrueAudio, id3.ID3FileType, aiff.AIFF, wave.WAVE, dsdiff.DSDIFF, dsf.DSF)
_KINDS: tuple[Any, ...] = (
    *_PARTED,
    mp3.MP3,
    trueaudio.TrueAudio,
    id3.ID3FileType,
    dsf.DSF,
    oggtheora.OggTheora,
    oggspeex.OggSpeex,
    oggvorbis.OggVorbis,
    oggflac.OggFLAC,
    oggopus.OggOpus,
    apev2.APEv2File,
    mp4.MP4,
    wavpack.WavPack,
    musepack.Musepack,
    monkeysaudio.MonkeysAudio,
    optimfrog.OptimFROG,
    asf.ASF,
    aac.AAC,
    ac3.AC3,
    smf.SMF,
    tak.TAK,
)


def opened(path: Path) -> mutagen.FileType | None:
    """Open a file with mutagen; None where it does not know the format.

    Compressed frames of ID3 are left out: a few bytes of one may stand for gigabytes.

    Raises:
        TagsUnreadableError: it has blocks or chunks without end.
        Exception: whatever mutagen's parsers run into.
    """
    found: mutagen.FileType | None = mutagen.File(path, options=_BOUNDED)
    return found


class _SeldomRead:
    """An open file that raises an error once it was read from more often than any real one has to be."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = _MOST_READS

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise TagsUnreadableError("it has parts without end", remedy="repair it with another tag editor")
        data: bytes = self._file.read(size)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _bounded(kind: Any) -> Any:
    """Return a kind of file that costs little, under the same name: mutagen chooses by it among equals."""
    options = {"known_frames": _FRAMES} if kind in _WITH_ID3 else {}

    def load(self: Any, file: Any, filename: str | None = None) -> None:
        kind.load(self, _SeldomRead(file) if kind in _PARTED else file, filename=filename, **options)

    return type(kind.__name__, (kind,), {"load": load})


def _uncompressed(kind: Any) -> Any:
    """Return a kind of frame, of the same name, that is not taken apart where it is compressed."""

    def from_data(cls: Any, header: Any, flags: int, data: bytes) -> Any:
        if flags & (kind.FLAG24_COMPRESS if header.version >= (2, 4, 0) else kind.FLAG23_COMPRESS):
            raise NotImplementedError
        return kind._fromData.__func__(cls, header, flags, data)

    return type(kind.__name__, (kind,), {"_fromData": classmethod(from_data)})


_FRAMES = id3.Frames_2_2 | {name: _uncompressed(kind) for name, kind in id3.Frames.items()}
_BOUNDED = [_bounded(kind) for kind in _KINDS]
