"""The lanes: a file that does not open holds up nobody, at the end neither."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app import file_thread
from app.runner import Task, TaskRunner


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


class Share:
    """A share that hangs until it is `back`."""

    def __init__(self) -> None:
        self.asked, self.back = Event(), Event()
        self.looked = 0

    def look(self, _task: Task) -> int:
        self.looked += 1
        self.asked.set()
        self.back.wait(10)
        return self.looked


@pytest.fixture
def share() -> Iterator[Share]:
    share = Share()
    yield share
    share.back.set()


def test_closing_waits_for_a_file_that_does_not_open_but_a_moment(
    runner: TaskRunner, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_thread, "PATIENCE_SECONDS", 0.1)
    told: list[object] = []
    for _ in range(2):
        runner.submit("file", share.look, told.append, failed=told.append)
    assert share.asked.wait(5)
    began = time.monotonic()
    runner.close()
    assert time.monotonic() - began < 5
    share.back.set()
    runner._files._thread.join(5)
    assert not runner._files._thread.is_alive()
    assert share.looked == 1
    assert told == []


def test_closing_waits_for_a_file_that_opens(runner: TaskRunner, share: Share) -> None:
    runner.submit("file", share.look, print, failed=print)
    assert share.asked.wait(5)
    share.back.set()
    runner.close()
    assert not runner._files._thread.is_alive()


def test_the_other_lanes_go_on_meanwhile(qtbot: QtBot, runner: TaskRunner, share: Share) -> None:
    runner.submit("file", share.look, print, failed=print)
    assert share.asked.wait(5)
    for lane in ("read", "count", "work", "write"):
        with qtbot.waitCallback() as done:
            runner.submit(lane, lambda _task: 1, done, failed=print)
    assert runner.busy


def test_the_program_ends_although_a_file_does_not_open() -> None:
    code = (
        "import threading\n"
        "from app.file_thread import FileThread\n"
        "thread = FileThread('hangs')\n"
        "thread.submit(threading.Event().wait)\n"
        "thread.close()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == 0
