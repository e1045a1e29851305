"""Layers in other words than a library's, for less traffic with memory, which training is bound by.

A library's convolution or pool is a kernel of its own, whose input and output lie in memory; sums and maxima
of a few numbers are compiled by torch.compile into the kernels on either side, so that what they make is
never kept. A processor without a compiler is spared the copy of what a first layer makes.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

LONGEST = 8
"""Taps, or numbers to pool, that are worth writing out."""


def is_of_samples(conv: nn.Conv1d, device: str) -> bool:
    """Return whether `convolution_of_samples` computes this convolution, and gains by it on this device."""
    width = conv.kernel_size[0]
    alone = conv.in_channels == 1 and conv.stride[0] == width and not int(conv.padding[0])
    return alone and (width <= LONGEST if torch.compiler.is_compiling() else device == "cpu")


def convolution_of_samples(x: Tensor, conv: nn.Conv1d) -> Tensor:
    """Return a convolution of one channel whose filters lie side by side.

    For a compiler it is a sum over its taps. Otherwise it is one matrix product, which writes channels side
    by side at once, where a library's convolution of a single channel leaves them to be copied there.

    Args:
        x: [batch, 1, 1, time].
        conv: `is_of_samples`.

    Returns:
        [batch, filters, 1, time // stride], channels last.
    """
    width = conv.kernel_size[0]
    frames = x.shape[3] // width
    samples = x[:, 0, 0, : frames * width].reshape(len(x), frames, width)
    if not torch.compiler.is_compiling():
        heard = nn.functional.linear(samples, conv.weight[:, 0], conv.bias)
        return heard.transpose(1, 2).unsqueeze(2)
    total = samples[:, :, :1] * conv.weight[:, 0, 0]
    for tap in range(1, width):
        total = total + samples[:, :, tap : tap + 1] * conv.weight[:, 0, tap]
    if conv.bias is not None:
        total = total + conv.bias
    return total.transpose(1, 2).unsqueeze(2)


def pool_over_time(x: Tensor, width: int) -> Tensor:
    """Return the maxima [batch, channels, 1, time // width] of x [batch, channels, 1, time]."""
    if torch.compiler.is_compiling() and width <= LONGEST:
        frames = x.shape[3] // width
        return x[..., : frames * width].reshape(*x.shape[:3], frames, width).amax(4)
    return torch.max_pool2d(x, (1, width))
