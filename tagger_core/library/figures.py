"""The library in numbers: totals, problems, how many tracks of a result have a tag."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, union_all

from tagger_core.errors import Cancelled
from tagger_core.library.ids import given, listed
from tagger_core.library.naming import known_tags
from tagger_core.library.query import matching
from tagger_core.library.records import Problem, Stats, TagCount
from tagger_core.library.schema import AnalysisRow, Track

FEW = 1000  # tracks; above, it is quicker to read all that hold a tag than to look up each


def stats(connection: Connection, model_id: int | None) -> Stats:
    """Return the totals; analysed and pending are those of the model."""
    heard = and_(AnalysisRow.c.track_id == Track.c.id, AnalysisRow.c.model_id == model_id)
    there = Track.c.missing.is_(False)

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    problem = or_(Track.c.problem != "", AnalysisRow.c.problem != "")
    statement = (
        select(
            counted(there),
            counted(and_(there, AnalysisRow.c.id.is_not(None))),
            counted(and_(there, AnalysisRow.c.id.is_(None), matching.can_be_heard())),
            counted(~there),
            counted(and_(there, problem)),
            func.total(func.coalesce(Track.c.seconds, AnalysisRow.c.seconds)).filter(there),
        )
        .select_from(Track)
        .outerjoin(AnalysisRow, heard)
    )
    return Stats(*connection.execute(statement).one())


def problems(connection: Connection, model_id: int | None) -> list[Problem]:
    """Return the tracks that could not be read or heard, or only in part, by path."""
    heard = and_(AnalysisRow.c.track_id == Track.c.id, AnalysisRow.c.model_id == model_id)
    said = func.coalesce(func.nullif(Track.c.problem, ""), func.nullif(AnalysisRow.c.problem, ""))
    statement = (
        select(Track.c.id, Track.c.path, said)
        .outerjoin(AnalysisRow, heard)
        .where(said.is_not(None), Track.c.missing.is_(False))
        .order_by(Track.c.path_key)
    )
    return [Problem(row[0], Path(os.fsdecode(row[1])), row[2]) for row in connection.execute(statement)]


def tag_counts(
    connection: Connection,
    model_id: int,
    ids: Sequence[int] | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[TagCount]:
    """Return for each tag of a model how many of the tracks have it, in the order of the model's outputs.

    Args:
        connection: to the library.
        model_id: the active model.
        ids: a result of `search`; None for all tracks that are there.
        cancelled: asked before each tag.

    Raises:
        Cancelled: the person asked something else meanwhile.
    """
    if ids is None:
        ids = listed(connection, select(Track.c.id).where(Track.c.missing.is_(False)))
    counts = []
    asked = _mask(ids) if len(ids) > FEW else None
    for tag in known_tags(connection, model_id):
        if cancelled():
            raise Cancelled
        holding = union_all(*matching.score_sets(tag, ">=", tag.threshold, True)).subquery()
        if asked is None:
            among = select(func.count()).select_from(holding).where(holding.c[0].in_(given(ids)))
            count = int(connection.execute(among).scalar_one())
        else:
            found = np.asarray(listed(connection, select(holding.c[0])), np.int64)
            count = int(asked[found[found < len(asked)]].sum())
        counts.append(TagCount(tag.name, tag.category, count))
    return counts


def _mask(ids: Sequence[int]) -> NDArray[np.bool_]:
    mask = np.zeros(max(ids) + 1, np.bool_)
    mask[np.asarray(ids)] = True
    return mask
