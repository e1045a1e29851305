"""Sound made by code and encoded for real, so that the tests hear what the decoder hears."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# suffix: container, codec. The longer suffix stands first, since ".alac.m4a" ends with ".m4a" too.
_FORMATS = {
    ".alac.m4a": ("ipod", "alac"),
    ".mp3": ("mp3", "libmp3lame"),
    ".flac": ("flac", "flac"),
    ".ogg": ("ogg", "vorbis"),
    ".opus": ("opus", "libopus"),
    ".m4a": ("ipod", "aac"),
    ".wma": ("asf", "wmav2"),
    ".wav": ("wav", "pcm_s16le"),
    ".aiff": ("aiff", "pcm_s16be"),
    ".wv": ("wv", "wavpack"),
    ".mka": ("matroska", "flac"),
}
SUFFIXES = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".alac.m4a", ".wma", ".wav", ".aiff", ".wv", ".mka")
LOSSLESS = (".flac", ".alac.m4a", ".wav", ".aiff", ".wv", ".mka")
_LOSSY_CODECS = ("libmp3lame", "vorbis", "libopus", "aac", "wmav2")


def tone(seconds: float, sample_rate: int = 44100, hz: float = 440.0, level: float = 0.5) -> Samples:
    """Return a sine, float32 [n]."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return (level * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def song(seconds: float, sample_rate: int = 44100, seed: int = 0) -> Samples:
    """Return chords that change twice a second over beats of noise, float32 [n]; other seeds, other songs."""
    rng = np.random.default_rng(seed)
    n = round(seconds * sample_rate)
    time = np.arange(n) / sample_rate
    half_seconds = (time * 2).astype(np.int64)
    root = 110 * 2 ** (rng.integers(0, 12, int(seconds * 2) + 1) / 12)
    phase = 2 * np.pi * np.cumsum(root[half_seconds]) / sample_rate
    chord = sum(np.sin(ratio * phase) / ratio for ratio in (1.0, 1.25, 1.5, 2.0))
    beat = rng.standard_normal(n) * np.exp(-12 * (time * 2 % 1))
    return (0.15 * chord + 0.05 * beat).astype(np.float32)


def encode(
    path: Path,
    samples: Samples | Iterable[Samples],
    sample_rate: int,
    *,
    codec: str | None = None,
    bit_rate: int | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write sound to the format of the path's suffix and return the path.

    Args:
        path: where to; what is there is overwritten.
        samples: float32 [n] for mono or [n, 2] for stereo, or such arrays one after the other.
        sample_rate: of the samples; a codec that does not know it stores the next higher one that it knows.
        codec: encoder instead of the suffix's usual one, such as "libopus" in ".ogg".
        bit_rate: bits per second for a lossy codec, 128,000 unless told.
        metadata: tags by FFmpeg's names, such as "title".
    """
    container_name, usual = next(value for suffix, value in _FORMATS.items() if path.name.endswith(suffix))
    blocks = iter([samples] if isinstance(samples, np.ndarray) else samples)
    first = next(blocks)
    channels = 1 if first.ndim == 1 else first.shape[1]
    with path.open("wb") as file, av.open(file, "w", format=container_name) as container:
        container.flags |= av.container.Flags.bitexact.value
        container.metadata.update(metadata or {})
        stream = _add_stream(container, codec or usual, sample_rate, channels, bit_rate or 128_000)
        for frame in _frames(stream, first, blocks, sample_rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _add_stream(container: Any, codec: str, sample_rate: int, channels: int, bit_rate: int) -> AudioStream:
    known = av.Codec(codec, "w").audio_rates
    if known and sample_rate not in known:
        sample_rate = min((rate for rate in known if rate > sample_rate), default=max(known))
    options = {}
    if codec == "vorbis":
        # FFmpeg's own encoder calls itself experimental, writes two channels only, and looks not at the bit
        # rate but at the quality; this one comes to about the bit rate.
        quality = str(round(118 * bit_rate / 48_000))
        options = {"strict": "experimental", "flags": "+qscale", "global_quality": quality}
    stream: AudioStream = container.add_stream(codec, rate=sample_rate, options=options)
    stream.layout = "stereo" if channels == 2 or codec == "vorbis" else "mono"
    if codec in _LOSSY_CODECS:
        stream.bit_rate = bit_rate
    if codec == "wavpack":
        stream.format = "s16p"  # its first choice has 8 bits
    stream.codec_context.flags |= av.codec.context.Flags.bitexact.value
    return stream


def _frames(
    stream: AudioStream, first: Samples, rest: Iterator[Samples], sample_rate: int
) -> Iterator[av.AudioFrame]:
    context = stream.codec_context
    context.open()
    resampler = AudioResampler(stream.format, stream.layout, stream.rate, context.frame_size or 4096)
    position = 0
    for block in itertools.chain([first], rest):
        planes = np.atleast_2d(np.asarray(block, np.float32).T)
        if not planes.size:
            continue
        if len(planes) == 1 and stream.layout.nb_channels == 2:  # FFmpeg would lower it by 3 dB
            planes = np.repeat(planes, 2, axis=0)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(planes), "fltp", "stereo" if len(planes) == 2 else "mono"
        )
        frame.sample_rate = sample_rate
        frame.time_base = Fraction(1, sample_rate)
        frame.pts = position
        position += planes.shape[1]
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
