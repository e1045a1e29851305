"""Windows -> scores of clips: what a network says of a whole clip is the mean over its windows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tagger_core.inference.machine import DTYPES, Precision
from tagger_core.models.network import TaggingNetwork
from trainer.data.prepared import Prepared
from trainer.errors import RunError

Activation = Literal["sigmoid", "softmax"]

SAMPLES_AT_ONCE = 1 << 21
"""Samples that go through a network together: 35 windows of 3^9, about 3 GB of its activations at most."""


def clip_scores(
    network: TaggingNetwork,
    prepared: Prepared,
    rows: NDArray[np.int64],
    *,
    device: str = "cpu",
    batch: int | None = None,
    precision: Precision = "fp32",
    activation: Activation | None = None,
) -> NDArray[np.float32]:
    """Return the mean score over all non-overlapping windows of each clip, [rows, tags].

    What is left of a clip after its last whole window is not heard (Lee et al. 2017, section 3.4); a clip
    shorter than a window is repeated until it fills one, as in the app. Memory does not depend on the number
    of clips.

    Args:
        network: heard in evaluation mode, then left in the mode in which it came; it is moved to the device.
        prepared: at the network's sample rate.
        rows: which clips, int64 [rows].
        device: of torch.
        batch: windows at once; None for as many as hold `SAMPLES_AT_ONCE`.
        precision: of the products.
        activation: what makes scores of logits; None for softmax where the task is genre, else sigmoid.

    Raises:
        RunError: the network answers with something that is not a number.
    """
    kind: Activation = activation or ("softmax" if prepared.task == "genre" else "sigmoid")

    def scored(waves: Tensor) -> Tensor:
        logits: Tensor = network(waves).float()
        return logits.softmax(dim=1) if kind == "softmax" else logits.sigmoid()

    return clip_means(
        network, scored, network.tags, prepared, rows, device=device, batch=batch, precision=precision
    )


def clip_means(
    network: TaggingNetwork,
    heard: Callable[[Tensor], Tensor],
    width: int,
    prepared: Prepared,
    rows: NDArray[np.int64],
    *,
    device: str = "cpu",
    batch: int | None = None,
    precision: Precision = "fp32",
) -> NDArray[np.float32]:
    """Return the mean over the windows of each clip of anything that is heard in a window, [rows, width].

    Args:
        network: as `clip_scores`, which says which windows and what the rest is.
        heard: of waveforms [windows, window] on the device makes [windows, width] by way of the network.
        width: numbers of a window.
        prepared: as `clip_scores`.
        rows: as `clip_scores`.
        device: as `clip_scores`.
        batch: as `clip_scores`.
        precision: as `clip_scores`.

    Raises:
        RunError: something is heard that is not a number.
    """
    place, starts = _windows(prepared.samples[rows], network.window)
    sums = np.zeros((len(rows), width))
    size = batch or max(1, SAMPLES_AT_ONCE // network.window)
    with _evaluating(network.to(device)), torch.inference_mode(), _computing(device, precision):
        for first in range(0, len(place), size):
            here = place[first : first + size]
            waves = _gathered(prepared, rows[here], starts[first : first + size], network.window)
            sent = torch.from_numpy(waves).to(device).float() / 32768
            np.add.at(sums, here, heard(sent).float().cpu().numpy())
    means = (sums / np.bincount(place, minlength=len(rows))[:, None]).astype(np.float32)
    if not np.isfinite(means).all():
        raise RunError(
            f"the network answers with something that is no number in {precision}",
            remedy="train it anew with a lower rate, or score it in fp32",
        )
    return means


def _windows(samples: NDArray[np.int64], window: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each window which clip it is of and where it starts, for clips of these lengths."""
    counts = np.maximum(1, samples // window)
    place = np.repeat(np.arange(len(samples)), counts)
    number = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return place, number * window


def _gathered(
    prepared: Prepared, rows: NDArray[np.int64], starts: NDArray[np.int64], window: int
) -> NDArray[np.int16]:
    waves = np.empty((len(rows), window), np.int16)
    for wave, row, start in zip(waves, rows, starts, strict=True):
        length = prepared.samples[row]
        clip = prepared.audio[row]
        wave[:] = clip[start : start + window] if window <= length else np.resize(clip[:length], window)
    return waves


@contextlib.contextmanager
def _evaluating(network: TaggingNetwork) -> Iterator[None]:
    training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(training)


def _computing(device: str, precision: Precision) -> contextlib.AbstractContextManager[object]:
    kind = torch.device(device).type
    return torch.autocast(kind, dtype=DTYPES[precision], enabled=precision != "fp32")
