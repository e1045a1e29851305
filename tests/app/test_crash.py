"""A fault leaves a report on this machine, and one dialog, however often it repeats."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import crash
from app.crash import CrashReports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "crash-reports"


@pytest.fixture
def reports(qapp: object, folder: Path) -> Iterator[CrashReports]:
    made = CrashReports(folder)
    yield made
    if made._shown is not None:
        made._shown.done(0)


def _ring() -> None:
    raise RuntimeError("the \udcff bell fell silent")


def fault() -> BaseException | None:
    try:
        _ring()
    except RuntimeError as error:
        return error


def test_a_report_says_what_and_where(reports: CrashReports, folder: Path, capsys: object) -> None:
    path = reports.write(fault())
    assert path is not None
    assert path.parent == folder
    text = path.read_text("utf-8")
    assert "bell fell silent" in text
    assert "test_crash.py" in text
    assert text.startswith("Earmark")


def test_the_hooks_catch_threads_too_and_are_put_back(
    qtbot: QtBot, reports: CrashReports, folder: Path, capsys: object
) -> None:
    before = sys.excepthook, threading.excepthook
    remove = reports.install()
    try:
        error = fault()
        sys.excepthook(type(error), error, error.__traceback__)
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
    finally:
        remove()
    assert (sys.excepthook, threading.excepthook) == before
    assert len(list(folder.glob("2*.txt"))) == 2
    qtbot.waitUntil(lambda: reports._shown is not None)
    shown = reports._shown
    reports.write(error)
    qtbot.wait(50)
    assert reports._shown is shown


def test_old_reports_make_room(
    reports: CrashReports, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    monkeypatch.setattr(crash, "KEPT", 3)
    for _ in range(6):
        reports.write(fault())
    assert len(list(folder.glob("2*.txt"))) == 3


def test_a_disk_that_cannot_be_written_is_no_second_fault(
    reports: CrashReports, folder: Path, capsys: object
) -> None:
    folder.write_text("a file where the folder should be")
    assert reports.write(fault()) is None
