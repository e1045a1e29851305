"""Aggregates: sizes, features worked out by hand, frozen sources, the way from trained networks to a file."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tagger_core.models import model_file
from tagger_core.models.aggregate import Aggregate, aggregate
from tagger_core.models.aggregate_configs import CLIP, MULTI_SCALE, MULTI_SCALE_AUC, AggregateConfig
from tagger_core.models.architectures import build, describe
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import PUBLISHED_AUC, SAMPLECNN, SampleCNNConfig
from tests.core.models.small import TAGS, small_info
from tests.core.models.test_samplecnn import counts, randomise

LOW = SampleCNNConfig(2, 2, 4, ((2, 4), (3, 5), (2, 6)), last_filters=7)
HIGH = SampleCNNConfig(3, 3, 4, ((2, 3), (3, 4)), last_filters=5)
SMALL = AggregateConfig(sources=(LOW, HIGH), window=60, hidden_units=(9, 8))


def trained(config: SampleCNNConfig, seed: int) -> SampleCNN:
    torch.manual_seed(seed)
    network = SampleCNN(config, 6)
    randomise(network)
    return network


def weights_of_the_rows() -> dict[str, int]:
    """Weights and biases for 50 tags, each source without its 513 x 50 of the output layer."""
    table = {
        "2^13": 1864882, "2^14": 1996210, "3^8": 1667122, "3^9": 1863986,
        "4^6": 1601202, "4^7": 1863602, "5^5": 1601074, "5^6": 1929010,
    }  # fmt: skip
    # The last module but one has 256 filters, the last and the convolution of width 1 have 512.
    found = {}
    for row in MULTI_SCALE:
        names = row.split()
        features = len(names) * (256 + 512 + 512)
        classifier = (features + 1) * 4096 + 4097 * 4096 + 4097 * 50
        found[row] = sum(table[name] - 513 * 50 for name in names) + classifier
    return found


def test_the_rows_of_the_paper_have_their_sizes() -> None:
    expected = weights_of_the_rows()
    assert expected["3^9"] == 1838336 + 5246976 + 16781312 + 204850 == 24071474
    assert expected["2^13 2^14 3^8 3^9 4^6 4^7 5^5 5^6"] == 14181888 + 58933298 == 73115186
    for row, names in MULTI_SCALE.items():
        config = AggregateConfig(sources=tuple(SAMPLECNN[name] for name in names))
        with torch.device("meta"):
            network = build(describe(config), 50)
        assert counts(network)[0] == config.weights(50) == expected[row]
        assert (network.window, network.dimensions) == (641655, 4096)


def test_the_rows_are_full_depth_models_of_07_to_35_seconds() -> None:
    assert round(29.1 * 22050) == CLIP
    assert list(MULTI_SCALE_AUC.values()) == [0.9046, 0.9061, 0.9061, 0.9064]
    rows = list(MULTI_SCALE.values())
    for smaller, larger in pairwise(rows):
        assert set(smaller) < set(larger)
    for name in rows[-1]:
        config = SAMPLECNN[name]
        assert config.first_width == config.modules[0][0]
        assert 0.7 < config.window / 22050 < 3.55
        assert name in PUBLISHED_AUC


def by_hand(network: SampleCNN, clip: Tensor, levels: tuple[int, ...]) -> Tensor:
    """The features that one network adds: maximum within windows, mean over them, from its own layers."""
    length = network.window
    sums = []
    windows = [clip[:, start : start + length] for start in range(0, clip.shape[1] - length + 1, length)]
    for window in windows:
        x, layers = network.first(window[:, None]), []
        for module in network.stack:
            x = module(x)
            layers.append(x)
        layers.append(network.last(x))
        sums.append(torch.cat([layers[level].amax(2) for level in levels], 1))
    return torch.stack(sums).mean(0)


@pytest.mark.parametrize("levels", [(-3, -2, -1), (-1,), (-2,), (-3, -1)])
def test_features_are_the_levels_of_every_source_side_by_side(levels: tuple[int, ...]) -> None:
    networks = [trained(LOW, 1), trained(HIGH, 2)]
    config = replace(SMALL, levels=levels)
    network = aggregate(networks, config, 3)
    clip = torch.randn(2, 60)
    with torch.no_grad():
        expected = torch.cat([by_hand(one.eval(), clip, levels) for one in networks], dim=1)
        features = network.features(clip)
    assert features.shape == (2, config.dimensions)
    torch.testing.assert_close(features, expected)


def test_logits_and_embedding_are_the_classifier_s() -> None:
    network = Aggregate(SMALL, 3).eval()
    clip = torch.randn(2, 60)
    logits, embedding = network.embed(clip)
    features = network.features(clip)
    first, second = network.classifier.hidden
    hidden = second(first(features).relu()).relu()
    torch.testing.assert_close(embedding, hidden)
    torch.testing.assert_close(logits, network.classifier.dense(hidden))
    torch.testing.assert_close(network.classifier(features), logits)


def test_only_the_classifier_learns() -> None:
    networks = [trained(LOW, 1), trained(HIGH, 2)]
    network = aggregate(networks, SMALL, 3).train()
    before = {name: tensor.clone() for name, tensor in network.sources.state_dict().items()}
    assert network.classifier.training
    network(torch.randn(5, 60)).sum().backward()
    for name, parameter in network.named_parameters():
        assert (parameter.grad is not None) == name.startswith("classifier."), name
        assert parameter.requires_grad == name.startswith("classifier."), name
    for name, tensor in network.sources.state_dict().items():
        assert torch.equal(tensor, before[name]), "a source's statistics moved"


def test_the_networks_keep_their_own_weights() -> None:
    networks = [trained(LOW, 1), trained(HIGH, 2)]
    made = aggregate(networks, SMALL, 3)
    with torch.no_grad():
        made.sources[0].first.conv.weight.zero_()
    assert networks[0].first.conv.weight.any()
    assert networks[0].first.conv.weight.requires_grad


def test_networks_of_another_configuration_are_refused() -> None:
    with pytest.raises(ValueError, match="not the configuration's sources"):
        aggregate([trained(HIGH, 1), trained(LOW, 2)], SMALL, 3)


def test_a_model_file_holds_it_whole(tmp_path: Path) -> None:
    network = aggregate([trained(LOW, 1), trained(HIGH, 2)], SMALL, len(TAGS)).eval()
    path = tmp_path / "aggregate.safetensors"
    info = small_info(architecture=describe(SMALL), window=SMALL.window)
    model_file.save(path, info, network.state_dict())
    loaded = model_file.load(path).network
    clip = torch.randn(2, 60)
    with torch.inference_mode():
        assert torch.equal(loaded(clip), network(clip))
    assert not any(parameter.requires_grad for parameter in loaded.get_submodule("sources").parameters())


def test_the_rest_of_a_clip_that_fills_no_window_is_not_heard() -> None:
    network = Aggregate(replace(SMALL, sources=(LOW,), window=2 * LOW.window + 5), 3).eval()
    clip = torch.randn(1, network.window)
    other = clip.clone()
    other[:, 2 * LOW.window :] = 9
    assert torch.equal(network.features(clip), network.features(other))
