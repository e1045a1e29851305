"""What models heard: models and their tags, scores and analyses of tracks; within the caller's transaction.

A track that could not be heard has the length 0: it is tried again when its file changes or a person asks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from tagger_core.errors import LibraryError
from tagger_core.inference.analysis import Analysis, Heard
from tagger_core.library import known_models
from tagger_core.library.catalogue import forget_heard, heard_problems, joined, update_track, without
from tagger_core.library.keys import clean, now_ms
from tagger_core.library.query.matching import can_be_heard
from tagger_core.library.schema import AnalysisRow, Track, TrackTagScore
from tagger_core.models.model_info import ModelInfo

_LARGEST_HALF = float(np.finfo(np.float16).max)


class SongTagger(Protocol):
    """What the scanner needs of a tagger."""

    @property
    def info(self) -> ModelInfo:
        """What the model's file says of itself."""

    @property
    def identity(self) -> str:
        """The sha256 of the model's file."""

    @property
    def hop(self) -> int:
        """Samples between window starts."""

    def analyse(self, path: Path, cancelled: Callable[[], bool]) -> Heard:
        """Decode and hear one song; raises AudioError, or Cancelled once `cancelled` says so."""


class ModelRow(NamedTuple):
    """A model that the library knows; `tags` are the ids of its tags in the order of the outputs."""

    id: int
    tags: tuple[int, ...]


class PendingSong(NamedTuple):
    """A track that a model has not heard yet."""

    id: int
    path: bytes
    size: int


def enter(connection: Connection, identity: str, info: ModelInfo) -> ModelRow:
    """Return the row of a model, made where there is none.

    Raises:
        LibraryError: the library knows a model of this identity with other tags.
    """
    model = known_models.register(connection, identity, info)
    tags = known_models.tags_of(connection, model)
    if [tag.name for tag in tags.values()] != [tag.name for tag in info.tags]:
        raise LibraryError(
            f"the library knows other tags of the model {info.name!r}", remedy="import the model again"
        )
    return ModelRow(model, tuple(tags))


def pending(connection: Connection, model: int, *, all_problems: bool = False) -> list[PendingSong]:
    """Return the tracks that are there and wait for a model, by path; not those that could not be heard.

    Args:
        connection: within a transaction.
        model: its id.
        all_problems: whether those that the model heard only in part are wanted too.
    """
    of_model = AnalysisRow.c.model_id == model, AnalysisRow.c.track_id == Track.c.id
    heard = select(AnalysisRow.c.id).where(*of_model)
    if all_problems:
        heard = heard.where(AnalysisRow.c.problem == "")
    query = select(Track.c.id, Track.c.path, Track.c.size)
    query = query.where(~Track.c.missing, can_be_heard(), ~heard.exists())
    return [PendingSong(row[0], row[1], row[2]) for row in connection.execute(query.order_by(Track.c.path))]


def store_analysis(connection: Connection, track: int, heard: Heard, model: ModelRow, hop: int) -> bool:
    """Store what a model heard, in place of what it heard before, problems too.

    Where the audio is not the one that the track is known for, what other models heard goes too.

    Returns:
        False where there is no such track any more.
    """
    analysis = heard.analysis
    known = connection.execute(select(Track.c.problem, Track.c.digest).where(Track.c.id == track)).first()
    if known is None:
        return False
    problem, digest = known
    if digest and heard.digest and digest != heard.digest:
        problem = without(problem, joined(*heard_problems(connection, track)))
        forget_heard(connection, track)
    values = {
        "digest": heard.digest,
        "seconds": analysis.seconds,
        "container": heard.info.container,
        "codec": heard.info.codec,
        "sample_rate": heard.info.sample_rate,
        "channels": heard.info.channels,
        "scanned_at": now_ms(),
    }
    of_model = AnalysisRow.c.track_id == track, AnalysisRow.c.model_id == model.id
    before = connection.execute(select(AnalysisRow.c.problem).where(*of_model)).scalar() or ""
    connection.execute(delete(AnalysisRow).where(*of_model))
    heard_values = {**_analysis_values(analysis), "track_id": track, "model_id": model.id, "hop": hop}
    connection.execute(insert(AnalysisRow), heard_values)
    values["problem"] = joined(without(problem, before), *heard_problems(connection, track))
    update_track(connection, track, values)
    connection.execute(
        delete(TrackTagScore).where(TrackTagScore.c.track_id == track, TrackTagScore.c.tag_id.in_(model.tags))
    )
    scores = [
        {"tag_id": tag, "track_id": track, "score": score}
        for tag, score in zip(model.tags, analysis.scores.tolist(), strict=True)
    ]
    connection.execute(insert(TrackTagScore), scores)
    return True


def store_failure(connection: Connection, track: int, message: str, *, for_good: bool) -> None:
    """Note that a track could not be heard, and why; what other models heard of it stays.

    A problem that is not for good goes when the tags are read again, before the next try. The tags of a track
    that another model heard are not read again, so of such a one it is not noted.

    Args:
        connection: within a transaction.
        track: its id.
        message: what to tell people.
        for_good: trying again is no use while the file stays as it is.
    """
    problem, seconds = connection.execute(
        select(Track.c.problem, Track.c.seconds).where(Track.c.id == track)
    ).one()
    if seconds is not None and not for_good:
        return
    values = {"problem": joined(problem, clean(message)), "scanned_at": now_ms()}
    if for_good and seconds is None:
        values["seconds"] = 0.0
    update_track(connection, track, values)


def _analysis_values(analysis: Analysis) -> dict[str, object]:
    return {
        "seconds": analysis.seconds,
        "silent": analysis.silent,
        "problem": clean(analysis.problem),
        "window_count": len(analysis.window_starts),
        "analysed_at": now_ms(),
        "embedding": _half(analysis.embedding),
        "window_starts": analysis.window_starts.astype("<i8").tobytes(),
        "window_scores": _half(analysis.window_scores),
    }


def _half(values: NDArray[np.float32] | NDArray[np.float16]) -> bytes:
    return np.clip(values, -_LARGEST_HALF, _LARGEST_HALF).astype("<f2").tobytes()
