"""How fast a model is heard on this machine, and how it is computed; measured or remembered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from app.scanning.courtesy import load_torch
from tagger_core.errors import ModelError
from tagger_core.jobs import Workspace


@dataclass(frozen=True)
class Speed:
    """How a model is computed.

    Args:
        device, precision: as the settings name them.
        x_realtime: seconds of music in a second, on one core or on the whole GPU; None where only remembered.
    """

    device: str
    precision: str
    x_realtime: float | None = None


def remembered(tuning_file: Path, identity: str) -> Speed | None:
    """Return what was chosen for a model by an earlier measurement, without loading torch."""
    try:
        choices = json.loads(tuning_file.read_text("utf-8"))["choices"]
        found = [value for key, value in choices.items() if key.endswith(f"| {identity}")]
        return Speed(str(found[-1]["device"]), str(found[-1]["precision"])) if found else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def measured(workspace: Workspace) -> Speed:
    """Measure the model in use on the device and with the precision of the settings; takes a few seconds.

    Raises:
        ModelError: there is no model, or its file is refused.
        InferenceError: the device or precision is not there.
    """
    load_torch()
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - beside torch, which it is for

    from tagger_core.inference.execution import candidates, choose  # noqa: PLC0415 - torch is loaded late
    from tagger_core.inference.machine import device_named, precisions_named  # noqa: PLC0415
    from tagger_core.inference.measurement import measure  # noqa: PLC0415
    from tagger_core.models.model_file import load  # noqa: PLC0415

    entry = workspace.model().entry
    if entry.info is None:
        raise ModelError(entry.problem, path=entry.path, remedy="choose another model")
    model, settings = load(entry.path), workspace.settings
    device = device_named(settings.device)
    chosen = choose(model, settings, workspace.places.tuning_file)
    ways = [
        way
        for way in candidates(model, device, precisions_named(settings.precision, device))
        if way == chosen
    ]
    # A thread of its own, since a measurement sets its thread's number of compute threads.
    with ThreadPoolExecutor(1) as apart:
        seconds = apart.submit(measure, model.network, ways or [chosen]).result()[0].seconds
    music = entry.info.window / entry.info.sample_rate * settings.hop
    return Speed(chosen.device, chosen.precision, music / max(seconds, 1e-9))
