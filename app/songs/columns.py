"""The columns of the table of songs, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from tagger_core.durations import clock
from tagger_core.errors import shown
from tagger_core.library.records import TrackRow


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        key: under which its width, order and visibility are remembered.
        title: shown in the header, translated there.
        text: what a row shows in it.
        sort: the field of the query language that it sorts by; empty where it cannot.
        width: pixels at first; 0 hides it at first.
        right: numbers stand on the right.
    """

    key: str
    title: str
    text: Callable[[TrackRow], str]
    sort: str
    width: int
    right: bool = False


def _title(row: TrackRow) -> str:
    return row.title or shown(row.path.stem)


def _state(row: TrackRow) -> str:
    if row.missing:
        return QT_TRANSLATE_NOOP("Column", "missing")
    if row.problem:
        return QT_TRANSLATE_NOOP("Column", "problem")
    return "" if row.analysed else QT_TRANSLATE_NOOP("Column", "pending")


def _time(row: TrackRow) -> str:
    return clock(row.seconds or None)


TAGS = "tags"
STATE = "state"

COLUMNS = (
    Column("title", QT_TRANSLATE_NOOP("Column", "Title"), _title, "title", 180),
    Column("artist", QT_TRANSLATE_NOOP("Column", "Artist"), lambda row: row.artist, "artist", 140),
    Column(
        TAGS, QT_TRANSLATE_NOOP("Column", "Heard"), lambda row: ", ".join(t.name for t in row.tags), "", 300
    ),
    Column("album", QT_TRANSLATE_NOOP("Column", "Album"), lambda row: row.album, "album", 130),
    Column(
        "year", QT_TRANSLATE_NOOP("Column", "Year"), lambda row: str(row.year or ""), "year", 56, right=True
    ),
    Column("time", QT_TRANSLATE_NOOP("Column", "Time"), _time, "duration", 60, right=True),
    Column("genre", QT_TRANSLATE_NOOP("Column", "File genre"), lambda row: row.genre, "genre", 0),
    Column(STATE, QT_TRANSLATE_NOOP("Column", "State"), _state, "", 0),
    Column("mood", QT_TRANSLATE_NOOP("Column", "File mood"), lambda row: row.mood, "", 0),
    Column(
        "bpm",
        QT_TRANSLATE_NOOP("Column", "BPM"),
        lambda r: f"{r.bpm:g}" if r.bpm else "",
        "bpm",
        0,
        right=True,
    ),
    Column("format", QT_TRANSLATE_NOOP("Column", "Format"), lambda row: row.codec, "format", 0),
    Column("path", QT_TRANSLATE_NOOP("Column", "Path"), lambda row: shown(row.path), "path", 0),
)
