"""The SampleCNNs of the papers, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tagger_core.models.checks import flag, integer, refuse
from tagger_core.models.module_plan import (
    LONGEST_WINDOW,
    MOST_ACTIVATIONS,
    MOST_WEIGHTS,
    Layout,
    Modules,
    Padding,
    check_top,
    checked_modules,
    filter_plan,
    frames_into,
    largest_layer,
    weights_of,
)


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
        batch_norm: whether every convolution is followed by batch normalisation, as in the papers, which call
            it vital (2017, section 4.2); without it, to try that claim.

    Raises:
        ModelError: a value is out of range, or the network would be too large to run.
    """

    first_width: int
    first_stride: int
    first_filters: int
    modules: Modules
    last_filters: int = 512
    dropout: float = 0.5
    first_padding: int = 0
    padding: Padding = "framework"
    batch_norm: bool = True

    def __post_init__(self) -> None:
        integer("first_width", self.first_width, 1, 8192)
        integer("first_stride", self.first_stride, 1, 8192)
        integer("first_filters", self.first_filters, 1, 4096)
        integer("first_padding", self.first_padding, 0, self.first_width)
        object.__setattr__(self, "modules", checked_modules(self.modules))
        check_top(self.last_filters, self.dropout, self.padding)
        flag("batch_norm", self.batch_norm)
        integer("the window", self.window, 1, LONGEST_WINDOW)
        integer("the number of weights", self.weights(0), 1, MOST_WEIGHTS)
        heard = (self.window + 2 * self.first_padding - self.first_width) // self.first_stride + 1
        if heard != self.frames:
            raise refuse(f"the first convolution makes {heard} frames where the pools need {self.frames}")
        integer("the size of a layer", largest_layer(self.first_filters, self.modules), 1, MOST_ACTIVATIONS)

    @property
    def frames(self) -> int:
        """Length of the first convolution's output."""
        return frames_into(self.modules)

    @property
    def window(self) -> int:
        """Length of the input in samples."""
        return self.first_stride * self.frames

    def weights(self, tags: int) -> int:
        """Return the number of weights and biases, without batch normalisation's."""
        first = (self.first_width + 1) * self.first_filters
        return first + weights_of(self.first_filters, self.modules, self.last_filters, tags)

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
    """Return the papers' network of a strided convolution of `first` samples and modules of `widths`."""
    return SampleCNNConfig(first, first, 128, filter_plan(widths, layout))


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

_TABLE_3: dict[int, tuple[str, float, float]] = {
    2000: ("3333222222", 0.8700, 0.23),
    4000: ("3333222422", 0.8838, 0.41),
    8000: ("3333224422", 0.9031, 0.55),
    12000: ("3333324422", 0.9033, 0.69),
    16000: ("3333333522", 0.9033, 0.79),
    20000: ("3333333342", 0.9055, 0.86),
    22050: ("3333333333", 0.9055, 1.00),
}
"""Widths of 2018's Table 3; AUC and time of training of its Table 5."""

_FRAME_LEVEL: dict[tuple[int, int], tuple[int, float]] = {
    (729, 729): (4, 0.8655),
    (729, 243): (5, 0.8742),
    (243, 243): (5, 0.8823),
    (243, 81): (6, 0.8906),
    (81, 81): (6, 0.8936),
}
"""By (filter length, stride) in samples: number of modules and AUC, of 2017's Table 3."""


def _rows_of_table_2() -> dict[str, tuple[SampleCNNConfig, float]]:
    found = {}
    for (m, window), areas in _TABLE_2.items():
        deepest = round(math.log(window, m)) - 1
        for n, area in enumerate(areas, start=deepest + 1 - len(areas)):
            found[f"{m}^{n}-{window}"] = (samplecnn(window // m**n, (m,) * n), area)
    return found


def _from_digits(digits: str) -> SampleCNNConfig:
    return samplecnn(int(digits[0]), tuple(int(digit) for digit in digits[1:]))


def _frame_level(width: int, stride: int, n: int) -> SampleCNNConfig:
    # Zeros at both ends, so that a filter longer than its stride gives as many frames as the pools need.
    padding = (width - stride) // 2
    return SampleCNNConfig(width, stride, 128, filter_plan((3,) * n), first_padding=padding)


SAMPLECNN: dict[str, SampleCNNConfig] = {
    **{name: config for name, (config, _) in _rows_of_table_2().items()},
    **{f"{row[0]}-{rate}hz": _from_digits(row[0]) for rate, row in _TABLE_3.items()},
    "3^9-59049-2018": samplecnn(3, (3,) * 9, layout="2018"),
}
"""By name: m^n-window of 2017's Table 2, digits-rate of 2018's Table 3, and the layout of 2018's Table 1."""

PUBLISHED_AUC: dict[str, float] = {name: area for name, (_, area) in _rows_of_table_2().items()}
"""The authors' ROC-AUC on MagnaTagATune at 22,050 Hz (Lee et al. 2017, Table 2); their numbers, not ours."""

SAMPLE_RATES: dict[str, int] = {f"{row[0]}-{rate}hz": rate for rate, row in _TABLE_3.items()}
"""Sample rate in Hz of each model of 2018's Table 3; all others hear 22,050 Hz."""

SAMPLE_RATE_AUC: dict[str, float] = {f"{row[0]}-{rate}hz": row[1] for rate, row in _TABLE_3.items()}
"""The authors' ROC-AUC on MagnaTagATune at each sample rate (Lee et al. 2018, Table 5)."""

SAMPLE_RATE_TIME: dict[str, float] = {f"{row[0]}-{rate}hz": row[2] for rate, row in _TABLE_3.items()}
"""The authors' time of training as a share of that at 22,050 Hz (Lee et al. 2018, Table 5)."""

FRAME_RAW: dict[str, SampleCNNConfig] = {
    f"raw-{width}-{stride}": _frame_level(width, stride, n)
    for (width, stride), (n, _) in _FRAME_LEVEL.items()
}
"""The frame-level networks on raw samples of 2017's Table 3, by filter length and stride."""

FRAME_RAW_AUC: dict[str, float] = {
    f"raw-{width}-{stride}": area for (width, stride), (_, area) in _FRAME_LEVEL.items()
}
"""The authors' ROC-AUC of `FRAME_RAW` on MagnaTagATune (Lee et al. 2017, Table 3)."""
