"""The control: how far a linear regression on means and deviations of a mel spectrogram gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trainer.distil.corpus import RATE, to_float

FFT, HOP, BANDS = 512, 256, 64


def mel_filters() -> NDArray[np.float32]:
    """Return triangles of equal width on the mel scale, float32 [FFT // 2 + 1, BANDS]."""
    mel = np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = np.fft.rfftfreq(FFT, 1 / RATE)[:, None]
    rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def statistics(windows: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return mean and deviation of each band's log energy and the mean size of its change, [n, 3 BANDS]."""
    filters, hann = mel_filters(), np.hanning(FFT).astype(np.float32)
    rows = []
    for window in windows:
        frames = np.lib.stride_tricks.sliding_window_view(to_float(np.asarray(window)), FFT)[::HOP]
        mel = np.log(1e-8 + (np.abs(np.fft.rfft(frames * hann)) ** 2) @ filters)
        rows.append(np.r_[mel.mean(0), mel.std(0), np.abs(np.diff(mel, axis=0)).mean(0)])
    return np.array(rows, np.float32)


def ridge(
    features: NDArray[np.floating], targets: NDArray[np.floating], weight: float = 1e-3
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return (mean, scale, coefficients) of a ridge regression with an offset; see `predicted`.

    Args:
        features: [n, d].
        targets: [n, tags].
        weight: of the squared coefficients, for standardised features, a sample.
    """
    mean, scale = features.mean(0), features.std(0) + 1e-6
    x = np.c_[(features - mean) / scale, np.ones(len(features))].astype(np.float64)
    penalty = weight * len(x) * np.diag(np.r_[np.ones(features.shape[1]), 0.0])
    return mean, scale, np.linalg.solve(x.T @ x + penalty, x.T @ targets)


def predicted(
    features: NDArray[np.floating], fit: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the regression's targets, [n, tags], for features [n, d]."""
    mean, scale, coefficients = fit
    return np.asarray(np.c_[(features - mean) / scale, np.ones(len(features))] @ coefficients)
