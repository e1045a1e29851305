from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import torch

from tests.trainer.experiments.hurried import Hurried, hurried


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Hurried:
    return hurried(tmp_path_factory.mktemp("papers"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # A hundred runs write some thousand files; whether these survive a loss of power is tried elsewhere.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
