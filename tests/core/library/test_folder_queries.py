"""`folder:` finds the songs that lie in a folder or below it, and no others."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from tagger_core.errors import QueryError
from tagger_core.library import keys, search
from tagger_core.library.query import compile_query, folder_term, format_query, parse
from tagger_core.library.query.expressions import InFolder
from tagger_core.library.schema import Root, Track
from tagger_core.library.store import Library

_SIGNS = [*"aA0!%_'*[](-~. \n東", '"', "\\", "\\xe9", "\udce9", "\u00e9", "e\u0301", "\u0301"]
_NAMES = st.lists(st.sampled_from(_SIGNS), min_size=1, max_size=3).map("".join)
_FOLDERS = st.lists(_NAMES.filter(lambda name: name not in (".", "..")), max_size=3).map(
    lambda names: Path("/", *names)
)


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("folders") / "library.sqlite") as opened:
        yield opened


def enter(library: Library, *songs: Path, roots: tuple[Path, ...] = (Path("/"),)) -> dict[int, Path]:
    """Make these the songs of a library; return them by their ids."""
    entered: dict[int, Path] = {}
    with library.write() as connection:
        connection.execute(delete(Root))
        for root in roots:
            place = insert(Root).values(path=keys.path_bytes(root), added_at=1).returning(Root.c.id)
            root_id = connection.execute(place).scalar_one()
        for song in songs:
            row = {
                "root_id": root_id,
                "path": keys.path_bytes(song),
                "path_text": keys.path_text(song),
                "path_key": keys.path_key(song),
                **dict.fromkeys(("size", "mtime_ns", "added_at", "scanned_at"), 1),
            }
            added = connection.execute(insert(Track).values(row).returning(Track.c.id)).scalar_one()
            entered[added] = song
    return entered


def found(library: Library, text: str, songs: dict[int, Path]) -> set[Path]:
    return {songs[track] for track in library.search(text)}


@given(st.sets(_FOLDERS, min_size=1, max_size=8), st.data())
@example({Path("/music"), Path("/music (backup)"), Path("/music0"), Path("/Music")}, None)
@example({Path("/caf\u00e9"), Path("/cafe\u0301"), Path("/caf\\xe9"), Path("/caf\udce9")}, None)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_song_is_found_exactly_if_the_folder_is_one_of_its_parents(
    shelves: Library, folders: set[Path], data: st.DataObject | None
) -> None:
    songs = enter(shelves, *(folder / "song.mp3" for folder in folders))
    parents = sorted({parent for song in songs.values() for parent in song.parents})
    chosen = parents if data is None else [data.draw(st.sampled_from(parents))]
    for folder in chosen:
        term = folder_term(folder)
        assert format_query(parse(term)) == term
        assert term.isprintable() or "\u0301" in term
        below = {song for song in songs.values() if folder in song.parents}
        assert found(shelves, term, songs) == below
        assert found(shelves, f"-{term}", songs) == set(songs.values()) - below


@given(st.sets(_FOLDERS, min_size=1, max_size=5), _FOLDERS.filter(lambda folder: folder != Path("/")))
@example({Path("/caf\u00e9")}, Path("/cafe\u0301"))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_music_folder_without_songs_holds_none_of_one_that_reads_the_same(
    shelves: Library, folders: set[Path], folder: Path
) -> None:
    places = [place / "song.mp3" for place in folders if folder not in (place, *place.parents)]
    songs = enter(shelves, *places, roots=(folder, Path("/")))
    assert found(shelves, folder_term(folder), songs) == set()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_typed_folder_is_found_however_its_accents_are_composed(shelves: Library, form: str) -> None:
    folder = Path("/music", unicodedata.normalize(form, "Bj\u00f6rk's 100%"))
    songs = enter(shelves, folder / "a.mp3", Path("/music/Bjork's 100%/b.mp3"), Path(f"{folder}a/c.mp3"))
    for typed in ("NFC", "NFD"):
        text = unicodedata.normalize(typed, str(folder))
        assert found(shelves, format_query(InFolder(text)), songs) == {folder / "a.mp3"}
        assert found(shelves, format_query(InFolder(text.upper())), songs) == set()


def test_a_folder_that_no_text_can_name_is_found_as_it_is_shown(shelves: Library) -> None:
    folder = Path(os.fsdecode(b"/music/caf\xe9"))
    songs = enter(shelves, folder / "a.mp3", Path("/music/cafe/b.mp3"))
    assert folder_term(folder) == 'folder:"file:///music/caf%E9"'
    for text in ("file:///music/caf%E9/", "FILE:///music/caf%e9", "/music/caf\\xe9"):
        assert found(shelves, format_query(InFolder(text)), songs) == {folder / "a.mp3"}


def test_a_relative_folder_counts_from_where_one_is_and_a_tilde_from_home(
    shelves: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    songs = enter(shelves, tmp_path / "here" / "a.mp3", tmp_path / "home" / "b.mp3")
    assert found(shelves, "folder:here", songs) == {tmp_path / "here" / "a.mp3"}
    assert found(shelves, "folder:./home/../here/", songs) == {tmp_path / "here" / "a.mp3"}
    assert found(shelves, "folder:~", songs) == {tmp_path / "home" / "b.mp3"}
    assert found(shelves, "folder:.", songs) == set(songs.values())


@pytest.mark.parametrize("text", ["/\ud800", "~\ud800", "file:///\ud800", "~\0/x"])
def test_what_can_be_no_folder_is_told(shelves: Library, text: str) -> None:
    with pytest.raises(QueryError, match="no folder can be called") as caught:
        shelves.search(f"year:1990 {format_query(InFolder(text))}")
    assert caught.value.position == len("year:1990 ")


@pytest.mark.parametrize("known", [True, False])
def test_a_folder_is_a_range_of_an_index(shelves: Library, known: bool) -> None:
    enter(shelves, Path("/music/b\u00f6/a.mp3"))
    text = folder_term(Path("/music/b\u00f6" if known else "/music/bo\u0308"))
    with shelves.read() as connection:
        against = search.context(connection, parse(text), text, None)
        (ids,) = compile_query(parse(text), against).clauses[0].sets
        compiled = ids.compile(connection, compile_kwargs={"render_postcompile": True})
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).fetchall()
        assert len(connection.execute(ids).all()) == 1
    assert "SEARCH track USING" in plan[0][-1]
    assert ("path>?" if known else "path_key>?") in plan[0][-1]
    assert "music" not in str(compiled)
