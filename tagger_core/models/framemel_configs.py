"""The frame-level networks on mel spectrograms, as data."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_core.models.checks import integer, number, refuse
from tagger_core.models.module_plan import (
    LONGEST_WINDOW,
    MOST_ACTIVATIONS,
    MOST_WEIGHTS,
    Modules,
    Padding,
    check_top,
    checked_modules,
    filter_plan,
    frames_into,
    largest_layer,
    weights_of,
)


@dataclass(frozen=True, kw_only=True)
class FrameMelConfig:
    """One frame-level network on mel spectrograms (Lee et al. 2017, sections 3.1 and 5.2; 2018, 5.3).

    Args:
        length: of the transform's window in samples.
        hop: samples between frames.
        modules: (width, filters) of each module, from the bottom up; the width is filter length and pool.
        last_filters: filters of the convolution of width 1.
        dropout: probability, before the dense layer.
        padding: where the odd zero goes at an even width, as in `SampleCNNConfig`.
        sample_rate: in Hz.
        fft: length of the Fourier transform in samples; shorter windows are zero-padded.
        bands: number of mel bands.
        compression: C of log(1 + C x), x being magnitudes.

    Raises:
        ModelError: a value is out of range, or the network would be too large to run.
    """

    length: int
    hop: int
    modules: Modules
    last_filters: int = 512
    dropout: float = 0.5
    padding: Padding = "framework"
    sample_rate: int = 22050
    fft: int = 729
    bands: int = 128
    compression: float = 10.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "modules", checked_modules(self.modules))
        check_top(self.last_filters, self.dropout, self.padding)
        check_transform(self.sample_rate, self.fft, self.length, self.hop, self.bands)
        number("compression", self.compression, 0.001, 1e9)
        integer("the window", self.window, self.fft, LONGEST_WINDOW)
        integer("the number of weights", self.weights(0), 1, MOST_WEIGHTS)
        spectrum = self.frames * max(self.fft, self.bands)
        largest = max(spectrum, largest_layer(self.bands, self.modules))
        integer("the size of a layer", largest, 1, MOST_ACTIVATIONS)

    @property
    def frames(self) -> int:
        """Length of the spectrogram."""
        return frames_into(self.modules)

    @property
    def window(self) -> int:
        """Length of the input in samples."""
        return self.hop * self.frames

    def weights(self, tags: int) -> int:
        """Return the number of weights and biases, without batch normalisation's."""
        return weights_of(self.bands, self.modules, self.last_filters, tags)


def check_transform(sample_rate: object, fft: int, length: object, hop: int, bands: object) -> None:
    """Check a Fourier transform whose frames are to lie evenly in a window.

    Raises:
        ModelError: a value is out of range, or the transform's ends cannot be padded evenly.
    """
    integer("sample_rate", sample_rate, 1000, 384000)
    integer("fft", fft, 16, 16384)
    integer("length", length, 2, fft)
    integer("hop", hop, 8, fft)
    integer("bands", bands, 1, 1024)
    if (fft - hop) % 2:
        raise refuse(f"a transform of {fft} samples cannot lie evenly around a hop of {hop}")


_TABLE_3: dict[tuple[int, int], tuple[int, float]] = {
    (729, 729): (4, 0.9000),
    (729, 243): (5, 0.9005),
    (243, 243): (5, 0.9047),
    (243, 81): (6, 0.9059),
    (81, 81): (6, 0.9025),
}
"""By (window, hop) in samples: number of modules and AUC, of 2017's Table 3."""

FRAME_MEL: dict[str, FrameMelConfig] = {
    f"mel-{length}-{hop}": FrameMelConfig(length=length, hop=hop, modules=filter_plan((3,) * n))
    for (length, hop), (n, _) in _TABLE_3.items()
}
"""The frame-level networks on mel spectrograms of 2017's Table 3 and 2018's Table 2, by window and hop."""

FRAME_MEL_AUC: dict[str, float] = {
    f"mel-{length}-{hop}": area for (length, hop), (_, area) in _TABLE_3.items()
}
"""The authors' ROC-AUC of `FRAME_MEL` on MagnaTagATune (Lee et al. 2017, Table 3); not ours."""
