"""`python -m trainer.distil everything`: from nothing to both models, which is what `make model` does.

What is in no folder that was named is fetched, as far as it is a Debian package; then the corpus is heard,
the teachers are asked, and both students are taught one after the other. What is heard and scored is kept in
the work folder, so the command may be stopped and given again.
"""

from __future__ import annotations

import argparse
import logging
import os
import time
from pathlib import Path

import numpy as np

from tagger_core.errors import EarmarkError
from trainer.distil import corpus, course, gather, live, manifest, packages, panel
from trainer.distil.manifest import Entry
from trainer.distil.sources import Piece

LOG = logging.getLogger(__name__)
TIMED = 6
"""Windows that each teacher hears to tell how long all will take."""
RENDERING = 0.02
"""Seconds of one core that a second of the corpus takes to decode, render or compose, about."""


def main(arguments: list[str]) -> None:
    """Make both models."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil everything", description=__doc__)
    parser.add_argument("--parts", type=Path, nargs="*", default=[], help="unpacked packages, clones")
    parser.add_argument("--teachers", type=Path, required=True, help="folder with SET-NETWORK.pth files")
    parser.add_argument("--work", type=Path, required=True, help="folder for some 20 GB; it may be kept")
    parser.add_argument("--out", type=Path, required=True, help="folder for the models and their cards")
    parser.add_argument("--quick", type=float, default=150.0, help="minutes to teach the quick model (150)")
    parser.add_argument("--main", type=float, default=400.0, help="minutes to teach the main model (400)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute")
    parser.add_argument("--rounds", type=int, help="rounds of audio changed beforehand (1; 0 on a GPU)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="cores to use (all)")
    options = parser.parse_args(arguments)
    folders, found = with_packages(options.parts, options.work)
    before = hours_before_teaching(options, found)
    LOG.info("about %.1f hours to hear the corpus and to ask the teachers", before)
    LOG.info("then %.1f hours to teach the models", (options.quick + options.main) / 60)
    began = time.monotonic()
    gather.updated(found, options.work, "fluidsynth", options.workers)
    for student, minutes in (("quick", options.quick), ("main", options.main)):
        out = options.out / f"earmark-{student}.safetensors"
        words = ["--parts", *folders, "--teachers", options.teachers, "--work", options.work, "--out", out]
        words += ["--student", student, "--minutes", minutes]
        words += ["--device", options.device, "--workers", options.workers]
        words += [] if options.rounds is None else ["--rounds", options.rounds]
        course.main([str(word) for word in words])
        LOG.info("%s is there, %.1f hours after the start", out, (time.monotonic() - began) / 3600)


def with_packages(folders: list[Path], work: Path) -> tuple[list[Path], dict[Entry, Path]]:
    """Return the folders, with them that of the packages that had to be fetched, and where every file lies.

    Raises:
        EarmarkError: something is missing that is no package, or a package is not to be had.
    """
    entries = manifest.read()
    fetched_before = work / "packages" / "files"
    folders = [*folders, *([fetched_before] if fetched_before.exists() else [])]
    found = manifest.copies(entries, folders)
    absent = manifest.missing(entries, found)
    cloned = [part for part in absent if not part.package]
    if cloned:
        raise EarmarkError(
            "parts of the corpus are in no folder: "
            + "; ".join(f"{p.name}, from {p.origin}" for p in cloned),
            remedy="clone them and name their folders with --parts",
        )
    if absent:
        files = packages.fetched(list(absent), work / "packages")
        folders = folders if files in folders else [*folders, files]
        found |= manifest.copies([entry for mine in absent.values() for entry in mine], [files])
        manifest.expect_all(entries, found)
    return folders, {entry: found[entry] for entry in entries if entry in found}


def hours_before_teaching(options: argparse.Namespace, found: dict[Entry, Path]) -> float:
    """Return about how many hours rendering and teachers take, by a trial of the teachers on this machine.

    What the work folder holds of the corpus, and of what the teachers said, takes no more time.
    """
    folder, held, windows = options.work / "corpus", set[Piece](), 0.0
    if (folder / "pieces.json").exists():
        kept = corpus.load(folder)
        held, windows = set(kept.pieces), float(len(kept.windows))
    pieces = [piece for piece in gather.pieces_of(found) if piece not in held]
    seconds = sum(gather.taken(piece) for piece in gather.long_enough(pieces))
    windows, missing = windows + seconds * corpus.RATE / gather.WINDOW, seconds * RENDERING
    if live.device_of(options.device).type != "cpu":
        # A GPU hears all of it in minutes, and changes sound while it teaches.
        return float(missing / options.workers / 3600)
    # A round of changed sound is about a quarter as long as the corpus.
    windows *= 1 + 0.25 * (1 if options.rounds is None else options.rounds)
    noise = np.random.default_rng(0).normal(0, 0.1, (TIMED, gather.WINDOW)).astype(np.float32)
    for voice in panel.voices(options.teachers, course.ASKED):
        teacher, began = panel.teacher_of(options.teachers, voice), time.monotonic()
        teacher.logits(noise)
        unheard = max(0.0, windows - len(panel.said_by(voice, options.work / "scores").keys))
        missing += unheard * (time.monotonic() - began) / TIMED
    return float(missing / options.workers / 3600)
