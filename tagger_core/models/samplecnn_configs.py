"""The SampleCNNs of the papers, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from tagger_core.models.checks import integer, number, refuse, rows

LONGEST_WINDOW = 1 << 21
MOST_WEIGHTS = 1 << 26
MOST_ACTIVATIONS = 1 << 26

Layout = Literal["2017", "2018"]


@dataclass(frozen=True)
class SampleCNNConfig:
    """One SampleCNN (Lee et al. 2017, section 3; 2018, section 3.3).

    Args:
        first_width: filter length of the strided convolution, in samples.
        first_stride: its stride; the papers' sample-level models have stride = width.
        first_filters: its number of filters.
        modules: (width, filters) of each module, from the bottom up; the width is filter length and pool.
        last_filters: filters of the convolution of width 1.
        dropout: probability, before the dense layer.
        first_padding: zeros on both sides of the waveform; 0 in the papers, 1 in one public reimplementation.
        padding: where the odd zero goes at an even width: "framework" pads k/2 left and k/2 - 1 right, as the
            authors' framework did; "torch" pads k/2 - 1 left and k/2 right.

    Raises:
        ModelError: a value is out of range, or the network would be too large to run.
    """

    first_width: int
    first_stride: int
    first_filters: int
    modules: tuple[tuple[int, int], ...]
    last_filters: int = 512
    dropout: float = 0.5
    first_padding: int = 0
    padding: Literal["framework", "torch"] = "framework"

    def __post_init__(self) -> None:
        integer("first_width", self.first_width, 1, 8192)
        integer("first_stride", self.first_stride, 1, 8192)
        integer("first_filters", self.first_filters, 1, 4096)
        integer("last_filters", self.last_filters, 1, 4096)
        integer("first_padding", self.first_padding, 0, self.first_width)
        number("dropout", self.dropout, 0.0, 0.95)
        object.__setattr__(self, "modules", rows("modules", self.modules, 2, 2, 24))
        for width, filters in self.modules:
            integer("a module's width", width, 2, 64)
            integer("a module's filters", filters, 1, 4096)
        if self.padding not in ("framework", "torch"):
            raise refuse("padding is neither 'framework' nor 'torch'")
        integer("the window", self.window, 1, LONGEST_WINDOW)
        integer("the number of weights", self.weights(0), 1, MOST_WEIGHTS)
        heard = (self.window + 2 * self.first_padding - self.first_width) // self.first_stride + 1
        if heard != self.frames:
            raise refuse(f"the first convolution makes {heard} frames where the pools need {self.frames}")
        frames, largest = self.frames, self.frames * self.first_filters
        for width, filters in self.modules:
            largest = max(largest, frames * filters)
            frames //= width
        integer("the size of a layer", largest, 1, MOST_ACTIVATIONS)

    @property
    def frames(self) -> int:
        """Length of the first convolution's output."""
        return math.prod(width for width, _ in self.modules)

    @property
    def window(self) -> int:
        """Length of the input in samples."""
        return self.first_stride * self.frames

    def weights(self, tags: int) -> int:
        """Return the number of weights and biases, without batch normalisation's."""
        count = (self.first_width + 1) * self.first_filters
        channels = self.first_filters
        for width, filters in (*self.modules, (1, self.last_filters)):
            count += (width * channels + 1) * filters
            channels = filters
        return count + (channels + 1) * tags

    def scaled(self, factor: float) -> SampleCNNConfig:
        """Return the same layers with `factor` times the filters, at least one each."""

        def scale(filters: int) -> int:
            return max(1, round(filters * factor))

        return replace(
            self,
            first_filters=scale(self.first_filters),
            modules=tuple((width, scale(filters)) for width, filters in self.modules),
            last_filters=scale(self.last_filters),
        )


def samplecnn(first: int, widths: tuple[int, ...], layout: Layout = "2017") -> SampleCNNConfig:
    """Return the papers' filter plan for a strided convolution of `first` samples and modules of `widths`.

    The first two modules have 128 filters, the last 512, all between 256 (2017, Table 1); the 2018 paper's
    Table 1 gives the last two 512.
    """
    filters = [128, 128, *[256] * (len(widths) - 3), 512]
    if layout == "2018":
        filters[-2] = 512
    return SampleCNNConfig(first, first, 128, tuple(zip(widths, filters, strict=True)))


_TABLE_2: dict[tuple[int, int], tuple[float, ...]] = {
    (2, 16384): (0.8839, 0.8899, 0.8968, 0.8994, 0.9011, 0.9031, 0.9036, 0.9032),
    (2, 32768): (0.8834, 0.8872, 0.8980, 0.8988, 0.9017, 0.9031, 0.9039, 0.9040),
    (3, 19683): (0.8655, 0.8753, 0.8961, 0.9012, 0.9033, 0.9039),
    (3, 59049): (0.8655, 0.8823, 0.8936, 0.9002, 0.9030, 0.9055),
    (4, 16384): (0.8828, 0.8968, 0.9010, 0.9021),
    (4, 65536): (0.8813, 0.8950, 0.9001, 0.9026),
    (5, 15625): (0.8901, 0.9005, 0.9024),
    (5, 78125): (0.8870, 0.9004, 0.9041),
}

_TABLE_3: dict[int, str] = {
    2000: "3333222222",
    4000: "3333222422",
    8000: "3333224422",
    12000: "3333324422",
    16000: "3333333522",
    20000: "3333333342",
    22050: "3333333333",
}


def _rows_of_table_2() -> dict[str, tuple[SampleCNNConfig, float]]:
    found = {}
    for (m, window), areas in _TABLE_2.items():
        deepest = round(math.log(window, m)) - 1
        for n, area in enumerate(areas, start=deepest + 1 - len(areas)):
            found[f"{m}^{n}-{window}"] = (samplecnn(window // m**n, (m,) * n), area)
    return found


def _from_digits(digits: str) -> SampleCNNConfig:
    return samplecnn(int(digits[0]), tuple(int(digit) for digit in digits[1:]))


SAMPLECNN: dict[str, SampleCNNConfig] = {
    **{name: config for name, (config, _) in _rows_of_table_2().items()},
    **{f"{digits}-{rate}hz": _from_digits(digits) for rate, digits in _TABLE_3.items()},
    "3^9-59049-2018": samplecnn(3, (3,) * 9, layout="2018"),
}
"""By name: m^n-window of 2017's Table 2, digits-rate of 2018's Table 3, and the layout of 2018's Table 1."""

PUBLISHED_AUC: dict[str, float] = {name: area for name, (_, area) in _rows_of_table_2().items()}
"""The authors' ROC-AUC on MagnaTagATune at 22,050 Hz (Lee et al. 2017, Table 2); their numbers, not ours."""

SAMPLE_RATES: dict[str, int] = {f"{digits}-{rate}hz": rate for rate, digits in _TABLE_3.items()}
"""Sample rate in Hz of each model of 2018's Table 3; all others hear 22,050 Hz."""
