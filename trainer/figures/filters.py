"""What the layers of a SampleCNN listen for: estimated filters and their spectra (Lee et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt  # type: ignore[import-untyped]  # scipy has no types

from tagger_core.models.samplecnn import SampleCNN
from trainer.errors import RunError
from trainer.figures.ascent import SAMPLES, by_peak, deepest, estimated_filters, spectra
from trainer.figures.sheet import COLOURS, PAGE, SPECTRUM, bare, boxed, sheet

LAYERS = 6
LAYERS_OF_A_RATE = 4
"""All models of 2018's Table 3 have filters of 3 samples so far up."""
EXAMPLES = 8

Floats = NDArray[np.float64]


def draw_spectra(network: SampleCNN, sample_rate: int, stem: Path, *, layers: int = LAYERS) -> None:
    """Draw the spectra of a network's estimated filters, a panel a layer, sorted by peak (2018, figure 3).

    Args:
        network: trained.
        sample_rate: in Hz.
        stem: of the files to write.
        layers: from the lowest; fewer where the network is too coarse for more.

    Raises:
        RunError: no layer can be shown.
    """
    found = [sorted_spectra(network, layer) for layer in range(1, _shown_layers([network], layers) + 1)]
    with sheet(stem, PAGE, 5.0) as figure:
        row = figure.subplots(1, len(found), sharey=True, squeeze=False)[0]
        shades = _shades(found)
        for layer, (axes, spectrum) in enumerate(zip(row, found, strict=True), start=1):
            image = _draw_spectrum(axes, spectrum, sample_rate, shades)
            axes.set_title(f"Layer {layer}")
        row[0].set_ylabel("Frequency (kHz)")
        figure.supxlabel("Filter, by frequency of its peak")
        _add_scale(figure, image, list(row))


def draw_spectra_of_rates(networks: Sequence[tuple[int, SampleCNN]], stem: Path) -> None:
    """Draw the spectra of layers 1 to 4, a row a sampling rate, each up to half of it (2018, figure 4).

    Args:
        networks: (sample rate in Hz, trained network) of each row.
        stem: of the files to write.

    Raises:
        RunError: no layer of one of them can be shown.
    """
    ordered = sorted(networks, key=lambda pair: pair[0])
    layers = _shown_layers([network for _, network in ordered], LAYERS_OF_A_RATE)
    found = [[sorted_spectra(network, layer) for layer in range(1, layers + 1)] for _, network in ordered]
    with sheet(stem, PAGE * 0.75, 1.0 + 2.9 * len(ordered)) as figure:
        grid = figure.subplots(len(ordered), layers, sharey="row", squeeze=False)
        shades = _shades([spectrum for row in found for spectrum in row])
        for axes_row, row, (rate, _) in zip(grid, found, ordered, strict=True):
            for axes, spectrum in zip(axes_row, row, strict=True):
                image = _draw_spectrum(axes, spectrum, rate, shades)
            axes_row[0].set_ylabel(f"{rate:,} Hz", fontweight="bold")
        for layer, axes in enumerate(grid[0], start=1):
            axes.set_title(f"Layer {layer}")
        figure.supylabel("Frequency (kHz) at each sampling rate")
        figure.align_ylabels(grid[:, 0])
        figure.supxlabel("Filter, by frequency of its peak")
        _add_scale(figure, image, grid.ravel().tolist())


def draw_examples(network: SampleCNN, sample_rate: int, stem: Path, *, layers: int = LAYERS) -> None:
    """Draw the waveforms of some estimated filters of each layer, low to high (2018, figure 2).

    The middle third is shown, below a low-pass of order 6 at the 5 kHz of 22.05 that the authors' code has.

    Args:
        network: trained.
        sample_rate: in Hz.
        stem: of the files to write.
        layers: from the lowest.

    Raises:
        RunError: no layer can be shown.
    """
    layers = _shown_layers([network], layers)
    with sheet(stem, PAGE, 0.9 * EXAMPLES + 0.8) as figure:
        grid = figure.subplots(EXAMPLES, layers, squeeze=False)
        for column in range(layers):
            waves = estimated_filters(network, column + 1)
            order = by_peak(spectra(waves))
            chosen = order[np.linspace(0, len(order) - 1, EXAMPLES).round().astype(int)]
            for axes, wave in zip(grid[:, column], _smooth(waves[chosen]), strict=True):
                axes.plot(wave, color=COLOURS[0], linewidth=0.5)
                axes.margins(x=0)
                bare(axes)
            grid[0, column].set_title(f"Layer {column + 1}")
        milliseconds = 1000 * SAMPLES / 3 / sample_rate
        figure.supxlabel(f"Time ({milliseconds:.0f} ms each)")
        figure.supylabel("Frequency of the peak, rising downwards")


def sorted_spectra(network: SampleCNN, layer: int) -> Floats:
    """Return the spectra of a layer's estimated filters by the frequency of their peaks, [filters, lines]."""
    found = spectra(estimated_filters(network, layer))
    return np.asarray(found[by_peak(found)])


def _shown_layers(networks: Sequence[SampleCNN], most: int) -> int:
    """Return how many layers, from the lowest, can be shown of all of these networks.

    Raises:
        RunError: none.
    """
    layers = min(most, *(deepest(network) for network in networks))
    if layers < 1:
        raise RunError(
            f"the first filter of this network is too long for a waveform of {SAMPLES} samples",
            remedy="choose a sample-level network",
        )
    return layers


def _smooth(waves: NDArray[np.float32]) -> Floats:
    # There and back, so that order 3 counts as 6 and nothing is delayed.
    smooth = sosfiltfilt(butter(3, 5 / 22.05 * 2, output="sos"), waves, axis=1)
    third = waves.shape[1] // 3
    return np.asarray(smooth[:, third : 2 * third])


def _shades(spectra: list[Floats]) -> Normalize:
    """Return one scale for all panels; what lies below the quietest tenth of the lines is black."""
    return Normalize(min(np.quantile(one, 0.1) for one in spectra), max(one.max() for one in spectra))


def _draw_spectrum(axes: Axes, spectrum: Floats, sample_rate: int, shades: Normalize) -> AxesImage:
    extent = (0.5, len(spectrum) + 0.5, 0.0, sample_rate / 2000)
    image = axes.imshow(spectrum.T, SPECTRUM, shades, origin="lower", aspect="auto", extent=extent)
    axes.set_xticks([1, len(spectrum)])
    boxed(axes)
    return image


def _add_scale(figure: Figure, image: AxesImage, beside: list[Axes]) -> None:
    bar = figure.colorbar(image, ax=beside, fraction=0.02, pad=0.01, aspect=30, extend="min")
    bar.set_label("log$_{10}$(1 + 10 |X|$^2$)")
