"""Folding changes nothing but the work."""

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tagger_core.inference.fold import folded, folded_weights
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
