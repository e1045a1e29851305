"""Filters that hear raw audio: their spectra, some of them, their pools (Dieleman and Schrauwen 2014)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt  # type: ignore[import-untyped]  # scipy has no types

from tagger_core.models.dieleman import Dieleman, StridedFrontEnd
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn import SampleCNN
from trainer.errors import RunError
from trainer.figures.ascent import by_peak
from trainer.figures.sheet import COLOURS, COLUMN, GREY, PAGE, SPECTRUM, bare, boxed, sheet

ROWS, COLUMNS = 6, 4
"""Filters shown: 24 alone, or 6 groups."""
LEAST_PASSED = 500.0
"""Hz that are never filtered away from a group."""

Floats = NDArray[np.float64]


def first_layer(network: TaggingNetwork) -> Floats:
    """Return the filters of a network that hear raw audio, [filters, length].

    Raises:
        RunError: the network hears a spectrogram.
    """
    match network:
        case SampleCNN():
            weight = network.first.conv.weight
        case Dieleman(front=StridedFrontEnd() as front):
            weight = front.conv.weight
        case _:
            raise RunError("this network hears a spectrogram", remedy="choose the run of one on raw audio")
    return np.asarray(weight.detach().cpu().numpy()[:, 0], np.float64)


def pool_of(network: TaggingNetwork) -> int:
    """Return how many neighbouring filters the network pools.

    Raises:
        RunError: it pools none.
    """
    pool = network.config.pool if isinstance(network, Dieleman) else 1
    if pool == 1:
        raise RunError("this network does not pool filters", remedy="choose a run with feature pooling")
    return pool


def magnitudes(filters: Floats) -> Floats:
    """Return the magnitude spectra of filters [n, length], each over its maximum, [n, length // 2 + 1]."""
    spectrum = np.abs(np.fft.rfft(filters, axis=1))
    return np.asarray(spectrum / np.maximum(spectrum.max(axis=1, keepdims=True), 1e-30))


def draw_first_layer_spectra(filters: Floats, sample_rate: int, stem: Path) -> None:
    """Draw normalised magnitude spectra, a column a filter, by dominant frequency (figure 2).

    Args:
        filters: [filters, length].
        sample_rate: in Hz.
        stem: of the files to write.
    """
    spectrum = magnitudes(filters)
    spectrum = spectrum[by_peak(spectrum)]
    with sheet(stem, COLUMN, 6.0) as figure:
        axes = figure.subplots()
        extent = (0.5, len(spectrum) + 0.5, 0.0, sample_rate / 2000)
        image = axes.imshow(
            spectrum.T, SPECTRUM, origin="lower", aspect="auto", extent=extent, vmin=0, vmax=1
        )
        axes.set_xlabel("Filter, by dominant frequency")
        axes.set_ylabel("Frequency (kHz)")
        boxed(axes)
        figure.colorbar(image, pad=0.02, aspect=30).set_label("Magnitude, over the filter's maximum")


def draw_first_layer_filters(filters: Floats, sample_rate: int, stem: Path) -> None:
    """Draw some filters from the lowest to the highest dominant frequency, which is named (figure 3).

    Args:
        filters: [filters, length].
        sample_rate: in Hz.
        stem: of the files to write.
    """
    spectrum = magnitudes(filters)
    order = by_peak(spectrum)
    chosen = order[np.linspace(0, len(order) - 1, min(ROWS * COLUMNS, len(order))).round().astype(int)]
    rows = -(-len(chosen) // COLUMNS)
    with sheet(stem, PAGE, 1.3 * rows + 0.7) as figure:
        # Down the columns first, as one reads a list.
        grid = figure.subplots(rows, COLUMNS, squeeze=False).T.ravel()
        for axes in grid:
            bare(axes)
        for axes, place in zip(grid, chosen, strict=False):
            axes.plot(filters[place], color=COLOURS[0], linewidth=0.5)
            axes.margins(x=0)
            hertz = spectrum[place].argmax() * sample_rate / filters.shape[1]
            axes.set_title(f"{hertz:,.0f} Hz", loc="left", fontsize=6.5, color=GREY, pad=1)
        figure.supxlabel(_length(filters, sample_rate))


def draw_pools(filters: Floats, pool: int, sample_rate: int, stem: Path) -> None:
    """Draw groups of filters that are pooled, a row a group, low-passed so that their phases show (figure 4).

    Args:
        filters: [filters, length]; neighbours form a group.
        pool: filters in a group.
        sample_rate: in Hz.
        stem: of the files to write.
    """
    groups = filters.reshape(-1, pool, filters.shape[1])
    dominant = group_frequencies(groups, sample_rate)
    order = np.argsort(dominant, kind="stable")
    chosen = order[np.linspace(0, len(order) - 1, min(ROWS, len(order))).round().astype(int)]
    with sheet(stem, PAGE, 1.3 * len(chosen) + 0.7) as figure:
        grid = figure.subplots(len(chosen), pool, squeeze=False, sharey="row")
        for row, place in zip(grid, chosen, strict=True):
            smooth = low_passed(groups[place], 2 * dominant[place], sample_rate)
            for axes, wave in zip(row, smooth, strict=True):
                axes.plot(wave, color=COLOURS[0], linewidth=0.5)
                axes.margins(x=0)
                bare(axes)
            row[0].set_title(f"{dominant[place]:,.0f} Hz", loc="left", fontsize=6.5, color=GREY, pad=1)
        figure.supylabel("Group")
        figure.supxlabel(_length(filters, sample_rate))


def group_frequencies(groups: Floats, sample_rate: int) -> Floats:
    """Return the frequency in Hz at which filters [groups, pool, length] have most power, [groups]."""
    power = (np.abs(np.fft.rfft(groups, axis=2)) ** 2).sum(axis=1)
    return np.asarray(power.argmax(axis=1) * sample_rate / groups.shape[2], np.float64)


def low_passed(waves: Floats, cutoff: float, sample_rate: int) -> Floats:
    """Return waves [n, length] without what lies above a frequency in Hz; nothing is delayed."""
    highest = min(max(cutoff, LEAST_PASSED), 0.45 * sample_rate)
    return np.asarray(sosfiltfilt(butter(4, highest, fs=sample_rate, output="sos"), waves, axis=1))


def _length(filters: Floats, sample_rate: int) -> str:
    samples = filters.shape[1]
    return f"Time ({1000 * samples / sample_rate:.0f} ms, {samples:,} samples each)"
