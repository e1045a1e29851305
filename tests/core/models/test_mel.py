"""The mel front end keeps its precision whatever the layers above it compute in."""

import pytest
import torch

from tagger_core.models.architectures import build, describe
from tagger_core.models.mel_configs import MUSICNN


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float64])
def test_the_front_end_stays_in_float32(kind: torch.dtype) -> None:
    torch.manual_seed(0)
    network = build(describe(MUSICNN["mtat"]), 50).eval()
    waveform = torch.randn(1, network.window) * 0.1
    with torch.inference_mode():
        expected, _ = network.embed(waveform)
        network.to(kind)
        logits, embedding = network.embed(waveform.to(kind))
    assert {tensor.dtype for tensor in network.front.buffers() if tensor.is_floating_point()} == {
        torch.float32
    }
    assert network.dense.weight.dtype == logits.dtype == embedding.dtype == kind
    torch.testing.assert_close(logits.float(), expected, rtol=0.1, atol=0.03)


def test_a_model_file_does_not_hold_what_follows_from_the_configuration() -> None:
    with torch.device("meta"):
        network = build(describe(MUSICNN["mtat"]), 50)
    assert not [name for name in network.state_dict() if name.startswith("front.mel")]


def test_silence_gives_finite_logits() -> None:
    network = build(describe(MUSICNN["mtat"]), 50).eval()
    with torch.inference_mode():
        assert bool(torch.isfinite(network(torch.zeros(1, network.window))).all())
