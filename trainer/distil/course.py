"""`python -m trainer.distil model`: from the parts to the model, in steps that are kept and gone on from."""

from __future__ import annotations

import argparse
import copy
import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly  # type: ignore[import-untyped]  # scipy has no types

from tagger_core.errors import EarmarkError
from tagger_core.models import model_file
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SAMPLECNN, SampleCNNConfig
from trainer.distil import augment, calibrate, card, gather, known, live, panel, rounds, targets, vocabulary
from trainer.distil.corpus import RATE, Corpus, kept, to_float, to_int16
from trainer.distil.evaluate import compare
from trainer.distil.export import export
from trainer.distil.live_panel import live_panel
from trainer.distil.tags import Merged
from trainer.distil.teacher import number_format
from trainer.distil.train import ON_A_GPU, Lesson, Lessons, Recipe, Source, begun, teach

LOG = logging.getLogger(__name__)
ASKED = ("musicnn", "fcn")
"""The crnn hears clips alone."""


@dataclass(frozen=True)
class Student:
    """A model that may be made: its architecture and the rate at which it hears."""

    config: SampleCNNConfig
    sample_rate: int


QUICK = (64, 64, 128, 128, 256, 256, 256, 256, 512)
"""Filters of the quick model's modules: half of the papers' where frames are many, and time is spent."""

MAIN = (32, *QUICK[1:])
"""Half of the quick model's at the bottom, where 9 samples are heard and most of the time is spent."""

GOING_ON = 0.5
"""Of the rate, where a student learns on: a higher one forgets what took hours."""

AGAIN, NOTES = 2, 16
"""How many times windows are taught as often of which it is known what plays, or that hold no music; and the
few recorded notes, without which nobody hears a real piano's single tone as one."""

DROPOUT = 0.2
"""Less than the papers': what teachers say is no label that could be learned by heart."""


def _narrow(name: str, filters: tuple[int, ...]) -> SampleCNNConfig:
    """Return an architecture of the papers' with fewer filters below and less dropout."""
    config = SAMPLECNN[name]
    widths = (width for width, _ in config.modules)
    return replace(
        config,
        dropout=DROPOUT,
        first_filters=filters[0],
        modules=tuple(zip(widths, filters, strict=True)),
    )


STUDENTS = {
    "main": Student(_narrow("3^9-59049", MAIN), 16_000),
    "quick": Student(_narrow("3333224422-8000hz", QUICK), 8_000),
}
"""By name: the papers' best model, narrow below, and one at half the rate that hears a second far faster."""


def at_rate(windows: NDArray[np.int16], rate: int, folder: Path) -> NDArray[np.int16]:
    """Return windows as a student hears them; those of a lower rate are kept by the sound's fingerprint."""
    if rate == RATE:
        return windows
    halved = (to_int16(resample_poly(to_float(np.asarray(window)), 1, RATE // rate)) for window in windows)
    path = folder / f"{panel.fingerprint(windows)}-{rate}.i16"
    return kept(path, halved, -(-windows.shape[1] * rate // RATE))


@dataclass(frozen=True, eq=False)
class Course:
    """All that a student is taught and measured on.

    Args:
        corpus: the windows as they are, at 16 kHz.
        logits: their target logits, float32 [windows, words]: the teachers', but of windows that are taught
            what is known.
        music: whether there is music in a window, bool [windows].
        merger: of the teachers.
        times: how many times as often as others a window is taught, int [windows].
        most: each word's highest target for what is no music, [words].
        rounds: further windows for teaching, changed beforehand, at 16 kHz.
    """

    corpus: Corpus
    logits: NDArray[np.float32]
    music: NDArray[np.bool_]
    times: NDArray[np.int64]
    merger: targets.Merger
    most: NDArray[np.float32]
    rounds: list[NDArray[np.int16]]


def prepared(options: argparse.Namespace, words: tuple[vocabulary.Word, ...]) -> Course:
    """Hear the corpus, ask the teachers about it, change it; every step is kept in the work folder."""
    corpus = gather.gathered(options.parts, options.work, options.fluidsynth, options.workers)
    rows, heard = corpus.indices("train"), asked_about(options, corpus.windows)
    merger = targets.fitted(words, {voice: logits[rows] for voice, logits in heard.items()})
    music = np.array([piece.music for piece in corpus.pieces])[corpus.piece_of]
    merged = merger(heard)
    logits, most = targets.without_genre(merged, words, music, rows), targets.most(merged[rows], words)
    programs = known.programs_in(options.work / "corpus", corpus.pieces)
    logits = known.told(logits, words, corpus, programs)
    times = np.where(known.sure(corpus, programs) | ~music, AGAIN, 1)
    times[known.notes(corpus)] = NOTES
    names = tuple(options.changes)
    # A corpus that grew has rounds of its own: those of before hold nothing that is new.
    of = f"{len(corpus.windows)}-{'-'.join(names)}"
    paths = [options.work / f"round{k}-{of}.i16" for k in range(1, options.rounds + 1)]
    made = [rounds.augmented(corpus, path, number, names) for number, path in enumerate(paths, 1)]
    return Course(corpus, logits, music, times, merger, most, made)


def asked_about(
    options: argparse.Namespace, windows: NDArray[np.int16]
) -> dict[panel.Voice, NDArray[np.float32]]:
    """Return what the teachers say of windows, kept in the work folder."""
    asked, cache = panel.voices(options.teachers, ASKED), options.work / "scores"
    heard = panel.heard(
        options.teachers, asked, windows, cache, options.workers, device=live.device_of(options.device)
    )
    return dict(heard)


def lessons_of(options: argparse.Namespace, course: Course) -> list[Lesson]:
    """Return what is taught where all sound is made and scored beforehand: the corpus and its rounds."""
    rows = course.corpus.indices("train")
    rows = np.repeat(rows, course.times[rows])
    unchanged = Lesson(course.corpus.windows, rows, course.logits[rows])
    rounds_of = ((windows, course.merger(asked_about(options, windows))) for windows in course.rounds)
    return [unchanged, *(Lesson(windows, np.arange(len(windows)), told) for windows, told in rounds_of)]


def taught(options: argparse.Namespace, course: Course) -> tuple[SampleCNN, NDArray[np.int16], str]:
    """Teach the student; return it, the corpus as it hears it, and a clause on how it was taught."""
    student, corpus, device = STUDENTS[options.student], course.corpus, live.device_of(options.device)
    sound = at_rate(corpus.windows, student.sample_rate, options.work)
    if options.taught is not None:
        network, clause = elsewhere(options.taught, student, course.merger.words)
        return network.to(device), sound, clause
    some = corpus.indices("validation")[::8]

    def watch(step: int, averaged: SampleCNN) -> None:
        logits, _ = calibrate.scores_of(copy.deepcopy(averaged), sound[some])
        LOG.info("step %d, validation windows: %s", step, compare(logits, course.logits[some]).means())

    recipe = recipe_of(options)
    torch.manual_seed(1)
    network = SampleCNN(student.config, course.logits.shape[1]).to(device)
    source = (live_of if options.live else read_of)(options, course, recipe, network.window)
    network, before = begun(network, source), ""
    if options.go_on is not None:
        before = gone_on(network, options.go_on, course.merger.words) + THEN
    began = time.monotonic()
    network, steps = teach(network, source, recipe, watch)
    minutes = (time.monotonic() - began) / 60
    where = f"{recipe.workers} processor cores" if device.type == "cpu" else "one GPU"
    windows = len(corpus.indices("train")) + sum(len(each) for each in course.rounds)
    hours = windows * sound.shape[1] / student.sample_rate / 3600
    clause = (
        f"{before}{steps} steps of {recipe.batch} windows in {minutes:.0f} minutes of {where}, "
        f"over {hours:.1f} hours of audio{LIVELY if options.live else ''}"
    )
    return network, sound, clause


def elsewhere(path: Path, student: Student, words: tuple[vocabulary.Word, ...]) -> tuple[SampleCNN, str]:
    """Return a student that was taught somewhere else, and the clause on how.

    Raises:
        ModelError: the file cannot be read.
        EarmarkError: it is another student, or it knows other words.
    """
    network, names, clause = read_student(path, student.config)
    if names != [word.name for word in words]:
        raise EarmarkError("knows other words", path=path, remedy="measure it where it was taught")
    return network, clause


def gone_on(network: SampleCNN, path: Path, words: tuple[vocabulary.Word, ...]) -> str:
    """Give a fresh student what another one has learned, and return the clause on how that was taught.

    Words that the other one does not know stay fresh.

    Args:
        network: it is changed.
        path: a model file.
        words: the network's.

    Raises:
        ModelError: the file cannot be read.
        EarmarkError: it is another student.
    """
    other, names, clause = read_student(path, network.config)
    theirs = {name: place for place, name in enumerate(names)}
    rows = torch.tensor([theirs.get(word.name, -1) for word in words])
    carried = other.state_dict()
    with torch.no_grad():
        for name, mine in network.state_dict().items():
            if name.startswith("dense."):
                mine[rows >= 0] = carried[name][rows[rows >= 0]].to(mine)
            else:
                mine.copy_(carried[name])
    return clause


def read_student(path: Path, config: SampleCNNConfig) -> tuple[SampleCNN, list[str], str]:
    """Return a student in a model file, its words, and the clause on how it was taught.

    Raises:
        ModelError: the file cannot be read.
        EarmarkError: it is another student, or no student.
    """
    loaded = model_file.load(path)
    # The provenance is: from whom; how; what else there is to know.
    how = loaded.info.provenance.split("; ")[1:-1]
    if not isinstance(loaded.network, SampleCNN) or loaded.network.config != config or not how:
        raise EarmarkError("is not this student", path=path, remedy="name its --student")
    return loaded.network, [tag.name for tag in loaded.info.tags], "; ".join(how)


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return how the student learns where and as long as the options say."""
    bfloat16 = number_format() == torch.bfloat16
    recipe = ON_A_GPU if options.live else Recipe(workers=options.workers, bfloat16=bfloat16)
    return replace(recipe, minutes=options.minutes, rate=recipe.rate * options.rate)


def read_of(options: argparse.Namespace, course: Course, recipe: Recipe, window: int) -> Source:
    """Return the source of sound that was made beforehand."""
    rate = STUDENTS[options.student].sample_rate
    lessons = [
        replace(lesson, windows=at_rate(lesson.windows, rate, options.work))
        for lesson in lessons_of(options, course)
    ]
    return Lessons(lessons, recipe, window)


def live_of(options: argparse.Namespace, course: Course, recipe: Recipe, window: int) -> Source:
    """Return the source of sound that is changed and scored at every step."""
    device, rows = live.device_of(options.device), course.corpus.indices("train")
    asked = panel.voices(options.teachers, ASKED)
    # Notes come twice as well: most of what is drawn is changed, and of that only the teachers say anything.
    store = live.store_of(course.corpus, course.music, course.times > 1, device).and_rounds(course.rounds)
    return live.Live(
        store,
        live_panel(options.teachers, asked, course.merger, course.most, device),
        course.logits[rows],
        window=window,
        sample_rate=STUDENTS[options.student].sample_rate,
        recipe=recipe,
        names=tuple(options.changes),
    )


def needs(parser: argparse.ArgumentParser) -> None:
    """Add the options of all who hear the corpus and ask the teachers."""
    parser.add_argument("--parts", type=Path, nargs="+", required=True, help="unpacked packages, clones")
    parser.add_argument("--teachers", type=Path, required=True, help="folder with SET-NETWORK.pth files")
    parser.add_argument("--work", type=Path, required=True, help="folder for some 12 GB; it may be kept")
    parser.add_argument("--fluidsynth", default="fluidsynth", help="the FluidSynth program")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Return what the command line says, with what follows from the device."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil model", description=__doc__)
    needs(parser)
    parser.add_argument("--out", type=Path, required=True, help="the model file; its card goes beside it")
    parser.add_argument("--student", choices=sorted(STUDENTS), default="main", help="which model")
    parser.add_argument("--minutes", type=float, default=150.0, help="time for training")
    parser.add_argument(
        "--rate", type=float, help=f"share of the usual learning rate (1; {GOING_ON} to go on)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute")
    parser.add_argument(
        "--live",
        action=argparse.BooleanOptionalAction,
        help="change sound and ask the teachers at every step (on a GPU)",
    )
    parser.add_argument("--rounds", type=int, help="rounds of audio changed beforehand (1; 0 if live)")
    parser.add_argument("--changes", nargs="+", choices=augment.NAMES, default=list(augment.KEPT))
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--go-on", type=Path, help="begin with what this model of the same student knows")
    begin.add_argument(
        "--taught", type=Path, help="measure this model, taught elsewhere, instead of teaching"
    )
    parser.add_argument("--prepare", action="store_true", help="stop before the training")
    options = parser.parse_args(arguments)
    if options.rate is None:
        options.rate = usual_rate(options)
    if not 0 < options.rate <= 1:
        parser.error(f"--rate is above 0 and at most 1, not {options.rate}")
    if options.live is None:
        options.live = live.device_of(options.device).type != "cpu"
    if options.rounds is None:
        options.rounds = 0 if options.live or options.taught else 1
    return options


def usual_rate(options: argparse.Namespace) -> float:
    """Return the share of the learning rate where nothing is said of it."""
    return 1.0 if options.go_on is None else GOING_ON


def main(arguments: list[str]) -> None:
    """Make a model."""
    options = parsed(arguments)
    words = vocabulary.vocabulary()
    course = prepared(options, words)
    if options.prepare:
        if not options.live:
            lessons_of(options, course)
        return
    network, sound, training = taught(options, course)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    edition = card.Edition(
        tags=tuple(Merged(word.name, word.category, _members(word)) for word in words),
        teacher=TEACHERS,
        sources=gather.credits_of(course.corpus),
        sample_rate=STUDENTS[options.student].sample_rate,
        limits=LIMITS,
    )
    *before, last = training.split(THEN)
    way = ("--live " if LIVELY in last else "") + ("--go-on BEFORE " if before else "")
    way += "" if options.rate == usual_rate(options) else f"--rate {options.rate:g} "
    command = f"python -m trainer.distil model --student {options.student} {way}{COMMAND}"
    export(network, course.corpus, course.logits, options.out,
           training=training, command=command, edition=edition, sound=sound)  # fmt: skip


def _members(word: vocabulary.Word) -> tuple[str, ...]:
    return tuple(f"{name}: {' / '.join(tags)}" for name, tags in word.members.items())


THEN = "; then "
LIVELY = ", changed anew at every step"
COMMAND = "--parts FOLDERS --teachers FOLDER --work FOLDER --out MODEL.safetensors"
TEACHERS = (
    "musicnn and fcn of minzwon/sota-music-tagging-models for MagnaTagATune and MTG-Jamendo, and fcn for the "
    "Million Song Dataset, MIT, (c) 2020 Music Technology Group, Universitat Pompeu Fabra, by Minz Won"
)
LIMITS = (
    "Voices were learned from game speech, synthesised speech and sound font choirs, with hardly any real "
    "singing: expect `vocal` and its kin to miss songs.",
    "Guitars, drums and horns are largely those of sound fonts and of a few bands.",
    "Rain, surf or a man who speaks may still get a genre: of what is no music it heard little.",
    "Moods are what visitors of web sites wrote; read them as similarity, not as fact.",
)
