"""What a step of training must compute and move at the least, and what this device can.

Products: a layer of f frames, w taps, c channels in and n out takes 2 f w c n operations forward, as many
for the gradient of its input and as many for that of its weights: 3 x 3.46 GFLOP a segment of the 3^9
SampleCNN, 1.58 PFLOP for the 152,440 segments of an epoch of MagnaTagATune. (The first layer needs no
gradient of its input, .4 % of the whole.)

Memory: let y be the numbers that a convolution makes and z those that are left after batch normalisation,
ReLU and pool. y is written, read for its statistics, and read to be normalised and pooled; on the way back
it is read for the two sums that batch normalisation wants and read for its gradient, which is written and
then read by two convolutions: 8 y. z is written, read by the next convolution and read again for the
gradient of that one's weights; its own gradient is written, and read each time that y is on the way back: 6
z. With 6.72 million y and 3.92 million z, a segment of the 3^9 SampleCNN moves 155 MB in bfloat16, 23.6 TB
an epoch: at the 3.35 TB/s of an H100 7 seconds, where its 989 TFLOP/s would allow 1.6. So training is bound
by memory, and the way to the floor is one kernel for all that lies between two convolutions. A compiler
that does not keep all y, as it need not for the first layer, goes below it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from benchmarks.inference import operations
from tagger_core.models.samplecnn_configs import SampleCNNConfig

_SIDE = {"cpu": 1024, "cuda": 8192}
_COPIED = {"cpu": 1 << 26, "cuda": 1 << 30}
_ROUNDS = 5


def products(config: SampleCNNConfig) -> int:
    """Return the operations of one segment, forward and backward."""
    return 3 * operations(config)


def moved(config: SampleCNNConfig, size: int) -> int:
    """Return the bytes that one segment moves, for numbers of `size` bytes."""
    frames = config.frames
    before, after = frames * config.first_filters, frames * config.first_filters
    for width, filters in config.modules:
        before += frames * filters
        frames //= width
        after += frames * filters
    return size * (8 * (before + config.last_filters) + 6 * (after + config.last_filters))


def matrix_rate(device: torch.device, precision: str) -> float:
    """Return operations a second of this device's own product of two large square matrices."""
    side = _SIDE[device.type]
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    matrix = torch.randn(side, side, device=device, dtype=kind)
    return 2 * side**3 / _quickest(lambda: torch.mm(matrix, matrix), device)


def bandwidth(device: torch.device) -> float:
    """Return bytes a second of this device's own copy, read and written."""
    here = torch.zeros(_COPIED[device.type], dtype=torch.uint8, device=device)
    there = torch.empty_like(here)
    return 2 * here.numel() / _quickest(lambda: there.copy_(here), device)


def synchronise(device: torch.device) -> None:
    """Wait for the device."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _quickest(work: Callable[[], object], device: torch.device) -> float:
    taken = []
    for _ in range(_ROUNDS + 1):
        start = time.perf_counter()
        work()
        synchronise(device)
        taken.append(time.perf_counter() - start)
    return min(taken[1:])
