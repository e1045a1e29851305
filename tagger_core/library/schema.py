"""The tables. Times are integer milliseconds since the epoch, UTC; texts are NFC and never NULL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    MetaData,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
    text,
)

METADATA = MetaData()  # the migrations are held equal to it by a test
FTS_COLUMNS = ("title", "artist", "album", "genre", "path_text")


class RootColumns(TypedColumns):
    """A music folder that the person added; `path` is os.fsencode of the absolute path."""

    id: Named[int] = Column(primary_key=True)
    path: Named[bytes] = Column(unique=True)
    added_at: Named[int]
    scanned_at: Named[int | None]
    available: Named[bool] = Column(default=True, server_default=text("1"))


Root = Table("root", METADATA, RootColumns)


def _text() -> Column[str]:
    return Column(default="", server_default=text("''"))


class TrackColumns(TypedColumns):
    """A file with music, and what it says of itself.

    The keys are what sorting and comparing go by: `path_key` is made by `keys.path_key`, the others by
    `keys.sort_key`. Several genres are joined by "; ". `digest` is the hex hash of the compressed audio
    packets, which tells a moved or retagged file from a changed one.
    """

    id: Named[int] = Column(primary_key=True)
    root_id: Named[int] = Column(ForeignKey("root.id", ondelete="CASCADE"), index=True)
    path: Named[bytes] = Column(unique=True)
    path_text: Named[str]
    path_key: Named[str]
    size: Named[int]
    mtime_ns: Named[int]
    inode: Named[int] = Column(default=0, server_default=text("0"))
    device: Named[int] = Column(default=0, server_default=text("0"))
    digest: Named[str] = _text()
    seconds: Named[float | None]
    container: Named[str] = _text()
    codec: Named[str] = _text()
    sample_rate: Named[int | None]
    channels: Named[int | None]
    title: Named[str] = _text()
    artist: Named[str] = _text()
    album: Named[str] = _text()
    album_artist: Named[str] = _text()
    year: Named[int | None]
    genre: Named[str] = _text()
    mood: Named[str] = _text()
    bpm: Named[float | None]
    rating: Named[float | None]
    key: Named[str] = _text()
    comment: Named[str] = _text()
    grouping: Named[str] = _text()
    title_key: Named[str] = _text()
    artist_key: Named[str] = _text()
    album_key: Named[str] = _text()
    genre_key: Named[str] = _text()
    missing: Named[bool] = Column(default=False, server_default=text("0"))
    problem: Named[str] = _text()
    added_at: Named[int]
    scanned_at: Named[int]


Track = Table(
    "track",
    METADATA,
    TrackColumns,
    # Every list is of tracks that are (not) missing, in some order: these indices answer it alone.
    *(
        Index(f"ix_track_by_{name}", "missing", column, "path_key")
        for name, column in (
            ("title", "title_key"),
            ("artist", "artist_key"),
            ("album", "album_key"),
            ("genre", "genre_key"),
            ("year", "year"),
            ("added", "added_at"),
        )
    ),
    Index("ix_track_by_path", "missing", "path_key"),
    Index("ix_track_digest", "digest", sqlite_where=text("digest != ''")),
    Index("ix_track_problem", "problem", sqlite_where=text("problem != ''")),
    # Ids are never used again: a window or a journal may still hold the id of a removed track.
    sqlite_autoincrement=True,
)


class ModelColumns(TypedColumns):
    """A model that has scored tracks; `identity` is the sha256 of its file, `info` what its header says."""

    id: Named[int] = Column(primary_key=True)
    identity: Named[str] = Column(unique=True)
    name: Named[str]
    info: Named[dict[str, Any]] = Column(JSON)


Model = Table("model", METADATA, ModelColumns)


class TagColumns(TypedColumns):
    """One output of a model; `position` is its place among the outputs."""

    id: Named[int] = Column(primary_key=True)
    model_id: Named[int] = Column(ForeignKey("model.id", ondelete="CASCADE"))
    position: Named[int]
    name: Named[str]
    category: Named[str]
    threshold: Named[float]


Tag = Table(
    "tag",
    METADATA,
    TagColumns,
    UniqueConstraint("model_id", "position"),
    UniqueConstraint("model_id", "name"),
)


class TrackTagScoreColumns(TypedColumns):
    """The track score of one tag.

    There is no foreign key to the track: without an index on track_id alone (a third copy of millions of
    rows) each removed track would cost a pass over the table. The trigger `track_scores_delete` does it.
    """

    tag_id: Named[int] = Column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    track_id: Named[int] = Column(primary_key=True)
    score: Named[float]


TrackTagScore = Table(
    "track_tag_score",
    METADATA,
    TrackTagScoreColumns,
    Index("ix_score", "tag_id", "score"),
    sqlite_with_rowid=False,
)


class AnalysisRowColumns(TypedColumns):
    """What a model heard of a track; where there is no row, the track is pending for that model.

    `embedding` float16 [dimensions], `window_starts` int64 [windows] in samples at the model's rate,
    `window_scores` float16 [windows, tags]: all little-endian; `hop` in samples.
    """

    id: Named[int] = Column(primary_key=True)
    track_id: Named[int] = Column(ForeignKey("track.id", ondelete="CASCADE"), index=True)
    model_id: Named[int] = Column(ForeignKey("model.id", ondelete="CASCADE"))
    seconds: Named[float]
    silent: Named[bool] = Column(default=False, server_default=text("0"))
    problem: Named[str] = _text()
    hop: Named[int]
    window_count: Named[int]
    analysed_at: Named[int]
    embedding: Named[bytes]
    window_starts: Named[bytes]
    window_scores: Named[bytes]


AnalysisRow = Table("analysis", METADATA, AnalysisRowColumns, UniqueConstraint("model_id", "track_id"))


class DecisionColumns(TypedColumns):
    """A tag accepted or rejected by the person; `name` is made by `keys.tag_key`; it beats every model."""

    track_id: Named[int] = Column(ForeignKey("track.id", ondelete="CASCADE"), primary_key=True)
    name: Named[str] = Column(primary_key=True)
    accepted: Named[bool]
    decided_at: Named[int]


Decision = Table(
    "decision",
    METADATA,
    DecisionColumns,
    Index("ix_decision_name", "name", "accepted", "track_id"),
    sqlite_with_rowid=False,
)


class WriteBatchColumns(TypedColumns):
    """One act of writing tags to files: the unit of undo."""

    id: Named[int] = Column(primary_key=True)
    created_at: Named[int]
    preset: Named[str] = _text()
    note: Named[str] = _text()
    undo_of: Named[int | None] = Column(ForeignKey("write_batch.id"), index=True)
    finished_at: Named[int | None]


WriteBatch = Table("write_batch", METADATA, WriteBatchColumns, sqlite_autoincrement=True)


class WriteFileColumns(TypedColumns):
    """One file of a batch; the hashes are sha256 of the whole file, `restore` leads back to the old bytes.

    `audio` is the hash of the audio alone, which tells the song from another one in its place; empty in rows
    from before version 3. `undoes` is the row that this one takes back.
    """

    id: Named[int] = Column(primary_key=True)
    batch_id: Named[int] = Column(ForeignKey("write_batch.id", ondelete="CASCADE"), index=True)
    track_id: Named[int | None] = Column(ForeignKey("track.id", ondelete="SET NULL"), index=True)
    path: Named[bytes]
    temporary: Named[bytes]
    state: Named[str]
    before_hash: Named[str] = _text()
    after_hash: Named[str] = _text()
    before_size: Named[int]
    before_mtime_ns: Named[int]
    restore: Named[bytes | None]
    message: Named[str] = _text()
    audio: Named[str] = _text()
    undoes: Named[int | None] = Column(ForeignKey("write_file.id"))


WriteFile = Table(
    "write_file",
    METADATA,
    WriteFileColumns,
    CheckConstraint("state IN ('prepared', 'done', 'failed', 'undone')", name="state"),
    Index("ix_write_file_state", "state", sqlite_where=text("state = 'prepared'")),
)


class WriteChangeColumns(TypedColumns):
    """One field of one written file, with its raw values before and after."""

    id: Named[int] = Column(primary_key=True)
    file_id: Named[int] = Column(ForeignKey("write_file.id", ondelete="CASCADE"), index=True)
    field: Named[str]
    before: Named[list[str]] = Column(JSON)
    after: Named[list[str]] = Column(JSON)


WriteChange = Table("write_change", METADATA, WriteChangeColumns)


class SavedSearchColumns(TypedColumns):
    """A query that the person keeps under a name."""

    id: Named[int] = Column(primary_key=True)
    name: Named[str] = Column(unique=True)
    query: Named[str]
    position: Named[int]
    created_at: Named[int]


SavedSearch = Table("saved_search", METADATA, SavedSearchColumns)
