"""Large results: the sets of a query read whole and joined in memory, and sorted by remembered orders.

SQLite has no hash join: for each of 100,000 tracks it looks into each set of the query. Read along their
indices, the sets themselves are there in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from tagger_core.library.ids import ALL, given, listed, numbers
from tagger_core.library.order import NOWHERE, Order, remembered
from tagger_core.library.query.compiler import Clause, Context, Plan, known_tag
from tagger_core.library.query.expressions import SortKey
from tagger_core.library.query.fields import FIELDS, Field
from tagger_core.library.query.matching import Ids, KnownTag
from tagger_core.library.schema import Track

Mask = NDArray[np.bool_]


def found(connection: Connection, plan: Plan, context: Context) -> list[int]:
    """Return the ids that `Plan.ordered` selects, of a query that leaves out missing tracks."""
    order = remembered(connection)
    ids = order.ids[_mask(connection, plan, order, context.big_set)[order.ids]]
    # Where the last key is equal, the path decides anyway.
    keys = [
        (_value(key, context), key.descending, place == len(plan.order) and not key.descending)
        for place, key in enumerate(plan.order, start=1)
    ]
    if len(ids) < context.big_set and not all(order.has(value, apart=apart) for value, _, apart in keys):
        return listed(connection, plan.sorted(ids.tolist(), context).limit(ALL))
    # From the least important on: each sort keeps the order of the one before where ranks are equal.
    for value, descending, apart in reversed(keys):
        ranks = order.by(connection, value, apart=apart)[ids]
        if descending:
            ranks = np.where(ranks == NOWHERE, NOWHERE, -ranks)
        ids = ids[np.argsort(ranks, kind="stable")]
    return [*ids.tolist()]


def prepare(connection: Connection, field: Field) -> None:
    """Have the order by a field at hand before anybody sorts by it."""
    remembered(connection).by(connection, field)


def _value(key: SortKey, context: Context) -> Field | KnownTag:
    return FIELDS.get(key.name.casefold()) or known_tag(key.name, key.at, context)


def _mask(connection: Connection, plan: Plan, order: Order, big_set: int) -> Mask:
    """Return at each id whether the track fulfils the query."""
    if plan.size < big_set and len(plan.clauses) > 1:
        return _of(connection, [plan.found()], order)
    mask = np.zeros(order.size, np.bool_)
    mask[order.ids] = True
    listing = [clause for clause in plan.clauses if clause.sets]
    asking = [clause for clause in plan.clauses if not clause.sets]
    # Texts are mostly the smallest sets, and what is left after them is asked one by one if it is little.
    for clause in sorted(listing, key=lambda c: (c.outside, not c.is_text)):
        if np.count_nonzero(mask) < big_set:
            asking.append(clause)
            continue
        listed = _of(connection, clause.sets, order)
        mask &= ~listed if clause.outside else listed
    return _asked(connection, asking, mask, big_set) if asking else mask


def _asked(connection: Connection, clauses: list[Clause], mask: Mask, big_set: int) -> Mask:
    """Return which tracks of a mask fulfil conditions that are asked of each track."""
    left = np.flatnonzero(mask)
    asked = select(Track.c.id).where(*(clause.probe for clause in clauses))
    if len(left) < big_set:
        asked = asked.where(Track.c.id.in_(given(left.tolist())))
    answered = np.zeros_like(mask)
    if len(left):
        ids = numbers(connection, asked)
        answered[ids[ids < len(mask)]] = True
    return mask & answered


def _of(connection: Connection, sets: Iterable[Ids], order: Order) -> Mask:
    """Return at each id whether it is in one of the sets."""
    mask = np.zeros(order.size, np.bool_)
    for ids in sets:
        listed = numbers(connection, ids)
        mask[listed[listed < order.size]] = True  # beyond the last track nothing is found
    return mask
