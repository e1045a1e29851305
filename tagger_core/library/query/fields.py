"""The fields that a query can name, and what their values mean.

A typed value is an interval, because a person types what a list shows: `duration:3:30` is every length that
is shown as 3:30, `added:2024-05` a whole month, `bpm:120` what rounds to 120.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Interval = tuple[float, float | None]  # from here on, up to but not including; None: without end
Reader = Callable[[str, int], Interval | None]

STATES = ("analysed", "pending", "missing", "written", "problem", "silent", "accepted", "rejected")

_NUMBER = re.compile(r"\d{1,9}(?:\.(\d{1,6}))?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,6}):([0-5]\d(?:\.(\d{1,3}))?)", re.ASCII)
_LENGTH = re.compile(r"(\d{1,9}(?:\.(\d{1,6}))?)(s|m|min|h)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGE = re.compile(r"(\d{1,5})([dwmy])", re.ASCII)
_AGE_DAYS = {"d": 1, "w": 7, "m": 30.4375, "y": 365.25}


def _year(text: str, _now_ms: int) -> Interval | None:
    return (int(text), int(text) + 1) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else None


def _rounded(text: str, _now_ms: int) -> Interval | None:
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    half = 0.5 * 10.0 ** -len(found[1] or "")
    return float(text) - half, float(text) + half


def _rating(text: str, _now_ms: int) -> Interval | None:
    if not _NUMBER.fullmatch(text) or float(text) > 5:
        return None
    return float(text) - 0.25, float(text) + 0.25


def _duration(text: str, _now_ms: int) -> Interval | None:
    if found := _CLOCK.fullmatch(text):
        start = int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])
        return start, start + 10.0 ** -len(found[4] or "")
    if found := _LENGTH.fullmatch(text):
        unit = {"s": 1, "h": 3600}.get(found[3], 60)
        return float(found[1]) * unit, (float(found[1]) + 10.0 ** -len(found[2] or "")) * unit
    if found := _NUMBER.fullmatch(text):
        return float(text), float(text) + 10.0 ** -len(found[1] or "")
    return None


def _added(text: str, now_ms: int) -> Interval | None:
    if found := _AGE.fullmatch(text):
        return now_ms - int(found[1]) * _AGE_DAYS[found[2]] * 86_400_000, None
    found = _DATE.fullmatch(text)
    if not found or not 1970 < int(found[1]) < 3000:
        return None
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        start = datetime(year, month, day)  # a person's day is a day where the person is
        if found[3]:
            end = start + timedelta(days=1)
        elif found[2]:
            end = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            end = start.replace(year=year + 1)
    except ValueError:
        return None
    return start.timestamp() * 1000, end.timestamp() * 1000


@dataclass(frozen=True)
class Field:
    """A field of a track.

    Args:
        column: where the value is.
        sort: what it is sorted by.
        read: text -> the interval meant, None where it is none; None for a field of text.
        form: what a value looks like, for errors.
        indexed: an index lists the tracks by it, and by path where it is equal.
        zero_is_unknown: a number of 0 says that the track has none.
    """

    column: str
    sort: str
    read: Reader | None = None
    form: str = "text"
    indexed: bool = False
    zero_is_unknown: bool = False


FIELDS: dict[str, Field] = {
    "title": Field("title", "title_key", indexed=True),
    "artist": Field("artist", "artist_key", indexed=True),
    "album": Field("album", "album_key", indexed=True),
    "genre": Field("genre", "genre_key", indexed=True),
    "year": Field("year", "year", _year, "a year such as 1990, or 1990..1999", indexed=True),
    "duration": Field(
        "seconds",
        "seconds",
        _duration,
        "a length such as 3:30, 210 or 4m",
        zero_is_unknown=True,  # of what could not be heard
    ),
    "bpm": Field("bpm", "bpm", _rounded, "beats a minute such as 120"),
    "path": Field("path_text", "path_key", indexed=True),
    "format": Field("codec", "codec"),
    "added": Field(
        "added_at",
        "added_at",
        _added,
        "a date such as 2024-05-01 or 2024-05, or an age such as 7d",
        indexed=True,
    ),
    "rating": Field("rating", "rating", _rating, "stars from 0 to 5"),
}
