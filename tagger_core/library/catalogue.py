"""What a scan writes about tracks; every function works within the caller's short transaction."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, literal, select, update

from tagger_core.library.changes import KnownTrack
from tagger_core.library.ids import packed
from tagger_core.library.keys import clean, now_ms, path_key, path_text, sort_key
from tagger_core.library.records import FileTags
from tagger_core.library.schema import AnalysisRow, Decision, Tag, Track, TrackTagScore
from tagger_core.library.walk import FoundFile

_BETWEEN = "; "
_IDS_AT_ONCE = 500
# Statements that run once for each of many tracks: made once, on the table, which costs a tenth.
_INSERT = insert(Track).returning(Track.c.id)
_UPDATE = update(Track).where(Track.c.id == bindparam("track"))
_TRY_AGAIN = update(Track).where(Track.c.id == bindparam("track"), Track.c.seconds == 0).values(seconds=None)
_AT_PATH = select(Track.c.id).where(Track.c.path == bindparam("path"))
# Scores are indexed by tag alone.
_OF_ANY_MODEL = TrackTagScore.c.tag_id.in_(select(Tag.c.id).scalar_subquery())
_KNOWN = "SELECT id, path, size, mtime_ns, inode, device, root_id, missing FROM track"
_KNOWN_AND_DIGEST = "SELECT id, path, size, mtime_ns, inode, device, root_id, missing, digest FROM track"
_GIVEN = "SELECT value FROM json_each(?)"
_OF_GIVEN_TIMES = f"{_KNOWN_AND_DIGEST} WHERE NOT missing AND digest != '' AND mtime_ns IN ({_GIVEN})"
_DECISIONS_OF_COPY = (
    "INSERT OR REPLACE INTO decision (track_id, name, accepted, decided_at)"
    " SELECT ?, name, accepted, decided_at FROM decision WHERE track_id = ?"
)


class Move(NamedTuple):
    """A track and the file that it has now.

    Args:
        copy: the track that was added for this file before one knew, and that is one with it: it goes, and
            what the person decided on it goes over.
    """

    track: int
    file: FoundFile
    copy: int | None = None


def known_tracks(connection: Connection) -> dict[bytes, KnownTrack]:
    """Return what is known of the files of all tracks, by path, in one read."""
    rows = connection.exec_driver_sql(_KNOWN)
    return {row[1]: KnownTrack._make((*row[:7], bool(row[7]))) for row in rows}


def digests(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the digests of tracks that have one."""
    found: dict[int, str] = {}
    for some in _parts(ids):
        query = select(Track.c.id, Track.c.digest).where(Track.c.id.in_(some), Track.c.digest != "")
        found.update((row[0], row[1]) for row in connection.execute(query))
    return found


def unheard(connection: Connection) -> dict[bytes, tuple[int, str]]:
    """Return the tracks that no model has tried to hear, by path: id and digest, which may be empty."""
    heard = select(AnalysisRow.c.id).where(AnalysisRow.c.track_id == Track.c.id).exists()
    query = select(Track.c.path, Track.c.id, Track.c.digest).where(
        ~Track.c.missing, Track.c.seconds.is_(None), ~heard
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query.order_by(Track.c.path))}


def to_read_again(connection: Connection, *, all_problems: bool) -> dict[bytes, int]:
    """Return the tracks, by path, with a problem that may be gone although their file is the same.

    Args:
        connection: within a transaction.
        all_problems: whether a person asks; otherwise only those that nobody could open.
    """
    query = select(Track.c.path, Track.c.id).where(Track.c.problem != "", ~Track.c.missing)
    if not all_problems:
        query = query.where(Track.c.seconds.is_(None))
    return {row[0]: row[1] for row in connection.execute(query)}


def lost(connection: Connection) -> list[tuple[KnownTrack, str]]:
    """Return the missing tracks of which the digest is known, and the digest."""
    return _with_digests(connection.exec_driver_sql(f"{_KNOWN_AND_DIGEST} WHERE missing AND digest != ''"))


def stamped(connection: Connection, stamps: Collection[tuple[int, int]]) -> list[tuple[KnownTrack, str]]:
    """Return the tracks not known to be missing with one of these sizes and times, and their known digest."""
    times = packed({mtime_ns for _, mtime_ns in stamps})
    found = _with_digests(connection.exec_driver_sql(_OF_GIVEN_TIMES, (times,)))
    return [(track, digest) for track, digest in found if (track.size, track.mtime_ns) in stamps]


def _with_digests(rows: Iterable[Sequence[Any]]) -> list[tuple[KnownTrack, str]]:
    return [(KnownTrack._make((*row[:7], bool(row[7]))), row[8]) for row in rows]


def note_digests(connection: Connection, digests: Mapping[int, str]) -> None:
    """Keep what the audio packets of tracks hash to."""
    if digests:
        rows = [{"track": track, "digest": digest} for track, digest in digests.items()]
        connection.execute(_UPDATE, rows)


def add(connection: Connection, file: FoundFile, tags: FileTags) -> int:
    """Add a track for a file and return its id."""
    now = now_ms()
    values = {**_place(file), **_words(file.path), **_tags(tags), "added_at": now, "scanned_at": now}
    return int(connection.execute(_INSERT, values).scalar_one())


def place(connection: Connection, pairs: Iterable[tuple[int, FoundFile]]) -> None:
    """Note that the files of tracks are there, with the inode, device and root that they have now."""
    rows = [
        {
            "track": track,
            "inode": file.inode,
            "device": file.device,
            "root_id": file.root,
            "missing": False,
        }
        for track, file in pairs
    ]
    if rows:
        connection.execute(_UPDATE, rows)


def mark_missing(connection: Connection, ids: Iterable[int]) -> None:
    """Note that the files of tracks are gone; the tracks stay."""
    for some in _parts(ids):
        connection.execute(update(Track).where(Track.c.id.in_(some)).values(missing=True))


def move(connection: Connection, moves: Sequence[Move]) -> None:
    """Give tracks the files that they have now, also where they swap paths; scores, decisions, history stay.

    Another track of which the path is taken keeps a path below it, where no file can be, and is missing.
    """
    for track, _, copy in moves:
        _set_path(connection, track, b"\0%d" % track)
        if copy is not None:
            _take_over(connection, track, copy)
    for track, file, _ in moves:
        taken_from = connection.execute(_AT_PATH, {"path": file.path}).scalar()
        if taken_from is not None:
            _set_path(connection, taken_from, file.path + os.sep.encode() + b"%d" % taken_from)
            mark_missing(connection, [taken_from])
        values = {**_place(file), **_words(file.path), "scanned_at": now_ms()}
        update_track(connection, track, values)


def retag(connection: Connection, track: int, file: FoundFile, tags: FileTags) -> None:
    """Take over the tags of a file with the same audio; one that nobody could hear is tried again."""
    values = {**_place(file), **_tags(tags), "scanned_at": now_ms()}
    values["problem"] = joined(values["problem"], *heard_problems(connection, track))
    update_track(connection, track, values)
    connection.execute(_TRY_AGAIN, {"track": track})


def reword(connection: Connection, track: int, tags: FileTags) -> None:
    """Show other tags of a track; the next scan finds out what else became of its file."""
    values = _tags(tags)
    del values["problem"]
    update_track(connection, track, values)


def replace_audio(connection: Connection, track: int, file: FoundFile, tags: FileTags) -> None:
    """Take over a file of which the audio is another one: no model has heard it; decisions stay."""
    forget_heard(connection, track)
    unknown = {
        "digest": "",
        "seconds": None,
        "container": "",
        "codec": "",
        "sample_rate": None,
        "channels": None,
    }
    values = {**_place(file), **_tags(tags), **unknown, "scanned_at": now_ms()}
    update_track(connection, track, values)


def inherit(connection: Connection, heir: int, track: int) -> None:
    """Give a track that nobody has heard what belongs to another one with the same audio, which keeps it.

    That is what models heard, and what the person decided where nothing was decided of the heir.
    """
    for table in (AnalysisRow, TrackTagScore, Decision):
        _copy_rows(connection, table, heir, track)
    sound = [Track.c[name] for name in ("seconds", "container", "codec", "sample_rate", "channels")]
    known = connection.execute(select(*sound).where(Track.c.id == track, Track.c.seconds > 0)).mappings()
    problem = connection.execute(select(Track.c.problem).where(Track.c.id == heir)).scalar_one()
    values = {**dict(known.first() or {}), "problem": joined(problem, *heard_problems(connection, heir))}
    update_track(connection, heir, values)


def _copy_rows(connection: Connection, table: Table, heir: int, track: int) -> None:
    others = [column for column in table.c if column.name not in ("id", "track_id")]
    rows = select(literal(heir), *others).where(table.c.track_id == track)
    if table is TrackTagScore:
        rows = rows.where(_OF_ANY_MODEL)
    names = ["track_id", *(column.name for column in others)]
    connection.execute(insert(table).prefix_with("OR IGNORE").from_select(names, rows))


def forget_heard(connection: Connection, track: int) -> None:
    """Delete what every model heard of a track, so that it waits for each of them; decisions stay."""
    connection.execute(delete(AnalysisRow).where(AnalysisRow.c.track_id == track))
    connection.execute(delete(TrackTagScore).where(_OF_ANY_MODEL, TrackTagScore.c.track_id == track))


def update_track(connection: Connection, track: int, values: Mapping[str, Any]) -> None:
    """Write columns of one track."""
    connection.execute(_UPDATE, {**values, "track": track})


def _take_over(connection: Connection, track: int, copy: int) -> None:
    """Make a copy and the track one: the tags are those of the copy, which was read last."""
    columns = [Track.c[name] for name in _tags(FileTags())]
    values = dict(connection.execute(select(*columns).where(Track.c.id == copy)).mappings().one())
    values["problem"] = joined(values["problem"], *heard_problems(connection, track))
    connection.exec_driver_sql(_DECISIONS_OF_COPY, (track, copy))
    connection.execute(delete(Track).where(Track.c.id == copy))
    update_track(connection, track, values)


def heard_problems(connection: Connection, track: int) -> Iterator[str]:
    """Yield what kept models from hearing the whole of a track."""
    heard = select(AnalysisRow.c.problem).where(AnalysisRow.c.track_id == track, AnalysisRow.c.problem != "")
    yield from connection.execute(heard.distinct().order_by(AnalysisRow.c.problem)).scalars()


def joined(*problems: str) -> str:
    """Join what is wrong with a track, each thing once; what is joined already counts as several things."""
    return _BETWEEN.join(
        dict.fromkeys(thing for problem in problems for thing in problem.split(_BETWEEN) if thing)
    )


def without(problem: str, gone: str) -> str:
    """Return what is wrong with a track without the things that are well again."""
    things = gone.split(_BETWEEN)
    return _BETWEEN.join(thing for thing in problem.split(_BETWEEN) if thing not in things)


def _set_path(connection: Connection, track: int, path: bytes) -> None:
    update_track(connection, track, {"path": path, **_words(path)})


def _place(file: FoundFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "inode": file.inode,
        "device": file.device,
        "root_id": file.root,
        "missing": False,
    }


def _words(path: bytes) -> dict[str, str]:
    readable = Path(os.fsdecode(path))
    return {"path_text": path_text(readable), "path_key": path_key(readable)}


def _tags(tags: FileTags) -> dict[str, Any]:
    words = {
        "title": clean(tags.title),
        "artist": clean(tags.artist),
        "album": clean(tags.album),
        "genre": clean("; ".join(tags.genres)),
    }
    return {
        **words,
        **{f"{name}_key": sort_key(text) for name, text in words.items()},
        "album_artist": clean(tags.album_artist),
        "year": tags.year,
        "mood": clean("; ".join(tags.moods)),
        "bpm": tags.bpm,
        "rating": tags.rating,
        "key": clean(tags.key),
        "comment": clean(tags.comment),
        "grouping": clean(tags.grouping),
        "problem": clean(tags.problem),
    }


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Split ids, since SQLite bounds the number of parameters."""
    every = list(ids)
    for start in range(0, len(every), _IDS_AT_ONCE):
        yield every[start : start + _IDS_AT_ONCE]
