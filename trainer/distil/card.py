"""The card of the bundled model: what it learned from, how well, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trainer.distil.corpus import Corpus
from trainer.distil.evaluate import Agreement
from trainer.distil.tags import MERGED

SOURCES = {
    "mutopia": (
        "399 scores of the Mutopia project (MutopiaProject/MutopiaProject), played by FluidSynth with the "
        "FluidR3 General MIDI sound font (MIT, (c) Frank Wen, Toby Smithe), each on its own and on two other "
        "instruments"
    ),
    "freedoom": "music of the Freedoom project, (c) its contributors, played in the same way",
    "wesnoth": (
        "music of The Battle for Wesnoth 1.16, (c) its composers and contributors, as packaged by Debian"
    ),
    "warzone2100": (
        "music of Warzone 2100: original by Martin Severn, (c) Eidos Interactive and the Warzone 2100 "
        "Project; Aftermath and Legacy (c) LupusMechanicus; as packaged by Debian"
    ),
    "sms-tools": "single notes, phrases and voices of MTG/sms-tools, from freesound.org (pack 13038, xserra)",
    "speech": "readers of LibriSpeech (openslr.org/12): Heather Barnett, Anders Lankford, Garth Comira",
    "songs": (
        "heard in the test only: Brahms, Hungarian Dance 5 (US Army Strings); Joshua Morin, On the run; "
        "Karissa Hobbs, Let's Go Fishin'; Kevin MacLeod, Sugar Plum Fairy, Vibe Ace; Mihai Sorohan, trumpet"
    ),
    "textures": "noise, drones, strings, beats, synthesisers and sung vowels, computed",
}


def _number(value: float, width: int = 3) -> str:
    return "-" if np.isnan(value) else f"{value:.{width}f}"


def heard(corpus: Corpus) -> str:
    """Return the table of sources, their licences and hours."""
    lines = ["| source | licence | hours taught | validation | test | what |", "|---|---|---|---|---|---|"]
    for source, what in SOURCES.items():
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


def by_tag(real: Agreement, everything: Agreement, thresholds: np.ndarray, f1: np.ndarray) -> str:
    """Return the table of tags."""
    lines = [
        "| tag | category | the teacher's tags | threshold | Spearman, real | Spearman | AUC | F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for k, tag in enumerate(MERGED):
        lines.append(
            f"| {tag.name} | {tag.category} | {', '.join(tag.members)} | {thresholds[k]:.2f} | "
            f"{_number(real.spearman[k], 2)} | {_number(everything.spearman[k], 2)} | "
            f"{_number(everything.auc[k], 2)} | {_number(f1[k], 2)} |"
        )
    return "\n".join(lines)


def card(
    name: str,
    *,
    sources: str,
    quality: str,
    tags: str,
    teacher: str,
    training: str,
    weak: list[str],
    command: str,
) -> str:
    """Return the whole card, Markdown."""
    return f"""# {name}

A small SampleCNN that comes with Earmark, so that it tags something before you import or train anything
better. It hears 2.9 s of mono audio at 16 kHz at a time. Nobody labelled anything for it: it learned to say
what a public tagger says.

- Teacher: {teacher}.
- Taught: {training}.
- Licence of the weights: MIT, as the program's and the teacher's. They hold no audio. What they learned from
  is listed below with its licences; some are copyleft (GPL, CC BY-SA), none forbids commercial use.

## What it heard

{sources}

Versions of one piece and movements of one work were never parted between training, validation and test.
"Real" below is what musicians or a studio recorded (Wesnoth, Warzone 2100, the single recordings); the rest
was played by a program. The real part of the training audio was heard a second time mixed, sped up, equalised
or at another level, and the teacher heard exactly the same samples. Scores of synonyms were merged into the
chance that at least one of them was written, and shifted so that the score from which the teacher counts as
convinced lies at .4 for every tag.

## How well it agrees with the teacher

On audio held out, mean over {len(MERGED)} tags. A clip is 30 s, its score the mean over its windows. The
control is a ridge regression on means and deviations of a mel spectrogram of the same audio.

{quality}

These numbers say how well it repeats the teacher, not how often either is right. The teacher itself has a
published ROC-AUC of .9106 on MagnaTagATune; this model was not measured on labelled music.

Tag by tag, on clips of 30 s; Spearman on the real ones and on all:

{tags}

## What it cannot do

- It knows {len(MERGED)} words of MagnaTagATune's listeners. Jazz, blues, hip-hop, folk, moods such as happy
  or sad, and decades are not among them.
- It was taught almost no real singing: voices were a few seconds of recordings, sound font choirs and
  synthesised vowels. Expect `vocal`, `female vocal`, `male vocal` and `opera` to miss songs.
- Its guitars, drums and metal are largely those of a sound font.
- Weakest tags on real clips (Spearman below .5): {", ".join(weak) if weak else "none"}.
- Scores are for comparing songs with each other. They are no probabilities.

## How to make it again

    {command}

Training stops by the clock, so another machine makes other weights.
"""
