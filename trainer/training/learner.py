"""A training as it stands between two steps: what is computed on, and all that a checkpoint keeps of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from trainer.errors import RunError
from trainer.recipes import Criterion as Measure
from trainer.recipes import Recipe
from trainer.training import checkpoints
from trainer.training.averages import Average
from trainer.training.batches import Source
from trainer.training.devices import synchronised, total
from trainer.training.run_folder import FINISHED, LAST, Metrics, save_best, write_json
from trainer.training.schedules import Progress
from trainer.training.steps import (
    Criterion,
    RecordedStep,
    Step,
    Way,
    forget,
    load_optimiser,
    optimiser_of,
    set_rate,
)

if TYPE_CHECKING:
    from lightning.fabric import Fabric

SAVE_EVERY = 600.0
"""Seconds after which a checkpoint is written within a round."""


class Learner:
    """A network, what moves it, and how far it has come. Arguments as `loop.fit`.

    Attributes:
        network: what learns.
        at: steps and rounds so far, the rate, and whether training is over.
    """

    def __init__(
        self,
        network: nn.Module,
        source: Source,
        *,
        criterion: Criterion,
        recipe: Recipe,
        folder: Path,
        fabric: Fabric,
        way: Way,
        seed: int,
    ) -> None:
        self.recipe, self.folder, self.fabric, self.seed = recipe, folder, fabric, seed
        self.at = Progress(recipe, recipe.round_steps or source.steps)
        self.batch = source.batch
        self.network = synchronised(network, fabric).to(fabric.device)
        self.optimiser = optimiser_of(self.network, recipe, fabric.device)
        # Fabric takes a compiled network apart and compiles what it makes of it for several processes.
        whole: Any = torch.compile(self.network) if way == "compiled" else self.network
        wrapped = fabric.setup_module(whole)
        self.step: Step | RecordedStep = Step(wrapped, self.optimiser, criterion, fabric, source.batch)
        if way != "eager" and fabric.device.type == "cuda" and fabric.world_size == 1:
            self.step = RecordedStep(self.step)
        self.average = Average(self.network, recipe.average) if recipe.average else None
        self.losses = torch.zeros(self.at.steps, device=fabric.device)
        self.looked, self.rate = 0, recipe.rate
        self.seconds, self.since = 0.0, time.monotonic()
        self.best, self.stage = Best(recipe.best), Best("loss")
        self.saved = time.monotonic()
        self.metrics = Metrics(folder)
        torch.manual_seed(seed + _APART * fabric.global_rank)

    @property
    def done(self) -> int:
        """Steps of the present round so far."""
        return self.at.steps - self.at.left

    def judged(self) -> nn.Module:
        """Return the network that is validated and kept: the averaged one, if there is one."""
        return self.average.network if self.average else self.network

    def take_step(self, inputs: Tensor, labels: Tensor) -> None:
        """Learn from one batch; nothing here waits for the device."""
        if self.at.rate() != self.rate:
            self.rate = self.at.rate()
            set_rate(self.optimiser, self.rate)
        self.losses[self.done] = self.step(inputs, labels)
        self.at.step += 1
        if self.average:
            self.average.follow(self.at.step)

    def look(self) -> float:
        """Return the mean loss of the round so far, this process's share of it.

        Raises:
            RunError: a loss since the last look is not a number.
        """
        losses = self.losses[: self.done].cpu()
        bad = (~losses[self.looked :].isfinite()).nonzero()
        if len(bad):
            place = self.looked + int(bad[0])
            raise RunError(
                f"the loss of step {self.at.step - self.done + place + 1} is {float(losses[place])}",
                path=self.folder,
                remedy="check that the audio is sound; or take a lower rate, or fp32",
            )
        self.looked = self.done
        return float(losses.double().mean())

    def all_agree(self, ask: Callable[[], bool], looking: bool) -> bool:
        """Return whether any process says yes; several ask each other only where they look anyway."""
        if self.fabric.world_size == 1:
            return ask()
        if not looking:
            return False
        return bool(total(self.fabric, torch.tensor(float(ask()), device=self.fabric.device)))

    def is_save_due(self) -> bool:
        """Return whether the last checkpoint is old."""
        return time.monotonic() - self.saved > SAVE_EVERY

    def end_round(self, figures: Mapping[str, float]) -> dict[str, float]:
        """Draw the conclusions from a validation, and return the round's row of the learning curve.

        Raises:
            RunError: the validation loss is not a number.
        """
        figures = self.fabric.broadcast(dict(figures))
        if not math.isfinite(figures["loss"]):
            raise RunError(
                f"the validation loss of round {self.at.round + 1} is {figures['loss']}",
                path=self.folder,
                remedy="check that the audio is sound; or take a lower rate, or fp32",
            )
        row = self._row(figures)
        weights = checkpoints.on_cpu(self.judged().state_dict())
        kept = self.best.take(figures, weights)
        self.stage.take(figures, weights)
        if self.fabric.is_global_zero:
            self.metrics.add(row)
            if kept:
                save_best(self.folder, weights)
        if self.at.judge(figures["loss"]) == "fall" and self.recipe.restart:
            self._restart()
        self.losses.zero_()
        self.looked, self.seconds, self.since = 0, 0.0, time.monotonic()
        return row

    def _row(self, figures: Mapping[str, float]) -> dict[str, float]:
        return {
            "round": self.at.round + 1,
            "step": self.at.step,
            "segments": self.at.step * self.batch,
            "rate": self.rate,
            "train_loss": float(total(self.fabric, self.losses.double().mean())),
            **{f"validation_{name}": float(value) for name, value in figures.items()},
            "seconds": round(self.seconds + time.monotonic() - self.since, 3),
        }

    def _restart(self) -> None:
        """Go back to the best weights of the stage that ends, and forget what the optimiser gathered."""
        if self.stage.weights is not None:
            self.network.load_state_dict(self.stage.weights)
        forget(self.optimiser)
        self.stage = Best("loss")

    def save(self) -> None:
        """Write a checkpoint; the first process does, with the random states of all."""
        states: Any = self.fabric.all_gather(checkpoints.random_state(self.fabric.device))
        ranks, now = self.fabric.world_size, time.monotonic()
        self.seconds, self.since = self.seconds + now - self.since, now
        if self.fabric.is_global_zero:
            checkpoints.save(
                self.folder / LAST,
                {
                    "progress": self.at.state(),
                    "seconds": self.seconds,
                    "losses": self.losses.cpu(),
                    "network": self.network.state_dict(),
                    "average": self.average.network.state_dict() if self.average else None,
                    "optimiser": self.optimiser.state_dict()["state"],
                    "best": self.best.state(),
                    "stage": self.stage.state(),
                    "random": {name: state.cpu().view(ranks, -1) for name, state in states.items()},
                },
            )
        self.fabric.barrier()
        self.saved = time.monotonic()

    def resume(self) -> None:
        """Stand where the checkpoint stood, if there is one.

        Raises:
            RunError: the checkpoint or the learning curve is damaged.
        """
        content = checkpoints.load(self.folder / LAST)
        if self.fabric.is_global_zero:
            self.metrics.truncate(content["progress"]["round"] if content else 0)
        if content is None:
            return
        self.at.restore(content["progress"])
        self.seconds = content["seconds"]
        self.losses.copy_(content["losses"])
        self.looked = self.done
        self.network.load_state_dict(content["network"])
        if self.average:
            self.average.network.load_state_dict(content["average"])
        load_optimiser(self.optimiser, content["optimiser"])
        self.best.restore(content["best"])
        self.stage.restore(content["stage"])
        if self.fabric.is_global_zero and self.best.weights is not None:
            # A kill may have come after newer weights were kept, and before the checkpoint knew of them.
            save_best(self.folder, self.best.weights)
        self._restore_randomness(content["random"])

    def _restore_randomness(self, random: Mapping[str, Tensor]) -> None:
        rank = self.fabric.global_rank
        if len(random["cpu"]) == self.fabric.world_size:
            mine = {name: states[rank] for name, states in random.items()}
            checkpoints.restore_random_state(mine, self.fabric.device)
        else:
            torch.manual_seed(self.seed + _APART * rank + self.at.step)

    def finish(self) -> None:
        """Say in the folder that training is over."""
        if self.fabric.is_global_zero:
            rows = self.metrics.rows()
            summary = {
                "rounds": self.at.round,
                "steps": self.at.step,
                "seconds": sum(row["seconds"] for row in rows),
                "best_round": self.best.round,
                "best": self.best.figures,
            }
            write_json(self.folder / FINISHED, summary)
        self.fabric.barrier()


_APART = 1_000_003
"""Between the seeds of two processes."""


class Best:
    """The weights of the best round so far.

    Args:
        measure: what is compared: lowest loss, or highest macro ROC-AUC.
    """

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.round, self.seen = 0, 0
        self.figures: dict[str, float] = {}
        self.weights: dict[str, Tensor] | None = None

    def take(self, figures: Mapping[str, float], weights: dict[str, Tensor]) -> bool:
        """Keep a round's weights if they are the best, and return whether they are; of equals the first."""
        self.seen += 1
        new, old = figures[self.measure], self.figures.get(self.measure)
        if old is None or math.isnan(old):
            better = old is None or not math.isnan(new)
        else:
            better = new < old if self.measure == "loss" else new > old
        if better:
            self.round, self.figures, self.weights = self.seen, dict(figures), weights
        return better

    def state(self) -> dict[str, Any]:
        """Return what `restore` wants."""
        return dict(vars(self))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be what another was."""
        vars(self).update(state)
