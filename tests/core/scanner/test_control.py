"""Progress never falls back; a scan waits and stops when asked, and keeps what is finished."""

from __future__ import annotations

import itertools
import os
import threading
import time
from pathlib import Path

import pytest

from tagger_core.audio import opening
from tagger_core.library.crew import Control, default_workers, each
from tagger_core.library.progress import Estimate
from tagger_core.library.records import ScanProgress
from tagger_core.library.store import Library
from tests.core.scanner.fakes import FakeTagger, make_song, rescan, rows
from tests.support.audio import encode, song

PHASES = ["counting", "checking", "reading tags", "recognising", "analysing"]


def test_progress_goes_one_way(library: Library, music: Path) -> None:
    for number in range(6):
        make_song(music / str(number % 2) / f"{number}.flac", number)
    (music / "bad.mp3").write_bytes(b"bad")
    rescan(library)
    (music / "0" / "0.flac").unlink()
    for number in range(7, 10):
        make_song(music / f"{number}.flac", number)
    told: list[ScanProgress] = []
    threads = set()

    def note(progress: ScanProgress) -> None:
        told.append(progress)
        threads.add(threading.current_thread())

    rescan(library, FakeTagger(seconds_each=0.15), progress=note)
    assert threads == {threading.main_thread()}
    assert list(dict.fromkeys(progress.phase for progress in told)) == PHASES
    for phase in PHASES:
        part = [progress for progress in told if progress.phase == phase]
        assert [progress.done for progress in part] == sorted(progress.done for progress in part)
        if phase != "counting":
            assert {progress.total for progress in part} == {part[-1].done}
    last = told[-1]
    assert (last.total, last.seconds_left) == (3, 0.0)
    assert last.songs_per_second > 0
    assert last.x_realtime > 0


def test_progress_is_told_ten_times_a_second_at_most(library: Library, music: Path) -> None:
    for number in range(4):
        make_song(music / f"{number}.flac", number)
    moments: list[float] = []

    def note(progress: ScanProgress) -> None:
        if progress.phase == "analysing" and 0 < progress.done < progress.total:
            moments.append(time.monotonic())

    rescan(library, FakeTagger(seconds_each=0.3), progress=note)
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert min(gaps) > 0.09


def test_cancelling_keeps_what_is_finished(library: Library, music: Path) -> None:
    for number in range(8):
        make_song(music / f"{number}.flac", number)
    done = 0

    def note(progress: ScanProgress) -> None:
        nonlocal done
        done = progress.done if progress.phase == "analysing" else 0

    # Without an end of its own: only the wish to stop ends the song.
    tagger = FakeTagger(before=lambda path: setattr(tagger, "seconds_each", 1000.0 * (path.name >= "4.flac")))
    report = rescan(library, tagger, progress=note, cancelled=lambda: done >= 4, workers=1)
    assert report.cancelled
    assert report.analysed == 4
    assert rows(library, "SELECT count(*) FROM analysis") == [(4,)]
    assert report.problems == ()
    tagger.before = lambda path: None
    tagger.seconds_each = 0.0
    report = rescan(library, tagger)
    assert (report.cancelled, report.analysed) == (False, 4)


@pytest.mark.parametrize("phase", ["counting", "checking", "reading tags", "analysing"])
def test_cancelling_in_any_phase_marks_nothing_missing(library: Library, music: Path, phase: str) -> None:
    for number in range(3):
        make_song(music / "sub" / f"{number}.flac", number)
    rescan(library)
    for number in range(3, 6):
        make_song(music / f"{number}.flac", number)
    now = ""

    def note(progress: ScanProgress) -> None:
        nonlocal now
        now = progress.phase

    report = rescan(library, progress=note, cancelled=lambda: now == phase)
    assert report.cancelled
    assert rows(library, "SELECT count(*) FROM track WHERE missing") == [(0,)]
    rescan(library)
    assert rows(library, "SELECT count(*) FROM analysis") == [(6,)]


def test_cancelling_waits_for_no_file_that_is_being_recognised(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_song(music / "a.wav", 1)
    rescan(library)
    path = encode(music / "a.wav", song(120), 44_100)
    recognising, told = threading.Event(), threading.Event()
    read = 0

    class Slow(opening._RegularFile):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal read
            recognising.set()
            assert told.wait(10)
            time.sleep(0.01)
            data = super().read(size)
            read += len(data)
            return data

    def cancelled() -> bool:
        if recognising.is_set():
            told.set()
        return told.is_set()

    with monkeypatch.context() as patch:
        patch.setattr(opening, "_RegularFile", Slow)
        assert rescan(library, cancelled=cancelled).cancelled
    assert read < path.stat().st_size / 2
    report = rescan(library)
    assert (report.changed, report.analysed, report.problems) == (1, 1, ())


def test_pausing_waits_within_a_song_and_burns_no_time(library: Library, music: Path) -> None:
    for number in range(2):
        make_song(music / f"{number}.flac", number)
    paused = threading.Event()
    heard: list[int] = []
    used: list[float] = []

    def look_and_go_on() -> None:
        used.append(time.process_time())
        heard.append(rows(library, "SELECT count(*) FROM analysis")[0][0])
        paused.clear()

    release = threading.Timer(1.2, look_and_go_on)

    def begin(path: Path) -> None:
        if not paused.is_set() and not used:
            paused.set()
            used.append(time.process_time())
            release.start()

    report = rescan(library, FakeTagger(before=begin, seconds_each=0.4), paused=paused.is_set, workers=1)
    release.join()
    assert heard == [0], "the song that was begun waits too"
    assert used[1] - used[0] < 0.5
    assert report.analysed == 2


def test_cancelling_while_paused(library: Library, music: Path) -> None:
    make_song(music / "a.flac", 1)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    assert rescan(library, paused=lambda: True, cancelled=cancelled).cancelled


def test_failures_of_the_caller_stop_the_workers(library: Library, music: Path) -> None:
    for number in range(3):
        make_song(music / f"{number}.flac", number)

    def fail(progress: ScanProgress) -> None:
        if progress.phase == "analysing" and progress.done:
            raise KeyboardInterrupt

    tagger = FakeTagger(before=lambda path: setattr(tagger, "seconds_each", 1000.0 * (path.name != "0.flac")))
    with pytest.raises(KeyboardInterrupt):
        rescan(library, tagger, progress=fail, workers=1)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("scan")] == []
    assert rows(library, "SELECT count(*) FROM analysis") == [(1,)]


def never() -> bool:
    return False


def test_work_in_order_comes_in_order() -> None:
    def slow(number: int) -> int:
        time.sleep(0.02 * (number % 3 == 0))
        return number * number

    outcomes = each(slow, range(20), workers=4, control=Control(never, never), in_order=True)
    assert [outcome.get() for some in outcomes for outcome in some] == [number**2 for number in range(20)]


def test_few_items_are_taken_before_their_turn() -> None:
    taken: list[int] = []

    def items() -> object:
        for number in range(100):
            taken.append(number)
            yield number

    for some in each(lambda number: number, items(), workers=2, control=Control(never, never)):  # type: ignore[arg-type]
        assert len(taken) <= some[-1].item + 5


def test_workers_are_the_cores_one_may_use() -> None:
    assert 1 <= default_workers() <= (os.cpu_count() or 1)


def test_time_left_goes_by_audio_not_by_files() -> None:
    now = 0.0
    songs = [(".mp3", 1_000_000)] * 4 + [(".flac", 8_000_000)] * 4
    estimate = Estimate(songs, lambda: now)
    assert estimate.seconds_left() is None
    for _ in range(4):
        now += 1.0
        estimate.finished(".mp3", 1_000_000, 100.0)
    assert estimate.speed() == (1.0, 100.0)
    assert estimate.seconds_left() == pytest.approx(4 * 800 / 100), (
        "as far as one knows a FLAC is dense as MP3"
    )
    now += 1.0
    estimate.finished(".flac", 8_000_000, 100.0)
    assert estimate.seconds_left() == pytest.approx(3)


def test_songs_that_fail_leave_no_time_to_tell() -> None:
    now = 0.0
    estimate = Estimate([(".mp3", 100)] * 2, lambda: now)
    now = 1.0
    estimate.finished(".mp3", 100, 0.0)
    assert estimate.seconds_left() is None
