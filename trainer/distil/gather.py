"""`python -m trainer.distil corpus`: the whole corpus, heard from local copies of its free parts."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from trainer.distil import albums, corpus, known, manifest, midi, outdoors, textures, voices
from trainer.distil.composed import styles
from trainer.distil.corpus import Corpus
from trainer.distil.manifest import Entry
from trainer.distil.parts import PARTS, Part
from trainer.distil.sources import ALSO_ON, PROGRAMS, Piece

LOG = logging.getLogger(__name__)

COMPOSED = 16
"""Pieces of every composed style: 38 styles of 30 s make 5.1 hours, every other window of which is taken."""
TEXTURES = 462
OUTDOORS = 24
"""Sounds of 12 s of each of seven kinds that are no music."""
RENDERINGS = 1
"""Further instruments on which each classical score is played."""
SHORTEST = {"music": 15.0, "voice": 1.0, "sample": 0.3}
"""Seconds below which a file is a jingle, a breath or a single stroke, and left out."""
LONGEST = {
    "mutopia": 40.0, "freedoom": 75.0,
    "marsshooter": 225.0, "widelands": 90.0, "naev": 60.0, "supertux": 60.0, "colobot": 130.0,
    "planetblupi": 120.0, "ufoai": 150.0, "nexuiz": 200.0,
}  # fmt: skip
"""Seconds that are heard of a score and, so that no part of many tracks outweighs others, of a recording."""
LOOPS = ("loop_", "ambi_", "guit_", "tabla_", "vinyl_", "misc_", "bass_trance")
"""Beginnings of the names of single sounds that are heard alone, tiled; a drum stroke is no music yet."""


def pieces_of(found: Mapping[Entry, Path]) -> list[Piece]:
    """Return what is to be heard of local copies of the parts, of our own making, and of both."""
    parts = {part.name: part for part in PARTS}
    fonts = [part.name for part in PARTS if part.kind == "soundfont"]
    out: list[Piece] = []
    for number, (entry, path) in enumerate(found.items()):
        part = parts[entry.part]
        if part.kind == "score":
            out += _scores(part, entry, path, number, fonts)
        elif part.kind == "voice" and part.name != "sms-tools":
            out += voices.variants(_piece(part, entry, path))
        elif part.name == "sms-tools":
            piece = _piece(part, entry, path)
            out += voices.keys(piece) if known.instrument(piece) else [piece]
        elif part.kind == "music" or path.name.startswith(LOOPS):
            out.append(_piece(part, entry, path))
    return [
        *out,
        *voices.spoken(),
        *styles.pieces(COMPOSED),
        *textures.pieces(TEXTURES),
        *outdoors.pieces(OUTDOORS),
    ]


def _piece(part: Part, entry: Entry, path: Path) -> Piece:
    album = entry.album
    longest = LONGEST.get(part.name, Piece.seconds)
    return Piece(part.name, path.stem, album, path, entry.licence, albums.split(part, album), seconds=longest)


def _scores(part: Part, entry: Entry, path: Path, number: int, fonts: list[str]) -> Iterator[Piece]:
    """Yield a score on its own instruments and, if it is classical, on others and in other sound fonts."""
    program = PROGRAMS.get(path.name.split("-")[0], 0) if part.name == "mutopia" else 0
    piece, font = _piece(part, entry, path), fonts[number % len(fonts)]
    own = replace(piece, program=program, seconds=LONGEST[part.name], soundfont=font)
    yield own
    for turn in range(RENDERINGS if part.name == "mutopia" else 0):
        other, transpose = ALSO_ON[(RENDERINGS * number + turn) % len(ALSO_ON)]
        font = fonts[(number + turn + 1) % len(fonts)]
        yield replace(own, program=other, replace=True, transpose=transpose, soundfont=font, seconds=30.0)


WINDOW = 59_904
"""Samples of a window: 3.74 s, a little more than the 59,049 that the main model hears."""


def hear(piece: Piece, fluidsynth: str, fonts: Mapping[str, Path]) -> NDArray[np.int16]:
    """Return the windows of a piece, int16 [n, WINDOW]; none where it cannot be heard, with a warning.

    Of what a program plays every other window is taken: neighbours differ little, and teachers take time.
    """
    windows = _whole(piece, fluidsynth, fonts)
    return windows if piece.real else windows[::2]


def _whole(piece: Piece, fluidsynth: str, fonts: Mapping[str, Path]) -> NDArray[np.int16]:
    try:
        if piece.source == styles.SOURCE:
            sound = styles.sound_of(piece.name, fluidsynth, list(fonts.values()))
            return corpus.cut(sound, piece.seconds, WINDOW)
        if piece.source == "textures":
            kind, number = piece.name.rsplit(" ", 1)
            return corpus.cut(textures.make(kind, int(number), piece.seconds), piece.seconds, WINDOW)
        if piece.source == outdoors.SOURCE:
            return corpus.cut(outdoors.make(piece.name, piece.seconds), piece.seconds, WINDOW)
        if piece.voice or (piece.program is None and piece.transpose):
            return corpus.cut(voices.heard(piece), piece.seconds, WINDOW)
    except EarmarkError as error:
        LOG.warning("left out: %s", error)
        return np.zeros((0, WINDOW), np.int16)
    return corpus.heard(piece, fluidsynth, fonts.get(piece.soundfont, Path()), WINDOW)


def seconds(piece: Piece) -> float:
    """Return about how long a piece is, without hearing it; 0 where it cannot be told."""
    from tagger_core.audio import decode  # noqa: PLC0415 - a host that only teaches has no av

    if piece.program is not None:
        return min(piece.seconds, midi.seconds(piece.path))
    if piece.source == "espeak":
        return 25.0
    if piece.path == Path():
        return piece.seconds
    try:
        return min(piece.seconds, (decode.probe(piece.path).seconds or 0.0) / piece.rate)
    except EarmarkError:
        return 0.0


def taken(piece: Piece) -> float:
    """Return about how many seconds of a piece become windows, without hearing it."""
    return seconds(piece) * (1.0 if piece.real else 0.5)


def long_enough(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without jingles, breaths and strokes."""
    kinds = {part.name: part.kind for part in PARTS}
    return [p for p in pieces if seconds(p) >= SHORTEST.get(kinds.get(p.source, ""), 0.0)]


def hours(pieces: list[Piece]) -> list[tuple[str, str, float, float, float]]:
    """Return (source, licences, hours of training, of validation, of test) for each source."""
    rows = []
    for source in dict.fromkeys(piece.source for piece in pieces):
        mine = [piece for piece in pieces if piece.source == source]
        licences = ", ".join(sorted({piece.licence for piece in mine}))
        train, validation, test = (
            sum(taken(piece) for piece in mine if piece.split == name) / 3600
            for name in ("train", "validation", "test")
        )
        rows.append((source, licences, train, validation, test))
    return rows


MADE = {
    "composed": "24 styles and 14 solos, composed by the trainer, played by sound fonts and synthesisers",
    "espeak": "a text of our own, read by espeak-ng (GPL-3.0-or-later)",
    "textures": "noise, drones, strings, beats, synthesisers and sung vowels, computed",
    "outdoors": "rain, surf, wind, a stream, birds, applause and engines, computed",
}
"""What the sources say that nobody else made."""


def credits_of(heard: Corpus) -> dict[str, str]:
    """Return who made what is in a corpus, by source, in the order of the parts."""
    there = {piece.source for piece in heard.pieces}
    named = {part.name: f"{part.credit}; {part.origin}" for part in PARTS} | MADE
    return {source: who for source, who in named.items() if source in there}


def gathered(folders: list[Path], work: Path, fluidsynth: str, workers: int) -> Corpus:
    """Return the corpus in a work folder; hear it from local copies first if it is not there."""
    if (work / "corpus" / "pieces.json").exists():
        return corpus.load(work / "corpus")
    return updated(manifest.local_copies(manifest.read(), folders), work, fluidsynth, workers)


def updated(found: Mapping[Entry, Path], work: Path, fluidsynth: str, workers: int) -> Corpus:
    """Return the corpus in a work folder, after hearing what it lacks of local copies of the parts."""
    kinds = {part.name: part.kind for part in PARTS}
    fonts = {entry.part: path for entry, path in found.items() if kinds[entry.part] == "soundfont"}
    sound_of = partial(hear, fluidsynth=fluidsynth, fonts=fonts)
    return corpus.updated(work / "corpus", long_enough(pieces_of(found)), sound_of, workers)


def main(arguments: list[str]) -> None:
    """Hear what the corpus in the work folder lacks, or say how long it is."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil corpus", description=__doc__)
    parser.add_argument("--parts", type=Path, nargs="+", required=True, help="unpacked packages, clones")
    parser.add_argument("--work", type=Path, required=True, help="folder for some 4 GB of audio")
    parser.add_argument("--hours", action="store_true", help="only say how many hours each part has")
    parser.add_argument("--fluidsynth", default="fluidsynth", help="the FluidSynth program")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")
    options = parser.parse_args(arguments)
    found = manifest.local_copies(manifest.read(), options.parts)
    if not options.hours:
        updated(found, options.work, options.fluidsynth, options.workers)
        return
    for row in hours(long_enough(pieces_of(found))):
        LOG.info("%-18s %-40s train %5.2f h, validation %5.2f h, test %5.2f h", *row)
