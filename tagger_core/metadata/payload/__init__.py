"""Where the audio is in a file: what a write must not change, whatever it does to the tags.

`spans` finds the audio by reading the container's structure itself, so that a bug in the writing of tags
cannot hide from it; `payload_hash` is a digest over the audio and over what a decoder needs to decode it
(STREAMINFO, the tracks of an MP4 file, `fmt `): equal hashes, equal sound.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tagger_core.metadata.payload import asf, flac, iff, mp4, ogg, stream
from tagger_core.metadata.payload.source import BLOCK, Digest, Nothing, Source, Span

__all__ = ["Span", "container", "file_hash", "payload_hash", "spans", "walk"]

_BUFFER = 1 << 18
_WALKS: dict[str, Callable[[Source, Digest], Iterator[Span]]] = {
    "stream": stream.walk,
    "flac": flac.walk,
    "ogg": ogg.walk,
    "mp4": mp4.walk,
    "wave": iff.walk_wave,
    "aiff": iff.walk_aiff,
    "asf": asf.walk,
}


def spans(path: Path) -> Iterator[Span]:
    """Yield the runs of audio bytes of a file, in its order; they never overlap and are not empty.

    Raises:
        UnsupportedFormatError: the container is not known, or is used in a way that is not.
        TagsUnreadableError: the structure is broken or cut off.
        OSError: the file cannot be read.
    """
    with path.open("rb", _BUFFER) as file:
        yield from walk(Source(file, path), Nothing())


def payload_hash(path: Path) -> str:
    """Return a SHA-256 in hex of the audio and of what decoding it depends on; errors as of `spans`."""
    audio, structure = hashlib.sha256(), hashlib.sha256()
    with path.open("rb", _BUFFER) as file:
        source = Source(file, path)
        for span in walk(source, structure):
            source.feed(span, audio)
    return hashlib.sha256(audio.digest() + structure.digest()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 in hex of a whole file."""
    digest = hashlib.sha256()
    with path.open("rb", 0) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the spans of an open file and feed the digest with what decoding depends on; see `spans`."""
    kind = container(source)
    structure.update(kind.encode())
    empty = True
    for span in _WALKS[kind](source, structure):
        if span.length:
            empty = False
            yield span
    if empty:
        source.unsupported("there is no audio in the file")


def container(source: Source) -> str:
    """Return the name of the container, told by the content alone."""
    start = source.upto(0, 16)
    if start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE":
        return "wave"
    if start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if start[4:8] in mp4.FIRST_BOXES:
        return "mp4"
    if start[:4] == b"OggS":
        return "ogg"
    if start == asf.HEADER:
        return "asf"
    return "flac" if source.upto(stream.head(source), 4) == b"fLaC" else "stream"
