"""What the tests of data sets share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

import pytest

from tagger_core.audio import decode, pool


class _Bystander:
    """Opens songs in this process, which is faster to begin with than a pool of processes."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def cancel(self) -> None:
        pass

    def open(self, path: Path, sample_rate: int) -> AbstractContextManager[Any]:
        return decode.open_audio(path, sample_rate)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "DecoderPool", _Bystander)
