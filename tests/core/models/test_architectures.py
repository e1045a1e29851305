"""Architectures as data: what is written is read, what cannot be true is refused."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.errors import ModelError
from tagger_core.models.aggregate_configs import MULTI_SCALE, AggregateConfig
from tagger_core.models.architectures import FAMILIES, Config, build, describe, parse
from tagger_core.models.dieleman_configs import DIELEMAN
from tagger_core.models.framemel_configs import FRAME_MEL
from tagger_core.models.mel_configs import CRNN, FCN, MUSICNN
from tagger_core.models.samplecnn_configs import FRAME_RAW, SAMPLECNN

AGGREGATES = {
    row: AggregateConfig(sources=tuple(SAMPLECNN[name] for name in names))
    for row, names in MULTI_SCALE.items()
}
EIGHT = AGGREGATES["2^13 2^14 3^8 3^9 4^6 4^7 5^5 5^6"]
EXAMPLES: dict[str, Config] = {
    "samplecnn": SAMPLECNN["3^9-59049"],
    "framemel": FRAME_MEL["mel-243-81"],
    "dieleman": DIELEMAN["raw-1024-1024-l2-4"],
    "aggregate": AGGREGATES["3^8 3^9"],
    "fcn": FCN,
    "crnn": CRNN,
    "musicnn": MUSICNN["mtat"],
}
PUBLISHED = (SAMPLECNN, FRAME_RAW, FRAME_MEL, DIELEMAN, AGGREGATES, MUSICNN)
EVERY = [*(config for table in PUBLISHED for config in table.values()), FCN, CRNN]
SAMPLE = describe(SAMPLECNN["3^9-59049"])
HOSTILE: list[tuple[str, Any]] = [
    ("first_width", 0),
    ("first_width", -3),
    ("first_width", 3.0),
    ("first_width", True),
    ("first_width", "3"),
    ("first_width", None),
    ("first_width", 10**400),
    ("first_stride", 10**9),
    ("first_filters", 1 << 40),
    ("modules", [[3, 128]]),
    ("modules", [[64, 4096]] * 24),
    ("modules", [[3, 4096]] * 9),
    ("modules", [[2, 1]] * 1_000_000),
    ("modules", [[3, 128, 1]] * 9),
    ("modules", [[3, -1]] * 9),
    ("modules", [[3, [128]]] * 9),
    ("modules", [["3", 128]] * 9),
    ("modules", {"3": 128}),
    ("modules", "33"),
    ("last_filters", -1),
    ("last_filters", 1e9),
    ("dropout", 1.0),
    ("dropout", -0.1),
    ("dropout", float("nan")),
    ("dropout", float("inf")),
    ("dropout", "0.5"),
    ("dropout", 10**400),
    ("first_padding", -1),
    ("first_padding", 10**6),
    ("padding", "same"),
    ("padding", ["framework"]),
    ("batch_norm", 1),
    ("batch_norm", None),
    ("batch_norm", "yes"),
]


@pytest.mark.parametrize("config", EVERY)
def test_a_configuration_survives_its_json(config: Any) -> None:
    assert parse(describe(config)) == config


@pytest.mark.parametrize(("key", "value"), HOSTILE, ids=lambda value: str(value)[:30])
def test_a_hostile_value_is_refused(key: str, value: Any) -> None:
    assert key in SAMPLE
    with pytest.raises(ModelError) as caught:
        parse({**SAMPLE, key: value})
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("config", "key", "value"),
    [
        (FCN, "window", 1 << 30),
        (FCN, "window", 100_000),
        (FCN, "hop", 0),
        (FCN, "hop", 8),
        (FCN, "bands", 10**6),
        (FCN, "high", 9000.0),
        (FCN, "low", 8000.0),
        (FCN, "layers", [[64, 2, 4]] * 3),
        (FCN, "layers", [[4096, 1, 1], [64, 96, 1813], [1, 1, 1]]),
        (CRNN, "layers", [[64, 2, 2], [128, 3, 3]]),
        (CRNN, "recurrent_units", 10**6),
        (CRNN, "recurrent_layers", 0),
        (MUSICNN["mtat"], "vertical", [[204, 97, 7]]),
        (MUSICNN["mtat"], "vertical", [[204, 67, 8]]),
        (MUSICNN["mtat"], "horizontal", []),
        (MUSICNN["mtat"], "block_filters", 10**6),
        (MUSICNN["mtat"], "block_width", 4),
        (MUSICNN["mtat"], "blocks", 1),
        (MUSICNN["mtat"], "dense_units", 0),
        (EIGHT, "sources", []),
        (EIGHT, "sources", [SAMPLE]),
        (EIGHT, "sources", [3]),
        (EIGHT, "sources", [{"first_width": 3}]),
        (EIGHT, "sources", describe(EIGHT)["sources"] * 3),
        (EIGHT, "sources", [{**describe(EIGHT)["sources"][0], "modules": [[2, 4096]] * 13}]),
        (EIGHT, "window", 78124),
        (EIGHT, "window", 1 << 40),
        (EIGHT, "levels", []),
        (EIGHT, "levels", [-1, -2]),
        (EIGHT, "levels", [-1, -1]),
        (EIGHT, "levels", [-4]),
        (EIGHT, "levels", ["-1"]),
        (EIGHT, "levels", [[-1]]),
        (EIGHT, "hidden_units", []),
        (EIGHT, "hidden_units", [8192, 8192, 8192]),
        (EIGHT, "hidden_units", [4096.0]),
        (EIGHT, "hidden_units", 4096),
        (EIGHT, "dropout", 1),
        (FRAME_MEL["mel-243-81"], "length", 730),
        (FRAME_MEL["mel-243-81"], "length", 1),
        (FRAME_MEL["mel-243-81"], "hop", 80),
        (FRAME_MEL["mel-243-81"], "hop", 0),
        (FRAME_MEL["mel-243-81"], "fft", 1 << 20),
        (FRAME_MEL["mel-243-81"], "bands", 4096),
        (FRAME_MEL["mel-243-81"], "modules", [[3, 128]] * 12),
        (FRAME_MEL["mel-243-81"], "modules", [[3, 4096]] * 6),
        (FRAME_MEL["mel-243-81"], "compression", 0),
        (FRAME_MEL["mel-243-81"], "compression", float("inf")),
        (FRAME_MEL["mel-243-81"], "sample_rate", 22050.0),
        (FRAME_MEL["mel-243-81"], "dropout", 1),
        (FRAME_MEL["mel-243-81"], "last_filters", 0),
        (DIELEMAN["mel-512-256"], "input", "image"),
        (DIELEMAN["mel-512-256"], "length", 128),
        (DIELEMAN["mel-512-256"], "stride", 250),
        (DIELEMAN["mel-512-256"], "window", 49153),
        (DIELEMAN["mel-512-256"], "window", 1 << 40),
        (DIELEMAN["mel-512-256"], "nonlinearity", "log-power"),
        (DIELEMAN["mel-512-256"], "pooling", "l2"),
        (DIELEMAN["raw-1024-1024-l2-4"], "length", 1025),
        (DIELEMAN["raw-1024-1024-l2-4"], "pooling", "none"),
        (DIELEMAN["raw-1024-1024-l2-4"], "pooling", "mean"),
        (DIELEMAN["raw-1024-1024-l2-4"], "pool", 3),
        (DIELEMAN["raw-1024-1024-l2-4"], "pool", 0),
        (DIELEMAN["raw-1024-1024-l2-4"], "nonlinearity", "tanh"),
        (DIELEMAN["raw-1024-1024-l2-4"], "channels", 10**6),
        (DIELEMAN["raw-1024-1024-l2-4"], "layers", [[32, 8, 4]]),
        (DIELEMAN["raw-1024-1024-l2-4"], "layers", [[32, 8, 4], [32, 8, 5]]),
        (DIELEMAN["raw-1024-1024-l2-4"], "layers", [[32, 8, 4], [32, 10**5, 4]]),
        (DIELEMAN["raw-1024-1024-l2-4"], "layers", [[4096, 64, 1]] * 8),
        (DIELEMAN["raw-1024-1024-l2-4"], "dense_units", 10**6),
    ],
)
def test_a_hostile_value_of_another_family_is_refused(config: Any, key: str, value: Any) -> None:
    architecture = describe(config)
    assert key in architecture
    with pytest.raises(ModelError):
        parse({**architecture, key: value})


@pytest.mark.parametrize("family", ["SampleCNN", "", None, 3, ["fcn"], "resnet"])
def test_an_unknown_family_is_refused(family: Any) -> None:
    with pytest.raises(ModelError, match="unknown family"):
        parse({**SAMPLE, "family": family})


def test_a_missing_or_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(ModelError, match="lacks modules"):
        parse({key: value for key, value in SAMPLE.items() if key != "modules"})
    with pytest.raises(ModelError, match="unknown key 'surprise'"):
        parse({**SAMPLE, "surprise": 1})


def test_a_file_from_before_a_field_was_there_means_its_default() -> None:
    without = {key: value for key, value in SAMPLE.items() if key not in ("batch_norm", "dropout")}
    assert parse(without) == SAMPLECNN["3^9-59049"]


@pytest.mark.parametrize("tags", [0, -1, 10**9, True])
def test_an_absurd_number_of_tags_is_refused(tags: int) -> None:
    with pytest.raises(ModelError, match="number of tags"):
        build(SAMPLE, tags)


def test_every_family_has_an_example_here() -> None:
    assert {family: type(config) for family, config in EXAMPLES.items()} == FAMILIES


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.data(), family=st.sampled_from(sorted(FAMILIES)))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_file_parses_or_is_refused(data: st.DataObject, family: str) -> None:
    architecture = describe(EXAMPLES[family])
    key = data.draw(st.sampled_from(sorted(architecture)))
    value = data.draw(
        json_values | st.lists(st.lists(st.integers(-5, 5000), min_size=2, max_size=3), max_size=26)
    )
    try:
        parsed = parse({**architecture, key: value})
    except ModelError:
        return
    assert parse(describe(parsed)) == parsed


def test_reading_about_models_does_not_import_torch() -> None:
    program = (
        "import sys\n"
        "from tagger_core.models import architectures, importer, installed, model_file, tag_names\n"
        "from tagger_core.models.samplecnn_configs import SAMPLECNN\n"
        "architectures.parse(architectures.describe(SAMPLECNN['3^9-59049']))\n"
        "assert not {'torch', 'safetensors', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
