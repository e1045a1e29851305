"""Taking back goes by the song: where it is now, and only in the song that was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tagger_core.errors import MetadataError, UnsettledError
from tagger_core.library.roots import add_root
from tagger_core.library.scanner import scan
from tagger_core.library.store import Library
from tagger_core.metadata import formats, journal, writer
from tagger_core.metadata.fields import Field
from tagger_core.metadata.reader import read_tags
from tests.core.metadata.writing import genre, plan_of
from tests.support.audio import encode, song

ROCK = {Field.GENRE: ("Rock",)}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library" / "library.sqlite") as opened:
        yield opened


@pytest.fixture
def music(tmp_path: Path, library: Library) -> Path:
    """A root with two songs: Polka in 01.mp3, Opera in 02.mp3."""
    folder = tmp_path / "music"
    folder.mkdir()
    for seed, name in enumerate(("Polka", "Opera"), start=1):
        encode(folder / f"0{seed}.mp3", song(0.5, 44100, seed=seed), 44100, metadata={"genre": name})
    add_root(library, folder)
    scan_again(library)
    return folder


def scan_again(library: Library) -> None:
    scan(library, None, None, read_tags)


def write(library: Library, paths: Sequence[Path]) -> int:
    """Make the songs Rock and return the batch."""
    tracks = {path: library.track_id_for(path) for path in paths}
    batch = journal.apply(library, plan_of(paths, ROCK, tracks)).batch_id
    assert batch is not None
    return batch


def set_by_others(path: Path, field: Field, value: str) -> None:
    """Change a field in place, as another program would."""
    tags = formats.open_tags(path)
    tags.set(field, (value,))
    tags.save(path)


def swap(one: Path, other: Path) -> None:
    aside = one.rename(one.with_name("aside"))
    other.rename(one)
    aside.rename(other)


def test_a_song_that_moved_is_taken_back_where_it_is(library, music):
    path = music / "01.mp3"
    old = path.read_bytes()
    batch = write(library, [path])
    moved = path.rename(music / "01 new name.mp3")
    scan_again(library)
    report = journal.undo(library, batch)
    assert (report.restored, report.failures) == (1, ())
    assert moved.read_bytes() == old
    assert not path.exists()
    with library.read() as connection:
        genres = set(connection.exec_driver_sql("SELECT genre FROM track").scalars())
    assert genres == {"Polka", "Opera"}
    assert journal.undo(library, report.batch_id).restored == 1
    assert genre(moved) == ("Rock",)


def test_a_song_that_came_back_since_the_last_scan_is_found_where_it_was_written(library, music):
    path = music / "01.mp3"
    batch = write(library, [path])
    moved = path.rename(music / "elsewhere.mp3")
    scan_again(library)
    moved.rename(path)
    assert journal.undo(library, batch).restored == 1
    assert genre(path) == ("Polka",)


def test_songs_that_swapped_names_each_get_their_own_genre(library, music):
    one, two = music / "01.mp3", music / "02.mp3"
    batch = write(library, [one, two])
    swap(one, two)
    scan_again(library)
    assert journal.undo(library, batch).restored == 2
    assert (genre(one), genre(two)) == (("Opera",), ("Polka",))


@pytest.mark.parametrize("scanned", [True, False])
def test_another_song_in_the_place_of_the_written_one_is_left_as_it_is(scanned, library, music):
    path = music / "01.mp3"
    batch = write(library, [path])
    path.unlink()
    encode(path, song(0.5, 44100, seed=9), 44100, metadata={"genre": "Rock"})
    if scanned:
        scan_again(library)
    stranger = path.read_bytes()
    report = journal.undo(library, batch)
    assert (report.batch_id, report.by_field, report.skipped) == (None, 0, 0)
    ((where, reason),) = report.failures
    assert where == path
    assert "another song" in reason
    assert path.read_bytes() == stranger
    assert journal.batch(library, batch).state == "done"


def test_songs_swapped_without_a_scan_are_left_as_they_are(library, music):
    one, two = music / "01.mp3", music / "02.mp3"
    batch = write(library, [one, two])
    swap(one, two)
    assert len(journal.undo(library, batch).failures) == 2
    assert genre(one) == genre(two) == ("Rock",)
    swap(one, two)
    assert journal.undo(library, batch).restored == 2


def test_what_was_written_before_the_audio_was_noted_still_goes_by_fields(library, music):
    path = music / "01.mp3"
    batch = write(library, [path])
    with library.write() as connection:
        connection.exec_driver_sql("UPDATE write_file SET audio = ''")
    set_by_others(path, Field.KEY, "Am")
    assert journal.undo(library, batch).by_field == 1
    assert genre(path) == ("Polka",)


def test_an_undo_that_a_crash_cut_short_is_settled_though_the_songs_swapped_names(
    library, music, monkeypatch
):
    one, two = music / "01.mp3", music / "02.mp3"
    batch = write(library, [one, two])
    swap(one, two)
    scan_again(library)

    def lost(temporary: Path, target: Path, path: Path, hashes: tuple[str, str]) -> None:
        temporary.replace(target)
        raise UnsettledError("the disk went away", path=path)

    asked = iter([False, True])
    with monkeypatch.context() as patch:
        patch.setattr(writer, "_put_in_place", lost)
        journal.undo(library, batch, cancelled=lambda: next(asked))
    assert journal.settle(library).completed == 1
    # The song written last is taken back first: it has the name of the other by now.
    assert genre(one) == ("Opera",)
    states = {file.path: file.state for file in journal.batch_files(library, batch)}
    assert states == {one: "done", two: "undone"}
    assert journal.undo(library, batch).restored == 1
    assert genre(two) == ("Polka",)


@pytest.mark.parametrize("by_others", ["Polka", "Blues"], ids=["as before", "another"])
def test_a_batch_of_which_nothing_is_left_in_the_files_is_done_with(by_others, library, music):
    one, two = music / "01.mp3", music / "02.mp3"
    batch = write(library, [one, two])
    set_by_others(one, Field.GENRE, by_others)
    away = two.rename(music.parent / "away.mp3")
    report = journal.undo(library, batch)
    assert (report.batch_id, report.skipped, len(report.failures)) == (None, 1, 1)
    assert genre(one) == (by_others,)
    states = {file.path: file.state for file in journal.batch_files(library, batch)}
    assert states == {one: "undone", two: "done"}
    away.rename(two)
    assert journal.undo(library, batch).restored == 1
    row = journal.batch(library, batch)
    assert (row.state, row.can_be_undone) == ("undone", False)
    with pytest.raises(MetadataError, match="undone already"):
        journal.undo(library, batch)


def test_what_was_taken_back_is_no_longer_found_as_written(library, music):
    path = music / "01.mp3"
    batch = write(library, [path])
    assert library.search("is:written") == [library.track_id_for(path)]
    undone = journal.undo(library, batch).batch_id
    assert library.search("is:written") == []
    again = journal.undo(library, undone).batch_id
    assert library.search("is:written") == [library.track_id_for(path)]
    journal.undo(library, again)
    assert library.search("is:written") == []
