"""One step of training, run as it is or recorded once and replayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from trainer.recipes import Recipe

if TYPE_CHECKING:
    from lightning.fabric import Fabric

Criterion = Callable[[Tensor, Tensor], Tensor]
"""(logits, labels), both [examples, tags] -> the mean loss."""

Way = Literal["eager", "recorded", "compiled"]
"""How steps are run: kernel after kernel; on one GPU recorded once as a CUDA graph and replayed; or compiled
by torch.compile, and recorded as well where that is possible. The loss curve is the same but for rounding."""

_STEPS_BEFORE_RECORDING = 3


def optimiser_of(network: nn.Module, recipe: Recipe, device: torch.device) -> Optimizer:
    """Return the recipe's optimiser in its fused form; biases and batch normalisation do not decay."""
    decaying = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [{"params": decaying, "weight_decay": recipe.decay}, {"params": others, "weight_decay": 0.0}]
    # A recorded step reads the rate from the device.
    rate = torch.tensor(recipe.rate, device=device) if device.type == "cuda" else recipe.rate
    if recipe.optimiser == "adamw":
        return AdamW(groups, lr=rate, fused=True, capturable=device.type == "cuda")
    return SGD(groups, lr=rate, momentum=recipe.momentum, nesterov=recipe.momentum > 0, fused=True)


def set_rate(optimiser: Optimizer, rate: float) -> None:
    """Set the learning rate of all groups, in place where it lies on a device."""
    for group in optimiser.param_groups:
        if isinstance(group["lr"], Tensor):
            group["lr"].fill_(rate)
        else:
            group["lr"] = rate


def forget(optimiser: Optimizer) -> None:
    """Let an optimiser be as new, in place: zeros are what all its states begin with."""
    for state in optimiser.state.values():
        for value in state.values():
            if isinstance(value, Tensor):
                value.zero_()


def load_optimiser(optimiser: Optimizer, state: Mapping[str, Any]) -> None:
    """Take over what an optimiser gathered; rates and how it computes stay those of here."""
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})


class Step:
    """Forward, loss, backward, update.

    Args:
        network: as Fabric set it up.
        optimiser: of its parameters.
        criterion: the loss.
        fabric: the device and the processes.
        batch: examples a step, over all processes.
    """

    def __init__(
        self, network: nn.Module, optimiser: Optimizer, criterion: Criterion, fabric: Fabric, batch: int
    ) -> None:
        self.network, self.optimiser, self.criterion = network, optimiser, criterion
        self.fabric, self.batch = fabric, batch

    def __call__(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """Take the step and return this process's share of the batch's mean loss, on the device."""
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.criterion(self.network(inputs).float(), labels)
        # Gradients are averaged over processes, whose slices of a batch may differ in size.
        share = 1.0 if self.fabric.world_size == 1 else len(inputs) / self.batch
        self.fabric.backward(loss * (share * self.fabric.world_size))
        self.optimiser.step()
        return loss.detach() * share


class RecordedStep:
    """A step that is recorded as one CUDA graph after a few, then replayed: nothing waits for Python.

    Args:
        step: the step; its first calls run as they are, which settles what memory and kernels it takes.
    """

    def __init__(self, step: Step) -> None:
        self.step = step
        self.calls = 0
        self.graph: torch.cuda.CUDAGraph | None = None
        self.stream = _new_stream(step.fabric.device)

    def __call__(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """Take the step; what is returned is overwritten by the next."""
        self.calls += 1
        if self.calls <= _STEPS_BEFORE_RECORDING:
            self.stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self.stream):
                loss = self.step(inputs, labels)
            torch.cuda.current_stream().wait_stream(self.stream)
            return loss
        if self.graph is None:
            self.inputs, self.labels = inputs.clone(), labels.clone()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph, stream=self.stream):
                self.loss = self.step(self.inputs, self.labels)
        if inputs.shape != self.inputs.shape:
            return self.step(inputs, labels)
        self.inputs.copy_(inputs)
        self.labels.copy_(labels)
        self.graph.replay()
        return self.loss


def _new_stream(device: torch.device) -> torch.cuda.Stream:
    make: Callable[[torch.device], torch.cuda.Stream] = torch.cuda.Stream
    return make(device)


def tag_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean binary cross entropy over tags and examples."""
    return nn.functional.binary_cross_entropy_with_logits(logits, labels)


def genre_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross entropy over examples, for labels with a single one in each row."""
    return nn.functional.cross_entropy(logits, labels)


CRITERIA: dict[str, Criterion] = {"tags": tag_loss, "genre": genre_loss}
"""The loss of each task."""
