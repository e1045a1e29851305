"""All styles by name, and a piece of any of them as sound."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.distil.composed import band, chamber, electronic, solo, synths
from trainer.distil.composed.harmony import Random
from trainer.distil.composed.score import Score
from trainer.distil.composed.synths import Signal
from trainer.distil.corpus import RATE
from trainer.distil.render import rendered
from trainer.distil.sources import Piece, split_of

SCORES: dict[str, Callable[[Random], Score]] = {
    "rock": band.rock,
    "metal": band.metal,
    "punk": band.punk,
    "funk": band.funk,
    "reggae": band.reggae,
    "blues": band.blues,
    "jazz": band.jazz,
    "country": chamber.country,
    "folk": chamber.folk,
    "waltz": chamber.waltz,
    "baroque": chamber.baroque,
    "choir": chamber.choir,
    "piano": chamber.piano,
    "quartet": chamber.quartet,
    "raga": chamber.raga,
}
"""Styles for a sound font."""

SYNTHETIC: dict[str, Callable[[Random, float], Signal]] = {
    "techno": electronic.techno,
    "house": electronic.house,
    "trance": electronic.trance,
    "electro": electronic.electro,
    "drum and bass": electronic.drum_and_bass,
    "dub": electronic.dub,
    "hip-hop": electronic.hip_hop,
    "lounge": electronic.lounge,
    "ambient": electronic.ambient,
}
"""Styles for synthesisers."""

SOLOS: dict[str, Callable[[Random], Score]] = {
    f"solo {name}": solo.of(instrument) for name, instrument in solo.INSTRUMENTS.items()
}
"""One instrument of a sound font by itself."""

DRIVE = {"rock": 3.0, "metal": 6.0, "punk": 6.0, "funk": 2.0, "reggae": 1.5, "blues": 2.0, "country": 1.5}
"""How hot a band is recorded: sound fonts play cleaner and with more peaks than any record has."""
ROOMS = {
    "choir": 2.5,
    "quartet": 1.5,
    "baroque": 1.2,
    "piano": 1.0,
    "waltz": 0.8,
    "folk": 0.5,
    "raga": 0.8,
    "jazz": 0.5,
} | dict.fromkeys(SOLOS, 0.7)
"""Seconds of the room that chamber music is played in."""

STYLES = (*SCORES, *SYNTHETIC, *SOLOS)
"""Their places seed what is composed: a new style is the last."""
SECONDS = 30.0
SOURCE = "composed"


def pieces(each: int) -> list[Piece]:
    """Return `each` pieces of every style, 30 s long; a piece is its style and its number."""
    return [
        Piece(
            SOURCE, name, name, Path(), "made here", split_of(name, validation=0.1, test=0.1), seconds=SECONDS
        )
        for number in range(each)
        for name in (f"{style} {number}" for style in STYLES)
    ]


def sound_of(name: str, fluidsynth: str, soundfonts: list[Path]) -> NDArray[np.float32]:
    """Return a piece by its name, "STYLE NUMBER": float32 [n] at the corpus's rate, peak between .2 and .95.

    Args:
        name: of the piece.
        fluidsynth: the program.
        soundfonts: one of which plays a score.
    """
    style, number = name.rsplit(" ", 1)
    random = np.random.default_rng([int(number), STYLES.index(style)])
    if style in SYNTHETIC:
        sound = SYNTHETIC[style](random, SECONDS).astype(np.float32)
    else:
        font = soundfonts[int(random.integers(len(soundfonts)))]
        sound = _recorded(random, style, _played((SCORES | SOLOS)[style](random), fluidsynth, font))
    return np.asarray(sound / (np.abs(sound).max() + 1e-9) * random.uniform(0.2, 0.95), np.float32)


def _recorded(random: Random, style: str, sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a font plays as a record has it: a band in overdrive, chamber music in a room."""
    out = sound.astype(np.float64) / (4 * sound.std() + 1e-9)
    if style in ROOMS:
        out = synths.room(random, out, ROOMS[style], 0.35)
    if style in DRIVE:
        out = np.tanh(DRIVE[style] * random.uniform(0.7, 1.3) * out)
    return np.asarray(out, np.float32)


def _played(score: Score, fluidsynth: str, soundfont: Path) -> NDArray[np.float32]:
    from tagger_core.audio import decode  # noqa: PLC0415 - a host that only teaches has no av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "score.mid"
        path.write_bytes(score.to_midi())
        piece = Piece(SOURCE, "score", "score", path, "made here", "train", program=0, seconds=SECONDS)
        with rendered(piece, fluidsynth, soundfont) as sound:
            return decode.load(sound, RATE)[: int(SECONDS * RATE)]
