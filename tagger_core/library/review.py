"""What a person may want to decide next: tags of songs near or above their thresholds, a page at a time.

Each tag is one walk along the index (tag_id, score); for the doubtful, two: up and down from its threshold.
They are merged while they are read: a page costs what it shows and what it passes by.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, Select, SQLColumnExpression, exists, literal, select, tuple_

from tagger_core.library import keys, known_models
from tagger_core.library.ids import given, listed
from tagger_core.library.records import ModelTag
from tagger_core.library.schema import Decision, Track, TrackTagScore

NEAR = 0.1  # so far below its threshold a score is still worth a question
FEW = 1000  # songs; below, it is quicker to look up each than to walk past all others

Order = Literal["confident", "doubtful"]
Walk = tuple[int, bool]  # the id of a tag, and whether its scores are walked upwards
Place = tuple[float, int]  # a score and the id of its song


@dataclass(frozen=True)
class Pair:
    """A song and a tag that nobody has decided on.

    Args:
        score: in [0, 1].
        threshold: from which score the tag holds.
    """

    track_id: int
    tag: str
    category: str
    score: float
    threshold: float


@dataclass(frozen=True)
class Page:
    """Some pairs in order.

    Args:
        pairs: at most as many as asked for; fewer mean that there are no more.
        after: how far each walk has come, to be handed in for the next page.
    """

    pairs: tuple[Pair, ...]
    after: dict[Walk, Place] = field(default_factory=dict)


def page(
    connection: Connection,
    model_id: int,
    *,
    order: Order = "confident",
    tag: str | None = None,
    among: Collection[int] | None = None,
    after: dict[Walk, Place] | None = None,
    limit: int = 50,
) -> Page:
    """Return the next pairs that are not decided; those of missing songs are left out.

    Args:
        connection: to the library.
        model_id: whose scores.
        order: "confident" for the highest scores first, "doubtful" for those nearest to their thresholds.
        tag: only this one, by name; None for all.
        among: only these songs; None for all.
        after: what the page before said; None for the first one.
        limit: at most so many.
    """
    places = dict(after or {})
    wanted = None if among is None else frozenset(among)
    few = sorted(wanted) if wanted is not None and len(wanted) <= FEW else None
    directions = (False,) if order == "confident" else (False, True)
    pairs: list[Pair] = []
    with ExitStack() as opened:
        walks = []
        for tag_id, found in known_models.tags_of(connection, model_id).items():
            if tag is not None and keys.tag_key(found.name) != keys.tag_key(tag):
                continue
            for walk in ((tag_id, upwards) for upwards in directions):
                below_only = order == "doubtful" and not walk[1]
                statement = _ordered(walk, found, places.get(walk), below_only=below_only, few=few)
                walks.append(_walk(connection, opened, statement, walk, found))
        key = _height if order == "confident" else _distance
        for walk, pair in heapq.merge(*walks, key=key):
            if len(pairs) == limit:
                break
            places[walk] = (pair.score, pair.track_id)
            if wanted is None or pair.track_id in wanted:
                pairs.append(pair)
    return Page(tuple(pairs), places)


def at_least(
    connection: Connection, model_id: int, tag: str, score: float, among: Collection[int] | None = None
) -> list[int]:
    """Return the songs whose undecided tag has at least this score, by id; missing songs are left out."""
    for tag_id, found in known_models.tags_of(connection, model_id).items():
        if keys.tag_key(found.name) == keys.tag_key(tag):
            ids = set(listed(connection, _undecided(tag_id, found, score)))
            return sorted(ids if among is None else ids.intersection(among))
    return []


def _walk(
    connection: Connection, opened: ExitStack, statement: Select[int, float], walk: Walk, tag: ModelTag
) -> Iterator[tuple[Walk, Pair]]:
    """Yield one tag's pairs in one direction; rows are stepped to one by one."""
    result = connection.execute(statement)
    opened.callback(result.close)
    for track_id, score in result:
        yield walk, Pair(track_id, tag.name, tag.category, score, tag.threshold)


def _ordered(
    walk: Walk, tag: ModelTag, after: Place | None, *, below_only: bool, few: Sequence[int] | None
) -> Select[int, float]:
    """Select one tag's pairs in one direction behind a place; those below the threshold only, if asked."""
    tag_id, upwards = walk
    # A sum is not looked up in an index: with few songs they are, and there is little to sort.
    score = TrackTagScore.c.score if few is None else TrackTagScore.c.score + 0.0
    statement = _undecided(tag_id, tag, tag.threshold if upwards else tag.threshold - NEAR, score)
    if below_only:
        statement = statement.where(score < tag.threshold)
    if few is not None:
        statement = statement.where(TrackTagScore.c.track_id.in_(given(few)))
    ends = (score, TrackTagScore.c.track_id)
    if after is not None:
        place, bound = tuple_(*ends), tuple_(*map(literal, after))
        statement = statement.where(place > bound if upwards else place < bound)
    return statement.order_by(*(end if upwards else end.desc() for end in ends))


def _undecided(
    tag_id: int, tag: ModelTag, least: float, score: SQLColumnExpression[float] | None = None
) -> Select[int, float]:
    decided = exists().where(
        Decision.c.track_id == TrackTagScore.c.track_id, Decision.c.name == keys.tag_key(tag.name)
    )
    there = exists().where(Track.c.id == TrackTagScore.c.track_id, Track.c.missing.is_(False))
    compared = TrackTagScore.c.score if score is None else score
    scores = select(TrackTagScore.c.track_id, TrackTagScore.c.score)
    return scores.where(TrackTagScore.c.tag_id == tag_id, compared >= least, there, ~decided)


def _height(item: tuple[Walk, Pair]) -> tuple[float, ...]:
    return (-item[1].score,)


def _distance(item: tuple[Walk, Pair]) -> tuple[float, ...]:
    return (abs(item[1].score - item[1].threshold),)
