"""Several teachers' scores merged into one target a word.

Networks that learned from the same labels are averaged in logits: each estimates the same chance, with errors
of its own. Data sets are not: those who labelled one wrote "rock" far more often than those who labelled
another, so the same sound has another chance in each. Each set's logits are first moved to where its own bar
lies at one score for all, and given one deviation, before they are averaged; so no set outvotes another
because its listeners wrote more, or because its networks are surer of themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.distil.panel import Voice
from trainer.distil.tags import BAR, bars, logit, sigmoid
from trainer.distil.vocabulary import Word, spoken

Heard = Mapping[Voice, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Merger:
    """Scores of teachers -> one logit a word; fitted once on what is taught, then applied to all.

    Args:
        words: the vocabulary.
        bar: logit from which a set counts as convinced, by (word, data set).
        deviation: of the set's logits, by (word, data set).
    """

    words: tuple[Word, ...]
    bar: Mapping[tuple[str, str], float]
    deviation: Mapping[tuple[str, str], float]

    def __call__(self, heard: Heard) -> NDArray[np.float32]:
        """Return target logits, float32 [n, words], for each teacher's logits [n, 50]."""
        return np.stack([self._word(word, heard) for word in self.words], axis=1).astype(np.float32)

    def _word(self, word: Word, heard: Heard) -> NDArray[np.float64]:
        spread = float(np.mean([self.deviation[word.name, name] for name in word.members]))
        moved = []
        for name in word.members:
            place = (word.name, name)
            moved.append((of_set(word, name, heard) - self.bar[place]) * spread / self.deviation[place])
        return np.asarray(np.mean(moved, axis=0) + logit(BAR))


def of_set(word: Word, dataset: str, heard: Heard) -> NDArray[np.float64]:
    """Return the mean over a data set's networks of a word's logits, [n].

    Raises:
        ValueError: no network of that set was asked.
    """
    mine = [
        logit(spoken(word, dataset, scores)) for voice, scores in heard.items() if voice.dataset == dataset
    ]
    if not mine:
        raise ValueError(f"nobody of {dataset} was asked about {word.name}")
    return np.asarray(np.mean(mine, axis=0))


def fitted(words: tuple[Word, ...], heard: Heard) -> Merger:
    """Return the merger for what the teachers say of the training windows."""
    bar, deviation = {}, {}
    for word in words:
        for name in word.members:
            logits = of_set(word, name, heard)
            bar[word.name, name] = float(logit(bars(sigmoid(logits)[:, None])[0]))
            deviation[word.name, name] = float(np.std(logits)) + 1e-6
    return Merger(words, bar, deviation)


NO_MUSIC = 0.1
"""Where among the training windows, from the lowest, a genre's target lies for what is no music."""


def without_genre(
    logits: NDArray[np.float32], words: tuple[Word, ...], music: NDArray[np.bool_], taught: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return target logits [n, words] in which nothing but music has a genre.

    Teachers were never asked about speech or noise, and hear hip-hop in the one and ambient in the other.

    Args:
        logits: as merged.
        words: the vocabulary.
        music: whether a window holds any, [n].
        taught: windows of the training split, by which it is told what is low.
    """
    return np.where(music[:, None], logits, np.minimum(logits, most(logits[taught], words))).astype(
        np.float32
    )


def most(logits: NDArray[np.float32], words: tuple[Word, ...]) -> NDArray[np.float32]:
    """Return each word's highest target for what is no music, [words], by the logits of what is taught."""
    genres = np.array([word.category == "genre" for word in words])
    return np.where(genres, np.quantile(logits, NO_MUSIC, axis=0), np.inf).astype(np.float32)
