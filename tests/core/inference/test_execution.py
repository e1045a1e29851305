"""The way to compute is measured once, remembered, and never at the price of wrong scores."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from torch import Tensor

from tagger_core.errors import InferenceError
from tagger_core.inference import execution, machine, measurement
from tagger_core.inference.execution import Execution, best, candidates, choose
from tagger_core.inference.machine import Precision
from tagger_core.inference.measurement import Measured, measure
from tagger_core.inference.pipeline import Layout, Pipeline
from tagger_core.models.model_file import LoadedModel
from tagger_core.models.network import TaggingNetwork
from tagger_core.settings import Settings
from tests.core.inference.networks import SMALL, SMALL_MUSICNN, loaded, noise


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return loaded(SMALL, noise(8, SMALL.window))


def refuse_to_measure(*_: object) -> None:
    raise AssertionError("measured again")


def test_a_choice_is_remembered(model: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuning = tmp_path / "not there yet" / "tuning.json"
    first = choose(model, Settings(), tuning)
    monkeypatch.setattr(execution, "measure", refuse_to_measure)
    assert choose(model, Settings(), tuning) == first
    assert [path.name for path in tuning.parent.iterdir()] == ["tuning.json"]


def test_it_holds_for_one_machine_model_and_wish(
    model: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuning = tmp_path / "tuning.json"
    choose(model, Settings(precision="fp32"), tuning)
    choose(replace(model, identity="another"), Settings(precision="fp32"), tuning)
    monkeypatch.setattr(execution, "description", lambda device: f"another machine's {device}")
    choose(model, Settings(precision="fp32"), tuning)
    assert len(json.loads(tuning.read_text())["choices"]) == 3


@pytest.mark.parametrize("content", [
    "", "{", "[]", "[" * 100_000, '{"format": 1}',
    '{"format": 99, "choices": {}}', '{"format": 1, "choices": []}',
])  # fmt: skip
def test_a_damaged_memory_is_made_anew(model: LoadedModel, tmp_path: Path, content: str) -> None:
    tuning = tmp_path / "tuning.json"
    tuning.write_text(content)
    chosen = choose(model, Settings(precision="fp32"), tuning)
    (kept,) = json.loads(tuning.read_text())["choices"].values()
    assert Execution.from_json(kept) == chosen


@pytest.mark.parametrize("change", [
    {"device": 3}, {"precision": "int3"}, {"layout": []}, {"micro_batch": 0}, {"micro_batch": True},
    {"micro_batch": 10**9}, {"more": 1},
])  # fmt: skip
def test_a_memory_out_of_range_is_measured_again(
    model: LoadedModel, tmp_path: Path, change: dict[str, object]
) -> None:
    tuning = tmp_path / "tuning.json"
    chosen = choose(model, Settings(precision="fp32"), tuning)
    content = json.loads(tuning.read_text())
    (key,) = content["choices"]
    content["choices"][key] |= change
    tuning.write_text(json.dumps(content))
    again = choose(model, Settings(precision="fp32"), tuning)
    assert again.precision == chosen.precision
    assert Execution.from_json(json.loads(tuning.read_text())["choices"][key]) == again


def test_a_cache_that_cannot_be_written_costs_only_the_memory(model: LoadedModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    assert choose(model, Settings(precision="fp32"), tmp_path / "file" / "tuning.json").precision == "fp32"


@pytest.mark.parametrize(("settings", "named"), [
    (Settings(device="cuda:93"), "cpu"), (Settings(device="abacus"), "cpu"),
    (Settings(device="cpu", precision="fp16"), "fp32"),
])  # fmt: skip
def test_what_is_not_there_is_refused_with_what_is(
    model: LoadedModel, tmp_path: Path, settings: Settings, named: str
) -> None:
    with pytest.raises(InferenceError) as refused:
        choose(model, settings, tmp_path / "tuning.json")
    assert named in refused.value.remedy


def test_bfloat16_is_used_only_where_the_processor_multiplies_it(
    model: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.torch.cpu, "get_capabilities", lambda: {"avx512_bf16": False, "avx2": True})
    assert machine.precisions("cpu") == ("fp32",)
    with pytest.raises(InferenceError, match="bf16"):
        choose(model, Settings(device="cpu", precision="bf16"), tmp_path / "tuning.json")
    monkeypatch.setattr(machine.torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    assert machine.precisions("cpu") == ("fp32", "bf16")


def test_wrong_scores_are_no_bargain() -> None:
    surely, fast, broken = Execution(), Execution(precision="bf16"), Execution(precision="fp16")
    measured = [Measured(surely, 3.0, 0.0), Measured(fast, 1.0, 0.011), Measured(broken, 0.5, 1.0)]
    assert best(measured) == surely
    assert best([*measured, Measured(replace(fast, layout="short"), 1.5, 0.009)]).layout == "short"
    # Where only the person's own choice is left, the nearest is taken.
    assert best(measured[1:]) == fast


def test_every_candidate_is_measured_against_the_network(model: LoadedModel) -> None:
    found = candidates(model, "cpu", ("fp32",))
    assert {one.layout for one in found} == {"short", "channels_last"}
    for one in measure(model.network, found):
        assert one.difference < 1e-5
        assert one.seconds > 0


def test_other_families_are_computed_as_they_are() -> None:
    model = loaded(SMALL_MUSICNN, noise(4, SMALL_MUSICNN.window))
    assert {one.layout for one in candidates(model, "cpu", ("fp32", "bf16"))} == {"network"}


def no_room() -> NoReturn:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate\nmore")


def test_what_fails_is_no_candidate(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    real, wide = measurement.prepare, Execution("cpu", "fp32", "channels_last", 8)

    def prepare(network: TaggingNetwork, device: str, precision: Precision, layout: Layout) -> Pipeline:
        return no_room() if layout == "channels_last" else real(network, device, precision, layout)

    monkeypatch.setattr(measurement, "prepare", prepare)
    (left,) = measure(model.network, [wide, replace(wide, layout="network")])
    assert left.candidate.layout == "network"
    with pytest.raises(torch.OutOfMemoryError):
        measure(model.network, [wide])


def test_what_fails_later_is_no_candidate_either(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    real, small = measurement._seconds, Execution("cpu", "fp32", "network", 1)

    def seconds(
        pipeline: Pipeline, probes: Tensor, candidate: Execution, clock: Callable[[], float]
    ) -> float:
        return no_room() if candidate.micro_batch > 1 else real(pipeline, probes, candidate, clock)

    monkeypatch.setattr(measurement, "_seconds", seconds)
    (left,) = measure(model.network, [replace(small, micro_batch=64), small])
    assert left.candidate == small


def test_a_device_that_fails_is_named_and_gives_way_where_nobody_asked_for_it(
    model: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # There is no such device here: whatever is computed on it fails.
    monkeypatch.setattr(execution, "device_named", lambda asked: "mps" if asked in ("auto", "mps") else asked)
    assert choose(model, Settings(), tmp_path / "tuning.json").device == "cpu"
    assert "mps failed" in caplog.text
    with pytest.raises(InferenceError, match="mps failed") as caught:
        choose(model, Settings(device="mps"), tmp_path / "tuning.json")
    assert caught.value.remedy == "choose the device cpu"
