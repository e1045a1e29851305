"""A song that moves keeps its id, scores and decisions; songs that swap names are told apart."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tagger_core.library.changes import KnownTrack, match
from tagger_core.library.roots import add_root, remove_root
from tagger_core.library.store import Library
from tests.core.scanner.fakes import FakeTagger, copy_anew, ids, make_song, rescan, rows


@pytest.fixture
def songs(library: Library, music: Path) -> dict[str, int]:
    """Four songs, heard, each with a decision that names it."""
    for number in range(1, 5):
        make_song(music / f"{number}.flac", number, title=f"title {number}")
    rescan(library)
    found = ids(library)
    with library.write() as connection:
        for name, track in found.items():
            connection.exec_driver_sql("INSERT INTO decision VALUES (?, ?, 1, 0)", (track, name))
    return found


def titles(library: Library) -> dict[str, tuple[Any, ...]]:
    """Return, by file name, what belongs to a song: its id, title, decision and number of scores."""
    found = rows(
        library,
        "SELECT path, t.id, title, (SELECT group_concat(name) FROM decision WHERE track_id = t.id),"
        " (SELECT count(*) FROM track_tag_score WHERE track_id = t.id) FROM track t WHERE NOT missing",
    )
    return {Path(os.fsdecode(path)).name: tuple(rest) for path, *rest in found}


def test_renamed_file_keeps_everything(library: Library, music: Path, songs: dict[str, int]) -> None:
    (music / "deep").mkdir()
    (music / "1.flac").rename(music / "deep" / "one.flac")
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (report.moved, report.added, report.missing, report.analysed) == (1, 0, 0, 0)
    assert titles(library)["one.flac"] == (songs["1.flac"], "title 1", "1.flac", 3)
    assert tagger.heard == []
    assert rows(library, "SELECT path_text FROM track WHERE id = ?", songs["1.flac"]) == [
        (str(music / "deep" / "one.flac"),)
    ]
    assert rescan(library).unchanged == 4


def test_renamed_folder_keeps_everything(library: Library, music: Path, songs: dict[str, int]) -> None:
    (music / "album").mkdir()
    for name in songs:
        (music / name).rename(music / "album" / name)
    report = rescan(library)
    assert (report.moved, report.added, report.missing) == (4, 0, 0)
    assert {name: row[0] for name, row in titles(library).items()} == songs


def test_swapped_and_renumbered_files_keep_their_own(
    library: Library, music: Path, songs: dict[str, int]
) -> None:
    (music / "1.flac").rename(music / "x.flac")
    (music / "2.flac").rename(music / "1.flac")
    (music / "x.flac").rename(music / "2.flac")
    (music / "4.flac").rename(music / "5.flac")
    (music / "3.flac").rename(music / "4.flac")
    report = rescan(library)
    assert (report.moved, report.added, report.missing, report.changed, report.retagged) == (4, 0, 0, 0, 0)
    found = titles(library)
    assert {name: row[1] for name, row in found.items()} == {
        "1.flac": "title 2",
        "2.flac": "title 1",
        "4.flac": "title 3",
        "5.flac": "title 4",
    }
    assert [row[2] for _, row in sorted(found.items())] == ["2.flac", "1.flac", "3.flac", "4.flac"]


def test_overwritten_song_stays_in_the_library_as_missing(
    library: Library, music: Path, songs: dict[str, int]
) -> None:
    shutil.copy2(music / "1.flac", music.parent / "kept.flac")
    (music / "2.flac").replace(music / "1.flac")
    report = rescan(library)
    assert (report.moved, report.missing, report.changed) == (1, 1, 0)
    assert titles(library)["1.flac"][:2] == (songs["2.flac"], "title 2")
    assert rows(library, "SELECT missing FROM track WHERE id = ?", songs["1.flac"]) == [(True,)]
    assert rescan(library).missing == 0
    shutil.copy2(music.parent / "kept.flac", music / "back.flac")
    report = rescan(library)
    assert (report.moved, report.added, report.analysed) == (1, 0, 0)
    assert titles(library)["back.flac"] == (songs["1.flac"], "title 1", "1.flac", 3)


def test_moved_to_another_disk_with_new_tags(library: Library, music: Path, songs: dict[str, int]) -> None:
    (music / "1.flac").unlink()
    make_song(music / "new" / "one.flac", 1, title="better title", artist="someone")
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (report.moved, report.added, report.missing, report.analysed) == (1, 0, 0, 0)
    assert tagger.heard == []
    assert titles(library)["one.flac"] == (songs["1.flac"], "better title", "1.flac", 3)
    assert rows(library, "SELECT count(*) FROM track") == [(4,)]
    assert rescan(library).unchanged == 4


def test_renumbered_by_a_program_that_rewrites(library: Library, music: Path, songs: dict[str, int]) -> None:
    """Inodes, sizes and times change; only the audio tells the songs."""
    for number in range(1, 5):
        (music / f"{number}.flac").unlink()
    for number in range(1, 5):
        make_song(music / f"{number + 1}.flac", number, title=f"a much longer title {number}")
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (report.moved, report.added, report.changed, report.analysed, report.missing) == (4, 0, 0, 0, 0)
    assert tagger.heard == []
    assert {name: row[:2] for name, row in titles(library).items()} == {
        f"{number + 1}.flac": (songs[f"{number}.flac"], f"a much longer title {number}")
        for number in range(1, 5)
    }
    assert rescan(library).unchanged == 4


def test_new_song_in_the_place_of_one_that_moved(
    library: Library, music: Path, songs: dict[str, int]
) -> None:
    copy_anew(music / "1.flac", music / "one.flac")
    make_song(music / "1.flac", 9, seconds=0.9, title="title 9")
    report = rescan(library)
    assert (report.moved, report.added, report.changed, report.analysed) == (1, 1, 0, 1)
    found = titles(library)
    assert found["one.flac"] == (songs["1.flac"], "title 1", "1.flac", 3)
    assert found["1.flac"][1:] == ("title 9", None, 3)


def test_a_copy_is_another_track(library: Library, music: Path, songs: dict[str, int]) -> None:
    shutil.copy(music / "1.flac", music / "copy.flac")
    report = rescan(library)
    assert (report.added, report.moved) == (1, 0)
    assert titles(library)["copy.flac"][1:] == ("title 1", None, 3)


def test_decisions_on_the_new_row_go_over(library: Library, music: Path, songs: dict[str, int]) -> None:
    """The scan is stopped after the file was added, and a person decides before it is recognised."""
    (music / "1.flac").unlink()
    make_song(music / "one.flac", 1, title="title one")
    stop = False

    def look(progress: Any) -> None:
        nonlocal stop
        stop = progress.phase == "recognising"

    report = rescan(library, progress=look, cancelled=lambda: stop)
    assert report.cancelled
    added = ids(library)["one.flac"]
    assert added != songs["1.flac"]
    with library.write() as connection:
        connection.exec_driver_sql("INSERT INTO decision VALUES (?, 'calm', 0, 1)", (added,))
    report = rescan(library)
    assert (report.moved, report.analysed) == (1, 0)
    assert ids(library)["one.flac"] == songs["1.flac"]
    assert rows(library, "SELECT name FROM decision WHERE track_id = ? ORDER BY name", songs["1.flac"]) == [
        ("1.flac",),
        ("calm",),
    ]


def test_into_another_root_scanned_alone(library: Library, music: Path, songs: dict[str, int]) -> None:
    (music / "a").mkdir()
    (music / "1.flac").rename(music / "a" / "1.flac")
    (music / "a" / "2.flac").symlink_to(music / "2.flac")
    report = rescan(library, roots=[music / "a"])
    assert (report.moved, report.added) == (1, 0)
    assert ids(library) == songs
    assert rescan(library).unchanged == 4


@pytest.fixture
def other_disk(library: Library, music: Path) -> Path:
    """A second music folder, empty."""
    folder = music.parent / "other disk"
    folder.mkdir()
    add_root(library, folder)
    return folder


def test_moved_to_another_disk_scanned_alone(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    copy_anew(music / "1.flac", other_disk / "one.flac")
    make_song(other_disk / "5.flac", 5, title="title 5")
    tagger = FakeTagger()
    report = rescan(library, tagger, roots=[other_disk])
    assert (report.moved, report.added, report.missing, report.analysed) == (1, 1, 0, 1)
    assert tagger.heard == ["5.flac"]
    assert titles(library)["one.flac"] == (songs["1.flac"], "title 1", "1.flac", 3)
    assert rescan(library).unchanged == 5
    assert rows(library, "SELECT count(*) FROM track") == [(5,)]


@pytest.mark.parametrize("state", ["absent", "empty"])
def test_a_copy_takes_nothing_from_a_disk_that_is_away(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path, state: str
) -> None:
    shutil.copy2(music / "1.flac", other_disk / "one.flac")
    away = music.rename(music.parent / "away")
    if state == "empty":
        music.mkdir()
        (music / ".hidden").touch()
    report = rescan(library, roots=[other_disk])
    assert (report.moved, report.added, report.analysed) == (0, 1, 1)
    if state == "empty":
        (music / ".hidden").unlink()
        music.rmdir()
    away.rename(music)
    assert rescan(library).unchanged == 5
    assert {name: titles(library)[name][0] for name in songs} == songs


def everything_of(library: Library, track: int) -> list[list[tuple[Any, ...]]]:
    """Return what is known of a track but its place, its tags and its age."""
    queries = (
        "SELECT digest, seconds, container, codec, sample_rate, channels, problem FROM track WHERE id = ?",
        "SELECT tag_id, score FROM track_tag_score WHERE track_id = ? ORDER BY tag_id",
        "SELECT model_id, seconds, silent, problem, hop, window_count, embedding, window_starts,"
        " window_scores FROM analysis WHERE track_id = ? ORDER BY model_id",
        "SELECT name, accepted FROM decision WHERE track_id = ? ORDER BY name",
    )
    return [rows(library, query, track) for query in queries]


@pytest.mark.parametrize("state", ["absent", "empty"])
def test_a_copy_of_a_song_on_a_disk_that_is_away_inherits_and_takes_nothing(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path, state: str
) -> None:
    rescan(library, FakeTagger(identity="2" * 64, problem="breaks off"))
    before = everything_of(library, songs["1.flac"])
    make_song(other_disk / "one.flac", 1, title="a copy")
    away = music.rename(music.parent / "away")
    if state == "empty":
        music.mkdir()
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (report.moved, report.added, report.missing, report.analysed) == (0, 1, 4, 0)
    assert tagger.heard == []
    copy = ids(library)["one.flac"]
    assert everything_of(library, copy) == everything_of(library, songs["1.flac"]) == before
    assert titles(library) == {"one.flac": (copy, "a copy", "1.flac", 6)}
    assert rescan(library).unchanged == 1
    if state == "empty":
        music.rmdir()
    away.rename(music)
    report = rescan(library)
    assert (report.returned, report.moved, report.added, report.analysed) == (4, 0, 0, 0)
    assert ids(library) == {**songs, "one.flac": copy}
    assert everything_of(library, songs["1.flac"]) == before


def test_music_on_a_new_disk_keeps_all_where_the_old_one_is_gone(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    for name in songs:
        shutil.copy2(music / name, other_disk / name)
    shutil.rmtree(music)
    report = rescan(library)
    assert (report.missing, report.added, report.moved, report.analysed) == (4, 4, 0, 0)
    assert {name: row[1:] for name, row in titles(library).items()} == {
        name: (f"title {name[0]}", name, 3) for name in songs
    }
    remove_root(library, music)
    assert (len(titles(library)), rescan(library).unchanged) == (4, 4)


def test_what_was_decided_of_a_copy_beats_what_it_inherits(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    shutil.copy2(music / "1.flac", other_disk / "one.flac")
    music.rename(music.parent / "away")
    stop = False

    def look(progress: Any) -> None:
        nonlocal stop
        stop = progress.phase == "recognising"

    assert rescan(library, roots=[music]).missing == 4
    assert rescan(library, roots=[other_disk], progress=look, cancelled=lambda: stop).cancelled
    library.decide([ids(library)["one.flac"]], "1.flac", False)
    assert rescan(library, roots=[other_disk]).analysed == 0
    assert rows(library, "SELECT accepted FROM decision WHERE name = '1.flac' ORDER BY track_id") == [
        (True,),
        (False,),
    ]


def test_a_lost_song_goes_to_its_copy_before_one_on_a_disk_that_is_away(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    make_song(other_disk / "deep" / "one.flac", 1, title="here")
    rescan(library)
    here = ids(library)["one.flac"]
    music.rename(music.parent / "away")
    (other_disk / "deep" / "one.flac").unlink()
    make_song(other_disk / "1.flac", 1, title="here now")
    make_song(other_disk / "5.flac", 5)
    report = rescan(library)
    assert (report.moved, report.missing, report.added) == (1, 4, 1)
    assert titles(library)["1.flac"] == (here, "here now", None, 3)


def test_a_song_overwritten_by_one_of_a_disk_that_is_away_is_heard_anew(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    make_song(other_disk / "5.flac", 5)
    rescan(library)
    overwritten = ids(library)["5.flac"]
    make_song(other_disk / "5.flac", 1, title="title 5")
    music.rename(music.parent / "away")
    report = rescan(library)
    assert (report.changed, report.moved, report.added, report.analysed) == (1, 0, 0, 1)
    assert titles(library) == {"5.flac": (overwritten, "title 5", None, 3)}


def test_a_copy_takes_nothing_from_a_missing_song_that_is_back(
    library: Library, music: Path, songs: dict[str, int], other_disk: Path
) -> None:
    away = music.rename(music.parent / "away")
    assert rescan(library).missing == 4
    away.rename(music)
    make_song(other_disk / "one.flac", 1, title="a copy")
    report = rescan(library, roots=[other_disk])
    assert (report.moved, report.added, report.analysed) == (0, 1, 1)
    assert rescan(library).returned == 4
    assert {name: titles(library)[name][0] for name in songs} == songs
    assert titles(library)["one.flac"][1:] == ("a copy", None, 3)


def known(track: int, path: str) -> KnownTrack:
    return KnownTrack(track, path.encode(), 1, 1, 1, 1, 1, True)


def test_equal_songs_go_by_the_end_of_their_paths() -> None:
    lost = [
        (known(1, "/old/album/01.mp3"), "d"),
        (known(2, "/old/best of/07.mp3"), "d"),
        (known(3, "/x"), ""),
    ]
    places = [(b"/new/best of/07.mp3", "d"), (b"/new/album/01.mp3", "d"), (b"/y", ""), (b"/z", "e")]
    assert match(lost, places) == {1: b"/new/album/01.mp3", 2: b"/new/best of/07.mp3"}


def test_a_thousand_equal_songs_take_no_time() -> None:
    lost = [(known(number, f"/old/{number}"), "d") for number in range(2000)]
    places = [(f"/new/{number}".encode(), "d") for number in range(3000)]
    found = match(lost, places)
    assert len(found) == len(set(found.values())) == 2000
