"""The card of a bundled model: what it learned from, how well, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.distil.corpus import Corpus
from trainer.distil.evaluate import Agreement
from trainer.distil.tags import Merged


@dataclass(frozen=True)
class Edition:
    """What tells one bundled model from another.

    Args:
        tags: what it says, each with the teachers' tags that mean it.
        teacher: a clause on who taught it.
        sources: who made what it heard, by source.
        sample_rate: that it hears at, in Hz.
        limits: sentences on what it cannot do.
    """

    tags: tuple[Merged, ...]
    teacher: str
    sources: Mapping[str, str]
    sample_rate: int
    limits: tuple[str, ...]


@dataclass(frozen=True)
class SourceRow:
    """How well the model agrees with its teachers within one source.

    Args:
        name: of the source.
        student: agreement of the model on clips.
        interval: of each of its means.
        control: agreement of the control.
    """

    name: str
    student: Agreement
    interval: Mapping[str, tuple[float, float]]
    control: Agreement


def _number(value: float, width: int = 3) -> str:
    return "-" if np.isnan(value) else f"{value:.{width}f}"


def heard(corpus: Corpus, sources: Mapping[str, str]) -> str:
    """Return the table of sources, their licences and hours."""
    lines = ["| source | licence | hours taught | validation | test | what |", "|---|---|---|---|---|---|"]
    for source, what in sources.items():
        licences = sorted({piece.licence for piece in corpus.pieces if piece.source == source})
        if licences:
            hours = (f"{corpus.hours(source, split):.2f}" for split in ("train", "validation", "test"))
            lines.append(f"| {source} | {', '.join(licences)} | {' | '.join(hours)} | {what} |")
    return "\n".join(lines)


def measured(agreements: Mapping[str, Agreement]) -> str:
    """Return the table of mean agreement, a row for each part of the test."""
    lines = ["| test | items | Spearman | AUC, teacher's top tenth | spread |", "|---|---|---|---|---|"]
    for name, agreement in agreements.items():
        mean = agreement.means()
        lines.append(
            f"| {name} | {agreement.count} | {_number(mean['Spearman'])} | {_number(mean['AUC'])} | "
            f"{_number(mean['spread'], 2)} |"
        )
    return "\n".join(lines)


def within(rows: list[SourceRow]) -> str:
    """Return the table of agreement within each source of recordings, beside the control."""
    lines = [
        "| recordings | clips | Spearman | control | AUC, teacher's top tenth | control |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        mean, plain = row.student.means(), row.control.means()
        cells = []
        for name in ("Spearman", "AUC"):
            low, high = row.interval[name]
            cells += [f"{_number(mean[name])} ({_number(low)} to {_number(high)})", _number(plain[name])]
        lines.append(f"| {row.name} | {row.student.count} | {' | '.join(cells)} |")
    return "\n".join(lines)


def by_tag(
    tags: tuple[Merged, ...], agreements: tuple[Agreement, Agreement], thresholds: np.ndarray, f1: np.ndarray
) -> str:
    """Return the table of tags, for the agreement on real clips and on all."""
    real, everything = agreements
    lines = [
        "| tag | category | the teacher's tags | threshold | Spearman, real | Spearman | AUC | F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for k, tag in enumerate(tags):
        lines.append(
            f"| {tag.name} | {tag.category} | {', '.join(tag.members)} | {thresholds[k]:.2f} | "
            f"{_number(real.spearman[k], 2)} | {_number(everything.spearman[k], 2)} | "
            f"{_number(everything.auc[k], 2)} | {_number(f1[k], 2)} |"
        )
    return "\n".join(lines)


def card(
    name: str,
    edition: Edition,
    window: int,
    *,
    sources: str,
    quality: str,
    within: str,
    tags: str,
    training: str,
    weak: list[str],
    command: str,
) -> str:
    """Return the whole card, Markdown, for a model that hears `window` samples."""
    limits = "\n".join(f"- {sentence}" for sentence in edition.limits)
    return f"""# {name}

A small SampleCNN that comes with Earmark, so that it tags something before you import or train anything
better. It hears {window / edition.sample_rate:.1f} s of mono audio at {edition.sample_rate / 1000:g} kHz at a
time. Nobody labelled anything for it: it learned to say what public taggers say, and of scores that the
trainer had played, on which instruments.

- Teacher: {edition.teacher}.
- Taught: {training}.
- Licence of the weights: MIT, as the program's and the teacher's. They hold no audio. What they learned from
  is listed below with its licences; some are copyleft (GPL, CC BY-SA), none forbids commercial use.

## What it heard

{sources}

Versions of one piece and movements of one work were never parted between training, validation and test.
"Real" below is music that musicians or a studio recorded; the rest was played by a program, or is speech.
What was heard again, changed, the teacher heard with exactly the same changes. Where it is known which
instruments sound, since a program played them or a recording is a single note, words of instruments and
voices were taught by that, whatever the teachers said. Scores of synonyms were merged
into the chance that at least one of them was written, and shifted so that the score from which the teacher
counts as convinced lies at .4 for every tag.

## How well it agrees with the teacher

On audio held out, mean over {len(edition.tags)} tags. A clip is 30 s, its score the mean over its windows.
The control is a ridge regression on means and deviations of a mel spectrogram of the same audio.

{quality}

Within each source of held-out recordings, clips of 30 s, with 95 % intervals from tracks drawn with
replacement. Within a source it cannot shine by telling an orchestra from a synthesiser.

{within}

These numbers say how well it repeats its teacher, not how often either is right: it was not measured on
labelled music. The musicnn for MagnaTagATune has a published ROC-AUC of .9106 there.

Tag by tag, on clips of 30 s; Spearman on the real ones and on all:

{tags}

## What it cannot do

{limits}
- Weakest tags on real clips (Spearman below .5): {", ".join(weak) if weak else "none"}.
- Scores are for comparing songs with each other. They are no probabilities.

## How to make it again

    {command}

Training stops by the clock, so another machine makes other weights.
"""
