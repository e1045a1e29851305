"""The result as a table or a playlist."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.exporting import Exporter
from app.services import Services
from tests.support.library import TAGS, Filled


@pytest.fixture
def exporter(qtbot: QtBot, services: Services) -> Exporter:
    window = QWidget()
    qtbot.addWidget(window)
    exporter = Exporter(services, window)
    exporter.window_kept = window
    return exporter


def test_a_table_holds_the_songs_in_order_with_all_scores(
    qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "result"), ""))
    ids = filled.ids[10:4:-1]
    with qtbot.waitSignal(exporter.done) as done:
        exporter.ask(ids, ".csv")
    assert done.args == [tmp_path / "result.csv", 6]
    with (tmp_path / "result.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles = [row.title for row in exporter._services.library.rows(ids)]
    assert [row["title"] for row in rows] == titles
    assert all(0 <= float(row[name]) <= 1 for row in rows for name, _ in TAGS)


def test_a_playlist_holds_paths(qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path) -> None:
    with qtbot.waitSignal(exporter.done):
        exporter.write(filled.ids[:2], tmp_path / "a.m3u8")
    lines = (tmp_path / "a.m3u8").read_text("utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert len([line for line in lines if not line.startswith("#")]) == 2


def test_a_place_that_cannot_be_written_is_told(
    qtbot: QtBot, exporter: Exporter, filled: Filled, tmp_path: Path
) -> None:
    with qtbot.waitSignal(exporter.failed) as failed:
        exporter.write(filled.ids, tmp_path / "no folder" / "a.csv")
    assert "choose another place" in str(failed.args[0])
