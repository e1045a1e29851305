"""The layers of a SampleCNN on [batch, time, channels], with batch normalisation folded in.

A maximum and a ReLU commute, so pooling comes first and the ReLU touches only what is left. Positive floats
of 16 bits sort as integers do and negative ones are negative integers too, so a maximum that ends in a ReLU
is taken on integers: processors compare 16-bit integers directly, 16-bit floats by way of 32 bits.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

SHORT_WIDTH = 3


def ordered(x: Tensor) -> Tensor:
    """Return x, seen as integers where that is the faster way to compare what a ReLU follows."""
    return x.view(torch.int16) if x.element_size() == 2 and x.device.type == "cpu" else x


class First:
    """The strided convolution and its ReLU, as one matrix product; the bias is a column of ones.

    Args:
        weight: [filters, 1, width].
        bias: [filters].
        stride: in samples.
        padding: zeros on both sides of the waveform.
        like: precision and device to compute with.
    """

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, padding: int, like: Tensor) -> None:
        self.width, self.stride, self.padding = weight.shape[2], stride, padding
        self.weight = torch.cat([weight[:, 0].T, bias[None]]).to(like).contiguous()

    def columns(self, waveform: Tensor, margin: int) -> Tensor:
        """Return what `apply` multiplies, [batch, frames + 2 * margin, width + 1].

        Rows of the margin are zero, also in the column of ones, so that they come out as zeros: the padding
        of the next layer.
        """
        x = waveform.to(self.weight)
        if self.padding:
            x = functional.pad(x, (self.padding, self.padding))
        frames = x.unfold(1, self.width, self.stride)
        batch, count, _ = frames.shape
        columns = x.new_ones(batch, count + 2 * margin, self.width + 1)
        columns[:, margin : margin + count, : self.width] = frames
        if margin:
            columns[:, :margin] = 0
            columns[:, -margin:] = 0
        return columns

    def apply(self, columns: Tensor) -> Tensor:
        """Return the activations [frames, filters] of columns [frames, width + 1]."""
        x = torch.mm(columns, self.weight)
        ordered(x).clamp_(min=0)
        return x


class Direct:
    """Convolution, bias, max-pool, ReLU: [batch, time, channels] -> [batch, time // pool, filters].

    Args:
        weight: [filters, channels, width]; the pool is as long.
        bias: [filters].
        padding: zeros left and right.
        like: precision and device to compute with.
    """

    def __init__(self, weight: Tensor, bias: Tensor, padding: tuple[int, int], like: Tensor) -> None:
        self.pool = weight.shape[2]
        self.padding = padding
        self.weight = weight.to(like)[:, :, None].contiguous(memory_format=torch.channels_last)
        self.bias = bias.to(like)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the module's output."""
        left, right = self.padding
        if left != right:
            x = functional.pad(x, (0, 0, left, right))
        own = left if left == right else 0
        images = x[:, None].permute(0, 3, 1, 2)
        sums = torch.conv2d(images, self.weight, self.bias, padding=(0, own)).permute(0, 2, 3, 1)
        batch, _, time, filters = sums.shape
        pooled = ordered(sums.reshape(batch, time // self.pool, self.pool, filters)).amax(2).clamp_(min=0)
        return pooled.view(x.dtype)


class Short:
    """The same at width 3 with 6 matrix products in place of 9, by a fast short convolution.

    For three outputs y0, y1, y2 that one pool joins, inputs d0..d4 and taps W0, W1, W2, with
    e_i = d_i - d_(i+1) + d_(i+2), A = d1 (W0 + W1), B = d2 (W2 - W0), C = d3 (W1 + W2):

        y0 = e0 W0 + A + B        y1 = -e1 W1 + A + C        y2 = e2 W2 + C - B

    This is a short-length algorithm in the manner of Winograd (Arithmetic Complexity of Computations, 1980),
    with the signs chosen so that the three e are one filter (1, -1, 1) over the input. Since A is in y0 and
    in y1, the larger of them is found before A is added.

    Args:
        weight: [filters, channels, 3]; padding is 1 and the pool 3.
        bias: [filters].
        like: precision and device to compute with.
    """

    def __init__(self, weight: Tensor, bias: Tensor, like: Tensor) -> None:
        w0, w1, w2 = weight.permute(2, 1, 0).unbind(0)
        products = (w0, -w1, w2, w0 + w1, w2 - w0, w1 + w2)
        self.e0, self.e1, self.e2, self.a, self.b, self.c = (w.to(like).contiguous() for w in products)
        self.bias = bias.to(like)
        channels = weight.shape[1]
        taps = torch.tensor([1.0, -1.0, 1.0]).to(like).expand(channels, 1, 1, 3)
        self.taps = taps.contiguous(memory_format=torch.channels_last)

    def __call__(self, x: Tensor) -> Tensor:
        """Return [batch, time // 3, filters] for [batch, time, channels]."""
        batch, time, _ = x.shape
        return self._products(x, self._differences(x, 1)).view(batch, time // 3, -1)

    def between(self, x: Tensor) -> Tensor:
        """Return [time // 3, filters] for [1 + time + 1, channels]; the two ends are only looked at."""
        return self._products(x[1:-1], self._differences(x[None], 0))

    def _differences(self, x: Tensor, padding: int) -> Tensor:
        images = x[:, None].permute(0, 3, 1, 2)
        return torch.conv2d(images, self.taps, None, padding=(0, padding), groups=x.shape[-1]).permute(
            0, 2, 3, 1
        )

    def _products(self, x: Tensor, e: Tensor) -> Tensor:
        """Return [rows, filters] for rows of three: x [3 * rows, channels], e likewise."""
        channels = x.shape[-1]
        d1, d2, d3 = x.reshape(-1, 3, channels).unbind(1)
        e0, e1, e2 = e.reshape(-1, 3, channels).unbind(1)
        y0 = torch.mm(d2, self.b)
        y1 = torch.mm(d3, self.c)
        y2 = torch.sub(y1, y0)
        y2.addmm_(e2, self.e2)
        y0.addmm_(e0, self.e0)
        y1.addmm_(e1, self.e1)
        torch.maximum(y0, y1, out=y0)
        y0.addmm_(d1, self.a)
        torch.maximum(y0, y2, out=y0)
        y0.add_(self.bias)
        ordered(y0).clamp_(min=0)
        return y0
