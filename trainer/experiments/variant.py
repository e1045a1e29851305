"""What of an experiment is done otherwise than in the paper."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from trainer.errors import RunError
from trainer.recipes import RECIPES, Precision, Recipe

_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Variant:
    """Departures from a published experiment; without any it is the paper's.

    Args:
        on: a prepared set that everything is trained and tested on, in place of the paper's.
        scale: times the filters.
        recipe: the name of another recipe.
        epochs: at most so many.
        precision: of the products, where not the recipe's.

    Raises:
        RunError: a value is out of range, or there is no such recipe.
    """

    on: str = ""
    scale: float = 1.0
    recipe: str = ""
    epochs: int | None = None
    precision: Precision | None = None

    def __post_init__(self) -> None:
        if self.on and not _PLAIN.fullmatch(self.on):
            raise RunError(
                f"{self.on!r} is no name of a data set", remedy="such as toy: without its sample rate"
            )
        if not 0.001 <= self.scale <= 16:
            raise RunError(f"{self.scale} times the filters cannot be built", remedy="take 0.001 to 16")
        if self.recipe and self.recipe not in RECIPES:
            raise RunError(f"there is no recipe {self.recipe!r}", remedy=f"one of {', '.join(RECIPES)}")
        if self.epochs is not None and self.epochs < 1:
            raise RunError(f"{self.epochs} epochs are none", remedy="take 1 at least")

    def learning(self, recipe: Recipe) -> Recipe:
        """Return how a network learns under these departures."""
        if self.recipe:
            recipe = RECIPES[self.recipe]
        if self.precision is not None:
            recipe = dataclasses.replace(recipe, precision=self.precision)
        if self.epochs is not None:
            recipe = dataclasses.replace(recipe, rounds=self.epochs, round_steps=None)
        return recipe

    @property
    def suffix(self) -> str:
        """What tells folders and files of these departures from those of the paper; empty without any."""
        parts = [self.on, f"x{self.scale:g}" if self.scale != 1 else "", self.recipe]
        parts += [f"e{self.epochs}" if self.epochs is not None else "", self.precision or ""]
        return "".join(f"+{part}" for part in parts if part)

    @property
    def differences(self) -> tuple[str, ...]:
        """The departures, a clause each."""
        clauses = [
            (self.on, f"trained and tested on {self.on}"),
            (self.scale != 1, f"{self.scale:g} times the filters"),
            (self.recipe, f"the recipe {self.recipe}"),
            (self.epochs is not None, f"at most {self.epochs} epochs"),
            (self.precision is not None, f"products in {self.precision}"),
        ]
        return tuple(clause for there, clause in clauses if there)

    @property
    def options(self) -> str:
        """The departures as options of a command line."""
        words = [
            f"--on {self.on}" if self.on else "",
            f"--scale {self.scale:g}" if self.scale != 1 else "",
            f"--recipe {self.recipe}" if self.recipe else "",
            f"--epochs {self.epochs}" if self.epochs is not None else "",
            f"--precision {self.precision}" if self.precision is not None else "",
        ]
        return " ".join(word for word in words if word)


AS_PUBLISHED = Variant()
