"""The words of paths: spaces and marks that are not printed are no longer escaped.

Names with a no-break space, an ideographic one, a joiner or a soft hyphen are found by their words then.
"""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from tagger_core.library.keys import path_key, path_text

revision = "0002"
down_revision = "0001"

_ROWS_AT_ONCE = 1000
_TRACK = sa.table(
    "track",
    sa.column("id", sa.Integer),
    sa.column("path", sa.LargeBinary),
    sa.column("path_text", sa.String),
    sa.column("path_key", sa.String),
)


def upgrade() -> None:
    """Make the texts of paths anew that hold an escape; a trigger tells the full-text index."""
    connection = op.get_bind()
    escaped = sa.select(_TRACK.c.id, _TRACK.c.path, _TRACK.c.path_text).order_by(_TRACK.c.id)
    escaped = escaped.where(sa.func.instr(_TRACK.c.path_text, "\\") > 0).limit(_ROWS_AT_ONCE)
    last = 0
    while rows := connection.execute(escaped.where(_TRACK.c.id > last)).all():
        last = rows[-1].id
        for track, exact, text in rows:
            path = Path(os.fsdecode(exact))
            if path_text(path) != text:
                values = {"path_text": path_text(path), "path_key": path_key(path)}
                connection.execute(sa.update(_TRACK).where(_TRACK.c.id == track).values(values))
