"""A run: a network learns from prepared data by a recipe, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagger_core.models.architectures import Config, describe, parse
from trainer.data.prepared import EXTENT, Prepared
from trainer.errors import RunError
from trainer.recipes import Precision, Recipe
from trainer.training.run_folder import DESCRIPTION, FINISHED, Metrics, claimed, load_best, read_json

if TYPE_CHECKING:
    import torch
    from lightning.fabric import Fabric

    from tagger_core.models.network import TaggingNetwork
    from trainer.training.batches import Batches
    from trainer.training.steps import Way

FORMAT = 1
_MEASURED = 4096
"""Windows of the training split from which a spectrogram's mean and deviation are taken."""

_WIDE = 16
"""Filters of every layer from which on a processor learns faster with channels side by side; GPUs always."""


@dataclass(frozen=True)
class Run:
    """What is trained on what, and how.

    Args:
        name: of the run, fit for a folder.
        data: the data set and its form, such as "mtat-filtered".
        sample_rate: in Hz.
        config: the network's layers.
        recipe: how it learns.

    Raises:
        RunError: the network hears another sample rate.
    """

    name: str
    data: str
    sample_rate: int
    config: Config
    recipe: Recipe

    def __post_init__(self) -> None:
        heard = getattr(self.config, "sample_rate", self.sample_rate)
        if heard != self.sample_rate:
            raise RunError(f"the network of {self.name} hears {heard} Hz, not {self.sample_rate}")

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        return {
            "name": self.name,
            "data": self.data,
            "sample_rate": self.sample_rate,
            "architecture": describe(self.config),
            "recipe": self.recipe.to_json(),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Run:
        """Return the run of `to_json`, which may hold more.

        Raises:
            RunError: a part is missing, or the recipe is none.
            ModelError: the architecture is none.
        """
        try:
            recipe = Recipe.from_json(content["recipe"])
            config = parse(content["architecture"])
            return cls(content["name"], content["data"], content["sample_rate"], config, recipe)
        except KeyError as error:
            raise RunError(f"the run has no {error.args[0]}", remedy="train it anew") from error


class RunFolder:
    """A run that was trained, or is being trained.

    Args:
        path: of the folder.

    Attributes:
        run: what is trained on what.
        seed: of weights, order and dropout.
        checksum: of the data's split.
        task: "tags" or "genre".
        tags: (name, category) of each output.
        extent: what was kept of the clips, as `Prepared.extent`; an older run does not tell all of it.

    Raises:
        RunError: there is no run, or its description is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = read_json(path / DESCRIPTION)
        if content.get("format") != FORMAT:
            raise RunError("the run is not one of this program's", path=path, remedy="train it anew")
        self.run = Run.from_json(content)
        self.seed: int = content["seed"]
        self.checksum: str = content["checksum"]
        self.task: str = content["task"]
        self.tags: tuple[tuple[str, str], ...] = tuple((name, kind) for name, kind in content["tags"])
        self.extent: dict[str, int | str] = {name: content[name] for name in EXTENT if name in content}

    @property
    def finished(self) -> bool:
        """Whether training has ended by its recipe."""
        return (self.path / FINISHED).exists()

    def summary(self) -> dict[str, Any]:
        """Return rounds, steps, seconds, best_round and its figures of a finished run.

        Raises:
            RunError: it is not finished.
        """
        if not self.finished:
            raise RunError("the run is not finished", path=self.path, remedy="train it to its end")
        return read_json(self.path / FINISHED)

    def metrics(self) -> list[dict[str, float]]:
        """Return the learning curve, a row a round."""
        return Metrics(self.path).rows()

    def best(self) -> TaggingNetwork:
        """Return the network with the best weights, in evaluation mode, on the CPU.

        Raises:
            RunError: there are no weights, or they are damaged.
        """
        from tagger_core.models.architectures import build  # noqa: PLC0415 - it imports torch

        network = build(describe(self.run.config), len(self.tags))
        try:
            network.load_state_dict(load_best(self.path))
        except RuntimeError as error:
            raise RunError("the weights are not those of the network", path=self.path) from error
        return network.eval()


def never() -> bool:
    """Return False: nobody asks for a stop."""
    return False


def train(
    run: Run,
    prepared: Prepared,
    folder: Path,
    seed: int = 0,
    *,
    device: str = "auto",
    precision: Precision | None = None,
    way: Way | None = None,
    cancelled: Callable[[], bool] = never,
    progress: bool = False,
    board: bool = False,
) -> RunFolder:
    """Train a run to its end, or go on with it; a finished run is left as it is.

    Args:
        run: what is trained, and how.
        prepared: the data; the training split is learned from, the validation split decides.
        folder: of the run and seed.
        seed: of weights, order and dropout.
        device: "auto", "cpu", "cuda" or "cuda:1"; see `devices.open_fabric`.
        precision: None for the recipe's.
        way: how steps are run; None for "compiled" on GPUs, else "eager".
        cancelled: asked between steps; what is done is saved.
        progress: whether a bar shows how each round goes.
        board: whether files for TensorBoard are written as well.

    Raises:
        RunError: the data do not fit the run, the folder holds something else, a loss is not a number, or the
            device has not enough memory.
        Cancelled: `cancelled` said so; the same call goes on from there.
    """
    from trainer.training.devices import open_fabric, told_of_memory  # noqa: PLC0415 - it imports torch
    from trainer.training.loop import fit  # noqa: PLC0415
    from trainer.training.steps import CRITERIA  # noqa: PLC0415
    from trainer.training.validation import Validation  # noqa: PLC0415

    expect_fit(run, prepared)
    run = replace(run, recipe=replace(run.recipe, precision=precision or run.recipe.precision))
    fabric = open_fabric(device, run.recipe.precision)
    with claimed(folder, describe_run(run, prepared, seed), fabric), told_of_memory(folder):
        if (folder / FINISHED).exists():
            return RunFolder(folder)
        batches = training_batches(run, prepared, seed, fabric)
        fit(
            new_network(run, batches, len(prepared.tags), seed),
            batches,
            Validation(prepared, prepared.rows("validation"), run.config.window, fabric),
            criterion=CRITERIA[prepared.task],
            recipe=run.recipe,
            folder=folder,
            fabric=fabric,
            way=way or ("compiled" if fabric.device.type == "cuda" else "eager"),
            seed=seed,
            cancelled=cancelled,
            progress=progress,
            board=board,
        )
    return RunFolder(folder)


def training_batches(run: Run, prepared: Prepared, seed: int, fabric: Fabric) -> Batches:
    """Return the training split as the recipe wants it, this process's share."""
    from trainer.training.batches import Batches  # noqa: PLC0415 - it imports torch
    from trainer.training.order import Choice  # noqa: PLC0415

    recipe = run.recipe
    return Batches(
        prepared,
        prepared.rows("train"),
        run.config.window,
        batch=recipe.batch,
        choice=Choice(recipe.crops, recipe.crops_per_clip, recipe.gain, recipe.polarity),
        device=fabric.device,
        seed=seed,
        rank=fabric.global_rank,
        ranks=fabric.world_size,
    )


def new_network(run: Run, batches: Batches, tags: int, seed: int) -> TaggingNetwork:
    """Return the run's network with its first weights, as seed and recipe have them.

    A spectrogram that is standardised by the training input hears some of it, the same in every process.

    Raises:
        RunError: that input is the same everywhere, as silence is.
    """
    import torch  # noqa: PLC0415 - torch is imported late

    from tagger_core.models.architectures import build  # noqa: PLC0415
    from tagger_core.models.initialisation import initialise  # noqa: PLC0415
    from tagger_core.models.logmel import LogMelFrontEnd  # noqa: PLC0415

    torch.manual_seed(seed)
    network = build(describe(run.config), tags)
    initialise(network, run.recipe.initialisation)
    lay_out(network, batches.device)
    for module in network.modules():
        if isinstance(module, LogMelFrontEnd):
            some = -(-_MEASURED // batches.batch)
            module.to(batches.device)
            try:
                module.measure(waveform for waveform, _ in islice(batches.whole().epoch(0), some))
            except ValueError as error:
                raise RunError(str(error), remedy="see whether the clips hold any sound") from error
    return network


def lay_out(network: TaggingNetwork, device: torch.device) -> None:
    """Lay a network's channels side by side in memory, if it can and learns faster so on this device."""
    import torch  # noqa: PLC0415 - torch is imported late

    if hasattr(network, "channels_last"):
        narrowest = min(
            layer.out_channels for layer in network.modules() if isinstance(layer, torch.nn.Conv1d)
        )
        network.channels_last = device.type == "cuda" or narrowest >= _WIDE  # type: ignore[assignment]


def describe_run(run: Run, prepared: Prepared, seed: int) -> dict[str, Any]:
    """Return all that decides the outcome."""
    return {
        "format": FORMAT,
        **run.to_json(),
        "seed": seed,
        "checksum": prepared.checksum,
        "task": prepared.task,
        "tags": [list(tag) for tag in prepared.tags],
        **prepared.extent(),
    }


def expect_fit(run: Run, prepared: Prepared) -> None:
    """Check that data are those that a run wants.

    Raises:
        RunError: they are others, of another sample rate, or without tags.
    """
    if prepared.name != run.data:
        raise RunError(
            f"the run {run.name} wants {run.data}, not {prepared.name}",
            path=prepared.folder,
            remedy=f"prepare {run.data}, or name its folder",
        )
    if prepared.sample_rate != run.sample_rate:
        raise RunError(
            f"the run {run.name} wants {run.sample_rate} Hz, not {prepared.sample_rate}",
            path=prepared.folder,
            remedy=f"prepare the data with --rate {run.sample_rate}",
        )
    if not prepared.tags:
        raise RunError("the data have no tags", path=prepared.folder, remedy="prepare them anew")
