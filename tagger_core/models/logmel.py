"""The mel spectrogram of the papers' frame-level networks: magnitudes, log(1 + C x), standardised."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional

from tagger_core.models.mel import SpectralFrontEnd


class LogMelFrontEnd(SpectralFrontEnd):
    """Mel spectrogram, log(1 + C x), standardised: [batch, window] -> [batch, bands, frames].

    There are exactly window / hop frames: zeros at both ends of the waveform make up for what the transform
    is longer than the hop. The mel scale is linear below 1 kHz and its triangles have equal areas (Slaney
    1998), which the papers leave open; on it no band of theirs falls between two lines of the transform.

    Args:
        sample_rate: in Hz.
        fft: length of the Fourier transform in samples.
        length: of the Hann window; a shorter one than the transform is zero-padded (Lee et al. 2018, 5.3).
        hop: samples between frames.
        bands: number of mel bands from 0 Hz to half the sample rate.
        compression: C.

    Attributes:
        mean: over all numbers of the training input, a single one; 0 until it is measured.
        deviation: their standard deviation; 1 until it is measured.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, *, sample_rate: int, fft: int, length: int, hop: int, bands: int, compression: float
    ) -> None:
        super().__init__(
            sample_rate=sample_rate,
            n_fft=fft,
            win_length=length,
            hop_length=hop,
            n_mels=bands,
            power=1.0,
            center=False,
            norm="slaney",
            mel_scale="slaney",
        )
        self.compression = compression
        self.zeros = (fft - hop) // 2
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("deviation", torch.tensor(1.0))

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the standardised spectrogram in float32."""
        with torch.autocast(waveform.device.type, enabled=False):
            return (self.compressed(waveform) - self.mean) / self.deviation

    def compressed(self, waveform: Tensor) -> Tensor:
        """Return the spectrogram before it is standardised, float32."""
        with torch.autocast(waveform.device.type, enabled=False):
            padded = functional.pad(waveform.float(), (self.zeros, self.zeros))
            return torch.log1p(self.compression * self.mel(padded))

    @torch.no_grad()
    def measure(self, batches: Iterable[Tensor]) -> None:
        """Set mean and deviation to those of the training input (Lee et al. 2017, section 4.2).

        Args:
            batches: waveforms [batch, window], together all that the network is trained on or a fair sample.

        Raises:
            ValueError: there is no batch, or all of the input is the same number.
        """
        count, total, squares = 0, 0.0, 0.0
        for waveform in batches:
            spectrogram = self.compressed(waveform.to(self.mean.device))
            count += spectrogram.numel()
            total += float(spectrogram.mean()) * spectrogram.numel()
            squares += float(spectrogram.square().mean()) * spectrogram.numel()
        variance = squares / count - (total / count) ** 2 if count else 0.0
        if variance <= 0:
            raise ValueError("the training input does not vary, so it cannot be standardised")
        self.mean.fill_(total / count)
        self.deviation.fill_(math.sqrt(variance))
