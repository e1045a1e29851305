"""The training loop: steps, and after each round a validation that decides everything.

The test split is never read here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from torch import nn
from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

from tagger_core.errors import Cancelled
from trainer.recipes import Recipe
from trainer.training.batches import Examples, Source
from trainer.training.board import Board
from trainer.training.learner import Learner
from trainer.training.steps import Criterion, Way

if TYPE_CHECKING:
    from lightning.fabric import Fabric

_log = logging.getLogger(__name__)

Validate = Callable[[nn.Module], Mapping[str, float]]
"""A network in evaluation mode -> its figures on the validation split: loss, and any others by name."""

LOOK_EVERY = 50
"""Steps between two looks at the losses, each of which waits for the device."""


def never() -> bool:
    """Return False: nobody asks for a stop."""
    return False


def fit(
    network: nn.Module,
    source: Source,
    validate: Validate,
    *,
    criterion: Criterion,
    recipe: Recipe,
    folder: Path,
    fabric: Fabric,
    way: Way = "eager",
    seed: int = 0,
    cancelled: Callable[[], bool] = never,
    progress: bool = False,
    board: bool = False,
) -> None:
    """Train a network, or go on where the checkpoint in the folder stopped.

    The best weights, the learning curve and the checkpoint lie in the folder; see docs/training.md.

    Args:
        network: any, with its first weights; it ends with its last ones.
        source: what it learns from.
        validate: judges the weights after each round.
        criterion: the loss.
        recipe: how it learns.
        folder: of the run; `run_folder.claimed` guards it.
        fabric: device, precision and processes, launched.
        way: how steps are run.
        seed: of dropout; each process draws its own masks.
        cancelled: asked between steps and between rounds; the training is saved, then ends.
        progress: whether a bar shows how each round goes.
        board: whether files for TensorBoard are written as well.

    Raises:
        Cancelled: `cancelled` said so; the next call goes on from there.
        RunError: a loss is not a number, or the checkpoint is damaged.
    """
    learner = Learner(
        network,
        source,
        criterion=criterion,
        recipe=recipe,
        folder=folder,
        fabric=fabric,
        way=way,
        seed=seed,
    )
    learner.resume()
    with Board(folder if board and fabric.is_global_zero else None, learner.at.step) as curve:
        while not learner.at.over:
            train_round(learner, source, cancelled, progress)
            row = learner.end_round(validate(learner.judged().eval()))
            curve.add(row)
            if fabric.is_global_zero:
                _log.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in row.items()))
            learner.save()
            # A round of few songs may be a single step, with nothing between.
            if not learner.at.over and learner.all_agree(cancelled, looking=True):
                raise Cancelled
    learner.finish()


def train_round(learner: Learner, source: Source, cancelled: Callable[[], bool], progress: bool) -> None:
    """Take the steps that are left of a round, and look at the losses now and then."""
    at = learner.at
    learner.network.train()
    bar = tqdm(
        initial=at.steps - at.left,
        total=at.steps,
        desc=f"round {at.round + 1}",
        unit="step",
        disable=not progress or not learner.fabric.is_global_zero,
    )
    with bar, closing(batches(source, at.step, at.left)) as coming:
        for inputs, labels in coming:
            learner.take_step(inputs, labels)
            bar.update()
            looking = at.step % LOOK_EVERY == 0 or not at.left
            if looking:
                bar.set_postfix(loss=f"{learner.look():.4f}", refresh=False)
            if at.left and learner.all_agree(cancelled, looking):
                learner.save()
                raise Cancelled
            if at.left and learner.all_agree(learner.is_save_due, looking):
                learner.save()


def batches(source: Source, step: int, count: int) -> Examples:
    """Yield what so many steps learn from, epoch after epoch, the first being step number `step`."""
    while count:
        epoch, first = divmod(step, source.steps)
        some = min(count, source.steps - first)
        with closing(source.epoch(epoch, first)) as coming:
            yield from islice(coming, some)
        step, count = step + some, count - some
