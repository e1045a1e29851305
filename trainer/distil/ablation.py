"""`python -m trainer.distil ablation`: whether a change of sound helps a student, each tried by itself.

A small part of the training pieces is taught, so that windows come up as often as they do in a long training
of all of them; this is where more variety should help most. Beside it lies either nothing further or its
recorded music after one change, and the students get the same number of steps. They are asked about recorded
music of the validation split as it is and after what happens to people's records; teachers hear the same.
"""

from __future__ import annotations

import argparse
import csv
import logging
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.models.samplecnn import SampleCNN
from trainer.distil import augment, calibrate, course, rounds, vocabulary
from trainer.distil.corpus import Corpus, kept, to_float, to_int16
from trainer.distil.course import STUDENTS, Course
from trainer.distil.evaluate import spearman
from trainer.distil.teacher import number_format
from trainer.distil.train import Lesson, Recipe, train

LOG = logging.getLogger(__name__)
TABLE = Path(__file__).with_name("ablation.tsv")

ALL, NOTHING = "all", "nothing"
HAPPENS = (NOTHING, "mp3", "band", "gain")
"""What a change is judged by: sound as it is, in a low-rate MP3, from an old record, and at any loudness."""
DRAWS = 200
"""Resamples of tracks for an interval."""


@dataclass(frozen=True)
class Row:
    """What one change of sound did for a student.

    Args:
        change: its name; "all" are those of a round, with their chances, "nothing" is another seed alone.
        clean: what the mean rank correlation with the teachers gained on unchanged sound.
        own: on sound that was changed in this way.
        gained: on the mean of `HAPPENS`, by which it is judged.
        low: lower end of the 95 % interval of `gained`, had other tracks been drawn.
        high: upper end.
    """

    change: str
    clean: float
    own: float
    gained: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """Return whether the change is kept: by the best estimate, however wide its interval."""
        return self.gained > 0


def read(table: Path = TABLE) -> tuple[Row, ...]:
    """Return what was measured."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple(Row(row.pop("change"), **{k: float(v) for k, v in row.items()}) for row in rows)


def write(rows: Iterable[Row], table: Path) -> None:
    """Write what `read` reads."""
    with table.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n")
        lines.writerow([column.name for column in fields(Row)])
        for row in rows:
            name, *numbers = astuple(row)
            lines.writerow([name, *(f"{number:.6f}" for number in numbers)])


def markdown(rows: Iterable[Row]) -> str:
    """Return the measurements as a table."""
    lines = [
        "| change | unchanged sound | sound so changed | judged by | interval | |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        verdict = ("kept" if row.helps else "**left out**") if row.change in augment.NAMES else ""
        lines.append(
            f"| {row.change} | {row.clean:+.3f} | {row.own:+.3f} | {row.gained:+.3f} "
            f"| {row.low:+.3f} to {row.high:+.3f} | {verdict} |"
        )
    return "\n".join(lines)


def some_pieces(corpus: Corpus, split: str, every: int) -> NDArray[np.int64]:
    """Return the windows of every so manieth piece of a split, int64 [n]; neighbours are of one source."""
    mine = [number for number, piece in enumerate(corpus.pieces) if piece.split == split]
    return np.flatnonzero(np.isin(corpus.piece_of, mine[::every]))


def recorded_music(corpus: Corpus, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those of some windows that hold recorded music."""
    music = np.array([piece.real and piece.music for piece in corpus.pieces])
    return np.asarray(rows[music[corpus.piece_of[rows]]])


def written(
    corpus: Corpus, rows: NDArray[np.int64], split: str, name: str, folder: Path
) -> NDArray[np.int16]:
    """Write windows after a change to a file of `folder` and map them, int16 [n, samples].

    Args:
        corpus: what is mixed in is of the same split.
        rows: windows.
        split: theirs.
        name: of `augment.NAMES`, made for certain; "all" leaves it to chance, as in a round.
        folder: the same windows of the same corpus that it holds already are mapped.
    """
    these = zlib.crc32(rows.tobytes(), len(corpus.windows))
    path = folder / f"ablation-{split}-{name}-{these:08x}.i16"
    voices, music = rounds.company(corpus, split)

    def changed(index: int) -> NDArray[np.int16]:
        random = np.random.default_rng([0, index])
        sound = to_float(np.asarray(corpus.windows[index]))
        others = partial(rounds.another, random.spawn(1)[0], corpus.windows, voices, music)
        change = augment.changed if name == ALL else partial(augment.alone, name)
        return to_int16(change(random, sound, others))

    return kept(path, map(changed, rows.tolist()), corpus.windows.shape[1])


@dataclass(frozen=True, eq=False)
class Exam:
    """What students are asked about, and what the teachers said.

    Args:
        sounds: int16 [n, samples] by what was changed, as the student hears them.
        told: target logits [n, words] of each.
        track_of: int [n].
    """

    sounds: Mapping[str, NDArray[np.int16]]
    told: Mapping[str, NDArray[np.float32]]
    track_of: NDArray[np.int32]

    def answers(self, network: SampleCNN) -> dict[str, NDArray[np.float64]]:
        """Return a student's logits of each."""
        return {name: calibrate.scores_of(network, windows)[0] for name, windows in self.sounds.items()}


def judged(
    change: str, mine: Mapping[str, NDArray[np.float64]], plain: Mapping[str, NDArray[np.float64]], exam: Exam
) -> Row:
    """Return what a change did for a student.

    Args:
        change: its name.
        mine: answers of the student that learned from it.
        plain: answers of the one that learned from nothing further.
        exam: what was asked.
    """

    def gain(name: str, rows: NDArray[np.int64] | slice = slice(None)) -> float:
        told = exam.told[name][rows]
        after, before = (spearman(each[name][rows], told) for each in (mine, plain))
        return float(np.nanmean(after - before))

    def gain_in_life(rows: NDArray[np.int64] | slice = slice(None)) -> float:
        return float(np.mean([gain(name, rows) for name in HAPPENS]))

    tracks = [np.flatnonzero(exam.track_of == track) for track in np.unique(exam.track_of)]
    random = np.random.default_rng(0)
    drawn = [
        gain_in_life(np.concatenate([tracks[k] for k in random.integers(len(tracks), size=len(tracks))]))
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Row(change, gain(NOTHING), gain(change), gain_in_life(), float(low), float(high))


def exam_of(
    options: argparse.Namespace, made: Course, ask: Callable[[NDArray[np.int16]], NDArray[np.float32]]
) -> Exam:
    """Return what students are asked about: validation music as it is and after each change."""
    corpus, rate = made.corpus, STUDENTS[options.student].sample_rate
    rows = recorded_music(corpus, corpus.indices("validation"))[:: options.windows]
    heard = {NOTHING: np.asarray(corpus.windows[rows])}
    for name in (*augment.NAMES, ALL):
        heard[name] = written(corpus, rows, "validation", name, options.work)
    return Exam(
        {name: course.at_rate(windows, rate, options.work) for name, windows in heard.items()},
        {name: ask(windows) for name, windows in heard.items()},
        corpus.piece_of[rows],
    )


def main(arguments: list[str]) -> None:
    """Try each change."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil ablation", description=__doc__)
    course.needs(parser)
    parser.add_argument("--out", type=Path, default=TABLE, help="the table to write")
    parser.add_argument("--student", choices=sorted(STUDENTS), default="quick", help="which model")
    parser.add_argument("--pieces", type=int, default=8, help="every so manieth training piece is taught (8)")
    parser.add_argument("--windows", type=int, default=4, help="every so manieth window is asked about (4)")
    parser.add_argument("--steps", type=int, default=800, help="of each student (800)")
    # Further rounds are no part of it: it makes its own.
    parser.set_defaults(device="cpu", rounds=0, changes=())
    options = parser.parse_args(arguments)
    words = vocabulary.vocabulary()
    made = course.prepared(options, words)

    def ask(windows: NDArray[np.int16]) -> NDArray[np.float32]:
        return made.merger(course.asked_about(options, windows))

    exam, rate = exam_of(options, made, ask), STUDENTS[options.student].sample_rate
    rows = some_pieces(made.corpus, "train", options.pieces)
    plain = Lesson(course.at_rate(made.corpus.windows, rate, options.work), rows, made.logits[rows])
    changed = recorded_music(made.corpus, rows)
    bfloat16 = number_format() == torch.bfloat16
    recipe = Recipe(minutes=1e6, steps=options.steps, workers=options.workers, bfloat16=bfloat16)

    def answers(lessons: list[Lesson], seed: int = recipe.seed) -> dict[str, NDArray[np.float64]]:
        torch.manual_seed(seed)
        network = SampleCNN(STUDENTS[options.student].config, len(words))
        return exam.answers(train(network, lessons, replace(recipe, seed=seed), lambda *_: None)[0])

    without = answers([plain])
    table = [judged(NOTHING, answers([plain], recipe.seed + 1), without, exam)]
    for name in (*augment.NAMES, ALL):
        windows = written(made.corpus, changed, "train", name, options.work)
        further = Lesson(course.at_rate(windows, rate, options.work), np.arange(len(windows)), ask(windows))
        table.append(judged(name, answers([plain, further]), without, exam))
        LOG.info("%s", table[-1])
    write(table, options.out)
    LOG.info("\n%s", markdown(table))
