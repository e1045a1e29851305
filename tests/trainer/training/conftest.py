from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.trainer.evaluation.prepared_data import prepared_data
from trainer.data.prepared import Prepared


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared_data(tmp_path_factory.mktemp("tones") / "data")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
