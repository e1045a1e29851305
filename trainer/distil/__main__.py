"""`python -m trainer.distil`: makes the bundled model from free audio and a public teacher."""

from __future__ import annotations

import argparse
import copy
import logging
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.models import importer, model_file
from tagger_core.models.musicnn import Musicnn
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer import memory
from trainer.distil import (
    ablation,
    calibrate,
    corpus,
    course,
    everything,
    evidence,
    gather,
    manifest,
    parcels,
    rounds,
    short,
    tags,
)
from trainer.distil.evaluate import compare
from trainer.distil.export import export
from trainer.distil.sources import find_pieces
from trainer.distil.teacher import Teacher, scored
from trainer.distil.textures import textures
from trainer.distil.train import Lesson, Recipe, Watch, train

LOG = logging.getLogger("trainer.distil")

COMMAND = (
    "python -m trainer.distil --sources CORPUS /usr/share/games/wesnoth /usr/share/games/warzone2100 "
    "--teacher best_model.pth --soundfont FluidR3_GM.sf2 --work FOLDER --out MODEL.safetensors"
)

STUDENT = SampleCNNConfig(
    first_width=27,
    first_stride=9,
    first_filters=64,
    first_padding=9,
    modules=((3, 64), (3, 128), (3, 128), (3, 256), (4, 256), (4, 256), (4, 384)),
    last_filters=512,
    dropout=0.2,
)
"""2.916 s at 16 kHz; the first filters overlap, which costs little where all that follows is what costs."""


def arguments() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil", description=__doc__)
    parser.add_argument("--sources", type=Path, nargs="+", required=True, help="folders with the free music")
    parser.add_argument(
        "--teacher", type=Path, required=True, help="the checkpoint models/mtat/musicnn (.pth)"
    )
    parser.add_argument("--soundfont", type=Path, required=True, help="FluidR3_GM.sf2")
    parser.add_argument("--work", type=Path, required=True, help="folder for some 6 GB of audio and scores")
    parser.add_argument(
        "--out", type=Path, required=True, help="the model file; its card is written beside it"
    )
    parser.add_argument("--fluidsynth", default="fluidsynth", help="the FluidSynth program")
    parser.add_argument("--minutes", type=float, default=35.0, help="time for training")
    parser.add_argument("--textures", type=int, default=462, help="number of computed sounds of 12 s")
    parser.add_argument("--rounds", type=int, default=1, help="rounds of changed audio")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")
    return parser


def load_teacher(checkpoint: Path) -> Teacher:
    """Return the teacher in a public checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "teacher.safetensors"
        importer.import_checkpoint(checkpoint, path, family="musicnn", dataset="mtat")
        network = model_file.load(path).network
    if not isinstance(network, Musicnn):
        raise TypeError(f"the teacher is a {type(network).__name__}")
    return Teacher(network)


def lessons_of(options: argparse.Namespace) -> tuple[corpus.Corpus, NDArray[np.float32], list[Lesson]]:
    """Hear everything and let the teacher score it: the corpus, its target logits, the lessons."""
    hear = partial(corpus.heard, fluidsynth=options.fluidsynth, soundfont=options.soundfont)
    made = ((piece, corpus.cut(sound, piece.seconds)) for piece, sound in textures(options.textures))
    audio = corpus.collect(options.work / "corpus", find_pieces(options.sources), hear, made, options.workers)
    teacher = load_teacher(options.teacher)
    merged = tags.merge(scored(teacher, audio.windows, options.work / "corpus.npy", options.workers))
    rows = audio.indices("train")
    bar = tags.bars(merged[rows])
    targets = tags.lifted(merged, bar).astype(np.float32)
    lessons = [Lesson(audio.windows, rows, targets[rows])]
    for number in range(1, options.rounds + 1):
        windows = rounds.make_round(audio, options.work / f"round{number}.i16", number)
        logits = scored(teacher, windows, options.work / f"round{number}.npy", options.workers)
        lifted = tags.lifted(tags.merge(logits), bar).astype(np.float32)
        lessons.append(Lesson(windows, np.arange(len(windows)), lifted))
    return audio, targets, lessons


def taught(options: argparse.Namespace, lessons: list[Lesson], watch: Watch) -> tuple[SampleCNN, str]:
    """Return the student and a clause on how it was taught; one in the work folder is taken as it is."""
    torch.manual_seed(1)
    student = SampleCNN(STUDENT, len(tags.MERGED))
    weights, note = options.work / "student.pt", options.work / "student.txt"
    if weights.exists() and note.exists():
        student.load_state_dict(torch.load(weights, weights_only=True))
        return student.eval(), note.read_text("utf-8")
    began, recipe = time.monotonic(), Recipe(minutes=options.minutes, workers=options.workers)
    student, steps = train(student, lessons, recipe, watch)
    hours = sum(len(lesson.rows) for lesson in lessons) * corpus.WINDOW / corpus.RATE / 3600
    clause = (
        f"{steps} steps of {recipe.batch} windows in {(time.monotonic() - began) / 60:.0f} minutes "
        f"of {recipe.workers} processor cores, over {hours:.1f} hours of audio"
    )
    torch.save(student.state_dict(), weights)
    note.write_text(clause, "utf-8")
    return student, clause


STEPS = {
    "vocabulary": evidence.main,
    "windows": short.main,
    "manifest": manifest.main,
    "corpus": gather.main,
    "ablation": ablation.main,
    "model": course.main,
    "everything": everything.main,
    "pack": parcels.main_pack,
    "unpack": parcels.main_unpack,
}
"""What is done one step at a time: by the first word of the command line."""


def main() -> None:
    """Do one of the STEPS, or make the first model."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    # Some public checkpoints have weights of almost nothing, with which many processors compute very slowly.
    torch.set_flush_denormal(True)
    memory.keep()
    if sys.argv[1:2] and sys.argv[1] in STEPS:
        STEPS[sys.argv[1]](sys.argv[2:])
        return
    options = arguments().parse_args()
    audio, targets, lessons = lessons_of(options)
    some = audio.indices("validation")[::8]

    def watch(step: int, student: SampleCNN) -> None:
        logits, _ = calibrate.scores_of(copy.deepcopy(student), audio.windows[some])
        LOG.info("step %d, validation windows: %s", step, compare(logits, targets[some]).means())

    student, training = taught(options, lessons, watch)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    export(student, audio, targets, options.out, training=training, command=COMMAND)


if __name__ == "__main__":
    main()
