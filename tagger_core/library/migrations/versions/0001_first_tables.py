"""The first tables.

The full-text table keeps no copy of the texts; triggers hold it in step with `track`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COLUMNS = "title, artist, album, genre, path_text"
_OLD = (
    f"INSERT INTO track_fts(track_fts, rowid, {_COLUMNS})"  # noqa: S608 - made of constants
    " VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre, old.path_text);"
)
_NEW = (
    f"INSERT INTO track_fts(rowid, {_COLUMNS})"  # noqa: S608 - made of constants
    " VALUES (new.id, new.title, new.artist, new.album, new.genre, new.path_text);"
)


def upgrade() -> None:
    """Make the tables, the full-text index and the triggers."""
    _create_tracks()
    _create_scores()
    _create_writes()
    _create_searches()
    _create_triggers()


def _create_tracks() -> None:
    op.create_table(
        "root",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.Integer(), nullable=True),
        sa.Column("available", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("path_text", sa.String(), nullable=False),
        sa.Column("path_key", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("inode", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("device", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("digest", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("container", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("codec", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("artist", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("album", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("album_artist", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("genre", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("mood", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("bpm", sa.Double(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("key", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("comment", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("grouping", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("title_key", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("artist_key", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("album_key", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("genre_key", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("missing", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_track_by_added", "track", ["missing", "added_at", "path_key"])
    op.create_index("ix_track_by_album", "track", ["missing", "album_key", "path_key"])
    op.create_index("ix_track_by_artist", "track", ["missing", "artist_key", "path_key"])
    op.create_index("ix_track_by_genre", "track", ["missing", "genre_key", "path_key"])
    op.create_index("ix_track_by_path", "track", ["missing", "path_key"])
    op.create_index("ix_track_by_title", "track", ["missing", "title_key", "path_key"])
    op.create_index("ix_track_by_year", "track", ["missing", "year", "path_key"])
    op.create_index("ix_track_digest", "track", ["digest"], sqlite_where=sa.text("digest != ''"))
    op.create_index("ix_track_problem", "track", ["problem"], sqlite_where=sa.text("problem != ''"))
    op.create_index("ix_track_root_id", "track", ["root_id"])


def _create_scores() -> None:
    op.create_table(
        "model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("identity"),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_id", "name"),
        sa.UniqueConstraint("model_id", "position"),
    )
    op.create_table(
        "track_tag_score",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "track_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_score", "track_tag_score", ["tag_id", "score"])
    op.create_table(
        "analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("silent", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.Column("window_count", sa.Integer(), nullable=False),
        sa.Column("analysed_at", sa.Integer(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("window_starts", sa.LargeBinary(), nullable=False),
        sa.Column("window_scores", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_id", "track_id"),
    )
    op.create_index("ix_analysis_track_id", "analysis", ["track_id"])
    op.create_table(
        "decision",
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_id", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_decision_name", "decision", ["name", "accepted", "track_id"])


def _create_writes() -> None:
    op.create_table(
        "write_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("undo_of", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undo_of"],
            ["write_batch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_write_batch_undo_of", "write_batch", ["undo_of"])
    op.create_table(
        "write_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("temporary", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before_hash", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("after_hash", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("before_size", sa.Integer(), nullable=False),
        sa.Column("before_mtime_ns", sa.Integer(), nullable=False),
        sa.Column("restore", sa.LargeBinary(), nullable=True),
        sa.Column("message", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("state IN ('prepared', 'done', 'failed', 'undone')", name="state"),
        sa.ForeignKeyConstraint(["batch_id"], ["write_batch.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_write_file_batch_id", "write_file", ["batch_id"])
    op.create_index(
        "ix_write_file_state", "write_file", ["state"], sqlite_where=sa.text("state = 'prepared'")
    )
    op.create_index("ix_write_file_track_id", "write_file", ["track_id"])
    op.create_table(
        "write_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["write_file.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_write_change_file_id", "write_change", ["file_id"])


def _create_searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _create_triggers() -> None:
    op.execute(
        f"CREATE VIRTUAL TABLE track_fts USING fts5({_COLUMNS},"
        " content='track', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(f"CREATE TRIGGER track_fts_insert AFTER INSERT ON track BEGIN {_NEW} END")
    op.execute(f"CREATE TRIGGER track_fts_delete AFTER DELETE ON track BEGIN {_OLD} END")
    changed = " OR ".join(
        f"new.{c} IS NOT old.{c}" for c in ("id", "title", "artist", "album", "genre", "path_text")
    )
    # A rescan touches size and times of many tracks; their words stay.
    op.execute(
        f"CREATE TRIGGER track_fts_update AFTER UPDATE OF id, {_COLUMNS} ON track"
        f" WHEN {changed} BEGIN {_OLD} {_NEW} END"
    )
    # The primary key begins with the tag: through the few tags, a track's rows need no other index.
    op.execute(
        "CREATE TRIGGER track_scores_delete AFTER DELETE ON track BEGIN"
        " DELETE FROM track_tag_score WHERE tag_id IN (SELECT id FROM tag) AND track_id = old.id; END"
    )
