"""The published SampleCNNs: sizes, shapes, padding, embedding, initialisation."""

import copy
import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tagger_core.errors import ModelError
from tagger_core.models.architectures import build, describe, parse
from tagger_core.models.blocks import same_padding
from tagger_core.models.initialisation import initialise
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import (
    FRAME_RAW,
    FRAME_RAW_AUC,
    PUBLISHED_AUC,
    SAMPLE_RATE_AUC,
    SAMPLE_RATE_TIME,
    SAMPLE_RATES,
    SAMPLECNN,
    SampleCNNConfig,
    samplecnn,
)

GOLDEN = Path(__file__).with_name("golden_samplecnn.csv")
with GOLDEN.open(newline="", encoding="utf-8") as stream:
    ROWS = [
        (row["name"], *(int(row[key]) for key in ("input", "weights", "with_norm", "with_statistics")))
        for row in csv.DictReader(stream)
    ]
SMALL = SampleCNNConfig(2, 2, 4, ((2, 4), (3, 5), (2, 6)), last_filters=7)


def counts(network: torch.nn.Module) -> tuple[int, int, int]:
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm1d)]
    scales = sum(norm.weight.numel() + norm.bias.numel() for norm in norms)
    everything = sum(parameter.numel() for parameter in network.parameters())
    return everything - scales, everything, everything + scales


def test_the_golden_table_has_every_published_model_once() -> None:
    assert [row[0] for row in ROWS] == list(SAMPLECNN)
    assert len(ROWS) == 42 + 7 + 1
    assert set(PUBLISHED_AUC) == {row[0] for row in ROWS[:42]}
    assert max(PUBLISHED_AUC, key=PUBLISHED_AUC.__getitem__) == "3^9-59049"
    assert list(SAMPLE_RATE_AUC) == list(SAMPLE_RATE_TIME) == list(SAMPLE_RATES)
    assert [SAMPLE_RATE_AUC["3333224422-8000hz"], SAMPLE_RATE_TIME["3333224422-8000hz"]] == [0.9031, 0.55]


@pytest.mark.parametrize(("name", "window", "weights", "with_norm", "with_statistics"), ROWS)
def test_a_published_model_has_its_size(
    name: str, window: int, weights: int, with_norm: int, with_statistics: int
) -> None:
    with torch.device("meta"):
        network = build(describe(SAMPLECNN[name]), 50)
    assert network.window == window
    assert counts(network) == (weights, with_norm, with_statistics)
    assert SAMPLECNN[name].weights(50) == weights


@pytest.mark.parametrize("name", [row[0] for row in ROWS])
def test_a_published_model_answers_at_its_window(name: str) -> None:
    with torch.device("meta"):
        network = SampleCNN(SAMPLECNN[name], 50)
        logits, embedding = network.embed(torch.empty(2, network.window))
    assert logits.shape == (2, 50)
    assert embedding.shape == (2, network.dimensions)


def closed_form(m: int, n: int, window: int) -> int:
    """Weights and biases of m^n for 50 tags, term by term as the 2017 paper's Table 1 lists them."""
    first = 128 * (window // m**n) + 128
    lower = 2 * (128 * 128 * m + 128)
    if n == 3:
        upper = 128 * 512 * m + 512
    else:
        upper = (128 * 256 * m + 256) + (n - 4) * (256 * 256 * m + 256) + (256 * 512 * m + 512)
    return first + lower + upper + 513 * 512 + 513 * 50


@pytest.mark.parametrize("row", ROWS[:42], ids=lambda row: row[0])
def test_the_golden_table_agrees_with_a_closed_form(row: tuple[str, int, int, int, int]) -> None:
    name, window, weights, with_norm, with_statistics = row
    m, n = (int(part) for part in name.split("-")[0].split("^"))
    assert weights == closed_form(m, n, window)
    scales = 2 * (3 * 128 + 256 * (n - 3) + 2 * 512)
    assert (with_norm, with_statistics) == (weights + scales, weights + 2 * scales)


def test_the_golden_table_agrees_with_the_anchors_of_the_papers() -> None:
    table = {row[0]: row[1:] for row in ROWS}
    assert table["3^9-59049"] == (59049, 1863986, 1869874, 1875762)
    assert table["3^9-59049-2018"][1] == 2454066
    assert {SAMPLE_RATES[name]: table[name][:2] for name in SAMPLE_RATES} == {
        2000: (5184, 1405234),
        4000: (10368, 1536306),
        8000: (20736, 1667378),
        12000: (31104, 1732914),
        16000: (43740, 1798450),
        20000: (52488, 1798450),
        22050: (59049, 1863986),
    }


def test_each_layer_of_the_paper_has_its_size() -> None:
    with torch.device("meta"):
        network = SampleCNN(SAMPLECNN["3^9-59049"], 50)
    sizes = [
        sum(parameter.numel() for parameter in block.conv.parameters())
        for block in (network.first, *network.stack, network.last)
    ]
    assert sizes == [512, 49280, 49280, 98560, *[196864] * 5, 393728, 262656]
    assert sum(parameter.numel() for parameter in network.dense.parameters()) == 25650


def test_batch_normalisation_and_dropout_are_the_papers() -> None:
    network = SampleCNN(SMALL, 3)
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm1d)]
    assert len(norms) == 5
    assert all((norm.eps, norm.momentum) == (1e-5, 0.01) for norm in norms)
    assert network.dropout.p == 0.5


def test_forward_equals_the_layers_written_out() -> None:
    torch.manual_seed(0)
    network = SampleCNN(SMALL, 3).eval()
    randomise(network)
    waveform = torch.randn(2, SMALL.window)
    weights = network.state_dict()

    def layer(x: torch.Tensor, name: str, pads: tuple[int, int], stride: int = 1) -> torch.Tensor:
        padded = torch.nn.functional.pad(x, pads)
        y = torch.nn.functional.conv1d(
            padded, weights[f"{name}.conv.weight"], weights[f"{name}.conv.bias"], stride=stride
        )
        mean, variance = weights[f"{name}.norm.running_mean"], weights[f"{name}.norm.running_var"]
        scale = weights[f"{name}.norm.weight"] / (variance + 1e-5).sqrt()
        shift = weights[f"{name}.norm.bias"] - mean * scale
        return (y * scale[:, None] + shift[:, None]).clamp(min=0)

    x = layer(waveform[:, None, :], "first", (0, 0), stride=2)
    hidden = []
    for index, (width, pads) in enumerate(((2, (1, 0)), (3, (1, 1)), (2, (1, 0)))):
        x = layer(x, f"stack.{index}", pads)
        x = x.unfold(2, width, width).amax(3)
        hidden.append(x)
    x = layer(x, "last", (0, 0))
    hidden.append(x)
    expected = x[:, :, 0] @ weights["dense.weight"].T + weights["dense.bias"]

    logits, embedding = network.embed(waveform)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(network(waveform), logits)
    torch.testing.assert_close(embedding, torch.cat([layer.amax(2) for layer in hidden[-3:]], dim=1))
    assert embedding.shape[1] == network.dimensions == 5 + 6 + 7


def randomise(network: torch.nn.Module) -> None:
    """Give every parameter and statistic a value that matters."""
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif tensor.is_floating_point():
                tensor.uniform_(-0.5, 0.5)


def test_the_odd_zero_of_an_even_width_lies_left_in_the_framework_of_the_authors() -> None:
    assert [same_padding(width, "framework") for width in (2, 3, 4, 5)] == [(1, 0), (1, 1), (2, 1), (2, 2)]
    assert [same_padding(width, "torch") for width in (2, 3, 4, 5)] == [(0, 1), (1, 1), (1, 2), (2, 2)]


def test_the_output_layer_can_have_any_number_of_tags() -> None:
    assert SampleCNN(SMALL, 1)(torch.zeros(2, SMALL.window)).shape == (2, 1)
    assert SampleCNN(SMALL, 321)(torch.zeros(2, SMALL.window)).shape == (2, 321)


def test_a_waveform_of_another_length_is_refused() -> None:
    network = SampleCNN(SMALL, 2)
    with pytest.raises(ValueError, match=f"not \\[batch, {SMALL.window}\\]"):
        network(torch.zeros(1, SMALL.window + 1))
    with pytest.raises(ValueError, match="batch"):
        network(torch.zeros(SMALL.window))


def test_half_width_halves_every_layer() -> None:
    half = SAMPLECNN["3333224422-8000hz"].scaled(0.5)
    assert half.first_filters == 64
    assert half.modules == (
        (3, 64),
        (3, 64),
        (3, 128),
        (2, 128),
        (2, 128),
        (4, 128),
        (4, 128),
        (2, 128),
        (2, 256),
    )
    assert (half.last_filters, half.window) == (256, 20736)
    assert SMALL.scaled(0.01).modules == ((2, 1), (3, 1), (2, 1))


def test_the_2018_layout_differs_in_one_layer() -> None:
    old, new = samplecnn(3, (3,) * 9), samplecnn(3, (3,) * 9, "2018")
    changed = [(a, b) for a, b in zip(old.modules, new.modules, strict=True) if a != b]
    assert changed == [((3, 256), (3, 512))]


def test_the_frame_level_networks_on_raw_samples_are_those_of_table_3() -> None:
    assert list(FRAME_RAW_AUC.values()) == [0.8655, 0.8742, 0.8823, 0.8906, 0.8936]
    same = {"raw-729-729": "3^4-59049", "raw-243-243": "3^5-59049", "raw-81-81": "3^6-59049"}
    for frame_level, name in same.items():
        assert FRAME_RAW[frame_level] == SAMPLECNN[name]
        assert FRAME_RAW_AUC[frame_level] == PUBLISHED_AUC[name]


@pytest.mark.parametrize(
    ("name", "padding", "n", "weights"), [("raw-729-243", 243, 5, 1169458), ("raw-243-81", 81, 6, 1304114)]
)
def test_filters_longer_than_their_stride_fit_the_same_modules(
    name: str, padding: int, n: int, weights: int
) -> None:
    config = FRAME_RAW[name]
    assert (config.window, config.first_padding, len(config.modules)) == (59049, padding, n)
    assert config.weights(50) == weights
    with torch.device("meta"):
        network = SampleCNN(config, 50)
        assert network.first(torch.empty(2, 1, 59049)).shape == (2, 128, 3**n)
        assert network(torch.empty(2, 59049)).shape == (2, 50)
    assert counts(network)[0] == weights


def test_a_network_can_do_without_batch_normalisation() -> None:
    config = replace(SMALL, batch_norm=False)
    assert parse(describe(config)) == config
    network = SampleCNN(config, 3)
    assert counts(network) == (config.weights(3),) * 3
    waveform = torch.randn(2, SMALL.window)
    normalised = SampleCNN(SMALL, 3).eval()
    normalised.load_state_dict(network.state_dict(), strict=False)
    # Fresh statistics say mean 0 and variance 1.
    torch.testing.assert_close(network.eval()(waveform), normalised(waveform), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("padding", [0, 1])
def test_channels_last_in_memory_changes_nothing_else(batch_norm: bool, padding: int) -> None:
    config = replace(SMALL, first_width=2 + 2 * padding, first_padding=padding, batch_norm=batch_norm)
    torch.manual_seed(0)
    plain = SampleCNN(replace(config, dropout=0.0), 3)
    other = copy.deepcopy(plain)
    other.channels_last = True
    waveform = torch.randn(5, SMALL.window)
    for one in (plain, other):
        logits, embedding = one.embed(waveform)
        (logits.square().sum() + embedding.sum()).backward()
    torch.testing.assert_close(plain(waveform), other(waveform))
    torch.testing.assert_close(dict(plain.state_dict()), dict(other.state_dict()))
    for mine, its in zip(plain.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, its.grad, rtol=1e-4, atol=1e-4)
    plain.eval(), other.eval()
    for mine, its in zip(plain.embed(waveform), other.embed(waveform), strict=True):
        torch.testing.assert_close(mine, its)


def test_he_limits_follow_the_fan_in() -> None:
    torch.manual_seed(0)
    network = SampleCNN(SAMPLECNN["3^9-59049"], 50)
    assert_limit(network.first.conv.weight, math.sqrt(6 / 3))
    assert_limit(network.stack[8].conv.weight, math.sqrt(6 / (3 * 256)))
    assert_limit(network.dense.weight, math.sqrt(6 / 512))
    assert not network.last.conv.bias.any()


def test_the_historical_limits_are_6_5_to_22_6_times_smaller() -> None:
    torch.manual_seed(0)
    network = SampleCNN(SAMPLECNN["3^9-59049"], 50)
    initialise(network, "he-in-out")
    assert_limit(network.first.conv.weight, math.sqrt(6 / 3) / 6.532)
    assert_limit(network.stack[8].conv.weight, math.sqrt(6 / (256 * 512)))
    assert_limit(network.last.conv.weight, math.sqrt(6 / 512) / 22.627)
    assert_limit(network.dense.weight, math.sqrt(6 / 512))


def assert_limit(weight: torch.Tensor, limit: float) -> None:
    weight = weight.detach()
    assert float(weight.abs().max()) <= limit * 1.001
    assert float(weight.abs().max()) > limit * 0.97
    assert abs(float(weight.mean())) < limit * 0.1


def test_a_first_layer_that_makes_too_few_frames_is_refused() -> None:
    with pytest.raises(ModelError, match="makes 11 frames where the pools need 12"):
        SampleCNNConfig(4, 2, 4, SMALL.modules)
