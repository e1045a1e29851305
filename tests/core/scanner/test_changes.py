"""Whatever a person does with names, each song is found under the name that it has now."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.library.changes import Comparison, KnownTrack, compare
from tagger_core.library.walk import FoundFile

names = st.sampled_from([b"/m/a", b"/m/b", b"/m/c", b"/m/d", b"/m/e"])
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), names, names),
        st.tuples(st.just("delete"), names, names),
        st.tuples(st.just("create"), names, names),
        st.tuples(st.just("rewrite"), names, names),
    ),
    max_size=12,
)


def act(disk: dict[bytes, tuple[int, int]], doings: list[tuple[str, bytes, bytes]]) -> None:
    """Do to a disk, path -> (inode, time), what a person does."""
    fresh = 1000
    for deed, path, other in doings:
        fresh += 1
        if deed == "rename" and path in disk and path != other:
            disk[other] = disk.pop(path)
        elif deed == "delete":
            disk.pop(path, None)
        elif deed == "create":
            disk.setdefault(path, (fresh, fresh))
        elif deed == "rewrite" and path in disk:
            disk[path] = (disk[path][0], fresh)


def placed(known: dict[bytes, KnownTrack], result: Comparison, disk: dict[bytes, tuple[int, int]]) -> None:
    """Check that every file belongs to one track or to none, and every track is somewhere or gone."""
    moved = {track.id: file.path for track, file in result.moved}
    touched = {track.id: file.path for track, file in result.touched}
    fresh = {file.path for file in result.fresh}
    gone = {track.id for track in result.vanished}
    same = set(disk) - set(moved.values()) - set(touched.values()) - fresh
    assert len(moved) + len(touched) + len(fresh) + result.unchanged == len(disk)
    assert len(same) == result.unchanged
    ids = [*moved, *touched, *gone, *(known[path].id for path in same)]
    assert sorted(ids) == sorted(track.id for track in known.values())


@settings(max_examples=300, deadline=None)
@given(st.sets(names, min_size=1), deeds)
def test_each_song_goes_with_its_file(paths: set[bytes], doings: list[tuple[str, bytes, bytes]]) -> None:
    disk = {path: (number, number) for number, path in enumerate(sorted(paths), 1)}
    known = {path: KnownTrack(i, path, 5, time, i, 1, 1, False) for path, (i, time) in disk.items()}
    act(disk, doings)
    files = [FoundFile(path, 5, time, inode, 1, 1) for path, (inode, time) in sorted(disk.items())]
    result = compare(files, known, lambda path: True, lambda track: False)
    placed(known, result, disk)
    moved = {track.id: file.path for track, file in result.moved}
    for path, (inode, time) in disk.items():
        if inode == time:  # neither new nor rewritten
            track = next((t for t in known.values() if t.inode == inode), None)
            if track is not None and track.path != path:
                assert moved[track.id] == path


@given(st.sets(names, min_size=1))
def test_systems_without_inodes_recognise_nothing_by_them(paths: set[bytes]) -> None:
    known = {path: KnownTrack(i, path, 5, 7, 0, 0, 1, False) for i, path in enumerate(sorted(paths), 1)}
    files = [FoundFile(path + b"x", 5, 7, 0, 0, 1) for path in sorted(paths)]
    result = compare(files, known, lambda path: True, lambda track: False)
    assert (result.moved, len(result.fresh), len(result.vanished)) == ([], len(paths), len(paths))


def test_a_second_path_to_a_file_that_stays_is_dropped() -> None:
    known = {b"/m/a": KnownTrack(1, b"/m/a", 5, 7, 3, 1, 1, False)}
    files = [FoundFile(b"/m/a", 5, 7, 3, 1, 1), FoundFile(b"/m/b", 5, 7, 3, 1, 1)]
    assert compare(files, known, lambda path: True, lambda track: False) == Comparison(unchanged=1)
    outside = compare(files[1:], known, lambda path: path != b"/m/a", lambda track: True)
    assert outside == Comparison()
    gone = compare(files[1:], known, lambda path: path != b"/m/a", lambda track: False)
    assert gone == Comparison(moved=[(known[b"/m/a"], files[1])])


def test_a_second_path_to_a_missing_file_that_is_back_is_dropped() -> None:
    known = {b"/m/a": KnownTrack(1, b"/m/a", 5, 7, 3, 1, 1, True)}
    files = [FoundFile(b"/m/b", 5, 7, 3, 1, 1)]
    assert compare(files, known, lambda path: path != b"/m/a", lambda track: True) == Comparison()
    gone = compare(files, known, lambda path: path != b"/m/a", lambda track: False)
    assert gone == Comparison(moved=[(known[b"/m/a"], files[0])])
