"""How a model is computed on this machine: measured once, then remembered."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from tagger_core.errors import InferenceError
from tagger_core.inference.machine import (
    DTYPES,
    Precision,
    description,
    device_named,
    precisions_named,
)
from tagger_core.inference.measurement import Measured, measure
from tagger_core.inference.pipeline import Layout, layouts
from tagger_core.models.model_file import LoadedModel, write_whole
from tagger_core.settings import Settings

FORMAT = 1
LARGEST_DIFFERENCE = 0.01
_MOST_WINDOWS = 4096
# The layers take care of the cache themselves; a network as it is may be better off one window at a time.
_LAYERED_MICRO_BATCHES = {"cpu": (8,), "mps": (16,), "cuda": (16, 64)}
_MICRO_BATCHES = {"cpu": (1, 4), "mps": (8,), "cuda": (8, 32)}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Execution:
    """One way to compute a model; the same execution gives the same scores again.

    Args:
        device: "cpu", "cuda:0", "mps".
        precision: of the products; sums and scores are float32.
        layout: "network" as it was trained, "channels_last", or "short" with fast short convolutions.
        micro_batch: windows computed at once, at most.
    """

    device: str = "cpu"
    precision: Precision = "fp32"
    layout: Layout = "network"
    micro_batch: int = 8

    @classmethod
    def from_json(cls, content: Any) -> Execution:
        """Return what `dataclasses.asdict` wrote.

        Raises:
            ValueError: it is something else.
        """
        if not isinstance(content, dict) or content.keys() != {f.name for f in dataclasses.fields(cls)}:
            raise ValueError("not the fields of an execution")
        size = content["micro_batch"]
        if (
            not isinstance(content["device"], str)
            or content["precision"] not in DTYPES
            or content["layout"] not in get_args(Layout)
            or type(size) is not int
            or not 1 <= size <= _MOST_WINDOWS
        ):
            raise ValueError("a value out of range")
        return cls(**content)


def choose(model: LoadedModel, settings: Settings, tuning_file: Path) -> Execution:
    """Return the fastest way to compute a model whose scores stay within 0.01 of float32's.

    Measured in less than 3 seconds of a processor the first time (where one window takes seconds, as with an
    aggregate of eight networks, in the time of about six windows), and then remembered for this machine, this
    model, the device and the precision asked for, so that a second scan computes as the first did. A tuning
    file that is damaged, or cannot be written, costs only that memory.

    Raises:
        InferenceError: the device or the precision that the settings name is not there, or the device fails;
            one that was chosen automatically gives way to the processor.
    """
    device = device_named(settings.device)
    precisions = precisions_named(settings.precision, device)
    key = f"{description(device)} | {'/'.join(precisions)} | {model.identity}"
    known = _read(tuning_file)
    try:
        return Execution.from_json(known[key])
    except (KeyError, ValueError):
        pass
    found = candidates(model, device, precisions)
    # A thread of its own, since a measurement sets the number of compute threads; see `engine`.
    with ThreadPoolExecutor(1) as measuring:
        measured = measuring.submit(measure, model.network, found)
    try:
        chosen = best(measured.result())
    except RuntimeError as error:
        failure = failed(device, error)
        if settings.device != "auto" or device == "cpu":
            raise failure from error
        _log.warning("%s; the processor hears instead", failure.message)
        return choose(model, dataclasses.replace(settings, device="cpu"), tuning_file)
    _remember(tuning_file, key, chosen)
    return chosen


def failed(device: str, error: RuntimeError) -> InferenceError:
    """Return what a person can act upon where torch fails on a device."""
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InferenceError(f"{device} failed: {first}", remedy="choose the device cpu")


def candidates(model: LoadedModel, device: str, precisions: Sequence[Precision]) -> list[Execution]:
    """Return the ways worth measuring, the likeliest first: time may run out before the last."""
    kind = device.partition(":")[0]
    ways = layouts(model.network, device)
    # Where a network comes apart into layers, it is nowhere faster as it is.
    ways, sizes = (ways[1:], _LAYERED_MICRO_BATCHES[kind]) if ways[1:] else (ways, _MICRO_BATCHES[kind])
    return [
        Execution(device, precision, layout, size)
        for layout in reversed(ways)
        for precision in precisions
        for size in sizes
    ]


def best(measured: Sequence[Measured[Execution]]) -> Execution:
    """Return the fastest of those that are near enough to float32, or the nearest where none is."""
    near = [one for one in measured if one.difference <= LARGEST_DIFFERENCE]
    if near:
        return min(near, key=lambda one: one.seconds).candidate
    return min(measured, key=lambda one: one.difference).candidate


def _read(tuning_file: Path) -> dict[str, Any]:
    try:
        content = json.loads(tuning_file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return {}
    choices = content.get("choices")
    return choices if isinstance(choices, dict) else {}


def _remember(tuning_file: Path, key: str, chosen: Execution) -> None:
    choices = {**_read(tuning_file), key: dataclasses.asdict(chosen)}
    text = json.dumps({"format": FORMAT, "choices": choices}, indent=2, sort_keys=True) + "\n"
    try:
        tuning_file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(tuning_file, text.encode())
    except OSError as error:
        _log.warning("%s: the measurement of this machine was not kept: %s", tuning_file, error)
