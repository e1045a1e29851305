"""A query on a library: text -> track ids in order."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, func, select

from tagger_core.errors import QueryError
from tagger_core.library import keys, large, similarity
from tagger_core.library.ids import ALL, listed
from tagger_core.library.naming import known_tags
from tagger_core.library.query import Context, Plan, Query, compile_query, parse, tag_names
from tagger_core.library.query.expressions import Similar
from tagger_core.library.query.matching import Ids
from tagger_core.library.schema import Track

FEW = 1_000  # tracks; SQLite sorts so many before an order of the whole library is read
SIMILAR_KEPT = 200  # so many tracks sound alike; the rest of a library only fills the list


def search(connection: Connection, text: str, model_id: int | None, limit: int | None) -> list[int]:
    """Return the ids of the tracks that a query means, in its order.

    `similar:` keeps the 200 nearest of the tracks that fulfil the rest, nearest first unless a sort is given;
    the track itself is not among them.

    Raises:
        QueryError: the query does not parse, or names what is not there.
    """
    query = parse(text)
    against = context(connection, query, text, model_id)
    plan = compile_query(query, against)
    if query.similar is None:
        return _ids(connection, plan, against, limit)
    ids = _ids(connection, plan, against, None)
    return _nearest(connection, query, query.similar, against, ids)[:limit]


def _ids(connection: Connection, plan: Plan, against: Context, limit: int | None) -> list[int]:
    if plan.with_missing or plan.size < FEW:
        return listed(connection, plan.ordered(against).limit(ALL if limit is None else limit))
    return large.found(connection, plan, against)[:limit]


def context(connection: Connection, query: Query, text: str, model_id: int | None) -> Context:
    """Return what the query is compiled against: the tags of the model, and those that the person gave."""
    known = {tag.key: tag for tag in known_tags(connection, model_id, tag_names(query))}

    def size(ids: Ids, limit: int) -> int:
        some = ids.limit(limit).subquery()
        return connection.execute(select(func.count()).select_from(some)).scalar_one()

    return Context(text, model_id, known, keys.now_ms(), size)


def _nearest(
    connection: Connection, query: Query, similar: Similar, context: Context, ids: list[int]
) -> list[int]:
    model_id = context.model_id

    def error(message: str, expected: str) -> QueryError:
        return QueryError(message, query=context.text, position=similar.at, expected=expected)

    seed = track_meant(connection, similar.to)
    if seed is None:
        raise error(f"there is no track {similar.to!r}", "the path or the id of one track")
    if model_id is None or not similarity.has_embedding(connection, seed, model_id):
        raise error("that track is not analysed yet", "an analysed track")
    near = similarity.similar(connection, seed, model_id, SIMILAR_KEPT, among=ids)
    nearest = [track_id for track_id, _ in near]
    if not query.order:
        return nearest
    kept = set(nearest)
    return [track_id for track_id in ids if track_id in kept]


def track_meant(connection: Connection, text: str) -> int | None:
    """Return the track that a person means by an id, a path, or the end of one path; None where unclear."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        found = connection.scalar(select(Track.c.id).where(Track.c.id == int(text)))
        if found is not None:
            return int(found)
    try:
        exact = track_id_for(connection, keys.absolute(keys.typed(text)))
    except (ValueError, OSError):  # NUL, lone surrogates; where we are is gone
        return None
    if exact is not None:
        return exact
    ending = keys.path_key(Path(text)).lstrip(os.sep)
    statement = select(Track.c.id).where(Track.c.path_key.endswith(os.sep + ending, autoescape=True)).limit(2)
    ids = connection.execute(statement).scalars().all() if ending else []
    return ids[0] if len(ids) == 1 else None


def track_id_for(connection: Connection, path: Path) -> int | None:
    """Return the track at exactly this path, or at the one that differs only in how accents are composed."""
    exact = connection.scalar(select(Track.c.id).where(Track.c.path == keys.path_bytes(path)))
    if exact is not None:
        return int(exact)
    statement = select(Track.c.id).where(
        Track.c.missing.in_((False, True)),
        Track.c.path_key == keys.path_key(path),
        Track.c.path_text == keys.path_text(path),
    )
    ids = connection.execute(statement.limit(2)).scalars().all()
    return ids[0] if len(ids) == 1 else None
