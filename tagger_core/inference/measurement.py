"""Which of several ways to compute a network is fast here, and how far its scores are from float32's."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from tagger_core.inference.pipeline import Pipeline, prepare
from tagger_core.models.network import TaggingNetwork

if TYPE_CHECKING:
    from tagger_core.inference.execution import Execution

BUDGET_SECONDS = 2.5
_ROUNDS = 4
_PROBES = 4
# A window longer than this is tried by fewer: a clip of half a minute takes a second as it is.
_LONG, _LONG_PROBES = 1 << 18, 2

Candidate = TypeVar("Candidate")


@dataclass(frozen=True)
class Measured(Generic[Candidate]):
    """One candidate: seconds a window, and the largest difference of a mean score from the network's own."""

    candidate: Candidate
    seconds: float
    difference: float


def measure(network: TaggingNetwork, candidates: Sequence[Execution]) -> list[Measured[Execution]]:
    """Measure candidates in interleaved rounds until the time is used up; the first is measured in any case.

    On a processor one compute thread is measured, as a scan uses it, by the time that the processor spends
    and not by the clock on the wall: what else is running then hardly matters. Sets the calling thread's
    number of compute threads to 1.

    Candidates that fail, on a device short of memory say, are left out.

    Raises:
        RuntimeError: all of them fail.
    """
    on_processor = all(candidate.device == "cpu" for candidate in candidates)
    clock = time.thread_time if on_processor else time.perf_counter
    start = clock()
    torch.set_num_threads(1)
    failures: list[RuntimeError] = []
    with torch.inference_mode():
        probes = probe(network.window)
        expected = torch.sigmoid(network.embed(probes)[0]).mean(0)
        pipelines: list[tuple[Execution, Pipeline, float]] = []
        for candidate in candidates:
            if pipelines and clock() - start > BUDGET_SECONDS / 2:
                break
            try:
                pipeline = prepare(network, candidate.device, candidate.precision, candidate.layout)
                scores = torch.sigmoid(_run(pipeline, probes, candidate)).mean(0)
            except RuntimeError as error:
                failures.append(error)
                continue
            # Not a number compares as nothing, and would pass for near.
            difference = torch.nan_to_num((scores - expected).abs(), nan=1.0).max().item()
            pipelines.append((candidate, pipeline, difference))
        seconds: list[list[float]] = [[] for _ in pipelines]
        for _ in range(_ROUNDS):
            for (candidate, pipeline, _difference), taken in zip(pipelines, seconds, strict=True):
                if taken and clock() - start > BUDGET_SECONDS:
                    break
                try:
                    taken.append(_seconds(pipeline, probes, candidate, clock))
                except RuntimeError as error:
                    failures.append(error)
                    taken.append(math.inf)
    measured = [
        Measured(candidate, max(taken) if math.inf in taken else min(taken), difference)
        for (candidate, _, difference), taken in zip(pipelines, seconds, strict=True)
    ]
    able = [one for one in measured if one.seconds < math.inf]
    if not able and failures:
        raise failures[-1]
    return able


def probe(window: int) -> Tensor:
    """Return windows to try a network on, float32 [n, window]: beats of noise over chords, loud and soft."""
    random = np.random.default_rng(0)
    time_axis = np.arange(window) / window
    windows = []
    for loudness in np.geomspace(0.02, 0.5, _PROBES if window <= _LONG else _LONG_PROBES):
        tones = random.uniform(20, 2000, 6)[:, None] * 2 * np.pi * time_axis
        beats = random.standard_normal(window) * np.exp(-10 * (time_axis * random.uniform(2, 8) % 1))
        windows.append(loudness * (np.sin(tones).mean(0) + 0.3 * beats))
    return torch.from_numpy(np.stack(windows).astype(np.float32))


def _run(pipeline: Pipeline, windows: Tensor, candidate: Execution) -> Tensor:
    pieces = torch.split(windows, candidate.micro_batch)
    return torch.cat([pipeline.embed(piece.to(candidate.device))[0].cpu() for piece in pieces])


def _seconds(pipeline: Pipeline, probes: Tensor, candidate: Execution, clock: Callable[[], float]) -> float:
    # A GPU shows what a large micro-batch is worth only when it is full.
    count = len(probes) if candidate.device == "cpu" else candidate.micro_batch
    windows = probes.repeat(-(-count // len(probes)), 1)[:count]
    begin = clock()
    _run(pipeline, windows, candidate)
    return (clock() - begin) / count
