"""How songs are told: in tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tagger_core.cli.output import print_table
from tagger_core.durations import clock
from tagger_core.errors import shown
from tagger_core.library.records import TagScore, TrackRow

TAGS_SHOWN = 5


def print_songs(rows: Iterable[TrackRow], nearness: dict[int, float] | None = None) -> None:
    """Print songs as a table, with the similarity where one is given."""
    headings = ["id", *(["like"] if nearness else []), "title", "artist", "time", "heard"]
    cells = (_cells(row, nearness) for row in rows)
    print_table(headings, cells, stretch=len(headings) - 1)


def _cells(row: TrackRow, nearness: dict[int, float] | None) -> list[str]:
    near = [f"{nearness[row.id]:.2f}"] if nearness else []
    tags = ", ".join(tag_text(tag) for tag in row.tags[:TAGS_SHOWN]) or state(row)
    return [str(row.id), *near, row.title or row.path.stem, row.artist, clock(row.seconds or None), tags]


def tag_text(tag: TagScore) -> str:
    """Return a tag with its score in hundredths; a tick where a person accepted it."""
    tick = "✓" if tag.accepted else ""
    return f"{tag.name}{tick}" if tag.score is None else f"{tag.name}{tick} {100 * tag.score:.0f}"


def state(row: TrackRow) -> str:
    """Return why a song has no tags to show."""
    if row.missing:
        return "(missing)"
    if row.problem:
        return f"({row.problem})"
    if row.nearest:
        return f"(nearest: {', '.join(tag_text(tag) for tag in row.nearest)})"
    return "(silent)" if row.analysed else "(not heard yet)"


def song_json(row: TrackRow, scores: Sequence[TagScore]) -> dict[str, Any]:
    """Return a song for scripts: `scores` maps every tag to its track score.

    `path` is text; `path_bytes` (hexadecimal) is there only where the name is not valid UTF-8.
    """
    song: dict[str, Any] = {
        "id": row.id,
        "path": shown(row.path) if _odd(row) else str(row.path),
        "title": row.title,
        "artist": row.artist,
        "album": row.album,
        "year": row.year,
        "genre": list(row.genres),
        "seconds": row.seconds or None,
        "analysed": row.analysed,
        "missing": row.missing,
        "problem": row.problem,
        "tags": [tag.name for tag in row.tags],
        "scores": {tag.name: round(tag.score, 4) for tag in scores if tag.score is not None},
        "accepted": [tag.name for tag in scores if tag.accepted is True],
        "rejected": [tag.name for tag in scores if tag.accepted is False],
    }
    if _odd(row):
        song["path_bytes"] = str(row.path).encode("utf-8", "surrogateescape").hex()
    return song


def json_lines(songs: Iterable[tuple[TrackRow, Sequence[TagScore]]]) -> Iterator[str]:
    """Yield songs as one JSON array, a song a line: a whole library need not be in memory."""
    yield "["
    for count, (row, scores) in enumerate(songs):
        yield ("," if count else "") + "\n  " + json.dumps(song_json(row, scores), allow_nan=False)
    yield "\n]\n"


def _odd(row: TrackRow) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in str(row.path))
