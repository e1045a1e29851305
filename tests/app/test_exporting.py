"""The result as a table or a playlist."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.exporting import Exporter
from app.services import Services
from tagger_core.library.keys import path_bytes
from tagger_core.library.schema import Track
from tests.support.library import TAGS, Filled


@pytest.fixture
def exporter(qtbot: QtBot, services: Services) -> Exporter:
    window = QWidget()
    qtbot.addWidget(window)
    exporter = Exporter(services, window)
    exporter.window_kept = window
    return exporter


Choosing = Callable[..., None]


@pytest.fixture
def choosing(monkeypatch: pytest.MonkeyPatch) -> Choosing:
    """Type names into the dialog, one each time it is shown, then give up."""
    left: list[Path] = []

    def choose(dialog: QFileDialog) -> QFileDialog.DialogCode:
        if not left:
            return QFileDialog.DialogCode.Rejected
        dialog.selectFile(str(left.pop(0)))
        return QFileDialog.DialogCode.Accepted

    monkeypatch.setattr(QFileDialog, "exec", choose)
    return lambda *names: left.extend(names)


def test_a_table_holds_the_songs_in_order_with_all_scores(
    qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path, choosing: Choosing
) -> None:
    choosing(tmp_path / "result")
    ids = filled.ids[10:4:-1]
    with qtbot.waitSignal(exporter.done) as done:
        exporter.ask(ids, ".csv")
    assert done.args == [tmp_path / "result.csv", 6, 0]
    with (tmp_path / "result.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles = [row.title for row in exporter._services.library.rows(ids)]
    assert [row["title"] for row in rows] == titles
    assert all(0 <= float(row[name]) <= 1 for row in rows for name, _ in TAGS)


def test_a_playlist_holds_paths(qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path) -> None:
    with qtbot.waitSignal(exporter.done):
        exporter.write(filled.ids[:2], tmp_path / "a.m3u8", ".m3u8")
    lines = (tmp_path / "a.m3u8").read_text("utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert len([line for line in lines if not line.startswith("#")]) == 2


def test_a_song_that_a_playlist_cannot_hold_is_left_out_and_counted(
    qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path
) -> None:
    odd = {"path": path_bytes(Path("/music/a\nb.mp3"))}
    with exporter._services.library.write() as connection:
        connection.execute(update(Track).where(Track.c.id == filled.ids[1]).values(odd))
    for suffix, counts in ((".m3u8", [2, 1]), (".csv", [3, 0])):
        with qtbot.waitSignal(exporter.done) as done:
            exporter.write(filled.ids[:3], tmp_path / f"a{suffix}", suffix)
        assert done.args[1:] == counts


def test_a_place_that_cannot_be_written_is_told(
    qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path
) -> None:
    with qtbot.waitSignal(exporter.failed) as failed:
        exporter.write(filled.ids, tmp_path / "no folder" / "a.csv", ".csv")
    assert "choose another place" in str(failed.args[0])


@pytest.mark.parametrize(
    "names",
    [
        ("mix 1.5", "mix 1.5.csv"),
        ("mix 1.5", "mix 1.5.m3u8"),
        ("mix.csv", "mix.csv.m3u8"),
        ("MIX.CSV", "MIX.CSV"),
        ("mix.M3U8", "mix.M3U8"),
    ],
)
def test_the_kind_is_that_of_the_command_whatever_the_name(
    qtbot: QtBot, exporter: Exporter, tmp_path: Path, choosing: Choosing, names: tuple[str, str]
) -> None:
    typed, written = names
    suffix = Path(written).suffix.casefold()
    choosing(tmp_path / typed)
    with qtbot.waitSignal(exporter.done) as done:
        exporter.ask([1], suffix)
    assert done.args[0] == tmp_path / written
    is_playlist = (tmp_path / written).read_text("utf-8").startswith("#EXTM3U")
    assert is_playlist == (suffix == ".m3u8")


def test_a_file_that_the_dialog_did_not_name_is_replaced_after_a_question_only(
    qtbot: QtBot,
    exporter: Exporter,
    tmp_path: Path,
    choosing: Choosing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tmp_path / "mix 1.5.csv"
    kept.write_text("kept")
    buttons = QMessageBox.StandardButton
    answers = [buttons.No, buttons.No, buttons.Yes]
    asked: list[str] = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda _window, _title, text: (asked.append(text), answers.pop(0))[1]
    )
    choosing(tmp_path / "mix 1.5", tmp_path / "mix 1.5")
    exporter.ask([1], ".csv")
    assert len(asked) == 2
    assert str(kept) in asked[0]
    assert not exporter._services.runner.busy
    assert kept.read_text() == "kept"
    choosing(tmp_path / "mix 1.5")
    with qtbot.waitSignal(exporter.done):
        exporter.ask([1], ".csv")
    assert kept.read_text("utf-8") != "kept"
