"""Theirs beside ours: means, spreads, what was never run, what it was measured on, and what follows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from trainer.experiments.render import Circumstances, as_csv, markdown
from trainer.experiments.result import Result, verdict
from trainer.experiments.table import NOTHING, Cell, Claim, Row, Table

SIZES = {"train": 12, "validation": 1, "test": 3}
PLAIN = Circumstances((), "earmark-train table tiny --data d --runs r", 1)
TABLE = Table(
    "tiny",
    "Deep and shallow",
    "Somebody 2017, Table 9",
    ("model", "f(x)"),
    ("time", "MTAT (ROC-AUC)"),
    (
        Row(("deep", "|x|"), (Cell("deep", 1.0, "time"), Cell("deep", 0.9055))),
        Row(("shallow", "x"), (Cell("shallow", 0.25, "time"), Cell("shallow", 0.8655))),
        Row(("another's", ""), (NOTHING, Cell("", 0.8487))),
    ),
    unit_of_time="deep",
    claims=(Claim("deeper is better", "deep", "shallow"), Claim("it learns", "deep", 0.9)),
)


def result(
    run: str, value: float, *, seed: int = 0, pace: float = 0.5, half: float = 0.01, **more: Any
) -> Result:
    values: dict[str, Any] = {"data": "mtat-filtered", "checksum": "c0ffee", "recipe": "lee2017", **more}
    return Result(
        run, seed, sizes=SIZES, measures={"roc_auc": value}, interval=(value - half, value + half), pace=pace,
        **values,
    )  # fmt: skip


def cells(text: str, label: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {label} |"))
    return [cell.strip() for cell in line.strip("|").replace("\\|", "/").split("|")]


def test_our_number_stands_beside_theirs_with_the_difference():
    text = markdown(TABLE, {"deep": [result("deep", 0.9155)]}, PLAIN)
    assert cells(text, "deep") == [
        "deep",
        "/x/",
        "1.0000",
        "1.0000",
        "+0.0000",
        "0.9055",
        "0.9155",
        "+0.0100",
    ]


def test_what_was_never_run_says_so_and_another_work_is_not_ours_to_run():
    text = markdown(TABLE, {"deep": [result("deep", 0.9)]}, PLAIN)
    assert cells(text, "shallow")[2:] == ["0.2500", "not run", "", "0.8655", "not run", ""]
    assert cells(text, "another's")[2:] == ["", "", "", "0.8487", "", ""]


def test_seeds_give_a_mean_and_a_standard_deviation():
    found = {"deep": [result("deep", 0.90), result("deep", 0.92, seed=1)]}
    assert "0.9100 ± 0.0141" in markdown(TABLE, found, Circumstances((), "c", 2))


def test_seeds_that_are_still_to_come_are_counted():
    found = {"deep": [result("deep", 0.90), result("deep", 0.92, seed=1)]}
    assert "(2 of 3 seeds)" in markdown(TABLE, found, Circumstances((), "c", 3))


def test_areas_on_a_set_without_genres_are_not_compared_with_accuracy():
    table = replace(TABLE, rows=(Row(("deep", ""), (NOTHING, Cell("deep", 0.778, "accuracy"))),))
    text = markdown(table, {"deep": [result("deep", 0.9155)]}, PLAIN)
    assert cells(text, "deep")[5:] == ["0.7780", "0.9155 (roc_auc)", ""]


def test_time_is_a_share_of_the_unit():
    found = {"deep": [result("deep", 0.9, pace=0.4)], "shallow": [result("shallow", 0.8, pace=0.1)]}
    assert cells(markdown(TABLE, found, PLAIN), "shallow")[3] == "0.2500"


def test_time_without_the_unit_is_not_run():
    found = {"shallow": [result("shallow", 0.8)]}
    assert cells(markdown(TABLE, found, PLAIN), "shallow")[3] == "not run"


def test_the_split_the_recipe_and_the_command_stand_below():
    text = markdown(TABLE, {"deep": [result("deep", 0.9)]}, PLAIN)
    assert "| deep | mtat-filtered | 12 | 1 | 3 | c0ffee | lee2017 |" in text
    assert text.endswith("\n    earmark-train table tiny --data d --runs r\n")


def test_every_departure_from_the_paper_stands_in_the_head():
    text = markdown(TABLE, {}, Circumstances(("trained on toy", "0.25 times the filters"), "c", 1))
    assert "**Not as in the paper:** trained on toy; 0.25 times the filters." in text.split("|")[0]
    assert "Not as in the paper" not in markdown(TABLE, {}, PLAIN)


@pytest.mark.parametrize(
    ("deep", "shallow", "word"),
    [(0.95, 0.85, "holds"), (0.85, 0.95, "does not hold"), (0.905, 0.9, "undecided")],
)
def test_a_claim_is_held_against_the_numbers_and_their_intervals(deep, shallow, word):
    found = {"deep": [result("deep", deep)], "shallow": [result("shallow", shallow)]}
    assert verdict(TABLE.claims[0], found).word == word


def test_a_claim_may_name_a_number_and_waits_for_its_runs():
    assert verdict(TABLE.claims[1], {"deep": [result("deep", 0.95)]}).word == "holds"
    assert verdict(TABLE.claims[0], {"deep": [result("deep", 0.95)]}).word == "not run"
    assert "| deeper is better | 0.9500 | not run | not run |" in markdown(
        TABLE, {"deep": [result("deep", 0.95)]}, PLAIN
    )


def test_programs_get_every_number_with_all_that_it_rests_on():
    found = {"deep": [result("deep", 0.90), result("deep", 0.92, seed=1)]}
    rows = list(csv.DictReader(io.StringIO(as_csv(TABLE, found, PLAIN))))
    assert [(row["run"], row["column"]) for row in rows] == [
        ("deep", "time"), ("deep", "MTAT (ROC-AUC)"), ("shallow", "time"), ("shallow", "MTAT (ROC-AUC)"),
        ("", "MTAT (ROC-AUC)"),
    ]  # fmt: skip
    assert rows[1]["ours"] == "0.910000"
    assert rows[1]["sd"] == "0.014142"
    assert rows[1]["seeds"] == "2"
    assert rows[1]["checksum"] == "c0ffee"
    assert [row["ours"] for row in rows[2:]] == ["not run", "not run", ""]


def test_a_row_that_does_not_fit_its_headings_is_refused():
    with pytest.raises(ValueError, match="headings"):
        Table("t", "", "", ("a", "b"), ("c",), (Row(("one",), (NOTHING,)),))
