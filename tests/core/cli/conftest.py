"""A home of its own for every test, with a tiny model, and songs to scan."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tagger_core.cli.main import main
from tagger_core.models.model_info import Tag
from tests.core.models.small import write_small
from tests.support.audio import encode, song

TAGS = (Tag("rock", "genre", 0.0), Tag("calm", "mood", 0.0), Tag("piano", "instrument", 1.0))


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        import json

        return json.loads(self.out)


Earmark = Callable[..., Said]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three songs, made once."""
    folder = tmp_path_factory.mktemp("recorded")
    for number, suffix in enumerate((".mp3", ".flac", ".ogg")):
        title = {"title": f"Song {number}", "artist": "Nobody", "date": str(1980 + 10 * number)}
        encode(folder / f"song {number}{suffix}", song(1.5, seed=number), 44100, metadata=title)
    return folder


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the measurement of this machine is kept, so that it is made once."""
    return tmp_path_factory.mktemp("measured")


@pytest.fixture
def home(tmp_path: Path, measured: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    (home / "data" / "models").mkdir(parents=True)
    write_small(home / "data" / "models" / "small.safetensors", tags=TAGS)
    (home / "config").mkdir()
    (home / "config" / "settings.json").write_text('{"model": "small", "precision": "fp32"}')
    shutil.copytree(measured, home / "cache")
    monkeypatch.setenv("EARMARK_HOME", str(home))
    return home


@pytest.fixture
def music(tmp_path: Path, recorded: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "music"))


@pytest.fixture
def earmark(home: Path, capsys: pytest.CaptureFixture[str]) -> Earmark:
    def run(*words: str | Path) -> Said:
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return run


@pytest.fixture
def scanned(earmark: Earmark, music: Path, home: Path, measured: Path) -> Path:
    assert earmark("scan", music).status == 0
    shutil.copytree(home / "cache", measured, dirs_exist_ok=True)
    return music
