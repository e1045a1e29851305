"""The tables hold what the papers print; `published.csv` was read off them apart from the code."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest

from tagger_core.models.aggregate_configs import MULTI_SCALE
from tagger_core.models.samplecnn_configs import SAMPLE_RATES, SAMPLECNN
from trainer.experiments.tables import TABLES

PRINTED = Path(__file__).with_name("published.csv")
ALL_RUNS = {run for table in TABLES.values() for run in table.runs}


def printed(table: str) -> list[tuple[str, str, float]]:
    with PRINTED.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["table"] == table]
    return [(row["row"], row["column"], float(row["value"])) for row in rows]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_number_is_the_papers(name):
    table = TABLES[name]
    ours = [
        ("; ".join(row.labels), column, cell.published)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.published is not None
    ]
    assert sorted(ours) == sorted(printed(name))


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("lee2017-2",), 42),
        (("lee2017-2", "lee2017-3"), 49),
        (("lee2018-2",), 13),
        (("lee2018-4",), 4),
        (("lee2018-5",), 7),
        (("lee2018-6",), 18),
        (("dieleman2014-1", "dieleman2014-2", "dieleman2014-3"), 16),
    ],
)
def test_there_are_as_many_distinct_runs_as_the_papers_made(names, count):
    assert len({run for name in names for run in TABLES[name].runs}) == count


def test_a_row_that_two_tables_share_is_one_run():
    assert set(TABLES["lee2018-2"].runs) == set(TABLES["lee2017-3"].runs)
    shared = set(TABLES["lee2017-2"].runs) & set(TABLES["lee2017-3"].runs)
    assert {f"lee2017-m3n{n}-59049" for n in range(4, 10)} == shared
    assert shared & set(TABLES["lee2018-5"].runs) == {"lee2017-m3n9-59049"}


def test_the_names_of_runs_are_fit_for_files():
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", run) for run in ALL_RUNS)


def test_the_inputs_of_the_sampling_rates_are_those_of_2018_table_3():
    windows = {SAMPLE_RATES[name]: SAMPLECNN[name].window for name in SAMPLE_RATES}
    expected = {2000: 5184, 4000: 10368, 8000: 20736, 12000: 31104, 16000: 43740, 20000: 52488, 22050: 59049}
    assert windows == expected


def test_the_weights_of_the_sampling_rates_are_those_of_the_2017_plan():
    weights = [SAMPLECNN[name].weights(50) for name in SAMPLE_RATES]
    assert weights == [1405234, 1536306, 1667378, 1732914, 1798450, 1798450, 1863986]


def test_the_joined_networks_hear_700_ms_to_3_and_a_half_seconds():
    joined = list(MULTI_SCALE.values())
    windows = [SAMPLECNN[name].window / 22050 for name in joined[-1]]
    assert len(windows) == 8
    assert round(min(windows), 1) == 0.7
    assert round(max(windows), 1) == 3.5
    assert all(set(fewer) < set(more) for fewer, more in itertools.pairwise(joined))
