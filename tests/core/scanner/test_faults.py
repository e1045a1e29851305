"""A bad file costs one line in the list of problems, never the scan; files are only read."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tagger_core.errors import AudioError, InferenceError, LibraryError, shown
from tagger_core.library.records import FileTags
from tagger_core.library.roots import add_root
from tagger_core.library.store import Library
from tests.core.scanner.fakes import FakeTagger, dump, ids, make_song, rescan, rows, tiny_info
from tests.support.disk import fail_in_the_middle

linux = pytest.mark.skipif(sys.platform != "linux", reason="the file system of this system changes names")
posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX system")


@pytest.mark.parametrize(
    "error",
    [
        AudioError("holds no audio"),
        ValueError("odd"),
        IndexError(),
        OSError(5, "Input/output error"),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_one_bad_song_costs_one_problem(library: Library, music: Path, error: Exception) -> None:
    for number in range(5):
        make_song(music / f"{number}.flac", number)
    report = rescan(library, FakeTagger(raises={"2.flac": error}))
    assert (report.analysed, len(report.problems)) == (4, 1)
    assert report.problems[0].path == music / "2.flac"
    assert report.problems[0].track_id == ids(library)["2.flac"]
    assert report.problems[0].message


def test_a_bad_song_is_not_tried_at_each_scan(library: Library, music: Path) -> None:
    (music / "bad.mp3").write_bytes(b"no music at all")
    make_song(music / "good.flac", 1)
    assert len(rescan(library).problems) == 1
    before = dump(library)
    tagger = FakeTagger()
    report = rescan(library, tagger)
    assert (tagger.heard, report.problems, report.unchanged) == ([], (), 2)
    report = rescan(library, tagger, retry_problems=True)
    assert (tagger.heard, len(report.problems)) == (["bad.mp3"], 1)
    assert dump(library) == before
    make_song(music / "bad.flac", 2).replace(music / "bad.mp3")
    report = rescan(library, tagger)
    assert (report.changed, report.analysed, report.problems) == (1, 1, ())
    assert rows(library, "SELECT problem FROM track") == [("",), ("",)]


def test_a_disk_that_fails_in_the_middle_of_a_song_is_no_fault_of_the_song(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number, seconds=5)
    with monkeypatch.context() as patch:
        fail_in_the_middle(patch, "1.flac")
        report = rescan(library)
        assert (report.analysed, len(report.problems)) == (2, 1)
        assert "cannot be read: Input/output error" in report.problems[0].message
        assert rows(library, "SELECT count(*) FROM track WHERE problem != ''") == [(1,)]
        assert len(rescan(library).problems) == 1
    report = rescan(library)
    assert (report.analysed, report.problems) == (1, ())
    assert rows(library, "SELECT round(seconds), problem FROM track") == [(5.0, "")] * 3


def test_a_failing_disk_costs_no_scores(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_song(music / "a.flac", 1, seconds=5, title="old")
    rescan(library)
    before = dump(library)
    make_song(music / "a.flac", 1, seconds=5, title="new title")
    other = FakeTagger(tiny_info("other"), identity="2" * 64)
    with monkeypatch.context() as patch:
        fail_in_the_middle(patch)
        report = rescan(library)
        assert (report.retagged, report.changed, len(report.problems)) == (0, 0, 1)
        assert dump(library) == before
        assert rescan(library, other).analysed == 0
    assert {name: dump(library)[name] for name in ("track", "score")} == {
        name: before[name] for name in ("track", "score")
    }
    report = rescan(library)
    assert (report.retagged, report.analysed, report.problems) == (1, 0, ())
    assert rows(library, "SELECT title, problem FROM track") == [("new title", "")]


def test_a_song_heard_in_part_is_heard_again_when_a_person_asks(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    make_song(music / "b.flac", 2)
    part = "breaks off: Input/output error; ends after 1.0 of 5.0 seconds"
    other = FakeTagger(tiny_info("other"), identity="2" * 64, problem="breaks off: Input/output error")
    rescan(library, FakeTagger(problem=part))
    assert rescan(library, other).analysed == 2
    assert rows(library, "SELECT problem FROM track") == [(part,)] * 2
    assert rescan(library).analysed == 0
    report = rescan(library, retry_problems=True)
    assert (report.analysed, report.problems) == (2, ())
    assert rows(library, "SELECT problem FROM track") == [("breaks off: Input/output error",)] * 2
    other.problem = ""
    assert rescan(library, other, retry_problems=True).analysed == 2
    assert rows(library, "SELECT problem FROM track") == [("",)] * 2
    assert rescan(library, retry_problems=True).analysed == 0


def test_a_song_heard_in_part_says_so(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1, title="old")
    report = rescan(library, FakeTagger(problem="breaks off after 0.6 seconds"))
    assert report.analysed == 1
    assert [problem.message for problem in report.problems] == ["breaks off after 0.6 seconds"]
    assert rows(library, "SELECT problem FROM track") == [("breaks off after 0.6 seconds",)]
    make_song(music / "a.flac", 1, title="new title")
    assert rescan(library).retagged == 1
    assert rows(library, "SELECT problem, title FROM track") == [
        ("breaks off after 0.6 seconds", "new title")
    ]


@posix
def test_rights_that_come_back_are_noticed(library: Library, music: Path) -> None:
    """Neither size nor time of a file tell that its rights were mended."""
    path = make_song(music / "a.flac", 1, title="one")
    path.chmod(0)
    # Rights do not bind root.
    report = _scan_as_nobody(library) if os.geteuid() == 0 else rescan(library)
    assert [problem.path for problem in report.problems] == [path]
    assert "Permission denied" in report.problems[0].message
    path.chmod(0o644)
    report = rescan(library)
    assert (report.analysed, report.problems) == (1, ())
    assert rows(library, "SELECT title, problem FROM track") == [("one", "")]


def _scan_as_nobody(library: Library) -> Any:
    """Scan as root, but open files as somebody without rights."""

    def read(path: Path) -> FileTags:
        raise PermissionError(13, "Permission denied", str(path))

    def refuse(path: Path) -> None:
        raise AudioError("may not be read", path=path)

    open_path = Path.open

    def open_as_nobody(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.suffix == ".flac":
            raise PermissionError(13, "Permission denied", str(path))
        return open_path(path, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", open_as_nobody)
        return rescan(library, FakeTagger(before=refuse), read=read)


def test_a_device_that_fails_stops_the_scan_and_blames_no_song(library: Library, music: Path) -> None:
    for number in range(8):
        make_song(music / f"{number}.flac", number)
    error = InferenceError("cuda:0 failed", remedy="choose the device cpu")
    tagger = FakeTagger(raises={f"{number}.flac": error for number in range(2, 8)})
    with pytest.raises(InferenceError, match="cuda:0 failed"):
        rescan(library, tagger, workers=1)
    assert rows(library, "SELECT count(*) FROM track WHERE problem != ''") == [(0,)]
    assert len(tagger.heard) < 8
    assert rescan(library).analysed == 6


def test_no_memory_stops_the_scan_only_when_it_stays(library: Library, music: Path) -> None:
    for number in range(8):
        make_song(music / f"{number}.flac", number)
    with pytest.raises(MemoryError):
        rescan(library, FakeTagger(raises={f"{n}.flac": MemoryError() for n in range(8)}), workers=1)
    tagger = FakeTagger(raises={f"{n}.flac": MemoryError() for n in (1, 2, 4, 5)})
    report = rescan(library, tagger, workers=1)
    assert (report.analysed, len(report.problems)) == (4, 4)


def test_a_full_disk_stops_the_scan_and_keeps_what_is_finished(library: Library, music: Path) -> None:
    for number in range(6):
        make_song(music / f"{number}.flac", number)
    stored = 0

    def fill_up(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal stored
        if statement.startswith("INSERT INTO analysis"):
            stored += 1
            if stored == 3:
                pages = cursor.execute("PRAGMA page_count").fetchone()[0]
                cursor.execute(f"PRAGMA max_page_count = {pages}")

    with Library.open(library.path) as full:
        event.listen(full._writer, "before_cursor_execute", fill_up)
        with pytest.raises(LibraryError, match="disk is full"):
            rescan(full, FakeTagger(info=_many_tags()), workers=1)
    kept = rows(library, "SELECT count(*) FROM analysis")[0][0]
    assert 1 <= kept < 6
    assert rescan(library, FakeTagger(info=_many_tags())).analysed == 6 - kept


def _many_tags() -> Any:
    from tests.core.scanner.fakes import tiny_info

    return tiny_info("many", tuple(f"tag {number}" for number in range(500)))


def test_a_file_that_vanishes_between_counting_and_hearing(library: Library, music: Path) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number)

    def vanish(path: Path) -> None:
        if path.name == "1.flac":
            path.unlink()

    report = rescan(library, FakeTagger(before=vanish))
    assert (report.analysed, report.missing, report.problems) == (2, 1, ())
    assert set(ids(library)) == {"0.flac", "2.flac"}


def test_a_file_that_vanishes_before_its_tags_are_read_is_not_added(library: Library, music: Path) -> None:
    path = make_song(music / "a.flac", 1)

    def vanish(found: Path) -> FileTags:
        path.unlink()
        raise FileNotFoundError(2, "No such file", str(found))

    report = rescan(library, read=vanish)
    assert (report.added, report.problems) == (0, ())
    assert rows(library, "SELECT count(*) FROM track") == [(0,)]


def test_a_file_that_grows_is_heard_again(library: Library, music: Path) -> None:
    path = make_song(music / "a.flac", 1)
    longer = make_song(music.parent / "longer.flac", 1, seconds=1.5).read_bytes()
    report = rescan(library, FakeTagger(before=lambda _: path.write_bytes(longer[: len(longer) // 2])))
    assert report.found == 1
    path.write_bytes(longer)
    report = rescan(library)
    assert report.changed + report.retagged == 1
    assert rows(library, "SELECT round(seconds, 1), problem FROM track") == [(1.5, "")]
    assert rescan(library).unchanged == 1


@linux
def test_odd_names_are_kept_and_shown(library: Library, music: Path) -> None:
    names = [
        unicodedata.normalize("NFC", "Ängste é.flac").encode(),
        unicodedata.normalize("NFD", "Ängste é.flac").encode(),
        "🎵👩‍🎤.flac".encode(),
        b"new\nline\x1b[31m.flac",
        b"y" * 250 + b".flac",
        b"caf\xe9 \xff.flac",
    ]
    for number, name in enumerate(names):
        make_song(music / "x.flac", number).rename(Path(os.fsdecode(os.fsencode(music) + b"/" + name)))
    (music / "loop").symlink_to(music)
    report = rescan(library)
    assert (report.added, report.analysed, report.problems) == (6, 6, ())
    found = rows(library, "SELECT path, path_text FROM track")
    assert {path.rpartition(b"/")[2] for path, _ in found} == set(names)
    letters = {letter for _, text in found for letter in text}
    # Spaces and joiners are typed and pasted; nothing else may be there that is not printed.
    assert all(letter.isprintable() or unicodedata.category(letter) in ("Zs", "Cf") for letter in letters)
    assert shown(music / "new\nline\x1b[31m.flac") in {text for _, text in found}
    assert rescan(library).unchanged == 6


@pytest.fixture
def linked(music: Path) -> Path:
    if not hasattr(os, "symlink"):
        pytest.skip("needs links")
    link = music.parent / "link"
    link.symlink_to(music)
    return link


def test_a_root_that_is_a_link_to_another_adds_nothing(library: Library, music: Path, linked: Path) -> None:
    make_song(music / "a.flac", 1)
    rescan(library)
    add_root(library, linked)
    report = rescan(library)
    assert (report.found, report.unchanged, report.problems, report.unavailable) == (1, 1, (), ())


def test_a_root_that_is_a_link(tmp_path: Path, linked: Path, music: Path) -> None:
    make_song(music / "a.flac", 1)
    with Library.open(tmp_path / "other.sqlite") as library:
        add_root(library, linked)
        assert rescan(library).analysed == 1
        assert rows(library, "SELECT path FROM track") == [(os.fsencode(linked / "a.flac"),)]
