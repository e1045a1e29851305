"""A scan makes the library agree with the disk, and what it knows of a song stays with the song."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tagger_core.errors import BusyError, LibraryError, MetadataError
from tagger_core.inference.analysis import Heard
from tagger_core.library.records import FileTags
from tagger_core.library.roots import add_root, list_roots, remove_root
from tagger_core.library.store import Library
from tests.core.scanner.fakes import FakeTagger, dump, ids, make_song, rescan, rows, tiny_info


def test_new_songs_are_filed_and_heard(library: Library, music: Path) -> None:
    make_song(
        music / "a.flac", 1, title="Anna", artist="The Ängste", album="Über", genre="Rock", date="1999-05-01"
    )
    make_song(music / "sub" / "b.mp3", 2)
    report = rescan(library)
    assert (report.found, report.added, report.analysed, report.unchanged) == (2, 2, 2, 0)
    assert report.problems == ()
    assert report.audio_seconds == pytest.approx(1.2, abs=0.2)
    found = rows(
        library, "SELECT title, artist, album, genre, year, codec, sample_rate, channels, problem FROM track"
    )
    assert ("Anna", "The Ängste", "Über", "Rock", 1999, "flac", 8000, 1, "") in found
    assert rows(library, "SELECT count(*) FROM track_tag_score") == [(6,)]
    assert (
        rows(
            library,
            "SELECT length(window_scores), length(window_starts), length(embedding), hop FROM analysis",
        )
        == [(18, 24, 16, 1024)] * 2
    )
    assert rows(library, "SELECT count(*) FROM track WHERE length(digest) = 32 AND seconds > 0.5") == [(2,)]


def test_a_scan_that_changed_much_lets_the_database_measure_its_tables(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []
    optimise = Library.optimise
    monkeypatch.setattr(Library, "optimise", lambda self: (measured.append(1), optimise(self)))
    for number in range(11):
        make_song(music / f"{number}.flac", number % 2)
    rescan(library)
    assert len(measured) == 1
    assert ("ix_score",) in rows(library, "SELECT idx FROM sqlite_stat1")
    (music / "0.flac").unlink()
    rescan(library)
    rescan(library)
    assert len(measured) == 1
    (music / "1.flac").unlink()
    (music / "2.flac").unlink()
    rescan(library)
    assert len(measured) == 2


def test_second_scan_opens_no_file(library: Library, music: Path) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number)
    rescan(library)
    before = dump(library)

    def refuse(path: Path) -> FileTags:
        raise AssertionError(path)

    tagger = FakeTagger()
    report = rescan(library, tagger, read=refuse)
    assert (report.unchanged, report.added, report.analysed) == (3, 0, 0)
    assert tagger.heard == []
    assert dump(library) == before


def test_changed_file_is_heard_anew_and_keeps_decisions(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    rescan(library)
    track = ids(library)["a.flac"]
    with library.write() as connection:
        connection.exec_driver_sql("INSERT INTO decision VALUES (?, 'piano', 1, 0)", (track,))
    scores = rows(library, "SELECT score FROM track_tag_score")
    make_song(music / "a.flac", 2, seconds=0.9)
    report = rescan(library)
    assert (report.changed, report.retagged, report.analysed) == (1, 0, 1)
    assert ids(library)["a.flac"] == track
    assert rows(library, "SELECT score FROM track_tag_score") != scores
    assert rows(library, "SELECT count(*) FROM track_tag_score") == [(3,)]
    assert rows(library, "SELECT name FROM decision") == [("piano",)]


def test_edited_tags_are_read_and_scores_stay(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1, title="old")
    rescan(library)
    analysed = rows(library, "SELECT * FROM analysis")
    make_song(music / "a.flac", 1, title="new title")
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (report.retagged, report.changed, report.analysed) == (1, 0, 0)
    assert tagger.heard == []
    assert rows(library, "SELECT title FROM track") == [("new title",)]
    assert rows(library, "SELECT * FROM analysis") == analysed


@pytest.mark.parametrize("mtime", [0, -5_000_000_000, 4_000_000_000_000_000_000, 2**34 * 10**9])
def test_clocks_that_jump_only_cause_a_look(library: Library, music: Path, mtime: int) -> None:
    path = make_song(music / "a.flac", 1)
    rescan(library)
    try:
        os.utime(path, ns=(mtime, mtime))
    except OSError:
        pytest.skip("the file system does not keep this time")
    assert rescan(library).retagged == 1
    assert rescan(library).unchanged == 1


def test_vanished_file_is_missing_and_returns(library: Library, music: Path) -> None:
    path = make_song(music / "a.flac", 1)
    make_song(music / "b.flac", 2)
    rescan(library)
    before = dump(library)
    path.rename(music.parent / "a.flac")
    assert rescan(library).missing == 1
    assert rows(library, "SELECT missing FROM track ORDER BY path") == [(True,), (False,)]
    assert rescan(library).missing == 0
    (music.parent / "a.flac").rename(path)
    report = rescan(library)
    assert (report.returned, report.missing, report.unchanged, report.analysed) == (1, 0, 2, 0)
    assert dump(library) == before


@pytest.mark.parametrize("state", ["absent", "empty"])
def test_unmounted_root_loses_nothing(library: Library, music: Path, state: str) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number)
    rescan(library)
    before = dump(library)
    music.rename(music.parent / "elsewhere")
    if state == "empty":
        music.mkdir()
    for _ in range(2):
        report = rescan(library)
        assert report.unavailable == (music,)
        assert any(problem.path == music for problem in report.problems)
        assert rows(library, "SELECT count(*), sum(missing) FROM track") == [(3, 3)]
        assert not list_roots(library)[0].available
    if state == "empty":
        music.rmdir()
    (music.parent / "elsewhere").rename(music)
    report = rescan(library)
    assert (report.returned, report.analysed, report.unavailable) == (3, 0, ())
    assert dump(library) == before


def test_an_empty_new_root_is_no_problem(library: Library) -> None:
    report = rescan(library)
    assert (report.unavailable, report.problems, report.found) == ((), (), 0)


def test_part_of_a_root(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    make_song(music / "sub" / "b.flac", 2)
    make_song(music / "sub2" / "c.flac", 3)
    report = rescan(library, roots=[music / "sub"])
    assert (report.found, report.added) == (1, 1)
    report = rescan(library, roots=[music / "sub" / ".." / "a.flac", music / "sub"])
    assert (report.found, report.added, report.unchanged) == (2, 1, 1)
    (music / "a.flac").unlink()
    (music / "sub" / "b.flac").unlink()
    report = rescan(library, roots=[music / "sub"])
    assert (report.missing, report.unavailable) == (1, ())
    assert rows(library, "SELECT missing FROM track ORDER BY path") == [(False,), (True,)]


def test_a_place_outside_every_root_is_refused(library: Library, music: Path) -> None:
    with pytest.raises(LibraryError, match="in none of the music folders"):
        rescan(library, roots=[music.parent / "music2"])


def test_of_changes_only_what_lies_in_a_root_is_scanned(library: Library, music: Path) -> None:
    elsewhere = music.parent / "elsewhere"
    for folder in (music, elsewhere):
        make_song(folder / "a.wav", 1)
    report = rescan(library, roots=[elsewhere, music / "a.wav"], known_only=True)
    assert (report.found, report.added) == (1, 1)
    assert rescan(library, roots=[elsewhere], known_only=True).found == 0
    assert [root.path for root in list_roots(library)] == [music]


def test_another_model_hears_everything_beside_the_first(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1, title="one")
    rescan(library)
    (problem_free,) = rows(library, "SELECT problem FROM track")
    other = FakeTagger(info=tiny_info("other", ("jazz", "piano")), identity="2" * 64)

    def refuse(path: Path) -> FileTags:
        raise AssertionError(path)

    report = rescan(library, other, read=refuse)
    assert (report.analysed, report.unchanged) == (1, 1)
    assert problem_free == ("",)
    assert rows(library, "SELECT count(*) FROM track_tag_score") == [(5,)]
    assert rows(library, "SELECT count(*) FROM model") == [(2,)]
    assert rescan(library).analysed == 0


def test_audio_replaced_while_another_model_listens_is_heard_anew_by_the_first(
    library: Library, music: Path
) -> None:
    path = make_song(music / "a.flac", 1)
    rescan(library, FakeTagger(problem="breaks off"))
    library.decide([ids(library)["a.flac"]], "piano", True)
    other = FakeTagger(
        info=tiny_info("other", ("jazz",)), identity="2" * 64, before=lambda path: make_song(path, 2)
    )
    rescan(library, other)
    assert rows(library, "SELECT identity FROM analysis JOIN model m ON m.id = model_id") == [("2" * 64,)]
    assert rows(library, "SELECT t.name FROM track_tag_score JOIN tag t ON t.id = tag_id") == [("jazz",)]
    assert rows(library, "SELECT problem FROM track") == [("",)]
    report = rescan(library)
    assert (report.retagged, report.changed, report.analysed) == (1, 0, 1)
    fresh = FakeTagger().analyse(path, lambda: False).analysis.scores.tolist()
    query = "SELECT score FROM track_tag_score s JOIN tag t ON t.id = s.tag_id WHERE model_id = 1 ORDER BY 1"
    assert rows(library, query) == [(score,) for score in sorted(fresh)]
    assert rows(library, "SELECT count(*) FROM analysis") == [(2,)]
    assert rows(library, "SELECT name FROM decision") == [("piano",)]


def test_a_song_too_long_for_a_digest_keeps_what_other_models_heard(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    rescan(library)

    class Undigested(FakeTagger):
        def analyse(self, path: Path, cancelled: Callable[[], bool]) -> Heard:
            return replace(super().analyse(path, cancelled), digest="")

    assert rescan(library, Undigested(identity="2" * 64)).analysed == 1
    assert rows(library, "SELECT count(*) FROM analysis") == [(2,)]


def test_without_a_tagger_songs_are_filed_only(library: Library, music: Path) -> None:
    from tagger_core.library.scanner import scan
    from tagger_core.metadata.reader import read_tags

    make_song(music / "a.flac", 1, title="one")
    report = scan(library, None, None, read_tags)
    assert (report.added, report.analysed) == (1, 0)
    assert rescan(library).analysed == 1


def test_songs_appear_before_they_are_heard(library: Library, music: Path) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number, title=f"song {number}")
    seen = []
    tagger = FakeTagger(
        before=lambda path: seen.append(rows(library, "SELECT title FROM track ORDER BY path"))
    )
    rescan(library, tagger)
    assert seen[0] == [("song 0",), ("song 1",), ("song 2",)]


def test_unreadable_tags_cost_a_problem_and_the_song_is_heard(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)

    def fail(path: Path) -> FileTags:
        raise MetadataError("the tags do not parse", path=path, remedy="mend them")

    report = rescan(library, read=fail)
    assert report.analysed == 1
    assert [problem.message for problem in report.problems] == ["tags: the tags do not parse (mend them)"]
    assert rows(library, "SELECT problem FROM track") == [("tags: the tags do not parse (mend them)",)]
    assert rescan(library, read=fail).problems == ()
    assert rescan(library, retry_problems=True).problems == ()
    assert rows(library, "SELECT problem FROM track") == [("",)]


def test_only_one_scan_at_a_time(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    with Library.open(library.path) as other:
        failures: list[BaseException] = []

        def try_too(path: Path) -> None:
            try:
                rescan(other)
            except BusyError as error:
                failures.append(error)

        rescan(library, FakeTagger(before=try_too))
    assert len(failures) == 1


def test_nested_roots_hold_each_song_once(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    make_song(music / "inner" / "b.flac", 2)
    rescan(library)
    before = ids(library)
    inner = add_root(library, music / "inner")
    report = rescan(library)
    assert (report.found, report.unchanged, report.added) == (2, 2, 0)
    assert ids(library) == before
    assert rows(library, "SELECT path FROM track WHERE root_id = ?", inner) == [
        (os.fsencode(music / "inner" / "b.flac"),)
    ]
    assert remove_root(library, music / "inner") == 0
    assert ids(library) == before
    assert rescan(library).unchanged == 2


def test_a_root_is_handed_the_missing_tracks_below_it(library: Library, music: Path) -> None:
    for number, folder in enumerate(("", "inner", "inner/most", "inner 2", "outer")):
        make_song(music / folder / f"{number}.flac", number)
    rescan(library)
    add_root(library, music / "inner" / "most")
    for path in music.rglob("*.flac"):
        path.unlink()
    rescan(library)
    add_root(library, music / "inner")
    found = rows(library, "SELECT t.path, r.path FROM track t JOIN root r ON r.id = root_id")
    assert {os.fsdecode(path)[-6:]: Path(os.fsdecode(root)).name for path, root in found} == {
        "0.flac": "music",
        "1.flac": "inner",
        "2.flac": "most",
        "3.flac": "music",
        "4.flac": "music",
    }


def test_removing_a_root_leaves_the_roots_in_it_their_missing_tracks(library: Library, music: Path) -> None:
    kept = [make_song(music / folder / "a.flac", 1) for folder in ("inner", "inner/most")]
    make_song(music / "inner 2" / "a.flac", 2)
    rescan(library)
    known = rows(library, "SELECT path, id FROM track ORDER BY path")
    add_root(library, music / "inner")
    add_root(library, music / "inner" / "most")
    # As a library of before has it: the folders were added when their songs were missing.
    with library.write() as connection:
        connection.exec_driver_sql("UPDATE track SET root_id = (SELECT min(id) FROM root), missing = 1")
    assert remove_root(library, music) == 1
    left = rows(
        library, "SELECT t.path, t.id, r.path FROM track t JOIN root r ON r.id = root_id ORDER BY t.path"
    )
    assert [row[:2] for row in left] == [row for row in known if Path(os.fsdecode(row[0])) in kept]
    assert [row[2] for row in left] == [os.fsencode(path.parent) for path in kept]
    report = rescan(library)
    assert (report.returned, report.added) == (2, 0)


def test_removing_a_root_removes_its_tracks_and_no_file(library: Library, music: Path) -> None:
    path = make_song(music / "a.flac", 1)
    rescan(library)
    assert remove_root(library, music) == 1
    assert path.exists()
    assert [
        count for name, count in dump(library).items() if name in ("root", "track", "score", "analysis")
    ] == [[]] * 4
    with pytest.raises(LibraryError, match="not one of the music folders"):
        remove_root(library, music)


def test_adding_a_root_twice_is_once(library: Library, music: Path) -> None:
    assert add_root(library, music / "." / "x" / "..") == list_roots(library)[0].id
    with pytest.raises(LibraryError, match="not a folder"):
        add_root(library, music / "none")
