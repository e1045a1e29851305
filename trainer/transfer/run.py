"""A run of transfer: a classifier learns from what trained networks hear, and is put on top of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tagger_core.models.aggregate_configs import AggregateConfig
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.training.run import Run, RunFolder, describe_run, expect_fit, never
from trainer.training.run_folder import BEST, FINISHED, claimed, load_best, save_best

if TYPE_CHECKING:
    from lightning.fabric import Fabric

    from tagger_core.models.aggregate import Aggregate
    from trainer.transfer.batches import FeatureBatches
    from trainer.transfer.features import Floats, Source
    from trainer.transfer.head import FeatureValidation


@dataclass(frozen=True)
class TransferRun(Run):
    """What is trained on what, where the lower layers were trained before.

    Args:
        sources: names of the runs whose networks hear, in the order of the configuration's sources.

    Raises:
        RunError: the configuration is not an aggregate of as many networks.
    """

    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.config, AggregateConfig) or len(self.config.sources) != len(self.sources):
            raise RunError(f"{self.name} does not put {len(self.sources)} networks together")

    @property
    def aggregate(self) -> AggregateConfig:
        """The configuration, as what it is."""
        return cast("AggregateConfig", self.config)

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        return {**super().to_json(), "sources": list(self.sources)}


def train_transfer(
    run: TransferRun,
    prepared: Prepared,
    folder: Path,
    sources: Sequence[RunFolder],
    kept: Path,
    *,
    seed: int = 0,
    device: str = "auto",
    cancelled: Callable[[], bool] = never,
    progress: bool = False,
    board: bool = False,
) -> RunFolder:
    """Train a classifier on features to its end, or go on with it, and leave the whole network in the folder.

    Args:
        run: what is trained, and how.
        prepared: the data; as `training.run.train`.
        folder: of the run and seed.
        sources: the trained networks, in the order of the run.
        kept: folder where features are kept for every run that wants the same.
        seed: of weights, order and dropout.
        device: "auto", "cpu", "cuda" or "cuda:1".
        cancelled: asked between clips and between steps; what is done is saved.
        progress: whether a bar shows how each round goes.
        board: whether files for TensorBoard are written as well.

    Raises:
        RunError: the data or the sources do not fit the run, the folder holds something else, or the device
            has not enough memory.
        Cancelled: `cancelled` said so; the same call goes on from there.
    """
    from trainer.training.devices import open_fabric, told_of_memory  # noqa: PLC0415 - it imports torch
    from trainer.training.loop import fit  # noqa: PLC0415
    from trainer.training.steps import CRITERIA  # noqa: PLC0415
    from trainer.transfer.head import Head  # noqa: PLC0415

    expect_fit(run, prepared)
    heard = [_source(source) for source in sources]
    if tuple(source.config for source in heard) != run.aggregate.sources:
        raise RunError(
            f"the trained networks are not those of {run.name}", remedy="train them with the same settings"
        )
    fabric = open_fabric(device, run.recipe.precision)
    description = describe_run(run, prepared, seed)
    description["weights"] = [source.identity for source in heard]
    with claimed(folder, description, fabric), told_of_memory(folder):
        if not _is_whole(folder):
            found = _features(run, heard, prepared, kept, fabric=fabric, cancelled=cancelled)
            network = _joined(run, heard, len(prepared.tags), seed)
            fit(
                Head(network.classifier),
                _batches(found, prepared, run.recipe.batch, seed, fabric),
                _validation(found, prepared, fabric),
                criterion=CRITERIA[prepared.task],
                recipe=run.recipe,
                folder=folder,
                fabric=fabric,
                seed=seed,
                cancelled=cancelled,
                progress=progress,
                board=board,
            )
            if fabric.is_global_zero:
                save_best(folder, {**network.state_dict(), **load_best(folder)})
            fabric.barrier()
    return RunFolder(folder)


def _batches(found: Floats, prepared: Prepared, batch: int, seed: int, fabric: Fabric) -> FeatureBatches:
    from trainer.transfer.batches import FeatureBatches  # noqa: PLC0415 - it imports torch

    rows = prepared.rows("train")
    return FeatureBatches(
        found[rows],
        prepared.labels[rows],
        batch=batch,
        device=fabric.device,
        seed=seed,
        rank=fabric.global_rank,
        ranks=fabric.world_size,
    )


def _validation(found: Floats, prepared: Prepared, fabric: Fabric) -> FeatureValidation:
    from trainer.transfer.head import FeatureValidation  # noqa: PLC0415 - it imports torch

    rows = prepared.rows("validation")
    return FeatureValidation(found[rows], prepared.labels[rows], prepared.task, fabric.device)


def _source(folder: RunFolder) -> Source:
    from tagger_core.models.model_file import identity  # noqa: PLC0415
    from tagger_core.models.samplecnn_configs import SampleCNNConfig  # noqa: PLC0415
    from trainer.transfer.features import Source  # noqa: PLC0415 - it imports torch

    if not isinstance(folder.run.config, SampleCNNConfig):
        raise RunError("only a SampleCNN lends its layers", path=folder.path, remedy="name another run")
    return Source(identity(folder.path / BEST), folder.run.config, folder.best())


def _features(
    run: TransferRun,
    heard: Sequence[Source],
    prepared: Prepared,
    kept: Path,
    *,
    fabric: Fabric,
    cancelled: Callable[[], bool],
) -> Floats:
    """Return the features of all clips; the first process computes them for all."""
    from trainer.transfer.features import features  # noqa: PLC0415 - it imports torch

    def read() -> Floats:
        device = str(fabric.device)
        return features(heard, run.aggregate.levels, prepared, kept, device=device, cancelled=cancelled)

    if fabric.is_global_zero:
        read()
    fabric.barrier()
    return read()


def _joined(run: TransferRun, heard: Sequence[Source], tags: int, seed: int) -> Aggregate:
    import torch  # noqa: PLC0415 - torch is imported late

    from tagger_core.models.aggregate import aggregate  # noqa: PLC0415
    from tagger_core.models.initialisation import initialise  # noqa: PLC0415
    from tagger_core.models.samplecnn import SampleCNN  # noqa: PLC0415

    torch.manual_seed(seed)
    networks = [cast("SampleCNN", source.network.to("cpu")) for source in heard]
    network = aggregate(networks, run.aggregate, tags)
    initialise(network.classifier, run.recipe.initialisation)
    return network


def _is_whole(folder: Path) -> bool:
    """Return whether training has ended and the sources stand below the classifier."""
    return (folder / FINISHED).exists() and any(name.startswith("sources.") for name in load_best(folder))
