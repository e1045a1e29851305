"""The scan's place in the status bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.runner import Task
from app.scanning import words
from app.scanning.scanning import Scanning
from app.scanning.status import ScanStatus
from app.services import Services
from tagger_core.errors import LibraryError
from tagger_core.library.records import ScanProgress, ScanReport, Stats

LISTENING = ScanProgress(
    "analysing", 120, 4000, Path("/m/a.mp3"), songs_per_second=0.6, seconds_left=6130, problems=2
)


@pytest.fixture
def scanning(services: Services) -> Scanning:
    return Scanning(services)


@pytest.fixture
def status(qtbot: QtBot, services: Services, scanning: Scanning) -> ScanStatus:
    made = ScanStatus(services, scanning)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made._text.text()))
    return made


def begin(scanning: Scanning, services: Services) -> None:
    scanning._task = Task(services.runner, print, print, print)
    scanning.state_changed.emit()


def test_between_scans_it_tells_of_the_library(status: ScanStatus) -> None:
    assert status._text.text() == "38 songs, 2 not heard yet, 2 missing"
    assert not status._bar.isVisible()


def test_a_scan_is_told_in_words(status: ScanStatus, scanning: Scanning, services: Services) -> None:
    begin(scanning, services)
    assert status._text.text() == "Preparing the scan"
    scanning.progressed.emit(LISTENING)
    assert status._text.text().startswith("Listening: 120 of 4")
    assert status._pace.text() == "36 songs a minute · 1 h 43 min left"
    assert (status._bar.value(), status._bar.maximum()) == (120, 4000)
    scanning.pause(True)
    assert status._text.text().endswith("(paused)")
    assert status._pause.toolTip() == "Go on with the scan"
    scanning.cancel()
    assert status._text.text() == "Stopping the scan"
    assert not status._cancel.isEnabled()


def test_the_buttons_pause_and_stop(status: ScanStatus, scanning: Scanning, services: Services) -> None:
    begin(scanning, services)
    status._pause.click()
    assert scanning.paused
    status._pause.click()
    assert not scanning.paused
    status._cancel.click()
    assert scanning.stopping


def test_problems_are_a_button(qtbot: QtBot, status: ScanStatus) -> None:
    qtbot.waitUntil(status._problems.isVisible)
    assert status._problems.text().endswith("problems")
    with qtbot.waitSignal(status.problems_requested):
        status._problems.click()


def test_an_error_stays_until_the_next_scan(
    qtbot: QtBot, status: ScanStatus, scanning: Scanning, services: Services
) -> None:
    scanning.failed.emit(LibraryError("there are no music folders yet", remedy="add one"))
    status.refresh()
    qtbot.wait(50)
    assert status._text.text() == "There are no music folders yet (add one)"
    begin(scanning, services)
    assert status._text.text() == "Preparing the scan"


def test_icons_are_named_for_those_who_do_not_see_them(status: ScanStatus) -> None:
    for button in (status._pause, status._cancel, status._problems):
        assert button.accessibleName()
        assert button.toolTip()


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (ScanReport(found=5, unchanged=5), ""),
        (ScanReport(analysed=1, added=1), "1 song heard, 1 new"),
        (ScanReport(cancelled=True, analysed=2), "Stopped; what was finished is kept. 2 songs heard"),
        (ScanReport(missing=3, returned=1), "3 missing, 1 back again"),
    ],
)
def test_the_end_of_a_scan_in_words(report: ScanReport, told: str) -> None:
    assert words.ended(report) == told


def test_spans_are_no_more_exact_than_one_can_tell() -> None:
    said = [words.span(seconds) for seconds in (4, 75, 3600, 6130, 200_000)]
    assert said == ["less than a minute", "2 min", "1 h", "1 h 43 min", "55 h"]
    assert words.library(Stats(1, 1, 0, 0, 0, 1.0)) == "1 song"
