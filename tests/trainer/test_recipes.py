"""The recipes are what the papers say, and nothing else is taken for one."""

from __future__ import annotations

import dataclasses
import json

import pytest

from trainer.errors import RunError
from trainer.recipes import MSD_BATCH, RECIPES, Recipe


def test_the_papers_recipe_is_the_papers() -> None:
    lee = RECIPES["lee2017"]
    assert (lee.optimiser, lee.momentum, lee.rate, lee.decay) == ("sgd", 0.9, 0.01, 0.0)
    assert (lee.batch, MSD_BATCH, lee.crops) == (23, 50, "all")
    assert (lee.schedule, lee.patience, lee.factor, lee.falls) == ("plateau", 3, 1 / 5, 4)
    assert lee.rate * lee.factor**lee.falls == pytest.approx(0.000016)
    assert lee.best == "loss"


def test_the_authors_code_differs_in_three_things() -> None:
    lee, code = RECIPES["lee2017"].to_json(), RECIPES["lee2017-code"].to_json()
    different = {name: value for name, value in code.items() if value != lee[name]}
    assert different == {"slowing": 1e-6, "restart": True, "initialisation": "he-in-out"}


def test_dieleman_makes_five_million_updates_of_ten_windows() -> None:
    dieleman = RECIPES["dieleman2014"]
    assert dieleman.round_steps is not None
    assert dieleman.rounds * dieleman.round_steps == 5_000_000
    assert (dieleman.batch, dieleman.momentum, dieleman.best) == (10, 0.0, "roc_auc")


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_survives_json(name: str) -> None:
    assert Recipe.from_json(json.loads(json.dumps(RECIPES[name].to_json()))) == RECIPES[name]


@pytest.mark.parametrize(
    "change",
    [
        {"batch": 0},
        {"batch": 2.5},
        {"batch": True},
        {"rate": 0.0},
        {"rate": float("nan")},
        {"rate": "fast"},
        {"crops": "some"},
        {"optimiser": "adam"},
        {"average": 1.0},
        {"round_steps": 0},
        {"restart": 1},
        {"precision": "fp16"},
    ],
)
def test_what_is_out_of_range_is_refused_by_name(change: dict[str, object]) -> None:
    with pytest.raises(RunError, match=next(iter(change))):
        dataclasses.replace(RECIPES["lee2017"], **change)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("content", [None, [], {"batch": 3}, {"batch": 3, "rate": 0.1, "magic": 1}])
def test_what_is_no_recipe_is_refused(content: object) -> None:
    with pytest.raises(RunError, match="not a recipe"):
        Recipe.from_json(content)
