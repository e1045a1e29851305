"""How the strongest tags go through a song, ready to be drawn at any width. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagger_core.library.keys import tag_key
from tagger_core.library.records import TagScore, Timeline

MOST_TAGS = 12


@dataclass(frozen=True, eq=False)
class Course:
    """The scores of some tags along a song.

    Args:
        tags: the tags, in the order of the rows.
        edges: float64 [windows + 1], seconds: each window stands for the time between two edges.
        starts: float64 [windows], seconds: where each window really begins.
        scores: float32 [tags, windows].
    """

    tags: tuple[TagScore, ...]
    edges: NDArray[np.float64]
    starts: NDArray[np.float64]
    scores: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """Length of the song."""
        return float(self.edges[-1])

    def score(self, row: int, seconds: float) -> float:
        """Return the score of a row's tag at a time."""
        return float(self.scores[row, self.window(seconds)])

    def window(self, seconds: float) -> int:
        """Return the window that stands for a time; the first or last one for times outside."""
        found = int(np.searchsorted(self.edges, seconds, side="right")) - 1
        return min(max(found, 0), len(self.starts) - 1)

    def columns(self, count: int) -> NDArray[np.float32]:
        """Return float32 [tags, count]: the highest score in each of `count` equal stretches of the song."""
        times = np.linspace(0, self.seconds, count + 1)
        last = self.scores.shape[1] - 1
        first = np.clip(np.searchsorted(self.edges, times[:-1], side="right") - 1, 0, last)
        # The window that a stretch ends in counts, unless the stretch only touches its edge.
        end = np.clip(np.searchsorted(self.edges, times[1:], side="left"), first + 1, last + 1)
        highest = self.scores[:, first]
        for further in range(1, int((end - first).max())):
            inside = np.minimum(first + further, end - 1)
            highest = np.maximum(highest, self.scores[:, inside])
        return highest


def course_of(
    timeline: Timeline,
    scores: Sequence[TagScore],
    *,
    sample_rate: int,
    window: int,
    seconds: float | None,
    most: int = MOST_TAGS,
) -> Course | None:
    """Return the course of the tags that hold, then of the strongest others; None where nothing was heard.

    Args:
        timeline: as the library has it.
        scores: of the song; rejected tags are left out.
        sample_rate: in Hz, that the starts count in.
        window: length of a window in samples.
        seconds: length of the song; None where unknown.
        most: at most so many tags.
    """
    if not len(timeline.starts) or not timeline.names:
        return None
    places = {tag_key(name): place for place, name in enumerate(timeline.names)}
    wanted = sorted(
        (tag for tag in scores if tag.accepted is not False and tag_key(tag.name) in places),
        key=lambda tag: (not tag.holds, -(tag.score or 0.0), tag.name),
    )[:most]
    rows = [places[tag_key(tag.name)] for tag in wanted]
    starts = timeline.starts / sample_rate
    length = window / sample_rate
    centres = starts + length / 2
    end = max(seconds or 0.0, float(starts[-1]) + min(length, seconds or length))
    edges = np.concatenate([[0.0], (centres[1:] + centres[:-1]) / 2, [end]])
    return Course(tuple(wanted), edges, starts, timeline.scores[:, rows].T.astype(np.float32))


def strongest_start(timeline: Timeline, tag: str, sample_rate: int) -> float:
    """Return where the window begins in which a tag is strongest, in seconds; 0 where it was not heard."""
    keys = [tag_key(name) for name in timeline.names]
    if not len(timeline.starts) or tag_key(tag) not in keys:
        return 0.0
    best = int(timeline.scores[:, keys.index(tag_key(tag))].argmax())
    return float(timeline.starts[best] / sample_rate)
