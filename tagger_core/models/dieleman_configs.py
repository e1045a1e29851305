"""The networks of Dieleman and Schrauwen 2014, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tagger_core.models.checks import choice, integer, number, refuse, rows
from tagger_core.models.framemel_configs import check_transform
from tagger_core.models.module_plan import LONGEST_WINDOW, MOST_ACTIVATIONS, MOST_WEIGHTS

Input = Literal["mel", "raw"]
Nonlinearity = Literal["relu", "log-power", "log-magnitude", "none"]
Pooling = Literal["none", "l2", "max"]


@dataclass(frozen=True, kw_only=True)
class DielemanConfig:
    """One network on spectrograms or raw audio (Dieleman and Schrauwen 2014, section 4).

    The paper leaves open the exact length of its 3 seconds, the padding, the number of strided filters, the
    kind of mel scale, and C for raw audio. Here a window of 49,152 samples is divided without a rest by every
    stride and pool; all convolutions keep their length, since without padding the longest stride runs out of
    frames; there are as many strided filters as mel bands (Lee et al. 2017, section 3.2); transforms are 1024
    long, shorter windows zero-padded, as otherwise the low mel bands fall between their lines; and C is the
    spectrograms' 10,000.

    Args:
        input: "mel" for a spectrogram, "raw" for a strided convolution.
        length: of the transform's window or of the strided filters, in samples.
        stride: samples between frames.
        channels: mel bands or strided filters.
        nonlinearity: after the strided convolution: ReLU, log(1 + C x^2), log(1 + C |x|) or none; "relu" on
            a spectrogram, where there is nothing to choose.
        pooling: over groups of neighbouring filters after the strided convolution.
        pool: filters in a group; 1 without pooling.
        layers: (filters, width, pool) of each convolution over time.
        dense_units: units of the hidden dense layer.
        dropout: probability, before both dense layers; the authors found no use in it.
        window: length of the input in samples.
        sample_rate: in Hz.
        fft: length of the Fourier transform in samples.
        compression: C.

    Raises:
        ModelError: a value is out of range, values contradict each other, or the network would be too large.
    """

    input: Input
    length: int
    stride: int
    channels: int = 128
    nonlinearity: Nonlinearity = "relu"
    pooling: Pooling = "none"
    pool: int = 1
    layers: tuple[tuple[int, ...], ...] = ((32, 8, 4), (32, 8, 4))
    dense_units: int = 100
    dropout: float = 0.0
    window: int = 49152
    sample_rate: int = 16000
    fft: int = 1024
    compression: float = 10_000.0

    def __post_init__(self) -> None:
        choice("input", self.input, ("mel", "raw"))
        choice("nonlinearity", self.nonlinearity, ("relu", "log-power", "log-magnitude", "none"))
        choice("pooling", self.pooling, ("none", "l2", "max"))
        check_transform(self.sample_rate, self.fft, self.length, self.stride, self.channels)
        integer("length", self.length, self.stride, self.fft)
        integer("pool", self.pool, 1, self.channels)
        integer("dense_units", self.dense_units, 1, 8192)
        number("dropout", self.dropout, 0.0, 0.95)
        number("compression", self.compression, 0.001, 1e9)
        integer("the window", self.window, self.fft, LONGEST_WINDOW)
        object.__setattr__(self, "layers", rows("layers", self.layers, 3, 2, 8))
        for filters, width, pool in self.layers:
            integer("a layer's filters", filters, 1, 4096)
            integer("a layer's width", width, 1, 64)
            integer("a layer's pool", pool, 1, 64)
        self._check_consistent()
        integer("the number of weights", self.weights(0), 1, MOST_WEIGHTS)
        widest = max(self.fft, self.channels, *(filters for filters, _, _ in self.layers))
        integer("the size of a layer", self.frames * widest, 1, MOST_ACTIVATIONS)

    def _check_consistent(self) -> None:
        pools = math.prod(pool for _, _, pool in self.layers)
        if self.window % (self.stride * pools):
            raise refuse(f"stride and pools do not divide a window of {self.window} samples")
        if (self.length - self.stride) % 2:
            raise refuse(f"a length of {self.length} cannot lie evenly around a stride of {self.stride}")
        if (self.pool > 1) != (self.pooling != "none") or self.channels % self.pool:
            raise refuse(f"{self.channels} filters cannot be pooled by {self.pooling} of {self.pool}")
        if self.input == "mel" and (self.nonlinearity, self.pooling) != ("relu", "none"):
            raise refuse("a spectrogram has neither a nonlinearity to choose nor feature pooling")

    @property
    def frames(self) -> int:
        """Length of the spectrogram, or of the strided convolution's output."""
        return self.window // self.stride

    @property
    def top_frames(self) -> int:
        """What the pools leave of it."""
        return self.frames // math.prod(pool for _, _, pool in self.layers)

    def weights(self, tags: int) -> int:
        """Return the number of weights and biases."""
        count = (self.length + 1) * self.channels if self.input == "raw" else 0
        channels = self.channels // self.pool
        for filters, width, _ in self.layers:
            count += (width * channels + 1) * filters
            channels = filters
        count += (channels * self.top_frames + 1) * self.dense_units
        return count + (self.dense_units + 1) * tags


def _raw(nonlinearity: Nonlinearity, pooling: Pooling = "none", pool: int = 1) -> DielemanConfig:
    """Return a row of tables 2 and 3; feature pooling is over linear filters (section 4.4)."""
    return DielemanConfig(
        input="raw", length=1024, stride=1024, nonlinearity=nonlinearity, pooling=pooling, pool=pool
    )


_TABLE_1: dict[tuple[int, int], tuple[float, float]] = {
    (1024, 1024): (0.8690, 0.8366),
    (1024, 512): (0.8726, 0.8365),
    (512, 512): (0.8793, 0.8386),
    (512, 256): (0.8793, 0.8408),
    (256, 256): (0.8815, 0.8487),
}
"""AUC on spectrograms and on raw audio by (length, stride)."""

_ROWS: dict[str, tuple[DielemanConfig, float]] = {
    **{
        f"mel-{length}-{stride}": (DielemanConfig(input="mel", length=length, stride=stride), areas[0])
        for (length, stride), areas in _TABLE_1.items()
    },
    **{
        f"raw-{length}-{stride}": (DielemanConfig(input="raw", length=length, stride=stride), areas[1])
        for (length, stride), areas in _TABLE_1.items()
    },
    "raw-1024-1024-log-power": (_raw("log-power"), 0.7508),
    "raw-1024-1024-log-magnitude": (_raw("log-magnitude"), 0.7487),
    "raw-1024-1024-l2-2": (_raw("none", "l2", 2), 0.8387),
    "raw-1024-1024-l2-4": (_raw("none", "l2", 4), 0.8387),
    "raw-1024-1024-max-2": (_raw("none", "max", 2), 0.8183),
    "raw-1024-1024-max-4": (_raw("none", "max", 4), 0.8280),
}

DIELEMAN: dict[str, DielemanConfig] = {name: config for name, (config, _) in _ROWS.items()}
"""The 16 distinct runs of tables 1 to 3; raw-1024-1024 stands in all of them."""

DIELEMAN_AUC: dict[str, float] = {name: area for name, (_, area) in _ROWS.items()}
"""The authors' ROC-AUC of `DIELEMAN` on MagnaTagATune at 16 kHz; their numbers, not ours."""
