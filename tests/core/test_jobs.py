"""A workspace hears on the device that was asked for, and else where there is room."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tagger_core.errors import InferenceError
from tagger_core.inference import engine, execution
from tagger_core.inference.execution import Execution
from tagger_core.jobs import Workspace
from tagger_core.settings import Settings
from tests.core.models.small import write_small
from tests.support.library import places_in


@pytest.fixture
def full_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a GPU that has no room left."""
    prepare = engine.prepare

    def prepare_on_processor(network: Any, device: str, *how: Any) -> Any:
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return prepare(network, device, *how)

    monkeypatch.setattr(engine, "prepare", prepare_on_processor)
    monkeypatch.setattr(execution, "device_named", lambda asked: "cpu" if asked == "cpu" else "cuda:0")
    monkeypatch.setattr(execution, "precisions_named", lambda asked, device: ("fp32",))
    monkeypatch.setattr(execution, "description", lambda device: device)


@pytest.mark.usefixtures("full_gpu")
def test_a_remembered_gpu_without_room_gives_way_where_nobody_asked_for_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    places = places_in(tmp_path / "home")
    places.models.mkdir(parents=True)
    write_small(places.models / "small.safetensors")
    with Workspace(places, Settings(model="small", device="auto")) as workspace:
        model = workspace.model()
        remembered = {f"cuda:0 | fp32 | {model.identity}": dataclasses.asdict(Execution("cuda:0"))}
        places.tuning_file.parent.mkdir(parents=True, exist_ok=True)
        places.tuning_file.write_text(json.dumps({"format": execution.FORMAT, "choices": remembered}))
        assert workspace.tagger(model).engine.execution.device == "cpu"
        assert "cuda:0 failed" in caplog.text
        choices = json.loads(places.tuning_file.read_text())["choices"]
        assert remembered.items() < choices.items()
        workspace.settings = Settings(model="small", device="cuda")
        with pytest.raises(InferenceError, match="cuda:0 failed: CUDA out of memory"):
            workspace.tagger(model)
