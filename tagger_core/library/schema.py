"""The tables. Times are integer milliseconds since the epoch, UTC; texts are NFC and never NULL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Double, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FTS_COLUMNS = ("title", "artist", "album", "genre", "path_text")


class Base(DeclarativeBase):
    """Names every table; the migrations are held equal to this metadata by a test."""

    type_annotation_map = {  # noqa: RUF012 - the form that SQLAlchemy asks for
        bytes: LargeBinary,
        float: Double,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Root(Base):
    """A music folder that the person added; `path` is os.fsencode of the absolute path."""

    __tablename__ = "root"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[bytes] = mapped_column(unique=True)
    added_at: Mapped[int]
    scanned_at: Mapped[int | None]
    available: Mapped[bool] = mapped_column(default=True, server_default=text("1"))


def _text() -> Mapped[str]:
    return mapped_column(default="", server_default=text("''"))


class Track(Base):
    """A file with music, and what it says of itself.

    The keys are what sorting and comparing go by: `path_key` is made by `keys.path_key`, the others by
    `keys.sort_key`. Several genres are joined by "; ". `digest` is the hex hash of the compressed audio
    packets, which tells a moved or retagged file from a changed one.
    """

    __tablename__ = "track"

    id: Mapped[int] = mapped_column(primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id", ondelete="CASCADE"), index=True)
    path: Mapped[bytes] = mapped_column(unique=True)
    path_text: Mapped[str]
    path_key: Mapped[str]
    size: Mapped[int]
    mtime_ns: Mapped[int]
    inode: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    device: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    digest: Mapped[str] = _text()
    seconds: Mapped[float | None]
    container: Mapped[str] = _text()
    codec: Mapped[str] = _text()
    sample_rate: Mapped[int | None]
    channels: Mapped[int | None]
    title: Mapped[str] = _text()
    artist: Mapped[str] = _text()
    album: Mapped[str] = _text()
    album_artist: Mapped[str] = _text()
    year: Mapped[int | None]
    genre: Mapped[str] = _text()
    mood: Mapped[str] = _text()
    bpm: Mapped[float | None]
    rating: Mapped[float | None]
    key: Mapped[str] = _text()
    comment: Mapped[str] = _text()
    grouping: Mapped[str] = _text()
    title_key: Mapped[str] = _text()
    artist_key: Mapped[str] = _text()
    album_key: Mapped[str] = _text()
    genre_key: Mapped[str] = _text()
    missing: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    problem: Mapped[str] = _text()
    added_at: Mapped[int]
    scanned_at: Mapped[int]

    __table_args__ = (
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
        {"sqlite_autoincrement": True},
    )


class Model(Base):
    """A model that has scored tracks; `identity` is the sha256 of its file, `info` what its header says."""

    __tablename__ = "model"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    info: Mapped[dict[str, Any]]


class Tag(Base):
    """One output of a model; `position` is its place among the outputs."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("model_id", "position"), UniqueConstraint("model_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    category: Mapped[str]
    threshold: Mapped[float]


class TrackTagScore(Base):
    """The track score of one tag.

    There is no foreign key to the track: without an index on track_id alone (a third copy of millions of
    rows) each removed track would cost a pass over the table. The trigger `track_scores_delete` does it.
    """

    __tablename__ = "track_tag_score"
    __table_args__ = (Index("ix_score", "tag_id", "score"), {"sqlite_with_rowid": False})

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[float]


class AnalysisRow(Base):
    """What a model heard of a track; where there is no row, the track is pending for that model.

    `embedding` float16 [dimensions], `window_starts` int64 [windows] in samples at the model's rate,
    `window_scores` float16 [windows, tags]: all little-endian; `hop` in samples.
    """

    __tablename__ = "analysis"
    __table_args__ = (UniqueConstraint("model_id", "track_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id", ondelete="CASCADE"), index=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"))
    seconds: Mapped[float]
    silent: Mapped[bool] = mapped_column(default=False, server_default=text("0"))
    problem: Mapped[str] = _text()
    hop: Mapped[int]
    window_count: Mapped[int]
    analysed_at: Mapped[int]
    embedding: Mapped[bytes]
    window_starts: Mapped[bytes]
    window_scores: Mapped[bytes]


class Decision(Base):
    """A tag accepted or rejected by the person; `name` is made by `keys.tag_key`; it beats every model."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_name", "name", "accepted", "track_id"), {"sqlite_with_rowid": False})

    track_id: Mapped[int] = mapped_column(ForeignKey("track.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    decided_at: Mapped[int]


class WriteBatch(Base):
    """One act of writing tags to files: the unit of undo."""

    __tablename__ = "write_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[int]
    preset: Mapped[str] = _text()
    note: Mapped[str] = _text()
    undo_of: Mapped[int | None] = mapped_column(ForeignKey("write_batch.id"), index=True)
    finished_at: Mapped[int | None]

    __table_args__ = ({"sqlite_autoincrement": True},)


class WriteFile(Base):
    """One file of a batch; the hashes are sha256 of the whole file, `restore` leads back to the old bytes."""

    __tablename__ = "write_file"
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'done', 'failed', 'undone')", name="state"),
        Index("ix_write_file_state", "state", sqlite_where=text("state = 'prepared'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("write_batch.id", ondelete="CASCADE"), index=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id", ondelete="SET NULL"), index=True)
    path: Mapped[bytes]
    temporary: Mapped[bytes]
    state: Mapped[str]
    before_hash: Mapped[str] = _text()
    after_hash: Mapped[str] = _text()
    before_size: Mapped[int]
    before_mtime_ns: Mapped[int]
    restore: Mapped[bytes | None]
    message: Mapped[str] = _text()


class WriteChange(Base):
    """One field of one written file, with its raw values before and after."""

    __tablename__ = "write_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("write_file.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    before: Mapped[list[str]]
    after: Mapped[list[str]]


class SavedSearch(Base):
    """A query that the person keeps under a name."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[int]
