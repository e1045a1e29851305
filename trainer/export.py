"""A run -> a model file that the app and the command line use at once."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tagger_core.inference.machine import Precision
from tagger_core.models import model_file
from tagger_core.models.architectures import describe
from tagger_core.models.model_info import ModelInfo, Tag
from trainer import card
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import evaluate
from trainer.training.run import RunFolder


def export(
    folder: RunFolder,
    prepared: Prepared,
    out: Path,
    *,
    name: str = "",
    licence: str = "",
    provenance: str = "",
    remake: str = "",
    half: bool = False,
    device: str = "auto",
    precision: Precision = "fp32",
) -> ModelInfo:
    """Write a run's best weights as a model file, its card beside it, and return what it says of itself.

    The run is evaluated first, if it was not yet; thresholds come from the validation split.

    Args:
        folder: of a finished run.
        prepared: the data that it was trained on.
        out: the `.safetensors` to write; the card gets the same name with `.md`.
        name: short, for people and command lines; "" for the run's, where the data are public.
        licence: of the weights; "" for a note on what the data ask for, where they are public.
        provenance: where the weights come from; "" for data, recipe and seed.
        remake: commands that make it again, a line each; "" for the run's.
        half: store the weights as float16, half the size.
        device: for the evaluation, as `evaluate`.
        precision: of the products, for the evaluation.

    Raises:
        RunError: the data are a person's own and name or licence is missing; or as `evaluate`.
        DataError: the data are not those of the run.
        ModelError: a tag, the name or a category cannot stand in a model file, or it cannot be written.
    """
    _expect_named(prepared, name, licence)
    evaluation = evaluate(folder, prepared, device=device, precision=precision)
    run = folder.run
    network = folder.best()
    info = ModelInfo(
        name=name or run.name,
        architecture=describe(run.config),
        sample_rate=run.sample_rate,
        window=network.window,
        tags=tuple(Tag(tag.name, tag.category, tag.threshold) for tag in evaluation.tags),
        licence=licence or _default_licence(prepared),
        provenance=provenance
        or (
            f"trained by earmark-train on {prepared.name}, split {prepared.checksum[:12]}, recipe "
            f"{card.recipe_name(run.recipe)}, seed {folder.seed}"
        ),
        quality=card.quality(evaluation),
        card="",
    )
    remake = remake or f"earmark-train train {run.name} --seed {folder.seed}"
    text = card.write_card(info, folder, prepared, evaluation, remake, half=half)
    info = dataclasses.replace(info, card=text)
    model_file.save(out, info, network.state_dict(), half=half)
    with model_file.told_of(out.with_suffix(".md")):
        model_file.write_whole(out.with_suffix(".md"), text.encode())
    return info


def _expect_named(prepared: Prepared, name: str, licence: str) -> None:
    if card.source_of(prepared.name) is not None:
        return
    if not name:
        raise RunError("a model of your own songs needs a name", remedy="give it one with --name")
    if not licence:
        raise RunError(
            "a model of your own songs needs a licence",
            remedy="give it one with --licence, such as CC-BY-4.0, or 'for myself alone'",
        )


def _default_licence(prepared: Prepared) -> str:
    source = card.source_of(prepared.name)
    return f"whoever trained it chose none; of the data: {source.licence}" if source else ""
