"""How tags go through a song: edges, columns, places. No window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.song.course import Course, course_of, strongest_start
from app.song.drawing import outline_lines
from app.song.shades import strong
from app.theme import CATEGORY_HUES, DARK, LIGHT, contrast
from tagger_core.audio.peaks import Peaks
from tagger_core.library.records import TagScore, Timeline

RATE, WINDOW = 1000, 3000


def timeline(*scores: list[float], hop: int = WINDOW) -> Timeline:
    """Return a timeline of the tags a, b, ..., one list of window scores each."""
    table = np.array(scores, np.float16).T
    return Timeline(tuple("abcdefgh"[: len(scores)]), np.arange(len(table), dtype=np.int64) * hop, table)


def tag(name: str, score: float = 0.5, accepted: bool | None = None) -> TagScore:
    return TagScore(name, "genre", score, 0.4, accepted)


def course(*scores: list[float], seconds: float | None = None, hop: int = WINDOW) -> Course:
    found = course_of(
        timeline(*scores, hop=hop),
        [tag("abcdefgh"[n]) for n in range(len(scores))],
        sample_rate=RATE,
        window=WINDOW,
        seconds=seconds,
    )
    assert found is not None
    return found


def test_windows_side_by_side_stand_for_their_own_time() -> None:
    found = course([0.1, 0.9, 0.3])
    assert found.edges.tolist() == [0, 3, 6, 9]
    assert [found.window(s) for s in (-1, 0, 2.9, 3, 8.9, 9, 99)] == [0, 0, 0, 1, 2, 2, 2]
    assert found.score(0, 4.0) == pytest.approx(0.9, abs=1e-3)


def test_overlapping_windows_part_in_their_middles() -> None:
    assert course([0.1, 0.9, 0.3], hop=1000).edges.tolist() == [0, 2, 3, 5]


def test_the_song_goes_on_behind_the_last_window() -> None:
    assert course([0.1, 0.9], seconds=6.2).seconds == pytest.approx(6.2)


def test_columns_show_the_highest_score_of_their_time() -> None:
    found = course([0.1, 0.9, 0.3, 0.2])
    assert found.columns(2)[0] == pytest.approx([0.9, 0.3], abs=1e-3)
    assert found.columns(8)[0] == pytest.approx([0.1, 0.1, 0.9, 0.9, 0.3, 0.3, 0.2, 0.2], abs=1e-3)
    assert found.columns(1)[0] == pytest.approx([0.9], abs=1e-3)


def test_tags_that_hold_come_first_and_rejected_ones_not_at_all() -> None:
    scores = [
        tag("a", 0.2),
        tag("b", 0.9, accepted=False),
        tag("c", 0.1, accepted=True),
        tag("d", 0.5),
        tag("x", 1.0),
    ]
    found = course_of(
        timeline([0.2], [0.9], [0.1], [0.5]), scores, sample_rate=RATE, window=WINDOW, seconds=3.0, most=2
    )
    assert found is not None
    assert [t.name for t in found.tags] == ["d", "c"]


def test_nothing_heard_is_no_course() -> None:
    empty = Timeline(("a",), np.empty(0, np.int64), np.empty((0, 1), np.float16))
    assert course_of(empty, [tag("a")], sample_rate=RATE, window=WINDOW, seconds=9.0) is None
    assert strongest_start(empty, "a", RATE) == 0.0


def test_where_a_tag_is_strongest() -> None:
    assert strongest_start(timeline([0.1, 0.2, 0.9, 0.3], [1, 0, 0, 0]), "A", RATE) == 6.0
    assert strongest_start(timeline([0.1]), "unknown", RATE) == 0.0


def test_an_outline_is_drawn_where_its_sound_is() -> None:
    loud, quiet = np.full(50, 0.8, np.float32), np.zeros(50, np.float32)
    peaks = Peaks(np.append(-loud, quiet), np.append(loud, quiet), 10.0, 10.0)
    lines = outline_lines(peaks, 20.0, left=5, width=40, height=42)
    assert len(lines) == 20  # the other half of the time has no sound at all
    assert lines[0].x1() == 5.5
    assert [line.dy() > 30 for line in lines] == [True] * 10 + [False] * 10


def test_bars_can_be_seen() -> None:
    for category in (*CATEGORY_HUES, "unknown"):
        for colours, dark in ((LIGHT, False), (DARK, True)):
            for ground in (colours.panel, colours.raised):
                assert contrast(strong(category, dark=dark), QColor(ground)) >= 3
