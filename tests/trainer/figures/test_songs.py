"""Songs are chosen by their tags, and lie together where their features do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trainer.errors import RunError
from trainer.figures.songs import draw_songs, layout, pair_of, same_neighbours

LABELS = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 1, 0], [1, 0, 1], [0, 0, 1]], np.bool_)
NAMES = ("Piano", "techno", "loud")


def features(apart: float, clips: int = 30) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    which = np.repeat([0, 1], clips)
    content = np.random.default_rng(0).normal(size=(2 * clips, 16)) + apart * which[:, None]
    return content.astype(np.float32), which


def test_clips_have_one_of_the_two_tags() -> None:
    rows, which = pair_of(LABELS, NAMES, ("piano", "Techno"))
    assert rows.tolist() == [0, 4, 2, 3]
    assert which.tolist() == [0, 0, 1, 1]


def test_of_many_clips_some_are_drawn_by_a_seed() -> None:
    labels = np.repeat(LABELS, 50, axis=0)
    rows, which = pair_of(labels, NAMES, ("piano", "techno"), most=20, seed=1)
    assert np.bincount(which).tolist() == [20, 20]
    assert labels[rows[:20], 0].all()
    assert not labels[rows[:20], 1].any()
    assert rows.tolist() == pair_of(labels, NAMES, ("piano", "techno"), most=20, seed=1)[0].tolist()
    assert rows.tolist() != pair_of(labels, NAMES, ("piano", "techno"), most=20, seed=2)[0].tolist()


def test_a_tag_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RunError, match=r"no tag 'violin' .*Piano, techno, loud"):
        pair_of(LABELS, NAMES, ("piano", "violin"))
    with pytest.raises(RunError, match="only 1 clips have 'techno' alone"):
        pair_of(LABELS[3:], NAMES, ("techno", "loud"))


def test_neighbours_are_counted() -> None:
    assert same_neighbours(*features(50.0)).tolist() == [1.0, 1.0]
    assert same_neighbours(*features(0.0, 300)) == pytest.approx([0.5, 0.5], abs=0.1)


def test_what_is_apart_is_drawn_apart(tmp_path: Path, drawn: list[Figure]) -> None:
    far, which = features(6.0)
    near, _ = features(0.0)
    draw_songs({"low": near, "high": far}, which, ("Piano", "Techno"), tmp_path / "songs")
    low, high = drawn[0].axes
    assert [low.get_title(), high.get_title()] == ["low", "high"]
    first, second = (np.asarray(points.get_offsets()) for points in high.collections)
    assert len(first) == len(second) == 30
    between = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert between > 2 * max(first.std(), second.std())
    assert high.get_legend().get_texts()[0].get_text() == "Piano: 30 clips, 100 % of the nearest 10 alike"
    np.testing.assert_array_equal(layout(far, 3), layout(far, 3))


def test_of_few_clips_no_more_neighbours_are_counted_than_a_tag_has(
    tmp_path: Path, drawn: list[Figure]
) -> None:
    far, which = features(50.0, 4)
    draw_songs({"high": far}, which, ("Piano", "Techno"), tmp_path / "songs")
    told = drawn[0].axes[0].get_legend().get_texts()[0].get_text()
    assert told == "Piano: 4 clips, 100 % of the nearest 3 alike"
