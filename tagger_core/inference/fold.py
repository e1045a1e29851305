"""Batch normalisation folded into the layer below: one multiplication less for every value."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

Network = TypeVar("Network", bound=nn.Module)

# The names under which the families keep the layer that a `norm` follows.
_BELOW = ("conv", "hidden")

DUST = 1e-20
"""What a weight must reach to be heard beside others in float32.

Training leaves weights of unused filters that shrink for ever. Many processors take a hundred times as long
over numbers below 1e-38 as over others, and several public checkpoints are full of them.
"""


def folded(network: Network) -> Network:
    """Return a copy for inference in which every convolution or dense layer holds the scale of its own norm.

    The statistics of evaluation mode are used; the copy is not for training. The network itself is untouched.
    """
    result = copy.deepcopy(network).eval().requires_grad_(False)
    for module in result.modules():
        norm = getattr(module, "norm", None)
        if not isinstance(norm, _BatchNorm):
            continue
        for name in _BELOW:
            below = getattr(module, name, None)
            if isinstance(below, nn.Conv1d | nn.Conv2d | nn.Linear):
                weight, bias = folded_weights(below, norm)
                below.weight = nn.Parameter(weight.to(below.weight.dtype), requires_grad=False)
                below.bias = nn.Parameter(bias.to(below.weight.dtype), requires_grad=False)
                module.norm = nn.Identity()
    for values in (*result.parameters(), *result.buffers()):
        if values.is_floating_point():
            values.copy_(without_dust(values))
    return result


def without_dust(values: Tensor) -> Tensor:
    """Return values of which those below `DUST` are 0."""
    return values.masked_fill(values.abs() < DUST, 0.0)


def folded_weights(below: nn.Conv1d | nn.Conv2d | nn.Linear, norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Return weight [out, ...] and bias [out] in float64 that do what a layer and its norm do in turn.

    Args:
        below: the convolution or dense layer.
        norm: its batch normalisation, or the identity where that is folded already.
    """
    weight = below.weight.detach().double()
    bias = (
        torch.zeros(len(weight), dtype=torch.float64) if below.bias is None else below.bias.detach().double()
    )
    if not isinstance(norm, _BatchNorm):
        return without_dust(weight), without_dust(bias)
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("a norm without running statistics cannot be folded")
    scale = torch.rsqrt(norm.running_var.double() + norm.eps)
    if norm.affine:
        scale = scale * norm.weight.detach().double()
    bias = (bias - norm.running_mean.double()) * scale
    if norm.affine:
        bias = bias + norm.bias.detach().double()
    return without_dust(weight * scale.reshape(-1, *[1] * (weight.ndim - 1))), without_dust(bias)
