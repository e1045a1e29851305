"""What the tests of whole windows share."""

from __future__ import annotations

from collections.abc import Callable

from app.main_window import MainWindow
from app.services import Services

Opened = Callable[[Services], MainWindow]
"""Opens a window, which is closed after the test."""

PATIENCE_MS = 20_000
"""For a machine that is busy with something else."""
