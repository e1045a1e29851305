"""`python -m trainer.distil instruments`: how often an instrument that is known to play is put first.

Asked are the held-out windows of scores and compositions of which `known` tells the instrument: the teachers
together, as they teach, and models. A word that a model does not have is never first.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from tagger_core.models import model_file
from tagger_core.models.samplecnn import SampleCNN
from trainer.distil import calibrate, course, known, vocabulary
from trainer.distil.corpus import Corpus
from trainer.distil.vocabulary import Word

LOG = logging.getLogger(__name__)
TEACHERS = "the teachers"


@dataclass(frozen=True, eq=False)
class Asked:
    """Windows of which one instrument is known.

    Args:
        rows: of the corpus, int64 [n].
        what: is known of each.
    """

    rows: NDArray[np.int64]
    what: list[known.Known]

    def named(self) -> dict[str, NDArray[np.int64]]:
        """Return where among the rows each instrument is asked about, by its words."""
        names = np.array([", ".join(each.words) for each in self.what])
        return {str(name): np.flatnonzero(names == name) for name in np.unique(names)}


def asked(corpus: Corpus, split: str, programs: Mapping[str, frozenset[int]]) -> Asked:
    """Return the windows of a split of which it is known what fits.

    Args:
        corpus: all splits.
        split: "test", say.
        programs: of its scores, as of `known.programs_in`.
    """
    known_of = [known.known(piece, programs) for piece in corpus.pieces]
    rows = [(row, known_of[corpus.piece_of[row]]) for row in corpus.indices(split)]
    found = [(row, what) for row, what in rows if what is not None and what.words]
    return Asked(np.array([row for row, _ in found], np.int64), [what for _, what in found])


def first(
    scores: NDArray[np.floating], words: tuple[Word, ...], what: list[known.Known]
) -> NDArray[np.bool_]:
    """Return whether a word that is known to fit has the highest score of instruments and voices, [n].

    Args:
        scores: or logits, [n, words].
        words: the columns; "instrumental" does not count.
        what: is known of each row; words that are near, and may fit as well, do not count there.
    """
    about = [word.category in known.CATEGORIES and word.name != known.NO_VOICE for word in words]
    counts = np.array([[a and word.name not in each.near for a, word in zip(about, words, strict=True)]
                       for each in what])  # fmt: skip
    best = np.where(counts, scores, -np.inf).argmax(axis=1)
    return np.array([words[k].name in each.words for k, each in zip(best, what, strict=True)])


def table(asked_about: Asked, answers: dict[str, NDArray[np.bool_]]) -> str:
    """Return the shares as Markdown, an instrument a row and all of them in the last.

    Args:
        asked_about: the windows.
        answers: by who was asked, whether each window's instrument was put first.
    """
    lines = [f"| instrument | windows | {' | '.join(answers)} |", f"|---|---|{'---|' * len(answers)}"]
    everything = {"**all**": np.arange(len(asked_about.rows))}
    for name, places in {**asked_about.named(), **everything}.items():
        shares = " | ".join(f"{right[places].mean():.0%}" for right in answers.values())
        lines.append(f"| {name} | {len(places)} | {shares} |")
    return "\n".join(lines)


def answers_of(path: Path, made: course.Course, some: Asked, work: Path) -> NDArray[np.bool_]:
    """Return whether a model puts the instruments first, bool [n].

    Raises:
        EarmarkError: it is no SampleCNN, or it hears at a rate that no student does.
    """
    loaded = model_file.load(path)
    rates = {student.sample_rate for student in course.STUDENTS.values()}
    if not isinstance(loaded.network, SampleCNN) or loaded.info.sample_rate not in rates:
        raise EarmarkError("is no student of this trainer", path=path, remedy="name models that it made")
    sound = course.at_rate(made.corpus.windows, loaded.info.sample_rate, work)
    words = tuple(Word(tag.name, tag.category, {}) for tag in loaded.info.tags)
    return first(calibrate.scores_of(loaded.network, sound[some.rows])[1], words, some.what)


def main(arguments: list[str]) -> None:
    """Ask the teachers and models."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil instruments", description=__doc__)
    course.needs(parser)
    parser.add_argument("--models", type=Path, nargs="*", default=[], help="model files that are asked, too")
    parser.set_defaults(device="cpu", rounds=0, changes=())
    options = parser.parse_args(arguments)
    words = vocabulary.vocabulary()
    made = course.prepared(options, words)
    programs = known.programs_in(options.work / "corpus", made.corpus.pieces)
    some = asked(made.corpus, "test", programs)
    answers = {TEACHERS: first(made.logits[some.rows], words, some.what)}
    for path in options.models:
        name = path.stem if path.stem not in answers else str(path)
        answers[name] = answers_of(path, made, some, options.work)
    LOG.info("\n%s", table(some, answers))
