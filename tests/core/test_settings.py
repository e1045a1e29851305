"""The person's choices: what is kept comes back, what cannot be is refused with the remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagger_core.errors import SettingsError
from tagger_core.settings import Settings


def test_every_choice_comes_back(tmp_path: Path) -> None:
    chosen = Settings(
        model="mine", device="cuda:1", precision="bf16", hop=0.5, workers=3, preset="dj",
        new_id3_version=3, watch=False, rescan_minutes=0, tag_names={"hip hop": "Rap", "pop": ""},
    )  # fmt: skip
    chosen.save(tmp_path / "folder" / "settings.json")
    assert Settings.load(tmp_path / "folder" / "settings.json") == chosen


def test_a_whole_number_may_stand_for_a_float(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"hop": 2}')
    assert Settings.load(path).hop == 2


def test_keys_of_a_newer_version_are_carried_along(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"hop": 0.5, "of_tomorrow": [1]}')
    Settings.load(path).save(path)
    assert json.loads(path.read_text())["of_tomorrow"] == [1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("watch", 1), ("watch", "yes"), ("watch", None), ("workers", True), ("workers", 1.5), ("hop", True),
        ("hop", "1"), ("new_id3_version", 2), ("new_id3_version", True), ("rescan_minutes", -1),
        ("rescan_minutes", 100_000), ("device", 3), ("precision", "fp8"), ("hop", 0), ("workers", 1000),
        ("tag_names", []), ("tag_names", {"pop": 3}), ("tag_names", {"pop": "a\nb"}),
    ],
)  # fmt: skip
def test_bad_values_are_refused_by_name(tmp_path: Path, name: str, value: Any) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({name: value}))
    with pytest.raises(SettingsError, match=name) as raised:
        Settings.load(path)
    assert raised.value.remedy
