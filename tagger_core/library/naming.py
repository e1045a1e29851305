"""The tags that a query, a count or a decision can name: those of the model, and those a person gave."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from tagger_core.library import keys, known_models
from tagger_core.library.ids import given
from tagger_core.library.query import KnownTag
from tagger_core.library.records import ModelTag
from tagger_core.library.schema import Decision

_LEAST = 1e-9  # a threshold of 0 would let a rejected tag, which counts as 0, hold


def known_tags(connection: Connection, model_id: int | None, others: Iterable[str] = ()) -> list[KnownTag]:
    """Return the tags of a model in the order of its outputs, then those of `others` that were decided on.

    Args:
        connection: to the library.
        model_id: the active model; None for none.
        others: names as `keys.tag_key` makes them.
    """
    found = known_models.tags_of(connection, model_id) if model_id is not None else {}
    by_key: dict[str, tuple[int, ModelTag]] = {}
    for tag_id, tag in found.items():
        by_key.setdefault(keys.tag_key(tag.name), (tag_id, tag))
    names = {*others, *by_key}
    statement = select(Decision.c.name).where(Decision.c.name.in_(given(sorted(names)))).distinct()
    decided = set(connection.execute(statement).scalars())
    known = [
        KnownTag(tag_id, tag.name, key, max(tag.threshold, _LEAST), key in decided, tag.category)
        for key, (tag_id, tag) in by_key.items()
    ]
    return known + [KnownTag(None, name, name, decided=True) for name in sorted(decided - by_key.keys())]
