"""The student, measured and written as a model file with its card."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.models import model_file
from tagger_core.models.architectures import describe
from tagger_core.models.model_info import ModelInfo, Tag
from tagger_core.models.samplecnn import SampleCNN
from trainer.distil import calibrate, card
from trainer.distil.control import predicted, ridge, statistics
from trainer.distil.corpus import RATE, Corpus
from trainer.distil.evaluate import CLIP_SECONDS, Agreement, clips, compare, intervals, pooled
from trainer.distil.tags import sigmoid

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Test:
    """The windows of the test split.

    Args:
        heard: the teachers' scores, [n, tags].
        piece_of: int [n].
        clip_of: int [n].
        source_of: str [n].
        real: whether it is recorded music, bool [n]; the rest is played by programs, or speech.
    """

    heard: NDArray[np.floating]
    piece_of: NDArray[np.int32]
    clip_of: NDArray[np.int64]
    source_of: NDArray[np.str_]
    real: NDArray[np.bool_]


def held_out(corpus: Corpus, targets: NDArray[np.floating], clip: int) -> Test:
    """Return the test windows of a corpus, in clips of so many windows."""
    rows = corpus.indices("test")
    piece_of = corpus.piece_of[rows]
    return Test(
        heard=sigmoid(targets[rows]),
        piece_of=piece_of,
        clip_of=clips(piece_of, clip),
        source_of=np.array([piece.source for piece in corpus.pieces])[piece_of],
        real=np.array([piece.real and piece.music for piece in corpus.pieces])[piece_of],
    )


def by_part(
    scores: NDArray[np.floating],
    teacher: NDArray[np.floating],
    piece_of: NDArray[np.integer],
    clip_of: NDArray[np.integer],
    real: NDArray[np.bool_],
) -> dict[str, Agreement]:
    """Return the agreement on windows, clips and pieces, of real music, of the rest, and of all.

    Args:
        scores: of windows, [n, tags].
        teacher: of the same windows.
        piece_of: int [n].
        clip_of: int [n].
        real: bool [n].
    """
    found = {}
    for part, here in (("real", real), ("other", ~real), ("all", np.ones_like(real))):
        for unit, groups in (("clips", clip_of), ("windows", np.arange(len(real))), ("tracks", piece_of)):
            if here.any():
                found[f"{part} {unit}"] = compare(
                    pooled(scores[here], groups[here]), pooled(teacher[here], groups[here])
                )
    return found


def by_source(
    test: Test, student: NDArray[np.floating], baseline: NDArray[np.floating], fewest: int = 10
) -> list[card.SourceRow]:
    """Return the agreement on clips within each real source of `fewest` clips or more, and on all real ones.

    Args:
        test: what was heard.
        student: scores of its windows, [n, tags].
        baseline: the control's.
        fewest: clips of a source that is told.
    """
    rows = []
    for source in (*dict.fromkeys(test.source_of[test.real]), ""):
        here = test.real & ((test.source_of == source) | (source == ""))
        groups, (_, first) = test.clip_of[here], np.unique(test.clip_of[here], return_index=True)
        if len(first) < fewest:
            continue
        theirs = pooled(test.heard[here], groups)
        mine, plain = pooled(student[here], groups), pooled(baseline[here], groups)
        rows.append(
            card.SourceRow(
                source or "all recordings",
                compare(mine, theirs),
                intervals(mine, theirs, test.piece_of[here][first]),
                compare(plain, theirs),
            )
        )
    return rows


def control(
    corpus: Corpus, targets: NDArray[np.floating], test: NDArray[np.int64], most: int = 4000
) -> NDArray[np.float64]:
    """Return the control's scores of the test windows, [n, tags]; it learns from `most` training windows."""
    train = corpus.indices("train")
    chosen = np.sort(np.random.default_rng(0).permutation(train)[:most])
    fit = ridge(statistics(corpus.windows[chosen]), targets[chosen])
    return sigmoid(predicted(statistics(corpus.windows[test]), fit))


def quality_of(student: dict[str, Agreement], baseline: dict[str, Agreement]) -> dict[str, str | int | float]:
    """Return the measured numbers that the model file holds."""
    quality: dict[str, str | int | float] = {
        "measured on": (
            "agreement with the teacher, mean over tags, on tracks held out; a clip is 30 s; "
            "Spearman and AUC without a name are those of real clips"
        ),
    }
    for part, agreement in student.items():
        quality[f"{part}: items"] = agreement.count
        numbers = {f"{part}: {name}": value for name, value in agreement.means().items()}
        for name in ("Spearman", "AUC"):
            numbers[f"{part}: {name} of a ridge on mel statistics"] = baseline[part].means()[name]
        quality.update({name: round(value, 4) for name, value in numbers.items() if np.isfinite(value)})
    # Rendered scores are the easier part, so real music speaks for the model.
    headline = next(part for part in ("real clips", "all clips") if part in student)
    quality.update({name: quality[f"{headline}: {name}"] for name in ("Spearman", "AUC")})
    return quality


def export(
    network: SampleCNN,
    corpus: Corpus,
    targets: NDArray[np.floating],
    out: Path,
    *,
    training: str,
    command: str,
    edition: card.Edition,
    sound: NDArray[np.int16],
) -> ModelInfo:
    """Calibrate on the validation split, measure on the test split, write the model file and its card.

    Args:
        network: taught; its output layer is changed.
        corpus: all three splits.
        targets: target logits of all windows of the corpus.
        out: the `.safetensors` to write; the card gets the same name with `.md`.
        training: a clause about how it was taught, for the card.
        command: that makes it again.
        edition: its tags and what the card says of it.
        sound: the corpus's windows at the rate that the model hears.
    """
    validation, test = corpus.indices("validation"), corpus.indices("test")
    logits, _ = calibrate.scores_of(network, sound[validation])
    affine = calibrate.matched(logits, targets[validation])
    calibrate.fold(network, affine)
    clip = round(CLIP_SECONDS * RATE / corpus.windows.shape[1])
    clip_of = clips(corpus.piece_of[validation], clip)
    limits = calibrate.thresholds(
        pooled(sigmoid(affine(logits)), clip_of), pooled(sigmoid(targets[validation]), clip_of)
    )
    _, scores = calibrate.scores_of(network, sound[test])
    known = held_out(corpus, targets, clip)
    plain = control(corpus, targets, test)
    student, baseline = (
        by_part(each, known.heard, known.piece_of, known.clip_of, known.real) for each in (scores, plain)
    )
    f1 = calibrate.f1(pooled(scores, known.clip_of), pooled(known.heard, known.clip_of), limits)
    shown = {**student, **{f"{part}, control": found for part, found in baseline.items() if "clips" in part}}
    weakest = student["real clips"].spearman
    text = card.card(
        out.stem,
        edition,
        network.window,
        sources=card.heard(corpus, edition.sources),
        quality=card.measured(shown),
        within=card.within(by_source(known, scores, plain)),
        tags=card.by_tag(edition.tags, (student["real clips"], student["all clips"]), limits, f1),
        training=training,
        weak=[tag.name for tag, value in zip(edition.tags, weakest, strict=True) if not value >= 0.5],
        command=command,
    )
    info = ModelInfo(
        name=out.stem,
        architecture=describe(network.config),
        sample_rate=edition.sample_rate,
        window=network.window,
        tags=tuple(
            Tag(tag.name, tag.category, round(float(limit), 3))
            for tag, limit in zip(edition.tags, limits, strict=True)
        ),
        licence="MIT",
        provenance=f"distilled from {edition.teacher}; {training}; audio and licences: see the card",
        quality=quality_of(student, baseline),
        card=text,
    )
    model_file.save(out, info, network.state_dict(), half=True)
    out.with_suffix(".md").write_text(text, "utf-8")
    for part, agreement in student.items():
        LOG.info("%s: %s; control %s", part, agreement.means(), baseline[part].means())
    return info
