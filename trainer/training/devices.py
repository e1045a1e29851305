"""Where and how a training computes: device, precision, processes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from tagger_core.inference.machine import precisions
from trainer import memory
from trainer.errors import RunError
from trainer.recipes import Precision

if TYPE_CHECKING:
    from lightning.fabric import Fabric


def device_of(text: str) -> str:
    """Return a device as torch names it: "cpu", "cuda", or one GPU as in "cuda:1".

    Args:
        text: one of these, or "auto" for a GPU where there is one.

    Raises:
        RunError: there is no such device.
    """
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if text == "auto":
        return "cuda" if gpus else "cpu"
    here = ["cpu", *(["cuda"] if gpus else []), *(f"cuda:{number}" for number in range(gpus))]
    if text not in here:
        raise RunError(f"there is no device {text} here", remedy=f"choose one of auto, {', '.join(here)}")
    return text


def open_fabric(device: str = "auto", precision: Precision = "fp32") -> Fabric:
    """Return a launched Fabric for one process, or for all that `torchrun` started.

    Args:
        device: "auto", "cpu", "cuda", or one GPU as in "cuda:1".
        precision: "fp32" has no TF32 in it anywhere; "tf32" and "bf16" have it in matrix products and
            convolutions that stay in float32. On the processor "tf32" is float32, and so is "bf16" where it
            does not multiply bfloat16 itself, which would take several times as long.

    Raises:
        RunError: there is no such device.
    """
    kind, _, index = device_of(device).partition(":")
    from lightning.fabric import Fabric  # noqa: PLC0415 - its import takes seconds
    from lightning.fabric.strategies.ddp import DDPStrategy  # noqa: PLC0415

    if kind == "cpu" and "bf16" not in precisions("cpu"):
        precision = "fp32"
    if kind == "cpu":
        memory.keep()
    allow_tf32(precision != "fp32")
    torch.backends.cudnn.benchmark = True
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    world = int(os.environ.get("WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator=kind,
        devices=[int(index)] if index else local,
        num_nodes=max(1, world // local),
        # Batch normalisation is synchronised: its statistics are equal everywhere without a broadcast.
        strategy=DDPStrategy(broadcast_buffers=False) if world > 1 else "auto",
        precision="bf16-mixed" if precision == "bf16" else "32-true",
    )
    fabric.launch()
    return fabric


@contextlib.contextmanager
def told_of_memory(folder: Path) -> Iterator[None]:
    """Tell a person that the device has not the memory for what a run does.

    Args:
        folder: of the run.

    Raises:
        RunError: instead of torch's own error.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise RunError(
            "the device has not enough memory",
            path=folder,
            remedy="choose another device, a smaller --scale, or end what else uses it",
        ) from error


def total(fabric: Fabric, x: Tensor) -> Tensor:
    """Return the sum of a tensor over all processes."""
    add: Callable[..., Tensor] = fabric.all_reduce  # type: ignore[assignment]  # a tensor makes a tensor
    return add(x, reduce_op="sum")


def allow_tf32(allowed: bool) -> None:
    """Let float32 products on a GPU round their factors to 10 bits, or forbid it."""
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def synchronised(network: nn.Module, fabric: Fabric) -> nn.Module:
    """Return the network with batch normalisation over the whole batch, however many processes share it.

    Parameters and their names stay. Torch's own layer does this on GPUs alone, `SharedNorm` elsewhere.
    """
    if fabric.world_size == 1:
        return network
    if fabric.device.type == "cuda":
        convert: Callable[[nn.Module], nn.Module] = nn.SyncBatchNorm.convert_sync_batchnorm
        return convert(network)
    for parent in list(network.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.modules.batchnorm._BatchNorm):
                setattr(parent, name, SharedNorm(child))
    return network


class SharedNorm(nn.Module):
    """Batch normalisation whose mean and variance are those of all processes' inputs together.

    Args:
        norm: whose parameters and statistics it takes over; names in the state dict are the same.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, norm: nn.modules.batchnorm._BatchNorm) -> None:
        super().__init__()
        self.weight, self.bias = norm.weight, norm.bias
        self.eps, self.momentum = norm.eps, norm.momentum if norm.momentum is not None else 0.1
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            self.register_buffer(name, getattr(norm, name))

    def forward(self, x: Tensor) -> Tensor:
        """Return x, [batch, channels, ...], normalised."""
        if not self.training:
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        axes = [axis for axis in range(x.ndim) if axis != 1]
        shape = [1, -1] + [1] * (x.ndim - 2)
        x = x.float()
        count = _summed(torch.tensor(float(x.numel() // x.shape[1]), device=x.device))
        mean = _summed(x.sum(axes)) / count
        centred = x - mean.view(shape)
        variance = _summed(centred.square().sum(axes)) / count
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        scale = self.weight * torch.rsqrt(variance + self.eps)
        return centred * scale.view(shape) + self.bias.view(shape)


def _summed(x: Tensor) -> Tensor:
    """Return the sum over all processes; its gradient is the sum of theirs."""
    from torch.distributed import nn as differentiable  # noqa: PLC0415 - needed by several processes only

    add: Callable[[Tensor], Tensor] = differentiable.all_reduce
    return add(x)
