"""Every table by name."""

from __future__ import annotations

from trainer.experiments import claims, dieleman2014, lee2017, lee2018
from trainer.experiments.table import Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        lee2017.TABLE_2,
        lee2017.TABLE_3,
        lee2017.TABLE_4,
        lee2018.TABLE_2,
        lee2018.TABLE_4,
        lee2018.TABLE_5,
        lee2018.TABLE_6,
        dieleman2014.TABLE_1,
        dieleman2014.TABLE_2,
        dieleman2014.TABLE_3,
        claims.TABLE,
    )
}
