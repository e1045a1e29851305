"""The library in numbers: totals, problems, how many tracks of a result have a tag."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, union_all

from tagger_core.library.naming import known_tags
from tagger_core.library.query import matching
from tagger_core.library.records import Problem, Stats, TagCount
from tagger_core.library.rows import given
from tagger_core.library.schema import AnalysisRow, Tag, Track, TrackTagScore


def stats(connection: Connection, model_id: int | None) -> Stats:
    """Return the totals; analysed and pending are those of the model."""
    heard = and_(AnalysisRow.track_id == Track.id, AnalysisRow.model_id == model_id)
    there = Track.missing.is_(False)

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    problem = or_(Track.problem != "", AnalysisRow.problem != "")
    statement = (
        select(
            counted(there),
            counted(and_(there, AnalysisRow.id.is_not(None))),
            counted(and_(there, AnalysisRow.id.is_(None))),
            counted(~there),
            counted(and_(there, problem)),
            func.coalesce(func.sum(func.coalesce(Track.seconds, AnalysisRow.seconds)).filter(there), 0.0),
        )
        .select_from(Track)
        .outerjoin(AnalysisRow, heard)
    )
    return Stats(*connection.execute(statement).one())


def problems(connection: Connection, model_id: int | None) -> list[Problem]:
    """Return the tracks that could not be read or heard, or only in part, by path."""
    heard = and_(AnalysisRow.track_id == Track.id, AnalysisRow.model_id == model_id)
    said = func.coalesce(func.nullif(Track.problem, ""), func.nullif(AnalysisRow.problem, ""))
    statement = (
        select(Track.id, Track.path, said)
        .outerjoin(AnalysisRow, heard)
        .where(said.is_not(None), Track.missing.is_(False))
        .order_by(Track.path_key)
    )
    return [Problem(row[0], Path(os.fsdecode(row[1])), row[2]) for row in connection.execute(statement)]


def tag_counts(connection: Connection, model_id: int, ids: Sequence[int] | None) -> list[TagCount]:
    """Return for each tag of a model how many of the tracks have it, in the order of the model's outputs.

    Args:
        connection: to the library.
        model_id: the active model.
        ids: a result of `search`; None for all tracks that are there.
    """
    tags = known_tags(connection, model_id)
    counts = dict.fromkeys((tag.id for tag in tags), 0)
    holding = (
        select(TrackTagScore.tag_id, func.count())
        .join(Tag, Tag.id == TrackTagScore.tag_id)
        .where(Tag.model_id == model_id, TrackTagScore.score >= Tag.threshold)
        .where(TrackTagScore.track_id.in_(_among(ids)))
        .group_by(TrackTagScore.tag_id)
    )
    counts.update((row[0], row[1]) for row in connection.execute(holding))
    for tag in tags:
        if tag.decided:  # the person's word beats the score
            said = union_all(*matching.score_sets(tag, ">=", tag.threshold, True)).subquery()
            counted = select(func.count()).where(said.c[0].in_(_among(ids)))
            counts[tag.id] = connection.execute(counted).scalar_one()
    return [TagCount(tag.name, tag.category, counts[tag.id]) for tag in tags]


def _among(ids: Sequence[int] | None) -> Select[Any]:
    return select(Track.id).where(Track.missing.is_(False)) if ids is None else given(ids)
