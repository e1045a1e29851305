"""What the loop promises of any network and any source: it learns, it stops with a reason, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from tagger_core.errors import Cancelled
from trainer.errors import RunError
from trainer.recipes import RECIPES, Recipe
from trainer.training.averages import Average
from trainer.training.batches import Examples
from trainer.training.devices import open_fabric
from trainer.training.learner import Learner
from trainer.training.loop import batches, fit
from trainer.training.run_folder import LAST, Metrics, load_best
from trainer.training.steps import tag_loss

if TYPE_CHECKING:
    from lightning.fabric import Fabric

PLAIN = Recipe(batch=4, rate=0.1, schedule="constant", rounds=3)
EVERYTHING = replace(
    RECIPES["modern"], batch=4, rate=0.01, rounds=3, round_steps=7, average=0.9, precision="fp32"
)
"""All that a checkpoint must hold: moments of AdamW, averaged weights, rounds that end within epochs."""


class Points:
    """Points of the plane and whether they lie above two lines; one can be spoilt."""

    batch = 4
    steps = 10

    def __init__(self, spoilt_step: int | None = None) -> None:
        self.spoilt_step = spoilt_step

    def epoch(self, number: int, first: int = 0) -> Examples:
        random = np.random.default_rng(number)
        points = torch.from_numpy(random.standard_normal((self.steps, self.batch, 2)).astype(np.float32))
        labels = torch.stack([points[..., 0] > 0, points.sum(-1) > 0], dim=-1).float()
        if self.spoilt_step is not None and number == self.spoilt_step // self.steps:
            points[self.spoilt_step % self.steps, 1, 0] = torch.nan
        yield from zip(points[first:], labels[first:], strict=True)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))


def validate(network: nn.Module) -> dict[str, float]:
    assert not network.training
    points, labels = next(Points().epoch(99))
    with torch.no_grad():
        loss = float(tag_loss(network(points), labels))
    return {"loss": loss, "roc_auc": 1 - loss}


@pytest.fixture(scope="module")
def fabric() -> Fabric:
    return open_fabric("cpu")


def curve(folder: Path) -> list[dict[str, float]]:
    """The learning curve but for what the clock says."""
    return [{k: v for k, v in row.items() if k != "seconds"} for row in Metrics(folder).rows()]


def trained(fabric: Fabric, folder: Path, recipe: Recipe, cancelled: Callable[[], bool]) -> None:
    fit(
        network(),
        Points(),
        validate,
        criterion=tag_loss,
        recipe=recipe,
        folder=folder,
        fabric=fabric,
        cancelled=cancelled,
    )


def test_steps_go_through_epochs_one_after_the_other() -> None:
    heard = [points for points, _ in batches(Points(), 7, 16)]
    expected = [points for epoch in range(3) for points, _ in Points().epoch(epoch)][7:23]
    assert torch.equal(torch.stack(heard), torch.stack(expected))


def test_it_learns_and_keeps_the_best_weights(fabric: Fabric, tmp_path: Path) -> None:
    recipe = replace(PLAIN, rounds=8)
    fit(network(), Points(), validate, criterion=tag_loss, recipe=recipe, folder=tmp_path, fabric=fabric)
    rows = curve(tmp_path)
    assert [row["step"] for row in rows] == [10 * (i + 1) for i in range(8)]
    assert rows[-1]["segments"] == 320
    assert rows[-1]["train_loss"] < 0.7 * rows[0]["train_loss"]
    best = network()
    best.load_state_dict(load_best(tmp_path))
    assert validate(best.eval())["loss"] == min(row["validation_loss"] for row in rows)


@pytest.mark.parametrize("recipe", [PLAIN, EVERYTHING], ids=["sgd", "everything"])
@pytest.mark.parametrize("stops", [(3,), (4, 1, 7)])
def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(
    recipe: Recipe, stops: tuple[int, ...], fabric: Fabric, tmp_path: Path
) -> None:
    def once(folder: Path, steps: int) -> None:
        left = iter(range(steps))
        trained(fabric, folder, recipe, lambda: next(left, None) is None)

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    once(whole, 1000)
    for steps in stops:
        with pytest.raises(Cancelled):
            once(parts, steps)
    once(parts, 1000)
    assert curve(parts) == curve(whole)
    weights = load_best(whole)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in load_best(parts).items())


def test_rounds_of_a_single_step_can_be_stopped_too(fabric: Fabric, tmp_path: Path) -> None:
    recipe = replace(PLAIN, rounds=5, round_steps=1)
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        trained(fabric, tmp_path, recipe, lambda: next(asked))
    assert [row["round"] for row in curve(tmp_path)] == [1, 2]
    # What is finished is not stopped any more.
    trained(fabric, tmp_path, recipe, lambda: len(curve(tmp_path)) == 5)
    assert [row["round"] for row in curve(tmp_path)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("step", [0, 13])
def test_a_loss_that_is_no_number_names_its_step(step: int, fabric: Fabric, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=f"step {step + 1} is nan") as caught:
        fit(
            network(),
            Points(spoilt_step=step),
            validate,
            criterion=tag_loss,
            recipe=PLAIN,
            folder=tmp_path,
            fabric=fabric,
        )
    assert "audio" in str(caught.value)


def test_a_validation_loss_that_is_no_number_stops(fabric: Fabric, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="validation loss of round 1 is nan"):
        fit(
            network(),
            Points(),
            lambda _: {"loss": float("nan"), "roc_auc": 0.5},
            criterion=tag_loss,
            recipe=PLAIN,
            folder=tmp_path,
            fabric=fabric,
        )


def test_a_damaged_checkpoint_is_refused(fabric: Fabric, tmp_path: Path) -> None:
    (tmp_path / LAST).write_bytes(b"no checkpoint")
    with pytest.raises(RunError, match="cannot be read"):
        learner(fabric, tmp_path).resume()


def learner(fabric: Fabric, folder: Path, recipe: Recipe = PLAIN) -> Learner:
    return Learner(
        network(),
        Points(),
        criterion=tag_loss,
        recipe=recipe,
        folder=folder,
        fabric=fabric,
        way="eager",
        seed=0,
    )


def test_a_new_stage_begins_at_the_best_weights_of_the_last_with_a_new_optimiser(
    fabric: Fabric, tmp_path: Path
) -> None:
    recipe = replace(RECIPES["lee2017-code"], batch=4, round_steps=1)
    training = learner(fabric, tmp_path, recipe)
    inputs: Iterator[tuple[torch.Tensor, torch.Tensor]] = batches(Points(), 0, 100)
    weights = []
    for loss in (0.5, 0.3, 0.4, 0.4, 0.4, 0.4):
        training.take_step(*next(inputs))
        weights.append({name: tensor.clone() for name, tensor in training.network.state_dict().items()})
        training.end_round({"loss": loss, "roc_auc": 0.5})
    now = training.network.state_dict()
    assert all(torch.equal(now[name], tensor) for name, tensor in weights[1].items())
    assert not torch.equal(now["0.weight"], weights[-1]["0.weight"])
    momenta = [state["momentum_buffer"] for state in training.optimiser.state.values()]
    assert momenta
    assert all(not momentum.any() for momentum in momenta)


def test_the_average_follows_slowly_and_forgets_the_first_weights() -> None:
    network = nn.Linear(1, 1)
    average = Average(network, 0.9)
    expected = network.weight.item()
    for step in range(1, 400):
        with torch.no_grad():
            network.weight.fill_(step / 100)
        average.follow(step)
        keep = min(0.9, step / (step + 20))
        expected = keep * expected + (1 - keep) * step / 100
        assert average.network.weight.item() == pytest.approx(expected, rel=1e-4)
    assert average.network.weight.item() == pytest.approx(3.99 - 0.09, abs=1e-3)
