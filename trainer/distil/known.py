"""What is known of a sound, whatever teachers take it for.

Teachers learned from whole songs and guess at an instrument by itself: a guitar of a sound font they call a
harpsichord, a cello a piano. But which instruments a score was played on, or a single note, is no guess; nor
is the style in which something was composed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from trainer.distil import midi
from trainer.distil.corpus import Corpus
from trainer.distil.sources import Piece
from trainer.distil.tags import logit
from trainer.distil.vocabulary import Word

LOG = logging.getLogger(__name__)
PROGRAMS = "programs.json"
"""In a corpus's folder: the programs of its scores."""
SURE, UNLIKELY = 0.7, 0.25
"""The least score of a word that is known to fit, and the highest of an instrument that is not there."""
CATEGORIES = ("instrument", "voice")
"""What is known about: words of these categories that neither fit nor are near do not fit."""
NO_VOICE = "instrumental"
"""A word of the voices that may fit whatever is none; teachers decide."""


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
BASS = Known(("bass",), ("guitar", "electric guitar"))
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
SYNTH_VOICE = Known(("synth",), ("keyboard", "computer", "choir", "vocal", "female vocal", "male vocal"))
SYNTH_BASS = Known(("synth", "bass"), ("keyboard", "computer"))
DRUMS = Known(("drums",))
KIT = Known(("drums",), ("drum machine",))
FEMALE = Known(("vocal", "female vocal"), ("choir",))
MALE = Known(("vocal", "male vocal"), ("choir",))
NONE_OF_THEM = Known()
"""A vibraphone, a horn, an oboe, a clarinet: nobody has a word for it, but it is no other instrument."""

PLAYED = {
    0: PIANO, 1: PIANO, 3: PIANO, 4: ELECTRIC_PIANO, 6: HARPSICHORD,
    7: Known((), ("keyboard", "harpsichord")), 11: NONE_OF_THEM, 19: ORGAN, 20: ORGAN, 24: GUITAR, 25: GUITAR,
    29: ELECTRIC_GUITAR, 30: ELECTRIC_GUITAR, 38: SYNTH_BASS, 40: VIOLIN, 41: VIOLA, 42: CELLO,
    43: Known(("strings",), ("cello", "bass")), 46: HARP, 48: VIOLA, 52: CHOIR, 53: CHOIR, 54: SYNTH_VOICE,
    56: NONE_OF_THEM, 57: NONE_OF_THEM, 58: NONE_OF_THEM, 62: SYNTH, 68: NONE_OF_THEM, 69: NONE_OF_THEM,
    70: NONE_OF_THEM, 71: NONE_OF_THEM, 73: FLUTE, 74: RECORDER, 75: FLUTE, 80: SYNTH, 81: SYNTH, 88: SYNTH,
    89: SYNTH, 91: SYNTH_VOICE, 104: SITAR, 105: Known((), ("guitar", "acoustic guitar")),
    107: Known((), ("harp", "guitar")), midi.DRUMS: KIT,
}  # fmt: skip
"""By General MIDI program, from 0: what a score sounds like that is played on it alone. 48 is a section of
strings, 7 a clavinet, 75 a pan flute, 91 a pad of voices, 105 a banjo, 107 a koto."""

COMPOSED = {
    "piano": PIANO, "choir": Known(("choir",), (*CHOIR.near, "synth", "keyboard")), "quartet": VIOLA,
    "solo piano": PIANO, "solo electric piano": ELECTRIC_PIANO, "solo harpsichord": HARPSICHORD,
    "solo acoustic guitar": GUITAR, "solo electric guitar": ELECTRIC_GUITAR, "solo bass": BASS,
    "solo violin": VIOLIN, "solo cello": CELLO, "solo strings": VIOLA, "solo harp": HARP,
    "solo flute": FLUTE, "solo sitar": SITAR, "solo choir": CHOIR, "solo synth": SYNTH,
}  # fmt: skip
"""By style, of what the trainer composed: choirs may have an organ beside them or be of a synthesiser, and a
quartet is strings, whichever of them leads."""

STYLES = {
    "rock": ("rock", "guitar", "electric guitar", "drums"),
    "metal": ("metal", "heavy metal", "rock", "guitar", "electric guitar", "drums"),
    "punk": ("punk", "rock", "guitar", "electric guitar", "drums"),
    "funk": ("funk", "drums"), "reggae": ("reggae", "drums"), "blues": ("blues", "guitar", "drums"),
    "jazz": ("jazz", "drums"), "country": ("country", "guitar", "acoustic guitar"), "folk": ("folk",),
    "baroque": ("classical",), "raga": ("indian", "sitar"),
    "techno": ("techno", "electronic"), "house": ("house", "electronic"), "trance": ("trance", "electronic"),
    "electro": ("electro", "electronic"), "drum and bass": ("electronic",), "hip-hop": ("hip-hop", "beat"),
    "lounge": ("lounge",), "ambient": ("ambient",),
}  # fmt: skip
"""What is certain of a composition in a style, whatever else there is: its name, and what always plays."""

RECORDED = {
    "piano": PIANO, "flute-": FLUTE, "violin-": VIOLIN, "cello-": CELLO, "bendir": DRUMS, "mridangam": DRUMS,
    "soprano-": FEMALE, "singing-female": FEMALE, "vignesh": MALE, "trumpet-": NONE_OF_THEM,
    "oboe-": NONE_OF_THEM, "sax-": NONE_OF_THEM, "vibraphone-": NONE_OF_THEM, "organ-": ORGAN,
}  # fmt: skip
"""By the beginning of the name, those of sms-tools that hold one instrument or voice."""


def programs_in(folder: Path, pieces: list[Piece]) -> dict[str, frozenset[int]]:
    """Return the programs of the scores that keep their own instruments, by their paths.

    They are kept in the corpus's folder, since a host that only teaches has no scores. Of a score that is
    neither there nor told of, nothing is known, with a warning.

    Args:
        folder: with the corpus.
        pieces: of the corpus.
    """
    path = folder / PROGRAMS
    told_of = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept = {score: frozenset(programs) for score, programs in told_of.items()}
    unread = {
        str(piece.path): piece.program
        for piece in pieces
        if piece.program is not None and not piece.replace and str(piece.path) not in kept
    }
    missing = 0
    for score, default in unread.items():
        try:
            kept[score] = midi.programs(Path(score), default)
        except (EarmarkError, OSError):
            missing += 1
    if missing:
        LOG.warning("%d scores cannot be read: what plays them is not known", missing)
    if len(unread) > missing:
        temporary = path.with_suffix(".part")
        listed = {score: sorted(programs) for score, programs in kept.items()}
        temporary.write_text(json.dumps(listed), "utf-8")
        temporary.replace(path)
    return kept


def known(piece: Piece, programs: Mapping[str, frozenset[int]]) -> Known | None:
    """Return what a piece holds, None where that is not known.

    Args:
        piece: any.
        programs: of the scores that keep their own instruments, as of `programs_in`.
    """
    if piece.source == "composed":
        return COMPOSED.get(piece.name.rsplit(" ", 1)[0])
    if piece.source == "sms-tools":
        return next((what for name, what in RECORDED.items() if piece.name.startswith(name)), None)
    if piece.program is None:
        return None
    if piece.replace:
        return PLAYED.get(piece.program)
    return _together([PLAYED.get(program) for program in sorted(programs.get(str(piece.path), ()))])


def instrument(piece: Piece) -> bool:
    """Return whether a recording is known to be of one instrument rather than of a voice."""
    what = known(piece, {})
    return piece.real and what is not None and what not in (FEMALE, MALE)


def certain(piece: Piece) -> tuple[str, ...]:
    """Return words that fit a piece for certain, whatever else does."""
    return STYLES.get(piece.name.rsplit(" ", 1)[0], ()) if piece.source == "composed" else ()


def _together(parts: list[Known | None]) -> Known | None:
    """Return what is known of several instruments, any of which may sound: what fits all, and what none."""
    each = [part for part in parts if part is not None]
    if len(each) < len(parts) or not each:
        return None
    said = dict.fromkeys(word for part in each for word in (*part.words, *part.near))
    words = tuple(word for word in said if all(word in part.words for part in each))
    return Known(words, tuple(word for word in said if word not in words))


def sure(corpus: Corpus, programs: Mapping[str, frozenset[int]]) -> NDArray[np.bool_]:
    """Return of which windows it is known what plays or sings, bool [n]; see `told`."""
    of_pieces = np.array([known(piece, programs) is not None for piece in corpus.pieces])
    return np.asarray(of_pieces[corpus.piece_of])


def notes(corpus: Corpus) -> NDArray[np.bool_]:
    """Return which windows hold recorded notes of one instrument that is known, bool [n]."""
    return np.array([instrument(piece) for piece in corpus.pieces])[corpus.piece_of]


def told(
    logits: NDArray[np.float32],
    words: tuple[Word, ...],
    corpus: Corpus,
    programs: Mapping[str, frozenset[int]],
) -> NDArray[np.float32]:
    """Return target logits [n, words] in which training windows say what is known of them.

    What a student is measured by stays the teachers'.

    Args:
        logits: the teachers', [n, words].
        words: the vocabulary.
        corpus: of n windows.
        programs: as of `programs_in`.
    """
    out = logits.copy()
    for number, piece in enumerate(corpus.pieces):
        if piece.split == "train":
            here = corpus.piece_of == number
            out[here] = np.clip(out[here], *_bounds(known(piece, programs), certain(piece), words))
    return out


def _bounds(
    what: Known | None, sure_of: tuple[str, ...], words: tuple[Word, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return each word's lowest and highest target, [words] each."""
    named = sure_of if what is None else (*what.words, *sure_of)
    fits = np.array([word.name in named for word in words])
    least, highest = np.where(fits, logit(SURE), -np.inf), np.full(len(words), np.inf)
    if what is not None:
        sung = any(word.category == "voice" for word in words if word.name in what.words)
        may = (*what.near, *(() if sung else (NO_VOICE,)))
        others = np.array([word.category in CATEGORIES and word.name not in may for word in words])
        highest[others & ~fits] = logit(UNLIKELY)
    return least.astype(np.float32), highest.astype(np.float32)
