"""How a network learns, as data: the papers' recipes, their authors' code's, and a modern one."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tagger_core.models.initialisation import Scheme
from trainer.errors import RunError

Crops = Literal["all", "random"]
Optimiser = Literal["sgd", "adamw"]
Schedule = Literal["plateau", "cosine", "constant"]
Precision = Literal["fp32", "tf32", "bf16"]
Criterion = Literal["loss", "roc_auc"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network learns; `dataclasses.replace` makes another of it, say a shorter one.

    The loss is binary cross entropy over the tags, or cross entropy where the task is genre.

    Args:
        batch: windows a step, over all processes together.
        crops: "all" takes every non-overlapping window of every clip in an epoch, "random" windows that begin
            anywhere.
        crops_per_clip: windows that each clip gives an epoch, where crops are random.
        gain: each window's level is changed by up to so many decibels, up or down.
        polarity: whether every other window is turned upside down, which sounds the same.
        optimiser: "sgd" with Nesterov momentum, or "adamw".
        rate: the learning rate at its highest.
        momentum: of SGD; 0 for none.
        decay: weight decay of everything but biases and batch normalisation.
        slowing: the rate is divided by 1 + slowing x steps of the present stage (Keras' "decay").
        schedule: "plateau" lowers the rate when validation loss stalls; "cosine" warms up, then falls to 0;
            "constant" does neither.
        patience: rounds without improvement that a plateau may last.
        factor: what the rate is multiplied with at the end of a plateau.
        falls: how often that happens; the plateau after the last fall ends the training.
        restart: whether each fall goes back to the best weights since the fall before, with a new optimiser.
        warm_up: share of the steps in which a cosine rises.
        rounds: most rounds; a cosine ends there.
        round_steps: steps of a round, which ends with a validation; None for an epoch.
        average: share of the averaged weights that stays at a step; 0 for no average. Averaged weights are
            those that are validated and kept.
        initialisation: see `initialisation.initialise`.
        precision: of the products; "tf32" and "bf16" keep weights in float32.
        best: what chooses the weights that are kept: lowest loss or highest macro ROC-AUC of validation.

    Raises:
        RunError: a value is out of range.
    """

    batch: int
    rate: float
    crops: Crops = "all"
    crops_per_clip: int = 1
    gain: float = 0.0
    polarity: bool = False
    optimiser: Optimiser = "sgd"
    momentum: float = 0.9
    decay: float = 0.0
    slowing: float = 0.0
    schedule: Schedule = "plateau"
    patience: int = 3
    factor: float = 0.2
    falls: int = 4
    restart: bool = False
    warm_up: float = 0.0
    rounds: int = 1000
    round_steps: int | None = None
    average: float = 0.0
    initialisation: Scheme = "he"
    precision: Precision = "fp32"
    best: Criterion = "loss"

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise _refused(name, value, f"from {low:g} to {high:g}")
        for name in _WHOLE:
            if not isinstance(getattr(self, name), int):
                raise _refused(name, getattr(self, name), "a whole number")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise _refused(name, getattr(self, name), f"one of {', '.join(choices)}")
        for name in ("polarity", "restart"):
            if not isinstance(getattr(self, name), bool):
                raise _refused(name, getattr(self, name), "true or false")
        if self.round_steps is not None and (not isinstance(self.round_steps, int) or self.round_steps < 1):
            raise _refused("round_steps", self.round_steps, "a whole number from 1")

    def to_json(self) -> dict[str, Any]:
        """Return every field by name."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, content: object) -> Recipe:
        """Return the recipe of `to_json`.

        Raises:
            RunError: a field is unknown, missing, or out of range.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(content, dict) or not {"batch", "rate"} <= content.keys() <= known:
            raise RunError("this is not a recipe of this program's", remedy="begin a new run")
        return cls(**content)


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("batch", 1, 1 << 20),
    ("rate", 1e-12, 1e3),
    ("crops_per_clip", 1, 1 << 20),
    ("gain", 0, 60),
    ("momentum", 0, 0.9999),
    ("decay", 0, 1e3),
    ("slowing", 0, 1e3),
    ("patience", 0, 1 << 20),
    ("factor", 1e-6, 0.999999),
    ("falls", 0, 1000),
    ("warm_up", 0, 1),
    ("rounds", 1, 1 << 30),
    ("average", 0, 0.999999),
)
_WHOLE = ("batch", "crops_per_clip", "patience", "falls", "rounds")
_CHOICES: dict[str, tuple[str, ...]] = {
    "crops": get_args(Crops),
    "optimiser": get_args(Optimiser),
    "schedule": get_args(Schedule),
    "initialisation": get_args(Scheme),
    "precision": get_args(Precision),
    "best": get_args(Criterion),
}


def _refused(name: str, value: object, expected: str) -> RunError:
    return RunError(f"the recipe's {name} is {value!r}, not {expected}", remedy="change the recipe")


MSD_BATCH = 50
"""Windows a step on the Million Song Dataset; 23 on MagnaTagATune (Lee et al. 2017, section 4.2)."""

_LEE = Recipe(batch=23, rate=0.01)

_DIELEMAN_UPDATES = 5_000_000
_DIELEMAN_INTERVAL = 25_000

RECIPES: dict[str, Recipe] = {
    # 2017, section 4.2; 2018, section 5.3. "Did not decrease more than 3 epochs": the fourth epoch without a
    # new lowest loss ends a plateau; with four falls the last rate is .01 / 5^4 = .000016. How weights start
    # is not given.
    "lee2017": _LEE,
    # What the authors' published program does beyond the paper.
    "lee2017-code": dataclasses.replace(_LEE, slowing=1e-6, restart=True, initialisation="he-in-out"),
    # A window of a clip is heard anywhere it may begin, ten a clip as in the papers; loudness is a tag of its
    # own in these sets, so that the level changes little.
    "modern": Recipe(
        batch=128,
        rate=2e-3,
        crops="random",
        crops_per_clip=10,
        gain=3.0,
        polarity=True,
        optimiser="adamw",
        decay=0.02,
        schedule="cosine",
        warm_up=0.05,
        rounds=40,
        average=0.999,
        precision="bf16",
    ),
    # 2014, section 4.1: minibatches of 10, roughly 5 million updates, validation at regular intervals, the
    # parameters of the best validation score. Not given, so taken: a constant rate of .1 without momentum,
    # 25,000 updates between validations, macro ROC-AUC as the score, He's initialisation.
    "dieleman2014": Recipe(
        batch=10,
        rate=0.1,
        momentum=0.0,
        schedule="constant",
        rounds=math.ceil(_DIELEMAN_UPDATES / _DIELEMAN_INTERVAL),
        round_steps=_DIELEMAN_INTERVAL,
        best="roc_auc",
    ),
}
"""The recipes by name."""
