"""Tracks as lists and details show them, a page of ids at a time."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select

from tagger_core.library import keys, known_models
from tagger_core.library.ids import given, given_as, packed
from tagger_core.library.records import ModelTag, TagScore, Timeline, TrackDetail, TrackRow
from tagger_core.library.schema import AnalysisRow, Decision, Tag, Track, TrackTagScore

_PLAIN = (
    *("title", "artist", "album", "album_artist", "year", "genre", "mood", "bpm", "rating"),
    *("seconds", "container", "codec", "added_at", "missing"),
)
_NEAREST = 2
_MORE = ("key", "comment", "grouping", "sample_rate", "channels", "size")

# Built once: for a page of rows that takes longer than to run them.
_HEARD = and_(AnalysisRow.c.track_id == Track.c.id, AnalysisRow.c.model_id == bindparam("model"))
_TRACKS: Select[Any] = (
    select(Track.c.id, Track.c.path, Track.c.problem, *(Track.c[name] for name in (*_PLAIN, *_MORE)))
    .add_columns(
        AnalysisRow.c.analysed_at, AnalysisRow.c.silent, AnalysisRow.c.problem.label("heard_problem")
    )
    .outerjoin(AnalysisRow, _HEARD)
    .where(Track.c.id.in_(given_as("ids")))
)
_DECIDED = select(Decision.c.track_id, Decision.c.name, Decision.c.accepted).where(
    Decision.c.track_id.in_(given_as("ids"))
)
# By (tag, track), the primary key: for a page of tracks that is a probe for each score.
_SCORED = (
    select(TrackTagScore.c.track_id, TrackTagScore.c.tag_id, TrackTagScore.c.score)
    .join(Tag, Tag.c.id == TrackTagScore.c.tag_id)
    .where(Tag.c.model_id == bindparam("model"), TrackTagScore.c.track_id.in_(given_as("ids")))
)
_HOLDING = _SCORED.where(
    or_(
        TrackTagScore.c.score >= Tag.c.threshold,
        TrackTagScore.c.track_id.in_(_DECIDED.with_only_columns(Decision.c.track_id)),
    )
)


def rows(connection: Connection, ids: Sequence[int], model_id: int | None) -> list[TrackRow]:
    """Return the tracks with these ids in their order; ids that are not there are left out."""
    tags = scores(connection, ids, model_id, holding=True)
    # Where nothing holds, what comes nearest is shown: only there are all scores needed.
    if without := [track_id for track_id in ids if track_id not in tags]:
        tags |= scores(connection, without, model_id)
    return [row for row, _ in _with_tags(connection, ids, model_id, tags)]


def scored_rows(
    connection: Connection, ids: Sequence[int], model_id: int | None
) -> list[tuple[TrackRow, Sequence[TagScore]]]:
    """Return the tracks with these ids in their order, each with all its scores."""
    return _with_tags(connection, ids, model_id, scores(connection, ids, model_id))


def _with_tags(
    connection: Connection, ids: Sequence[int], model_id: int | None, tags: Mapping[int, Sequence[TagScore]]
) -> list[tuple[TrackRow, Sequence[TagScore]]]:
    found = connection.execute(_TRACKS, {"ids": packed(ids), "model": model_id}).all()
    by_id = {row.id: (_row(row, tags.get(row.id, ())), tags.get(row.id, ())) for row in found}
    return [by_id[track_id] for track_id in ids if track_id in by_id]


def paths(connection: Connection, ids: Sequence[int]) -> list[Path]:
    """Return where the tracks with these ids are, in their order."""
    statement = select(Track.c.id, Track.c.path).where(Track.c.id.in_(given(ids)))
    by_id = {row[0]: Path(os.fsdecode(row[1])) for row in connection.execute(statement)}
    return [by_id[track_id] for track_id in ids if track_id in by_id]


def detail(connection: Connection, track_id: int, model_id: int | None) -> TrackDetail | None:
    """Return all that is known of a track, None where there is none."""
    row = connection.execute(_TRACKS, {"ids": packed([track_id]), "model": model_id}).one_or_none()
    if row is None:
        return None
    tags = scores(connection, [track_id], model_id).get(track_id, ())
    more = {name: getattr(row, name) for name in _MORE}
    silent, analysed_at = bool(row.silent), row.analysed_at
    return TrackDetail(_row(row, tags), scores=tuple(tags), silent=silent, analysed_at=analysed_at, **more)


def timeline(connection: Connection, track_id: int, model_id: int) -> Timeline | None:
    """Return the scores of a track window by window, None where it is not analysed."""
    statement = select(AnalysisRow.c.window_starts, AnalysisRow.c.window_scores).where(
        AnalysisRow.c.model_id == model_id, AnalysisRow.c.track_id == track_id
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    names = tuple(tag.name for tag in known_models.tags_of(connection, model_id).values())
    starts = np.frombuffer(row[0], "<i8").astype(np.int64)
    return Timeline(names, starts, np.frombuffer(row[1], "<f2").astype(np.float16).reshape(len(starts), -1))


def scores(
    connection: Connection, ids: Sequence[int], model_id: int | None, *, holding: bool = False
) -> dict[int, list[TagScore]]:
    """Return the tags of tracks: those the person gave first, then by score; rejected ones too.

    Args:
        connection: to the library.
        ids: of the tracks.
        model_id: whose scores.
        holding: leave out scores below the threshold, of tracks on which the person has said nothing.
    """
    tags = known_models.tags_of(connection, model_id) if model_id is not None else {}
    keyed = {tag_id: keys.tag_key(tag.name) for tag_id, tag in tags.items()}
    said: dict[int, dict[str, bool | None]] = defaultdict(dict)
    for track_id, name, accepted in connection.execute(_DECIDED, {"ids": packed(ids)}).all():
        said[track_id][name] = accepted
    result: dict[int, list[TagScore]] = defaultdict(list)
    # All at once: a row at a time takes twice as long, and a page has thousands.
    asked = {"ids": packed(ids), "model": model_id}
    scored = connection.execute(_HOLDING if holding else _SCORED, asked).all() if tags else ()
    for track_id, tag_id, score in scored:
        tag = tags[tag_id]
        word = said[track_id].pop(keyed[tag_id], None) if track_id in said else None
        result[track_id].append(TagScore(tag.name, tag.category, score, tag.threshold, word))
    known = {keyed[tag_id]: tag for tag_id, tag in tags.items()}
    for track_id, left in said.items():
        for key, word in left.items():
            shown = known.get(key, ModelTag(key, "", 0.5))
            result[track_id].append(TagScore(shown.name, shown.category, None, shown.threshold, word))
    for found in result.values():
        found.sort(key=lambda tag: (not tag.accepted, -(tag.score or 0.0), tag.name))
    return result


def _row(row: Row[Any], tags: Iterable[TagScore]) -> TrackRow:
    plain = {name: getattr(row, name) for name in _PLAIN}
    tags = tuple(tags)
    held = tuple(tag for tag in tags if tag.holds)
    return TrackRow(
        id=row.id,
        path=Path(os.fsdecode(row.path)),
        analysed=row.analysed_at is not None,
        problem=row.problem or row.heard_problem or "",
        tags=held,
        nearest=() if held else _nearest(tags),
        **plain,
    )


def _nearest(tags: Iterable[TagScore]) -> tuple[TagScore, ...]:
    """Return the tags that a song almost has; rejected ones are not among them."""
    open_ones = [tag for tag in tags if tag.score is not None and tag.accepted is None]
    return tuple(sorted(open_ones, key=lambda tag: tag.threshold - (tag.score or 0.0))[:_NEAREST])
