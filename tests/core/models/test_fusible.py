"""What a compiler is given in other words gives the same answers and learns the same."""

from __future__ import annotations

import pytest
import torch

from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig

CONFIGS = (
    SampleCNNConfig(3, 3, 8, ((3, 8), (2, 8), (3, 4)), 16, 0.0),
    SampleCNNConfig(9, 3, 8, ((4, 8), (2, 8), (3, 4)), 16, 0.0, 3),
)


@pytest.mark.parametrize("config", CONFIGS, ids=["side by side", "overlapping"])
def test_a_compiled_network_is_the_network(config: SampleCNNConfig) -> None:
    torch.manual_seed(0)
    network = SampleCNN(config, 5)
    network.channels_last = True
    waves = torch.randn(6, network.window)
    found = []
    for forward in (network, torch.compile(network, backend="eager")):
        network.zero_grad()
        logits = forward(waves)
        logits.square().sum().backward()
        found.append([logits.detach(), *(p.grad.clone() for p in network.parameters())])
    for plain, compiled in zip(*found, strict=True):
        assert torch.allclose(plain, compiled, atol=1e-4, rtol=1e-3)
