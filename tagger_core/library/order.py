"""The order of all tracks by path and by what queries sort by, remembered until something is written.

To sort 100,000 tracks that a query has found takes SQLite longer than to find them; read once along an index
and kept as one number a track, an order serves every query that follows.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, distinct, func, select

from tagger_core.library.ids import ALL, numbers
from tagger_core.library.query.fields import Field
from tagger_core.library.query.matching import KnownTag, sortable
from tagger_core.library.schema import Decision, Track, TrackTagScore

Ranks = NDArray[np.int32]

NOWHERE = np.iinfo(np.int32).max  # the rank of a track without the value: it comes last, both ways
_KEPT = 16  # orders beside the one by path: four bytes a track each
_INFO = "earmark order"


class Order:
    """The orders of one state of the library; `remembered` makes it.

    Attributes:
        ids: of all tracks that are there, by path, then by id.
        size: one more than the largest of them: the length of what is indexed by id.
    """

    def __init__(self, connection: Connection, state: int) -> None:
        by_path = select(Track.c.id).where(Track.c.missing.is_(False)).order_by(Track.c.path_key, Track.c.id)
        self.state = state
        self.ids = numbers(connection, by_path.limit(ALL))
        self.size = int(self.ids.max(initial=0)) + 1
        self._ranks: OrderedDict[tuple[Field | KnownTag, bool], Ranks] = OrderedDict()

    def has(self, value: Field | KnownTag, *, apart: bool = False) -> bool:
        """Return whether the order by a field or a tag is at hand."""
        return not {(value, False), (value, apart)}.isdisjoint(self._ranks)

    def by(self, connection: Connection, value: Field | KnownTag, *, apart: bool = False) -> Ranks:
        """Return the rank of each track by a field or by its score of a tag, at its id.

        Equal values have equal ranks; the person's word is a score of 1 or 0.

        Args:
            connection: to the library in the state of this order.
            value: to sort by.
            apart: equal values of a field may have the ranks of their paths: along an index that is quicker.
        """
        apart = apart and (value, False) not in self._ranks
        if (value, apart) not in self._ranks:
            if isinstance(value, KnownTag):
                ranks = self._by_tag(connection, value)
            else:
                ranks = self._by_field(connection, value, apart=apart and value.indexed)
            self._ranks[value, apart] = ranks
        self._ranks.move_to_end((value, apart))
        while len(self._ranks) > _KEPT:
            self._ranks.popitem(last=False)
        return self._ranks[value, apart]

    def _by_field(self, connection: Connection, field: Field, *, apart: bool) -> Ranks:
        value = sortable(field)
        there = select(Track.c.id).where(Track.c.missing.is_(False))
        within = (Track.c.path_key, Track.c.id) if apart else ()
        ids = numbers(connection, there.order_by(value, *within).limit(ALL))
        ranks = self._placed(ids, np.ones_like(ids) if apart else _runs(connection, there, value))
        nothing = there.where(value == "" if field.read is None else value.is_(None))
        lacking = connection.execute(nothing.with_only_columns(func.count())).scalar_one()
        ranks[ids[:lacking]] = NOWHERE  # NULL and "" are the smallest
        return ranks

    def _by_tag(self, connection: Connection, tag: KnownTag) -> Ranks:
        said = select(Decision.c.track_id).where(Decision.c.name == tag.key)
        scored = select(TrackTagScore.c.track_id).where(TrackTagScore.c.tag_id == tag.id)
        if tag.decided:
            scored = scored.where(TrackTagScore.c.track_id.not_in(said))
        score = TrackTagScore.c.score
        # One by one: each goes along the index alone, which all three at once do not.
        figures: tuple[Any, ...] = (func.count(distinct(score)), func.min(score), func.max(score))
        different, lowest, highest = (
            connection.execute(scored.with_only_columns(figure)).scalar_one() for figure in figures
        )
        ids = numbers(connection, scored.order_by(score).limit(ALL))
        # Where no two are equal, as is the rule, the place is the rank.
        runs = np.ones(len(ids), np.int64) if different == len(ids) else _runs(connection, scored, score)
        ranks = self._placed(ids, runs)
        # The person's word is as good as a score of 1 or 0, and no better.
        for accepted, rank in ((False, 0 if lowest == 0 else -1), (True, different - (highest == 1))):
            if tag.decided:
                self._place(ranks, numbers(connection, said.where(Decision.c.accepted.is_(accepted))), rank)
        return ranks

    def _placed(self, ids: NDArray[np.int64], runs: NDArray[np.int64]) -> Ranks:
        """Return ranks by id, of ids in order and how many of them are equal each time."""
        ranks = np.full(self.size, NOWHERE, np.int32)
        self._place(ranks, ids, np.repeat(np.arange(len(runs)), runs))
        return ranks

    def _place(self, ranks: Ranks, ids: NDArray[np.int64], values: NDArray[np.int64] | int) -> None:
        known = ids < self.size  # a score may outlive its track; the tracks that count are all below
        ranks[ids[known]] = values if isinstance(values, int) else values[known]


def remembered(connection: Connection) -> Order:
    """Return the orders of the library as this transaction sees it, kept with a connection that only reads.

    SQLite's data version tells a connection that another one has written. What it writes itself it is not
    told: a connection that may write keeps nothing.
    """
    state = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
    kept = connection.info.get(_INFO)
    if isinstance(kept, Order) and kept.state == state:
        return kept
    order = Order(connection, state)
    if connection.exec_driver_sql("PRAGMA query_only").scalar_one():
        connection.info[_INFO] = order
    return order


def _runs(connection: Connection, rows: Select[Any], value: Any) -> NDArray[np.int64]:
    """Return how many rows have each value, from the smallest value on."""
    counted = rows.with_only_columns(func.count()).group_by(value).order_by(value)
    return numbers(connection, counted.limit(ALL))
