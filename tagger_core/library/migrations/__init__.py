"""How a database of one version becomes one of the next: Alembic, set up in code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; the migrations run on `connection`, inside its transaction."""
    result = Config()
    # Alembic takes "%" for interpolation.
    result.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    result.attributes["connection"] = connection
    return result


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest version; the caller commits."""
    command.upgrade(config(connection), "head")
