"""The music folders that the person added."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from tagger_core.errors import LibraryError
from tagger_core.library.keys import absolute, now_ms
from tagger_core.library.schema import Root, Track
from tagger_core.library.store import Library
from tagger_core.library.walk import below, is_below

_TRACKS_AT_ONCE = 500


@dataclass(frozen=True)
class RootFolder:
    """A music folder.

    Args:
        added_at: milliseconds since the epoch, UTC.
        scanned_at: when the last whole scan of it ended, None where there was none.
        available: whether that scan found it, and something in it.
    """

    id: int
    path: Path
    added_at: int
    scanned_at: int | None
    available: bool

    @property
    def exact(self) -> bytes:
        """The path as the tables keep it."""
        return os.fsencode(self.path)


def list_roots(library: Library) -> list[RootFolder]:
    """Return the music folders in the order in which they were added."""
    with library.read() as connection:
        return roots(connection)


def roots(connection: Connection) -> list[RootFolder]:
    """Return the music folders in the order in which they were added."""
    rows = connection.execute(
        select(Root.c.id, Root.c.path, Root.c.added_at, Root.c.scanned_at, Root.c.available).order_by(
            Root.c.id
        )
    )
    return [RootFolder(row[0], Path(os.fsdecode(row[1])), *row[2:]) for row in rows]


def add_root(library: Library, path: Path) -> int:
    """Add a music folder, nothing is scanned yet; one that is there already stays.

    The tracks below it that a folder around it holds are handed to it.

    Returns:
        the id of the root.

    Raises:
        LibraryError: the path is no folder.
    """
    path = absolute(path)
    if not path.is_dir():
        raise LibraryError("is not a folder", path=path, remedy="choose a folder that is there")
    exact = os.fsencode(path)
    with library.write() as connection:
        known = connection.execute(select(Root.c.id).where(Root.c.path == exact)).scalar()
        if known is not None:
            return known
        around = [root.id for root in roots(connection) if is_below(exact, root.exact)]
        statement = insert(Root).values(path=exact, added_at=now_ms(), available=True).returning(Root.c.id)
        added = int(connection.execute(statement).scalar_one())
        _hand_over(connection, around, exact, added)
        return added


def remove_root(library: Library, path: Path) -> int:
    """Take a music folder out of the library, with its tracks, scores and decisions; files stay as they are.

    Tracks that lie in other roots too are handed to the innermost of them.

    Returns:
        the number of tracks removed.

    Raises:
        LibraryError: the library has no such root.
        BusyError: a scan is going on.
    """
    exact = os.fsencode(absolute(path))
    with library.lock("scan"):
        known = {root.exact: root.id for root in list_roots(library)}
        if exact not in known:
            raise LibraryError(
                "is not one of the music folders", path=path, remedy="choose one that was added"
            )
        root = known.pop(exact)
        holders = [other for other in known if is_below(other, exact) or is_below(exact, other)]
        with library.write() as connection:
            for holder in sorted(holders, key=len, reverse=True):
                _hand_over(connection, [root], holder, known[holder])
        removed = _remove_tracks(library, root)
        with library.write() as connection:
            connection.execute(delete(Root).where(Root.c.id == root))
    return removed


def _hand_over(connection: Connection, roots: Sequence[int], folder: bytes, to: int) -> None:
    """Give the tracks of some roots that lie below a folder to another root."""
    first, after = below(folder)
    lies_there = Track.c.path >= first, Track.c.path < after
    connection.execute(update(Track).where(Track.c.root_id.in_(roots), *lies_there).values(root_id=to))


def _remove_tracks(library: Library, root: int) -> int:
    """Remove in parts, so that nobody waits long for the database."""
    some = select(Track.c.id).where(Track.c.root_id == root).limit(_TRACKS_AT_ONCE).scalar_subquery()
    removed = 0
    while True:
        with library.write() as connection:
            count = connection.execute(delete(Track).where(Track.c.id.in_(some))).rowcount
        removed += count
        if count < _TRACKS_AT_ONCE:
            return removed
