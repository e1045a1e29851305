"""The teacher's fifty tags, merged into the words that people use, each with its category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagger_core.models.tag_names import MTAT

TEACHER_TAGS = tuple(name for name, _ in MTAT)
"""The order of the public MagnaTagATune checkpoints."""

FEMALE = ("female", "woman", "female vocal", "female voice")
MALE = ("male", "man", "male vocal", "male voice")


@dataclass(frozen=True)
class Merged:
    """One tag of the student.

    Args:
        name: the word that people see.
        category: genre, mood, instrument, voice, tempo or texture.
        members: the teacher's tags that mean it.
    """

    name: str
    category: str
    members: tuple[str, ...]


def _alone(category: str, *names: str) -> list[Merged]:
    return [Merged(name, category, (name,)) for name in names]


MERGED: tuple[Merged, ...] = (
    Merged("classical", "genre", ("classical", "classic")),
    *_alone(
        "genre", "rock", "pop", "metal", "country", "electronic", "techno", "dance", "ambient", "new age"
    ),
    *_alone("genre", "indian", "opera"),
    *_alone("instrument", "guitar", "piano", "strings", "violin", "cello", "harp", "harpsichord", "flute"),
    *_alone("instrument", "sitar", "synth", "drums"),
    # Whoever wrote "woman" heard a voice too.
    Merged("vocal", "voice", ("vocal", "vocals", "singing", "voice", *FEMALE, *MALE)),
    Merged("female vocal", "voice", FEMALE),
    Merged("male vocal", "voice", MALE),
    Merged("choir", "voice", ("choir", "choral")),
    Merged("instrumental", "voice", ("no vocals", "no vocal", "no voice")),
    *_alone("tempo", "slow", "fast"),
    *_alone("mood", "soft", "quiet", "loud", "weird"),
    Merged("beat", "texture", ("beat", "beats")),
    *_alone("texture", "solo"),
)


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float64))))


def logit(scores: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Undo `sigmoid`; scores are kept a millionth away from 0 and 1."""
    inside = np.clip(np.asarray(scores, np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def merge(teacher_logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return scores [n, merged tags] for the teacher's logits [n, 50].

    The merged score is the chance that at least one of the synonyms was written, were they written
    independently: one minus the product of the complements.
    """
    silent = 1 - sigmoid(teacher_logits)
    columns = [[TEACHER_TAGS.index(member) for member in tag.members] for tag in MERGED]
    return np.stack([1 - silent[:, column].prod(axis=1) for column in columns], axis=1)


BAR = 0.4


def bars(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the teacher's score from which a tag counts as heard: its top tenth, but from .12 to .4."""
    return np.asarray(np.clip(np.quantile(scores, 0.9, axis=0), 0.12, 0.4))


def lifted(scores: NDArray[np.floating], bar: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return logits [n, tags] shifted so that each tag's bar lies at a score of .4.

    The teacher says .15 for a rare tag that it is sure of and .6 for a common one; people compare tags.
    """
    return logit(scores) - logit(bar) + logit(BAR)
