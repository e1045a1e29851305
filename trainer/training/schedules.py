"""The learning rate over the steps, and when training ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from trainer.recipes import Recipe

Verdict = Literal["go on", "fall", "end"]


@dataclass
class Progress:
    """Where a training stands; `judge` moves it on after every round.

    Args:
        recipe: how the network learns.
        steps: of a round.
        step: steps taken.
        round: rounds that have ended.
        falls: how often the rate fell.
        fell_at: the step of the last fall.
        lowest: lowest validation loss of the present stage.
        waited: rounds since then.
        over: whether training has ended.
    """

    recipe: Recipe
    steps: int
    step: int = 0
    round: int = 0
    falls: int = 0
    fell_at: int = 0
    lowest: float = math.inf
    waited: int = 0
    over: bool = False

    @property
    def left(self) -> int:
        """Steps until the round ends."""
        return (self.round + 1) * self.steps - self.step

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        recipe = self.recipe
        if recipe.schedule == "cosine":
            factor = cosine(self.step / (recipe.rounds * self.steps), recipe.warm_up)
        else:
            factor = recipe.factor**self.falls
        return recipe.rate * factor / (1 + recipe.slowing * (self.step - self.fell_at))

    def judge(self, loss: float) -> Verdict:
        """End a round with its validation loss, and return what follows from it.

        A plateau has ended when more than `patience` rounds brought no new lowest loss (Lee et al. 2017,
        section 4.2).
        """
        self.round += 1
        verdict: Verdict = "go on"
        self.waited = 0 if loss < self.lowest else self.waited + 1
        self.lowest = min(loss, self.lowest)
        if self.recipe.schedule == "plateau" and self.waited > self.recipe.patience:
            verdict = "fall" if self.falls < self.recipe.falls else "end"
        if self.round >= self.recipe.rounds:
            verdict = "end"
        if verdict == "fall":
            self.falls, self.waited = self.falls + 1, 0
            if self.recipe.restart:
                self.fell_at, self.lowest = self.step, math.inf
        self.over = verdict == "end"
        return verdict

    def state(self) -> dict[str, Any]:
        """Return what `restore` wants."""
        return {name: value for name, value in vars(self).items() if name not in ("recipe", "steps")}

    def restore(self, state: dict[str, Any]) -> None:
        """Stand where another stood."""
        vars(self).update(state)


def cosine(progress: float, warm_up: float) -> float:
    """Return the factor of the rate at a progress of 0 to 1: straight up, then a cosine down to 0."""
    if progress < warm_up:
        return 0.01 + 0.99 * progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / max(1e-9, 1 - warm_up))))
