"""The full-text index says what the tracks say, whatever was done to them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, text, update

from tagger_core.library.schema import Root, Track, TrackTagScore
from tagger_core.library.store import Library
from tests.core.library.shelf import add_model, add_track, hear

_TEXTS = st.text(st.sampled_from("ab é\u0301ß東\"'*-"), max_size=6)
_CHANGES = st.tuples(
    st.sampled_from(["insert", "update", "touch", "delete", "remove root"]),
    st.integers(0, 5),
    st.sampled_from(["title", "artist", "album", "genre", "path_text"]),
    _TEXTS,
)


def _index(connection: Connection) -> list[tuple[object, ...]]:
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, track_fts, instance)")
    found = sorted(tuple(row) for row in connection.exec_driver_sql("SELECT * FROM temp.words"))
    connection.exec_driver_sql("DROP TABLE temp.words")
    return found


def _change(library: Library, ids: list[int], change: tuple[str, int, str, str]) -> None:
    what, which, column, value = change
    if what == "insert" or not ids:
        ids.append(add_track(library, f"{len(ids)} {which}.mp3", **{column: value}))
        return
    track_id = ids[which % len(ids)]
    with library.write() as connection:
        if what == "update":
            connection.execute(update(Track).where(Track.c.id == track_id).values({column: value}))
        elif what == "touch":
            connection.execute(update(Track).where(Track.c.id == track_id).values(size=which, missing=True))
        elif what == "delete":
            connection.execute(delete(Track).where(Track.c.id == track_id))
        else:
            connection.execute(delete(Root))


@given(st.lists(_CHANGES, max_size=12))
@settings(max_examples=25, deadline=None)
def test_the_index_is_what_a_rebuild_would_make(changes: list[tuple[str, int, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "l.sqlite") as library:
        ids: list[int] = []
        for change in changes:
            _change(library, ids, change)
        with library.write() as connection:
            kept = _index(connection)
            connection.exec_driver_sql("INSERT INTO track_fts(track_fts) VALUES ('rebuild')")
            assert kept == _index(connection)


def test_a_removed_track_takes_its_scores_along_and_no_other(library: Library) -> None:
    model_id = add_model(library)
    gone, stays = add_track(library, "a.mp3"), add_track(library, "b.mp3")
    hear(library, gone, model_id)
    hear(library, stays, model_id)
    library.decide([gone, stays], "piano", True)
    with library.write() as connection:
        connection.execute(delete(Track).where(Track.c.id == gone))
        left = set(connection.execute(TrackTagScore.select()).scalars("track_id"))
        assert left == {stays}
        assert connection.scalar(text("SELECT count(*) FROM analysis")) == 1
    assert [d.track_id for d in library.decisions()] == [stays]


def test_the_id_of_a_removed_track_is_never_used_again(library: Library) -> None:
    gone = add_track(library, "a.mp3")
    with library.write() as connection:
        connection.execute(delete(Track))
    assert add_track(library, "b.mp3") > gone
