"""Figures as they are drawn, for a look at what is on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from trainer.figures import curves, filters, first_layer, quality, songs
from trainer.figures.sheet import STYLE


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that the test draws, in order; they are not written, which takes most of the time."""
    figures: list[Figure] = []

    @contextmanager
    def kept(_stem: Path, _width: float, _height: float) -> Iterator[Figure]:
        with mpl.rc_context(STYLE):
            figures.append(Figure(layout="constrained"))
            yield figures[-1]

    for module in (curves, filters, first_layer, quality, songs):
        monkeypatch.setattr(module, "sheet", kept)
    return figures
