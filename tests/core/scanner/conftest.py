from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger_core.library.roots import add_root
from tagger_core.library.store import Library


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path, music: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite") as opened:
        add_root(opened, music)
        yield opened
