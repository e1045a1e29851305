"""Many ids or names in and out of SQL at little cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

ALL = -1  # what SQLite takes for no limit; a statement that has one keeps its order wherever it stands


def given(values: Iterable[int | str]) -> Select[Any]:
    """Return any number of ids or names as a select: one bound parameter, so that no limit is met."""
    return _unpacked(packed(values))


def given_as(name: str) -> Select[Any]:
    """Return the same for a statement that is built once: `packed` values are its parameter `name`."""
    return _unpacked(bindparam(name))


def packed(values: Iterable[int | str]) -> str:
    """Return ids or names as the one value that `given_as` takes."""
    return json.dumps(list(values))


def _unpacked(values: str | BindParameter[Any]) -> Select[Any]:
    rows = func.json_each(values).table_valued("value")
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
