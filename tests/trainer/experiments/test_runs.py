"""Behind each row of a table is the run that its labels tell: layers, window, data, recipe."""

from __future__ import annotations

import math

import pytest

from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.errors import RunError
from trainer.experiments.models import MODELS, rate_of
from trainer.experiments.runs import RUNS
from trainer.experiments.scale import scaled
from trainer.experiments.table import Row
from trainer.experiments.tables import TABLES
from trainer.recipes import RECIPES
from trainer.transfer.run import TransferRun


def rows(table: str) -> list[Row]:
    return list(TABLES[table].rows)


@pytest.mark.parametrize("row", rows("lee2017-2"), ids=lambda row: row.runs[0])
def test_a_row_of_2017_table_2_is_its_network(row):
    model, samples, frames, n, width = row.labels
    run = RUNS[row.runs[0]]
    config = run.config
    assert isinstance(config, SampleCNNConfig)
    assert {module[0] for module in config.modules} == {int(model[0])}
    assert (config.window, config.frames) == (int(samples.split()[0]), int(frames))
    assert len(config.modules) == int(n)
    assert config.first_width == config.first_stride == int(width)
    assert (run.data, run.sample_rate, run.recipe) == ("mtat-filtered", 22050, RECIPES["lee2017"])


@pytest.mark.parametrize("row", rows("lee2017-3"), ids=lambda row: row.runs[0])
def test_a_row_of_2017_table_3_is_its_network(row):
    kind, n, window, hop = row.labels
    config = RUNS[row.runs[0]].config
    assert config.window == 59049
    if "mel" in kind:
        assert isinstance(config, FrameMelConfig)
        assert (config.length, config.hop) == (int(window), int(hop))
    else:
        assert isinstance(config, SampleCNNConfig)
        assert (config.first_width, config.first_stride) == (int(window), int(hop))
    assert len(config.modules) == int(n)
    assert math.prod(width for width, _ in config.modules) * int(hop) == 59049


@pytest.mark.parametrize("row", rows("lee2018-5"), ids=lambda row: row.labels[0])
def test_a_sampling_rate_is_heard_by_its_digits(row):
    rate, digits = row.labels
    run = RUNS[row.runs[0]]
    assert isinstance(run.config, SampleCNNConfig)
    widths = [run.config.first_width, *(width for width, _ in run.config.modules)]
    assert "-".join(map(str, widths)) == digits
    assert f"{run.sample_rate} Hz" == rate
    assert {cell.run for cell in row.cells} == {run.name}


@pytest.mark.parametrize("row", rows("lee2018-4"), ids=lambda row: row.runs[0])
def test_a_multi_scale_row_joins_its_networks_at_all_three_levels(row):
    run = RUNS[row.runs[0]]
    assert isinstance(run, TransferRun)
    assert isinstance(run.config, AggregateConfig)
    names = [f"{model[0]}^{model[2:]}" for model in row.labels[0].split(", ")]
    found = [f"{source.modules[0][0]}^{len(source.modules)}" for source in run.config.sources]
    assert found == names
    assert tuple(RUNS[name].config for name in run.sources) == run.config.sources
    assert {RUNS[name].data for name in run.sources} == {run.data} == {"mtat-filtered"}
    assert run.config.levels == (-3, -2, -1)
    assert run.config.hidden_units == (4096, 4096)


@pytest.mark.parametrize(("place", "levels"), [(-4, (-3,)), (-3, (-2,)), (-2, (-1,)), (-1, (-3, -2, -1))])
def test_a_transfer_row_takes_its_layers_from_msd_to_four_sets(place, levels):
    row = TABLES["lee2018-6"].rows[place]
    assert row.labels[0].startswith("last 3" if len(levels) == 3 else f"{levels[0]} layer")
    runs = [RUNS[cell.run] for cell in row.cells]
    assert [run.data for run in runs] == ["gtzan", "mtat-filtered", "tagtraum", "msd"]
    for run in runs:
        assert isinstance(run, TransferRun)
        assert run.aggregate.levels == levels
        assert run.sources == ("lee2017-m3n9-59049-msd",)
        assert (RUNS[run.sources[0]].data, RUNS[run.sources[0]].recipe.batch) == ("msd", 50)
    assert [run.recipe.batch for run in runs] == [23, 23, 23, 50]


@pytest.mark.parametrize("row", rows("dieleman2014-1"), ids=lambda row: "-".join(row.labels))
def test_a_row_of_2014_table_1_is_its_two_networks(row):
    for cell, kind in zip(row.cells, ("mel", "raw"), strict=True):
        run = RUNS[cell.run]
        assert isinstance(run.config, DielemanConfig)
        assert run.config.input == kind
        assert (str(run.config.length), str(run.config.stride)) == row.labels
        assert (run.data, run.sample_rate, run.recipe) == ("mtat-all", 16000, RECIPES["dieleman2014"])


def test_the_rows_of_2014_tables_2_and_3_differ_in_what_they_compare():
    nonlinear = [RUNS[row.runs[0]].config for row in rows("dieleman2014-2")]
    assert [config.nonlinearity for config in nonlinear] == ["relu", "log-power", "log-magnitude"]
    pooled = {row.labels: RUNS[row.runs[0]].config for row in rows("dieleman2014-3")}
    for (kind, size), config in pooled.items():
        assert isinstance(config, DielemanConfig)
        assert config.pool == int(size)
        assert config.pooling == {"no": "none", "L2": "l2", "max": "max"}[kind.replace("-", " ").split()[0]]


@pytest.mark.parametrize("name", RUNS)
def test_a_scaled_network_hears_the_same_window(name):
    config = RUNS[name].config
    small = scaled(config, 1 / 64)
    assert small.window == config.window
    assert scaled(config, 1) is config
    assert small.weights(50) < config.weights(50) / 3  # type: ignore[union-attr]


def test_what_is_no_network_of_the_papers_is_not_scaled():
    from tagger_core.models.mel_configs import FCN

    with pytest.raises(RunError, match="cannot be scaled"):
        scaled(FCN, 0.5)


def test_every_architecture_has_the_rate_of_its_paper():
    assert {rate_of(name) for name in MODELS if name.startswith("dieleman-")} == {16000}
    assert rate_of("3^9-59049") == rate_of("mel-243-81") == 22050
    assert rate_of("3333224422-8000hz") == 8000
    assert len(MODELS) == 42 + 7 + 1 + 5 + 5 + 16
