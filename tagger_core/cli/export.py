"""`earmark export`: songs with their scores, for other programs."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted
from tagger_core.cli.songs import song_json
from tagger_core.cli.words import query_text
from tagger_core.cli.workspace import open_workspace
from tagger_core.errors import Cancelled, LibraryError, shown
from tagger_core.jobs import Model, Workspace
from tagger_core.library import rows
from tagger_core.library.records import TagScore, TrackRow

_SONGS_AT_ONCE = 500
Songs = Iterator[tuple[TrackRow, Sequence[TagScore]]]


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Print JSON, CSV or a playlist, or write it to a file whole or not at all."""
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        ids = workspace.library.search(query_text(arguments.query), model.id)
        songs = _songs(workspace, model, ids, interrupt)
        if arguments.csv:
            chunks = _csv(songs, [tag.name for tag in workspace.library.tags(model.id)])
        elif arguments.m3u8:
            chunks = _playlist(songs)
        else:
            chunks = _json(songs)
        if arguments.output:
            _write_whole(Path(arguments.output).expanduser(), chunks)
            print(f"{counted(len(ids), 'song')} written to {shown(arguments.output)}", file=sys.stderr)
        else:
            for chunk in chunks:
                sys.stdout.buffer.write(_encoded(chunk))
            sys.stdout.buffer.flush()
    return status.DONE if ids else status.NOTHING


def _songs(workspace: Workspace, model: Model, ids: Sequence[int], interrupt: Interrupt) -> Songs:
    for first in range(0, len(ids), _SONGS_AT_ONCE):
        if interrupt.pressed():
            raise Cancelled
        page = ids[first : first + _SONGS_AT_ONCE]
        with workspace.library.read() as connection:
            scores = rows.scores(connection, page, model.id)
            found = rows.rows(connection, page, model.id)
        for row in found:
            yield row, scores.get(row.id, ())


def _json(songs: Songs) -> Iterator[str]:
    yield "["
    for count, (row, scores) in enumerate(songs):
        yield ("," if count else "") + "\n  " + json.dumps(song_json(row, scores), allow_nan=False)
    yield "\n]\n"


def _csv(songs: Songs, tags: Sequence[str]) -> Iterator[str]:
    """Yield lines of comma-separated values with a heading; the scores of all tags follow what is known."""
    plain = ["path", "title", "artist", "album", "year", "genre", "seconds", "problem"]
    yield _csv_line([*plain, *tags])
    for row, scores in songs:
        by_name = {tag.name: tag.score for tag in scores if tag.score is not None}
        known = [
            str(row.path),
            row.title,
            row.artist,
            row.album,
            row.year,
            row.genre,
            row.seconds,
            row.problem,
        ]
        yield _csv_line([*known, *(f"{by_name[tag]:.4f}" if tag in by_name else "" for tag in tags)])


def _csv_line(values: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(["" if value is None else value for value in values])
    return line.getvalue()


def _playlist(songs: Songs) -> Iterator[str]:
    """Yield an extended M3U; names with line breaks, which the format cannot hold, are left out and named."""
    yield "#EXTM3U\n"
    for row, _ in songs:
        if "\n" in str(row.path) or "\r" in str(row.path):
            print(f"left out, a line break in its name: {shown(row.path)}", file=sys.stderr)
            continue
        title = " - ".join(part for part in (row.artist, row.title or row.path.stem) if part)
        yield f"#EXTINF:{round(row.seconds or -1)},{' '.join(title.split())}\n{row.path}\n"


def _encoded(text: str) -> bytes:
    """Return UTF-8 with the exact bytes of paths that are not."""
    return text.encode("utf-8", "surrogateescape")


def _write_whole(path: Path, chunks: Iterator[str]) -> None:
    temporary = path.with_name(f".earmark-{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(_encoded(chunk) for chunk in chunks)
        temporary.replace(path)
    except OSError as error:
        raise LibraryError(
            f"cannot be written: {error.strerror}", path=path, remedy="choose another place"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
