"""What a write tells of its song: the hash of its audio, and which write an undo takes back.

The audio of earlier writes is not known; they are taken back by their paths and fields as before.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns in place: making the table anew would copy all records for undoing."""
    op.execute("ALTER TABLE write_file ADD COLUMN audio VARCHAR DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE write_file ADD COLUMN undoes INTEGER REFERENCES write_file (id)")
