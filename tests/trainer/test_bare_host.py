"""What trains and measures on prepared data runs where the app's libraries are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

ABSENT = ("av", "mutagen", "sqlalchemy", "alembic", "PySide6", "appdirs")
MODULES = (
    "trainer.data.catalogue",
    "trainer.data.prepared",
    "trainer.export",  # and with it the evaluation
    "trainer.figures.named",
)


@pytest.mark.parametrize("module", MODULES)
def test_a_bare_host_is_enough(module: str) -> None:
    program = (
        "import importlib, sys\n"
        f"for name in {ABSENT!r}: sys.modules[name] = None\n"
        f"importlib.import_module({module!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
