"""Small files of every format, encoded once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.audio import SUFFIXES, encode, song


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Half a second of each format, by suffix; never written to."""
    folder = tmp_path_factory.mktemp("sounds")
    samples = song(0.5, 44100)
    return {suffix: encode(folder / f"song{suffix}", samples, 44100) for suffix in SUFFIXES}


@pytest.fixture
def fresh(sounds: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of the sound of a suffix that a test may change."""

    def copy(suffix: str) -> Path:
        path = tmp_path / f"song{suffix}"
        path.write_bytes(sounds[suffix].read_bytes())
        return path

    return copy
