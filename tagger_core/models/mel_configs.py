"""Networks that hear a mel spectrogram, as data: those of the public checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_core.models.checks import integer, number, refuse, rows
from tagger_core.models.module_plan import LONGEST_WINDOW, MOST_ACTIVATIONS, MOST_WEIGHTS


@dataclass(frozen=True, kw_only=True)
class MelConfig:
    """The mel spectrogram in decibels that all of them start from.

    Args:
        window: length of the input in samples.
        sample_rate: in Hz.
        fft: length of the Fourier transform in samples.
        hop: samples between frames.
        bands: number of mel bands.
        low: lower edge of the lowest band in Hz.
        high: upper edge of the highest band in Hz.
        dropout: probability, before the last dense layer.

    Raises:
        ModelError: a value is out of range, or the network would be too large to run.
    """

    window: int
    sample_rate: int = 16000
    fft: int = 512
    hop: int = 256
    bands: int = 96
    low: float = 0.0
    high: float = 8000.0
    dropout: float = 0.5

    def __post_init__(self) -> None:
        integer("fft", self.fft, 16, 16384)
        integer("hop", self.hop, 8, self.fft)
        integer("window", self.window, self.fft, LONGEST_WINDOW)
        integer("sample_rate", self.sample_rate, 1000, 384000)
        integer("bands", self.bands, 1, 1024)
        number("high", self.high, 1, self.sample_rate / 2)
        number("low", self.low, 0, self.high - 1)
        number("dropout", self.dropout, 0.0, 0.95)
        integer("the size of the spectrogram", self.frames * max(self.bands, self.fft), 1, MOST_ACTIVATIONS)

    @property
    def frames(self) -> int:
        """Length of the spectrogram."""
        return self.window // self.hop + 1

    def _pooled(self, layers: tuple[tuple[int, ...], ...]) -> tuple[int, int]:
        """Check (filters, pool over bands, pool over time) of each layer; return what remains of both."""
        bands, frames, channels, weights = self.bands, self.frames, 1, 0
        for filters, over_bands, over_time in layers:
            integer("a layer's filters", filters, 1, 4096)
            integer("a layer's pool over bands", over_bands, 1, bands)
            integer("a layer's pool over time", over_time, 1, frames)
            integer("the size of a layer", filters * bands * frames, 1, MOST_ACTIVATIONS)
            weights += 9 * channels * filters
            bands, frames, channels = bands // over_bands, frames // over_time, filters
        integer("the number of weights", weights, 1, MOST_WEIGHTS)
        return bands, frames


@dataclass(frozen=True, kw_only=True)
class FCNConfig(MelConfig):
    """A fully convolutional network (Choi et al. 2016).

    Args:
        layers: (filters, pool over bands, pool over time) of each 3x3 convolution; they leave 1 x 1.
    """

    layers: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", rows("layers", self.layers, 3, 3, 12))
        if self._pooled(self.layers) != (1, 1):
            raise refuse("the pools do not bring bands and time to one")


@dataclass(frozen=True, kw_only=True)
class CRNNConfig(MelConfig):
    """A convolutional recurrent network (Choi et al. 2017).

    Args:
        layers: (filters, pool over bands, pool over time) of each 3x3 convolution; they leave one band.
        recurrent_units: units of each GRU layer.
        recurrent_layers: number of GRU layers.
    """

    layers: tuple[tuple[int, ...], ...]
    recurrent_units: int
    recurrent_layers: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", rows("layers", self.layers, 3, 2, 12))
        integer("recurrent_units", self.recurrent_units, 1, 1024)
        integer("recurrent_layers", self.recurrent_layers, 1, 4)
        if self._pooled(self.layers)[0] != 1:
            raise refuse("the pools do not bring the bands to one")


@dataclass(frozen=True, kw_only=True)
class MusicnnConfig(MelConfig):
    """Musically motivated front end, residual blocks over time, a dense layer (Pons et al. 2018, Pons 2019).

    Args:
        vertical: (filters, bands, frames) of each convolution for timbre; over the bands its maximum counts.
        horizontal: (filters, frames) of each convolution for rhythm, on the mean over the bands.
        block_filters: filters of each residual block.
        block_width: its filter length in frames, odd.
        blocks: number of residual blocks.
        dense_units: units of the hidden dense layer.
    """

    vertical: tuple[tuple[int, ...], ...]
    horizontal: tuple[tuple[int, ...], ...]
    block_filters: int
    block_width: int
    blocks: int
    dense_units: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "vertical", rows("vertical", self.vertical, 3, 1, 8))
        object.__setattr__(self, "horizontal", rows("horizontal", self.horizontal, 2, 1, 8))
        weights = 0
        for filters, bands, frames in self.vertical:
            integer("a vertical filter's count", filters, 1, 2048)
            integer("a vertical filter's bands", bands, 1, self.bands)
            _odd("a vertical filter's frames", frames)
            size = filters * (self.bands - bands + 1) * self.frames
            integer("the size of a layer", size, 1, MOST_ACTIVATIONS)
            weights += filters * bands * frames
        for filters, frames in self.horizontal:
            integer("a horizontal filter's count", filters, 1, 2048)
            _odd("a horizontal filter's frames", frames)
            weights += filters * frames
        integer("block_filters", self.block_filters, 1, 2048)
        _odd("block_width", self.block_width)
        integer("blocks", self.blocks, 2, 8)
        integer("dense_units", self.dense_units, 1, 8192)
        first = self.front_channels + (self.blocks - 1) * self.block_filters
        weights += self.block_width * self.block_filters * first + self.summary * self.dense_units
        integer("the number of weights", weights, 1, MOST_WEIGHTS)

    @property
    def front_channels(self) -> int:
        """Channels of the front end together."""
        return sum(row[0] for row in (*self.vertical, *self.horizontal))

    @property
    def summary(self) -> int:
        """Length of the maximum and the mean over time of front end and blocks together."""
        return 2 * (self.front_channels + self.blocks * self.block_filters)


def _odd(name: str, value: object) -> None:
    if integer(name, value, 1, 1023) % 2 == 0:
        raise refuse(f"{name} is {value}, not odd")


def _musicnn(block_filters: int, dense_units: int) -> MusicnnConfig:
    return MusicnnConfig(
        window=48000,
        vertical=((204, 67, 7), (204, 38, 7)),
        horizontal=((51, 129), (51, 65), (51, 33)),
        block_filters=block_filters,
        block_width=7,
        blocks=3,
        dense_units=dense_units,
    )


FCN = FCNConfig(window=464000, layers=((64, 2, 4), (128, 2, 4), (128, 2, 4), (128, 3, 5), (64, 4, 4)))
"""29 s at 16 kHz; the same for all data sets."""

CRNN = CRNNConfig(
    window=464000,
    layers=((64, 2, 2), (128, 3, 3), (128, 4, 4), (128, 4, 4)),
    recurrent_units=32,
    recurrent_layers=2,
)
"""29 s at 16 kHz; the same for all data sets."""

MUSICNN: dict[str, MusicnnConfig] = {
    "mtat": _musicnn(64, 200),
    "jamendo": _musicnn(64, 200),
    "msd": _musicnn(512, 500),
}
"""3 s at 16 kHz, by data set."""
