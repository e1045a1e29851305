"""Many ids or names in and out of SQL at little cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select


def given(values: Iterable[int | str]) -> Select[Any]:
    """Return any number of ids or names as a select: one bound parameter, so that no limit is met."""
    rows = func.json_each(json.dumps(list(values))).table_valued("value")
    return select(rows.c.value)


def listed(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[int]:
    """Return the first column of a statement; in its order, where the statement has a limit.

    SQLite joins the ids into one value: taking 100,000 rows one by one, the driver would give up and take
    back Python's lock as often, and wait for it each time while the window is painting.
    """
    rows = statement.subquery()
    return list(json.loads(connection.execute(select(func.json_group_array(rows.c[0]))).scalar_one()))
