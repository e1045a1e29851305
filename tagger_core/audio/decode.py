"""A file -> blocks of mono float32 at a model's sample rate, whatever its format, length and state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

# The whole before a part: two threads that begin with different parts get modules that are half there.
import av
import av.audio.stream
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from tagger_core.audio.claims import claimed_seconds, end_is_missing
from tagger_core.audio.formats import friendly
from tagger_core.audio.opening import FAILURES, REMEDY, OpenFile, open_container, read_error, reason
from tagger_core.audio.resample import MonoResampler
from tagger_core.errors import AudioError, Cancelled, NoAudioError, ReadError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

Result = TypeVar("Result")

LONGEST_SECONDS = 100 * 3600
# A stream that gives packets but no sound is no music; real ones give sound within a handful.
MOST_BARREN_PACKETS = 20_000
# One after the other, without a packet between them.
MOST_DAMAGED_PLACES = 100
# Float files may hold anything; +36 dBFS is no sound.
LOUDEST = 64.0
SHORTFALL_SECONDS = 1.0
PACKETS_BETWEEN_QUESTIONS = 256
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class AudioInfo:
    """What a file says of its audio, before any of it is decoded.

    Args:
        container: "mp3", "mp4", "ogg", "flac", ...
        codec: "mp3", "aac", "alac", "vorbis", "opus", "pcm_s16le", ...
        sample_rate: in Hz.
        channels: number of them.
        seconds: length, None where the file does not tell.
        bit_rate: bits per second, None where the file does not tell.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    seconds: float | None
    bit_rate: int | None


def probe(path: Path) -> AudioInfo:
    """Return what a file says of its audio, reading its beginning only.

    Raises:
        NoAudioError: there is no audio stream, or none that FFmpeg has a decoder for.
        AudioError: it is no regular file, or cannot be read.
    """
    with open_container(path) as opened:
        return _info(opened.container, _choose(opened.container, path))


def open_audio(path: Path, sample_rate: int) -> AudioStream:
    """Open a file for decoding; use the result as a context manager and iterate it once.

    Raises:
        NoAudioError: there is no audio stream, or none that FFmpeg has a decoder for.
        AudioError: it is no regular file, or cannot be read.
    """
    return AudioStream(path, sample_rate)


def load(path: Path, sample_rate: int) -> NDArray[np.float32]:
    """Return a whole file as mono float32 [n]; for tests and training, since memory grows with the file.

    Raises:
        AudioError: as `open_audio` and the iteration of `AudioStream`.
    """
    with open_audio(path, sample_rate) as stream:
        return np.concatenate(list(stream))


def packet_digest(path: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
    """Return the digest of a file's compressed audio (32 hex digits), the same as `AudioStream.digest`.

    Only demuxes. Other tags or another name leave it as it is; other audio does not.

    Args:
        path: the file.
        cancelled: asked every now and then; may wait.

    Raises:
        NoAudioError, AudioError: as `probe`.
        ReadError: the disk fails in the middle of it.
        Cancelled: it was.
    """
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    with open_container(path) as opened:
        packets = _packets(opened, _choose(opened.container, path), problems=[])
        for number, packet in enumerate(packets):
            if number % PACKETS_BETWEEN_QUESTIONS == 0 and cancelled():
                raise Cancelled
            digest.update(bytes(packet))
    return digest.hexdigest()


class AudioStream:
    """The best audio stream of a file, decoded in blocks of about a second.

    Iterating yields float32 [n] blocks, mono (the mean of all channels), at the asked rate. Damaged packets
    are skipped, and of a file that breaks off the good part is heard; `problem` then says so. Where the disk
    fails in the middle of a file, iterating raises `ReadError`: half of it is not the song.

    Attributes:
        path: the file.
        info: what the file says of itself.
        problem: empty, or what kept a part of the file from being heard; set once iteration has ended.
        digest: of the compressed audio, 32 hex digits; empty until iteration has ended.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self.problem = ""
        self.digest = ""
        self._samples = 0
        self._problems: list[str] = []
        with ExitStack() as resources:
            self._opened = resources.enter_context(open_container(path))
            self._stream = _choose(self._opened.container, path)
            self._stream.codec_context.thread_count = 1  # songs are the unit of parallel work
            self.info = _info(self._opened.container, self._stream)
            self._claimed = _reading(claimed_seconds, path, self.info)
            self._resources = resources.pop_all()

    def __enter__(self) -> AudioStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    @property
    def seconds(self) -> float:
        """The length of what was decoded so far."""
        return self._samples / self.sample_rate

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        resampler = MonoResampler(self.sample_rate)
        try:
            for frame in self._frames():
                for block in resampler.push(frame):
                    yield self._clean(block)
                if self.seconds > LONGEST_SECONDS:
                    self._problems.append(f"only the first {LONGEST_SECONDS // 3600} hours were heard")
                    break
            for block in resampler.flush():
                yield self._clean(block)
        except ReadError:
            raise
        except AudioError as error:
            raise AudioError(error.message, path=self.path, remedy=REMEDY) from error
        if not self._samples:
            raise NoAudioError("holds no sound that can be decoded", path=self.path, remedy=REMEDY)
        self._compare_with_claim()
        self.problem = "; ".join(dict.fromkeys(self._problems))

    def _frames(self) -> Iterator[av.AudioFrame]:
        digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        heard = damaged = damaged_since = barren = 0
        for packet in _packets(self._opened, self._stream, self._problems):
            digest.update(bytes(packet))
            try:
                frames = self._decode(packet)
            except FAILURES:
                frames = []
                damaged_since += 1
            barren = 0 if frames else barren + 1
            if barren > MOST_BARREN_PACKETS:
                self._problems.append(f"{barren} packets in a row hold no sound")
                break
            if frames:
                # Junk before the first sound and a last odd packet are common around tags, and cost nothing.
                damaged += damaged_since if heard else 0
                heard, damaged_since = heard + 1, 0
            yield from frames
        damaged += damaged_since if damaged_since > 2 else 0
        if damaged:
            self._problems.append(f"{damaged} of {heard + damaged} packets are damaged and were skipped")
        self.digest = digest.hexdigest()

    def _decode(self, packet: Packet[Any]) -> list[av.AudioFrame]:
        return self._stream.decode(packet)

    def _clean(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        self._samples += block.size
        # Written so that NaN fails the comparison too.
        if block.size and not (np.abs(block).max() <= LOUDEST):
            self._problems.append("holds sample values that are no sound; they were replaced by silence")
            return np.where(np.abs(block) <= LOUDEST, block, np.float32(0))
        return block

    def _compare_with_claim(self) -> None:
        if self._claimed is not None and self.seconds + SHORTFALL_SECONDS < min(
            self._claimed, LONGEST_SECONDS
        ):
            self._problems.append(f"ends after {self.seconds:.1f} of {self._claimed:.1f} seconds")
        elif _reading(end_is_missing, self.path, self.info):
            self._problems.append(f"breaks off after {self.seconds:.1f} seconds")


def _reading(look: Callable[[Path, AudioInfo], Result], path: Path, info: AudioInfo) -> Result:
    """Look into a file beside FFmpeg, and tell of a failing disk as it is told of elsewhere."""
    try:
        return look(path, info)
    except OSError as error:
        raise read_error(path, error) from error


def _packets(
    opened: OpenFile, stream: av.audio.stream.AudioStream, problems: list[str]
) -> Iterator[Packet[Any]]:
    """Yield the packets of a stream, going on behind damaged places where the container allows it."""
    damaged = since = 0
    while since < MOST_DAMAGED_PLACES:
        try:
            for packet in opened.container.demux(stream):
                opened.check()
                since = 0
                yield packet
            opened.check()
            break
        except av.InvalidDataError:
            opened.check()
            damaged, since = damaged + 1, since + 1
        except FAILURES as error:
            opened.check()
            problems.append(f"breaks off: {reason(error)}")
            break
    if damaged:
        problems.append(f"{damaged} damaged places could not be read and were skipped")


def _choose(container: InputContainer, path: Path) -> av.audio.stream.AudioStream:
    best = container.streams.best("audio")
    candidates = [best, *container.streams.audio] if best is not None else [*container.streams.audio]
    if not candidates:
        raise NoAudioError("holds no audio", path=path, remedy="it may be a video, a picture or damaged")
    for stream in candidates:
        if isinstance(stream, av.audio.stream.AudioStream) and stream.codec_context is not None:
            _forget_order(stream)
            return stream
    raise NoAudioError(
        "its audio codec is unknown to FFmpeg", path=path, remedy="convert it, or leave it out"
    )


def _forget_order(stream: av.audio.stream.AudioStream) -> None:
    """Replace a custom order of channels, of which the mean has no need, before anything else reads it.

    FFmpeg keeps such an order as a map in memory. PyAV frees it with every layout that it hands out, and
    FFmpeg once more.
    """
    layout = stream.codec_context.layout  # the only owner of the map once the context has another layout
    is_custom = " channels (" in layout.name or layout.name.startswith("ambisonic")
    if layout.nb_channels > 0:
        stream.codec_context.layout = f"{layout.nb_channels} channels" if is_custom else layout.name


def _info(container: InputContainer, stream: av.audio.stream.AudioStream) -> AudioInfo:
    name = friendly(container.format.name)
    seconds = _seconds_in_matroska(container, stream) if name == "matroska" else _seconds(container, stream)
    return AudioInfo(
        container=name,
        codec=stream.codec_context.codec.canonical_name,
        sample_rate=stream.codec_context.sample_rate or 0,
        channels=stream.codec_context.channels or 0,
        seconds=seconds if seconds is not None and seconds > 0 else None,
        bit_rate=stream.bit_rate or container.bit_rate or None,
    )


def _seconds(container: InputContainer, stream: av.audio.stream.AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration is not None else None


def _seconds_in_matroska(container: InputContainer, stream: av.audio.stream.AudioStream) -> float | None:
    """Return the length of the only stream: Matroska tells just where the longest one ends."""
    others = [other.disposition for other in container.streams if other.index != stream.index]
    if container.duration is None or not all(Disposition.attached_pic in kind for kind in others):
        return None
    start = stream.start_time * stream.time_base if stream.start_time and stream.time_base else 0
    return container.duration / av.time_base - float(start)
