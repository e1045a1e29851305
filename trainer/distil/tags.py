"""Words of a student, and the scores of teachers as logits and bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Merged:
    """One tag of the student.

    Args:
        name: the word that people see.
        category: genre, mood, instrument, voice, era, tempo or texture.
        members: the teacher's tags that mean it.
    """

    name: str
    category: str
    members: tuple[str, ...]


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float64))))


def logit(scores: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Undo `sigmoid`; scores are kept a millionth away from 0 and 1."""
    inside = np.clip(np.asarray(scores, np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


BAR = 0.4
"""The score from which a student's word counts as heard. Teachers' bars are moved there: people compare
words, and a teacher says .15 of a rare one that it is sure of and .6 of a common one."""


def bars(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the teacher's score from which a tag counts as heard: its top tenth, but from .12 to .4."""
    return np.asarray(np.clip(np.quantile(scores, 0.9, axis=0), 0.12, 0.4))
