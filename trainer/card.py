"""The card of a trained model: what it learned from, how, how good it is, what it is not for."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tagger_core.models.model_info import ModelInfo
from trainer.data.prepared import Prepared
from trainer.evaluation.metrics import Interval
from trainer.evaluation.report import Evaluation, TagReport
from trainer.recipes import RECIPES, Recipe
from trainer.training.run import RunFolder

NAMES = {"roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "accuracy": "Accuracy"}
"""What the measures are called."""

FEWEST = 20
"""Test clips of a tag below which its numbers say little."""
WEAK = 0.7
"""ROC-AUC below which a tag is named as weak."""


@dataclass(frozen=True)
class Source:
    """A public data set.

    Args:
        title: its name.
        licence: a sentence on what it means for weights that learned from it.
    """

    title: str
    licence: str


SOURCES: Mapping[str, Source] = {
    "mtat": Source(
        "MagnaTagATune",
        "its clips and tags are CC BY-NC-SA 3.0, for non-commercial use",
    ),
    "msd": Source(
        "Million Song Dataset with Last.fm tags",
        "its previews belong to their publishers, the tags are for research only",
    ),
    "gtzan": Source("GTZAN, fault-filtered", "its songs belong to their publishers; for research only"),
    "tagtraum": Source(
        "tagtraum genre annotations CD2C", "the previews belong to their publishers; for research only"
    ),
    "jamendo": Source(
        "MTG-Jamendo, top 50",
        "its songs have Creative Commons licences, each its own; the tags are CC BY-NC-SA 4.0",
    ),
    "toy": Source("a corpus computed from a seed", "it holds nothing of anybody's"),
}
"""By the first word of a prepared set's name."""


def source_of(data: str) -> Source | None:
    """Return the public data set of a prepared set's name, None where the data are a person's own."""
    return SOURCES.get(data.partition("-")[0])


def recipe_name(recipe: Recipe) -> str:
    """Return the name of a recipe, or "its own" where it is none of the named ones."""
    # Precision belongs to the machine rather than to the recipe.
    alike = (name for name, known in RECIPES.items() if replace(known, precision=recipe.precision) == recipe)
    return next(alike, "its own")


def number(interval: Interval) -> str:
    """Return a number with its interval as in a paper: .905 (.901-.909); a dash for nothing to measure."""
    if math.isnan(interval.value):
        return "-"
    if math.isnan(interval.low):
        return f"{interval.value:.3f}"
    return f"{interval.value:.3f} ({interval.low:.3f}-{interval.high:.3f})"


def calibration_sentence(evaluation: Evaluation) -> str:
    """Return in a sentence whether scores are chances."""
    table = evaluation.reliability
    if math.isnan(table.error):
        return "There were no test clips to compare the scores with."
    sentence = (
        f"Scores differ from the share of test clips that have the tag by {table.error:.3f} on average "
        "(expected calibration error, all tags together)"
    )
    filled = [place for place in range(len(table.count)) if table.count[place] >= FEWEST]
    if not filled:
        return f"{sentence}."
    middle = min(filled, key=lambda place: abs(table.score[place] - 0.5))
    said, true = table.score[middle], table.share[middle]
    return f"{sentence}; of those about {said:.2f}, {100 * true:.0f} % were right."


def write_card(
    info: ModelInfo, folder: RunFolder, prepared: Prepared, evaluation: Evaluation, remake: str, *, half: bool
) -> str:
    """Return the whole card, Markdown.

    Args:
        info: of the model file, without its card.
        folder: of the run.
        prepared: the data.
        evaluation: on the test split.
        remake: commands that make it again.
        half: whether weights are stored as float16.
    """
    summary = folder.summary()
    measures = "\n".join(
        f"| {NAMES[name]} | {number(value)} |" for name, value in evaluation.measures.items()
    )
    return f"""# {info.name}

Hears {info.window / info.sample_rate:.2f} s of mono audio at {info.sample_rate:,} Hz at a time and scores
{len(info.tags)} tags.

- Provenance: {info.provenance}.
- Licence of the weights: {info.licence}

## What it learned from

{_data(prepared, evaluation)}

## How it learned

Recipe: {recipe_name(folder.run.recipe)}, seed {folder.seed}; {summary["rounds"]} rounds, {summary["steps"]}
steps. The weights are those of round {summary["best_round"]}, which validation chose.

    {json.dumps(folder.run.recipe.to_json())}

## How good it is

On the test split, which was read once. A clip's score is the mean over its windows; in brackets, 95 %
intervals over the clips (bootstrap). PR-AUC is average precision. Means are over the tags.

| measure | test |
|---|---|
{measures}

{_tags(evaluation)}

Thresholds are those with the best F1 on the validation split; F1 is that of the test split.
{calibration_sentence(evaluation)}{_notes(evaluation, half=half)}

## What to beware of

{_warnings(evaluation)}

## How to make it again

{_indented(remake)}
"""


def _data(prepared: Prepared, evaluation: Evaluation) -> str:
    source = source_of(prepared.name)
    title = f"{source.title} ({prepared.name})" if source else f"A person's own songs ({prepared.name})"
    sizes = evaluation.sizes
    rights = f" Note that {source.licence}." if source else ""
    return (
        f"{title}: {sizes['train']:,} clips for training, {sizes['validation']:,} for validation, "
        f"{sizes['test']:,} for the test. Checksum of the split, with its labels:\n"
        f"`{evaluation.checksum}`.{rights}"
    )


def _tags(evaluation: Evaluation) -> str:
    lines = [
        "| tag | category | test clips | ROC-AUC | PR-AUC | threshold | F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for tag in evaluation.tags:
        f1 = "-" if math.isnan(tag.f1) else f"{tag.f1:.2f}"
        name = tag.name.replace("|", "\\|")
        lines.append(
            f"| {name} | {tag.category} | {tag.test_clips} | {number(tag.roc_auc)} | {number(tag.pr_auc)} "
            f"| {tag.threshold:.3f} | {f1} |"
        )
    return "\n".join(lines)


def _notes(evaluation: Evaluation, *, half: bool) -> str:
    notes = ""
    if evaluation.task == "genre":
        notes += (
            " It was trained to choose one genre; accuracy and areas are of those choices (softmax), while "
            "the app shows each genre's own score (sigmoid), to which thresholds, F1 and calibration belong."
        )
    if half:
        notes += " Weights are stored in half precision; all was measured before."
    return notes


def _warnings(evaluation: Evaluation) -> str:
    rare = [tag.name for tag in evaluation.tags if tag.test_clips < FEWEST]
    weak = [tag.name for tag in evaluation.tags if _is_weak(tag)]
    lines = [
        "It knows the music that it learned from; other music may be scored worse than measured here.",
        "A score says how sure the model is, not how much of the song has the tag.",
    ]
    if rare:
        lines.append(
            f"Tags with fewer than {FEWEST} test clips, whose numbers say little: {', '.join(rare)}."
        )
    if weak:
        lines.append(f"Weak tags (ROC-AUC below {WEAK}): {', '.join(weak)}.")
    return "\n".join(f"- {line}" for line in lines)


def _is_weak(tag: TagReport) -> bool:
    return tag.roc_auc.value < WEAK


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def quality(evaluation: Evaluation) -> dict[str, str | int | float]:
    """Return the measured numbers that the model file holds; what is NaN is left out."""
    found: dict[str, Any] = {
        "measured on": (
            f"the test split of {evaluation.data}, mean over the tags; low and high: 95 % interval over clips"
        )
    }
    for key, interval in evaluation.measures.items():
        for suffix, value in (("", interval.value), (" low", interval.low), (" high", interval.high)):
            if not math.isnan(value):
                found[NAMES[key] + suffix] = round(value, 4)
    found["test clips"] = evaluation.sizes["test"]
    return found
