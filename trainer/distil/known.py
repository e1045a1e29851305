"""What is known of the instruments in a sound, whatever teachers take them for.

Teachers learned from whole songs and guess at an instrument by itself: a guitar of a sound font they call a
harpsichord, a cello a piano. But which instruments a score was played on, or a single note, is no guess.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from trainer.distil import midi
from trainer.distil.sources import Piece
from trainer.distil.tags import logit
from trainer.distil.vocabulary import Word

SURE, UNLIKELY = 0.7, 0.25
"""The least score of a word that is known to fit, and the highest of an instrument that is not there."""
CATEGORIES = ("instrument", "voice")
"""What is known about: words of these categories that neither fit nor are near do not fit."""
NO_VOICE = "instrumental"
"""A word of the voices that fits whatever is none."""


class Known(NamedTuple):
    """What a sound holds.

    Args:
        words: that fit, of any category.
        near: words of instruments and voices that may fit as well; teachers decide.
    """

    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


PIANO = Known(("piano",), ("keyboard",))
ELECTRIC_PIANO = Known(("electric piano", "keyboard"), ("piano",))
HARPSICHORD = Known(("harpsichord",), ("keyboard",))
GUITAR = Known(("guitar", "acoustic guitar"))
ELECTRIC_GUITAR = Known(("guitar", "electric guitar"), ("bass",))
VIOLIN = Known(("violin", "strings"))
VIOLA = Known(("strings",), ("violin", "cello"))
CELLO = Known(("cello", "strings"), ("bass",))
HARP = Known(("harp",))
FLUTE = Known(("flute",))
RECORDER = Known((), ("flute",))
ORGAN = Known((), ("keyboard", "synth"))
SITAR = Known(("sitar",))
CHOIR = Known(("choir",), ("vocal", "female vocal", "male vocal"))
SYNTH = Known(("synth",), ("keyboard", "computer", "electric piano", "bass"))
SYNTH_BASS = Known(("synth", "bass"), ("keyboard", "computer"))
DRUMS = Known(("drums",))
FEMALE = Known(("vocal", "female vocal"), ("choir",))
MALE = Known(("vocal", "male vocal"), ("choir",))
NONE_OF_THEM = Known()
"""A vibraphone, a horn, an oboe, a clarinet: nobody has a word for it, but it is no other instrument."""

PLAYED = {
    0: PIANO, 1: PIANO, 3: PIANO, 4: ELECTRIC_PIANO, 6: HARPSICHORD,
    7: Known((), ("keyboard", "harpsichord")), 11: NONE_OF_THEM, 19: ORGAN, 20: ORGAN, 24: GUITAR, 25: GUITAR,
    29: ELECTRIC_GUITAR, 30: ELECTRIC_GUITAR, 38: SYNTH_BASS, 40: VIOLIN, 41: VIOLA, 42: CELLO,
    43: Known(("strings",), ("cello", "bass")), 46: HARP, 48: VIOLA, 52: CHOIR, 53: CHOIR,
    54: Known(("synth",), ("choir", "female vocal")), 56: NONE_OF_THEM, 57: NONE_OF_THEM, 58: NONE_OF_THEM,
    62: SYNTH, 68: NONE_OF_THEM, 69: NONE_OF_THEM, 70: NONE_OF_THEM, 71: NONE_OF_THEM, 73: FLUTE,
    74: RECORDER, 75: FLUTE, 80: SYNTH, 81: SYNTH, 88: SYNTH, 89: SYNTH, 91: SYNTH, 104: SITAR,
    105: Known((), ("guitar", "acoustic guitar")), 107: Known((), ("harp", "guitar")), midi.DRUMS: DRUMS,
}  # fmt: skip
"""By General MIDI program, from 0: what a score sounds like that is played on it alone. 48 is a section of
strings, 7 a clavinet, 75 a pan flute, 105 a banjo, 107 a koto."""

COMPOSED = {"piano": PIANO, "choir": CHOIR, "quartet": VIOLA}
"""By style, of what the trainer composed; a section of strings is heard as a viola is."""

RECORDED = {
    "piano": PIANO, "flute-": FLUTE, "violin-": VIOLIN, "cello-": CELLO, "bendir": DRUMS, "mridangam": DRUMS,
    "soprano-": FEMALE, "singing-female": FEMALE, "vignesh": MALE, "trumpet-": NONE_OF_THEM,
    "oboe-": NONE_OF_THEM, "sax-": NONE_OF_THEM, "vibraphone-": NONE_OF_THEM,
    "organ-": ORGAN,
}  # fmt: skip
"""By the beginning of the name, of sms-tools, which holds notes and phrases of one instrument each."""


def known(piece: Piece) -> Known | None:
    """Return what a piece holds, None where that is not known."""
    if piece.source == "composed":
        return COMPOSED.get(piece.name.rsplit(" ", 1)[0])
    if piece.source == "sms-tools":
        return next((what for name, what in RECORDED.items() if piece.name.startswith(name)), None)
    if piece.program is None:
        return None
    if piece.replace:
        return PLAYED.get(piece.program)
    try:
        programs = midi.programs(piece.path, piece.program)
    except EarmarkError:
        return None
    return _together([PLAYED.get(program) for program in sorted(programs)])


def _together(parts: list[Known | None]) -> Known | None:
    """Return what is known of several instruments: of no window which of them sound, of all which do not."""
    if None in parts or not parts:
        return None
    all_words = [word for part in parts if part is not None for word in (*part.words, *part.near)]
    return parts[0] if len(parts) == 1 else Known((), tuple(dict.fromkeys(all_words)))


def told(
    logits: NDArray[np.float32],
    words: tuple[Word, ...],
    pieces: list[Piece],
    piece_of: NDArray[np.int32],
    rows: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return target logits [n, words] in which some rows say what is known of their pieces.

    Args:
        logits: the teachers', [n, words].
        words: the vocabulary.
        pieces: that are heard.
        piece_of: the piece of each window, int [n].
        rows: windows that are changed, int [m]: those that are taught. What a student is measured by stays
            the teachers'.
    """
    out, mine = logits.copy(), np.zeros(len(logits), bool)
    mine[rows] = True
    for number in np.unique(piece_of[rows]):
        what = known(pieces[number])
        if what is not None:
            here = mine & (piece_of == number)
            least, highest = _bounds(what, words)
            out[here] = np.clip(out[here], least, highest)
    return out


def _bounds(what: Known, words: tuple[Word, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return each word's lowest and highest target, [words] each."""
    fits = np.array([word.name in what.words for word in words])
    may = np.array([word.name in what.near or word.name == NO_VOICE for word in words])
    if any(word.category == "voice" for word in words if word.name in what.words):
        may &= np.array([word.name != NO_VOICE for word in words])
    about = np.array([word.category in CATEGORIES for word in words])
    least = np.where(fits, logit(SURE), -np.inf)
    highest = np.where(about & ~fits & ~may, logit(UNLIKELY), np.inf)
    return least.astype(np.float32), highest.astype(np.float32)
