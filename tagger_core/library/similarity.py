"""Songs that sound alike: cosine similarity of embeddings, less the library's mean.

Embeddings come out of rectified layers: no number is below zero, so all of them point into one corner and
raw cosines lie close to 1. Less the mean over the library, a cosine says how alike two songs are among these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Executable, func, select

from tagger_core.library.schema import AnalysisRow, Track

BLOCK = 2048  # embeddings at a time: 2048 x 1280 float32 is 10 MB

MEAN_OF = 4096  # songs that the mean is taken of; more do not move it

_SHORTEST = 1e-12
_LARGEST = 65504.0  # the largest float16

Halves = NDArray[np.float16]
Vectors = NDArray[np.float32]


def similar(
    connection: Connection, track_id: int, model_id: int, limit: int, *, among: Iterable[int] | None = None
) -> list[tuple[int, float]]:
    """Return the tracks that sound most like one, nearest first: (track id, cosine similarity in [-1, 1]).

    The track itself, missing and silent tracks are left out, and with `among` all others. Where the
    track has no embedding of this model, nothing is near. Embeddings are held a block at a time.
    """
    seed = _embedding(connection, track_id, model_id)
    if seed is None or limit <= 0:
        return []
    mean = _mean(connection, model_id, len(seed))
    direction = _centred(seed[None], mean)[0]
    direction /= max(float(np.linalg.norm(direction)), _SHORTEST)
    wanted = None if among is None else np.fromiter(among, np.int64)
    best: list[tuple[float, int]] = []
    for ids, vectors in _blocks(connection, model_id, len(seed)):
        keep = ids != track_id
        if wanted is not None:
            keep &= np.isin(ids, wanted)
        centred = _centred(vectors[keep], mean)
        lengths = np.sqrt(np.einsum("ij,ij->i", centred, centred))
        cosines = centred @ direction / np.maximum(lengths, _SHORTEST)
        best += zip(cosines.tolist(), ids[keep].tolist(), strict=True)
        best = sorted(best, key=lambda item: (-item[0], item[1]))[:limit]
    return [(other, max(-1.0, min(1.0, cosine))) for cosine, other in best]


def has_embedding(connection: Connection, track_id: int, model_id: int) -> bool:
    """Tell whether a track can be compared."""
    return _embedding(connection, track_id, model_id) is not None


def _embedding(connection: Connection, track_id: int, model_id: int) -> Vectors | None:
    statement = select(AnalysisRow.c.embedding).where(
        AnalysisRow.c.model_id == model_id,
        AnalysisRow.c.track_id == track_id,
        AnalysisRow.c.silent.is_(False),
    )
    blob = connection.scalar(statement)
    return np.frombuffer(blob, "<f2").astype(np.float32) if blob else None


def _mean(connection: Connection, model_id: int, dimensions: int) -> Vectors:
    """Return the mean of the embeddings of all tracks, in a large library of every so manyth track."""
    count = connection.scalar(select(func.count()).where(AnalysisRow.c.model_id == model_id)) or 0
    total = np.zeros(dimensions, np.float64)
    summed = 0
    for ids, vectors in _blocks(connection, model_id, dimensions, every=count // MEAN_OF + 1):
        total += _finite(vectors).sum(axis=0, dtype=np.float64)
        summed += len(ids)
    # One or two songs have nothing in common with a library.
    return (total / summed if summed > 2 else np.zeros(dimensions)).astype(np.float32)


def _blocks(
    connection: Connection, model_id: int, dimensions: int, every: int = 1
) -> Iterator[tuple[NDArray[np.int64], Halves]]:
    """Yield ids and embeddings, float16 [at most BLOCK, dimensions]."""
    last = 0
    while True:
        rows = connection.execute(_block(model_id, last, dimensions, every)).all()
        if not rows:
            return
        last = rows[-1][0]
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        yield ids, np.frombuffer(b"".join(row[1] for row in rows), "<f2").reshape(len(rows), dimensions)


def _finite(vectors: Halves | Vectors) -> Vectors:
    floats = vectors.astype(np.float32)
    return floats if np.isfinite(floats).all() else np.nan_to_num(floats, posinf=_LARGEST, neginf=-_LARGEST)


def _centred(vectors: Halves | Vectors, mean: Vectors) -> Vectors:
    return _finite(vectors) - mean


def _block(model_id: int, after: int, dimensions: int, every: int) -> Executable:
    return (
        select(AnalysisRow.c.track_id, AnalysisRow.c.embedding)
        .join(Track, Track.c.id == AnalysisRow.c.track_id)
        .where(
            AnalysisRow.c.model_id == model_id,
            AnalysisRow.c.track_id > after,
            AnalysisRow.c.track_id % every == 0,
            AnalysisRow.c.silent.is_(False),
            Track.c.missing.is_(False),
            func.length(AnalysisRow.c.embedding) == 2 * dimensions,
        )
        .order_by(AnalysisRow.c.track_id)
        .limit(BLOCK)
    )
