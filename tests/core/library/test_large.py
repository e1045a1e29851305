"""Large results are those of the plain statement: same tracks, same order, whatever was written between."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from tagger_core.library import large, order, search
from tagger_core.library.query import Query, compile_query, parse
from tagger_core.library.query.fields import FIELDS
from tagger_core.library.schema import Track, TrackTagScore
from tagger_core.library.store import Library
from tests.core.library.shelf import TAGS, add_model, add_track, hear

TRACKS = 60


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library full of equal values: titles, years, scores, even paths that differ in case alone."""
    random = np.random.default_rng(3)
    with Library.open(tmp_path_factory.mktemp("large") / "library.sqlite") as library:
        model_id = add_model(library)
        ids = []
        for i in range(TRACKS):
            number = i if i % 4 else i + 1
            name = f"{'Song' if i % 4 else 'sONG'} {number * 7 % TRACKS:02d}.mp3"
            year = int(random.integers(1980, 1986))
            track = add_track(
                library,
                f"{i % 4}{name}" if i % 5 == 0 else f"{name}{i // 4 if i % 3 else ''}{'X' if i % 2 else 'x'}",
                title=("", "rock", "Piano", "piano étude", "jazz vocal")[random.integers(5)],
                artist=("", "Ärzte", "bach", "Bach")[random.integers(4)],
                year=None if i % 6 == 0 else year,
                seconds=(None, 0.0, 100.0, 240.0)[i % 4],
                missing=i % 11 == 0,
            )
            ids.append(track)
            if i % 5:
                scores = {tag: float(random.choice([0.0, 0.25, 0.5, 0.75, 1.0])) for tag in TAGS}
                hear(library, track, model_id, scores)
        for accepted in (True, False):
            said = random.choice(ids, 9, replace=False).tolist()
            library.decide(said, "piano", accepted)
            library.decide(said[:4], "own word", accepted)
        with library.write() as connection:  # of a track that is no more
            connection.execute(insert(TrackTagScore).values(tag_id=1, track_id=9999, score=0.9))
        yield library


_TERM = st.sampled_from(
    [
        *("piano", "vocal", "rock", "tag:piano", "piano>0.25", "vocal<0.75", "80s>=1", "bach", "pia*"),
        *("year<1983", "year:1981..1984", 'year:""', "duration>2:00", "is:pending", "is:analysed"),
        *("is:accepted", "is:rejected", "is:written", "is:problem", "artist:bach", 'title:""', "added>2000"),
        *("format:mp3", '"own word"', '"own word"<1', "(piano OR rock)", "(vocal year<1983)", "é"),
    ]
)
_SIGNED = st.builds(lambda term, sign: sign + term, _TERM, st.sampled_from(["", "", "-"]))
_SORT = st.sampled_from(
    [
        f"sort:{sign}{name}"
        for sign in ("", "-")
        for name in ("title", "artist", "year", "duration", "path", "added", "piano", "80s", '"own word"')
    ]
)


def _text(terms: list[str], sorts: list[str]) -> str:
    return " ".join((*terms, *sorts))


_QUERY = st.builds(_text, st.lists(_SIGNED, max_size=4), st.lists(_SORT, max_size=3, unique=True))


def _both_ways(library: Library, text: str, big_set: int) -> tuple[list[int], list[int]]:
    """Return what is found in memory, and what one statement finds."""
    query: Query = parse(text)
    with library.read() as connection:
        context = dataclasses.replace(search.context(connection, query, text, 1), big_set=big_set)
        plan = compile_query(query, context)
        plainly = dataclasses.replace(plan, smallest=None).ordered(context)
        return large.found(connection, plan, context), list(connection.execute(plainly).scalars())


@given(_QUERY, st.sampled_from([0, 5, 25, 40, 6_000]))
@settings(max_examples=400, deadline=None)
def test_a_large_result_is_that_of_the_plain_statement(library: Library, text: str, big_set: int) -> None:
    in_memory, plainly = _both_ways(library, text, big_set)
    assert in_memory == plainly


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_order_is_forgotten_once_something_is_written(library: Library, data: st.DataObject) -> None:
    text = data.draw(_QUERY)
    _both_ways(library, text, 0)
    track = data.draw(st.integers(1, TRACKS))
    change = data.draw(st.sampled_from(["decide", "undecide", "title", "year", "path", "missing"]))
    if change.endswith("decide"):
        library.decide([track], "piano", data.draw(st.booleans()) if change == "decide" else None)
    else:
        values: dict[str, object] = {
            "title": {"title_key": data.draw(st.sampled_from(["", "a", "zz"]))},
            "year": {"year": data.draw(st.sampled_from([None, 1970, 1990]))},
            "path": {"path_key": data.draw(st.sampled_from(["a", "~"]))},
            "missing": {"missing": data.draw(st.booleans())},
        }[change]
        with library.write() as connection:
            connection.execute(update(Track).where(Track.c.id == track).values(values))
    in_memory, plainly = _both_ways(library, text, 0)
    assert in_memory == plainly


def test_orders_are_kept_as_long_as_nothing_is_written(library: Library) -> None:
    with library.read() as connection:
        before = order.remembered(connection)
        assert order.remembered(connection) is before
    library.decide([1], "vocal", True)
    with library.read() as connection:
        assert order.remembered(connection) is not before


@pytest.mark.parametrize("sort", ["title", "-title", "-year", "added"])
def test_what_was_prepared_sorts_the_same_and_is_not_read_again(
    library: Library, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = library.search(f"sort:{sort}")
    library.prepare_orders(lambda: False)
    monkeypatch.setattr(search, "FEW", 1)
    monkeypatch.setattr(order.Order, "_by_field", None)
    assert library.search(f"sort:{sort}") == ids


def test_preparing_stops_when_the_person_asks_for_something(library: Library) -> None:
    with library.write() as connection:  # whatever is remembered is forgotten
        connection.execute(update(Track).where(Track.c.id == 1).values(title="Another"))
    library.prepare_orders(lambda: True)
    with library._searcher.connect() as connection:
        assert not order.remembered(connection).has(FIELDS["title"])


def test_a_connection_that_writes_keeps_no_order(library: Library) -> None:
    with library.write() as connection:
        before = order.remembered(connection)
        connection.execute(update(Track).where(Track.c.id == int(before.ids[0])).values(path_key="~~"))
        assert order.remembered(connection).ids.tolist() != before.ids.tolist()


def test_an_empty_library_has_no_large_result(tmp_path: Path) -> None:
    with Library.open(tmp_path / "empty.sqlite") as empty:
        assert empty.search("sort:-title -jazz is:pending") == []
