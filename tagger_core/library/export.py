"""Songs with their scores, for other programs: a table, a playlist, a file of either."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from tagger_core.errors import Cancelled, LibraryError
from tagger_core.library import rows
from tagger_core.library.records import TagScore, TrackRow
from tagger_core.library.store import Library

_SONGS_AT_ONCE = 500
_KNOWN = ("path", "title", "artist", "album", "year", "genre", "seconds", "problem")
Songs = Iterable[tuple[TrackRow, Sequence[TagScore]]]


def songs(
    library: Library,
    ids: Sequence[int],
    model_id: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[TrackRow, Sequence[TagScore]]]:
    """Yield tracks in the order of their ids, with all scores of a model; a few hundred are in memory.

    Raises:
        Cancelled: the person asked to stop.
    """
    for page in _pages(ids, cancelled):
        with library.read() as connection:
            found = rows.scored_rows(connection, page, model_id)
        yield from found


def listed(
    library: Library, ids: Sequence[int], model_id: int, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[TrackRow]:
    """Yield tracks in the order of their ids, with the tags that are shown; a few hundred are in memory.

    Raises:
        Cancelled: the person asked to stop.
    """
    for page in _pages(ids, cancelled):
        yield from library.rows(page, model_id)


def paths(
    library: Library, ids: Sequence[int], cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Path]:
    """Yield where tracks are, in the order of their ids.

    Raises:
        Cancelled: the person asked to stop.
    """
    for page in _pages(ids, cancelled):
        with library.read() as connection:
            found = rows.paths(connection, page)
        yield from found


def _pages(ids: Sequence[int], cancelled: Callable[[], bool]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _SONGS_AT_ONCE):
        if cancelled():
            raise Cancelled
        yield ids[first : first + _SONGS_AT_ONCE]


def csv_lines(songs: Songs, tags: Sequence[str]) -> Iterator[str]:
    """Yield comma-separated values with a heading; the scores of all tags follow what is known of a song."""
    yield _csv_line([*_KNOWN, *tags])
    for row, scores in songs:
        by_name = {tag.name: tag.score for tag in scores if tag.score is not None}
        unlike = {"path": str(row.path), "seconds": row.seconds or None}
        known = [unlike[name] if name in unlike else getattr(row, name) for name in _KNOWN]
        yield _csv_line([*known, *(f"{by_name[tag]:.4f}" if tag in by_name else "" for tag in tags)])


def playlist_lines(songs: Songs, left_out: Callable[[Path], None] = lambda path: None) -> Iterator[str]:
    """Yield an extended M3U; `left_out` is told the paths with line breaks, which the format cannot hold."""
    yield "#EXTM3U\n"
    for row, _ in songs:
        if "\n" in str(row.path) or "\r" in str(row.path):
            left_out(row.path)
            continue
        title = " - ".join(part for part in (row.artist, row.title or row.path.stem) if part)
        yield f"#EXTINF:{round(row.seconds or -1)},{' '.join(title.split())}\n{row.path}\n"


def encoded(text: str) -> bytes:
    """Return UTF-8 with the exact bytes of paths that are not."""
    return text.encode("utf-8", "surrogateescape")


def write_whole(path: Path, chunks: Iterable[str]) -> None:
    """Write text to a file, whole or not at all; to a device or a pipe as it comes.

    Raises:
        LibraryError: the place does not let us.
    """
    try:
        # A link stays and what it leads to is written; a device in place of which a file came would be lost.
        target = path.resolve() if path.is_symlink() else path
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as file:
                file.writelines(encoded(chunk) for chunk in chunks)
        else:
            _replace(target, chunks)
    except OSError as error:
        raise LibraryError(
            f"cannot be written: {error.strerror}", path=path, remedy="choose another place"
        ) from error


def _replace(path: Path, chunks: Iterable[str]) -> None:
    temporary = path.with_name(f".earmark-{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(encoded(chunk) for chunk in chunks)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _csv_line(values: Sequence[object]) -> str:
    # The writer puts values in quotes that hold a part of its own line end: so also a lone carriage return.
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(["" if value is None else value for value in values])
    return line.getvalue().removesuffix("\r\n") + "\n"
