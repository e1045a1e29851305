"""A convolution over time with channels side by side in memory, and its gradient by matrix products.

A processor computes convolutions fastest in this layout, but without AVX-512 the library's float32 gradient
of the weights is several times slower in it than in the usual one. That gradient is one matrix product for
each tap of the filter, which processors compute at their best.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def convolve(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
    """Return the convolution [batch, filters, 1, frames], channels last, of x [batch, channels, 1, time].

    Args:
        x: the input.
        weight: [filters, channels, width].
        bias: [filters].
        stride: of the filters.
        padding: zeros on both sides of time.
    """
    # In bfloat16, which autocast is for, the library is fast wherever it is of use.
    # A compiler differentiates for itself.
    other = torch.is_autocast_enabled("cpu") or torch.compiler.is_compiling()
    plain = x.device.type == "cpu" and not other
    if plain and stride == 1 and bias is not None and torch.is_grad_enabled():
        result: Tensor = _ByTaps.apply(x, weight, bias, padding)  # type: ignore[no-untyped-call]  # torch's
    else:
        result = torch.conv2d(x, _kernel(weight), bias, (1, stride), (0, padding))
    # A single input channel has no place in memory of its own, so the result may lie either way.
    return result.contiguous(memory_format=torch.channels_last)


class _ByTaps(torch.autograd.Function):
    """A convolution of stride 1."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, padding: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.padding = padding
        return torch.conv2d(x, _kernel(weight), bias, 1, (0, padding))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        above, below = gradients[0].contiguous(memory_format=torch.channels_last), None
        if ctx.needs_input_grad[0]:
            below, _, _ = torch.ops.aten.convolution_backward(
                above,
                x,
                _kernel(weight),
                bias_sizes=None,
                stride=(1, 1),
                padding=(0, ctx.padding),
                dilation=(1, 1),
                transposed=False,
                output_padding=(0, 0),
                groups=1,
                output_mask=(True, False, False),
            )
        taps = _gradient_of_taps(x[:, :, 0].mT, above[:, :, 0].mT, weight.shape[2], ctx.padding)
        return below, taps, above.sum((0, 2, 3)), None


def _gradient_of_taps(x: Tensor, above: Tensor, width: int, padding: int) -> Tensor:
    """Return the weights' gradient [filters, channels, width].

    Args:
        x: what the convolution heard, [batch, time, channels].
        above: the gradient of what it said, [batch, frames, filters].
        width: of its filters.
        padding: zeros on both sides of time.
    """
    taps = []
    for tap in range(width):
        # Frame t of the output heard frame t + shift of the input through this tap.
        shift = tap - padding
        start, stop = max(0, -shift), min(above.shape[1], x.shape[1] - shift)
        heard = x[:, start + shift : stop + shift]
        taps.append(torch.bmm(above[:, start:stop].mT, heard).sum(0))
    return torch.stack(taps, dim=2)


def _kernel(weight: Tensor) -> Tensor:
    return weight.unsqueeze(2).contiguous(memory_format=torch.channels_last)
