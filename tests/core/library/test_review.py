"""The review list: undecided pairs in order, page by page."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tagger_core.library import review
from tagger_core.library.review import Order, Pair
from tagger_core.library.schema import Track
from tagger_core.library.store import Library
from tests.core.library.shelf import add_model, add_track, hear


def shelf(library: Library, scores: list[dict[str, float]]) -> tuple[int, list[int]]:
    model = add_model(library)
    ids = [add_track(library, f"{number}.mp3") for number in range(len(scores))]
    for track_id, found in zip(ids, scores, strict=True):
        hear(library, track_id, model, found)
    return model, ids


def everything(
    library: Library,
    model: int,
    order: Order,
    *,
    at_once: int = 2,
    tag: str | None = None,
    among: Collection[int] | None = None,
) -> list[Pair]:
    """Return all pages in a row."""
    found: list[Pair] = []
    after = None
    while True:
        with library.read() as connection:
            page = review.page(
                connection, model, order=order, tag=tag, among=among, after=after, limit=at_once
            )
        found += page.pairs
        after = page.after
        if len(page.pairs) < at_once:
            return found


def test_the_surest_come_first_and_the_far_below_not_at_all(library: Library) -> None:
    scores = [{"piano": 0.9, "vocal": 0.35}, {"piano": 0.42, "vocal": 0.95}, {"piano": 0.39, "vocal": 0.2}]
    model, ids = shelf(library, scores)
    found = everything(library, model, "confident")
    assert [(p.track_id, p.tag, p.score) for p in found] == [
        (ids[1], "vocal", 0.95),
        (ids[0], "piano", 0.9),
        (ids[1], "piano", 0.42),
        (ids[0], "vocal", 0.35),
    ]
    assert (found[0].category, found[0].threshold) == ("voice", 0.4)


def test_the_most_doubtful_lie_nearest_to_their_thresholds(library: Library) -> None:
    model, ids = shelf(library, [{"piano": 0.52, "vocal": 0.39}, {"piano": 0.45, "vocal": 0.99}])
    found = everything(library, model, "doubtful")
    assert [(p.track_id, p.tag) for p in found] == [
        (ids[0], "vocal"),
        (ids[0], "piano"),
        (ids[1], "piano"),
        (ids[1], "vocal"),
    ]


@pytest.mark.parametrize("order", ["confident", "doubtful"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_pages_hold_every_pair_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, order: Order, data: st.DataObject
) -> None:
    value = st.sampled_from([0.0, 0.3, 0.4, 0.45, 0.5, 0.5, 0.6, 1.0])
    scores = data.draw(st.lists(st.fixed_dictionaries({"piano": value, "80s": value}), max_size=8))
    at_once = data.draw(st.integers(1, 5))
    with Library.open(tmp_path_factory.mktemp("pages") / "library.sqlite") as library:
        model, ids = shelf(library, scores)
        found = everything(library, model, order, at_once=at_once)
    expected = {
        (track_id, tag)
        for track_id, of_song in zip(ids, scores, strict=True)
        for tag, score in of_song.items()
        if score >= 0.5 - review.NEAR
    }
    assert len(found) == len(expected)
    assert {(p.track_id, p.tag) for p in found} == expected
    rank = [-p.score if order == "confident" else abs(p.score - p.threshold) for p in found]
    assert rank == sorted(rank)


@pytest.mark.parametrize("few", [1000, 0])
def test_some_songs_and_one_tag(library: Library, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(review, "FEW", few)
    model, ids = shelf(library, [{"piano": 0.9 - n / 100, "Hip-Hop": 0.8} for n in range(9)])
    some = everything(library, model, "confident", among=[ids[7], ids[2]], tag="piano")
    assert [p.track_id for p in some] == [ids[2], ids[7]]
    tagged = everything(library, model, "doubtful", tag="hip hop")
    assert {p.tag for p in tagged} == {"Hip-Hop"}
    assert len(tagged) == 9


def test_decided_pairs_and_missing_songs_are_left_out(library: Library) -> None:
    model, ids = shelf(library, [{"piano": 0.9, "Hip-Hop": 0.9}] * 4)
    library.decide([ids[0]], "Piano", True)
    library.decide([ids[1]], "hip hop", False)
    with library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == ids[2]).values(missing=True))
    left = [(ids[0], "Hip-Hop"), (ids[1], "piano"), (ids[3], "Hip-Hop"), (ids[3], "piano")]
    assert sorted((p.track_id, p.tag) for p in everything(library, model, "confident")) == left
    with library.read() as connection:
        assert review.at_least(connection, model, "PIANO", 0.9) == [ids[1], ids[3]]
        assert review.at_least(connection, model, "piano", 0.9, [ids[3]]) == [ids[3]]
        assert review.at_least(connection, model, "piano", 0.91) == []
        assert review.at_least(connection, model, "theremin", 0.5) == []


def test_a_decision_between_two_pages_neither_repeats_nor_skips(library: Library) -> None:
    model, ids = shelf(library, [{"piano": 0.9 - n / 100} for n in range(6)])
    with library.read() as connection:
        first = review.page(connection, model, limit=3)
    library.decide([ids[0], ids[2]], "piano", True)
    with library.read() as connection:
        second = review.page(connection, model, after=first.after, limit=3)
    assert [p.track_id for p in first.pairs + second.pairs] == ids


def test_walks_go_along_the_index(library: Library) -> None:
    model, _ = shelf(library, [{"piano": 0.9}])
    seen: list[str] = []
    with library.read() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(seen.append)
        review.page(connection, model, tag="piano")
        raw.set_trace_callback(None)
        asked = next(statement for statement in seen if "track_tag_score" in statement)
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}"))
    assert "ix_score" in plan
    assert "TEMP B-TREE" not in plan
