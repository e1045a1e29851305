"""What other programs are given reads back as it was."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import pytest

from tagger_core.library import export
from tagger_core.library.records import TrackRow


def row(title: str, genre: str, path: Path) -> TrackRow:
    return TrackRow(
        id=1,
        path=path,
        title=title,
        artist="",
        album="",
        album_artist="",
        year=None,
        genre=genre,
        mood="",
        bpm=None,
        rating=None,
        seconds=None,
        container="",
        codec="",
        added_at=0,
        missing=False,
        analysed=True,
        problem="",
    )


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", '"', ",", ";"])
def test_a_table_reads_back_whatever_its_texts_hold(end: str) -> None:
    song = row(f"one{end}two{end}", f"rock{end}", Path(f"/music/a{end}b.mp3"))
    text = "".join(export.csv_lines([(song, ())], ["calm"]))
    assert text.endswith(",\n")
    (read,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (read["title"], read["genre"], read["path"]) == (song.title, song.genre, str(song.path))
    assert (read["year"], read["calm"]) == ("", "")


def test_the_lines_of_a_table_end_with_a_line_feed() -> None:
    lines = list(export.csv_lines([(row("a", "b", Path("c")), ())], []))
    assert lines == ["path,title,artist,album,year,genre,seconds,problem\n", "c,a,,,,b,,\n"]


@pytest.mark.parametrize(("seconds", "told"), [(83.5, "83.5"), (0.0, ""), (None, "")])
def test_a_table_tells_no_length_of_what_could_not_be_heard(seconds: float | None, told: str) -> None:
    song = dataclasses.replace(row("a", "b", Path("c")), seconds=seconds)
    _, line = export.csv_lines([(song, ())], [])
    assert line == f"c,a,,,,b,{told},\n"
