"""The picture that a file carries of itself."""

from __future__ import annotations

from pathlib import Path

# The whole before a part: two threads that begin with different parts get modules that are half there.
import av  # noqa: F401 - see above
from av.stream import Disposition
from av.video.stream import VideoStream

from tagger_core.audio.opening import FAILURES, open_container
from tagger_core.errors import AudioError

LARGEST_COVER = 16 << 20  # bytes


def embedded_cover(path: Path) -> bytes | None:
    """Return the encoded picture (JPEG, PNG, ...) in a file's tags, of any container; None for none.

    Reads the beginning of the file only. A file that cannot be read has none, and neither has one whose
    picture is larger than 16 MB.
    """
    try:
        with open_container(path) as opened:
            for stream in opened.container.streams.video:
                if not isinstance(stream, VideoStream) or Disposition.attached_pic not in stream.disposition:
                    continue
                packet = next(opened.container.demux(stream))
                return bytes(packet) if 0 < packet.size <= LARGEST_COVER else None
    except (AudioError, StopIteration, *FAILURES):
        return None
    return None
