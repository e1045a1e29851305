"""Every way to compute a network gives the network's own answer."""

from dataclasses import replace

import pytest
import torch

from tagger_core.inference import layered
from tagger_core.inference.layered import Layered
from tagger_core.inference.layers import Direct, Short
from tagger_core.inference.pipeline import Layout, Whole, layouts, prepare
from tagger_core.models.samplecnn_configs import SAMPLECNN, SampleCNNConfig
from tests.core.inference.networks import SMALL, SMALL_MUSICNN, calibrated, noise

SHAPES: dict[str, SampleCNNConfig] = {
    "all of width 3": SMALL,
    "even widths": SampleCNNConfig(4, 4, 16, ((4, 16), (4, 16), (2, 24)), last_filters=8),
    "padded as torch does": SampleCNNConfig(2, 2, 8, ((2, 8), (4, 8), (2, 8)), 8, padding="torch"),
    "padded waveform": replace(SMALL, first_padding=1),
    "mixed widths": SampleCNNConfig(3, 3, 32, ((3, 32), (3, 32), (2, 32), (5, 32), (3, 32)), last_filters=8),
    "many frames, wide": SampleCNNConfig(3, 3, 32, ((3, 64),) * 7 + ((3, 32),), last_filters=8),
}


@pytest.mark.parametrize("layout", ["network", "channels_last", "short"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_layout_agrees_with_the_network(shape: str, layout: Layout) -> None:
    config = SHAPES[shape]
    network = calibrated(config, noise(8, config.window))
    windows = noise(3, config.window, seed=1)
    with torch.inference_mode():
        expected = network.embed(windows)
        got = prepare(network, "cpu", "fp32", layout).embed(windows)
    torch.testing.assert_close(torch.sigmoid(got[0]), torch.sigmoid(expected[0]), atol=1e-4, rtol=0)
    torch.testing.assert_close(got[1], expected[1], atol=1e-3, rtol=1e-4)


def test_layers_are_cut_into_windows_and_slabs_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    network = calibrated(SMALL, noise(8, SMALL.window))
    windows = noise(3, SMALL.window, seed=1)
    with torch.inference_mode():
        expected = network.embed(windows)
        monkeypatch.setattr(layered, "_CACHED_BYTES", 4000)
        monkeypatch.setattr(layered, "_SLAB_BYTES", {4: 5000})
        fast = Layered(network, torch.empty(0), short=True)  # type: ignore[arg-type]  # a SampleCNN
        assert fast.layers.alone == 4
        got = fast.embed(windows)
    torch.testing.assert_close(torch.sigmoid(got[0]), torch.sigmoid(expected[0]), atol=1e-4, rtol=0)
    torch.testing.assert_close(got[1], expected[1], atol=1e-3, rtol=1e-4)


def test_short_convolutions_stand_where_they_pay() -> None:
    network = calibrated(SMALL, noise(4, SMALL.window))
    fast = Layered(network, torch.empty(0), short=True)  # type: ignore[arg-type]  # a SampleCNN
    assert [type(module.layer) for module in fast.layers.modules] == [Short, Short] + [Direct] * 4


def test_the_last_windows_of_a_song_are_heard_like_the_others() -> None:
    network = calibrated(SMALL, noise(8, SMALL.window))
    windows = noise(5, SMALL.window, seed=2)
    for layout in layouts(network, "cpu"):
        fast = prepare(network, "cpu", "fp32", layout)
        with torch.inference_mode():
            together, alone = fast.embed(windows)[0], torch.cat([fast.embed(w[None])[0] for w in windows])
        torch.testing.assert_close(torch.sigmoid(alone), torch.sigmoid(together), atol=1e-5, rtol=0)


def test_a_front_end_hears_in_float32_below_layers_in_bfloat16() -> None:
    config = SMALL_MUSICNN
    network = calibrated(config, noise(4, config.window), tags=4)
    assert layouts(network, "cpu") == ("network",)
    fast = prepare(network, "cpu", "bf16", "network")
    assert isinstance(fast, Whole)
    assert fast.samples.dtype == torch.float32
    windows = noise(2, config.window, seed=1)
    with torch.inference_mode():
        logits, embedding = fast.embed(windows)
        expected = torch.sigmoid(network(windows))
    assert logits.dtype == embedding.dtype == torch.float32
    assert (torch.sigmoid(logits) - expected).abs().max() < 0.1


def test_without_modules_of_width_3_nothing_is_short() -> None:
    config = SAMPLECNN["2^13-16384"].scaled(1 / 64)
    network = calibrated(config, noise(2, config.window))
    assert layouts(network, "cpu") == ("network", "channels_last")
    assert layouts(network, "cuda:0") == ("network", "channels_last")
