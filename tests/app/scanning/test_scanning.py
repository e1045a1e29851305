"""The scan under way: what it tells, how it is paused, stopped and followed by another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.scanning.scanning import Scanning
from app.services import Services
from tagger_core.errors import InferenceError, LibraryError
from tagger_core.library.records import ScanReport
from tagger_core.library.roots import list_roots
from tests.app.songs_on_disk import FakeTagger, make_songs


class Desk:
    """A `Scanning` whose taggers are fakes."""

    def __init__(self, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services = services
        self.taggers: list[FakeTagger] = []
        self.songs = 1000
        self.failure: Exception | None = None
        monkeypatch.setattr(services.workspace, "tagger", self.tagger)
        monkeypatch.setattr("app.scanning.late_tagger.load_torch", lambda: None)
        self.scanning = Scanning(services)
        self.reports: list[ScanReport] = []
        self.scanning.finished.connect(self.reports.append)

    def tagger(self, model: Any) -> FakeTagger:
        if self.failure is not None:
            raise self.failure
        made = FakeTagger(self.services.workspace, model, self.songs)
        self.taggers.append(made)
        return made


@pytest.fixture
def desk(empty_services: Services, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(empty_services, monkeypatch)


@pytest.fixture(scope="session")
def three_songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("three")
    make_songs(folder, 3)
    return folder


def heard(desk: Desk) -> int:
    return desk.services.library.stats(desk.services.active.id).analysed


def test_a_new_folder_is_scanned_and_kept(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    phases: list[str] = []
    desk.scanning.progressed.connect(lambda progress: phases.append(progress.phase))
    with qtbot.waitSignals([desk.scanning.finished, desk.scanning.songs_changed]):
        desk.scanning.start([three_songs])
        assert desk.scanning.running
    assert not desk.scanning.running
    assert desk.reports[0].analysed == 3
    assert heard(desk) == 3
    assert [root.path for root in list_roots(desk.services.library)] == [three_songs]
    assert phases[0] == "counting"
    assert phases[-1] == "analysing"


def test_a_scan_without_news_makes_no_tagger(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    for _ in range(2):
        with qtbot.waitSignal(desk.scanning.finished):
            desk.scanning.start([three_songs])
    assert len(desk.taggers) == 1
    assert desk.reports[1].unchanged == 3


def test_stopping_keeps_what_is_finished(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    desk.songs = 1
    desk.scanning.start([three_songs])
    qtbot.waitUntil(lambda: heard(desk) == 1)
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.cancel()
    assert desk.reports[0].cancelled
    assert desk.reports[0].analysed == heard(desk) == 1
    desk.taggers[0].tickets.release(5)
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.start(None)
    assert heard(desk) == 3


def test_a_paused_scan_waits_and_goes_on(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    desk.scanning.start([three_songs])
    desk.scanning.pause(True)
    assert desk.scanning.paused
    qtbot.wait(150)
    assert not desk.reports
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.pause(False)
    assert desk.reports[0].analysed == 3


def test_what_is_asked_for_meanwhile_follows_once(
    qtbot: QtBot, desk: Desk, three_songs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    make_songs(other, 1)
    desk.scanning.start([three_songs])
    for _ in range(3):
        desk.scanning.start([other])
    qtbot.waitUntil(lambda: len(desk.reports) == 2 and not desk.scanning.running)
    qtbot.wait(50)
    assert [report.found for report in desk.reports] == [3, 1]
    assert heard(desk) == 4


def test_all_folders_follow_a_new_one(qtbot: QtBot, desk: Desk, three_songs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_songs(other, 1)
    desk.scanning.start([three_songs])
    desk.scanning.start(None)
    desk.scanning.start([other])
    qtbot.waitUntil(lambda: len(desk.reports) == 3 and not desk.scanning.running)
    assert [report.found for report in desk.reports] == [3, 1, 4]


def test_what_changed_makes_no_music_folder(
    qtbot: QtBot, desk: Desk, three_songs: Path, tmp_path: Path
) -> None:
    make_songs(tmp_path / "elsewhere", 1)
    desk.scanning.start([three_songs])
    for place in (tmp_path / "elsewhere", three_songs):
        desk.scanning.start([place], known_only=True)
    qtbot.waitUntil(lambda: len(desk.reports) == 2 and not desk.scanning.running)
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.start([tmp_path / "elsewhere"], known_only=True)
    assert [report.found for report in desk.reports] == [3, 3, 0]
    assert [root.path for root in list_roots(desk.services.library)] == [three_songs]


def test_a_scan_of_all_holds_what_changed(
    qtbot: QtBot, desk: Desk, three_songs: Path, tmp_path: Path
) -> None:
    make_songs(tmp_path / "other", 1)
    desk.scanning.start([three_songs])
    desk.scanning.start([three_songs], known_only=True)
    desk.scanning.start(None)
    desk.scanning.start([tmp_path / "other"])
    qtbot.waitUntil(lambda: len(desk.reports) == 3 and not desk.scanning.running)
    qtbot.wait(50)
    assert [report.found for report in desk.reports] == [3, 1, 4]


def test_stopping_drops_what_was_to_follow(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    desk.songs = 0
    desk.scanning.start([three_songs])
    desk.scanning.start([three_songs])
    desk.scanning.start([three_songs], known_only=True)
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.cancel()
        assert desk.scanning.stopping
    qtbot.wait(50)
    assert len(desk.reports) == 1
    assert not desk.scanning.running


@pytest.mark.parametrize(
    ("count", "failure"),
    [
        (1, InferenceError("the device 'cuda' is not there", remedy="choose auto")),
        (3, InferenceError("the device 'cuda' is not there", remedy="choose auto")),
        (3, RuntimeError("no kernel for the device 'cuda'\nmore")),
    ],
)
def test_a_device_that_fails_fails_the_scan_and_not_the_songs(
    qtbot: QtBot, desk: Desk, tmp_path: Path, count: int, failure: Exception
) -> None:
    make_songs(tmp_path / "few", count, (".wav",))
    desk.failure = failure
    with qtbot.waitSignal(desk.scanning.failed) as failed:
        desk.scanning.start([tmp_path / "few"])
    told = failed.args[0]
    assert isinstance(told, InferenceError)
    assert "the device 'cuda'" in told.message
    assert told.remedy
    assert desk.services.library.stats(desk.services.active.id).problems == 0
    desk.failure = None
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.start(None)
    assert heard(desk) == count


def test_a_stop_forgets_that_problems_were_to_be_tried_again(
    qtbot: QtBot, desk: Desk, three_songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []

    def scan(*_: object, retry_problems: bool, **__: object) -> ScanReport:
        tried.append(retry_problems)
        return ScanReport()

    monkeypatch.setattr(desk.services.workspace, "scan", scan)
    for stop in (True, False):
        with qtbot.waitSignal(desk.scanning.finished):
            desk.scanning.start([three_songs])
            desk.scanning.start(None, retry_problems=stop)
            if stop:
                desk.scanning.cancel()
        qtbot.waitUntil(lambda: not desk.scanning.running)
    assert not any(tried)


def test_another_choice_counts_from_the_next_scan(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    def scan() -> None:
        with qtbot.waitSignal(desk.scanning.finished):
            desk.scanning.start([three_songs])

    scan()
    desk.services.preferences.change(hop=0.5)
    (three_songs / "song 0.mp3").touch()
    scan()
    kept = desk.scanning._tagger
    assert kept is not None
    assert kept[1].hop == round(0.5 * kept[1].info.window)


def test_a_folder_that_is_not_there_is_told(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    with qtbot.waitSignal(desk.scanning.failed) as failed:
        desk.scanning.start([tmp_path / "nowhere"])
    assert isinstance(failed.args[0], LibraryError)
    assert not desk.scanning.running


def test_songs_are_told_of_at_most_twice_a_second(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    told: list[None] = []
    desk.scanning.songs_changed.connect(lambda: told.append(None))
    with qtbot.waitSignal(desk.scanning.finished):
        desk.scanning.start([three_songs])
    assert 1 <= len(told) <= 2 + 2 * desk.reports[0].seconds


def test_closing_in_mid_scan_stops_it(qtbot: QtBot, desk: Desk, three_songs: Path) -> None:
    desk.songs = 0
    desk.scanning.start([three_songs])
    qtbot.waitUntil(lambda: bool(desk.taggers))
    desk.services.runner.close()
    assert heard(desk) == 0
