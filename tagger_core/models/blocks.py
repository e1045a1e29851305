"""Layers over time, from which SampleCNN and the frame-level networks are built."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from tagger_core.models.fusible import convolution_of_samples, is_of_samples, pool_over_time
from tagger_core.models.module_plan import Modules, Padding
from tagger_core.models.time_convolution import convolve


class TimeNorm(nn.BatchNorm1d):
    """Batch normalisation as in the papers, of [batch, channels, time] or [batch, channels, 1, time]."""

    def __init__(self, channels: int) -> None:
        # The authors' framework kept 0.99 of the running statistics at a step.
        super().__init__(channels, eps=1e-5, momentum=0.01)

    def _check_input_dim(self, input: Tensor) -> None:  # noqa: A002 - torch's own name
        if input.dim() not in (3, 4):
            raise ValueError(f"expected 3 or 4 dimensions, not {input.dim()}")


class ConvolutionBlock(nn.Module):
    """Convolution, batch normalisation, ReLU, max-pool.

    [batch, channels, time] -> [batch, filters, time // stride // pool]; or the same with a height of 1 before
    time, in which case channels lie side by side in memory.

    Args:
        channels: of the input.
        filters: of the output.
        width: filter length.
        stride: of the convolution.
        padding: zeros left and right of the input.
        pool: pool length, 1 for none.
        batch_norm: whether there is batch normalisation.
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        width: int,
        *,
        stride: int = 1,
        padding: tuple[int, int] = (0, 0),
        pool: int = 1,
        batch_norm: bool = True,
    ) -> None:
        super().__init__()
        self.padding = padding
        self.pool = pool
        # Symmetric zeros are the convolution's own business: that saves a copy of the input.
        own = padding[0] if padding[0] == padding[1] else 0
        self.conv = nn.Conv1d(channels, filters, width, stride=stride, padding=own)
        self.norm = TimeNorm(filters) if batch_norm else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output."""
        (left, right), conv = self.padding, self.conv
        if left != right:
            x = functional.pad(x, (left, right))
        if x.ndim == 3:
            x = conv(x)
        elif is_of_samples(conv, x.device.type):
            x = convolution_of_samples(x, conv)
        else:
            x = convolve(x, conv.weight, conv.bias, conv.stride[0], left if left == right else 0)
        x = self.norm(x)
        # The maximum and the ReLU commute, and the maximum first leaves less to clip.
        if self.pool > 1:
            x = functional.max_pool1d(x, self.pool) if x.ndim == 3 else pool_over_time(x, self.pool)
        return x.relu()


class ModuleStack(nn.ModuleList):
    """Modules of a convolution that keeps its length and a pool as long as the filter, from the bottom up.

    Args:
        channels: of the input.
        modules: (width, filters) of each.
        padding: where the odd zero goes at an even width, see `same_padding`.
        batch_norm: whether they have batch normalisation.
    """

    def __init__(self, channels: int, modules: Modules, padding: Padding, *, batch_norm: bool = True) -> None:
        super().__init__()
        for width, filters in modules:
            zeros = same_padding(width, padding)
            self.append(
                ConvolutionBlock(channels, filters, width, padding=zeros, pool=width, batch_norm=batch_norm)
            )
            channels = filters

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the outputs of the last module but one and of the last."""
        below = x
        for module in self:
            below, x = x, module(x)
        return below, x


def same_padding(width: int, mode: Padding) -> tuple[int, int]:
    """Return the zeros left and right that keep a convolution's length.

    At an even width, "framework" puts the odd zero left, as the authors' framework did, and "torch" right.
    """
    smaller, larger = (width - 1) // 2, width // 2
    return (larger, smaller) if mode == "framework" else (smaller, larger)
