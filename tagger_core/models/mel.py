"""The mel spectrogram in front of a network, and its layers over bands and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torchaudio.transforms import AmplitudeToDB, MelSpectrogram

from tagger_core.models.mel_configs import MelConfig


class SpectralFrontEnd(nn.Module):
    """A mel spectrogram in front of a network.

    It computes in float32 whatever the precision of the layers above: half precision has no Fourier transform
    on most processors, and logarithms of small numbers need the range. Window and filter bank follow from the
    configuration, so a model file does not hold them.

    Args:
        settings: what torchaudio's MelSpectrogram takes.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        # The filter bank is computed, which the meta device cannot do.
        with torch.device("cpu"):
            mel = MelSpectrogram(**settings)
        self.mel = mel.to(torch.get_default_device())
        for module in self.mel.modules():
            for name, buffer in list(module.named_buffers(recurse=False)):
                module.register_buffer(name, buffer, persistent=False)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> SpectralFrontEnd:
        def keep_precision(tensor: Tensor) -> Tensor:
            moved = fn(tensor)
            return moved if moved.dtype == tensor.dtype else tensor.to(moved.device)

        super()._apply(keep_precision, recurse)  # type: ignore[no-untyped-call]  # torch gives it no types
        return self


class MelFrontEnd(SpectralFrontEnd):
    """Power mel spectrogram in decibels, batch normalised: [batch, window] -> [batch, 1, bands, frames]."""

    def __init__(self, config: MelConfig) -> None:
        super().__init__(
            sample_rate=config.sample_rate,
            n_fft=config.fft,
            hop_length=config.hop,
            f_min=config.low,
            f_max=config.high,
            n_mels=config.bands,
        )
        self.decibels = AmplitudeToDB()
        self.norm = nn.BatchNorm2d(1)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the normalised spectrogram in float32."""
        with torch.autocast(waveform.device.type, enabled=False):
            spectrogram = self.decibels(self.mel(waveform.float()))
            normalised: Tensor = self.norm(spectrogram.unsqueeze(1))
        return normalised


class SpectrogramBlock(nn.Module):
    """3x3 convolution, batch normalisation, ReLU, max-pool over (bands, time)."""

    def __init__(self, channels: int, filters: int, pool: tuple[int, int]) -> None:
        super().__init__()
        self.pool = pool
        self.conv = nn.Conv2d(channels, filters, 3, padding=1)
        self.norm = nn.BatchNorm2d(filters)

    def forward(self, x: Tensor) -> Tensor:
        """Return [batch, filters, bands // pool, time // pool] for [batch, channels, bands, time]."""
        return nn.functional.max_pool2d(torch.relu(self.norm(self.conv(x))), self.pool)


def spectrogram_stack(layers: tuple[tuple[int, ...], ...]) -> nn.ModuleList:
    """Return the blocks for (filters, pool over bands, pool over time) of each layer."""
    channels = (1, *(row[0] for row in layers))
    return nn.ModuleList(
        SpectrogramBlock(below, filters, (bands, time))
        for below, (filters, bands, time) in zip(channels, layers, strict=False)
    )
