"""Weights averaged over steps."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


class Average:
    """A copy of a network whose weights and statistics follow it slowly.

    Args:
        network: what is followed.
        keep: share of the average that stays at a step; early on less, so that first weights are forgotten.
    """

    def __init__(self, network: nn.Module, keep: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.keep = keep
        pairs = list(zip(_tensors(self.network), _tensors(network), strict=True))
        self._moving = [pair for pair in pairs if pair[0].is_floating_point()]
        self._counting = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Move towards the network, which has taken so many steps."""
        keep = min(self.keep, step / (step + 20))
        old, new = zip(*self._moving, strict=True)
        torch._foreach_lerp_(old, new, 1 - keep)
        if self._counting:
            mine, its = zip(*self._counting, strict=True)
            torch._foreach_copy_(mine, its)


def _tensors(network: nn.Module) -> list[Tensor]:
    return [*network.parameters(), *network.buffers()]
