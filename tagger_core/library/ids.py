"""Many ids or names in and out of SQL at little cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select

ALL = -1  # what SQLite takes for no limit; a statement that has one keeps its order wherever it stands


def given(values: Iterable[int | str]) -> Select[Any]:
    """Return any number of ids or names as a select: one bound parameter, so that no limit is met."""
    rows = func.json_each(json.dumps(list(values))).table_valued("value")
    return select(rows.c.value)


def numbers(connection: Connection, statement: Select[*tuple[Any, ...]]) -> NDArray[np.int64]:
    """Return the first column of a statement, whole numbers; in its order, where the statement has a limit.

    SQLite joins them into one value: taking 100,000 rows one by one, the driver would give up and take
    back Python's lock as often, and wait for it each time while the window is painting.
    """
    rows = statement.subquery()
    text = connection.execute(select(func.group_concat(rows.c[0]))).scalar_one()
    return np.fromstring(text or "", np.int64, sep=",")


def listed(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[int]:
    """Return `numbers` as a list."""
    return [*numbers(connection, statement).tolist()]
