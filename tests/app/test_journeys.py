"""What a person does from the first folder to the last restart, with real songs, files and a real model."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main import start_work
from app.main_window import MainWindow
from app.writing.diff_model import NAME
from tagger_core.jobs import Workspace
from tagger_core.library.records import ScanReport
from tagger_core.metadata.fields import Field
from tagger_core.metadata.history import history
from tagger_core.metadata.reader import read_fields
from tagger_core.models.model_info import Tag
from tagger_core.settings import Places, Settings
from tests.app.conftest import services_of
from tests.app.songs_on_disk import make_songs
from tests.core.models.small import write_small

SONGS = 4
WAIT_MS = 20_000
TAGS = (Tag("rock", "genre", 1.0), Tag("calm", "mood", 1.0), Tag("piano", "instrument", 0.0))


class Start:
    """Earmark started over a home, as `earmark app` starts it, until it is left."""

    def __init__(self, qtbot: QtBot) -> None:
        places = Places.default()
        self._held = contextlib.ExitStack()
        workspace = self._held.enter_context(Workspace(places, Settings.load(places.settings_file)))
        self.services = services_of(workspace)
        self.window = MainWindow(self.services)
        self.reports: list[ScanReport] = []
        self.window.scanning.finished.connect(self.reports.append)
        self.window.open()
        self.window.show()
        self._qtbot, self._left = qtbot, False
        start_work(self.window, self.services, None)
        self.until(lambda: self.services.active.model is not None)

    def until(self, ready: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(ready()), timeout=WAIT_MS)

    def rest(self) -> None:
        self.until(lambda: not self.services.runner.busy and not self.window.scanning.running)

    def scan(self, folder: Path | None = None) -> ScanReport:
        count = len(self.reports)
        if folder is None:
            self.window.scanning.start(None)
        else:
            self.window.add_folder(folder)
        self.until(lambda: len(self.reports) > count)
        self.rest()
        return self.reports[count]

    def find(self, text: str) -> list[int]:
        """Type a query and return what the table shows for it."""
        library = self.window.library
        answered: list[object] = []
        library.finder.found.connect(answered.append)
        library.finder.wrong.connect(answered.append)
        library.finder.failed.connect(answered.append)
        if text == library.finder.text():
            library.finder.refresh()
        else:
            library.search.edited.emit(text)
        self.until(answered.__len__)
        return list(library.table.ids())

    def plan(self) -> None:
        """Open the page before writing for all songs shown."""
        self.window.menus.actions["write"].trigger()
        self.until(lambda: self.window.pages.write._diff.diff.plan is not None)

    def write(self) -> None:
        """Press the button, and wait until it is over."""
        page = self.window.pages.write
        page._write.click()
        self.until(lambda: page._done.isVisible() and page._done.isEnabled())

    def leave(self) -> None:
        """Close the window and end, as the program does."""
        if not self._left:
            self._left = True
            self.window.close()
            self.services.runner.close()
            self.window.deleteLater()
            self._held.close()


Starter = Callable[[], Start]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Songs of a second, made once."""
    folder = tmp_path_factory.mktemp("journey")
    make_songs(folder, SONGS, (".mp3", ".flac", ".ogg", ".m4a"))
    return folder


@pytest.fixture
def music(tmp_path: Path, recorded: Path) -> Path:
    """The music folder."""
    return Path(shutil.copytree(recorded, tmp_path / "music"))


@pytest.fixture
def start(qtbot: QtBot, home: Path) -> Iterator[Starter]:
    """Starts Earmark; a second start leaves the first."""
    places = Places.default()
    places.models.mkdir(parents=True)
    write_small(places.models / "small.safetensors", tags=TAGS)
    Settings(model="small", precision="fp32", workers=1).save(places.settings_file)
    started: list[Start] = []

    def run() -> Start:
        for earlier in started:
            earlier.leave()
        started.append(Start(qtbot))
        return started[-1]

    yield run
    for one in started:
        one.leave()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_from_the_first_folder_to_the_restart(start: Starter, music: Path) -> None:
    before = contents(music)
    earmark = start()
    window = earmark.window
    assert window.empty.isVisible()
    assert earmark.scan(music).analysed == SONGS
    assert window.library.isVisible()
    earmark.until(lambda: len(window.library.table.ids()) == SONGS)
    assert contents(music) == before, "scanning only reads"

    assert len(earmark.find("piano")) == SONGS
    assert earmark.find("calm") == []
    (chosen,) = earmark.find('title:"Song 1"')
    window.decider.decide([chosen], "calm", True)
    earmark.until(earmark.services.library.decisions)
    assert earmark.find("calm") == [chosen]

    earmark.plan()
    diff = window.pages.write._diff.diff
    assert [diff.index(row, NAME).data() for row in range(diff.rowCount())] == ["song 1.flac"]
    assert contents(music) == before, "planning only reads"
    earmark.write()
    assert read_fields(music / "song 1.flac")[Field.MOOD] == ("Calm",)
    changed = {name for name, content in contents(music).items() if content != before[name]}
    assert changed == {"song 1.flac"}

    window.pages.write._undo.click()
    earmark.until(lambda: window.pages.write._undo.isHidden() and not window.pages.write._work.running)
    assert contents(music) == before

    again = start()
    assert again.window.library.isVisible()
    again.rest()
    assert again.find("calm") == [chosen]
    assert len(again.find("")) == SONGS
    assert again.reports == [], "nothing is new, nothing is scanned"
    assert len(history(again.services.library)) == 2


def test_a_bad_query_keeps_the_songs_and_the_next_one_is_answered(start: Starter, music: Path) -> None:
    earmark = start()
    earmark.scan(music)
    shown = earmark.find("piano")
    error = earmark.window.library.search._error
    assert earmark.find("piano (year>") == shown
    assert error.isVisible()
    assert error.text()
    assert len(earmark.find('title:"Song 2"')) == 1
    assert not error.isVisible()


def test_a_folder_pulled_away_is_missing_and_comes_back(start: Starter, music: Path, tmp_path: Path) -> None:
    earmark = start()
    earmark.scan(music)
    (chosen,) = earmark.find('title:"Song 1"')
    earmark.services.library.decide([chosen], "calm", True)
    music.rename(tmp_path / "away")
    earmark.scan()
    assert len(earmark.find("is:missing")) == SONGS
    assert earmark.window.library.isVisible()
    (tmp_path / "away").rename(music)
    back = earmark.scan()
    assert back.analysed == 0, "what was heard is not heard again"
    assert earmark.find("is:missing") == []
    assert earmark.find("calm") == [chosen]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_told_and_every_file_stays_as_it_was(
    start: Starter, recorded: Path, tmp_path: Path
) -> None:
    music = tmp_path / "small disk"
    music.mkdir()
    size = f"size={sum(path.stat().st_size for path in recorded.iterdir()) // 1024 + 32}k"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(music)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        shutil.copytree(recorded, music, dirs_exist_ok=True)
        earmark = start()
        earmark.scan(music)
        earmark.services.library.decide(earmark.find(""), "calm", True)
        earmark.plan()
        with contextlib.suppress(OSError), (music / "filling").open("wb") as filling:
            while True:
                filling.write(bytes(4096))
                filling.flush()
        before = contents(music)
        earmark.write()
        assert contents(music) == before
        assert earmark.window.pages.write._report._model.rowCount() == SONGS
        (music / "filling").unlink()
        earmark.window.pages.write._again.click()
        earmark.until(earmark.window.pages.write._write.isEnabled)
        earmark.leave()
    finally:
        subprocess.run(["umount", str(music)], check=True)


class Gate:
    """Lets so many songs be heard; the others wait until it is opened or the scan is stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, songs: int) -> None:
        from tagger_core.errors import Cancelled
        from tagger_core.inference.tagger import Tagger

        self.open = False
        self.heard = 0
        self._pause = threading.Event()
        analyse = Tagger.analyse

        def wait(tagger: Tagger, path: Path, cancelled: Callable[[], bool] = lambda: False) -> object:
            while not self.open and self.heard >= songs:
                if cancelled():
                    raise Cancelled
                self._pause.wait(0.005)
            self.heard += 1
            return analyse(tagger, path, cancelled)

        monkeypatch.setattr(Tagger, "analyse", wait)


def heard(earmark: Start) -> int:
    return earmark.services.library.stats(earmark.services.active.id).analysed


def test_a_scan_stopped_in_the_middle_goes_on_when_asked(
    start: Starter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch, 2)
    earmark = start()
    earmark.window.add_folder(music)
    earmark.until(lambda: heard(earmark) == 2)
    earmark.window.status._cancel.click()
    earmark.until(earmark.reports.__len__)
    assert earmark.reports[0].cancelled
    earmark.until(lambda: len(earmark.window.library.table.ids()) >= 2)

    again = start()
    again.rest()
    assert again.reports == [], "the person stopped it, so it waits until it is asked"
    assert heard(again) == 2
    gate.open = True
    assert again.scan().analysed == SONGS - 2
    assert len(again.find("-is:pending")) == SONGS


def test_a_window_closed_in_mid_scan_goes_on_by_itself_next_time(
    start: Starter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(music)
    gate = Gate(monkeypatch, 1)
    earmark = start()
    earmark.window.add_folder(music)
    earmark.until(lambda: heard(earmark) == 1)
    earmark.leave()
    gate.open = True

    again = start()
    again.until(again.reports.__len__)
    assert again.reports[0].analysed == SONGS - 1
    assert heard(again) == SONGS
    assert contents(music) == before


def test_a_window_closed_in_mid_write_leaves_every_file_whole(start: Starter, music: Path) -> None:
    earmark = start()
    earmark.scan(music)
    earmark.services.library.decide(earmark.find(""), "calm", True)
    earmark.plan()
    before = contents(music)
    under_way: list[object] = []
    earmark.window.pages.write._work.progressed.connect(under_way.append)
    earmark.window.pages.write._write.click()
    earmark.until(under_way.__len__)
    earmark.leave()

    again = start()
    again.rest()
    batch = history(again.services.library)[0]
    assert batch.finished
    after = contents(music)
    assert after.keys() == before.keys(), "no temporary file stays"
    changed = [name for name in after if after[name] != before[name]]
    assert len(changed) == batch.files
    for name in changed:
        assert read_fields(music / name)[Field.MOOD] == ("Calm",)
        (music.parent / f"backup of {name}").hardlink_to(music / name)
    again.window.pages.history._work.undo(batch.id)
    again.until(lambda: not again.window.pages.history._work.running)
    assert contents(music) == before
