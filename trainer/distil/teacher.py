"""The teachers: public networks, made fast enough on a processor to score hours of audio."""

from __future__ import annotations

import logging
import math
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache, reduce
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from tagger_core.models.fcn import FCN
from tagger_core.models.mel import SpectrogramBlock
from tagger_core.models.musicnn import Musicnn, VerticalBlock
from trainer.distil.corpus import to_float

LOG = logging.getLogger(__name__)


@cache
def number_format() -> torch.dtype:
    """Return the faster of float32 and bfloat16 for convolutions on this machine's cores.

    Processors without instructions for bfloat16 take twenty times as long in it.
    """
    sound, kernel = torch.randn(8, 128, 1, 96), torch.randn(128, 128, 1, 7)

    def seconds(dtype: torch.dtype) -> float:
        x, w = (one.to(dtype).contiguous(memory_format=torch.channels_last) for one in (sound, kernel))
        torch.conv2d(x, w)
        began = time.perf_counter()
        torch.conv2d(x, w)
        return time.perf_counter() - began

    formats = (torch.float32, torch.bfloat16)
    with torch.inference_mode():
        # The best of several, by turns: other programs may want the processor for a moment.
        rounds = [[seconds(dtype) for dtype in formats] for _ in range(5)]
    return formats[int(np.argmin(np.min(rounds, axis=0)))]


class Heard(Protocol):
    """Whoever scores windows of the corpus."""

    def logits(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return logits, float32 [n, tags], for windows float32 [n, samples]."""
        ...


class UnfoldedVertical(nn.Module):
    """A `VerticalBlock` whose bands are channels: the same sums, several times as fast on a processor.

    A filter of 67 bands slides over 96 bands in 30 places; each place becomes an item of the batch, and its
    bands the channels of a convolution over time alone.
    """

    def __init__(self, block: VerticalBlock, dtype: torch.dtype) -> None:
        super().__init__()
        conv = fuse_conv_bn_eval(block.conv.eval(), block.norm.eval())
        kernel, bias = conv.weight[:, 0], conv.bias
        if bias is None:
            raise ValueError("a fused convolution has a bias")
        self.kernel: Tensor
        self.bias: Tensor
        beside = kernel.detach().to(dtype)[:, :, None].contiguous(memory_format=torch.channels_last)
        self.register_buffer("kernel", beside, persistent=False)
        self.register_buffer("bias", bias.detach().to(dtype), persistent=False)

    def forward(self, spectrogram: Tensor) -> Tensor:
        """Return [batch, filters, time] for [batch, 1, bands, time]."""
        filters, height, _, width = self.kernel.shape
        batch, _, bands, frames = spectrogram.shape
        places = bands - height + 1
        unfolded = spectrogram[:, 0].to(self.kernel.dtype).mT.unfold(2, height, 1)
        beside = unfolded.transpose(1, 2).reshape(batch * places, 1, frames, height).permute(0, 3, 1, 2)
        heard = torch.conv2d(beside, self.kernel, self.bias, padding=(0, width // 2))
        most = heard.permute(0, 3, 1, 2).reshape(batch, places, frames, filters).amax(1)
        return torch.relu(most.mT).to(spectrogram.dtype)


class Teacher(nn.Module):
    """Scores windows with a Musicnn, each of them as a whole.

    Its layers end in a maximum and a mean over time, so a window may have any length.

    Args:
        network: as imported; it is changed.
        dtype: number format of the two large convolutions, by default the faster one here; bfloat16 moves
            scores by less than .003.
    """

    def __init__(self, network: Musicnn, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.network, dtype = network.eval(), dtype or number_format()
        self.network.vertical = nn.ModuleList(
            UnfoldedVertical(block, dtype) if isinstance(block, VerticalBlock) else block
            for block in network.vertical
        )

    def forward(self, windows: Tensor) -> Tensor:
        """Return logits, float32 [n, tags], for windows float32 [n, samples]."""
        self.network.window = windows.shape[1]
        logits: Tensor = self.network(windows)
        return logits

    def logits(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the same of arrays."""
        return one_by_one(self, windows)


class LoopedTeacher(nn.Module):
    """Scores windows with an FCN, which expects 29 s: it hears each window as a loop without end.

    Where the loop is a whole number of positions after the third pooling long, the features there repeat too,
    all but the first, before which there is silence. So little more than one turn is computed and its
    features are repeated: the same scores at a tenth of the price.

    Args:
        network: as imported.
        dtype: number format of the convolutions, by default the faster one here.
    """

    REPEATING = 3

    def __init__(self, network: FCN, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.network, self.dtype = network.eval(), dtype or number_format()
        below = network.config.layers[: self.REPEATING]
        self.frames = math.prod(row[2] for row in below)
        self.positions = network.config.frames // self.frames
        self.stack = fused(network.stack, self.dtype)

    def forward(self, windows: Tensor) -> Tensor:
        """Return logits, float32 [n, tags], for windows float32 [n, samples]."""
        samples, unit = windows.shape[1], self.frames * self.network.config.hop
        turn = max(1, round(samples / unit))
        places = _places(turn, unit, samples, windows.device)
        x = self.network.front(windows[:, places]).to(self.dtype)
        for number, block in enumerate(self.stack):
            x = block(x)
            if number == self.REPEATING - 1:
                again = x[..., 1 : 1 + turn].repeat(1, 1, 1, -(-self.positions // turn))
                x = torch.cat([x[..., :1], again], dim=-1)[..., : self.positions]
        logits: Tensor = self.network.dense(x.float().flatten(1))
        return logits

    def logits(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the same of arrays."""
        return one_by_one(self, windows)


@cache
def _places(turn: int, unit: int, samples: int, device: torch.device) -> Tensor:
    """Return which samples a loop of `turn` units and two more consists of."""
    return torch.arange((turn + 2) * unit, device=device) % (turn * unit) % samples


def one_by_one(teacher: nn.Module, windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits, float32 [n, tags], for windows float32 [n, samples]; a cache holds just one."""
    with torch.inference_mode():
        return np.concatenate([teacher(torch.from_numpy(window[None])).numpy() for window in windows])


def in_batches(
    teacher: nn.Module, windows: NDArray[np.int16], device: torch.device, batch: int = 256
) -> NDArray[np.float32]:
    """Return logits, float32 [n, tags], for windows int16 [n, samples], heard on the teacher's device."""
    parts = []
    with torch.inference_mode():
        for i in range(0, len(windows), batch):
            sound = torch.from_numpy(np.array(windows[i : i + batch])).to(device)
            parts.append(teacher(sound.float() / 32768).cpu().numpy())
    return np.concatenate(parts)


class FusedBlock(nn.Module):
    """A `SpectrogramBlock` with its normalisation folded into the convolution, channels side by side."""

    def __init__(self, block: SpectrogramBlock, dtype: torch.dtype) -> None:
        super().__init__()
        self.pool = block.pool
        self.conv = fuse_conv_bn_eval(block.conv.eval(), block.norm.eval()).to(dtype)
        self.conv.weight.data = self.conv.weight.data.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Return [batch, filters, bands // pool, time // pool] for [batch, channels, bands, time]."""
        # The maximum and the ReLU commute, and the maximum first leaves less to clip.
        if x.device.type != "cpu":
            return torch.relu(nn.functional.max_pool2d(self.conv(x), self.pool))
        heard = of_one_channel(x, self.conv) if x.shape[1] == 1 else self.conv(x)
        return torch.relu(maxima(heard, self.pool))


def of_one_channel(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """Return a 3x3 convolution of one channel, as a matrix product that writes filters side by side.

    A library's convolution of a single channel leaves them one after the other, to be sorted by the next.
    """
    patches = nn.functional.pad(x[:, 0], (1, 1, 1, 1)).unfold(1, 3, 1).unfold(2, 3, 1).flatten(3)
    return nn.functional.linear(patches, conv.weight[:, 0].flatten(1), conv.bias).permute(0, 3, 1, 2)


def maxima(x: Tensor, pool: tuple[int, int]) -> Tensor:
    """Return what a max-pool does; where channels lie side by side a processor compares them many at once."""
    for dimension, width in (3, pool[1]), (2, pool[0]):
        x = reduce(torch.maximum, x.unfold(dimension, width, width).unbind(4))
    return x


def fused(stack: nn.ModuleList, dtype: torch.dtype = torch.float32) -> nn.ModuleList:
    """Return a stack of spectrogram blocks as `FusedBlock`s: the same features in half the time."""
    return nn.ModuleList(FusedBlock(block, dtype) for block in stack if isinstance(block, SpectrogramBlock))


def scored(
    teacher: Heard, windows: NDArray[np.int16], workers: int = 2, chunk: int = 64
) -> NDArray[np.float32]:
    """Return the teacher's logits for all windows, float32 [n, tags], by so many workers, a chunk each."""
    done: list[NDArray[np.float32]] = []
    began, count = time.monotonic(), 0
    # Each worker computes on one core, so that cores never wait for each other inside a layer.
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        starts = range(0, len(windows), chunk)
        for part in pool.map(lambda i: teacher.logits(to_float(np.asarray(windows[i : i + chunk]))), starts):
            done.append(part)
            count += len(part)
            if count // chunk % 32 == 0 or count == len(windows):
                speed = count / (time.monotonic() - began)
                LOG.info("teacher heard %d of %d windows, %.0f a second", count, len(windows), speed)
    return np.concatenate(done)
