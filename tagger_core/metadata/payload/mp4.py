"""MP4: the bodies of `mdat`, and that the chunk offsets still point to the same bytes of them.

Source: ISO 14496-12 sections 4.2 (boxes), 8.1 (mdat), 8.7.5 (stco, co64), 8.8 (fragments).
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from tagger_core.metadata.payload.source import BLOCK, MOST_ELEMENTS, Digest, Source, Span

FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
_INSIDE_TRACK = (b"mdia", b"minf", b"stbl")
_DEEPEST = 16


class _Box(NamedTuple):
    kind: bytes
    start: int
    body: Span

    @property
    def end(self) -> int:
        return self.body.offset + self.body.length


def walk(source: Source, structure: Digest) -> Iterator[Span]:
    """Yield the bodies of all `mdat`; the tracks' description goes into the structure.

    In the structure a chunk offset counts from the first byte of audio, not of the file, so that it stays the
    same when the tags before it grow, and differs when it points to other audio than before.

    Raises:
        TagsUnreadableError: a box reaches beyond its parent, or a chunk offset points outside of the audio.
        UnsupportedFormatError: fragments with absolute offsets, which no tag writer keeps in step.
    """
    boxes = list(_boxes(source, Span(0, source.size)))
    audio = [box.body for box in boxes if box.kind == b"mdat"]
    movies = [box for box in boxes if box.kind == b"moov"]
    if not audio or len(movies) != 1:
        source.damaged("it does not have mdat and one moov")
    starts = [0]
    for body in audio:
        starts.append(starts[-1] + body.length)
    for track in _boxes(source, movies[0].body):
        if track.kind == b"trak":
            _feed_track(source, structure, track.body, audio, starts)
    for box in boxes:
        if box.kind == b"mfra":
            source.unsupported("it has an index of fragments by absolute offsets")
        if box.kind == b"moof":
            _feed_fragment(source, structure, box, audio)
    yield from audio


def _boxes(source: Source, parent: Span) -> Iterator[_Box]:
    """Yield the boxes in a part of the file, in its order."""
    offset, end = parent.offset, parent.offset + parent.length
    for _ in range(MOST_ELEMENTS):
        if offset + 8 > end:
            if offset != end and any(source.at(offset, end - offset)):
                source.damaged("bytes follow the last box")
            return
        header = source.upto(offset, 16)
        length, kind, begin = int.from_bytes(header[:4], "big"), header[4:8], 8
        if length == 1:
            length, begin = int.from_bytes(header[8:16], "big"), 16
        elif length == 0 and parent.offset == 0:
            length = end - offset
        elif length == 0:
            return
        if length < begin or offset + length > end:
            source.damaged(f"the box {kind!r} has no valid size")
        yield _Box(kind, offset, Span(offset + begin, length - begin))
        offset += length
    source.damaged(f"it has more than {MOST_ELEMENTS} boxes")


def _feed_track(
    source: Source, structure: Digest, part: Span, audio: list[Span], starts: list[int], *, depth: int = 0
) -> None:
    """Feed all of a track box to the digest, with chunk offsets told by what they point to."""
    if depth > _DEEPEST:
        source.damaged(f"its boxes are nested more than {_DEEPEST} deep")
    for box in _boxes(source, part):
        structure.update(box.kind)
        if box.kind in _INSIDE_TRACK:
            _feed_track(source, structure, box.body, audio, starts, depth=depth + 1)
        elif box.kind in (b"stco", b"co64"):
            _feed_offsets(source, structure, box, audio, starts)
        else:
            source.feed(box.body, structure)


def _feed_offsets(source: Source, structure: Digest, box: _Box, audio: list[Span], starts: list[int]) -> None:
    width = 4 if box.kind == b"stco" else 8
    count = int.from_bytes(source.at(box.body.offset + 4, 4), "big") if box.body.length >= 8 else 0
    if 8 + count * width > box.body.length:
        source.damaged("the table of chunk offsets is too short")
    firsts = [body.offset for body in audio]
    offset, end = box.body.offset + 8, box.body.offset + 8 + count * width
    while offset < end:
        block = source.at(offset, min(BLOCK, end - offset))
        offset += len(block)
        places = array("Q")
        for at in range(0, len(block), width):
            place = int.from_bytes(block[at : at + width], "big")
            which = bisect_right(firsts, place) - 1
            if which < 0 or place > firsts[which] + audio[which].length:
                source.damaged("a chunk offset points outside of the audio")
            places.append(starts[which] + place - firsts[which])
        structure.update(places.tobytes())


def _feed_fragment(source: Source, structure: Digest, box: _Box, audio: list[Span]) -> None:
    """Feed a `moof`, and how far behind it its audio lies: what the offsets in it count from."""
    for track in _boxes(source, box.body):
        for inner in _boxes(source, track.body) if track.kind == b"traf" else ():
            if (
                inner.kind == b"tfhd"
                and inner.body.length >= 4
                and source.at(inner.body.offset + 3, 1)[0] & 1
            ):
                source.unsupported("its fragments have absolute offsets")
    source.feed(box.body, structure)
    behind = next((body.offset for body in audio if body.offset >= box.end), 0)
    structure.update((behind - box.start).to_bytes(9, "big", signed=True))
