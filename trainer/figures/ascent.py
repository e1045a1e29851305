"""Gradient ascent: the waveform to which a filter answers most (Lee et al. 2018, section 7.1)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tagger_core.models.blocks import ConvolutionBlock
from tagger_core.models.samplecnn import SampleCNN
from trainer.errors import RunError

SAMPLES = 729
"""Length of the waveforms, about a typical frame (Lee et al. 2018, figure 3)."""
NOISE = 0.015
STEPS = 18
STEP = 1.0
_TINY = 1e-9

Floats = NDArray[np.float32]


def estimated_filters(
    network: SampleCNN, layer: int, *, samples: int = SAMPLES, seed: int = 0, device: str = "cpu"
) -> Floats:
    """Return the waveform that excites each filter of a layer most, [filters, samples].

    From uniform noise, 18 steps of size 1 along the gradient over its root mean square; what grows is the
    mean over time of the filter's activation, after the ReLU and before the pool. All filters climb together.

    As in the authors' code, batch normalisation takes the statistics of the waveform itself. With those of
    music, noise this quiet leaves many filters silent for ever, and the rest show the network's stride.

    Args:
        network: trained; it is not changed.
        layer: 1 is the strided convolution, 2 the first module.
        samples: length of the waveform.
        seed: of the noise.
        device: of torch.

    Raises:
        RunError: the layer is not there, or has less than two frames of so short a waveform.
    """
    blocks = _blocks(network.to(device), layer)
    count = blocks[-1].conv.out_channels
    noise = torch.rand(count, samples, generator=torch.Generator().manual_seed(seed))
    waves = ((2 * noise - 1) * NOISE).to(device)
    itself = torch.arange(count, device=device)
    for _ in range(STEPS):
        waves.requires_grad_()
        excitement = _activations(blocks, waves)[itself, itself].mean(dim=1)
        (slope,) = torch.autograd.grad(excitement.sum(), waves)
        size = slope.square().mean(dim=1, keepdim=True).sqrt()
        waves = (waves + STEP * slope / (size + _TINY)).detach()
    return np.asarray(waves.cpu().numpy(), np.float32)


def deepest(network: SampleCNN, samples: int = SAMPLES) -> int:
    """Return the deepest layer that has two frames or more of a waveform of `samples`; 0 where none has."""
    first = network.config
    frames = (samples + 2 * first.first_padding - first.first_width) // first.first_stride + 1
    layer = 0
    for width in (1, *(width for width, _ in first.modules)):
        if frames < 2:
            break
        layer += 1
        frames = frames // width
    return layer


def spectra(waves: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return log10(1 + 10 |X|^2) of waveforms [n, samples], [n, samples // 2 + 1].

    The mean is taken off and a Hann window laid over, as in the authors' code.
    """
    centred = waves - waves.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred * np.hanning(waves.shape[1]), axis=1)) ** 2
    return np.asarray(np.log10(1 + 10 * power))


def by_peak(spectrum: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the order of spectra [n, lines] by their strongest line, lowest first."""
    return np.asarray(np.argsort(spectrum.argmax(axis=1), kind="stable"))


def _blocks(network: SampleCNN, layer: int) -> list[ConvolutionBlock]:
    last = deepest(network)
    if not 1 <= layer <= last:
        raise RunError(f"there is no layer {layer} to show", remedy=f"choose one from 1 to {last}")
    return [block for block in (network.first, *network.stack) if isinstance(block, ConvolutionBlock)][:layer]


def _activations(blocks: list[ConvolutionBlock], waves: Tensor) -> Tensor:
    """Return what the last block's filters answer to waveforms [n, samples], [n, filters, frames]."""
    x = waves[:, None]
    for block in blocks[:-1]:
        x = functional.max_pool1d(_answer(block, x), block.pool)
    return _answer(blocks[-1], x)


def _answer(block: ConvolutionBlock, x: Tensor) -> Tensor:
    if block.padding[0] != block.padding[1]:
        x = functional.pad(x, block.padding)
    answer: Tensor = block.conv(x)
    if isinstance(block.norm, nn.BatchNorm1d):
        norm = block.norm
        answer = functional.instance_norm(answer, weight=norm.weight, bias=norm.bias, eps=norm.eps)
    return answer.relu()
