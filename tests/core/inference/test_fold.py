"""Folding changes nothing but the work."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tagger_core.inference.fold import DUST, folded, folded_weights
from tagger_core.inference.pipeline import layouts, prepare
from tagger_core.models.mel import MelFrontEnd
from tests.core.inference.networks import FAMILIES, calibrated, noise


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folded_network_answers_as_before(family: str) -> None:
    config = FAMILIES[family]
    network = calibrated(config, noise(4, config.window), tags=5)
    windows = noise(2, config.window, seed=1)
    with torch.no_grad():
        expected, got = network.embed(windows), folded(network).embed(windows)
    for before, after in zip(expected, got, strict=True):
        torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_front_end_keeps_its_norm(family: str) -> None:
    config = FAMILIES[family]
    network = calibrated(config, noise(2, config.window), tags=3)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    result = folded(network)
    fronts = [module.norm for module in result.modules() if isinstance(module, MelFrontEnd)]
    left = [module for module in result.modules() if isinstance(module, _BatchNorm)]
    assert left == fronts
    assert not result.training
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), "the network itself changed"


def test_a_layer_without_bias_gets_one() -> None:
    conv, norm = nn.Conv1d(2, 3, 3, bias=False), nn.BatchNorm1d(3)
    norm(torch.randn(4, 3, 10) + 2)
    norm.eval()
    weight, bias = folded_weights(conv, norm)
    x = torch.randn(1, 2, 9, dtype=torch.float64)
    got = nn.functional.conv1d(x, weight, bias)
    with torch.no_grad():
        torch.testing.assert_close(got, norm.double()(conv.double()(x)))


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_of_almost_nothing_are_nothing(family: str) -> None:
    """As training leaves them in filters that nobody needs; processors take very long over them."""
    config = FAMILIES[family]
    network = calibrated(config, noise(2, config.window), tags=3)
    with torch.no_grad():
        for weight in network.parameters():
            weight.flatten()[: len(weight.flatten()) // 3] *= 1e-39
    windows = noise(2, config.window, seed=1)
    for layout in layouts(network, "cpu"):
        pipeline = prepare(network, "cpu", "fp32", layout)
        with torch.no_grad():
            for before, after in zip(network.embed(windows), pipeline.embed(windows), strict=True):
                torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)
        held = [values for values in numbers_in(pipeline) if values.is_floating_point()]
        assert held
        for values in held:
            assert not ((values != 0) & (values.abs() < DUST)).any()


def numbers_in(pipeline: object) -> Iterator[torch.Tensor]:
    """Yield every tensor that a pipeline computes with, wherever it keeps it."""
    seen: set[int] = set()
    waiting = [pipeline]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, torch.Tensor):
            yield one
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
        elif hasattr(one, "__dict__"):
            waiting += vars(one).values()
