"""A plain training loop: windows and the teacher's logits in, a student out.

The same loop teaches on processor cores, from sound that was changed and scored beforehand, and on a GPU,
where both happen at every step (see `live`).
"""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tagger_core.models.samplecnn import SampleCNN
from trainer.distil.corpus import to_float

LOG = logging.getLogger(__name__)

Watch = Callable[[int, SampleCNN], None]


@dataclass(frozen=True)
class Recipe:
    """How the student learns.

    Args:
        minutes: how long training may take; the learning rate follows the clock, so it always ends at zero.
        steps: most optimiser steps.
        batch: windows a step, shared among the workers.
        rate: highest learning rate of AdamW.
        warm_up: share of the time until it is reached.
        decay: weight decay.
        average: how much of the averaged weights stays at a step.
        spread: weight of the squared error of the logits beside the cross entropy; it keeps the ranks of what
            does not sound like the tag, and the student's scores as wide as the teacher's.
        workers: replicas that compute the gradient, each on one core.
        bfloat16: whether layers compute in bfloat16.
        seed: of order, crops and weights.
    """

    minutes: float = 30.0
    steps: int = 1_000_000
    batch: int = 32
    rate: float = 2e-3
    warm_up: float = 0.08
    decay: float = 0.02
    average: float = 0.998
    spread: float = 0.3
    workers: int = 2
    bfloat16: bool = True
    seed: int = 1


ON_A_GPU = Recipe(batch=256, rate=4e-3, average=0.999, workers=1)
"""Eight times the batch at twice the rate, somewhat less than the root of eight, and averages over a thousand
steps, since there will be some ten thousand. Nobody has tried others."""


class Source(Protocol):
    """What a student learns from.

    Attributes:
        mean: of the targets, [tags].
        deviation: of the targets, [tags].
    """

    mean: Tensor
    deviation: Tensor

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return waveforms, float32 [batch, window], and their target logits, float32 [batch, tags]."""
        ...


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is taught.

    Args:
        windows: int16 [all, samples], at least as long as the student's; may be mapped.
        rows: int64 [n], those of them that are taught.
        targets: target logits of these rows, float32 [n, tags].
    """

    windows: NDArray[np.int16]
    rows: NDArray[np.int64]
    targets: NDArray[np.float32]


def batches(lessons: list[Lesson], recipe: Recipe, window: int) -> Callable[[], tuple[Tensor, Tensor]]:
    """Return what draws (waveform [batch, window], targets [batch, tags]), each window once an epoch."""
    random = np.random.default_rng(recipe.seed)
    places = np.array([(k, i) for k, lesson in enumerate(lessons) for i in range(len(lesson.rows))])
    order: list[NDArray[np.int64]] = []

    def draw() -> tuple[Tensor, Tensor]:
        while len(order) < recipe.batch:
            order.extend(places[random.permutation(len(places))])
        chosen = [order.pop() for _ in range(recipe.batch)]
        waves, targets = [], []
        for lesson, index in chosen:
            samples = lessons[lesson].windows[lessons[lesson].rows[index]]
            start = int(random.integers(len(samples) - window + 1))
            # Upside down sounds the same.
            waves.append(to_float(np.asarray(samples[start : start + window])) * random.choice([-1.0, 1.0]))
            targets.append(lessons[lesson].targets[index])
        return torch.from_numpy(np.stack(waves).astype(np.float32)), torch.from_numpy(np.stack(targets))

    return draw


class Lessons:
    """Windows and targets that are there already, read one step ahead.

    Args:
        lessons: what is taught.
        recipe: how.
        window: samples that the student hears.
    """

    def __init__(self, lessons: list[Lesson], recipe: Recipe, window: int) -> None:
        targets = np.concatenate([lesson.targets for lesson in lessons])
        self.mean = torch.from_numpy(targets.mean(axis=0))
        self.deviation = torch.from_numpy(targets.std(axis=0))
        self.read = batches(lessons, recipe, window)
        self.pool = ThreadPoolExecutor(1)
        self.coming: Future[tuple[Tensor, Tensor]] = self.pool.submit(self.read)

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return the next (waveforms, target logits)."""
        read, self.coming = self.coming.result(), self.pool.submit(self.read)
        return read


def loss_of(logits: Tensor, targets: Tensor, deviation: Tensor, spread: float) -> Tensor:
    """Return the cross entropy with the teacher's scores, plus the squared error of standardised logits."""
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, torch.sigmoid(targets))
    return entropy + spread * torch.mean(((logits - targets) / deviation) ** 2)


class Replicas:
    """Copies of a network that each compute the gradient of a share of the batch on a core of their own.

    Cores then meet once a step rather than once a layer, which matters where other programs use them as well.
    One network alone computes it where it is, with nobody to meet.
    """

    def __init__(self, network: SampleCNN, count: int) -> None:
        self.all = [network, *(copy.deepcopy(network) for _ in range(count - 1))]
        self.pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))

    def gradient(self, loss: Callable[[SampleCNN, Tensor, Tensor], Tensor], x: Tensor, y: Tensor) -> Tensor:
        """Leave the mean gradient in the first network and return the mean loss."""
        shares = zip(self.all, x.chunk(len(self.all)), y.chunk(len(self.all)), strict=True)

        def backward(share: tuple[SampleCNN, Tensor, Tensor]) -> Tensor:
            network, waves, targets = share
            network.zero_grad(set_to_none=True)
            value = loss(network, waves, targets)
            value.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
            return value.detach()

        if len(self.all) == 1:
            return backward(next(shares))
        values = list(self.pool.map(backward, shares))
        for parameters in zip(*(network.parameters() for network in self.all), strict=True):
            parameters[0].grad = torch.stack([p.grad for p in parameters if p.grad is not None]).mean(0)
        return torch.stack(values).mean()

    def follow(self) -> None:
        """Copy the first network's weights to the others."""
        with torch.no_grad():
            for other in self.all[1:]:
                for mine, first in zip(other.parameters(), self.all[0].parameters(), strict=True):
                    mine.copy_(first)


def schedule(progress: float, warm_up: float) -> float:
    """Return the factor of the learning rate at a progress of 0 to 1: linear up, then a cosine to 0."""
    if progress < warm_up:
        return 0.02 + 0.98 * progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up))))


def average_into(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the averaged weights and running statistics towards the network's."""
    with torch.no_grad():
        for old, new in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if old.is_floating_point():
                old.lerp_(new, 1 - keep)
            else:
                old.copy_(new)


def train(network: SampleCNN, lessons: list[Lesson], recipe: Recipe, watch: Watch) -> tuple[SampleCNN, int]:
    """Teach a fresh network what is there already; see `teach`."""
    source = Lessons(lessons, recipe, network.window)
    return teach(begun(network, source), source, recipe, watch)


def begun(network: SampleCNN, source: Source) -> SampleCNN:
    """Let a fresh network say each word's mean score, which is a better start than one half."""
    with torch.no_grad():
        network.dense.bias.copy_(source.mean)
    return network


def teach(network: SampleCNN, source: Source, recipe: Recipe, watch: Watch) -> tuple[SampleCNN, int]:
    """Teach the network and return its weights averaged over the last steps, and the number of steps.

    Args:
        network: begun or taught before, on the device of what is drawn; it is changed.
        source: what is taught.
        recipe: how.
        watch: called about ten times with the step and the averaged network.
    """
    torch.manual_seed(recipe.seed)
    device, deviation = network.dense.bias.device, source.deviation + 0.1
    network.channels_last = True
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    replicas, averaged = Replicas(network.train(), recipe.workers), copy.deepcopy(network)

    def loss(one: SampleCNN, waves: Tensor, wanted: Tensor) -> Tensor:
        with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bfloat16):
            logits = one(waves)
        return loss_of(logits.float(), wanted, deviation, recipe.spread)

    began, step, watched = time.monotonic(), 0, 0
    mean = torch.zeros((), device=device)
    while step < recipe.steps:
        progress = max((time.monotonic() - began) / (60 * recipe.minutes), step / recipe.steps)
        if progress >= 1:
            break
        optimiser.param_groups[0]["lr"] = recipe.rate * schedule(progress, recipe.warm_up)
        value = replicas.gradient(loss, *source.draw())
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        replicas.follow()
        step += 1
        average_into(averaged, network, min(recipe.average, step / (step + 20)))
        mean += (value - mean) * max(0.01, 1 / step)
        if progress * 10 >= watched + 1:
            watched = int(progress * 10)
            speed = step * recipe.batch / (time.monotonic() - began)
            LOG.info("step %d, %.0f %%, loss %.4f, %.0f windows a second", step, 100 * progress, mean, speed)
            watch(step, averaged)
    LOG.info("ended at step %d, loss %.4f", step, mean)
    return averaged.eval(), step
