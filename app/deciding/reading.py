"""What the review list shows, read in the reading lane and handed over frozen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.song.course import Course, course_of, strongest_start
from tagger_core.jobs import Model
from tagger_core.library import review
from tagger_core.library.records import TagScore, TrackRow
from tagger_core.library.review import Order, Pair, Place, Walk
from tagger_core.library.store import Library

PAGE = 50


@dataclass(frozen=True)
class Question:
    """Whether a song has a tag."""

    pair: Pair
    row: TrackRow


@dataclass(frozen=True)
class Asked:
    """What the list is made of.

    Args:
        order: see `review.page`.
        tag: only this one; None for all.
        among: only these songs.
    """

    order: Order
    tag: str | None
    among: Collection[int]


@dataclass(frozen=True)
class Questions:
    """A page of the list.

    Args:
        after: where the next page begins; None where there is none.
    """

    questions: tuple[Question, ...]
    after: dict[Walk, Place] | None


@dataclass(frozen=True, eq=False)
class Look:
    """What helps to answer a question.

    Args:
        course: of the one tag through the song; None where it is not known.
        start: where the window begins in which the tag is strongest, in seconds.
    """

    question: Question
    course: Course | None
    start: float


def read_page(library: Library, model_id: int, asked: Asked, after: dict[Walk, Place] | None) -> Questions:
    """Return the questions behind a place, None for the first ones."""
    with library.read() as connection:
        page = review.page(
            connection,
            model_id,
            order=asked.order,
            tag=asked.tag,
            among=asked.among,
            after=after,
            limit=PAGE,
        )
    rows = {row.id: row for row in library.rows(list({pair.track_id for pair in page.pairs}), model_id)}
    found = tuple(Question(pair, rows[pair.track_id]) for pair in page.pairs if pair.track_id in rows)
    return Questions(found, page.after if len(page.pairs) == PAGE else None)


def read_sure(library: Library, model_id: int, tag: str, score: float, among: Collection[int]) -> list[int]:
    """Return the songs whose undecided tag has at least this score."""
    with library.read() as connection:
        return review.at_least(connection, model_id, tag, score, among)


def read_look(library: Library, model: Model, question: Question) -> Look:
    """Return where a question's tag is in its song."""
    pair, info = question.pair, model.entry.info
    timeline = library.timeline(pair.track_id, model.id)
    if timeline is None or info is None:
        return Look(question, None, 0.0)
    tag = TagScore(pair.tag, pair.category, pair.score, pair.threshold)
    course = course_of(
        timeline, [tag], sample_rate=info.sample_rate, window=info.window, seconds=question.row.seconds
    )
    return Look(question, course, strongest_start(timeline, pair.tag, info.sample_rate))
