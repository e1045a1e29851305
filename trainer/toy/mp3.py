"""Samples become an mp3 file; the one module here that needs PyAV."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

_BIT_RATE = 32_000  # as MagnaTagATune's


def write_mp3(path: Path, samples: NDArray[np.int16], sample_rate: int) -> None:
    """Write mono sound as an mp3 file of 32 kbit/s, without dates or names of programs.

    Args:
        path: where to; what is there is replaced.
        samples: int16 [n].
        sample_rate: in Hz.
    """
    plain = {"fflags": "+bitexact", "id3v2_version": "0"}
    quick = {"flags": "+bitexact", "compression_level": "7"}
    with path.open("wb") as file, av.open(file, "w", format="mp3", options=plain) as container:
        stream = container.add_stream("mp3", rate=sample_rate, options=quick)
        stream.layout = "mono"
        stream.format = "s16p"
        stream.bit_rate = _BIT_RATE
        size = stream.codec_context.frame_size or 576
        for start in range(0, len(samples), size):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + size], "s16p", "mono")
            frame.sample_rate, frame.pts = sample_rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
