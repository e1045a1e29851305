"""Frames of any rate, layout and sample format -> mono float32 at one rate.

The work is libswresample's, inside one small FFmpeg filter graph: it is exact for every pair of rates, keeps
its state over frames, starts without delay and gives its tail at the end. Averaging comes before resampling,
so that only one channel is filtered. Python asks for sound once a second, not once a frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from tagger_core.errors import AudioError

# From 44.1 to 16 kHz: flat to 7.4 kHz; a tone at 8.1 kHz folds back at -41 dB, one at 8.4 kHz at -95 dB.
# FFmpeg's usual 32 taps let them through at -13 and -22 dB, and save a few per cent of the decoding time.
FILTER_TAPS = 96
CUTOFF = 0.97
BLOCK_SECONDS = 1
LOWEST_RATE, HIGHEST_RATE = 1_000, 50_000_000
# Of libswresample's table of filters. Real rates need less than 3 million; it has 1024 filters at most.
MOST_COEFFICIENTS = 4_000_000
_MOST_FILTERS = 1024
MOST_CHANNELS = 64


class MonoResampler:
    """Turns frames into blocks of about a second; the layout and the rate may change between frames.

    The mono signal is the plain mean of all channels, whatever speaker each belongs to.

    Args:
        sample_rate: of the blocks, in Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._graph: Graph | None = None
        self._shape: tuple[int, str, str] | None = None
        self._waiting = 0

    def push(self, frame: av.AudioFrame) -> Iterator[NDArray[np.float32]]:
        """Take a frame and yield the blocks that became whole, float32 [n].

        Raises:
            AudioError: the frame has a rate or a number of channels that no music has.
        """
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._graph is None or shape != self._shape:
            yield from self.flush()
            self._graph, self._shape = _build(frame, self.sample_rate), shape
        frame.pts = None  # sound is joined as it comes; a gap in the clock is no silence
        self._graph.push(frame)
        self._waiting += frame.samples
        if self._waiting >= frame.sample_rate * BLOCK_SECONDS:
            self._waiting = 0
            yield from _pull(self._graph)

    def flush(self) -> Iterator[NDArray[np.float32]]:
        """Yield what is left; the next frame starts afresh."""
        if self._graph is not None:
            self._graph.push(None)
            yield from _pull(self._graph)
        self._graph, self._shape, self._waiting = None, None, 0


def _build(frame: av.AudioFrame, sample_rate: int) -> Graph:
    channels = frame.layout.nb_channels
    if (
        not LOWEST_RATE <= frame.sample_rate <= HIGHEST_RATE
        or _coefficients(frame.sample_rate, sample_rate) > MOST_COEFFICIENTS
    ):
        raise AudioError(f"claims a sample rate of {frame.sample_rate} Hz")
    if not 1 <= channels <= MOST_CHANNELS:
        raise AudioError(f"claims {channels} channels")
    graph = Graph()
    graph.threads = 1  # songs are the unit of parallel work
    source = graph.add(
        "abuffer",
        sample_rate=str(frame.sample_rate),
        sample_fmt=frame.format.name,
        channel_layout=frame.layout.name,
        time_base=str(Fraction(1, frame.sample_rate)),
    )
    chain: list[Any] = [source, graph.add("aformat", sample_fmts="fltp")]
    if channels > 1:
        mean = "+".join(f"{1 / channels:.9f}*c{channel}" for channel in range(channels))
        chain.append(graph.add("pan", f"mono|c0={mean}"))
    if frame.sample_rate != sample_rate:
        quality = f"filter_size={FILTER_TAPS}:cutoff={CUTOFF}"
        chain.append(graph.add("aresample", f"{sample_rate}:{quality}"))
    graph.link_nodes(*chain, graph.add("abuffersink"))
    graph.configure()
    graph.set_audio_frame_size(sample_rate * BLOCK_SECONDS)
    return graph


def _coefficients(rate: int, to: int) -> float:
    """Return how large the table of filters becomes that leads from one rate to another."""
    filters = min(_MOST_FILTERS, to // math.gcd(rate, to))
    return filters * FILTER_TAPS * max(1.0, rate / to)


def _pull(graph: Graph) -> Iterator[NDArray[np.float32]]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)
